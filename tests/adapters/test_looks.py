"""Stylize: the clip frame for frame in its look, range and sound kept."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from studio.adapters.looks import LooksAdapter
from studio.errors import CancelledError
from studio.jobs.job import Look, Source, Stylize
from studio.media.writer import MasterWriter
from studio.render.looks import stylize
from studio.render.steadiness import measure
from studio.timing import Rate, RationalTime, TimeRange
from tests.contract.contexts import RecordingContext
from tests.render.pictures import shifted, texture

RATE = Rate(30000, 1001)


def frame_of(number: int) -> np.ndarray:
    return shifted(texture(90, 160), number)


@pytest.fixture
def clip(tmp_path: Path) -> Source:
    path = tmp_path / "clip.mkv"
    sound = np.random.default_rng(4).uniform(-0.5, 0.5, (19219, 2)).astype(np.float32)
    with MasterWriter(path, 160, 90, RATE, audio=sound) as writer:
        for number in range(12):
            writer.write(frame_of(number))
    return Source(path=str(path))


@pytest.mark.parametrize("look", Look)
def test_a_clip_keeps_its_size_rate_length_and_sound(clip: Source, look: Look, tmp_path: Path) -> None:
    context = RecordingContext(tmp_path)
    footage = LooksAdapter().run(Stylize(source=clip, look=look), context)
    frames = list(footage.frames)
    assert (footage.width, footage.height, footage.rate) == (160, 90, RATE)
    assert len(frames) == footage.num_frames == 12
    assert np.array_equal(frames[0], stylize(frame_of(0), look))
    assert footage.audio is not None
    assert sum(len(block) for block in footage.audio) == 19219
    assert context.steps[-1] == ("render", 12, 12)


def test_only_the_asked_range_is_drawn(clip: Source, tmp_path: Path) -> None:
    part = TimeRange(RationalTime(5, RATE), RationalTime(4, RATE))
    source = Source(path=clip.path, time_range=part)
    footage = LooksAdapter().run(Stylize(source=source, look=Look.OIL), RecordingContext(tmp_path))
    frames = list(footage.frames)
    assert len(frames) == footage.num_frames == 4
    assert np.array_equal(frames[0], stylize(frame_of(5), Look.OIL))


def test_no_strength_gives_the_clip_back(clip: Source, tmp_path: Path) -> None:
    job = Stylize(source=clip, look=Look.INK, strength=0)
    for number, frame in enumerate(LooksAdapter().run(job, RecordingContext(tmp_path)).frames):
        assert np.array_equal(frame, frame_of(number))


def test_a_still_picture_is_drawn_for_as_long_as_its_clip(tmp_path: Path) -> None:
    path = tmp_path / "still.png"
    cv2.imwrite(str(path), cv2.cvtColor(frame_of(0), cv2.COLOR_RGB2BGR))
    part = TimeRange(RationalTime(0, Rate(24)), RationalTime(7, Rate(24)))
    job = Stylize(source=Source(path=str(path), time_range=part), look=Look.CARTOON)
    footage = LooksAdapter().run(job, RecordingContext(tmp_path))
    frames = list(footage.frames)
    assert len(frames) == footage.num_frames == 7
    assert all(np.array_equal(frame, stylize(frame_of(0), Look.CARTOON)) for frame in frames)


def test_holding_still_is_measured_beside_frame_by_frame(clip: Source, tmp_path: Path) -> None:
    footage = LooksAdapter().run(Stylize(source=clip, look=Look.PENCIL), RecordingContext(tmp_path))
    frames = list(footage.frames)
    assert footage.flicker is not None
    found = footage.flicker()
    originals = [frame_of(number) for number in range(12)]
    alone = [stylize(frame, Look.PENCIL) for frame in originals]
    assert found is not None
    assert found.before == pytest.approx(measure(alone, originals))
    assert found.after == pytest.approx(measure(frames, originals))
    assert found.after < found.before


def test_a_still_does_not_flicker(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "still.png"), frame_of(0))
    job = Stylize(source=Source(path=str(tmp_path / "still.png")), look=Look.INK)
    footage = LooksAdapter().run(job, RecordingContext(tmp_path))
    assert len(list(footage.frames)) == 1
    assert footage.flicker is None


def test_a_transparent_still_keeps_its_alpha(tmp_path: Path) -> None:
    image = np.dstack((frame_of(0)[..., ::-1], np.full((90, 160), 120, np.uint8)))
    cv2.imwrite(str(tmp_path / "still.png"), image)
    part = TimeRange(RationalTime(0, Rate(24)), RationalTime(2, Rate(24)))
    job = Stylize(source=Source(path=str(tmp_path / "still.png"), time_range=part), look=Look.INK)
    footage = LooksAdapter().run(job, RecordingContext(tmp_path))
    assert footage.alpha
    for frame in footage.frames:
        assert (frame[..., 3] == 120).all()
        assert np.array_equal(frame[..., :3], stylize(frame_of(0), Look.INK))


def test_cancel_stops_it_and_closes_the_file(clip: Source, tmp_path: Path) -> None:
    context = RecordingContext(tmp_path, previews=True, cancel_at=("render", 3))
    with pytest.raises(CancelledError):
        list(LooksAdapter().run(Stylize(source=clip, look=Look.OIL), context).frames)
    assert len(context.previews) == 3
    Path(clip.path).unlink()
