"""Interlaced films come as whole frames, the same ones however they are reached."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.frame import VideoFrame

from studio.media.deinterlacer import Deinterlacer
from studio.media.probe import probe
from studio.media.reader import VideoReader
from studio.timing import Rate, RationalTime

FPS = Rate(25)
COUNT = 40


def woven(number: int) -> np.ndarray:
    """A bar that moves 2 pixels from the upper field (even lines) to the lower one: combs at its sides."""
    image = np.zeros((96, 160, 3), np.uint8)
    place = 4 * number % 140
    image[0::2, place : place + 20] = 255
    image[1::2, place + 2 : place + 22] = 255
    return image


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("interlaced") / "film.mkv"
    options = {"flags": "+ildct+ilme", "x264-params": "tff=1:keyint=12", "crf": "5"}
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", rate=25, options=options)
        stream.width, stream.height, stream.pix_fmt = 160, 96, "yuv422p"
        for number in range(COUNT):
            frame = VideoFrame.from_ndarray(woven(number), format="rgb24").reformat(format="yuv422p")
            frame.pts = number
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


def combing(image: np.ndarray) -> float:
    """How much lines differ from the mean of their neighbours."""
    lines = image[..., 1].astype(float)
    return float(np.abs(lines[1:-1] - (lines[:-2] + lines[2:]) / 2).mean())


def test_it_is_told(film: Path) -> None:
    info = probe(film)
    assert info.interlaced
    assert "interlaced, shown as whole frames" in info.notes


def test_moving_edges_have_no_combs(film: Path) -> None:
    with VideoReader(film) as reader:
        frames = [frame.image for frame in reader.frames()]
    assert len(frames) == COUNT
    assert combing(woven(10)) > 5
    for number, image in enumerate(frames):
        assert combing(image) < 1, number
        middle = np.flatnonzero(image[48, :, 1] > 128).mean()
        assert abs(middle - (4 * number % 140 + 9.5)) <= 2, number


def test_every_frame_is_the_same_however_it_is_reached(film: Path) -> None:
    with VideoReader(film) as walk, VideoReader(film) as jumps:
        row = [frame.image.copy() for frame in walk.frames()]
        for number in [39, 0, 13, 12, 11, 24, 38, 25, 1, 36, 37]:
            image = jumps.at(RationalTime(number, FPS))
            assert np.array_equal(image, row[number]), number


def test_frames_that_change_their_size_all_come_out_in_order() -> None:
    deinterlacer = Deinterlacer()
    came: list[VideoFrame] = []
    for number in range(12):
        size = (96, 160, 3) if number < 7 else (48, 64, 3)
        frame = VideoFrame.from_ndarray(np.zeros(size, np.uint8), format="rgb24").reformat(format="yuv420p")
        frame.pts, frame.time_base = number, Fraction(1, 25)
        came += deinterlacer.whole(frame)
    came += deinterlacer.rest()
    assert [(frame.pts, frame.width) for frame in came] == [(k, 160 if k < 7 else 64) for k in range(12)]


def test_a_film_with_transparency_keeps_it_where_asked(tmp_path: Path) -> None:
    image = np.zeros((48, 64, 4), np.uint8)
    image[..., 0] = 200
    image[:, :32, 3] = 255
    image[:, 32:48, 3] = 128
    path = tmp_path / "logo.mkv"
    with av.open(str(path), "w") as output:
        stream = output.add_stream("ffv1", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "bgra"
        for number in range(3):
            frame = VideoFrame.from_ndarray(image, format="rgba").reformat(format="bgra")
            frame.pts = number
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    assert probe(path).has_alpha
    with VideoReader(path, alpha=True) as reader:
        assert np.array_equal(reader.at(RationalTime(1, FPS)), image)
    with VideoReader(path) as reader:
        assert reader.at(RationalTime(1, FPS)).shape == (48, 64, 3)
