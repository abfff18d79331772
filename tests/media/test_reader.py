"""Frames at exact times: every seek gives what reading from the start gives."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from studio.errors import MissingFileError, UsageError
from studio.media.reader import Frame, VideoReader, open_reader
from studio.media.sequence import PictureReader, SequenceReader
from studio.timing import Rate, RationalTime, TimeRange
from tests.media.films import make_film, picture

LONG_GOP = {"g": "250", "bf": "3", "sc_threshold": "0"}
OPEN_GOP = {"g": "12", "bf": "3", "x264-params": "open-gop=1:scenecut=0:b-pyramid=normal"}
UNEVEN = [number * 40 + (number * 17) % 31 for number in range(80)]


@pytest.fixture(
    params=[
        "b-frames",
        "long-gop",
        "open-gop",
        "vfr",
        "late-start",
        "mkv",
        "webm",
        "ts",
        "avi",
        "intra",
        "y4m",
    ]
)
def film(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    millis = Fraction(1, 1000)
    match request.param:
        case "b-frames":
            return make_film(tmp_path / "f.mp4", 80, options={"g": "20", "bf": "3"})
        case "long-gop":
            return make_film(tmp_path / "f.mp4", 300, options=LONG_GOP)
        case "open-gop":
            return make_film(tmp_path / "f.mp4", 80, options=OPEN_GOP)
        case "vfr":
            return make_film(tmp_path / "f.mp4", 80, stamps=UNEVEN, time_base=millis, options={"g": "15"})
        case "late-start":
            late = [1007 + number * 40 for number in range(80)]
            return make_film(tmp_path / "f.mkv", 80, stamps=late, time_base=millis, options={"g": "15"})
        case "mkv":
            return make_film(
                tmp_path / "f.mkv", 80, rate=Fraction(24000, 1001), options={"g": "24", "bf": "2"}
            )
        case "webm":
            return make_film(
                tmp_path / "f.webm", 80, codec="libvpx", options={"g": "16", "auto-alt-ref": "1"}
            )
        case "ts":
            return make_film(tmp_path / "f.ts", 80, options={"g": "20", "bf": "2"})
        case "avi":
            return make_film(tmp_path / "f.avi", 80, codec="mpeg4", options={"g": "12", "bf": "2"})
        case "intra":
            return make_film(tmp_path / "f.mov", 40, codec="mjpeg", pix_fmt="yuvj422p")
        case _:
            return make_film(tmp_path / "f.y4m", 30, codec="wrapped_avframe", container="yuv4mpegpipe")


def all_frames(path: Path) -> list[Frame]:
    with VideoReader(path) as reader:
        return list(reader.frames())


def test_every_frame_once_in_order(film: Path) -> None:
    frames = all_frames(film)
    with VideoReader(film) as reader:
        assert len(frames) == reader.info.frame_count
        assert frames[0].time == RationalTime(0, Rate(1))
        assert all(a.time < b.time for a, b in pairwise(frames))
        assert reader.info.duration is not None
        assert reader.info.duration > frames[-1].time


def test_seek_equals_linear_decode(film: Path) -> None:
    frames = all_frames(film)
    order = list(range(len(frames))) * 2
    random.Random(5).shuffle(order)
    with VideoReader(film) as reader:
        for number in order[:90]:
            assert np.array_equal(reader.at(frames[number].time), frames[number].image), number


def test_between_frames_the_earlier_one_is_shown(film: Path) -> None:
    frames = all_frames(film)
    with VideoReader(film) as reader:
        for number in (20, 3, 11):
            just_before = frames[number + 1].time - RationalTime(1, Rate(100_000))
            assert np.array_equal(reader.at(just_before), frames[number].image)


def test_outside_the_film(film: Path) -> None:
    frames = all_frames(film)
    with VideoReader(film) as reader:
        assert np.array_equal(reader.at(RationalTime(-5, Rate(1))), frames[0].image)
        assert np.array_equal(reader.at(RationalTime(500, Rate(1))), frames[-1].image)
        assert np.array_equal(reader.at(RationalTime(0, Rate(1))), frames[0].image)


def test_a_range_holds_what_begins_in_it(tmp_path: Path) -> None:
    path = make_film(tmp_path / "f.mp4", 60, rate=25, options={"g": "25"})
    span = TimeRange(RationalTime(30, Rate(25)), RationalTime(10, Rate(25)))
    with VideoReader(path) as reader:
        times = [frame.time for frame in reader.frames(span)]
    assert times == [RationalTime(k, Rate(25)) for k in range(30, 40)]


def test_constant_rate_sampling(tmp_path: Path) -> None:
    path = make_film(tmp_path / "f.mp4", 25, rate=25)
    own = all_frames(path)
    with VideoReader(path) as reader:
        doubled = list(reader.frames(rate=Rate(50)))
        assert len(doubled) == 50
        assert all(np.array_equal(frame.image, own[k // 2].image) for k, frame in enumerate(doubled))
        slower = [frame.time for frame in reader.frames(rate=Rate(5))]
    assert slower == [RationalTime(k, Rate(5)) for k in range(5)]


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_rotation_turns_the_picture(tmp_path: Path, rotation: int) -> None:
    upright = all_frames(make_film(tmp_path / "u.mp4", 2))[1].image
    turned = all_frames(make_film(tmp_path / "r.mp4", 2, rotation=rotation))[1].image
    assert np.array_equal(turned, np.rot90(upright, rotation // 90))


def test_size_and_pixel_aspect(tmp_path: Path) -> None:
    path = make_film(tmp_path / "f.mp4", 2, aspect=Fraction(2, 1), rotation=90)
    with VideoReader(path) as reader:
        assert reader.at(RationalTime(0, Rate(1))).shape == (128, 48, 3)
    with VideoReader(path, size=(24, 64)) as reader:
        assert reader.at(RationalTime(0, Rate(1))).shape == (64, 24, 3)


def test_colours_are_those_that_were_encoded(tmp_path: Path) -> None:
    path = make_film(tmp_path / "f.mkv", 1, codec="ffv1", pix_fmt="yuv444p", size=(128, 96))
    for size in (None, (128, 96)):
        with VideoReader(path, size) as reader:
            difference = np.abs(reader.at(RationalTime(0, Rate(1))).astype(int) - picture(0, 128, 96))
        assert difference.mean() < 1.5


def test_cut_off_film_ends_with_its_last_good_frame(tmp_path: Path) -> None:
    whole = make_film(tmp_path / "whole.mkv", 120, size=(160, 120), options={"g": "10"})
    cut = tmp_path / "cut.mkv"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    frames = all_frames(cut)
    with VideoReader(cut) as reader:
        # The last packet may be half there: then one frame less is shown than the packets promise.
        assert 0 <= reader.info.frame_count - len(frames) <= 1
        assert np.array_equal(reader.at(RationalTime(100, Rate(1))), frames[-1].image)


def test_damage_in_the_middle_is_stepped_over_and_counted(tmp_path: Path) -> None:
    path = make_film(tmp_path / "f.mov", 40, codec="png", pix_fmt="rgb24")
    data = bytearray(path.read_bytes())
    for start in range(len(data) // 2, len(data) // 2 + 3000):
        data[start] = 0x55
    path.write_bytes(data)
    with VideoReader(path) as reader:
        shown = list(reader.frames())
        assert 20 < len(shown) < 40
        assert reader.damaged_packets >= 1


def test_source_frames_are_untouched_and_tagged(tmp_path: Path) -> None:
    path = make_film(tmp_path / "f.mp4", 5, tags=(1, 1, 1, 1))
    with VideoReader(path) as reader:
        assert reader.is_plain
        frames = [source.frame for source in reader.video_frames()]
    assert len(frames) == 5
    assert {(frame.format.name, frame.colorspace, frame.color_range) for frame in frames} == {
        ("yuv420p", 1, 1)
    }
    with VideoReader(make_film(tmp_path / "small.mp4", 2)) as reader:
        assert not reader.is_plain  # BT.601


def test_open_reader_chooses_by_content(tmp_path: Path) -> None:
    import cv2

    film = make_film(tmp_path / "f.mp4", 3)
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in range(3):
        cv2.imwrite(str(folder / f"p{number}.png"), picture(number))
    assert isinstance(open_reader(film), VideoReader)
    assert isinstance(open_reader(folder / "p0.png"), PictureReader)
    assert isinstance(open_reader([folder / "p0.png"]), PictureReader)
    assert isinstance(open_reader(sorted(folder.iterdir()), Rate(12)), SequenceReader)
    assert isinstance(open_reader(folder), SequenceReader)
    with pytest.raises(UsageError):
        open_reader([])


def test_walking_backwards_gives_the_same_frames(film: Path) -> None:
    frames = all_frames(film)
    with VideoReader(film) as reader:
        for number in (*range(len(frames) - 1, -1, -1), *range(5), 3, 9, 8, 7):
            assert np.array_equal(reader.at(frames[number].time), frames[number].image), number


def test_backwards_in_a_long_group_it_is_decoded_once_for_many_frames(tmp_path: Path) -> None:
    path = make_film(tmp_path / "f.mp4", 250, options=LONG_GOP)
    with VideoReader(path) as reader:
        reader.at(RationalTime(240, Rate(25)))
        begun = reader.seeks
        for number in range(239, 120, -1):
            reader.at(RationalTime(number, Rate(25)))
        assert reader.seeks - begun <= 3


def test_a_frame_held_over_a_hole_is_found_by_a_far_seek(tmp_path: Path) -> None:
    stamps = [number if number < 80 else number + 70 for number in range(120)]
    path = make_film(tmp_path / "f.mp4", 120, stamps=stamps, time_base=Fraction(1, 25), options=LONG_GOP)
    frames = all_frames(path)
    for number in (78, 79):
        with VideoReader(path) as reader:
            reader.at(RationalTime(0, Rate(25)))
            end = frames[number + 1].time - RationalTime(1, Rate(1000))
            assert np.array_equal(reader.at(end), frames[number].image)


def test_a_film_that_is_deleted_while_open_says_so_and_nothing_breaks(tmp_path: Path) -> None:
    path = make_film(tmp_path / "f.mp4", 60, options=LONG_GOP)
    with VideoReader(path) as reader:
        last = reader.at(RationalTime(50, Rate(25))).copy()
        away = path.rename(tmp_path / "away.mp4")
        for _ in range(2):
            with pytest.raises(MissingFileError):
                reader.at(RationalTime(0, Rate(25)))
        away.rename(path)
        reader.at(RationalTime(0, Rate(25)))
        assert np.array_equal(reader.at(RationalTime(50, Rate(25))), last)
