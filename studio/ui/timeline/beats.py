"""Markers on the beats of a sound: edges snap to them as to any marker."""

from __future__ import annotations

from studio.project.edits import AddMarker, Several
from studio.project.media_paths import resolve_path
from studio.project.timeline import Clip, External, Marker, Project, new_id
from studio.timing import RationalTime
from studio.ui.bridge import run_in_background
from studio.ui.session import Session


def has_beats(clip: Clip) -> bool:
    """Whether the clip plays a sound forwards."""
    reference = clip.take.reference
    return isinstance(reference, External) and reference.has_audio and not clip.reverse and not clip.frozen


def mark_beats(session: Session, clip: Clip) -> None:
    """Listens to the clip's sound in the background, then marks them: one undo step."""
    assert isinstance(clip.take.reference, External)
    path = resolve_path(session.folder, clip.take.reference.path)

    def listen() -> tuple[RationalTime, ...]:
        from studio.media.audio import onsets

        return onsets(path)

    def mark(times: tuple[RationalTime, ...]) -> None:
        taken = {marker.frame for marker in session.project.markers}
        frames = [frame for frame in beat_frames(session.project, clip, times) if frame not in taken]
        if not frames:
            session.notify("info", f"No beats were found in '{clip.name}'.", "They may be marked already.")
            return
        markers = tuple(AddMarker(marker=Marker(id=new_id(), frame=frame)) for frame in frames)
        session.apply(Several(edits=markers, name="Mark beats"))

    run_in_background(listen, mark, session.tell_report, owner=session)


def beat_frames(project: Project, clip: Clip, times: tuple[RationalTime, ...]) -> list[int]:
    """The timeline frames in `clip` nearest to the moments `times` of its source."""
    start = clip.take.source_start.seconds
    rate, speed = project.rate.fraction, clip.speed.fraction
    frames = {clip.start + round((time.seconds - start) / speed * rate) for time in times}
    return sorted(frame for frame in frames if clip.start <= frame < clip.end)
