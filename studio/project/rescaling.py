"""A project at another frame rate: everything stays at its time."""

from __future__ import annotations

from fractions import Fraction

import msgspec

from studio.project import layout
from studio.project.timeline import Clip, Project, Track
from studio.timing import Rate, RationalTime

replace = msgspec.structs.replace


def at_rate(project: Project, rate: Rate) -> Project:
    """`project` counted at `rate`: frame numbers are rounded to the nearest.

    Clips never grow into one another, because all edges round alike; where clips of less than a frame
    crowd, the later ones are pushed on.
    """

    def moved(frame: int) -> int:
        return RationalTime(frame, project.rate).to_frames(rate)

    tracks: list[Track] = []
    for track in project.tracks:
        clips: list[Clip] = []
        for clip in track.clips:
            start = max(moved(clip.start), clips[-1].end if clips else 0)
            clips.append(
                rescaled_clip(
                    clip, start, max(1, moved(clip.end) - start), rate.fraction / project.rate.fraction
                )
            )
        transitions = tuple(
            replace(one, before=moved(one.before), after=moved(one.after)) for one in track.transitions
        )
        tracks.append(layout.fitting(replace(track, clips=tuple(clips), transitions=transitions)))
    in_point = None if project.in_point is None else moved(project.in_point)
    out_point = None if project.out_point is None else max((in_point or 0) + 1, moved(project.out_point))
    return replace(
        project,
        rate=rate,
        tracks=tuple(tracks),
        markers=tuple(replace(marker, frame=moved(marker.frame)) for marker in project.markers),
        in_point=in_point,
        out_point=out_point,
    )


def rescaled_clip(clip: Clip, start: int, duration: int, share: Fraction) -> Clip:
    """`clip` at a new place and length, its fades and keyframes counted in frames `share` times as many."""
    clip = replace(
        clip,
        start=start,
        appearance=clip.appearance.stretched(share.numerator, share.denominator),
        volume=clip.volume.stretched(share.numerator, share.denominator),
        fade_in=round(clip.fade_in * share),
        fade_out=round(clip.fade_out * share),
    )
    return layout.with_length(clip, duration)
