"""The recipe of the flicker network: flicker is drawn as said, and a training goes on where it stopped."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from studio.networks.deflicker import FlickerNetwork
from studio.render.steadiness import measure
from studio.timing import Rate
from studio.training import flickers
from studio.training.deflicker import train
from studio.training.deflicker_crops import LENGTH, SIDE, crops
from studio.training.flickers import SHARES, Flicker
from tests.adapters.moving import film
from tests.render.pictures import shifted, texture

STEADY = [shifted((texture(96, 128) * 0.8).astype(np.uint8), number) for number in range(8)]


@pytest.mark.parametrize("kind", SHARES, ids=lambda kind: kind.__name__)
def test_every_kind_flickers_more_than_what_should_come_out(kind: Flicker) -> None:
    flickering, wanted = kind(STEADY, np.random.default_rng(3))
    assert len(flickering) == len(wanted) == len(STEADY)
    assert all(frame.dtype == np.uint8 and frame.shape == STEADY[0].shape for frame in flickering)
    if kind is flickers.none:
        assert flickering is wanted
    else:
        assert measure(flickering, STEADY) > measure(wanted, STEADY)


def test_the_kinds_share_all_of_the_material() -> None:
    assert sum(SHARES.values()) == pytest.approx(1)


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A folder with a clip, long enough wherever it is begun, and one with pictures."""
    folder = tmp_path_factory.mktemp("material")
    clips, pictures = folder / "clips", folder / "pictures"
    clips.mkdir()
    pictures.mkdir()
    film(clips / "clip.mkv", [shifted(texture(144, 160), number % 40) for number in range(340)], Rate(24))
    for seed in (1, 2):
        cv2.imwrite(str(pictures / f"{seed}.png"), texture(200, 260, seed=seed))
    return clips, pictures


def test_crops_are_of_one_form(material: tuple[Path, Path]) -> None:
    clips, pictures = (sorted(folder.iterdir()) for folder in material)
    crop = next(crops(clips, pictures, seed=4))
    assert crop.lit.shape == (LENGTH + 1, SIDE, SIDE, 3) and crop.guides.shape == (LENGTH + 2, SIDE, SIDE, 3)
    assert crop.steady.shape == (LENGTH, SIDE, SIDE, 3)
    assert crop.back.shape == crop.on.shape == crop.missed.shape == (LENGTH, SIDE, SIDE, 2)


def test_a_training_goes_on_where_it_stopped(material: tuple[Path, Path], tmp_path: Path) -> None:
    def trained(work: Path, *stops: int) -> FlickerNetwork:
        torch.manual_seed(0)
        return [train(*material, work, steps=stop, count=2) for stop in stops][-1]

    whole, resumed = trained(tmp_path / "one", 2), trained(tmp_path / "two", 1, 2)
    assert (tmp_path / "two" / "deflicker.json").is_file()
    for name, value in whole.state_dict().items():
        assert torch.isfinite(value).all()
        assert torch.allclose(value, resumed.state_dict()[name], atol=1e-5), name
    assert whole.weights.weight.abs().max() > 0
