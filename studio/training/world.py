"""The small world of the starter: what can be in a scene, how scenes are sampled, which are held out.

A scene is one choice per axis plus a little chance (place in the frame, size, phase). Colours live in the
usual 0-255 sRGB numbers; positions and sizes are fractions of the frame's width.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import product
from typing import TypedDict

import numpy as np

OBJECTS = ("ball", "cat", "bird", "car", "boat", "rocket")
COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "white")
MOTIONS = ("bounce", "left", "right", "rise", "play")
PLACES = ("beach", "sunflowers", "city", "sea", "mountains", "space")
LIGHTS = ("day", "sunset", "night")
STYLES = ("flat", "crayon")

PAINT: dict[str, tuple[int, int, int]] = {
    "red": (222, 30, 38),
    "orange": (255, 134, 10),
    "yellow": (255, 228, 40),
    "green": (30, 160, 60),
    "blue": (35, 85, 225),
    "purple": (135, 45, 185),
    "pink": (255, 125, 190),
    "white": (248, 248, 248),
}

# What a caption leaves out is the object's usual: "a cat" is orange and plays among sunflowers.
USUAL: dict[str, tuple[str, str, str]] = {
    "ball": ("red", "bounce", "beach"),
    "cat": ("orange", "play", "sunflowers"),
    "bird": ("blue", "rise", "mountains"),
    "car": ("green", "right", "city"),
    "boat": ("white", "left", "sea"),
    "rocket": ("purple", "rise", "space"),
}
USUAL_LIGHT = "day"
USUAL_STYLE = "flat"

HELD_OUT_SHARE = 10  # one combination in ten is never trained on
LAYOUTS = 4  # ways in which each place is laid out


@dataclass(frozen=True)
class Scene:
    """Everything that decides a clip's pixels; equal scenes draw equal clips."""

    object: str
    colour: str
    motion: str
    place: str
    light: str = USUAL_LIGHT
    style: str = USUAL_STYLE
    layout: int = 0
    centre: float = 0.5  # where the motion is centred, fraction of the width
    size: float = 0.4  # the object's box, fraction of the width
    phase: float = 0.0  # where in its cycle the motion starts, 0 to 1
    pace: float = 1.0  # speed of the motion against its usual speed


def is_held_out(object_: str, colour: str, motion: str, place: str) -> bool:
    """Whether this combination is kept away from training; the same on every machine."""
    digest = hashlib.sha256(f"{object_} {colour} {motion} {place}".encode()).digest()
    return digest[0] % HELD_OUT_SHARE == 0


def held_out_combinations() -> list[tuple[str, str, str, str]]:
    """All combinations that no training scene shows, in a fixed order."""
    every = product(OBJECTS, COLOURS, MOTIONS, PLACES)
    return [combination for combination in every if is_held_out(*combination)]


class Chance(TypedDict):
    """The part of a scene that no caption tells."""

    layout: int
    centre: float
    size: float
    phase: float
    pace: float


def chance(rng: np.random.Generator) -> Chance:
    """Draw what no caption tells."""
    return {
        "layout": int(rng.integers(LAYOUTS)),
        "centre": float(rng.uniform(0.42, 0.58)),
        "size": float(rng.uniform(0.38, 0.46)),
        "phase": float(rng.uniform()),
        "pace": float(rng.uniform(0.9, 1.1)),
    }


def sample_scene(rng: np.random.Generator) -> Scene:
    """Draw a training scene; the object's usual colour, motion and place come up a little more often."""
    while True:
        object_ = str(rng.choice(OBJECTS))
        usual = USUAL[object_]
        axes = (COLOURS, MOTIONS, PLACES)
        colour, motion, place = (
            usual[i] if rng.random() < 0.1 else str(rng.choice(axis)) for i, axis in enumerate(axes)
        )
        if not is_held_out(object_, colour, motion, place):
            break
    # Space is always dark; its light is written down as the usual one because captions cannot tell it.
    light = USUAL_LIGHT if place == "space" else str(rng.choice(LIGHTS, p=(0.5, 0.3, 0.2)))
    style = str(rng.choice(STYLES, p=(0.75, 0.25)))
    return Scene(object_, colour, motion, place, light, style, **chance(rng))


def any_scene(rng: np.random.Generator) -> Scene:
    """Draw a scene from the whole world, held-out combinations included, all choices equally likely."""
    place = str(rng.choice(PLACES))
    return Scene(
        object=str(rng.choice(OBJECTS)),
        colour=str(rng.choice(COLOURS)),
        motion=str(rng.choice(MOTIONS)),
        place=place,
        light=USUAL_LIGHT if place == "space" else str(rng.choice(LIGHTS)),
        style=str(rng.choice(STYLES, p=(0.75, 0.25))),
        **chance(rng),
    )
