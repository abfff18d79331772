"""One training run on several processes: each draws its own data, gradients are averaged.

Start with `torchrun --nproc-per-node 2 -m studio.training.starter …`; without torchrun everything here does
nothing. Two processes with one thread each beat one process with two threads on a shared machine: there is
no waiting inside every operation.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

import torch
from torch import distributed


def start() -> None:
    """Join the other processes when torchrun started this one."""
    if "RANK" in os.environ and not distributed.is_initialized():
        distributed.init_process_group("nccl" if torch.cuda.is_available() else "gloo")


def rank() -> int:
    """This process's number, from 0."""
    return distributed.get_rank() if distributed.is_initialized() else 0


def world_size() -> int:
    """How many processes train together."""
    return distributed.get_world_size() if distributed.is_initialized() else 1


def average_gradients(parameters: Iterable[torch.nn.Parameter]) -> None:
    """Replace every gradient by its mean over the processes, in one message."""
    if world_size() == 1:
        return
    gradients = [p.grad for p in parameters if p.grad is not None]
    flat = torch.cat([g.reshape(-1) for g in gradients])
    distributed.all_reduce(flat)
    flat /= world_size()
    for gradient, part in zip(gradients, flat.split([g.numel() for g in gradients]), strict=True):
        gradient.copy_(part.view_as(gradient))


def wait() -> None:
    """Let all processes reach this line."""
    if world_size() > 1:
        distributed.barrier()
