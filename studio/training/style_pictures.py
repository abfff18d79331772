"""Draws the ten style pictures that are shipped: our own strokes, dots, tiles and lines, no one's painting.

python -m studio.training.style_pictures resources/styles
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from studio.jobs.job import NamedStyle

_HEIGHT, _WIDTH = 432, 576
_DRAWN_AT = 2
Colours = list[tuple[int, int, int]]


def main(folder: str) -> None:
    """Writes every picture into `folder` as JPEG."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    for style, draw in DRAWN.items():
        picture = draw(np.random.default_rng(list(NamedStyle).index(style)))
        small = cv2.resize(picture, (_WIDTH, _HEIGHT), interpolation=cv2.INTER_AREA)
        target = Path(folder) / f"{style.value}.jpg"
        cv2.imwrite(str(target), cv2.cvtColor(small, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 92])


# ---- painted with strokes


def _night_swirls(random: np.random.Generator) -> np.ndarray:
    """Whirls of blue and yellow around bright centres."""
    y, x = _grid()
    angle, glow = 0.5 * _field(random, 220), np.zeros_like(x)
    for _ in range(9):
        centre, size = random.uniform((0, 0), (y.max(), x.max())), random.uniform(50, 120)
        away = np.hypot(y - centre[0], x - centre[1])
        share = np.exp(-((away / (1.7 * size)) ** 2))
        angle = angle * (1 - share) + share * (np.arctan2(y - centre[0], x - centre[1]) + np.pi / 2)
        glow = np.maximum(glow, np.exp(-((away / (0.45 * size)) ** 2)))
    ramp = [(12, 24, 66), (26, 62, 128), (58, 112, 168), (136, 172, 176), (236, 214, 110), (252, 240, 170)]
    tone = np.clip(0.36 + 0.26 * _field(random, 90) + 0.62 * glow, 0, 1)
    canvas = _ramped(tone, ramp)
    return _stroked(random, canvas, angle, count=15_000, length=34, width=7, wobble=26)


def _thick_oil(random: np.random.Generator) -> np.ndarray:
    """Short, thick strokes: fields of ochre and green under a light sky."""
    y, _ = _grid()
    ramp = [(58, 64, 36), (104, 118, 48), (170, 140, 48), (222, 168, 50), (238, 200, 104), (158, 188, 190)]
    tone = np.clip(0.95 - y / y.max() + 0.24 * _field(random, 70) + 0.12 * _field(random, 18), 0, 1)
    angle = 1.1 * _field(random, 120)
    return _stroked(random, _ramped(tone, ramp), angle, count=16_000, length=20, width=10, wobble=34)


def _pastel(random: np.random.Generator) -> np.ndarray:
    """Chalk in soft colours over dark paper, whose tooth shows through."""
    ramp = [(54, 50, 74), (120, 92, 128), (196, 132, 134), (232, 178, 140), (240, 214, 178), (170, 198, 206)]
    tone = np.clip(0.5 + 0.34 * _field(random, 110) + 0.12 * _field(random, 26), 0, 1)
    chalk = _stroked(random, _ramped(tone, ramp), 0.7 + 0.5 * _field(random, 160), 9_000, 60, 4, 30)
    paper = np.full_like(chalk, 46)
    shows = (_field(random, 1.6) * 0.8 + 0.5 * _field(random, 40) > 0.35)[..., None]
    return np.where(shows, (0.75 * paper + 0.25 * chalk).astype(np.uint8), chalk)


