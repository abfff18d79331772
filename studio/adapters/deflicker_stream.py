"""Takes the flicker out of frames as they stream by: the light held steady, then texture blended.

Per frame: `render.light` takes back what its light strays from its course over the frames around it; then
the network (`networks.deflicker`) mixes it with the finished frame before and with the next one, moved onto
it. A fixed number of frames is held at a time, so that films of any length run in flat memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import cv2
import numpy as np
import torch
from torch import Tensor

from studio.networks.deflicker import GRID, FlickerNetwork
from studio.networks.sampling import warp
from studio.render import flow, light

LEAD = light.REACH + 10
"""How many frames before a frame are enough to get it as if all had been seen."""
AHEAD = light.REACH + 1
"""How many frames behind it must be known as well."""
# The network decides on pictures of at most this long side; what it decides is enlarged to larger ones.
_DECIDING_SIDE = 960
# Grey levels of difference after moving at which half of the classical trust is gone.
_CHANGED = 12.0
_DISAGREED = 20.0
# Motion shorter than this (pixels) is the flow's own noise; unmoved pictures are not blurred by look-ups.
_STANDING = 0.12


class Moment(NamedTuple):
    """A frame of the clip to be held still, and what its motion is read from."""

    frame: np.ndarray
    """uint8 RGB (H, W, 3)."""
    original: np.ndarray | None
    """The unprocessed frame, of the same size; None where there is none."""
    alpha: np.ndarray | None = None
    """uint8 (H, W), straight; stays as it is, and is only carried along here."""


class Lit(NamedTuple):
    """A frame in its corrected light."""

    moment: Moment
    image: np.ndarray
    begins: bool
    """It is the first of its shot."""

    @property
    def guide(self) -> np.ndarray:
        """What the motion is read from."""
        return self.image if self.moment.original is None else self.moment.original


def steadied(moments: Iterable[Moment], network: FlickerNetwork) -> Iterator[tuple[Moment, np.ndarray]]:
    """Every frame with what becomes of it (uint8 RGB), in order; nothing bleeds over a cut."""
    blend = _Blend(network)
    waiting: Lit | None = None
    for lit in _lit(moments):
        if waiting is not None:
            yield waiting.moment, blend.next(waiting, None if lit.begins else lit)
        waiting = lit
    if waiting is not None:
        yield waiting.moment, blend.next(waiting, None)


def _lit(moments: Iterable[Moment]) -> Iterator[Lit]:
    """Every frame in its corrected light, in order."""
    shot = _Shot()
    for moment in moments:
        if not shot.takes(moment):
            yield from shot.ready(ends=True)
            shot = _Shot()
            shot.takes(moment)
        yield from shot.ready()
    yield from shot.ready(ends=True)


class _Shot:
    """The frames of one shot that are held at a time: REACH before and after the next to be finished."""

    def __init__(self) -> None:
        self._moments: list[Moment] = []
        self._sketches: list[light.Sketch] = []
        self._steps: list[light.Step] = []
        self._last_guide: light.Sketch | None = None
        self._next = 0
        self._begins = True

    def takes(self, moment: Moment) -> bool:
        """Adds the next frame of the clip; refuses one that begins another shot."""
        sketch = light.sketch_of(moment.frame)
        guide = sketch if moment.original is None else light.sketch_of(moment.original)
        if self._last_guide is not None:
            step = light.step_between(self._last_guide.structure, guide.structure)
            if light.is_cut(self._last_guide, guide, step):
                return False
            self._steps.append(step)
        self._moments.append(moment)
        self._sketches.append(sketch)
        self._last_guide = guide
        return True

    def ready(self, ends: bool = False) -> Iterator[Lit]:
        """The frames whose neighbours are known; all that are left when the shot `ends`."""
        while self._next < len(self._moments) - (0 if ends else light.REACH):
            moment = self._moments[self._next]
            last = self._next + light.REACH + 1
            correction = light.correction(self._sketches[:last], self._steps[: last - 1], self._next)
            yield Lit(moment, correction.applied(moment.frame), self._begins)
            self._begins = False
            self._next += 1
            if self._next > light.REACH:
                del self._moments[0], self._sketches[0], self._steps[0]
                self._next -= 1


class _Motion(NamedTuple):
    """From one guide to another, and back: float32 (h, w, 2) in pixels of the deciding size."""

    there: np.ndarray
    back: np.ndarray

    @property
    def reversed(self) -> _Motion:
        return _Motion(self.back, self.there)


class _Neighbour(NamedTuple):
    """The frame before or after, moved onto the one at work."""

    image: np.ndarray
    """float32 (H, W, 3) in 0 to 1."""
    weight: np.ndarray
    """float32 (h, w) in 0 to 1: its classical weight against 1 for the frame itself."""
    agreement: np.ndarray
    """float32 (h, w) in 0 to 1: how alike the two guides are there."""


class _Blend:
    """Mixes each frame with its neighbours as the network decides; remembers the frame before."""

    def __init__(self, network: FlickerNetwork) -> None:
        self._network = network
        self._before: tuple[np.ndarray, np.ndarray, Tensor] | None = None
        """What became of the frame before (float32, 0 to 1), its guide at deciding size, and the memory."""
        self._motion: _Motion | None = None
        """From the frame before to the one at work."""

    def next(self, now: Lit, after: Lit | None) -> np.ndarray:
        """What becomes of `now`; `after` is None where its shot ends."""
        if now.begins:
            self._before = self._motion = None
            if after is None:
                return now.image  # A shot of one frame has nothing to be steady with.
        image, guide = now.image.astype(np.float32) / 255, _small(now.guide)
        before = later = _unseen(image, guide)
        memory = None
        if self._before is not None and self._motion is not None:
            finished, guide_before, memory = self._before
            before = _moved(finished, guide, guide_before, self._motion.reversed)
            memory = _memory_moved(memory, self._motion.back)
        self._motion = None
        if after is not None:
            guide_after = _small(after.guide)
            self._motion = _Motion(flow.dense_flow(guide, guide_after), flow.dense_flow(guide_after, guide))
            later = _moved(after.image.astype(np.float32) / 255, guide, guide_after, self._motion)
        finished, memory = self._decided(image, before, later, memory)
        self._before = finished, guide, memory
        return (finished * 255 + 0.5).astype(np.uint8)

    def _decided(
        self, image: np.ndarray, before: _Neighbour, later: _Neighbour, memory: Tensor | None
    ) -> tuple[np.ndarray, Tensor]:
        height, width = before.weight.shape
        trust = np.dstack((before.weight, later.weight, before.agreement, later.agreement))
        pictures = [_tensor(_small(picture)) for picture in (image, before.image, later.image)]
        device = next(self._network.parameters()).device
        with torch.inference_mode():
            given = [tensor.to(device) for tensor in (*pictures, _tensor(trust))]
            if memory is None:
                memory = self._network.memory_for(given[0])
            shares, gain, remembered = self._network(*given, memory)
        size = image.shape[1], image.shape[0]
        shares, gain = (_picture(tensor, height, width, size) for tensor in (shares, gain))
        mixed = image * shares[..., :1]
        mixed += before.image * shares[..., 1:2]
        mixed += later.image * shares[..., 2:]
        mixed *= gain
        return np.clip(mixed, 0, 1, out=mixed), remembered


def _unseen(image: np.ndarray, guide: np.ndarray) -> _Neighbour:
    """In place of a neighbour that there is not."""
    nothing = np.zeros(guide.shape[:2], np.float32)
    return _Neighbour(image, nothing, nothing)


def _moved(image: np.ndarray, guide: np.ndarray, its_guide: np.ndarray, motion: _Motion) -> _Neighbour:
    """`image` (float32, 0 to 1) moved along `motion` from the frame of `its_guide` onto that of `guide`."""
    missed = flow.consistency(motion.there, motion.back)
    changed = cv2.absdiff(guide, flow.warp(its_guide, motion.there)).max(axis=-1).astype(np.float32)
    around = cv2.blur(changed, (5, 5), borderType=cv2.BORDER_REPLICATE)
    weight = 1 / (1 + (around / _CHANGED) ** 2) / (1 + missed**2)
    still = flow.length(motion.there) < _STANDING
    there = np.where(still[..., None], np.float32(0), motion.there)
    if image.shape[:2] != there.shape[:2]:
        stretch = np.array((image.shape[1] / there.shape[1], image.shape[0] / there.shape[0]), np.float32)
        there = cv2.resize(there, (image.shape[1], image.shape[0])) * stretch
    return _Neighbour(flow.warp(image, there, cv2.INTER_CUBIC), weight, np.exp(-changed / _DISAGREED))


def _memory_moved(memory: Tensor, motion: np.ndarray) -> Tensor:
    """The memory moved onto the next frame along `motion`, which leads from there back."""
    height, width = memory.shape[-2:]
    bottom, right = height * GRID - motion.shape[0], width * GRID - motion.shape[1]
    padded = np.pad(motion, ((0, bottom), (0, right), (0, 0)), "edge")
    small = cv2.resize(padded, (width, height), interpolation=cv2.INTER_AREA) / GRID
    return warp(memory, torch.from_numpy(small).permute(2, 0, 1)[None].to(memory.device))


def _small(picture: np.ndarray) -> np.ndarray:
    scale = _DECIDING_SIDE / max(picture.shape[:2])
    if scale >= 1:
        return picture
    size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)


def _tensor(picture: np.ndarray) -> Tensor:
    """(H, W, C) as float32 (1, C, H, W), both sides padded to the network's grid by repeating the edge."""
    bottom, right = -picture.shape[0] % GRID, -picture.shape[1] % GRID
    padded = np.pad(picture, ((0, bottom), (0, right), (0, 0)), "edge")
    return torch.from_numpy(padded).permute(2, 0, 1)[None].contiguous(memory_format=torch.channels_last)


def _picture(tensor: Tensor, height: int, width: int, size: tuple[int, int]) -> np.ndarray:
    """(1, C, H, W) without its padding as float32 (h, w, C) of `size` (width, height)."""
    picture = tensor[0, :, :height, :width].permute(1, 2, 0).contiguous().cpu().numpy()
    return picture if size == (width, height) else cv2.resize(picture, size)
