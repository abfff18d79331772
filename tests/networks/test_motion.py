"""The networks of large motion: their costs, their gradients, and what they say untrained."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from studio.networks import choice
from studio.networks.choice import MotionChooser
from studio.networks.motion import LEVELS, Matching, MotionFinder


@pytest.fixture(autouse=True)
def seed() -> None:
    torch.manual_seed(0)


@pytest.mark.parametrize(("across", "down"), [(0, 0), (3, 0), (-2, 1), (1, -3)])
def test_the_cost_of_the_true_shift_is_the_highest(across: int, down: int) -> None:
    wide = functional.normalize(torch.randn(1, 8, 40, 40), dim=1)
    first = wide[..., 10:30, 10:30]
    second = wide[..., 10 - down : 30 - down, 10 - across : 30 - across]
    costs = Matching.apply(first, second, 3)[0, :, 5:15, 5:15]
    assert (costs.argmax(0) == (down + 3) * 7 + across + 3).all()


def test_the_gradients_of_the_costs_are_those_of_their_differences() -> None:
    pictures = [torch.randn(1, 2, 5, 6, dtype=torch.float64, requires_grad=True) for _ in range(2)]
    assert torch.autograd.gradcheck(lambda a, b: Matching.apply(a, b, 2), pictures)


def test_each_level_finds_at_its_own_size() -> None:
    found = MotionFinder().eval()(torch.rand(2, 3, 48, 64) - 0.5, torch.rand(2, 3, 48, 64) - 0.5)
    assert [x.shape for x in found] == [(2, 3, 48 // level.scale, 64 // level.scale) for level in LEVELS]


def test_untrained_the_first_motion_is_preferred_everywhere() -> None:
    seen = torch.rand(1, choice.PICTURES + choice.MOTIONS * choice.TOLD, 16, 24)
    weights = MotionChooser().eval()(seen).softmax(1)
    assert weights.shape == (1, choice.MOTIONS, 16, 24)
    assert torch.allclose(weights[:, 0], torch.tensor(0.4519), atol=1e-3)
    assert torch.allclose(weights[:, 1], weights[:, 2])
