"""Rectangles of a picture: what is drawn at a time."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple


class Tile(NamedTuple):
    """A rectangle of a picture."""

    top: int
    left: int
    height: int
    width: int

    @property
    def rows(self) -> slice:
        return slice(self.top, self.top + self.height)

    @property
    def columns(self) -> slice:
        return slice(self.left, self.left + self.width)

    def flipped(self, flip: int | None, shape: tuple[int, ...]) -> Tile:
        """The same part of a picture of `shape` that was flipped by OpenCV's code."""
        top = shape[0] - self.top - self.height if flip in (0, -1) else self.top
        left = shape[1] - self.left - self.width if flip in (1, -1) else self.left
        return Tile(top, left, self.height, self.width)

    def grown(self, by: int, shape: tuple[int, ...]) -> Tile:
        """The rectangle with `by` pixels more on each side, as far as a picture of `shape` reaches."""
        top, left = max(0, self.top - by), max(0, self.left - by)
        bottom = min(shape[0], self.top + self.height + by)
        right = min(shape[1], self.left + self.width + by)
        return Tile(top, left, bottom - top, right - left)

    def inside(self, outer: Tile) -> tuple[slice, slice]:
        """Where the rectangle lies in `outer`, which holds all of it: its rows and columns."""
        top, left = self.top - outer.top, self.left - outer.left
        return slice(top, top + self.height), slice(left, left + self.width)


def tiles(height: int, width: int, pixels: int) -> list[Tile]:
    """A picture in as few, nearly square tiles of at most about `pixels` as will do."""
    side = pixels**0.5
    down = 1 if height * width <= pixels else max(1, round(height / side))
    across = -(-height * width // (pixels * down))
    rows = [height * k // down for k in range(down + 1)]
    columns = [width * k // across for k in range(across + 1)]
    return [
        Tile(top, left, bottom - top, right - left)
        for top, bottom in pairwise(rows)
        for left, right in pairwise(columns)
    ]
