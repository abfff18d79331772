"""The motion between two pictures, also where optical flow loses it: found by a network, chosen by another.

Flow looks around where it is. A hand that leaps over a patterned wall it cannot find: the wall is the same in
both pictures, and fits. So a network finds motion on small copies, flow settles it, and a second network
says for each place whether to follow flow alone, what was found and settled, or what was found.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
import torch
from safetensors.torch import load_file

from studio.adapters.torch_device import half_is_quicker
from studio.networks import choice, motion
from studio.networks.choice import MotionChooser
from studio.networks.interpolation import CONTRAST
from studio.networks.motion import MotionFinder
from studio.render.flow import Guess, InBetweens, outside, shrunk, warp
from studio.render.found_motion import guess_along, nudged, settled

# The copies on which motion is found have this long side. From 112 to 256, now one and now another is ahead,
# by at most 0.4 dB (with an early state of the finder).
FOUND_ON = 160
# The choice is made at a quarter of the resolution at which the motion is measured.
COARSER = 4
# The chooser is taught to mix and made to decide: a twentieth of a motion that is 20 pixels off still shifts
# by one. 2 to 6 are alike, 1 is 0.1 dB worse (on scenes of the clips it was trained on).
_DECIDED = 3.0


class Found(NamedTuple):
    """What the finder says of two pictures, in their size, on the grid of the one in the middle."""

    motion: np.ndarray
    """float32 (H, W, 2): pixels from the first to the second."""
    exact: np.ndarray
    """The same, settled by flow."""
    shows: np.ndarray
    """float32 (H, W), 0 to 1: how much rather the first picture shows what is there."""


class Choice(NamedTuple):
    """What the chooser says of the picture at one time."""

    guess: Guess
    """The motion that it is to be drawn along."""
    hedge: np.ndarray
    """float32 (H, W, 3), grey levels: what all motions show, mixed as likely as each is, less what they show
    mixed as it was decided. Where the choice is sure it is nothing."""
    rivals: tuple[np.ndarray, ...]
    """int16 (H, W, 3), grey levels: what each motion shows, less the same."""


class LargeMotion:
    """The two networks of one `weights` file, on the processor: what they look at is small."""

    def __init__(self, weights: Path) -> None:
        tensors = load_file(weights)
        self.finder, self._chooser = MotionFinder(), MotionChooser()
        for name, network in (("finder.", self.finder), ("chooser.", self._chooser)):
            parts = {key.removeprefix(name): part for key, part in tensors.items() if key.startswith(name)}
            network.load_state_dict({key: part.float() for key, part in parts.items()})
            network.eval().to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]

    def choose(self, first: np.ndarray, second: np.ndarray, candidates: Sequence[Guess], t: float) -> Choice:
        """The best of the `candidates` for the picture at `t`, place by place."""
        seen = torch.from_numpy(seen_by_chooser(first, second, candidates, t))[None]
        logits = _asked(self._chooser, seen)[0].float()
        likely, decided = (
            _enlarged((logits * sharpness).softmax(0).numpy(), first.shape) for sharpness in (1, _DECIDED)
        )
        guess = _mixed(first, second, candidates, decided, t)
        shown = [_shown(first, second, candidate, t) for candidate in candidates]
        followed = _sum(shown, decided)
        rounded = followed.round().astype(np.int16)
        return Choice(guess, _sum(shown, likely) - followed, tuple(each - rounded for each in shown))


class Motion:
    """The motion between two pictures of one size and kind; flow is measured once, when it is asked for."""

    def __init__(self, first: np.ndarray, second: np.ndarray, found: Found) -> None:
        self._flow = InBetweens(first, second, may_be_cut=False)
        self._found = found

    def candidates(self, t: float) -> list[Guess]:
        """What flow says of the picture at `t`, what was found and settled, what was found; 0 < t < 1."""
        motion, exact, shows = self._found
        along = (guess_along(*self._flow.seen, moved, shows, t) for moved in (exact, motion))
        return [self._flow.guess(t), *along]


@torch.inference_mode()
def _asked(network: torch.nn.Module, *inputs: torch.Tensor) -> Any:
    """What `network` says, in half precision where that is quicker."""
    with torch.autocast("cpu", torch.bfloat16, enabled=half_is_quicker(torch.device("cpu"))):
        return network(*(x.contiguous(memory_format=torch.channels_last) for x in inputs))


def find(finder: MotionFinder, first: np.ndarray, second: np.ndarray, side: int = FOUND_ON) -> Found:
    """The motion between two uint8 RGB pictures of one size, as seen on copies of this long `side`.

    It is settled on the pictures themselves.
    """
    height, width = first.shape[:2]
    copies = [shrunk(picture, side) for picture in (first, second)]
    across, down = copies[0].shape[1], copies[0].shape[0]
    rim = 0, -down % motion.GRID, 0, -across % motion.GRID
    padded = [cv2.copyMakeBorder(copy, *rim, cv2.BORDER_REPLICATE) for copy in copies]
    tensors = [torch.from_numpy(copy).permute(2, 0, 1)[None].float() / 255 - 0.5 for copy in padded]
    said = _asked(finder, *tensors)[-1][0].float().permute(1, 2, 0).numpy()
    said = cv2.resize(said, padded[0].shape[1::-1], interpolation=cv2.INTER_LINEAR)[:down, :across]
    said = cv2.resize(said, (width, height), interpolation=cv2.INTER_LINEAR)
    larger = np.array([width / across, height / down], np.float32) * motion.STEP
    moved = said[..., :2] * larger
    return Found(moved, settled(first, second, moved), 1 / (1 + np.exp(-said[..., 2])))


def seen_by_chooser(
    first: np.ndarray, second: np.ndarray, candidates: Sequence[Guess], t: float
) -> np.ndarray:
    """What the chooser looks at: float32 (channels, H', W'), a quarter of the pictures' uint8 (H, W, 3).

    The pictures are aligned at half of their resolution, which is fine enough for a quarter.
    """
    first, second = _halved(_padded(first)), _halved(_padded(second))
    moved = [_halved(_padded(candidate.motion)) / 2 for candidate in candidates]
    middle = np.mean(moved, axis=0)
    layers = [np.dstack([first, second]) / np.float32(255) - np.float32(0.5)]
    for candidate, way in zip(candidates, moved, strict=True):
        earlier = warp(first, -t * way).astype(np.float32)
        later = warp(second, (1 - t) * way).astype(np.float32)
        layers += [
            (earlier + later) / 510 - 0.5,
            (earlier - later) / 255 * CONTRAST,
            way / 8,
            np.clip(way - middle, -8, 8) / 4,
            _halved(_padded(np.dstack([candidate.share, candidate.doubt]))),
        ]
    return np.ascontiguousarray(
        np.concatenate([_halved(layer) for layer in layers], axis=2).transpose(2, 0, 1)
    )


def _padded(layer: np.ndarray) -> np.ndarray:
    """With its edges repeated up to what the chooser's grid divides."""
    step = COARSER * choice.GRID
    return cv2.copyMakeBorder(
        layer, 0, -layer.shape[0] % step, 0, -layer.shape[1] % step, cv2.BORDER_REPLICATE
    )


