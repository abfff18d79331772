"""Timeline frames and the frames of a clip's file lead to each other, whatever the rates and speeds."""

from __future__ import annotations

import pytest

from studio.project.timeline import Clip, External, Take
from studio.timing import Rate, RationalTime
from studio.ui.panels.clip_frames import ClipFrames

PROJECT = Rate(24)


def frames(rate: str, speed: str = "1", reverse: bool = False) -> ClipFrames:
    own = Rate.of(rate)
    reference = External(path="a.mkv", duration=RationalTime(400, own), rate=own)
    take = Take(id="t", reference=reference, source_start=RationalTime(7, own))
    clip = Clip(id="c", name="c", start=10, duration=50, takes=(take,), speed=Rate.of(speed), reverse=reverse)
    return ClipFrames(clip, PROJECT)


@pytest.mark.parametrize("rate", ["12", "23.976", "24", "25", "29.97", "60"])
@pytest.mark.parametrize("speed", ["1", "0.5", "3"])
@pytest.mark.parametrize("reverse", [False, True])
def test_every_frame_is_found_where_it_is_shown(rate: str, speed: str, reverse: bool) -> None:
    clip = frames(rate, speed, reverse)
    seen = {number for at in range(10, 60) for number in clip.at(at)}
    assert seen == set(range(max(seen) + 1))
    for number in seen:
        place = clip.place_of(number)
        assert place is not None and number in clip.at(place)


def test_outside_there_is_nothing() -> None:
    clip = frames("24")
    assert not clip.at(9) and not clip.at(60)
    assert (list(clip.at(10)), list(clip.at(59))) == ([0], [49])
    assert clip.place_of(50) is None
