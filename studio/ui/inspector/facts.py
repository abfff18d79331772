"""What a clip is, where it stands, and what its file is made of, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.project.timeline import Clip, External, Generator, ImageSequence, Missing, Project, Take, Title
from studio.timing import timecode

if TYPE_CHECKING:
    from studio.media.probe import MediaInfo

Line = tuple[str, str]


def clip_facts(clip: Clip, project: Project) -> list[Line]:
    """What a clip is and where it stands."""
    rate = project.rate
    seconds = float(clip.duration / rate.fraction)
    return [
        ("Kind", _kind(clip, project)),
        ("Start", timecode(clip.start, rate)),
        ("Length", f"{timecode(clip.duration, rate)} ({seconds:.2f} s)"),
    ]


def source_facts(take: Take) -> list[Line]:
    """What the project knows about a take's source."""
    match take.reference:
        case External() as file:
            size = [("Picture", f"{file.width} × {file.height} px")] if file.has_video and file.width else []
            rate = [("Rate", f"{file.rate} fps")] if file.rate is not None else []
            length = [("Length", f"{float(file.duration.seconds):.2f} s")] if file.duration else []
            return [("File", file.path.rsplit("/", 1)[-1]), *size, *rate, *length]
        case ImageSequence() as pictures:
            return [("Pictures", str(len(pictures.paths))), ("Rate", f"{pictures.rate} fps")]
        case Missing(reason=reason):
            return [("Reason", reason)]
        case Generator() | Title():
            return []


def media_facts(info: MediaInfo) -> list[Line]:
    """What only the file itself tells: codecs, depth, colour, and what is unusual about it."""
    lines: list[Line] = []
    if info.kind != "audio":
        depth = f", {info.bit_depth} bit" if info.bit_depth else ""
        lines.append(("Codec", f"{info.codec}{depth}"))
    if info.rotation:
        lines.append(("Rotation", f"{info.rotation}°"))
    if info.variable_rate:
        lines.append(("Frames", "Variable frame rate"))
    if info.pixel_aspect.fraction != 1:
        lines.append(("Pixels", f"{info.pixel_aspect} wide to high"))
    if info.interlaced:
        lines.append(("Fields", "Interlaced"))
    if info.has_alpha:
        lines.append(("Alpha", "Transparent parts are kept"))
    if info.audio is not None:
        kilohertz = f"{info.audio.sample_rate / 1000:g} kHz"
        lines.append(("Sound", f"{info.audio.codec}, {kilohertz}, {_channels(info.audio.channels)}"))
    return lines


def take_name(take: Take, index: int) -> str:
    name = take.name or ("Original" if index == 0 else f"Take {index + 1}")
    return f"{name} (being made)" if isinstance(take.reference, Generator) else name


def _channels(count: int) -> str:
    return {1: "mono", 2: "stereo"}.get(count, f"{count} channels")


def _kind(clip: Clip, project: Project) -> str:
    found = project.find(clip.id)
    if found is not None and found[0].kind == "audio":
        return "Sound"
    match clip.take.reference:
        case Generator():
            return "Being made"
        case Missing():
            return "Missing"
        case Title():
            return "Title"
        case ImageSequence():
            return "Image sequence"
        case External(duration=None):
            return "Picture"
        case _:
            return "Footage" if clip.take.recipe is None else "Generated"
