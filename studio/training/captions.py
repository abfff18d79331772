"""Says in words what a scene shows, in varied wording; some wordings are kept away from training.

What equals the object's usual (world.USUAL) is often left out, so that a short prompt means the usual scene.
"""

from __future__ import annotations

import re

import numpy as np

from studio.training.world import USUAL, USUAL_LIGHT, USUAL_STYLE, Scene

# How training captions say it. HELD_OUT_PATTERNS below put the same words in orders never trained on.
NOUNS: dict[str, tuple[str, ...]] = {
    "ball": ("ball", "ball", "ball", "beach ball", "round ball"),
    "cat": ("cat", "cat", "cat", "kitten", "kitty"),
    "bird": ("bird", "bird", "bird", "little bird", "sparrow"),
    "car": ("car", "car", "car", "automobile", "little car"),
    "boat": ("boat", "boat", "boat", "sailboat", "sailing boat", "ship"),
    "rocket": ("rocket", "rocket", "rocket", "spaceship", "space rocket"),
}
SHADES: dict[str, tuple[str, ...]] = {
    "red": ("red", "red", "red", "bright red", "crimson"),
    "orange": ("orange", "orange", "orange", "bright orange"),
    "yellow": ("yellow", "yellow", "yellow", "bright yellow", "golden"),
    "green": ("green", "green", "green", "bright green"),
    "blue": ("blue", "blue", "blue", "bright blue"),
    "purple": ("purple", "purple", "purple", "violet"),
    "pink": ("pink", "pink", "pink", "bright pink"),
    "white": ("white", "white", "white", "bright white"),
}
ACTIONS: dict[str, tuple[str, ...]] = {
    "bounce": ("bouncing", "bouncing", "bouncing up and down", "jumping", "jumping up and down", "hopping"),
    "left": (
        "moving left",
        "moving to the left",
        "going left",
        "going to the left",
        "{going} left",
        "{going} to the left",
        "{going} from right to left",
    ),
    "right": (
        "moving right",
        "moving to the right",
        "going right",
        "going to the right",
        "{going} right",
        "{going} to the right",
        "{going} from left to right",
    ),
    "rise": ("rising", "rising", "flying up", "going up", "moving up", "taking off", "floating up", "flying"),
    "play": ("playing", "playing", "playing around", "dancing", "swaying", "swinging from side to side"),
}
GOING: dict[str, tuple[str, ...]] = {
    "ball": ("rolling", "flying"),
    "cat": ("walking", "running"),
    "bird": ("flying", "gliding"),
    "car": ("driving", "racing"),
    "boat": ("sailing", "drifting"),
    "rocket": ("flying", "racing"),
}
SETTINGS: dict[str, tuple[str, ...]] = {
    "beach": ("on the beach", "on the beach", "at the beach", "on a sandy beach", "on the sand by the sea"),
    "sunflowers": (
        "in a field of sunflowers",
        "in a field of sunflowers",
        "in a sunflower field",
        "among sunflowers",
        "in the sunflowers",
        "among the flowers",
    ),
    "city": (
        "in the city",
        "in the city",
        "in a city",
        "on a city street",
        "in the street",
        "in front of buildings",
    ),
    "sea": (
        "on the sea",
        "on the sea",
        "at sea",
        "over the sea",
        "on the water",
        "on the ocean",
        "above the waves",
    ),
    "mountains": (
        "in the mountains",
        "in the mountains",
        "in front of the mountains",
        "near snowy mountains",
    ),
    "space": ("in space", "in space", "in outer space", "among the stars", "on the moon", "near a planet"),
}
TIMES: dict[str, tuple[str, ...]] = {
    "day": ("by day", "in the daytime", "on a sunny day", "in the sunshine", "during the day"),
    "sunset": (
        "at sunset",
        "at sunset",
        "at dusk",
        "in the evening",
        "during a sunset",
        "in the evening light",
    ),
    "night": ("at night", "at night", "by night", "under the moon", "in the dark", "during the night"),
}
LOOKS: dict[str, tuple[str, ...]] = {
    "flat": ("a cartoon of", "a flat cartoon of", "a drawing of", "a flat drawing of", "an animation of"),
    "crayon": ("a crayon drawing of", "a crayon picture of", "a childish crayon drawing of", "a sketch of"),
}
LOOK_ENDINGS: dict[str, tuple[str, ...]] = {
    "flat": ("flat style", "cartoon style", "in flat cartoon style"),
    "crayon": ("crayon style", "in crayon style", "crayon drawing", "drawn with crayons"),
}

