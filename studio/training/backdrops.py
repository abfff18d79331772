"""The places of the starter's world: still pictures behind the moving object."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

SIZE = 96  # side of a frame, pixels
OVERSAMPLE = 4
MARGIN = 5  # of paper around a crayon drawing, pixels
SIDE = SIZE * OVERSAMPLE

Picture = NDArray[np.float32]
Paint = tuple[int, int, int]

# Sky from top to horizon.
SKIES: dict[str, tuple[Paint, Paint]] = {
    "day": ((142, 200, 240), (222, 240, 250)),
    "sunset": ((116, 84, 140), (255, 184, 120)),
    "night": ((16, 20, 52), (48, 56, 104)),
}
# How the light tints the ground.
TINTS: dict[str, tuple[float, float, float]] = {
    "day": (1.0, 1.0, 1.0),
    "sunset": (0.92, 0.72, 0.64),
    "night": (0.34, 0.38, 0.56),
}


def _at(x: float, y: float) -> tuple[int, int]:
    return round(x * SIDE), round(y * SIDE)


def _sky(light: str, horizon: float) -> Picture:
    top, bottom = (np.asarray(paint, np.float32) for paint in SKIES[light])
    ramp = np.clip(np.linspace(0, 1 / horizon, SIDE, dtype=np.float32), 0, 1)[:, None, None]
    return np.ascontiguousarray(np.broadcast_to(top + (bottom - top) * ramp, (SIDE, SIDE, 3)), np.float32)


def _tint(paint: Paint, light: str) -> tuple[float, ...]:
    return tuple(channel * factor for channel, factor in zip(paint, TINTS[light], strict=True))


def _lamp(picture: Picture, light: str, layout: int, horizon: float) -> None:
    """The sun high by day, low and large at sunset; the moon and stars at night."""
    x = (0.2, 0.8, 0.3, 0.7)[layout]
    if light == "day":
        cv2.circle(picture, _at(x, 0.14), round(0.07 * SIDE), (255, 244, 190), -1, cv2.LINE_AA)
    elif light == "sunset":
        cv2.circle(picture, _at(x, horizon - 0.02), round(0.13 * SIDE), (255, 226, 150), -1, cv2.LINE_AA)
    else:
        _stars(picture, layout, horizon, 14)
        cv2.circle(picture, _at(x, 0.16), round(0.07 * SIDE), (236, 236, 214), -1, cv2.LINE_AA)


def _stars(picture: Picture, layout: int, below: float, count: int) -> None:
    rng = np.random.default_rng(layout)
    for x, y in rng.uniform((0.03, 0.03), (0.97, below - 0.04), (count, 2)):
        cv2.circle(picture, _at(x, y), round(0.012 * SIDE), (240, 240, 255), -1, cv2.LINE_AA)


def _floor(picture: Picture, top: float, bottom: float, paint: tuple[float, ...]) -> None:
    picture[round(top * SIDE) : round(bottom * SIDE)] = paint


def _beach(light: str, layout: int) -> Picture:
    picture = _sky(light, 0.5)
    _lamp(picture, light, layout, 0.5)
    _floor(picture, 0.5, 0.66, _tint((64, 148, 190), light))
    for i, y in enumerate((0.55, 0.6)):
        start = 0.08 + 0.3 * ((layout + i) % 3)
        cv2.line(picture, _at(start, y), _at(start + 0.22, y), _tint((170, 214, 232), light), 5, cv2.LINE_AA)
    _floor(picture, 0.66, 1.0, _tint((238, 214, 160), light))
    shore = [_at(x, 0.66 + 0.016 * np.sin(9 * x + layout)) for x in np.linspace(0, 1, 40)]
    cv2.polylines(picture, [np.asarray(shore)], False, _tint((250, 250, 244), light), 9, cv2.LINE_AA)
    return picture


def _sunflowers(light: str, layout: int) -> Picture:
    picture = _sky(light, 0.42)
    _lamp(picture, light, layout, 0.42)
    _floor(picture, 0.42, 1.0, _tint((112, 152, 76), light))
    leaf, petal, heart = (_tint(p, light) for p in ((70, 112, 52), (250, 200, 60), (104, 66, 32)))
    for row, (y, radius) in enumerate(((0.48, 0.035), (0.62, 0.055), (0.92, 0.085))):
        count = (9, 6, 4)[row]
        for i in range(count):
            x = (i + 0.5 + 0.2 * ((layout + row) % 3 - 1)) / count
            cv2.line(picture, _at(x, y), _at(x, min(y + 3 * radius, 1)), leaf, round(radius * 70))
            cv2.circle(picture, _at(x, y), round(radius * SIDE), petal, -1, cv2.LINE_AA)
            cv2.circle(picture, _at(x, y), round(radius * 0.48 * SIDE), heart, -1, cv2.LINE_AA)
    return picture


def _city(light: str, layout: int) -> Picture:
    picture = _sky(light, 0.75)
    _lamp(picture, light, layout, 0.3)
    rng = np.random.default_rng(10 + layout)
    window = (255, 226, 140) if light != "day" else (206, 220, 230)
    for i in range(5):
        left, top = i * 0.2, float(rng.uniform(0.26, 0.52))
        grey = int(rng.integers(128, 172))
        wall = _tint((grey, grey, grey + 12), light)
        cv2.rectangle(picture, _at(left, top), _at(left + 0.19, 0.76), wall, -1)
        for y in np.arange(top + 0.05, 0.68, 0.11):
            for x in (left + 0.035, left + 0.115):
                cv2.rectangle(picture, _at(x, y), _at(x + 0.045, y + 0.055), window, -1)
    _floor(picture, 0.74, 0.8, _tint((176, 172, 168), light))
    _floor(picture, 0.8, 1.0, _tint((92, 94, 102), light))
    for x in (0.05, 0.39, 0.73):
        cv2.rectangle(picture, _at(x, 0.89), _at(x + 0.2, 0.91), _tint((226, 222, 206), light), -1)
    return picture


def _sea(light: str, layout: int) -> Picture:
    picture = _sky(light, 0.5)
    _lamp(picture, light, layout, 0.5)
    for top, bottom, paint in (
        (0.5, 0.66, (92, 164, 200)),
        (0.66, 0.82, (66, 140, 184)),
        (0.82, 1, (44, 112, 162)),
    ):
        colour = _tint(paint, light)
        crest = [_at(x, top + 0.016 * np.sin(16 * x + 40 * top + layout)) for x in np.linspace(0, 1, 60)]
        floor = [_at(1, bottom + 0.03), _at(0, bottom + 0.03)]
        cv2.fillPoly(picture, [np.asarray(crest + floor)], colour, cv2.LINE_AA)
    return picture


def _mountains(light: str, layout: int) -> Picture:
    picture = _sky(light, 0.7)
    _lamp(picture, light, layout, 0.4)
    shift = (0.0, 0.08, -0.08, 0.14)[layout]
    for x, peak, half in ((0.22, 0.34, 0.34), (0.8, 0.28, 0.38), (0.5, 0.46, 0.26)):
        x += shift
        rock, snow = _tint((128, 132, 158), light), _tint((244, 246, 252), light)
        cv2.fillPoly(
            picture, [np.asarray([_at(x - half, 0.8), _at(x, peak), _at(x + half, 0.8)])], rock, cv2.LINE_AA
        )
        tip = (0.8 - peak) * 0.3
        cap = [_at(x - half * 0.3, peak + tip), _at(x, peak), _at(x + half * 0.3, peak + tip)]
        cv2.fillPoly(picture, [np.asarray(cap)], snow, cv2.LINE_AA)
    _floor(picture, 0.76, 1.0, _tint((136, 164, 120), light))
    return picture


def _space(light: str, layout: int) -> Picture:
    picture = np.full((SIDE, SIDE, 3), (14, 12, 34), np.float32)
    _stars(picture, 20 + layout, 0.9, 26)
    x = (0.18, 0.82, 0.22, 0.8)[layout]
    cv2.circle(picture, _at(x, 0.22), round(0.11 * SIDE), (190, 150, 120), -1, cv2.LINE_AA)
    cv2.ellipse(
        picture,
        _at(x, 0.22),
        (round(0.19 * SIDE), round(0.04 * SIDE)),
        -18,
        0,
        360,
        (226, 206, 170),
        8,
        cv2.LINE_AA,
    )
    cv2.ellipse(
        picture,
        _at(0.5, 1.08),
        (round(0.8 * SIDE), round(0.24 * SIDE)),
        0,
        0,
        360,
        (96, 94, 116),
        -1,
        cv2.LINE_AA,
    )
    for crater in (0.26, 0.52, 0.8):
        cv2.ellipse(
            picture,
            _at(crater, 0.93),
            (round(0.07 * SIDE), round(0.02 * SIDE)),
            0,
            0,
            360,
            (74, 72, 94),
            -1,
            cv2.LINE_AA,
        )
    return picture


_DRAW = {
    "beach": _beach,
    "sunflowers": _sunflowers,
    "city": _city,
    "sea": _sea,
    "mountains": _mountains,
    "space": _space,
}


@lru_cache(maxsize=256)
def backdrop(place: str, light: str, style: str, layout: int) -> Picture:
    """The empty place: float32 (SIZE, SIZE, 3), 0 to 255. Crayon places are paler, with a margin of paper."""
    picture = cv2.resize(_DRAW[place](light, layout), (SIZE, SIZE), interpolation=cv2.INTER_AREA)
    if style == "crayon":
        picture = picture * 0.7 + 250 * 0.3
        mask = np.ones((SIZE, SIZE, 1), np.float32)
        mask[MARGIN:-MARGIN, MARGIN:-MARGIN] = 0
        picture = picture * (1 - mask) + 250 * mask
    picture = np.clip(picture, 0, 255).astype(np.float32)
    picture.flags.writeable = False
    return picture
