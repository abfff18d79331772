"""Folders and series of pictures as film."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from studio.errors import MediaError, MissingFileError, UsageError
from studio.media.sequence import PictureReader, SequenceReader, collect
from studio.timing import Rate, RationalTime, TimeRange
from tests.media.films import picture


def save(path: Path, number: int, size: tuple[int, int] = (64, 48)) -> Path:
    assert cv2.imwrite(str(path), picture(number, *size)[..., ::-1])
    return path


def series(folder: Path, numbers: list[int], pattern: str = "shot{}.png") -> list[Path]:
    return [save(folder / pattern.format(number), number) for number in numbers]


def test_numbers_count_as_numbers(tmp_path: Path) -> None:
    series(tmp_path, [1, 2, 10, 3, 9, 11, 4, 5, 6, 7, 8])
    found = collect([tmp_path])
    assert [Path(path).name for path in found.paths] == [f"shot{number}.png" for number in range(1, 12)]
    assert found.missing == ()
    assert found.notes == ()
    assert found.sizes == ((64, 48),) * 11


def test_holes_are_held_and_said(tmp_path: Path) -> None:
    series(tmp_path, [n for n in range(1, 31) if n not in (4, 7, 8)], "f_{:04}.png")
    found = collect([tmp_path])
    assert found.missing == (4, 7, 8)
    assert found.notes == ("3 numbers are missing (4, 7–8)",)
    with SequenceReader([tmp_path], Rate(10)) as reader:
        assert reader.info.frame_count == 30
        assert np.array_equal(reader.at(RationalTime(3, Rate(10))), picture(3))
        assert np.array_equal(reader.at(RationalTime(7, Rate(10))), picture(6))
        assert np.array_equal(reader.at(RationalTime(8, Rate(10))), picture(9))


def test_a_choice_of_photos_has_no_holes(tmp_path: Path) -> None:
    found = collect(series(tmp_path, [12, 345, 27], "IMG_{}.png"))
    assert found.missing == ()
    assert [Path(path).name for path in found.paths] == ["IMG_12.png", "IMG_27.png", "IMG_345.png"]


def test_files_that_are_no_series_keep_their_order(tmp_path: Path) -> None:
    files = [save(tmp_path / name, 1) for name in ("zebra.png", "apple.png", "moon.png")]
    assert [Path(path).name for path in collect(files).paths] == ["zebra.png", "apple.png", "moon.png"]


def test_other_files_are_left_out_and_said(tmp_path: Path) -> None:
    series(tmp_path, [1, 2])
    (tmp_path / "readme.txt").write_text("hello")
    (tmp_path / ".hidden").write_text("x")
    assert collect([tmp_path]).notes == ("1 file is no picture and was left out (readme.txt)",)


def test_mixed_sizes_are_fitted_and_said(tmp_path: Path) -> None:
    save(tmp_path / "a1.png", 1)
    save(tmp_path / "a2.png", 2, (100, 48))
    with SequenceReader([tmp_path], Rate(2)) as reader:
        assert reader.sequence.sizes == ((64, 48), (100, 48))
        assert reader.info.notes == ("2 different sizes are fitted into 64×48",)
        second = reader.at(RationalTime(1, Rate(2)))
    assert second.shape == (48, 64, 3)
    assert not second[0].any()  # a black bar above the wider picture


def test_nothing_to_show(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no picture"):
        collect([tmp_path])
    with pytest.raises(MissingFileError):
        collect([tmp_path / "gone.png"])
    series(tmp_path, [1])
    whole = (tmp_path / "shot1.png").read_bytes()
    (tmp_path / "shot2.png").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(MediaError, match=r"shot2\.png"):
        collect([tmp_path])


def test_sequence_as_film(tmp_path: Path) -> None:
    series(tmp_path, list(range(8)))
    with SequenceReader([tmp_path], Rate(4)) as reader:
        assert reader.info.kind == "video"
        assert reader.info.duration == RationalTime(2, Rate(1))
        frames = list(reader.frames())
        assert [frame.time for frame in frames] == [RationalTime(k, Rate(4)) for k in range(8)]
        assert all(np.array_equal(frame.image, picture(k)) for k, frame in enumerate(frames))
        assert np.array_equal(reader.at(RationalTime(99, Rate(1))), picture(7))
        assert np.array_equal(reader.at(RationalTime(-1, Rate(1))), picture(0))
        doubled = list(reader.frames(rate=Rate(8)))
        assert len(doubled) == 16
        assert np.array_equal(doubled[5].image, picture(2))
        span = TimeRange(RationalTime(1, Rate(1)), RationalTime(2, Rate(4)))
        assert [frame.time for frame in reader.frames(span)] == [RationalTime(k, Rate(4)) for k in (4, 5)]


def test_small_reader(tmp_path: Path) -> None:
    series(tmp_path, [1, 2])
    with SequenceReader([tmp_path], Rate(4), size=(32, 24)) as reader:
        assert reader.at(RationalTime(0, Rate(1))).shape == (24, 32, 3)


def test_picture_is_shown_at_every_time(tmp_path: Path) -> None:
    path = save(tmp_path / "p.png", 4)
    with PictureReader(path) as reader:
        assert np.array_equal(reader.at(RationalTime(77, Rate(1))), picture(4))
        assert len(list(reader.frames())) == 1
        span = TimeRange(RationalTime(1, Rate(1)), RationalTime(2, Rate(1)))
        times = [frame.time for frame in reader.frames(span, Rate(3))]
    assert times == [RationalTime(k, Rate(3)) for k in range(3, 9)]
