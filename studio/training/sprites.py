"""The objects of the starter's world, drawn once each as small pictures with alpha."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.training.world import PAINT

SPRITE = 96  # side of a finished sprite, pixels
OVERSAMPLE = 4  # drawn larger and averaged down: clean edges
FRAMES_PER_CYCLE = 4  # poses of wings and legs

Point = tuple[float, float]
Paint = tuple[int, int, int]
DARK: Paint = (38, 34, 48)
LIGHT: Paint = (252, 250, 244)
GLASS: Paint = (168, 216, 236)


class Canvas:
    """An oversized RGBA picture with a few shapes; coordinates run from -1 to 1, x right and y down."""

    def __init__(self, outline: float) -> None:
        """Start empty; `outline` is the width of the dark rim around every shape, in the same units."""
        side = SPRITE * OVERSAMPLE
        self.rgba = np.zeros((side, side, 4), np.uint8)
        self.outline = max(1, round(outline * side / 2))

    def _pixels(self, points: list[Point]) -> NDArray[np.int32]:
        side = SPRITE * OVERSAMPLE
        return np.round((np.asarray(points) * 0.5 + 0.5) * side).astype(np.int32)

    def polygon(self, points: list[Point], paint: Paint, rim: bool = True) -> None:
        """A filled polygon, with the dark rim unless told otherwise."""
        corners = [self._pixels(points)]
        cv2.fillPoly(self.rgba, corners, (*paint, 255))
        if rim:
            cv2.polylines(self.rgba, corners, True, (*DARK, 255), self.outline, cv2.LINE_AA)

    def ellipse(self, centre: Point, radii: Point, paint: Paint, tilt: float = 0.0, rim: bool = True) -> None:
        """A filled ellipse; `tilt` in degrees, clockwise."""
        angle = np.linspace(0, 2 * np.pi, 64, endpoint=False)
        turn = np.deg2rad(tilt)
        x, y = radii[0] * np.cos(angle), radii[1] * np.sin(angle)
        xs = centre[0] + x * np.cos(turn) - y * np.sin(turn)
        ys = centre[1] + x * np.sin(turn) + y * np.cos(turn)
        self.polygon(list(zip(xs.tolist(), ys.tolist(), strict=True)), paint, rim)

    def line(self, points: list[Point], paint: Paint, width: float) -> None:
        """An open stroke of the given width."""
        thickness = max(1, round(width * SPRITE * OVERSAMPLE / 2))
        cv2.polylines(self.rgba, [self._pixels(points)], False, (*paint, 255), thickness, cv2.LINE_AA)

    def finish(self) -> NDArray[np.float32]:
        """The picture at its final size: premultiplied RGBA, float32 (SPRITE, SPRITE, 4), 0 to 1."""
        rgba = self.rgba.astype(np.float32) / 255
        # Anti-aliased strokes leave a half-covered fringe over nothing; a hard cover keeps alpha honest.
        rgba[..., 3] = (self.rgba[..., 3] > 127).astype(np.float32)
        rgba[..., :3] *= rgba[..., 3:]
        return np.asarray(cv2.resize(rgba, (SPRITE, SPRITE), interpolation=cv2.INTER_AREA), np.float32)


def _shade(paint: Paint, factor: float) -> Paint:
    r, g, b = (round(min(255.0, channel * factor)) for channel in paint)
    return r, g, b


def _ball(canvas: Canvas, paint: Paint, cycle: float) -> None:
    canvas.ellipse((0, 0), (0.84, 0.84), paint)
    canvas.ellipse((-0.32, -0.36), (0.2, 0.14), LIGHT, -40, rim=False)


def _cat(canvas: Canvas, paint: Paint, cycle: float) -> None:
    step = 0.14 * np.sin(2 * np.pi * cycle)
    wag = 0.16 * np.sin(2 * np.pi * cycle)
    dark = _shade(paint, 0.72)
    canvas.line([(-0.62, 0.1), (-0.86, -0.2), (-0.84 + wag, -0.6)], DARK, 0.24)
    canvas.line([(-0.62, 0.1), (-0.86, -0.2), (-0.84 + wag, -0.6)], paint, 0.16)
    for x, swing in ((-0.52, step), (-0.26, -step), (0.14, step), (0.38, -step)):
        canvas.polygon(
            [(x - 0.1, 0.3), (x + 0.1, 0.3), (x + 0.1 + swing, 0.86), (x - 0.1 + swing, 0.86)], dark
        )
    canvas.ellipse((-0.1, 0.2), (0.6, 0.32), paint)
    canvas.polygon([(0.2, -0.36), (0.22, -0.88), (0.48, -0.6)], paint)
    canvas.polygon([(0.56, -0.6), (0.84, -0.88), (0.86, -0.36)], paint)
    canvas.ellipse((0.53, -0.26), (0.4, 0.38), paint)
    canvas.ellipse((0.42, -0.32), (0.07, 0.1), DARK, rim=False)
    canvas.ellipse((0.7, -0.32), (0.07, 0.1), DARK, rim=False)
    canvas.ellipse((0.58, -0.12), (0.06, 0.05), DARK, rim=False)


def _bird(canvas: Canvas, paint: Paint, cycle: float) -> None:
    flap = np.cos(2 * np.pi * cycle)
    canvas.polygon([(-0.4, 0.02), (-0.94, -0.16), (-0.9, 0.3)], _shade(paint, 0.8))
    canvas.ellipse((-0.02, 0.14), (0.62, 0.42), paint)
    canvas.ellipse((0.5, -0.16), (0.34, 0.32), paint)
    canvas.polygon([(0.74, -0.22), (0.98, -0.08), (0.74, 0.04)], (250, 176, 40))
    canvas.ellipse((0.56, -0.2), (0.07, 0.08), DARK, rim=False)
    canvas.polygon([(0.26, 0.06), (-0.3, 0.1), (-0.46, 0.1 - 0.96 * flap), (0.0, 0.06 - 0.8 * flap)], paint)


def _car(canvas: Canvas, paint: Paint, cycle: float) -> None:
    canvas.polygon([(-0.56, -0.02), (-0.36, -0.5), (0.3, -0.5), (0.58, -0.02)], paint)
    canvas.polygon([(-0.4, -0.06), (-0.27, -0.38), (-0.05, -0.38), (-0.05, -0.06)], GLASS, rim=False)
    canvas.polygon([(0.06, -0.06), (0.06, -0.38), (0.22, -0.38), (0.42, -0.06)], GLASS, rim=False)
    body = [(-0.94, 0.4), (-0.94, 0.04), (-0.8, -0.06), (0.66, -0.06), (0.94, 0.1), (0.94, 0.4)]
    canvas.polygon(body, paint)
    canvas.ellipse((0.84, 0.12), (0.07, 0.08), (255, 240, 160), rim=False)
    for x in (-0.5, 0.52):
        canvas.ellipse((x, 0.4), (0.25, 0.25), DARK)
        canvas.ellipse((x, 0.4), (0.1, 0.1), (190, 190, 198), rim=False)


def _boat(canvas: Canvas, paint: Paint, cycle: float) -> None:
    canvas.line([(0.0, 0.36), (0.0, -0.9)], (110, 74, 44), 0.09)
    canvas.polygon([(0.08, -0.84), (0.08, 0.2), (0.76, 0.2)], paint)
    canvas.polygon([(-0.08, -0.6), (-0.08, 0.2), (-0.6, 0.2)], paint)
    canvas.polygon([(-0.9, 0.34), (0.94, 0.34), (0.6, 0.8), (-0.58, 0.8)], paint)
    canvas.polygon([(-0.8, 0.5), (0.84, 0.5), (0.76, 0.6), (-0.72, 0.6)], DARK, rim=False)


def _rocket(canvas: Canvas, paint: Paint, cycle: float) -> None:
    reach = 0.94 + 0.05 * np.sin(2 * np.pi * cycle)
    canvas.polygon([(-0.2, 0.56), (0.0, reach), (0.2, 0.56)], (255, 170, 40), rim=False)
    canvas.polygon([(-0.1, 0.56), (0.0, reach - 0.16), (0.1, 0.56)], (255, 240, 150), rim=False)
    canvas.polygon([(-0.28, 0.14), (-0.58, 0.68), (-0.22, 0.56)], _shade(paint, 0.7))
    canvas.polygon([(0.28, 0.14), (0.58, 0.68), (0.22, 0.56)], _shade(paint, 0.7))
    side = [(0.32, -0.1), (0.28, 0.4), (0.2, 0.58)]
    nose = [(0.0, -0.96), (0.16, -0.7), (0.27, -0.42)]
    outline = [*nose, *side, *((-x, y) for x, y in reversed(side)), *((-x, y) for x, y in reversed(nose[1:]))]
    canvas.polygon(outline, paint)
    canvas.ellipse((0.0, -0.26), (0.15, 0.15), GLASS)


_DRAW = {"ball": _ball, "cat": _cat, "bird": _bird, "car": _car, "boat": _boat, "rocket": _rocket}
ANIMATED = ("cat", "bird", "rocket")


@lru_cache(maxsize=1024)
def sprite(object_: str, colour: str, style: str, pose: int) -> NDArray[np.float32]:
    """The object facing right: premultiplied RGBA, float32 (SPRITE, SPRITE, 4), 0 to 1.

    `pose` counts through the FRAMES_PER_CYCLE poses of the objects that move by themselves. Crayon objects
    have a thick rim.
    """
    canvas = Canvas(outline=0.13 if style == "crayon" else 0.05)
    _DRAW[object_](canvas, PAINT[colour], pose / FRAMES_PER_CYCLE)
    picture = canvas.finish()
    picture.flags.writeable = False
    return picture
