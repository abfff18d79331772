"""What the compositor's sources show, fitted into the canvas: stills, pictures in a row, films, titles."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from studio.errors import MediaError, MissingFileError
from studio.project.media_paths import resolve_path
from studio.project.timeline import External, Generator, ImageSequence, Missing, Reference, Title
from studio.render.stacking import Box, Fitted
from studio.timing import Rate, RationalTime, TimeRange

if TYPE_CHECKING:
    from studio.media.reader import SourceFrame, VideoReader

Proxies = Callable[[Path], Path | None]
"""Names the small file to read in place of a film; None where there is none."""


class Placed(NamedTuple):
    """What a source shows."""

    picture: Fitted
    whole: Box
    """The place of the whole picture, of which `picture` may be the part that is not empty."""


class Layer(Protocol):
    """A source as the compositor sees it."""

    box: Box
    """The part of the canvas that it may paint on."""

    def at(self, time: RationalTime) -> Placed:
        """What the source shows at `time`, counted from its first frame."""
        ...

    def stored_at(self, time: RationalTime) -> SourceFrame | None:
        """The frame at `time` as the file has it, where that fills the canvas and any player can show it."""
        ...

    def close(self) -> None: ...


class Still:
    """One picture for all times; only its fitted form is kept in memory."""

    def __init__(self, picture: Fitted, whole: Box | None = None) -> None:
        self.box = picture.box
        self._placed = Placed(picture, whole or self.box)

    def at(self, time: RationalTime) -> Placed:
        return self._placed

    def stored_at(self, time: RationalTime) -> None:
        return None

    def close(self) -> None:
        """Nothing is open."""


class Pictures:
    """A sequence of pictures, each fitted by itself."""

    def __init__(self, paths: tuple[Path, ...], rate: Rate, canvas: tuple[int, int]) -> None:
        self._paths = paths
        self._rate = rate
        self._canvas = canvas
        # Each picture may have a shape of its own.
        self.box = Box(0, 0, *canvas)
        self._current: tuple[Path, Fitted] | None = None

    def at(self, time: RationalTime) -> Placed:
        path = self._paths[min(max(time.floor_frames(self._rate), 0), len(self._paths) - 1)]
        if self._current is None or self._current[0] != path:
            self._current = path, _still(path, self._canvas)
        return Placed(self._current[1], self._current[1].box)

    def stored_at(self, time: RationalTime) -> None:
        return None

    def close(self) -> None:
        self._current = None


class Film:
    """A video file whose whole picture has the place `box`."""

    def __init__(self, reader: VideoReader, box: Box, canvas: tuple[int, int]) -> None:
        self._reader = reader
        self.box = box
        self._fills = (reader.info.width, reader.info.height) == canvas and reader.is_plain

    def at(self, time: RationalTime) -> Placed:
        return Placed(place(self._reader.at(time), self.box), self.box)

    def stored_at(self, time: RationalTime) -> SourceFrame | None:
        if not self._fills:
            return None
        # One step of a walk whose only stop is `time`; its length does not matter.
        moment = TimeRange(time, RationalTime(1, Rate(1)))
        return next(self._reader.video_frames(moment, Rate(1)))

    def close(self) -> None:
        self._reader.close()


def open_layer(
    reference: Reference, folder: Path, canvas: tuple[int, int], quick: bool, proxies: Proxies | None
) -> Layer:
    """The layer that shows `reference` in `canvas` (width, height); raises StudioError where it cannot."""
    match reference:
        case External(duration=None):
            return Still(_still(resolve_path(folder, reference.path), canvas))
        case External():
            return _film(reference, folder, canvas, quick, proxies)
        case ImageSequence():
            paths = tuple(resolve_path(folder, path) for path in reference.paths)
            if not paths:
                raise MediaError("There are no pictures in this image sequence.", "Remove its clip.")
            return Pictures(paths, reference.rate, canvas)
        case Title():
            return _title(reference, canvas)
        case Missing():
            raise MissingFileError(reference.reason, "Make it again, or remove the clip.")
        case Generator():
            raise MissingFileError("The result is still being made.", "Wait until its job has ended.")


def _film(
    reference: External, folder: Path, canvas: tuple[int, int], quick: bool, proxies: Proxies | None
) -> Film:
    from studio.media.probe import probe
    from studio.media.reader import VideoReader

    path = resolve_path(folder, reference.path)
    shown = (proxies(path) if proxies else None) or path
    info = probe(shown)
    # A proxy's shape may differ by the rounding of its smaller size.
    width, height = (info.width, info.height) if shown == path else (reference.width, reference.height)
    box = fit(width or info.width, height or info.height, canvas)
    reader = VideoReader(shown, (box.width, box.height) if quick else None, alpha=True)
    return Film(reader, box, canvas)


def _title(title: Title, canvas: tuple[int, int]) -> Still:
    from studio.lettering import draw

    image = draw(title, *canvas)
    rows, columns = (np.flatnonzero(image[..., 3].any(axis=axis)) for axis in (1, 0))
    whole = Box(0, 0, *canvas)
    if not len(rows):
        return Still(Fitted(image[:0, :0], 0, 0), whole)
    # Two empty pixels around it: where interpolation looks beyond the edge, there must be nothing.
    left, top = max(0, columns[0] - 2), max(0, rows[0] - 2)
    part = np.ascontiguousarray(image[top : rows[-1] + 3, left : columns[-1] + 3])
    return Still(Fitted(part, int(left), int(top)), whole)


def _still(path: Path, canvas: tuple[int, int]) -> Fitted:
    from studio.media.picture import load_picture

    image = load_picture(path).image
    return place(image, fit(image.shape[1], image.shape[0], canvas))


def fit(width: int, height: int, canvas: tuple[int, int]) -> Box:
    """The largest place of the shape `width` × `height` in the middle of `canvas` (width, height)."""
    scale_x, scale_y = canvas[0] / width, canvas[1] / height
    if scale_x < scale_y:
        size = canvas[0], min(canvas[1], max(1, round(height * scale_x)))
    else:
        size = min(canvas[0], max(1, round(width * scale_y))), canvas[1]
    return Box((canvas[0] - size[0]) // 2, (canvas[1] - size[1]) // 2, *size)


def place(image: np.ndarray, box: Box) -> Fitted:
    """`image`, uint8 (h, w, 3) RGB or (h, w, 4) straight alpha, scaled to its place `box`."""
    if image.shape[2] == 4:
        # Before scaling: else the colour of invisible pixels would bleed into the edges.
        alpha = image[..., 3:].astype(np.uint16)
        image = np.concatenate([(image[..., :3] * alpha + 127) // 255, alpha], axis=2).astype(np.uint8)
    height, width = image.shape[:2]
    if (box.width, box.height) != (width, height):
        import cv2

        quality = cv2.INTER_AREA if box.width < width else cv2.INTER_CUBIC
        image = cv2.resize(image, (box.width, box.height), interpolation=quality)
    return Fitted(image, box.left, box.top)
