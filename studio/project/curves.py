"""Values that may change while a clip plays: a constant, or keyframes with eases between them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from typing import Literal

import msgspec

Ease = Literal["linear", "smooth", "hold"]


class Keyframe(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """`value` at `frame`, counted from the clip's first frame; trims may leave it outside the clip.

    `ease` is the way to the next keyframe: straight, slow at both ends, or staying until it comes.
    """

    frame: int
    value: float
    ease: Ease = "linear"


class Curve(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A constant `value`, or, where there are `keyframes` (sorted by frame, one per frame), those."""

    value: float
    keyframes: tuple[Keyframe, ...] = ()

    def at(self, frame: float) -> float:
        """The value at `frame` from the clip's first; before the first and after the last key it stays."""
        keys = self.keyframes
        if not keys:
            return self.value
        index = bisect_right(keys, frame, key=_frame_of) - 1
        if index < 0:
            return keys[0].value
        here = keys[index]
        if index + 1 == len(keys) or here.ease == "hold":
            return here.value
        share = (frame - here.frame) / (keys[index + 1].frame - here.frame)
        if here.ease == "smooth":
            share = share * share * (3 - 2 * share)
        return here.value + (keys[index + 1].value - here.value) * share

    def shifted(self, frames: int) -> Curve:
        """The same course for a clip that begins `frames` later."""
        if not self.keyframes or not frames:
            return self
        keys = tuple(msgspec.structs.replace(key, frame=key.frame - frames) for key in self.keyframes)
        return msgspec.structs.replace(self, keyframes=keys)

    def stretched(self, numerator: int, denominator: int) -> Curve:
        """The same course over `numerator` / `denominator` of the time; keys that meet keep the later one."""
        if numerator == denominator:
            return self
        keys = {round(key.frame * numerator / denominator): key for key in self.keyframes}
        moved = tuple(msgspec.structs.replace(key, frame=frame) for frame, key in sorted(keys.items()))
        return msgspec.structs.replace(self, keyframes=moved)

    def held(self, frame: int) -> Curve:
        """Its value at `frame` for good."""
        return Curve(self.at(frame))

    def with_key(self, key: Keyframe) -> Curve:
        """With `key` in the place of the one at its frame, if there is one."""
        others = [old for old in self.keyframes if old.frame != key.frame]
        return msgspec.structs.replace(self, keyframes=tuple(sorted([*others, key], key=_frame_of)))

    def without_key(self, frame: int) -> Curve:
        """Without the keyframe at `frame`; the last one taken away leaves its value as the constant."""
        kept = tuple(key for key in self.keyframes if key.frame != frame)
        value = self.at(frame) if self.keyframes and not kept else self.value
        return Curve(value, kept)


def _frame_of(key: Keyframe) -> int:
    return key.frame


class Appearance(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """How a clip's picture lies in the frame; as it comes, it is fitted whole into the middle.

    `x` and `y` move its middle by shares of the frame's width and height, `scale` multiplies its fitted
    size, `rotation` turns it clockwise in degrees, `opacity` is 0 to 1, the crops cut shares (0 to 1) of
    the picture off its sides before all that.
    """

    opacity: Curve = Curve(1.0)
    x: Curve = Curve(0.0)
    y: Curve = Curve(0.0)
    scale: Curve = Curve(1.0)
    rotation: Curve = Curve(0.0)
    crop_left: Curve = Curve(0.0)
    crop_top: Curve = Curve(0.0)
    crop_right: Curve = Curve(0.0)
    crop_bottom: Curve = Curve(0.0)

    def shifted(self, frames: int) -> Appearance:
        """The same course for a clip that begins `frames` later."""
        return _each(self, lambda curve: curve.shifted(frames))

    def stretched(self, numerator: int, denominator: int) -> Appearance:
        """The same course over `numerator` / `denominator` of the time."""
        return _each(self, lambda curve: curve.stretched(numerator, denominator))

    def held(self, frame: int) -> Appearance:
        """How it looks at `frame` for good."""
        return _each(self, lambda curve: curve.held(frame))


def _each(appearance: Appearance, change: Callable[[Curve], Curve]) -> Appearance:
    if appearance == UNCHANGED:
        return appearance
    curves = {name: change(getattr(appearance, name)) for name in Appearance.__struct_fields__}
    return Appearance(**curves)


UNCHANGED = Appearance()
"""The picture as it comes."""
UNITY = Curve(1.0)
"""Sound as it comes."""
