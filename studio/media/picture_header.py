"""The first bytes of a still picture: its size, depth and orientation without decoding it."""

from __future__ import annotations

import struct
from typing import NamedTuple


class PictureHeader(NamedTuple):
    """What the file says about itself; sizes are as stored, before `orientation` is applied."""

    format: str
    """png, jpeg, webp, tiff or bmp"""
    width: int
    height: int
    orientation: int = 1
    """EXIF orientation 1..8; 1 is upright."""
    bit_depth: int = 8
    has_alpha: bool = False
    is_cmyk: bool = False
    complete: bool = True
    """False: the end of the file is missing."""


def read_header(data: bytes) -> PictureHeader | None:
    """The header of the whole file `data`; None when it is of no known format or the header is broken."""
    parsers = {
        b"\x89PNG": _png,
        b"\xff\xd8\xff": _jpeg,
        b"RIFF": _webp,
        b"II": _tiff,
        b"MM": _tiff,
        b"BM": _bmp,
    }
    for magic, parse in parsers.items():
        if data.startswith(magic):
            try:
                header = parse(data)
            except (struct.error, IndexError):
                return None
            return header if header and header.width > 0 and header.height > 0 else None
    return None


def _png(data: bytes) -> PictureHeader | None:
    """PNG specification, third edition: chunks of length, type, data, checksum."""
    width, height, depth, color = struct.unpack(">IIBB", data[16:26])
    alpha, orientation, position = color in (4, 6), 1, 8
    complete = False
    while position + 8 <= len(data):
        length, kind = struct.unpack(">I4s", data[position : position + 8])
        body = data[position + 8 : position + 8 + length]
        alpha = alpha or kind == b"tRNS"
        if kind == b"eXIf":
            orientation = _exif_orientation(body)
        complete = kind == b"IEND"
        position += 12 + length
    return PictureHeader("png", width, height, orientation, max(depth, 8), alpha, complete=complete)


def _jpeg(data: bytes) -> PictureHeader | None:
    """ITU-T T.81 markers up to the start of scan; APP1 may hold EXIF."""
    position, orientation = 2, 1
    size: tuple[int, int, int, int] | None = None
    while position + 4 <= len(data):
        marker, length = data[position + 1], int.from_bytes(data[position + 2 : position + 4], "big")
        body = data[position + 4 : position + 2 + length]
        if marker == 0xFF:  # fill byte
            position += 1
            continue
        if marker == 0xE1 and body.startswith(b"Exif\0\0"):
            orientation = _exif_orientation(body[6:])
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            size = struct.unpack(">BHHB", body[:6])
        if marker == 0xDA:
            break
        position += 2 + length
    if size is None:
        return None
    depth, height, width, components = size
    complete = data.rfind(b"\xff\xd9") > position
    return PictureHeader("jpeg", width, height, orientation, depth, False, components == 4, complete)


def _webp(data: bytes) -> PictureHeader | None:
    """Google's WebP container specification: RIFF chunks, sizes in VP8, VP8L or VP8X."""
    if data[8:12] != b"WEBP":
        return None
    position, orientation, alpha = 12, 1, False
    width = height = 0
    while position + 8 <= len(data):
        kind, length = struct.unpack("<4sI", data[position : position + 8])
        body = data[position + 8 : position + 8 + length]
        if kind == b"VP8X":
            alpha = bool(body[0] & 0x10)
            width, height = (int.from_bytes(body[start : start + 3], "little") + 1 for start in (4, 7))
        elif kind == b"VP8 " and not width:
            width, height = (value & 0x3FFF for value in struct.unpack("<HH", body[6:10]))
        elif kind == b"VP8L" and not width:
            bits = int.from_bytes(body[1:5], "little")
            width, height, alpha = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, bool(bits >> 28 & 1)
        elif kind == b"EXIF":
            orientation = _exif_orientation(body.removeprefix(b"Exif\0\0"))
        position += 8 + length + length % 2
    complete = int.from_bytes(data[4:8], "little") + 8 <= len(data)
    return PictureHeader("webp", width, height, orientation, 8, alpha, complete=complete)


def _bmp(data: bytes) -> PictureHeader | None:
    width, height = struct.unpack("<ii", data[18:26])
    complete = int.from_bytes(data[2:6], "little") <= len(data)
    return PictureHeader("bmp", width, abs(height), complete=complete)


_WIDTH, _HEIGHT, _BITS, _PHOTOMETRIC, _ORIENTATION, _SAMPLES = 256, 257, 258, 262, 274, 277
_GREY, _RGB, _CMYK = 1, 2, 5


def _tiff(data: bytes) -> PictureHeader | None:
    tags = _tiff_tags(data)
    if _WIDTH not in tags or _HEIGHT not in tags:
        return None
    colors = tags.get(_PHOTOMETRIC, _RGB)
    return PictureHeader(
        "tiff",
        tags[_WIDTH],
        tags[_HEIGHT],
        tags.get(_ORIENTATION, 1),
        max(tags.get(_BITS, 8), 8),
        (colors, tags.get(_SAMPLES)) in ((_GREY, 2), (_RGB, 4)),
        colors == _CMYK,
    )


def _tiff_tags(data: bytes) -> dict[int, int]:
    """First values of the short and long tags in the first directory (TIFF 6.0)."""
    order = "<" if data[:2] == b"II" else ">"
    (start,) = struct.unpack(order + "I", data[4:8])
    (count,) = struct.unpack(order + "H", data[start : start + 2])
    tags: dict[int, int] = {}
    for entry in range(start + 2, start + 2 + count * 12, 12):
        tag, kind, values = struct.unpack(order + "HHI", data[entry : entry + 8])
        if kind not in (3, 4):
            continue
        length = 2 if kind == 3 else 4
        place = entry + 8
        if values * length > 4:
            (place,) = struct.unpack(order + "I", data[place : place + 4])
        (tags[tag],) = struct.unpack(order + ("H" if kind == 3 else "I"), data[place : place + length])
    return tags


def _exif_orientation(block: bytes) -> int:
    """Orientation in an EXIF block, 1 when it says nothing sensible."""
    try:
        value = _tiff_tags(block).get(_ORIENTATION, 1)
    except struct.error:
        return 1
    return value if 1 <= value <= 8 else 1
