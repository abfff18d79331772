"""What a media file is: kind, length, exact rate, size on the screen, colour, sound, and its oddities."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from studio.errors import MediaError
from studio.media.color import color_tags
from studio.media.container import checked_path, film_stream, open_media
from studio.media.frame_times import FrameTimes, survey
from studio.media.info import AudioInfo, ColorTags, MediaInfo
from studio.media.picture import is_picture, picture_info
from studio.timing import Rate, RationalTime

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream


__all__ = ["AudioInfo", "ColorTags", "Examination", "MediaInfo", "examine", "probe"]


class Examination(msgspec.Struct, frozen=True):
    """A film's facts together with its clock; what a reader needs to start."""

    info: MediaInfo
    times: FrameTimes
    stored_size: tuple[int, int]


_NO_COLOR = ColorTags("unspecified", "unspecified", "unspecified", False)


def probe(path: str | PathLike[str]) -> MediaInfo:
    """The facts about the picture, film or sound at `path`.

    Raises MissingFileError, and MediaError for what cannot be read as any of them.
    """
    file = checked_path(path)
    if is_picture(file):
        return picture_info(file)
    status = file.stat()
    return _facts(str(file), status.st_size, status.st_mtime_ns)[0]


def examine(path: str | PathLike[str]) -> Examination:
    """The facts and the clock of the film at `path`; raises MediaError when there is no film in it."""
    file = checked_path(path)
    status = file.stat()
    info, film = _facts(str(file), status.st_size, status.st_mtime_ns)
    if film is None:
        raise MediaError(
            f"{file.name} has no picture in it, only sound.", "Put it on an audio track instead."
        )
    return Examination(info, *film)


@lru_cache(maxsize=256)
def _facts(
    path: str, size_bytes: int, changed_ns: int
) -> tuple[MediaInfo, tuple[FrameTimes, tuple[int, int]] | None]:
    """Kept per content: a timeline opens the same file for every clip on it."""
    with open_media(path) as container:
        stream = film_stream(container)
        if stream is None:
            return _sound_facts(path, container), None
        frame = _first_frame(path, container, stream)
        times = survey(container, stream, frame.pts, size_bytes)
        return _film_facts(path, container, stream, frame, times), (times, (frame.width, frame.height))


def _first_frame(path: str, container: InputContainer, stream: VideoStream) -> VideoFrame:
    from av.error import FFmpegError

    details = "the decoder gave no frame"
    try:
        for packet in container.demux(stream):
            try:
                frames = packet.decode()
            except FFmpegError as error:
                # A damaged packet at the start; a later one may begin cleanly.
                details = f"{type(error).__name__}: {error}"
                continue
            if frames:
                return frames[0]
    except FFmpegError as error:
        details = f"{type(error).__name__}: {error}"
    name = Path(path).name
    raise MediaError(
        f"No frame of {name} can be shown.",
        "The file is probably cut off: copy or download it again.",
        details,
    )


def _film_facts(
    path: str, container: InputContainer, stream: VideoStream, frame: VideoFrame, times: FrameTimes
) -> MediaInfo:
    codec = stream.codec_context
    color = color_tags(codec, frame)
    aspect = stream.sample_aspect_ratio or Fraction(1)
    aspect = aspect if aspect > 0 else Fraction(1)
    rotation = round(frame.rotation / 90) * 90 % 360
    width, height = max(1, round(frame.width * aspect)), frame.height
    if rotation in (90, 270):
        width, height = height, width
    whole = times.count / times.rate.fraction == times.duration
    audio = _audio_info(container)
    info = MediaInfo(
        path=path,
        kind="video",
        duration=RationalTime(times.count, times.rate)
        if whole
        else RationalTime.from_seconds(times.duration),
        rate=times.rate,
        frame_count=times.count,
        width=width,
        height=height,
        rotation=rotation,
        pixel_aspect=Rate.of(aspect),
        variable_rate=times.variable,
        codec=codec.name,
        pixel_format=frame.format.name,
        bit_depth=max(component.bits for component in frame.format.components),
        color=color,
        # GIF's decoder always gives an alpha plane.
        has_alpha=codec.name != "gif" and any(component.is_alpha for component in frame.format.components),
        interlaced=frame.interlaced_frame,
        audio=audio,
        comment=_comment(container),
        notes=(),
    )
    return msgspec.structs.replace(info, notes=tuple(_film_notes(info, times)))


