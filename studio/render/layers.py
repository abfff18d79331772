"""Opened sources, fitted into the canvas; the few most recently used stay open.

What cannot be opened or read becomes a slate that says so, and a `Problem`, so that one lost file
never takes the film away.
"""

from __future__ import annotations

import unicodedata
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

import msgspec
import numpy as np

from studio.errors import MediaError, MissingFileError, StudioError
from studio.project.media_paths import resolve_path
from studio.project.timeline import External, Generator, ImageSequence, Missing, Reference
from studio.timing import Rate, RationalTime, TimeRange

if TYPE_CHECKING:
    from studio.media.reader import SourceFrame, VideoReader

_OPEN_SOURCES = 8
_SLATE_GROUND = (28, 31, 36)
_SLATE_TEXT = (232, 234, 237)


class Problem(msgspec.Struct, frozen=True):
    """A source that cannot be shown or heard as it should, and why."""

    name: str
    message: str
    hint: str = ""


class Box(NamedTuple):
    """A place in the canvas, in pixels."""

    left: int
    top: int
    width: int
    height: int


class Fitted(NamedTuple):
    """A picture on its place in the canvas."""

    image: np.ndarray
    """uint8 (h, w, 3) RGB, or (h, w, 4), colours multiplied by alpha. Not to be written to."""
    left: int
    top: int

    def hides(self, box: Box) -> bool:
        """Whether nothing within `box` is seen beneath it."""
        height, width, channels = self.image.shape
        inside_x = self.left <= box.left and box.left + box.width <= self.left + width
        inside_y = self.top <= box.top and box.top + box.height <= self.top + height
        return channels == 3 and inside_x and inside_y


class Layer(Protocol):
    """A source as the compositor sees it."""

    box: Box
    """The part of the canvas that it may paint on."""

    def at(self, time: RationalTime) -> Fitted:
        """What the source shows at `time`, counted from its first frame."""
        ...

    def stored_at(self, time: RationalTime) -> SourceFrame | None:
        """The frame at `time` as the file has it, where that fills the canvas and any player can show it."""
        ...

    def close(self) -> None: ...


class Still:
    """One picture for all times; only its fitted form is kept in memory."""

    def __init__(self, fitted: Fitted) -> None:
        self._fitted = fitted
        height, width = fitted.image.shape[:2]
        self.box = Box(fitted.left, fitted.top, width, height)

    def at(self, time: RationalTime) -> Fitted:
        return self._fitted

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

    def at(self, time: RationalTime) -> Fitted:
        path = self._paths[min(max(time.floor_frames(self._rate), 0), len(self._paths) - 1)]
        if self._current is None or self._current[0] != path:
            self._current = path, _still(path, self._canvas)
        return self._current[1]

    def stored_at(self, time: RationalTime) -> None:
        return None

    def close(self) -> None:
        self._current = None


class Film:
    """A video file."""

    def __init__(self, reader: VideoReader, canvas: tuple[int, int]) -> None:
        self._reader = reader
        self._canvas = canvas
        self.box = fit(reader.info.width, reader.info.height, canvas)
        self._fills = (reader.info.width, reader.info.height) == canvas and reader.is_plain

    def at(self, time: RationalTime) -> Fitted:
        return place(self._reader.at(time), self._canvas)

    def stored_at(self, time: RationalTime) -> SourceFrame | None:
        if not self._fills:
            return None
        # One step of a walk whose only stop is `time`; its length does not matter.
        moment = TimeRange(time, RationalTime(1, Rate(1)))
        return next(self._reader.video_frames(moment, Rate(1)))

    def close(self) -> None:
        self._reader.close()


