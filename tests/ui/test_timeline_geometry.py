"""Frames to pixels and back, the ruler's steps, snapping, waveforms: the arithmetic under the painting."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF

from studio.project.timeline import Clip, External, Marker, Project, Take, Track, new_project
from studio.timing import Rate, timecode
from studio.ui.timeline.geometry import (
    LARGEST_SCALE,
    RULER_HEIGHT,
    SMALLEST_SCALE,
    Lens,
    rows_of,
    ruler_steps,
)
from studio.ui.timeline.hits import hit
from studio.ui.timeline.snapping import REACH, snap, snap_points
from studio.ui.timeline.waveform import PEAKS_PER_SECOND, columns

SCALES = st.floats(SMALLEST_SCALE, LARGEST_SCALE)
RATES = st.sampled_from([Rate(24), Rate(25), Rate(30), Rate(30000, 1001), Rate(12), Rate(1), Rate(60)])


def project() -> Project:
    def clip(clip_id: str, start: int, end: int) -> Clip:
        take = Take(id=clip_id, reference=External(path="x.mp4"))
        return Clip(id=clip_id, name=clip_id, start=start, duration=end - start, takes=(take,))

    video = Track(id="v1", name="V1", kind="video", clips=(clip("a", 0, 40), clip("b", 40, 41)))
    sound = Track(id="a1", name="A1", kind="audio", clips=(clip("s", 10, 30),))
    return Project(tracks=(video, sound), markers=(Marker(id="m", frame=77),))


@given(scale=SCALES, left=st.floats(0, 1e6), frame=st.integers(0, 10**6))
def test_a_frame_is_found_again_at_its_pixel(scale: float, left: float, frame: int) -> None:
    lens = Lens(scale=scale, left=left)
    assert lens.frame_at(lens.x_of(frame)) == frame


@given(scale=SCALES, left=st.floats(0, 1e5), factor=st.floats(0.1, 10), x=st.floats(0, 800))
def test_zooming_keeps_what_is_under_the_pointer(scale: float, left: float, factor: float, x: float) -> None:
    lens = Lens(scale=scale, left=left)
    zoomed = lens.zoomed(factor, x)
    assert SMALLEST_SCALE <= zoomed.scale <= LARGEST_SCALE
    if zoomed.left > 0:
        under = (x + left - 8) / scale
        assert zoomed.x_of(under) == pytest.approx(x, abs=1e-3)


def test_fitting_shows_everything() -> None:
    lens = Lens(width=700).fitted(9000)
    assert lens.x_of(0) >= 0
    assert lens.x_of(9000) <= 700


def test_scrolling_stays_within_what_there_is() -> None:
    rows = rows_of(new_project())
    lens = Lens(width=400, height=120)
    assert lens.scrolled(-50, -50, 100, rows).left == 0
    far = lens.scrolled(1e9, 10**6, 100, rows)
    assert far.x_of(100) > 0
    assert far.y_of(rows[-1]) + rows[-1].height <= far.height


def test_rows_stand_as_in_the_picture() -> None:
    assert [row.track.name for row in rows_of(new_project())] == ["V2", "V1", "A1"]


@given(scale=SCALES, rate=RATES, width=st.floats(40, 150))
def test_ruler_steps_leave_room_and_fall_on_carries(scale: float, rate: Rate, width: float) -> None:
    steps = ruler_steps(scale, rate, width)
    assert steps.major % steps.minor == 0
    nominal = round(rate.fraction)
    if steps.major >= nominal:
        assert timecode(steps.major, rate).endswith(":00")
    else:
        assert nominal % steps.major == 0
    if steps.major < 14400 * nominal:
        assert steps.major * scale >= width


def test_what_lies_under_the_pointer() -> None:
    lens, rows = Lens(scale=4, left=0), rows_of(project())
    y = RULER_HEIGHT + 30

    def part(frame: float, dx: float = 0) -> tuple[str, str]:
        found = hit(lens, rows, project(), QPointF(lens.x_of(frame) + dx, y))
        return found.part, found.clip.id if found.clip else ""

    assert part(20) == ("clip", "a")
    assert part(0, 2) == ("start", "a")
    assert part(40, -5) == ("end", "a")
    # Where two clips meet, the cut lies between their edges.
    assert part(40, -2) == ("cut", "a")
    assert part(60) == ("empty", "")
    # A clip of four pixels still has a middle to be moved by.
    assert part(40.5) == ("clip", "b")
    assert hit(lens, rows, project(), QPointF(50, 5)).part == "ruler"


def test_a_rubber_band_takes_what_it_touches() -> None:
    lens, rows = Lens(scale=4), rows_of(project())
    band = QRectF(lens.x_of(35), RULER_HEIGHT + 5, 4 * 5.2, 10)
    assert [clip.id for _, clip in lens.rubber_band(rows, band)] == ["a", "b"]


def test_snap_points_leave_out_what_moves() -> None:
    assert snap_points(project(), 5) == [0, 5, 10, 30, 40, 41, 77]
    assert snap_points(project(), 5, {"a"}) == [0, 5, 10, 30, 40, 41, 77]
    assert snap_points(project(), 5, {"a", "b", "s"}) == [0, 5, 77]


@given(
    edges=st.lists(st.integers(0, 500), min_size=1, max_size=4),
    points=st.lists(st.integers(0, 500), max_size=20),
    scale=st.floats(0.1, 20),
)
def test_snapping_takes_the_nearest_point_in_reach(edges: list[int], points: list[int], scale: float) -> None:
    found = snap(edges, sorted(set(points)), scale)
    distances = [abs(edge - point) for edge in edges for point in points]
    nearest = min(distances, default=None)
    if nearest is not None and nearest <= REACH / scale:
        assert found.frame in points
        assert abs(found.correction) == nearest
    else:
        assert found.frame is None
        assert found.correction == 0


@pytest.mark.parametrize("per_pixel", [Fraction(1, 500), Fraction(1, 100), Fraction(1, 7), Fraction(2)])
def test_a_waveform_column_holds_every_peak_under_it(per_pixel: Fraction) -> None:
    rng = np.random.default_rng(3)
    high = rng.random(1000, dtype=np.float32)
    wave = np.stack([-high / 2, high], axis=1)
    found = columns(wave, 0.5, float(per_pixel), 40)
    assert found.shape == (40, 2)
    for column in range(40):
        first = int(np.floor((0.5 + column * per_pixel) * PEAKS_PER_SECOND))
        last = max(first + 1, int(np.ceil((0.5 + (column + 1) * per_pixel) * PEAKS_PER_SECOND - 1e-9)))
        expected = high[first:last].max() if first < len(high) else 0
        assert found[column, 1] >= expected - 1e-6
        assert found[column, 0] <= -expected / 2 + 1e-6


def test_beyond_the_sound_there_is_silence() -> None:
    wave = np.ones((10, 2), np.float32)
    assert not columns(wave, 50.0, 0.01, 20).any()
    assert not columns(wave, -5.0, 0.01, 20).any()
    assert not columns(wave[:0], 0.0, 0.01, 20).any()
