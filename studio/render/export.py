"""A project as a file for others: MP4, lossless MKV, GIF or numbered pictures."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from studio.errors import InputError, MediaError, MissingFileError, UsageError
from studio.media.probe import probe
from studio.media.reader import SourceFrame
from studio.media.writer import MasterWriter, Mp4Writer, PngSequenceWriter, Writer, check_ending, open_writer
from studio.project.media_paths import resolve_path
from studio.project.timeline import (
    Clip,
    External,
    Generator,
    ImageSequence,
    Missing,
    Project,
    Reference,
    Title,
    Track,
)
from studio.render.ahead import ahead
from studio.render.compositor import Compositor
from studio.render.slate import Problem, name_of
from studio.render.sound import Mixer, heard_clips, sample_of
from studio.timing import RationalTime

SAMPLE_RATE = 48000
# Blocks of 100 ms: Matroska's timestamps are whole milliseconds, so every block's is exact.
_SOUND_BLOCK = SAMPLE_RATE // 10
# Enough to ride over a keyframe that decodes slowly; 8 frames of 1080p are 50 MB.
_STEPS_AHEAD = 8


class ExportOptions(msgspec.Struct, frozen=True):
    """How the file shall be; what a kind of file does not know is ignored by it."""

    width: int | None = None
    height: int | None = None
    """None: the project's."""
    crf: int = 18
    """H.264 quality, 0 (best) … 51."""
    preset: str = "medium"
    """x264's name for how much time to spend."""
    range_only: bool = False
    """Only from the project's in point to its out point."""


class ExportReport(msgspec.Struct, frozen=True):
    """What was written."""

    path: str
    """The file; of numbered pictures the first."""
    frames: int
    duration: RationalTime
    notes: tuple[str, ...]
    """What a person should know about the file or its sources."""


class _Step(NamedTuple):
    """One frame, and the sound that is due with it."""

    picture: np.ndarray | SourceFrame
    sound: np.ndarray | None


def export(
    project: Project,
    folder: Path,
    target: Path,
    options: ExportOptions,
    on_progress: Callable[[int, int], None],
    raise_if_cancelled: Callable[[], None],
) -> ExportReport:
    """Writes the film of `project`, whose relative paths start from `folder`, to `target`, all or nothing.

    The ending of `target` decides: .mp4, .mkv (lossless), .gif, .png (numbered pictures). Decoding and
    composing run in one thread, encoding in this one. `on_progress(frames done, frames)` and
    `raise_if_cancelled` are called for every frame.
    Raises UsageError (no such kind of file), InputError (nothing to export, unfinished results),
    MissingFileError before anything is written, MediaError, StorageError and DiskFullError.
    """
    check_target(project, folder, target)
    width, height = options.width or project.width, options.height or project.height
    project = msgspec.structs.replace(project, width=width, height=height)
    frames = project.chosen_range() if options.range_only else range(project.duration)
    needed = _within(project, frames)
    check_exportable(needed, folder)
    total = len(frames)
    with (
        _writer_for(needed, target, options) as writer,
        Compositor(project, folder) as compositor,
        Mixer(project, folder, SAMPLE_RATE) as mixer,
        closing(ahead(_steps(compositor, mixer, needed, frames, writer), _STEPS_AHEAD)) as steps,
    ):
        for done, step in enumerate(steps, 1):
            raise_if_cancelled()
            _write(writer, step)
            on_progress(done, total)
    path = writer.path_of(1) if isinstance(writer, PngSequenceWriter) else target
    notes = writer.notes + _source_notes(needed, folder)
    return ExportReport(str(path), total, RationalTime(total, project.rate), notes)


def check_exportable(project: Project, folder: Path) -> None:
    """Raises InputError for an empty or unfinished film, MissingFileError for files that are not there."""
    clips = _used_clips(project)
    if not clips:
        raise InputError(
            "There is nothing to export.",
            "Put a clip on the timeline, show a hidden track, or choose a longer range.",
        )
    if ghosts := [clip.name for clip in clips if isinstance(clip.take.reference, Generator)]:
        hint = "Wait until their jobs have ended, or remove them from the timeline."
        raise InputError(f"Still being generated: {_listed(ghosts)}", hint)
    lost = {name: None for clip in clips for name in _lost(clip.take.reference, folder)}
    if lost:
        raise MissingFileError(
            f"The film needs what is not there: {_listed([Path(name).name for name in lost])}",
            "Relink or remove the clips, or connect the drive they are on.",
            "\n".join(lost),
        )


def check_target(project: Project, folder: Path, target: Path) -> None:
    """Raises UsageError for an ending that means nothing, or when a source of the film would be replaced."""
    numbered = check_ending(target) == ".png"
    name = re.compile(rf"{re.escape(target.stem)}_\d{{5,}}\.png" if numbered else re.escape(target.name))
    for clip in _used_clips(project):
        for path in _paths(clip.take.reference, folder):
            if name.fullmatch(path.name) and path.parent.resolve() == target.parent.resolve():
                raise UsageError(f"The film is made of {path.name} itself.", "Export under another name.")


