"""A still is lossless, and an old file survives what goes wrong."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from studio.errors import StorageError, UsageError
from studio.media.picture import load_picture
from studio.media.still_writer import write_png
from tests.media.films import picture


def test_what_is_read_is_what_was_written(tmp_path: Path) -> None:
    target = tmp_path / "still.png"
    write_png(target, picture(3))
    assert np.array_equal(load_picture(target).image, picture(3))
    write_png(target, picture(4))
    assert np.array_equal(load_picture(target).image, picture(4))
    assert list(tmp_path.iterdir()) == [target]


def test_what_cannot_be_written_leaves_no_trace(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        write_png(tmp_path / "still.png", np.zeros((4, 4), np.uint8))
    with pytest.raises(StorageError):
        write_png(tmp_path / "nowhere" / "still.png", picture(1))
    assert not list(tmp_path.iterdir())
