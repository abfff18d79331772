"""A clip and a photograph to train on, and a training that is killed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from studio.timing import Rate
from tests.adapters.moving import film
from tests.render.pictures import texture


def sources(folder: Path) -> tuple[Path, Path, Path]:
    """Folders with a clip that pans, with a photograph, and for the work."""
    clips, photos, work = (folder / name for name in ("clips", "photos", "work"))
    clips.mkdir()
    photos.mkdir()
    wide = texture(240, 330, 5)
    film(clips / "pan.mkv", [np.ascontiguousarray(wide[:, 4 * k : 4 * k + 260]) for k in range(14)], Rate(12))
    cv2.imwrite(str(photos / "a.png"), texture(400, 420, 6))
    return clips, photos, work


class KilledError(Exception):
    """Stands for the end of the process."""


def killed_at(step: int, module: object, name: str, train: Callable[[], object]) -> None:
    """Runs `train` until `module.name`, called once a step, is called for `step` (from 0): there it ends."""
    real = getattr(module, name)
    left = step

    def one_step(*given: object, **named: object) -> object:
        nonlocal left
        left -= 1
        if left < 0:
            raise KilledError
        return real(*given, **named)

    with pytest.MonkeyPatch.context() as patch, pytest.raises(KilledError):
        patch.setattr(module, name, one_step)
        train()
