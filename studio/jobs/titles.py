"""What a job is called, in the queue, as a clip, as a file; and what it has measured, in words."""

from __future__ import annotations

from pathlib import PurePath

from studio.jobs.job import Animate, Deflicker, Download, Export, Generate, Interpolate, Job, Stylize
from studio.project.timeline import Flicker


def title_of(job: Job) -> str:
    """A few words for the queue, a clip's name or a file name."""
    match job:
        case Generate():
            return job.prompt.strip()[:60] or "Generated"
        case Animate():
            count = len(job.pictures)
            return (
                f"{job.move.value.replace('-', ' ').capitalize()}"
                if count == 1
                else f"Film of {count} pictures"
            )
        case Interpolate():
            slow = f", speed {job.speed[0].speed}×" if len(job.speed) == 1 else ", speed curve"
            return f"Interpolate to {job.frame_rate} fps{slow if job.speed else ''}"
        case Stylize():
            return _name_of_look(job)
        case Deflicker():
            return "Remove flicker"
        case Export():
            return f"Export {job.project.name}"
        case Download():
            return f"Download {job.title or job.repo}"


def flicker_words(job: Job, flicker: Flicker) -> str:
    """The number before and after: of the clip itself, or of a look drawn frame by frame and held still."""
    if isinstance(job, Stylize):
        return f"{flicker.before:.1f} frame by frame, {flicker.after:.1f} held still"
    return f"{flicker.before:.1f} before, {flicker.after:.1f} after"


def _name_of_look(job: Stylize) -> str:
    if job.style is not None:
        return f"Style of {PurePath(job.style.path).stem}"
    if job.named_style is not None:
        return f"{job.named_style.value.replace('-', ' ').capitalize()} style"
    return f"{job.look.value.capitalize()} look" if job.look is not None else "Another look"
