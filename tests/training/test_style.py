"""The recipe of the style network: items from real files, a step that learns, a training that goes on."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from studio.jobs.job import NamedStyle
from studio.networks.style import StyleNetwork
from studio.paths import resources_folder
from studio.training import checkpoint, style_pictures
from studio.training.style import SIDE, cut, loss_of, train
from studio.training.style_crops import Item, load, prepare
from tests.render.footage import write_film
from tests.render.pictures import texture


@pytest.fixture(scope="module")
def items(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("training")
    film = write_film(folder / "film.mkv", 8)
    for name, seed in (("photo.png", 1), ("painting.png", 2)):
        picture = texture(90, 130) if seed == 1 else 255 - texture(120, 110)
        cv2.imwrite(str(folder / name), picture)
    prepare([film], [folder / "photo.png"], [folder / "painting.png"], folder / "items", 3)
    return sorted((folder / "items").glob("*[0-9].npz"))


def test_items_are_of_the_sizes_that_they_say(items: list[Path]) -> None:
    assert len(items) == 3
    for item in map(load, items):
        count, height, width = item.content.shape[:3]
        assert min(height, width) >= SIDE
        assert item.recoloured.shape == item.strokes.shape == item.detail.shape == item.content.shape
        assert item.outline.shape == (count, height, width, 1)
        assert item.motion.shape[:2] == ((height, width) if count == 2 else (0, 0))


def test_a_mirrored_part_keeps_its_motion(items: list[Path]) -> None:
    image = np.random.default_rng(1).integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)
    image = cv2.GaussianBlur(image, (0, 0), 3)
    frames = np.stack([image, np.roll(image, 4, axis=1)])
    motion = np.zeros((SIDE, SIDE, 2), np.float16)
    motion[..., 0] = 4
    seen = np.ones((SIDE, SIDE), bool)
    item = Item(frames, frames, frames, frames[..., :1], frames, image, motion, seen)
    for seed in range(4):
        sample = cut(item, np.random.default_rng(seed))
        assert sample.grid is not None and sample.seen is not None
        moved = torch.nn.functional.grid_sample(sample.content[1:], sample.grid, align_corners=True)
        away = (moved - sample.content[:1]).abs() * sample.seen
        assert float(away[..., 8:-8].max()) < 0.02


def test_the_loss_has_a_way_down(items: list[Path]) -> None:
    torch.manual_seed(0)
    network = StyleNetwork()
    sample = cut(load(items[0]), np.random.default_rng(0))
    loss = loss_of(network, sample, torch.Generator().manual_seed(0))
    loss.backward()
    slopes = [parameter.grad for parameter in network.exit.parameters()]
    assert all(slope is not None and float(slope.abs().max()) > 0 for slope in slopes)


def test_a_killed_training_goes_on(items: list[Path], tmp_path: Path) -> None:
    train(items, tmp_path, 1)
    saved = checkpoint.load(tmp_path / "network")
    assert saved is not None and saved[1] == 1
    train(items, tmp_path, 2)
    saved = checkpoint.load(tmp_path / "network")
    assert saved is not None and saved[1] == 2


def test_every_named_style_lies_in_the_resources() -> None:
    assert set(style_pictures.DRAWN) == set(NamedStyle)
    for style in NamedStyle:
        picture = cv2.imread(str(resources_folder() / "styles" / f"{style.value}.jpg"))
        assert picture is not None and picture.shape == (432, 576, 3)
