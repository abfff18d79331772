"""What stands in for a source that cannot be shown: a dark picture that says so, and the words of it."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import msgspec
import numpy as np

from studio.project.timeline import External, Generator, ImageSequence, Missing, Reference, Title

_GROUND = (28, 31, 36)
_TEXT = (232, 234, 237)


class Problem(msgspec.Struct, frozen=True):
    """A source that cannot be shown or heard as it should, and why."""

    name: str
    message: str
    hint: str = ""


def name_of(reference: Reference) -> str:
    """What a person calls `reference`."""
    match reference:
        case External():
            return Path(reference.path).name
        case ImageSequence():
            return Path(reference.paths[0]).name if reference.paths else "empty image sequence"
        case Generator():
            return "result that is still being made"
        case Missing():
            return "result that never came"
        case Title():
            return reference.text.partition("\n")[0] or "empty title"


def draw_slate(problem: Problem, canvas: tuple[int, int]) -> np.ndarray:
    """A dark picture, uint8 RGB of `canvas` (width, height), that names what is missing and why."""
    import cv2

    width, height = canvas
    image = np.full((height, width, 3), _GROUND, np.uint8)
    for text, top, share in ((problem.name, 0.48, 0.045), (problem.message, 0.56, 0.025)):
        # OpenCV's fonts are sure of ASCII only: accents and other letters are left out.
        plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode() or "?"
        scale = cv2.getFontScaleFromHeight(cv2.FONT_HERSHEY_SIMPLEX, max(1, round(share * height)))
        needed = cv2.getTextSize(plain, cv2.FONT_HERSHEY_SIMPLEX, scale, 1)[0][0]
        scale *= min(1.0, 0.9 * width / max(1, needed))
        left = round((width - min(needed, 0.9 * width)) / 2)
        place_at = (left, round(top * height))
        cv2.putText(image, plain, place_at, cv2.FONT_HERSHEY_SIMPLEX, scale, _TEXT, 1, cv2.LINE_AA)
    return image