def _stroked(
    random: np.random.Generator,
    canvas: np.ndarray,
    angle: np.ndarray,
    count: int,
    length: int,
    width: int,
    wobble: int,
) -> np.ndarray:
    """`canvas` covered with `count` curved strokes along `angle`, their colours off by up to `wobble`."""
    painted = canvas.copy()
    height, breadth = angle.shape
    for _ in range(count):
        y, x = random.uniform(0, height), random.uniform(0, breadth)
        colour = canvas[int(y), int(x)] + random.normal(0, wobble / 3, 3) + random.normal(0, wobble / 2)
        points: list[tuple[int, int]] = []
        for _ in range(6):
            points.append((round(x), round(y)))
            turn = angle[int(np.clip(y, 0, height - 1)), int(np.clip(x, 0, breadth - 1))]
            x, y = x + np.cos(turn) * length / 5, y + np.sin(turn) * length / 5
        shade = tuple(float(value) for value in np.clip(colour, 0, 255))
        thick = max(1, round(width * random.uniform(0.5, 1.2)))
        cv2.polylines(painted, [np.array(points, np.int32)], False, shade, thick, cv2.LINE_AA)
    return painted


# ---- dots and tiles


def _pointillist(random: np.random.Generator) -> np.ndarray:
    """Dots of pure colour that mix in the eye: a shore in the afternoon."""
    y, _ = _grid()
    ramp = [(38, 74, 92), (74, 128, 128), (128, 166, 92), (214, 190, 96), (236, 206, 168), (166, 194, 224)]
    tone = np.clip(1.02 - y / y.max() + 0.2 * _field(random, 80), 0, 1)
    base = _ramped(tone, ramp)
    painted = base.copy()
    for _ in range(42_000):
        y0, x0 = int(random.integers(0, base.shape[0])), int(random.integers(0, base.shape[1]))
        off = random.normal(0, 34, 3) + (random.random() < 0.18) * np.roll([70, -20, -60], random.integers(3))
        shade = tuple(float(value) for value in np.clip(base[y0, x0] + off, 0, 255))
        cv2.circle(painted, (x0, y0), int(random.integers(3, 7)), shade, -1, cv2.LINE_AA)
    return painted


def _mosaic(random: np.random.Generator) -> np.ndarray:
    """Small stones in bands that follow a curve, with mortar between."""
    ramp = [(24, 40, 72), (44, 118, 134), (222, 212, 178), (226, 162, 66), (168, 58, 40), (250, 242, 220)]
    tone = np.clip(0.5 + 0.42 * _field(random, 100), 0, 1)
    cells, rims = _cells(random, 3400, jitter=0.3)
    colour = _cell_colours(cells, _ramped(tone, ramp)) + random.normal(0, 13, (int(cells.max()) + 1, 1))
    stones = np.clip(colour, 0, 255)[cells]
    return np.where((rims < 1.4)[..., None], np.array((84, 78, 70), np.uint8), stones.astype(np.uint8))


def _stained_glass(random: np.random.Generator) -> np.ndarray:
    """Large panes of glowing colour in lead."""
    ramp = [(26, 40, 140), (48, 132, 214), (40, 168, 112), (252, 214, 84), (232, 84, 50), (150, 40, 116)]
    tone = np.clip(0.5 + 0.55 * _field(random, 70), 0, 1)
    cells, rims = _cells(random, 420, jitter=1.0)
    colour = _cell_colours(cells, _ramped(tone, ramp)) + random.normal(0, 26, (int(cells.max()) + 1, 1))
    light = 1 + 0.16 * _field(random, 16)[..., None]
    panes = np.clip(colour[cells] * light, 0, 255)
    return np.where((rims < 3.4)[..., None], np.array((16, 15, 18), np.uint8), panes.astype(np.uint8))