class LayerPool:
    """The layers of one canvas (width, height), opened when first asked for.

    `folder` is what relative paths start from. `quick` trades exact colours and edges for speed.
    """

    def __init__(self, folder: Path, canvas: tuple[int, int], quick: bool) -> None:
        self.canvas = canvas
        self._folder = folder
        self._quick = quick
        self._layers: OrderedDict[Reference, Layer] = OrderedDict()
        self._problems: dict[Reference, Problem] = {}
        self._lost: dict[Reference, Layer] = {}

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What could not be opened or read since the last `retry`."""
        return tuple(self._problems.values())

    def at(self, reference: Reference, time: RationalTime, above: Sequence[Fitted] = ()) -> Fitted | None:
        """What `reference` shows at `time`; a slate with its name where that cannot be shown.

        None, and nothing is decoded, where one of the pictures `above` hides it.
        """
        if reference in self._lost:
            return self._lost[reference].at(time)
        try:
            layer = self._layer(reference)
            hidden = any(upper.hides(layer.box) for upper in above)
            return None if hidden else layer.at(time)
        except StudioError as error:
            return self._failed(reference, error).at(time)

    def stored_at(self, reference: Reference, time: RationalTime) -> SourceFrame | None:
        """The frame that `reference` shows at `time` as the file has it, where that fills the canvas."""
        if reference in self._lost:
            return None
        try:
            return self._layer(reference).stored_at(time)
        except StudioError as error:
            self._failed(reference, error)
            return None

    def retry(self) -> None:
        """Forgets the problems, so that files that came back are found."""
        self._problems.clear()
        self._lost.clear()

    def close(self) -> None:
        for layer in self._layers.values():
            layer.close()
        self._layers.clear()

    def _layer(self, reference: Reference) -> Layer:
        if reference not in self._layers:
            self._layers[reference] = _open(reference, self._folder, self.canvas, self._quick)
            if len(self._layers) > _OPEN_SOURCES:
                self._layers.popitem(last=False)[1].close()
        self._layers.move_to_end(reference)
        return self._layers[reference]

    def _failed(self, reference: Reference, error: StudioError) -> Layer:
        """Writes the problem down and gives the slate that stands in."""
        problem = Problem(name_of(reference), error.message, error.hint)
        self._problems[reference] = problem
        slate = Still(Fitted(draw_slate(problem, self.canvas), 0, 0))
        if reference not in self._layers:
            # It does not even open: do not try again for every frame.
            self._lost[reference] = slate
        return slate


def name_of(reference: Reference) -> str:
    """What a person calls `reference`."""
    match reference:
        case External():
            return Path(reference.path).name
        case ImageSequence():
            return Path(reference.paths[0]).name if reference.paths else "empty image sequence"
        case Generator():
            return "result that is still being made"
        case Missing():
            return "result that never came"


def _open(reference: Reference, folder: Path, canvas: tuple[int, int], quick: bool) -> Layer:
    from studio.media.probe import probe
    from studio.media.reader import VideoReader

    match reference:
        case External(duration=None):
            return Still(_still(resolve_path(folder, reference.path), canvas))
        case External():
            path = resolve_path(folder, reference.path)
            size = None
            if quick:
                info = probe(path)
                box = fit(info.width, info.height, canvas)
                size = box.width, box.height
            return Film(VideoReader(path, size), canvas)
        case ImageSequence():
            paths = tuple(resolve_path(folder, path) for path in reference.paths)
            if not paths:
                raise MediaError("There are no pictures in this image sequence.", "Remove its clip.")
            return Pictures(paths, reference.rate, canvas)
        case Missing():
            raise MissingFileError(reference.reason, "Make it again, or remove the clip.")
        case Generator():
            raise MissingFileError("The result is still being made.", "Wait until its job has ended.")


def _still(path: Path, canvas: tuple[int, int]) -> Fitted:
    from studio.media.picture import load_picture

    return place(load_picture(path).image, canvas)


def fit(width: int, height: int, canvas: tuple[int, int]) -> Box:
    """The largest place of the shape `width` × `height` in the middle of `canvas` (width, height)."""
    scale_x, scale_y = canvas[0] / width, canvas[1] / height
    if scale_x < scale_y:
        size = canvas[0], min(canvas[1], max(1, round(height * scale_x)))
    else:
        size = min(canvas[0], max(1, round(width * scale_y))), canvas[1]
    return Box((canvas[0] - size[0]) // 2, (canvas[1] - size[1]) // 2, *size)


def place(image: np.ndarray, canvas: tuple[int, int]) -> Fitted:
    """`image`, uint8 (h, w, 3) RGB or (h, w, 4) straight alpha, fitted into `canvas` (width, height)."""
    if image.shape[2] == 4:
        # Before scaling: else the colour of invisible pixels would bleed into the edges.
        alpha = image[..., 3:].astype(np.uint16)
        image = np.concatenate([(image[..., :3] * alpha + 127) // 255, alpha], axis=2).astype(np.uint8)
    height, width = image.shape[:2]
    box = fit(width, height, canvas)
    if (box.width, box.height) != (width, height):
        import cv2

        quality = cv2.INTER_AREA if box.width < width else cv2.INTER_CUBIC
        image = cv2.resize(image, (box.width, box.height), interpolation=quality)
    return Fitted(image, box.left, box.top)


def draw_slate(problem: Problem, canvas: tuple[int, int]) -> np.ndarray:
    """A dark picture, uint8 RGB of `canvas` (width, height), that names what is missing and why."""
    import cv2

    width, height = canvas
    image = np.full((height, width, 3), _SLATE_GROUND, np.uint8)
    for text, top, share in ((problem.name, 0.48, 0.045), (problem.message, 0.56, 0.025)):
        # OpenCV's fonts are sure of ASCII only: accents and other letters are left out.
        plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode() or "?"
        scale = cv2.getFontScaleFromHeight(cv2.FONT_HERSHEY_SIMPLEX, max(1, round(share * height)))
        needed = cv2.getTextSize(plain, cv2.FONT_HERSHEY_SIMPLEX, scale, 1)[0][0]
        scale *= min(1.0, 0.9 * width / max(1, needed))
        left = round((width - min(needed, 0.9 * width)) / 2)
        place_at = (left, round(top * height))
        cv2.putText(image, plain, place_at, cv2.FONT_HERSHEY_SIMPLEX, scale, _SLATE_TEXT, 1, cv2.LINE_AA)
    return image
