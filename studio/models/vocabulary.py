"""The words a small model knows, so that a word it cannot draw is told and never silently dropped."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import msgspec

from studio.errors import ModelError

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


class Vocabulary(msgspec.Struct, frozen=True):
    """`known` maps each word to its kind; the other tables map what can be drawn to related words."""

    known: dict[str, str]
    objects: dict[str, tuple[str, ...]] = {}
    colours: dict[str, tuple[str, ...]] = {}
    motions: dict[str, tuple[str, ...]] = {}
    places: dict[str, tuple[str, ...]] = {}
    lights: dict[str, tuple[str, ...]] = {}
    styles: dict[str, tuple[str, ...]] = {}
    ignored: frozenset[str] = frozenset()

    def unknown_words(self, prompt: str) -> list[tuple[str, str]]:
        """Each word of `prompt` that cannot be drawn, once, with the nearest that can ("": none is near)."""
        found: dict[str, str] = {}
        for match in _WORD.finditer(prompt.lower()):
            word = match.group().removesuffix("'s").removesuffix("’s")
            if word not in found and not self._knows(word):
                found[word] = self.nearest(word)
        return list(found.items())

    def nearest(self, word: str) -> str:
        """What the model can draw that comes nearest to `word`: by meaning, else by spelling."""
        for table in (
            self.objects,
            self.colours,
            self.motions,
            self.places,
            self.lights,
            self.styles,
        ):
            for drawn, related in table.items():
                if word in related or _singular(word) in related:
                    return drawn
        from difflib import get_close_matches  # For words that are not known: not at every start.

        similar = get_close_matches(word, self.known, n=1, cutoff=0.8)
        return similar[0] if similar else ""

    def _knows(self, word: str) -> bool:
        if word in self.known or word in self.ignored or _singular(word) in self.known:
            return True
        parts = word.split("-")
        return len(parts) > 1 and all(self._knows(part) for part in parts)


def _singular(word: str) -> str:
    return word[:-1] if word.endswith("s") and len(word) > 3 else word


@lru_cache(maxsize=16)
def load_vocabulary(path: Path) -> Vocabulary:
    """The vocabulary in the JSON file at `path`; raises ModelError when it cannot be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Vocabulary)
    except (OSError, msgspec.DecodeError, msgspec.ValidationError) as error:
        raise ModelError(
            f"The model's word list {path} cannot be read.", "Install the model again.", str(error)
        ) from error
