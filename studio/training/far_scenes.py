"""Small scenes in which things move far, with the exact motion: what the motion finder learns from.

Pictures of WIDTH × HEIGHT are seen as a network sees larger ones, at a quarter. Most are drawn: a ground and
up to five things over it, cut from photographs and footage, each on a path of its own. Some are real: three
frames of a clip, up to eight apart, of which only the pictures are known.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np

from studio.training.far_shapes import mask_of, smooth

WIDTH, HEIGHT = 96, 72
_TIMES = (0.0, 0.5, 1.0)
_THINGS = (0.08, 0.25, 0.27, 0.2, 0.12, 0.08)  # how often none, one, two … move before the ground
_FROM_CLIPS = 0.35
_BLURRED, _NOISY, _RELIT, _TONED = 0.35, 0.4, 0.3, 0.3
_OF_ONE_BODY = 0.25
_SAMPLES = 120  # a long clip is not drawn from more often than one of so many frames
_GAPS = (1, 2, 3, 4, 6, 8)
_MIRRORED, _FLIPPED = np.array([-1, 1], np.float16), np.array([1, -1], np.float16)
_SLOW = 15.0  # frames/s under which frames are taken half as far apart


class Footage(NamedTuple):
    """Frames of a clip, uint8 RGB (N, H, W, 3), and how many there are in a second."""

    frames: np.ndarray
    rate: float


class Scene(NamedTuple):
    """Three moments at equal distances. Without a known motion, that and `seen` are 0."""

    pictures: np.ndarray
    """uint8 RGB (3, HEIGHT, WIDTH, 3)"""
    motion: np.ndarray
    """float16 (HEIGHT, WIDTH, 2): pixels from the first picture to the last, on the middle one's grid."""
    seen: np.ndarray
    """bool (2, HEIGHT, WIDTH): what of the middle picture the first shows, and the last."""
    is_real: bool


class _Layer(NamedTuple):
    texture: np.ndarray
    mask: np.ndarray | None
    """uint8, on the texture's grid; None: the ground."""
    paths: list[np.ndarray]
    """From the texture to the picture at the three times: float32 (2, 3)."""


