"""What lies between neighbouring frames: nothing, motion, a cut, a flash, or more than flow can follow."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from enum import Enum
from typing import Generic, NamedTuple, Protocol, TypeVar

import cv2
import numpy as np

from studio.render.flow import CUT, alike

# A flash is over after at most so many frames; then the scene is as it was.
_FLASH_FRAMES = 4
# And it is the same scene indeed: two scenes under CUT and over this are merely of one kind.
_SAME = 0.8
# Two frames whose neighbours are hardly more alike than they are belong to one wild shot.
_WILD = 0.08
# A camera that swings shows at least this share of the one picture in the next.
_OVERLAP = 0.25
_SIDE = 256
# Repeated frames that were compressed differ a little: by less than this in every block of 16 pixels, in grey
# levels.
_REPEAT = 1.5
# Animation repeats a drawing up to three times (on fours).
_LONGEST_HOLD = 4


class Change(Enum):
    STILL = "still"
    """The same picture again."""
    MOTION = "motion"
    FLASH = "flash"
    """Into or out of a flash: before and after it the scene is the same."""
    CUT = "cut"
    LOST = "lost"
    """One shot, but moving too fast to be followed."""

    @property
    def is_torn(self) -> bool:
        """Whether in-betweens would morph what does not belong together."""
        return self not in (Change.STILL, Change.MOTION)


class Shown(Protocol):
    """A frame of a film."""

    @property
    def image(self) -> np.ndarray: ...


F = TypeVar("F", bound=Shown)


class Step(NamedTuple, Generic[F]):
    """From one frame to the next."""

    first: F
    second: F
    change: Change


def steps(frames: Iterator[F]) -> Iterator[Step[F]]:
    """Each frame with its follower and what lies between. Looks ahead only where something seems torn."""
    ahead: deque[F] = deque()
    before = 1.0
    flash_until: F | None = None

    def look(count: int) -> bool:
        while len(ahead) < count and (frame := next(frames, None)) is not None:
            ahead.append(frame)
        return len(ahead) >= count

    while look(2):
        first, second = ahead[0], ahead[1]
        likeness = 1.0 if np.array_equal(first.image, second.image) else alike(first.image, second.image)
        if likeness == 1.0:
            change = Change.STILL
        elif likeness >= CUT:
            change = Change.MOTION
        elif flash_until is not None:
            change = Change.FLASH
        elif (end := _flash_end(ahead, look)) is not None:
            change, flash_until = Change.FLASH, end
        else:
            change = _cut_or_lost(ahead, look, before, likeness)
        yield Step(first, second, change)
        ahead.popleft()
        before = likeness
        if flash_until is second:
            flash_until = None


def _flash_end(ahead: deque[F], look: _Look) -> F | None:
    """The frame with which the scene of the first one comes back, if what lies between is a flash."""
    for distance in range(2, _FLASH_FRAMES + 2):
        if not look(distance + 1):
            return None
        if alike(ahead[0].image, ahead[distance].image) >= _SAME:
            return ahead[distance]
    return None


def _cut_or_lost(ahead: deque[F], look: _Look, before: float, likeness: float) -> Change:
    if _overlapping(ahead[0].image, ahead[1].image):
        return Change.LOST
    after = alike(ahead[1].image, ahead[2].image) if look(3) else 1.0
    return Change.LOST if max(before, after) < likeness + _WILD else Change.CUT


class _Look(Protocol):
    """Reads ahead until so many frames wait; False where the film ends before."""

    def __call__(self, count: int, /) -> bool: ...


def _overlapping(first: np.ndarray, second: np.ndarray) -> bool:
    """Whether `second` is `first` seen by a camera that has swung: shifted, and alike where both show it."""
    small = [_small(picture) for picture in (first, second)]
    greys = [cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32) for picture in small]
    height, width = greys[0].shape
    window = cv2.createHanningWindow((width, height), cv2.CV_32F)
    (across, down), _ = cv2.phaseCorrelate(greys[0], greys[1], window)
    # Phase correlation knows the shift up to a whole picture: both ways round are tried.
    for x in (round(across), round(across) - int(np.sign(across)) * width):
        for y in (round(down), round(down) - int(np.sign(down)) * height):
            shown = max(0, width - abs(x)) * max(0, height - abs(y))
            if shown < _OVERLAP * width * height:
                continue
            if alike(_shared(small[0], -x, -y), _shared(small[1], x, y)) >= CUT:
                return True
    return False


def _shared(picture: np.ndarray, x: int, y: int) -> np.ndarray:
    """The part of `picture` that a camera still shows after a move by (-x, -y)."""
    height, width = picture.shape[:2]
    return picture[max(0, y) : height + min(0, y), max(0, x) : width + min(0, x)]


def without_repeats(frames: Iterator[F]) -> Iterator[F]:
    """`frames` without those that only repeat the one before, as in animation drawn on twos or threes.

    Of a picture that is held for longer the last repetition stays: until then it was meant to stand still.
    """
    kept: F | None = None
    held: list[F] = []
    for frame in frames:
        if kept is not None and is_repeat(kept.image, frame.image):
            held = [frame, *held[:_LONGEST_HOLD]]
            continue
        if len(held) >= _LONGEST_HOLD:
            yield held[0]
        yield frame
        kept, held = frame, []
    if held:
        yield held[0]


def is_repeat(first: np.ndarray, second: np.ndarray) -> bool:
    """Whether `second` (uint8 RGB of the same size) is `first` shown again, perhaps compressed anew."""
    difference = cv2.absdiff(first, second)
    size = (max(1, first.shape[1] // 16), max(1, first.shape[0] // 16))
    return float(cv2.resize(difference, size, interpolation=cv2.INTER_AREA).max()) < _REPEAT


def _small(picture: np.ndarray) -> np.ndarray:
    scale = min(1.0, _SIDE / max(picture.shape[:2]))
    return cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
