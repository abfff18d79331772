"""Six classic looks for one picture, from OpenCV alone: oil, pencil, cartoon, watercolour, halftone, ink.

A look is drawn in two steps. `paint` makes what belongs to the scene and may be carried along with its
motion (see steady.py); `finish` adds what must stay on its sheet: a printer's dots would smear into greys if
they were carried. All sizes scale with the picture, so a look is the same at 360 lines and at 2160.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import cv2
import numpy as np

from studio.jobs.job import Look
from studio.render import textures
from studio.render.mixing import mixed

_PAPER = np.array([250, 247, 238], np.float32) / 255
_GRAPHITE = np.array([52, 52, 58], np.float32) / 255
_INK = np.array([18, 20, 30], np.float32) / 255
# Screen angles that keep four inks from beating against each other: the printers' 15, 75, 0 and 45 degrees.
_INKS = (
    (15.0, np.array([0, 158, 224], np.float32) / 255),
    (75.0, np.array([226, 0, 122], np.float32) / 255),
    (0.0, np.array([255, 233, 0], np.float32) / 255),
    (45.0, np.array([28, 26, 28], np.float32) / 255),
)


class Drawing(NamedTuple):
    """How one look is drawn; both steps take and give float32 RGB (H, W, 3) in [0, 1]."""

    paint: Callable[[np.ndarray, float], np.ndarray]
    finish: Callable[[np.ndarray, float], np.ndarray]


def stylize(frame: np.ndarray, look: Look, strength: float = 1.0) -> np.ndarray:
    """`frame` (uint8 RGB) in `look`; `strength` 0 gives the frame back, 1 the full look."""
    unit = unit_of(frame)
    drawing = DRAWINGS[look]
    painted = drawing.paint(frame.astype(np.float32) / 255, unit)
    return mixed(frame, drawing.finish(painted, unit), strength)


def unit_of(frame: np.ndarray) -> float:
    """The size of one "pixel at 360 lines" in pixels of `frame`."""
    return max(0.25, min(frame.shape[:2]) / 360)


# ---- oil


def _oil(image: np.ndarray, unit: float) -> np.ndarray:
    """Flat dabs (generalised Kuwahara), dragged along the contours, with the relief of the bristles."""
    dabs = _kuwahara(image, max(1, round(3.5 * unit)))
    along = _direction(_lightness(dabs), 4 * unit)
    dragged = _smeared(dabs, along, 5 * unit, 4)
    height, width = image.shape[:2]
    bristles = _smeared(textures.noise(height, width, 1.5 * unit, 5), along, 9 * unit, 6)
    body = 0.5 * bristles + 3 * _lightness(dragged)
    # Light falls from the upper left onto the ridges.
    relief = body - cv2.warpAffine(
        body, np.array([[1, 0, unit], [0, 1, unit]]), (width, height), borderMode=cv2.BORDER_REPLICATE
    )
    lit = dragged + np.clip(relief * 0.13, -0.12, 0.12)[..., None]
    return np.clip(_saturated(lit, 1.22), 0, 1)


def _kuwahara(image: np.ndarray, radius: int) -> np.ndarray:
    """Each pixel takes the mean of that box beside it which varies least (after Papari et al. 2007)."""
    window = (2 * radius + 1, 2 * radius + 1)
    mean = cv2.blur(image, window)
    grey = _lightness(image)
    variance = cv2.blur(grey * grey, window) - cv2.blur(grey, window) ** 2
    weight = 1 / (1e-4 + np.maximum(variance, 0)) ** 2
    weighted = mean * weight[..., None]
    total, share = np.zeros_like(mean), np.zeros_like(grey)
    height, width = grey.shape
    for k in range(8):
        angle = np.pi * k / 4
        shift = np.array([[1, 0, radius * np.cos(angle)], [0, 1, radius * np.sin(angle)]]).round()
        total += cv2.warpAffine(
            weighted, shift, (width, height), flags=cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE
        )
        share += cv2.warpAffine(
            weight, shift, (width, height), flags=cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE
        )
    return total / share[..., None]


def _direction(grey: np.ndarray, spread: float) -> np.ndarray:
    """Unit vectors along the local contours, from the smoothed structure tensor: float32 (H, W, 2)."""
    x, y = cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)
    xx, yy, xy = (cv2.GaussianBlur(product, (0, 0), spread) for product in (x * x, y * y, x * y))
    angle = 0.5 * np.arctan2(2 * xy, xx - yy) + np.pi / 2
    return np.stack((np.cos(angle), np.sin(angle)), axis=-1)


def _smeared(image: np.ndarray, along: np.ndarray, reach: float, steps: int) -> np.ndarray:
    """`image` averaged along `along` up to `reach` pixels both ways (short line integral convolution)."""
    height, width = along.shape[:2]
    grid = np.stack(
        np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)), axis=-1
    )
    total = image.copy()
    for k in range(1, steps + 1):
        for side in (-1, 1):
            where = grid + along * np.float32(side * reach * k / steps)
            total += cv2.remap(image, where, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)  # pyright: ignore
    return total / (2 * steps + 1)


# ---- pencil


def _pencil(image: np.ndarray, unit: float) -> np.ndarray:
    """Contours by dodging, and the tone between them hatched."""
    grey = cv2.GaussianBlur(_lightness(image), (0, 0), 0.6 * unit)
    dodged = np.clip(grey / (cv2.GaussianBlur(grey, (0, 0), 5 * unit) + 0.02), 0, 1)
    line = np.minimum(np.clip((dodged - 0.55) / 0.42, 0, 1), _xdog(grey, 1.0 * unit, 0.97, 0.015, 18))
    tone = np.clip(1 - _levelled(cv2.GaussianBlur(grey, (0, 0), 1.5 * unit)), 0, 1)
    return _hatched(line, tone, unit)


def _hatched(line: np.ndarray, tone: np.ndarray, unit: float) -> np.ndarray:
    """Strokes one way, crossed by others where it is dark, on toothed paper."""
    height, width = tone.shape
    first = textures.hatching(height, width, unit, 52, 6)
    second = textures.hatching(height, width, unit, 118, 7)
    tooth = textures.paper(height, width, unit)
    light = _covered(tone * 0.85 - 0.10, first, 0.22) * 0.42
    dark = _covered(tone * 1.1 - 0.45, second, 0.22) * 0.50
    graphite = 1 - (1 - light) * (1 - dark) * (0.15 + 0.85 * line) * (1 - 0.25 * tone)
    graphite = np.clip(graphite * (1 + 0.28 * tooth), 0, 1)[..., None]
    sheet = _PAPER * (1 + 0.012 * tooth[..., None])
    return sheet * (1 - graphite) + _GRAPHITE * graphite


# ---- cartoon


def _cartoon(image: np.ndarray, unit: float) -> np.ndarray:
    """Flat, bright areas with soft steps of light, and ink contours (Winnemöller, Olsen and Gooch 2006)."""
    flat = _flattened(image, unit, 0.13, 3)
    lab = cv2.cvtColor(flat, cv2.COLOR_RGB2LAB)
    light = lab[..., 0] / 100
    lab[..., 0] = 100 * np.clip(_stepped(light, 7, 9.0) * 1.04, 0, 1)
    lab[..., 1:] *= 1.35
    colours = np.clip(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB), 0, 1)
    line = _xdog(light, 1.1 * unit, 0.975, 0.008, 40)
    return colours * (0.06 + 0.94 * line)[..., None]


def _flattened(image: np.ndarray, unit: float, tolerance: float, rounds: int) -> np.ndarray:
    """`image` without its fine texture: bilateral rounds on a copy of about 240 lines."""
    height, width = image.shape[:2]
    scale = min(1.0, 0.67 / unit)
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    for _ in range(rounds):
        small = cv2.bilateralFilter(small, 7, tolerance, 4)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)


# ---- watercolour


def _watercolour(image: np.ndarray, unit: float) -> np.ndarray:
    """Washes with wavering borders, darker where the pigment gathers at their rims (Bousseau et al. 2006)."""
    height, width = image.shape[:2]
    waver = [textures.noise(height, width, 12 * unit, seed) * np.float32(1.1 * unit) for seed in (8, 9)]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    wet = cv2.remap(image, x + waver[0], y + waver[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    wash = _kuwahara(_flattened(wet, unit, 0.12, 2), max(1, round(3 * unit)))
    light = _lightness(wash)
    gradient = cv2.morphologyEx(
        cv2.GaussianBlur(light, (0, 0), 0.8 * unit), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)
    )
    rims = np.clip(gradient / unit * 4 * max(1.0, unit), 0, 1)
    wash = _saturated(0.10 + 0.93 * wash, 1.25)
    # The brightest light is bare paper.
    bare = np.clip((light - 0.80) / 0.2, 0, 1)[..., None]
    wash = np.clip(wash * (1 - bare) + bare * _PAPER, 0, 1)
    return _dried(_pigmented(wash, 1 + 0.75 * rims), unit)


def _dried(wash: np.ndarray, unit: float) -> np.ndarray:
    """Uneven drying and the paper's tooth, in which pigment settles."""
    height, width = wash.shape[:2]
    density = 1 + 0.34 * textures.clouds(height, width, unit) + 0.28 * textures.paper(height, width, unit)
    return _pigmented(wash, density)