def _cells(random: np.random.Generator, count: int, jitter: float) -> tuple[np.ndarray, np.ndarray]:
    """Voronoi cells around a shaken grid: their numbers (H, W), and the distance to the next border."""
    y, x = _grid()
    across = round((count * x.max() / y.max()) ** 0.5)
    step = x.max() / across
    seeds = np.ones(y.shape, np.uint8)
    for row in np.arange(step / 2, y.max(), step):
        for column in np.arange(step / 2, x.max(), step):
            place = np.array([row, column]) + random.uniform(-0.5, 0.5, 2) * step * jitter
            seeds[tuple(np.clip(place, 0, np.array(y.shape) - 1).astype(int))] = 0
    _, cells = cv2.distanceTransformWithLabels(seeds, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    border = cv2.morphologyEx(cells.astype(np.float32), cv2.MORPH_GRADIENT, np.ones((3, 3))) > 0
    rims = cv2.distanceTransform((~border).astype(np.uint8), cv2.DIST_L2, 5)
    return cells, rims


def _cell_colours(cells: np.ndarray, picture: np.ndarray) -> np.ndarray:
    """The mean colour of each cell: float64 (number of cells + 1, 3)."""
    sizes = np.maximum(np.bincount(cells.ravel()), 1)
    sums = [np.bincount(cells.ravel(), picture[..., channel].ravel()) for channel in range(3)]
    return np.stack(sums, axis=1) / sizes[:, None]


# ---- lines and planes


def _woodcut(random: np.random.Generator) -> np.ndarray:
    """Black lines cut along the forms, swelling where it is dark."""
    form = _field(random, 150) + 0.12 * _field(random, 60)
    dark = np.clip(0.45 + 0.2 * _field(random, 130) + 0.16 * _field(random, 50), 0.08, 0.9)
    y, x = _grid()
    phase = (y * 0.9 + x * 0.25) / 13 + 4.5 * form
    line = np.abs(np.mod(phase, 1) - 0.5) * 2
    ink = np.clip((dark - line) * 5 + 0.5, 0, 1)[..., None]
    return (np.array([238, 228, 206]) * (1 - ink) + np.array([26, 22, 24]) * ink).astype(np.uint8)


def _cubist(random: np.random.Generator) -> np.ndarray:
    """Sharp planes of ochre, grey and rust, shaded from one edge."""
    ramp = [(40, 36, 38), (96, 84, 76), (148, 122, 84), (194, 168, 118), (226, 212, 178), (134, 66, 48)]
    canvas = _ramped(np.clip(0.5 + 0.3 * _field(random, 120), 0, 1), ramp).astype(np.float32)
    y, x = _grid()
    for _ in range(150):
        centre, size = random.uniform((0, 0), y.shape), random.uniform(40, 190)
        turns = np.sort(random.uniform(0, 2 * np.pi, int(random.integers(3, 6))))
        corners = np.stack([centre[1] + np.cos(turns) * size, centre[0] + np.sin(turns) * size], axis=1)
        mask = np.zeros(y.shape, np.uint8)
        cv2.fillPoly(mask, [corners.astype(np.int32)], 255, cv2.LINE_AA)
        way = random.uniform(0, 2 * np.pi)
        shade = np.clip(0.5 + ((x - centre[1]) * np.cos(way) + (y - centre[0]) * np.sin(way)) / size, 0, 1)
        share = (mask / 255.0 * (0.25 + 0.75 * shade)).astype(np.float32)[..., None]
        canvas += (np.array(ramp[random.integers(6)], np.float32) - canvas) * share
        cv2.polylines(canvas, [corners.astype(np.int32)], True, (34.0, 30.0, 32.0), 3, cv2.LINE_AA)
    return np.clip(canvas + 9 * _field(random, 3)[..., None], 0, 255).astype(np.uint8)


def _woodblock(random: np.random.Generator) -> np.ndarray:
    """Flat blues in rows of waves with dark contours and broken foam, on cream paper."""
    y, x = _grid()
    canvas = np.empty((*y.shape, 3), np.uint8)
    canvas[:] = (236, 226, 198)
    blues: Colours = [(32, 58, 104), (66, 110, 150), (150, 180, 186), (228, 224, 206)]
    for row in range(13):
        swell = 46 * np.sin(x[0] / random.uniform(60, 130) + random.uniform(0, 7))
        crest = 50 + row * y.max() / 13 + swell + 14 * np.sin(x[0] / 17 + row)
        inside = y > crest
        canvas[inside] = blues[int(random.integers(4))]
        for stripe in range(1, 5):
            near = inside & (np.abs(y - crest - stripe * 15 - 5 * np.sin(x / 29 + stripe)) < 2.8)
            canvas[near] = blues[int(random.integers(4))]
        line = np.stack([x[0], crest], axis=1).astype(np.int32)
        cv2.polylines(canvas, [line], False, (24, 34, 66), 5, cv2.LINE_AA)
        for column in random.choice(len(crest), 60):
            spray = (int(column), int(crest[column] - random.uniform(-2, 16)))
            cv2.circle(canvas, spray, int(random.integers(3, 9)), (244, 240, 226), -1, cv2.LINE_AA)
            cv2.circle(canvas, spray, int(random.integers(3, 9)), (24, 34, 66), 1, cv2.LINE_AA)
    return canvas


def _ink_wash(random: np.random.Generator) -> np.ndarray:
    """Grey washes with dark rims on white rice paper, and over them strokes of a black, dry brush."""
    sheet = np.full((_HEIGHT * _DRAWN_AT, _WIDTH * _DRAWN_AT), 0.98, np.float32)
    for _ in range(7):
        wet = _field(random, random.uniform(60, 150)) + 0.07 * _field(random, 12)
        level = random.uniform(0.5, 1.4)
        inside = np.clip((wet - level) * 14, 0, 1)
        rim = np.exp(-(((wet - level) * 22) ** 2))
        sheet *= 1 - random.uniform(0.15, 0.5) * inside - random.uniform(0.05, 0.2) * rim
    paper = np.repeat((255 * np.clip(sheet, 0, 1)).astype(np.uint8)[..., None], 3, axis=2)
    strokes = _stroked(random, np.full_like(paper, 22), 1.2 * _field(random, 130), 420, 130, 16, 8)
    # Where the washes are darkest the brush went as well; it leaves hairs of paper between.
    brushed = _field(random, 90) + 0.5 * (0.8 - sheet) * 4 + 0.35 * _field(random, 2.5) > 1.1
    inked = np.where(brushed, strokes[..., 0] / 255, sheet)
    sheet = np.minimum(sheet, cv2.GaussianBlur(inked.astype(np.float32), (0, 0), 1))
    sheet += 0.015 * _field(random, 2)
    return (np.clip(sheet, 0, 1)[..., None] * np.array([250, 246, 236])).astype(np.uint8)


# ---- what they share


def _grid() -> tuple[np.ndarray, np.ndarray]:
    y, x = np.mgrid[0 : _HEIGHT * _DRAWN_AT, 0 : _WIDTH * _DRAWN_AT]
    return y.astype(np.float32), x.astype(np.float32)


def _field(random: np.random.Generator, size: float) -> np.ndarray:
    """Smooth noise of mean 0 and spread 1 with bumps of about `size` pixels: float32 (H, W)."""
    height, width = _HEIGHT * _DRAWN_AT, _WIDTH * _DRAWN_AT
    coarse = random.normal(size=(max(3, round(height / size)), max(3, round(width / size))))
    field = cv2.resize(coarse.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    return (field - field.mean()) / field.std()


def _ramped(tone: np.ndarray, ramp: Colours) -> np.ndarray:
    """Colours along `ramp` by `tone` in [0, 1]: uint8 (H, W, 3)."""
    places = np.linspace(0, 1, len(ramp))
    channels = [np.interp(tone, places, [colour[channel] for colour in ramp]) for channel in range(3)]
    return np.stack(channels, axis=-1).astype(np.uint8)


DRAWN: dict[NamedStyle, Callable[[np.random.Generator], np.ndarray]] = {
    NamedStyle.NIGHT_SWIRLS: _night_swirls,
    NamedStyle.THICK_OIL: _thick_oil,
    NamedStyle.POINTILLIST: _pointillist,
    NamedStyle.PASTEL: _pastel,
    NamedStyle.MOSAIC: _mosaic,
    NamedStyle.STAINED_GLASS: _stained_glass,
    NamedStyle.WOODCUT: _woodcut,
    NamedStyle.WOODBLOCK: _woodblock,
    NamedStyle.CUBIST: _cubist,
    NamedStyle.INK_WASH: _ink_wash,
}

if __name__ == "__main__":
    main(*sys.argv[1:])
