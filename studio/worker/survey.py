"""What torch finds on this machine, as one JSON object on stdout: `python -m studio.worker.survey`.

A process of its own, because loading torch takes seconds and a broken driver may kill who loads it.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import torch


def survey() -> dict[str, Any]:
    """Version, threads, and each device with its name and memory in bytes (0: shared with the system)."""
    devices: list[dict[str, Any]] = []
    for index in range(torch.cuda.device_count()):
        properties = torch.cuda.get_device_properties(index)
        devices.append({"name": properties.name, "kind": "cuda", "memory_bytes": properties.total_memory})
    if torch.backends.mps.is_available():
        devices.append({"name": "Apple GPU", "kind": "mps", "memory_bytes": 0})
    return {"torch": torch.__version__, "threads": torch.get_num_threads(), "devices": devices}


if __name__ == "__main__":
    json.dump(survey(), sys.stdout)
