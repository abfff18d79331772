"""What is known about a media file, as plain data."""

from __future__ import annotations

from typing import Literal

import msgspec

from studio.timing import Rate, RationalTime

_WIDE = {"bt2020", "smpte431", "smpte432"}
_HDR = {"smpte2084", "arib-std-b67"}


class ColorTags(msgspec.Struct, frozen=True):
    """How numbers become light; "unspecified" where the file does not say (the matrix is then guessed)."""

    primaries: str
    transfer: str
    matrix: str
    full_range: bool

    @property
    def is_hdr(self) -> bool:
        return self.transfer in _HDR

    @property
    def needs_table(self) -> bool:
        """Whether a matrix alone does not give the right picture on an ordinary screen."""
        return self.is_hdr or self.primaries in _WIDE


class AudioInfo(msgspec.Struct, frozen=True):
    """The first sound stream of a file."""

    sample_rate: int
    channels: int
    duration: RationalTime
    codec: str


class MediaInfo(msgspec.Struct, frozen=True):
    """What there is to know about a file before it is used."""

    path: str
    kind: Literal["video", "picture", "audio"]
    duration: RationalTime | None
    """Of the film, else of the sound; None for a picture."""
    rate: Rate | None
    """Exact for constant rates, the average for variable ones; None without a film."""
    frame_count: int
    """Frames that can be read; by the header for films over 64 MiB. 1 for a picture, 0 for sound."""
    width: int
    height: int
    """As displayed: after rotation and pixel aspect."""
    rotation: int
    """Degrees counter-clockwise (0, 90, 180, 270) by which stored frames are turned for the screen."""
    pixel_aspect: Rate
    variable_rate: bool
    codec: str
    pixel_format: str
    bit_depth: int
    color: ColorTags
    has_alpha: bool
    interlaced: bool
    audio: AudioInfo | None
    comment: str
    """The container's comment tag, where a Kinora export keeps its recipe."""
    notes: tuple[str, ...]
    """What a person should know: "truncated: only 43 of 120 frames can be read" …"""
