"""The flicker network: untrained it is the classical blend, and it never paints."""

from __future__ import annotations

import pytest
import torch

from studio.networks.deflicker import GRID, FlickerNetwork


def pictures(seed: int, size: int = 32) -> torch.Tensor:
    return torch.rand(1, 3, size, size, generator=torch.Generator().manual_seed(seed))


@pytest.fixture(scope="module")
def network() -> FlickerNetwork:
    torch.manual_seed(0)
    return FlickerNetwork(12).eval()


def test_untrained_it_weighs_as_it_is_told(network: FlickerNetwork) -> None:
    trust = torch.cat([torch.full((1, 1, 32, 32), 1.0), torch.zeros(1, 1, 32, 32), pictures(4)[:, :2]], 1)
    memory = network.memory_for(pictures(1))
    verdict = network(pictures(1), pictures(2), pictures(3), trust, memory)
    assert torch.allclose(verdict.shares.sum(1), torch.ones(1, 32, 32))
    assert torch.allclose(verdict.shares[:, 0], verdict.shares[:, 1], atol=1e-3)
    assert verdict.shares[:, 2].max() < 1e-3
    assert torch.equal(verdict.gain, torch.ones(1, 3, 32, 32))


def test_the_memory_changes_what_it_decides() -> None:
    torch.manual_seed(3)
    network = FlickerNetwork(12).eval()
    torch.nn.init.normal_(network.weights.weight, std=0.1)
    given = pictures(1), pictures(2), pictures(3), torch.rand(1, 4, 32, 32)
    with torch.inference_mode():
        first = network(*given, network.memory_for(given[0]))
        second = network(*given, first.memory)
    assert first.memory.shape == (1, network.memory_width, 32 // GRID, 32 // GRID)
    assert not torch.equal(first.shares, second.shares)