def _film_notes(info: MediaInfo, times: FrameTimes) -> list[str]:
    notes: list[str] = []
    if times.count < times.declared_count:
        notes.append(f"truncated: only {times.count} of {times.declared_count} frames can be read")
    if info.color.is_hdr:
        notes.append(f"{info.bit_depth}-bit HDR shown as SDR")
    elif info.color.needs_table:
        notes.append(f"wide colour ({info.color.primaries}) shown as BT.709")
    elif info.bit_depth > 8:
        notes.append(f"{info.bit_depth}-bit colour shown as 8-bit")
    if info.interlaced:
        notes.append("interlaced, shown as whole frames")
    if info.rotation:
        notes.append(f"turned by {info.rotation}° to stand upright")
    if info.pixel_aspect != Rate(1):
        aspect = info.pixel_aspect
        shape = f"{aspect.numerator}:{aspect.denominator}"
        notes.append(f"pixels of {shape}, shown as {info.width}×{info.height}")
    if info.variable_rate:
        # On a grid the rate is that of the grid, which the quickest frames follow.
        notes.append(f"variable frame rate, {info.rate} fps {'at most' if times.snapped else 'on average'}")
    return notes


def _sound_facts(path: str, container: InputContainer) -> MediaInfo:
    audio = _audio_info(container)
    name = Path(path).name
    if audio is None:
        raise MediaError(
            f"{name} has neither picture nor sound in it.",
            "Choose a picture, a film or a sound file instead.",
        )
    is_film_name = path.lower().endswith((".mp4", ".mov", ".mkv", ".webm", ".avi", ".m4v"))
    notes = ("no picture in this file, only sound",) if is_film_name else ()
    return MediaInfo(
        path=path,
        kind="audio",
        duration=audio.duration,
        rate=None,
        frame_count=0,
        width=0,
        height=0,
        rotation=0,
        pixel_aspect=Rate(1),
        variable_rate=False,
        codec=audio.codec,
        pixel_format="",
        bit_depth=0,
        color=_NO_COLOR,
        has_alpha=False,
        interlaced=False,
        audio=audio,
        comment=_comment(container),
        notes=notes,
    )


def _audio_info(container: InputContainer) -> AudioInfo | None:
    for stream in container.streams.audio:
        codec = stream.codec_context
        # A stream whose codec is unknown or whose header was cut off has no rate: it cannot be heard.
        if codec is None or not codec.sample_rate:
            continue
        samples = round(_length_s(container, stream) * codec.sample_rate)
        duration = RationalTime(samples, Rate(codec.sample_rate))
        return AudioInfo(codec.sample_rate, codec.channels, duration, codec.name)
    return None


def _length_s(container: InputContainer, stream: AudioStream) -> Fraction:
    """The length of `stream`: by its header, Matroska's DURATION tag (H:MM:SS.n), or the file's length."""
    if stream.duration and stream.time_base:
        return stream.duration * stream.time_base
    parts = stream.metadata.get("DURATION", "").split(":")
    if len(parts) == 3:
        return int(parts[0]) * 3600 + int(parts[1]) * 60 + Fraction(parts[2])
    return Fraction(container.duration or 0, 1_000_000)


def _comment(container: InputContainer) -> str:
    """MP4 writes the tag in small letters, Matroska in capitals."""
    return next((text for key, text in container.metadata.items() if key.lower() == "comment"), "")
