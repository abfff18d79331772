"""One training to its end: learning rate, running mean, what is kept against a kill, how it goes."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from studio.training import checkpoint
from studio.training.running_mean import follow
from studio.training.schedule import learning_rate


def train_to_the_end(
    network: nn.Module,
    optimizer: torch.optim.Optimizer,
    one_step: Callable[[int], float],
    kept: Path,
    *,
    steps: int,
    peak: float,
    mean_over: float,
    save_every: int,
    told: str,
) -> dict[str, Tensor]:
    """Takes `steps` steps, going on from what `kept` holds; returns the running mean of the weights.

    `one_step` trains `network` once, given the number of the step, and returns a figure; the mean of the
    figures since the last time is said as `told` formats it whenever the state is saved.
    """
    mean = copy.deepcopy(network)
    parts = {"network": network, "mean": mean}
    first = 0
    if saved := checkpoint.load(kept):
        checkpoint.unpack(saved[0], parts, optimizer)
        first = saved[1]
    started = time.monotonic()
    figures: list[float] = []
    for step in range(first, steps):
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(peak, step, steps)
        figures.append(one_step(step))
        follow(mean, network, step, mean_over)
        if (step + 1) % save_every == 0 or step + 1 == steps:
            checkpoint.save(kept, checkpoint.pack(parts, optimizer), step + 1)
            minutes = (time.monotonic() - started) / 60
            print(f"{step + 1}: {told.format(np.mean(figures))}, {minutes:.0f} min", flush=True)
            figures = []
    return mean.state_dict()
