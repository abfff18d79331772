"""Where a pipeline's networks lie, and how it does with less memory: one rung of a ladder after the other.

    all on the accelerator → decoding in tiles → only the network that is at work → only the layer that is

Each rung is slower than the one before and needs less; frames stay the same but for the seams of tiles. On
a processor there is nothing to move, so that tiles are the last rung.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch


class MemoryLadder:
    """Belongs to one loaded pipeline, which it puts on `device`."""

    def __init__(self, pipe: Any, device: torch.device) -> None:
        self._pipe, self._device = pipe, device
        moves: list[Callable[[], bool]] = [self._one_network, self._one_layer]
        self._rungs = [self._tiles, *(moves if device.type != "cpu" else [])]
        self._place()

    def step_down(self) -> bool:
        """Takes the next rung that changes anything; False when there is none left."""
        while self._rungs:
            if self._rungs.pop(0)():
                return True
        return False

    def _place(self) -> None:
        """All on the device; where that is too small, as far down as it takes to load at all."""
        try:
            self._pipe.to(self._device)
        except torch.OutOfMemoryError:
            self._rungs.remove(self._one_network)
            self._one_network()

    def _tiles(self) -> bool:
        """Makes the autoencoder work in tiles; False when it does already or cannot."""
        vae = self._pipe.vae
        if getattr(vae, "use_tiling", True):
            return False
        try:
            vae.enable_tiling()
        except NotImplementedError:  # promised by a base class, not kept by some (SVD)
            return False
        return True

    def _one_network(self) -> bool:
        """Keeps only the network that is at work on the device."""
        self._pipe.to("cpu")
        self._pipe.enable_model_cpu_offload(device=self._device)
        return True

    def _one_layer(self) -> bool:
        """Keeps only the layer that is at work on the device: works with any size, and slowly."""
        self._pipe.remove_all_hooks()
        self._pipe.to("cpu")
        self._pipe.enable_group_offload(
            onload_device=self._device, offload_device=torch.device("cpu"), offload_type="leaf_level"
        )
        return True