def _pigmented(colour: np.ndarray, density: np.ndarray) -> np.ndarray:
    """`colour` under more (> 1) or less (< 1) pigment: C - (C - C²)(d - 1), Bousseau et al. 2006."""
    return np.clip(colour - (colour - colour * colour) * (density - 1)[..., None], 0, 1)


# ---- halftone


def _toned(image: np.ndarray, unit: float) -> np.ndarray:
    """A poster's tones: texture finer than the screen removed, contrast and colour lifted."""
    smooth = cv2.GaussianBlur(image, (0, 0), 0.9 * unit)
    sharp = smooth + 0.8 * (smooth - cv2.GaussianBlur(smooth, (0, 0), 3 * unit))
    return np.clip(_saturated((sharp - 0.5) * 1.08 + 0.52, 1.25), 0, 1)


def _printed(image: np.ndarray, unit: float) -> np.ndarray:
    """Four inks in rotated dot screens, one over the other on warm paper."""
    height, width = image.shape[:2]
    black = 1 - image.max(axis=-1)
    # Not all grey goes into black ink: the colours stay rich.
    key = np.clip(black * 1.15 - 0.15, 0, 1)
    colours = np.clip((1 - image - key[..., None]) / (1 - key[..., None] + 1e-3), 0, 1)
    cell = max(3.0, 4.6 * unit)
    sheet = np.broadcast_to(_PAPER, image.shape).copy()
    for channel, (degrees, ink) in enumerate(_INKS):
        density = key if channel == 3 else colours[..., channel]
        # A dot's rim is about one pixel wide, whatever the cell: 2 / cell of the threshold's range.
        covered = _covered(density, textures.screen(height, width, cell, degrees), 1.6 / cell)[..., None]
        sheet *= 1 - covered * (1 - ink)
    return sheet


