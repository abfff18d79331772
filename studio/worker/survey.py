"""What torch finds on this machine, as one JSON object on stdout: `python -m studio.worker.survey`.

A process of its own, because loading torch takes seconds and a broken driver may kill who loads it.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import torch

from studio.adapters.torch_device import devices, why_this_device


def survey() -> dict[str, Any]:
    """Version, threads, why torch runs on what it does, and each device: name, kind, memory in bytes."""
    return {
        "torch": torch.__version__,
        "threads": torch.get_num_threads(),
        "why": why_this_device(),
        "devices": [device._asdict() for device in devices()],
    }


if __name__ == "__main__":
    json.dump(survey(), sys.stdout)