class Scenes:
    """Draws scenes from photographs (uint8 RGB, any size) and footage."""

    def __init__(
        self, photos: Sequence[np.ndarray], clips: Sequence[Footage], rng: np.random.Generator
    ) -> None:
        self._photos, self._rng = photos, rng
        self._clips = [clip for clip in clips if len(clip.frames) >= 12]
        lengths = np.array([min(len(clip.frames), _SAMPLES) for clip in self._clips], float) ** 0.5
        self._chances = lengths / lengths.sum()

    def draw(self, *, real: bool) -> Scene:
        """A scene, mirrored, turned round, run backwards and in other colours by chance."""
        rng = self._rng
        scene = (self._filmed() if real and self._clips else None) or self._drawn()
        pictures, motion, seen = scene[:3]
        if rng.random() < 0.5:
            pictures, motion, seen = pictures[:, :, ::-1], motion[:, ::-1] * _MIRRORED, seen[..., ::-1]
        if rng.random() < 0.5:
            pictures, motion, seen = pictures[:, ::-1], motion[::-1] * _FLIPPED, seen[:, ::-1]
        if rng.random() < 0.5:
            pictures, motion, seen = pictures[::-1], -motion, seen[::-1]
        if rng.random() < 0.5:
            pictures = pictures[..., rng.permutation(3)]
        contiguous = (np.ascontiguousarray(array) for array in (pictures, motion, seen))
        return Scene(*contiguous, is_real=scene.is_real)

    def _filmed(self) -> Scene | None:
        """Where it is liveliest of four places; None where no clip has anything to show."""
        rng = self._rng
        for _ in range(60):
            clip = self._clips[int(rng.choice(len(self._clips), p=self._chances))]
            gap = int(rng.choice(_GAPS))
            if clip.rate < _SLOW:
                gap = max(1, gap // 2)
            height, width = clip.frames.shape[1:3]
            if len(clip.frames) <= 2 * gap or height < HEIGHT or width < WIDTH:
                continue
            begin = int(rng.integers(len(clip.frames) - 2 * gap))
            place = _liveliest(clip.frames[begin : begin + 2 * gap + 1 : gap], rng)
            if place is not None:
                unknown = np.zeros((HEIGHT, WIDTH, 2), np.float16)
                return Scene(place, unknown, np.zeros((2, HEIGHT, WIDTH), bool), True)
        return None

    def _drawn(self) -> Scene:
        rng = self._rng
        layers = [self._layer(is_ground=number == 0) for number in range(1 + int(rng.choice(6, p=_THINGS)))]
        for number in range(2, len(layers)):
            if rng.random() < _OF_ONE_BODY:
                layers[number] = _joined(layers[number], layers[int(rng.integers(1, number))])
        shutter = float(rng.uniform(0.15, 0.6)) if rng.random() < _BLURRED else 0.0
        pictures = _worn([_exposed(layers, number, shutter) for number in range(3)], rng)
        return Scene(np.stack(pictures), *_truth(layers), False)

    def _layer(self, *, is_ground: bool) -> _Layer:
        rng = self._rng
        texture = self._texture()
        height, width = texture.shape[:2]
        least = max(0.55, 1.15 * WIDTH / width) if is_ground else 0.35
        scale = float(np.exp(rng.uniform(np.log(least), np.log(1.6))))
        if is_ground:
            speed = 0.0 if rng.random() < 0.35 else float(np.exp(rng.uniform(np.log(0.2), np.log(14))))
        else:
            speed = float(np.exp(rng.uniform(np.log(0.3), np.log(20))))
        centre = rng.uniform(0.3, 0.7, 2) * (width, height)
        paths = _paths(centre, scale, speed, rng, is_ground=is_ground)
        if is_ground:
            return _Layer(texture, None, paths)
        if rng.random() < 0.3:
            texture = smooth(texture, rng)
        reach = float(np.exp(rng.uniform(np.log(3), np.log(34)))) / scale
        return _Layer(texture, mask_of((height, width), centre, reach, rng), paths)

    def _texture(self) -> np.ndarray:
        rng = self._rng
        if self._clips and rng.random() < _FROM_CLIPS:
            frames = self._clips[int(rng.integers(len(self._clips)))].frames
            return frames[int(rng.integers(len(frames)))]
        return self._photos[int(rng.integers(len(self._photos)))]


def _liveliest(frames: np.ndarray, rng: np.random.Generator) -> np.ndarray | None:
    """Three frames cut to a scene's size; None where nothing moves, or the middle is no moment of its own."""
    first, middle, last = frames
    difference = np.abs(first.astype(np.int16) - last).mean(axis=2)
    nearest = min(np.abs(end.astype(np.int16) - middle).mean() for end in (first, last))
    if difference.mean() < 0.8 or not 0 < nearest <= 30:
        return None
    height, width = difference.shape
    places = [
        (int(rng.integers(height - HEIGHT + 1)), int(rng.integers(width - WIDTH + 1))) for _ in range(4)
    ]
    boxes = [np.s_[top : top + HEIGHT, left : left + WIDTH] for top, left in places]
    liveliness = [difference[box].mean() for box in boxes]
    if max(liveliness) < 2:
        return None
    return frames[(slice(None), *boxes[int(np.argmax(liveliness))])]


def _paths(
    centre: np.ndarray, scale: float, speed: float, rng: np.random.Generator, *, is_ground: bool
) -> list[np.ndarray]:
    """Matrices for the three times: straight on at `speed` pixels, with some hurry, turning and swelling."""
    angle = rng.uniform(0, 2 * np.pi)
    velocity = np.array([np.cos(angle), np.sin(angle)]) * speed
    hurry = rng.normal(0, 0.05 * speed + 0.02, 2)
    turn = rng.normal(0, 0.03 if is_ground else 0.15) * (speed > 0)
    swell = rng.normal(0, 0.03 if is_ground else 0.08) * (speed > 0)
    tilt = rng.normal(0, 0.1 if is_ground else 0.8)
    inside = (0.4, 0.6) if is_ground else (0.05, 0.95)
    place = rng.uniform(*inside, 2) * (WIDTH, HEIGHT)
    paths: list[np.ndarray] = []
    for time in _TIMES:
        since = time - 0.5
        now, larger = tilt + turn * since, scale * (1 + swell * since)
        matrix = np.array([[np.cos(now), -np.sin(now)], [np.sin(now), np.cos(now)]]) * larger
        there = place + velocity * since + hurry * since * since * 4
        paths.append(np.column_stack([matrix, there - matrix @ centre]).astype(np.float32))
    return paths


def _joined(layer: _Layer, leader: _Layer) -> _Layer:
    """`layer` where it is at the middle time, but moving as a part of `leader`."""
    led, own = [_square(path) for path in leader.paths], _square(layer.paths[1])
    back = np.linalg.inv(led[1])
    return layer._replace(paths=[(path @ back @ own)[:2].astype(np.float32) for path in led])


def _exposed(layers: Sequence[_Layer], number: int, shutter: float) -> np.ndarray:
    """The picture at one of the three times, float32; with a `shutter` blurred by a third of the motion."""
    pictures: list[np.ndarray] = []
    for offset in (-0.5, 0.0, 0.5) if shutter else (0.0,):
        picture = np.zeros((HEIGHT, WIDTH, 3), np.float32)
        for texture, mask, paths in layers:
            path = paths[number] + (paths[2] - paths[0]) * np.float32(offset * shutter / 3)
            seen = cv2.warpAffine(texture, path, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT)
            opacity = 1.0 if mask is None else cv2.warpAffine(mask, path, (WIDTH, HEIGHT))[..., None] / 255
            picture = picture + (seen.astype(np.float32) - picture) * opacity
        pictures.append(picture.astype(np.float32))
    return np.mean(pictures, axis=0)


def _truth(layers: Sequence[_Layer]) -> tuple[np.ndarray, np.ndarray]:
    """The motion and what is seen, as `Scene` has them."""
    on_top = [_on_top(layers, number) for number in range(3)]
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    middle = np.stack([x, y, np.ones_like(x)], axis=-1).astype(np.float64)
    ends = np.zeros((2, HEIGHT, WIDTH, 2))
    for number, layer in enumerate(layers):
        here = on_top[1] == number
        on_texture = middle[here] @ np.linalg.inv(_square(layer.paths[1])).T
        ends[0][here], ends[1][here] = on_texture @ layer.paths[0].T, on_texture @ layer.paths[2].T
    seen = [_shows(end, top, on_top[1]) for end, top in zip(ends, (on_top[0], on_top[2]), strict=True)]
    return (ends[1] - ends[0]).astype(np.float16), np.stack(seen)


def _on_top(layers: Sequence[_Layer], number: int) -> np.ndarray:
    """The layer that each pixel shows at one of the three times."""
    top = np.zeros((HEIGHT, WIDTH), int)
    for index, (_, mask, paths) in enumerate(layers):
        if mask is not None:
            top[cv2.warpAffine(mask, paths[number], (WIDTH, HEIGHT)) > 127] = index
    return top


def _shows(places: np.ndarray, there: np.ndarray, here: np.ndarray) -> np.ndarray:
    """Whether the picture whose layers are `there` has at `places` the layers `here`."""
    x, y = np.rint(places[..., 0]).astype(int), np.rint(places[..., 1]).astype(int)
    inside = (x >= 0) & (x < WIDTH) & (y >= 0) & (y < HEIGHT)
    return inside & (there[y.clip(0, HEIGHT - 1), x.clip(0, WIDTH - 1)] == here)


def _worn(pictures: list[np.ndarray], rng: np.random.Generator) -> list[np.ndarray]:
    """By chance with noise and a change of light in the outer pictures, all three in another tone."""
    if rng.random() < _NOISY:
        grain = rng.uniform(0.5, 4)
        pictures[0], pictures[2] = (pictures[k] + rng.normal(0, grain, pictures[k].shape) for k in (0, 2))
    if rng.random() < _RELIT:
        light = rng.normal(0, 0.06)
        pictures[0], pictures[2] = pictures[0] * (1 - light / 2), pictures[2] * (1 + light / 2)
    if rng.random() < _TONED:
        gamma = np.exp(rng.normal(0, 0.3))
        pictures = [255 * (np.clip(picture, 0, 255) / 255) ** gamma for picture in pictures]
    return [np.clip(picture + 0.5, 0, 255).astype(np.uint8) for picture in pictures]


def _square(path: np.ndarray) -> np.ndarray:
    return np.vstack([path, [0, 0, 1]])
