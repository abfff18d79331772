"""The way pictures and sound become a file: the ending of its name decides how."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from studio.errors import UsageError
from studio.media.master_writer import MasterWriter
from studio.media.mp4_writer import Mp4Writer
from studio.media.picture_writer import GifWriter, PngSequenceWriter
from studio.timing import Rate

__all__ = [
    "GifWriter",
    "MasterWriter",
    "Mp4Writer",
    "PngSequenceWriter",
    "Writer",
    "check_ending",
    "open_writer",
]

Writer = MasterWriter | Mp4Writer | GifWriter | PngSequenceWriter
_ENDINGS = (".mp4", ".mkv", ".gif", ".png")


def check_ending(path: str | PathLike[str]) -> str:
    """The ending of `path` in small letters; raises UsageError when nothing can be written under it."""
    ending = Path(path).suffix.lower()
    if ending not in _ENDINGS:
        raise UsageError(
            f"Kinora cannot write '{ending or Path(path).name}' files.",
            "Use .mp4 (plays anywhere), .mkv (lossless master), .gif or .png (numbered pictures).",
        )
    return ending


def open_writer(
    path: str | PathLike[str],
    width: int,
    height: int,
    rate: Rate,
    *,
    audio_rate: int | None = None,
    crf: int = 18,
    preset: str = "medium",
    comment: str = "",
) -> Writer:
    """The writer for the ending of `path`.

    .mp4 and .mkv take sound through `write_audio` when `audio_rate` is given; `crf` and `preset` are H.264's.
    Raises UsageError for an unknown ending, StorageError when the file cannot be made.
    """
    ending = check_ending(path)
    if ending == ".mp4":
        return Mp4Writer(
            path, width, height, rate, audio_rate=audio_rate, crf=crf, preset=preset, comment=comment
        )
    if ending == ".mkv":
        return MasterWriter(path, width, height, rate, audio_rate=audio_rate, comment=comment)
    kind = GifWriter if ending == ".gif" else PngSequenceWriter
    return kind(path, width, height, rate)
