"""Opening media files for reading, with errors that a person can act on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from studio.errors import MediaError, MissingFileError

if TYPE_CHECKING:
    from os import PathLike

    from av.container import InputContainer
    from av.video.stream import VideoStream


def checked_path(path: str | PathLike[str]) -> Path:
    """`path` as an absolute path of a file with something in it.

    Raises MissingFileError when nothing is there, MediaError for a folder, an empty file or one that
    may not be read.
    """
    file = Path(path).absolute()
    try:
        size = file.stat().st_size
        if file.is_dir():
            raise MediaError(f"{file} is a folder, not a media file.", "Choose a file inside it.")
        with file.open("rb"):
            pass
    except FileNotFoundError as error:
        hint = "It may have been moved, renamed or deleted, or its drive is not connected."
        raise MissingFileError(f"There is no file {file}", hint) from error
    except OSError as error:
        raise MediaError(
            f"Cannot read {file}: {error.strerror}", "Check its permissions.", str(error)
        ) from error
    if size == 0:
        raise MediaError(
            f"{file.name} is empty (0 bytes).", "The copy or download was probably cut off: fetch it again."
        )
    return file


def open_media(path: str | PathLike[str]) -> InputContainer:
    """The demuxer of the media file at `path`; the caller closes it.

    Only local files are followed: a playlist inside a file cannot reach the network.
    Raises MissingFileError and MediaError.
    """
    import av
    from av.error import FFmpegError

    file = checked_path(path)
    try:
        # "replace": a tag that is no UTF-8 must not keep a film from opening.
        container = av.open(str(file), "r", options={"protocol_whitelist": "file"}, metadata_errors="replace")
    except (FFmpegError, OSError) as error:
        raise MediaError(
            f"{file.name} cannot be read as picture, sound or video.",
            "It may be damaged, cut off during a copy, or not a media file at all.",
            f"{type(error).__name__}: {error}",
        ) from error
    return container


def film_stream(container: InputContainer) -> VideoStream | None:
    """The stream that is the film; cover pictures in music files are none."""
    from av.stream import Disposition

    for stream in container.streams.video:
        is_cover = stream.disposition & (Disposition.attached_pic | Disposition.timed_thumbnails)
        # "ansi" is FFmpeg's wish to show any text file as a terminal recording.
        if not is_cover and stream.codec_context is not None and stream.codec_context.name != "ansi":
            return stream
    return None