PATTERNS = (
    "{look} a {shade} {noun} {action} {setting} {time}",
    "{look} a {shade} {noun} {action} {setting}, {time}",
    "a {shade} {noun} {action} {setting} {time}, {ending}",
    "a {shade} {noun} is {action} {setting} {time}, {ending}",
    "{time}, a {shade} {noun} {action} {setting}, {ending}",
    "a {shade} {noun} {setting} {time}, {action}, {ending}",
    "{setting} {time} a {shade} {noun} is {action}, {ending}",
    "{shade} {noun} {action} {setting} {time} {ending}",
    "{shade} {noun}, {action}, {setting}, {time}, {ending}",
    "a {noun} that is {shade}, {action} {setting} {time}, {ending}",
    "the {noun} is {shade} and it is {action} {setting} {time}, {ending}",
    "there is a {shade} {noun} {action} {setting} {time}, {ending}",
    "{look} one {shade} {noun} {setting} {action} {time}",
)
HELD_OUT_PATTERNS = (
    "{setting} there is a {shade} {noun}, it is {action} {time}, {ending}",
    "{time} {setting}, {look} the {shade} {noun} {action}",
    "there is {look} a {noun}, {shade}, {action} {setting} {time}",
    "{action} {setting} {time}: a {shade} {noun}, {ending}",
    "one {noun} is {action} {setting}, it is {shade}, {time}, {ending}",
    "a {shade} {noun} that is {action} and it is {time} {setting}, {ending}",
)
PLAIN = "a {shade} {noun} {action} {setting} {time}"


def caption(scene: Scene, rng: np.random.Generator, held_out: bool = False) -> str:
    """One English caption of the scene; `held_out` picks a sentence pattern that training never uses."""
    patterns = HELD_OUT_PATTERNS if held_out else PATTERNS
    pattern = PLAIN if not held_out and rng.random() < 0.35 else _one(patterns, rng)
    usual_colour, usual_motion, usual_place = USUAL[scene.object]

    def leave_out(value: str, usual: str, share: float) -> bool:
        return value == usual and rng.random() < share

    light_untold = scene.place == "space" or leave_out(scene.light, USUAL_LIGHT, 0.6)
    style_untold = leave_out(scene.style, USUAL_STYLE, 0.7)
    words = {
        "noun": _one(NOUNS[scene.object], rng),
        "shade": "" if leave_out(scene.colour, usual_colour, 0.4) else _one(SHADES[scene.colour], rng),
        "action": "" if leave_out(scene.motion, usual_motion, 0.2) else _action(scene, rng),
        "setting": "" if leave_out(scene.place, usual_place, 0.2) else _one(SETTINGS[scene.place], rng),
        "time": "" if light_untold else _one(TIMES[scene.light], rng),
        "look": "" if style_untold else _one(LOOKS[scene.style], rng),
        "ending": "" if style_untold else _one(LOOK_ENDINGS[scene.style], rng),
    }
    if scene.style != USUAL_STYLE and "{look}" not in pattern and "{ending}" not in pattern:
        pattern = pattern + ", {ending}"
    return _tidy(pattern.format(**words))


def _one(choices: tuple[str, ...], rng: np.random.Generator) -> str:
    return choices[int(rng.integers(len(choices)))]


def _action(scene: Scene, rng: np.random.Generator) -> str:
    return _one(ACTIONS[scene.motion], rng).format(going=_one(GOING[scene.object], rng))


def _tidy(sentence: str) -> str:
    """Close the gaps that left-out parts leave behind, and write "an" before vowels."""
    sentence = re.sub(r"\s+", " ", sentence)
    sentence = re.sub(r"(\s*,)+", ",", sentence)
    sentence = re.sub(r"\b(is|that is|and it is|it is),", ",", sentence)
    sentence = re.sub(r"\s*\b(is|that is|it is|and it is)$", "", sentence.strip(" ,:"))
    sentence = re.sub(r"\ba (?=[aeiou])", "an ", sentence)
    return re.sub(r"(\s*,)+", ",", sentence).strip(" ,:")


def split_words(text: str) -> list[str]:
    """The words of a text as the tokenizer sees them: lower case, letters only."""
    return re.findall(r"[a-z]+", text.lower())


def known_words() -> list[str]:
    """Every word that a training caption can contain, in alphabetical order."""
    phrases: list[str] = [re.sub(r"{\w+}", " ", pattern) for pattern in (*PATTERNS, PLAIN)]
    for table in (NOUNS, SHADES, ACTIONS, GOING, SETTINGS, TIMES, LOOKS, LOOK_ENDINGS):
        phrases += [re.sub(r"{\w+}", " ", phrase) for choices in table.values() for phrase in choices]
    return sorted({word for phrase in phrases for word in split_words(phrase)} | {"an"})


FILLERS = ("nice", "very", "some", "really", "here")


def clutter(text: str, rng: np.random.Generator) -> str:
    """The caption, now and then with a word the tokenizer does not know: the model learns to pass over it."""
    if rng.random() >= 0.2:
        return text
    words = text.split()
    for _ in range(int(rng.integers(1, 3))):
        words.insert(int(rng.integers(len(words) + 1)), _one(FILLERS, rng))
    return " ".join(words)
