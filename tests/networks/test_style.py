"""The style network: untrained the plain rule, trained within its reach, each picture for itself."""

from __future__ import annotations

import pytest
import torch

from studio.adapters.style import shipped
from studio.networks.style import StyleNetwork


def given(count: int = 1, side: int = 32) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(3)
    return [torch.rand(count, channels, side, side, generator=generator) for channels in (3, 3, 3, 1)]


def test_untrained_strokes_yield_to_outlines() -> None:
    network = StyleNetwork().eval()
    seen = given()
    decision = network(*seen, network.code(torch.rand(1, 3, 40, 50)))
    assert torch.allclose(decision.share, 1 - 0.8 * seen[3])
    assert torch.allclose(decision.gain, 0.8 * seen[3])
    assert not decision.residue.any()


@torch.inference_mode()
def test_trained_it_keeps_within_its_reach() -> None:
    network, seen = shipped(), given()
    decision = network(*seen, network.code(torch.rand(1, 3, 40, 50)))
    assert float(decision.share.min()) >= 0 and float(decision.share.max()) <= 1
    assert float((decision.gain - 0.8 * seen[3]).abs().max()) <= 0.6
    assert 0 < float(decision.residue.abs().max()) <= 0.12


@torch.inference_mode()
def test_pictures_of_a_batch_do_not_mind_each_other() -> None:
    network, seen = shipped(), given(2)
    code = network.code(torch.rand(2, 3, 33, 47))
    both = network(*seen, code)
    second = network(*(part[1:] for part in seen), code[1:])
    for one, other in zip(both, second, strict=True):
        assert torch.allclose(one[1:], other, atol=1e-5)


@pytest.mark.parametrize("size", [(8, 8), (24, 64)])
def test_sizes_that_divide_by_its_multiple(size: tuple[int, int]) -> None:
    network = shipped()
    parts = [torch.rand(1, channels, *size) for channels in (3, 3, 3, 1)]
    decision = network(*parts, network.code(torch.rand(1, 3, 16, 16)))
    assert decision.share.shape == (1, 1, *size)
    assert decision.residue.shape == (1, 3, *size)
