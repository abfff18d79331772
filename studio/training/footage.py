"""What trainings are given: folders of films and of photographs."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from studio.media.picture import is_picture, load_picture
from studio.render.flow import shrunk


def films(folder: Path) -> list[Path]:
    """The film files of `folder`, by name."""
    return [path for path in sorted(folder.iterdir()) if path.suffix in (".mp4", ".webm", ".mkv")]


def photographs(folder: Path, side: int) -> list[np.ndarray]:
    """The pictures of `folder`, by name, with a long side of at most `side` pixels: uint8 RGB."""
    paths = [path for path in sorted(folder.iterdir()) if is_picture(path)]
    return [shrunk(load_picture(path).image[..., :3], side) for path in paths]
