"""Draws the peaks of a sound."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QColor, QImage, QPixmap

from studio.ui import theme

PEAKS_PER_SECOND = 100


def columns(peaks: np.ndarray, start_s: float, seconds_per_pixel: float, count: int) -> np.ndarray:
    """float32 (count, 2): lowest and highest value under each of `count` pixels from `start_s` on.

    `peaks` is float32 (n, 2) at PEAKS_PER_SECOND; before its beginning and past its end there is silence.
    """
    edges = (start_s + np.arange(count + 1) * seconds_per_pixel) * PEAKS_PER_SECOND
    first = np.floor(edges[:-1]).astype(np.int64)
    # At least one value per pixel, however close the zoom.
    last = np.maximum(np.ceil(edges[1:]).astype(np.int64), first + 1)
    inside = (first >= 0) & (first < len(peaks))
    result = np.zeros((count, 2), np.float32)
    if not inside.any():
        return result
    # reduceat takes [first, last) pairs: every second result is the one between two pixels, and dropped.
    limits = np.stack([first[inside], np.minimum(last[inside], len(peaks))], axis=1).ravel()
    padded = np.concatenate([peaks, np.zeros((1, 2), np.float32)])
    result[inside, 0] = np.minimum.reduceat(padded[:, 0], limits)[::2]
    result[inside, 1] = np.maximum.reduceat(padded[:, 1], limits)[::2]
    return result


def wave_pixmap(
    peaks: np.ndarray, pixels_per_s: float, left: int, width: int, height: int, backwards: bool
) -> QPixmap:
    """Pixels [left, left + width) of the sound at `pixels_per_s`; backwards, time runs to the left."""
    start = -(left + width) if backwards else left
    wave = columns(peaks, start / pixels_per_s, 1 / pixels_per_s, width)
    if backwards:
        wave = wave[::-1]
    return QPixmap.fromImage(_image(wave, height, theme.color("on_clip", 0.75)))


def _image(wave: np.ndarray, height: int, color: QColor) -> QImage:
    """The waveform as a picture of one column per row of `wave`: one draw call however wide it is."""
    middle = (height - 1) / 2
    reach = middle - 1
    rows = np.arange(height, dtype=np.float32)[:, None]
    top = middle - np.clip(wave[:, 1], 0, 1) * reach - 0.5
    bottom = middle - np.clip(wave[:, 0], -1, 0) * reach + 0.5
    filled = (rows >= top) & (rows <= bottom)
    pixels = np.zeros((height, len(wave)), np.uint32)
    alpha = color.alpha()
    red, green, blue = (part * alpha // 255 for part in (color.red(), color.green(), color.blue()))
    pixels[filled] = (alpha << 24) | (red << 16) | (green << 8) | blue
    return QImage(
        pixels.tobytes(), len(wave), height, 4 * len(wave), QImage.Format.Format_ARGB32_Premultiplied
    ).copy()
