"""Builds the starter's word list for the app, and the rules by which its tokenizer reads other words."""

from __future__ import annotations

from studio.training.captions import (
    ACTIONS,
    GOING,
    LOOK_ENDINGS,
    LOOKS,
    NOUNS,
    SETTINGS,
    SHADES,
    TIMES,
    known_words,
    split_words,
)
from studio.training.words import COLOURS, FORMS, IGNORED, LIGHTS, MOTIONS, OBJECTS, PLACES, STYLES

CHOICES = {
    "objects": tuple(OBJECTS),
    "colours": tuple(COLOURS),
    "motions": ("bouncing", "moving to the left", "moving to the right", "rising", "playing"),
    "places": tuple(phrases[0] for phrases in SETTINGS.values()),
    "lights": ("by day", "at sunset", "at night"),
    "styles": ("flat cartoon", "crayon drawing"),
}
EXAMPLES = (
    "a red ball bouncing on the beach at sunset",
    "a cat playing in a field of sunflowers",
    "a purple rocket taking off among the stars",
    "a crayon drawing of a yellow boat sailing to the left on the sea",
    "a green car driving from left to right in the city at night",
    "a blue bird flying up in front of the mountains",
    "a pink cat jumping on the moon",
    "a white boat swaying on the waves in the evening light",
)
_RELATED = {
    "objects": OBJECTS,
    "colours": COLOURS,
    "motions": MOTIONS,
    "places": PLACES,
    "lights": LIGHTS,
    "styles": STYLES,
}
_TABLES = (
    ("object", (NOUNS,)),
    ("colour", (SHADES,)),
    ("motion", (ACTIONS, GOING)),
    ("place", (SETTINGS,)),
    ("light", (TIMES,)),
    ("style", (LOOKS, LOOK_ENDINGS)),
)
_PLAIN = frozenset(IGNORED.split())


def word_kinds() -> dict[str, str]:
    """Every word the tokenizer reads without a remark, with its kind; words of no one kind are "plain"."""
    kinds = dict.fromkeys(known_words(), "plain")
    for kind, tables in _TABLES:
        for table in tables:
            for phrase in (phrase for phrases in table.values() for phrase in phrases):
                for word in split_words(phrase):
                    if kinds.get(word) == "plain" and word not in _PLAIN:
                        kinds[word] = kind
    kinds |= {"beach": "place", "space": "place"}  # "beach ball" and "space rocket" named them first
    for known, forms in FORMS.items():
        kinds |= dict.fromkeys(forms.split(), kinds[known])
    return dict(sorted(kinds.items()))


def related_words() -> dict[str, dict[str, list[str]]]:
    """Axis → what can be drawn → the words whose nearest it is; each word once, none known or ignored."""
    taken = set(word_kinds()) | _PLAIN
    found: dict[str, dict[str, list[str]]] = {}
    for axis, table in _RELATED.items():
        for drawn, words in table.items():
            fresh = [word for word in dict.fromkeys(words.split()) if word not in taken]
            taken |= set(fresh)
            found.setdefault(axis, {})[drawn] = fresh
    return found


def reading_rules() -> dict[str, str]:
    """Word → the known word that the tokenizer reads in its stead."""
    rules = {form: known for known, forms in FORMS.items() for form in forms.split()}
    for table in related_words().values():
        rules |= {word: drawn for drawn, words in table.items() for word in words}
    taken = set(rules) | set(known_words()) | _PLAIN
    return rules | {f"{word}s": known for word, known in rules.items() if f"{word}s" not in taken}


def vocabulary() -> dict[str, object]:
    """What goes into vocabulary.json."""
    return {
        "choices": CHOICES,
        "examples": EXAMPLES,
        "known": word_kinds(),
        **related_words(),
        "ignored": sorted(_PLAIN - set(word_kinds())),
    }