def recipe_of(project: Project) -> str:
    """The job, as JSON, that made all that is seen in `project`; "" where there is no single one."""
    recipes = [clip.take.recipe for clip in _seen_clips(project)]
    if recipes and recipes[0] and all(recipe == recipes[0] for recipe in recipes):
        return msgspec.json.encode(recipes[0]).decode()
    return ""


def _seen_clips(project: Project) -> list[Clip]:
    return [clip for track in project.playing_tracks("video") for clip in track.clips]


def _used_clips(project: Project) -> list[Clip]:
    return _seen_clips(project) + heard_clips(project)


def _within(project: Project, frames: range) -> Project:
    """`project` with only those clips of which something is seen or heard in `frames`."""
    tracks: list[Track] = []
    for track in project.tracks:
        # Under a transition a clip goes on beyond its end; at a cut its sound does, for milliseconds.
        reach = 1 + max((max(each.before, each.after) for each in track.transitions), default=0)
        clips = track.clips_between(frames.start - reach, frames.stop + reach) if frames else ()
        tracks.append(msgspec.structs.replace(track, clips=clips))
    return msgspec.structs.replace(project, tracks=tuple(tracks))


def _lost(reference: Reference, folder: Path) -> list[str]:
    """What of `reference` is not there."""
    if isinstance(reference, Missing):
        return [name_of(reference)]
    return [str(path) for path in _paths(reference, folder) if not path.is_file()]


def _paths(reference: Reference, folder: Path) -> list[Path]:
    match reference:
        case External():
            return [resolve_path(folder, reference.path)]
        case ImageSequence():
            return [resolve_path(folder, path) for path in reference.paths]
        case Generator() | Missing() | Title():
            return []


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(names[:5]) + more


def _writer_for(project: Project, target: Path, options: ExportOptions) -> Writer:
    return open_writer(
        target,
        project.width,
        project.height,
        project.rate,
        audio_rate=SAMPLE_RATE if heard_clips(project) else None,
        crf=options.crf,
        preset=options.preset,
        comment=recipe_of(project),
    )


def _steps(
    compositor: Compositor, mixer: Mixer, project: Project, frames: range, writer: Writer
) -> Iterator[_Step]:
    """The `frames` of `project` in order, each with the sound that is due with it."""
    has_sound = isinstance(writer, MasterWriter | Mp4Writer) and bool(heard_clips(project))
    # An odd size is padded by the writer, which a stored frame would not pass through.
    may_pass = isinstance(writer, Mp4Writer) and project.width % 2 == project.height % 2 == 0
    last = sample_of(frames.stop, project.rate, SAMPLE_RATE)
    heard = sample_of(frames.start, project.rate, SAMPLE_RATE)
    for number in frames:
        stored = compositor.stored_frame(number) if may_pass else None
        picture = compositor.frame(number) if stored is None else stored
        sound = None
        due = sample_of(number + 1, project.rate, SAMPLE_RATE)
        if has_sound and due > heard:
            blocks = math.ceil((due - heard) / _SOUND_BLOCK)
            sound = mixer.read(heard, min(blocks * _SOUND_BLOCK, last - heard))
            heard += len(sound)
        _raise_for(compositor.problems + mixer.problems)
        yield _Step(picture, sound)


def _raise_for(problems: tuple[Problem, ...]) -> None:
    """A film with a slate in it, or with a silence, is not what was asked for."""
    if problems:
        raise MediaError(f"{problems[0].name}: {problems[0].message}", problems[0].hint)


def _write(writer: Writer, step: _Step) -> None:
    if isinstance(step.picture, SourceFrame):
        assert isinstance(writer, Mp4Writer)
        writer.write_video_frame(step.picture.frame)
    else:
        writer.write(step.picture)
    if step.sound is not None:
        assert isinstance(writer, MasterWriter | Mp4Writer)
        writer.write_audio(step.sound)


def _source_notes(project: Project, folder: Path) -> tuple[str, ...]:
    """What is known about the sources that the film shows: HDR shown as SDR, cut-off files …"""
    notes: dict[str, None] = {}
    for clip in _seen_clips(project):
        for path in _paths(clip.take.reference, folder)[:1]:
            notes |= {f"{path.name}: {note}": None for note in probe(path).notes}
    return (*notes, *_font_notes(project))


def _font_notes(project: Project) -> list[str]:
    """Fonts that titles ask for and that are not on this machine."""
    references = [clip.take.reference for clip in _seen_clips(project)]
    wanted = {title.family for title in references if isinstance(title, Title) and title.family}
    if not wanted:
        return []
    from studio.lettering import families

    return [
        f"The font {family} is not installed; a similar one was used"
        for family in sorted(wanted - {*families()})
    ]