def _halved(layer: np.ndarray) -> np.ndarray:
    return cv2.resize(layer, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)


def _enlarged(weights: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """`weights` (motions, H', W') from the chooser's grid on pictures of `shape`: (motions, H, W)."""
    size = weights.shape[2] * COARSER, weights.shape[1] * COARSER
    whole = (cv2.resize(weight, size, interpolation=cv2.INTER_LINEAR) for weight in weights)
    return np.stack([weight[: shape[0], : shape[1]] for weight in whole])


def _mixed(
    first: np.ndarray, second: np.ndarray, candidates: Sequence[Guess], weights: np.ndarray, t: float
) -> Guess:
    """One guess of several, by `weights` (motions, H, W) of sum 1."""
    moved = _sum([each.motion for each in candidates], weights)
    share = sum(each.share * weight for each, weight in zip(candidates, weights, strict=True))
    moved, missed = nudged(first, second, moved, t)
    return Guess(moved, np.asarray(share), missed, np.maximum(outside(-t * moved), outside((1 - t) * moved)))


def _shown(first: np.ndarray, second: np.ndarray, candidate: Guess, t: float) -> np.ndarray:
    """What one motion makes of the picture at `t`: uint8 (H, W, 3)."""
    earlier, later = warp(first, -t * candidate.motion), warp(second, (1 - t) * candidate.motion)
    return cv2.blendLinear(earlier, later, candidate.share, 1 - candidate.share)


def _sum(layers: Sequence[np.ndarray], weights: np.ndarray) -> np.ndarray:
    """Of `layers` (H, W, C), by `weights` (motions, H, W): float32."""
    # Broadcast over so few channels, the product takes NumPy four times as long.
    spread = (cv2.merge([weight] * layers[0].shape[2]) for weight in weights)
    return np.asarray(sum(layer * weight for layer, weight in zip(layers, spread, strict=True)))
