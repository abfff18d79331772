"""A trainer's state on disk, of which a kill never leaves half: tensors in safetensors, numbers in JSON.

The JSON file is written last and names its tensor file, so that the pair is replaced at once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor


def save(path: Path, tensors: Mapping[str, Tensor], step: int) -> None:
    """Write `tensors` and `step` under `path` (a name without an ending)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    weights = path.with_name(f"{path.name}-{step}.safetensors")
    save_file(
        {
            name: tensor.detach().cpu().clone(memory_format=torch.contiguous_format)
            for name, tensor in tensors.items()
        },
        weights,
    )
    state = path.with_suffix(".json")
    fresh = state.with_suffix(".json.part")
    fresh.write_text(json.dumps({"step": step, "weights": weights.name}))
    fresh.replace(state)
    for old in path.parent.glob(f"{path.name}-*.safetensors"):
        if old != weights:
            old.unlink()


def load(path: Path) -> tuple[dict[str, Tensor], int] | None:
    """The last state saved under `path`, or None when there is none yet."""
    state = path.with_suffix(".json")
    if not state.exists():
        return None
    numbers = json.loads(state.read_text())
    return load_file(path.with_name(numbers["weights"])), int(numbers["step"])


def pack(parts: Mapping[str, torch.nn.Module], optimizer: torch.optim.Optimizer) -> dict[str, Tensor]:
    """All tensors of the named modules and of the optimizer, under one flat set of names."""
    tensors = {
        f"{part}/{name}": value
        for part, module in parts.items()
        for name, value in module.state_dict().items()
    }
    for index, slots in optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer/{index}/{slot}": torch.as_tensor(value) for slot, value in slots.items()}
    return tensors


def unpack(
    tensors: Mapping[str, Tensor], parts: Mapping[str, torch.nn.Module], optimizer: torch.optim.Optimizer
) -> None:
    """Put the tensors of `pack` back where they came from."""
    for part, module in parts.items():
        own = {
            name.removeprefix(f"{part}/"): value
            for name, value in tensors.items()
            if name.startswith(f"{part}/")
        }
        module.load_state_dict(own)
    state: dict[int, dict[str, Tensor]] = {}
    for name, value in tensors.items():
        if name.startswith("optimizer/"):
            _, index, slot = name.split("/")
            state.setdefault(int(index), {})[slot] = value
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
