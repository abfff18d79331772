"""A master in segments: the same as in one go, whenever it was interrupted; never a half one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from studio.adapters.base import SEGMENT_FRAMES, Footage, by_segments
from studio.errors import CancelledError, DiskFullError
from studio.jobs.messages import Result
from studio.media.audio import read_audio
from studio.media.reader import VideoReader
from studio.timing import Rate
from studio.worker.context import WorkerContext
from studio.worker.segments import Segments
from studio.worker.writing import Master, write_master
from tests.media.films import picture
from tests.worker.lines import Lines

RATE = Rate(30000, 1001)
COUNT = 2 * SEGMENT_FRAMES + 25


@pytest.fixture
def context(tmp_path: Path) -> WorkerContext:
    return WorkerContext(Lines().outlet, "job", tmp_path / "scratch", None)


def sound() -> np.ndarray:
    samples = round(COUNT / RATE.fraction * 48000)
    return np.random.default_rng(3).uniform(-0.5, 0.5, (samples, 2)).astype(np.float32)


def blocks() -> Iterator[np.ndarray]:
    whole = sound()
    for begin in range(0, len(whole), 48000):
        yield whole[begin : begin + 48000]


def frames(start: int, stop_at: int = COUNT) -> Iterator[np.ndarray]:
    """The pictures from `start` on; the user cancels before picture `stop_at`."""
    for number in range(start, COUNT):
        if number == stop_at:
            raise CancelledError
        yield picture(number)


def write(context: WorkerContext, folder: Path, stop_at: int = COUNT) -> Result:
    segments = Segments(folder / "segments", "recipe")
    start = segments.frame_count
    footage = Footage(frames(start, stop_at), 64, 48, RATE, COUNT, blocks(), start)
    return write_master(footage, Master(folder / "film.mkv", "recipe", "render"), segments, context)


def assert_whole(result: Result) -> None:
    assert result.frame_count == COUNT and result.has_audio
    with VideoReader(result.path) as reader:
        assert (reader.info.frame_count, reader.info.rate) == (COUNT, RATE)
        assert reader.info.comment == "recipe"
        for number, frame in enumerate(reader.frames()):
            assert np.array_equal(frame.image, picture(number))
    assert np.abs(read_audio(result.path) - sound()).max() < 1 / 32000


@pytest.mark.parametrize("stops", [(), (1, 119), (120, 121, 239), (241, 264)])
def test_taken_up_again_it_is_whole(context: WorkerContext, tmp_path: Path, stops: tuple[int, ...]) -> None:
    for stop in stops:
        with pytest.raises(CancelledError):
            write(context, tmp_path, stop)
        assert not (tmp_path / "film.mkv").exists()
        assert (
            Segments(tmp_path / "segments", "recipe").frame_count == stop // SEGMENT_FRAMES * SEGMENT_FRAMES
        )
    assert_whole(write(context, tmp_path))


def test_killed_while_joining_nothing_is_made_twice(context: WorkerContext, tmp_path: Path) -> None:
    write(context, tmp_path)
    (tmp_path / "film.mkv").unlink()
    assert_whole(write(context, tmp_path, stop_at=0))


def test_an_adapter_that_begins_earlier_is_taken_at_its_word(context: WorkerContext, tmp_path: Path) -> None:
    with pytest.raises(CancelledError):
        write(context, tmp_path, 250)
    segments = Segments(tmp_path / "segments", "recipe")
    footage = Footage(frames(0), 64, 48, RATE, COUNT, blocks(), 0)
    assert_whole(write_master(footage, Master(tmp_path / "film.mkv", "recipe", "render"), segments, context))


def test_one_that_cannot_begin_elsewhere_leaves_no_segments(context: WorkerContext, tmp_path: Path) -> None:
    segments = Segments(tmp_path / "segments", "recipe")
    footage = Footage(frames(0), 64, 48, RATE, COUNT, sound())
    assert_whole(write_master(footage, Master(tmp_path / "film.mkv", "recipe", "render"), segments, context))
    assert not (tmp_path / "segments").exists()


def test_memory_of_an_adapter_does_not_depend_on_the_kill() -> None:
    def walk(first: int, end: int) -> Iterator[np.ndarray]:
        state = 0.0
        for number in range(max(0, first - 8), end):
            state = 0.5 * state + number
            if number >= first:
                yield np.array(state)

    whole = [float(x) for x in by_segments(0, COUNT, walk)]
    assert [float(x) for x in by_segments(120, COUNT, walk)] == whole[120:]
    assert list(by_segments(COUNT, COUNT, walk)) == []


def test_a_small_disk_is_said_and_the_job_goes_on_later(
    context: WorkerContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    with pytest.raises(CancelledError):
        write(context, tmp_path, 130)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=200 * 2**20))
        with pytest.raises(DiskFullError, match="are free") as caught:
            write(context, tmp_path)
    assert "goes on after frame 120" in caught.value.hint
    assert_whole(write(context, tmp_path))