# ---- ink


def _ink(image: np.ndarray, unit: float) -> np.ndarray:
    """Brush lines and solid blacks, over two thin washes of grey."""
    light = _levelled(_lightness(_flattened(image, unit, 0.10, 2)))
    line = _xdog(_lightness(image), 1.3 * unit, 0.98, 0.006, 26)
    solid = _rising(light, 0.15, 0.24)
    wash = 0.48 + 0.30 * _rising(light, 0.30, 0.38) + 0.22 * _rising(light, 0.52, 0.60)
    return _brushed(1 - line * solid * wash, unit)


def _brushed(depth: np.ndarray, unit: float) -> np.ndarray:
    """Ink as deep as `depth` (0 to 1) on paper, uneven where it is thin."""
    height, width = depth.shape
    wet = 1 + 0.20 * textures.clouds(height, width, unit) + 0.16 * textures.paper(height, width, unit)
    depth = np.clip(depth * (depth + (1 - depth) * wet), 0, 1)[..., None]
    return _PAPER * (1 - depth) + _INK * depth


# ---- shared strokes


def _untouched(drawing: np.ndarray, unit: float) -> np.ndarray:
    return drawing


def _lightness(image: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)


def _levelled(grey: np.ndarray) -> np.ndarray:
    """`grey` stretched half-way to its own range, so that dim footage still gets all its tones."""
    low, high = (float(value) for value in np.percentile(grey[::4, ::4], (1, 99)))
    full = (grey - low) / max(high - low, 0.2)
    return np.clip(0.5 * grey + 0.5 * full, 0, 1)


def _saturated(image: np.ndarray, factor: float) -> np.ndarray:
    grey = image.mean(axis=-1, keepdims=True)
    return grey + (image - grey) * factor


def _xdog(grey: np.ndarray, sigma: float, dark: float, threshold: float, slope: float) -> np.ndarray:
    """Ink lines, 0 on them and 1 beside: extended difference of Gaussians.

    Winnemöller, Kyprianidis and Olsen, "XDoG", Computers & Graphics 2012.
    """
    narrow = cv2.GaussianBlur(grey, (0, 0), sigma)
    wide = cv2.GaussianBlur(grey, (0, 0), 1.6 * sigma)
    difference = narrow - dark * wide + threshold - (1 - dark) * 0.5
    return np.where(difference > 0, 1, np.clip(1 + np.tanh(slope * difference), 0, 1)).astype(np.float32)


def _stepped(light: np.ndarray, levels: int, softness: float) -> np.ndarray:
    """`light` drawn to `levels` steps, with soft risers so that they do not flicker."""
    nearest = np.round(light * levels)
    return (nearest + 0.5 * np.tanh(softness * (light * levels - nearest)) / np.tanh(softness / 2)) / levels


def _rising(value: np.ndarray, low: float, high: float) -> np.ndarray:
    """0 below `low`, 1 above `high`, smooth between."""
    t = np.clip((value - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def _covered(density: np.ndarray, threshold: np.ndarray, rim: float) -> np.ndarray:
    """How much a pixel is inked, 0 to 1, where a stroke or dot shows once `density` exceeds `threshold`."""
    spread = density * (1 + 2 * rim) - rim
    return np.clip((spread - threshold) / rim + 0.5, 0, 1)


DRAWINGS: dict[Look, Drawing] = {
    Look.OIL: Drawing(_oil, _untouched),
    Look.PENCIL: Drawing(_pencil, _untouched),
    Look.CARTOON: Drawing(_cartoon, _untouched),
    Look.WATERCOLOUR: Drawing(_watercolour, _untouched),
    Look.HALFTONE: Drawing(_toned, _printed),
    Look.INK: Drawing(_ink, _untouched),
}
