"""Diffusers folders of settings and empty weights: enough to be recognised, without torch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def paper_folder(
    folder: Path,
    class_name: str,
    parts: dict[str, dict[str, Any]] | None = None,
    **index: Any,
) -> Path:
    """A pipeline of the class `class_name` whose components have the settings `parts`."""
    parts = parts or {"transformer": {"patch_size": [1, 2, 2]}, "vae": {}}
    named = {name: ["diffusers", f"Some{name.title().replace('_', '')}Model"] for name in parts}
    for name, config in parts.items():
        (folder / name).mkdir(parents=True)
        (folder / name / "config.json").write_text(json.dumps(config))
        (folder / name / "diffusion_pytorch_model.safetensors").write_bytes(b"\2\0\0\0\0\0\0\0{}")
    (folder / "model_index.json").write_text(json.dumps({"_class_name": class_name, **index, **named}))
    return folder
