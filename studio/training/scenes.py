"""Turns a scene into a clip: the place, and the object moving through it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.training.backdrops import SIZE, backdrop
from studio.training.sprites import ANIMATED, FRAMES_PER_CYCLE, SPRITE, sprite
from studio.training.world import Scene

NUM_FRAMES = 25
FRAME_RATE = 12

GROUND = 0.9  # where things stand, fraction of the height
DIMMING = {"day": 1.0, "sunset": 0.94, "night": 0.84}  # objects keep their colour in the dark


@dataclass(frozen=True)
class Path:
    """Where the object is: arrays (NUM_FRAMES,); x, y of its centre in fractions, tilt in degrees."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    tilt: NDArray[np.float64]
    mirrored: bool  # faces left


def trace(scene: Scene) -> Path:
    """Follow the scene's motion through time."""
    time = np.linspace(0, 1, NUM_FRAMES)
    still = np.zeros(NUM_FRAMES)
    rest = GROUND - scene.size / 2
    mirrored = scene.motion == "left"
    if scene.motion == "bounce":
        height = np.abs(np.sin(np.pi * (2.5 * scene.pace * time + scene.phase)))
        return Path(still + scene.centre, rest - 0.42 * height, still, mirrored)
    if scene.motion == "rise":
        start, end = rest, scene.size / 2 + 0.02
        return Path(
            still + scene.centre,
            start + (end - start) * np.clip(time * scene.pace, 0, 1) ** 1.2,
            still,
            mirrored,
        )
    if scene.motion == "play":
        swing = np.sin(2 * np.pi * (1.5 * scene.pace * time + scene.phase))
        return Path(scene.centre + 0.15 * swing, rest - 0.03 - 0.05 * np.abs(swing), 16 * swing, mirrored)
    way = -1 if scene.motion == "left" else 1
    x = 0.5 + way * scene.pace * 0.6 * (time - 0.5) + (scene.centre - 0.5) * 0.4
    bob = 0.025 * np.sin(2 * np.pi * (3 * time + scene.phase))
    return Path(x, rest - 0.05 + bob, still, mirrored)


def _pose(scene: Scene, frame: int) -> int:
    if scene.object not in ANIMATED:
        return 0
    return int(frame // 2 + scene.phase * FRAMES_PER_CYCLE) % FRAMES_PER_CYCLE


def _placed(scene: Scene, path: Path, frame: int) -> NDArray[np.float32]:
    """The object in the frame: premultiplied RGBA, float32 (SIZE, SIZE, 4), 0 to 1."""
    scale = scene.size * SIZE / SPRITE
    turn = np.deg2rad(path.tilt[frame])
    cos, sin = scale * np.cos(turn), scale * np.sin(turn)
    flip = -1.0 if path.mirrored else 1.0
    linear = np.array([[cos * flip, -sin], [sin * flip, cos]])
    centre = np.array([path.x[frame], path.y[frame]]) * SIZE - 0.5
    shift = centre - linear @ np.full(2, (SPRITE - 1) / 2)
    matrix = np.hstack([linear, shift[:, None]])
    picture = sprite(scene.object, scene.colour, scene.style, _pose(scene, frame))
    warped = cv2.warpAffine(picture, matrix, (SIZE, SIZE), flags=cv2.INTER_LINEAR)
    return np.asarray(warped, np.float32)


def _shadow(scene: Scene, path: Path, frame: int) -> NDArray[np.float32]:
    """Darkening under the object: float32 (SIZE, SIZE, 1); fades with the height above the ground."""
    lift = max(0.0, GROUND - scene.size / 2 - path.y[frame])
    y, x = np.ogrid[0:SIZE, 0:SIZE]
    radius = scene.size * SIZE * (0.42 - 0.3 * min(lift, 0.8))
    distance = ((x - path.x[frame] * SIZE) / radius) ** 2 + ((y - GROUND * SIZE) / (0.2 * radius)) ** 2
    strength = 0.45 * (1 - min(lift, 0.6) / 0.8)
    return (1 - strength * np.clip(1.6 - 1.2 * distance, 0, 1))[..., None].astype(np.float32)


def draw(scene: Scene) -> NDArray[np.uint8]:
    """Draw the scene's clip: RGB, uint8 (NUM_FRAMES, SIZE, SIZE, 3). The same scene gives the same pixels."""
    return draw_frames(scene, range(NUM_FRAMES))


def draw_frames(scene: Scene, frames: range) -> NDArray[np.uint8]:
    """Draw only some frames of the clip: RGB, uint8 (len(frames), SIZE, SIZE, 3)."""
    behind = backdrop(scene.place, scene.light, scene.style, scene.layout)
    path = trace(scene)
    dimming = 255 * (1.0 if scene.place == "space" else DIMMING[scene.light])
    clip = np.empty((len(frames), SIZE, SIZE, 3), np.uint8)
    for i, frame in enumerate(frames):
        placed = _placed(scene, path, frame)
        ground = behind if scene.place == "space" else behind * _shadow(scene, path, frame)
        clip[i] = np.clip(ground * (1 - placed[..., 3:]) + placed[..., :3] * dimming + 0.5, 0, 255).astype(
            np.uint8
        )
    return clip
