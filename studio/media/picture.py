"""Still pictures: decoded upright and 8-bit, described by their headers, fitted into a frame."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np

from studio.errors import MediaError
from studio.media.container import checked_path
from studio.media.info import ColorTags, MediaInfo
from studio.media.picture_header import PictureHeader, read_header
from studio.timing import Rate

LONGEST_SIDE = 16384
_MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\0", b"MM\0*", b"BM")
_SRGB = ColorTags("bt709", "srgb", "rgb", True)


class Picture(NamedTuple):
    """A decoded picture."""

    image: np.ndarray
    """uint8 (H, W, 3) RGB, or (H, W, 4) with straight alpha"""
    notes: tuple[str, ...]
    """What was done to it that a person should know."""


def is_picture(path: str | PathLike[str]) -> bool:
    """Whether `path` is a file that holds a still picture, by its first bytes."""
    file = Path(path)
    if not file.is_file():
        return False
    with file.open("rb") as stream:
        head = stream.read(16)
    return head.startswith(_MAGIC) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")


def load_picture(path: str | PathLike[str]) -> Picture:
    """The picture at `path`: upright (EXIF), 8-bit, at most 16,384 pixels a side, alpha kept.

    PNG, JPEG, WebP, TIFF, BMP; grey, palette and CMYK become RGB. Raises MissingFileError, and MediaError
    when it is damaged, cut off or no picture.
    """
    import cv2

    file = checked_path(path)
    data = file.read_bytes()
    header = _header(file, data)
    notes: list[str] = []
    # TIFF's own orientation is applied by the decoder in both modes; CMYK is unmixed only in colour mode.
    mode = cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION if header.is_cmyk else cv2.IMREAD_UNCHANGED
    try:
        decoded = cv2.imdecode(np.frombuffer(data, np.uint8), mode)
    except cv2.error as error:
        raise _damaged(file, str(error)) from error
    if decoded is None:
        raise _damaged(file, "the decoder gave no picture")
    if header.is_cmyk:
        notes.append("CMYK colours shown as RGB")
    image = _rgb(_eight_bit(np.asarray(decoded), notes))
    if header.format != "tiff":
        image = _upright(image, header.orientation)
    if header.orientation != 1:
        notes.append("turned upright (EXIF)")
    return Picture(_reduced(image, notes), tuple(notes))


def _header(file: Path, data: bytes) -> PictureHeader:
    header = read_header(data)
    if header is None:
        raise _damaged(file, "no header of a picture format that is known")
    if not header.complete:
        raise MediaError(f"{file.name} is cut off.", "The copy or download was interrupted: fetch it again.")
    return header


def _damaged(file: Path, details: str) -> MediaError:
    return MediaError(
        f"{file.name} cannot be read as a picture.",
        "It may be damaged, or not a picture at all. PNG, JPEG, WebP, TIFF and BMP can be read.",
        details,
    )


def _eight_bit(image: np.ndarray, notes: list[str]) -> np.ndarray:
    """uint8 from any depth, rounded to nearest."""
    if image.dtype == np.uint8:
        return image
    if image.dtype == np.uint16:
        notes.append("16-bit colour shown as 8-bit")
        # 65535 / 255 = 257 exactly.
        return ((image.astype(np.uint32) + 128) // 257).astype(np.uint8)
    notes.append("floating-point colour shown as 8-bit")
    return np.round(np.clip(np.nan_to_num(image), 0, 1) * 255).astype(np.uint8)


def _rgb(image: np.ndarray) -> np.ndarray:
    """RGB or RGBA from OpenCV's grey, grey with alpha, BGR or BGRA."""
    import cv2

    channels = 1 if image.ndim == 2 else image.shape[2]
    if channels == 1:
        return cv2.cvtColor(image, cv2.COLOR_GRAY2RGB)
    if channels == 2:
        return np.ascontiguousarray(image[..., [0, 0, 0, 1]])
    return cv2.cvtColor(image, cv2.COLOR_BGR2RGB if channels == 3 else cv2.COLOR_BGRA2RGBA)


def _upright(image: np.ndarray, orientation: int) -> np.ndarray:
    """`image` turned as EXIF's orientation (1..8) says."""
    if orientation in (2, 4, 5, 7):
        image = image[:, ::-1]
    # After the mirroring: quarter turns counter-clockwise.
    turns = {3: 2, 4: 2, 5: 1, 6: 3, 7: 3, 8: 1}.get(orientation, 0)
    return np.ascontiguousarray(np.rot90(image, turns))


def _reduced(image: np.ndarray, notes: list[str]) -> np.ndarray:
    import cv2

    height, width = image.shape[:2]
    if max(height, width) <= LONGEST_SIDE:
        return image
    scale = LONGEST_SIDE / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    notes.append(f"reduced from {width}×{height} to {size[0]}×{size[1]}")
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA)


def fit_picture(
    image: np.ndarray, width: int, height: int, mode: Literal["cover", "contain"] = "cover"
) -> np.ndarray:
    """`image` (uint8 RGB or RGBA) as uint8 RGB (height, width, 3); alpha is laid over black.

    "cover" fills the frame and crops what sticks out, "contain" shows all of it between black bars.
    """
    import cv2

    if image.shape[2] == 4:
        # Before scaling, else the colours under transparent pixels bleed into the edges.
        alpha = image[..., 3:].astype(np.uint16)
        image = ((image[..., :3] * alpha + 127) // 255).astype(np.uint8)
    if image.shape[:2] == (height, width):
        return image
    ratios = width / image.shape[1], height / image.shape[0]
    scale = max(ratios) if mode == "cover" else min(ratios)
    inner = max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale))
    scaled = cv2.resize(image, inner, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    left, top = (inner[0] - width) // 2, (inner[1] - height) // 2
    if mode == "cover":
        return np.ascontiguousarray(scaled[top : top + height, left : left + width])
    canvas = np.zeros((height, width, 3), np.uint8)
    canvas[-top : inner[1] - top, -left : inner[0] - left] = scaled
    return canvas


def picture_info(path: str | PathLike[str]) -> MediaInfo:
    """The facts about the picture at `path` from its header; raises MissingFileError and MediaError."""
    file = checked_path(path)
    header = _header(file, file.read_bytes())
    notes: list[str] = []
    width, height = header.width, header.height
    if header.orientation >= 5:
        width, height = height, width
    if header.bit_depth > 8:
        notes.append(f"{header.bit_depth}-bit colour shown as 8-bit")
    if header.is_cmyk:
        notes.append("CMYK colours shown as RGB")
    longest = max(width, height)
    if longest > LONGEST_SIDE:
        small = [max(1, round(side * LONGEST_SIDE / longest)) for side in (width, height)]
        notes.append(f"reduced from {width}×{height} to {small[0]}×{small[1]}")
        width, height = small
    return MediaInfo(
        path=str(file),
        kind="picture",
        duration=None,
        rate=None,
        frame_count=1,
        width=width,
        height=height,
        rotation=0,
        pixel_aspect=Rate(1),
        variable_rate=False,
        codec=header.format,
        pixel_format="rgba" if header.has_alpha else "rgb24",
        bit_depth=header.bit_depth,
        color=_SRGB,
        has_alpha=header.has_alpha,
        interlaced=False,
        audio=None,
        comment="",
        notes=tuple(notes),
    )
