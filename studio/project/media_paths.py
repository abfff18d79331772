"""How a project names files: relative inside its own folder, absolute outside."""

from __future__ import annotations

import os
from pathlib import Path


def stored_path(folder: Path, path: str) -> str:
    """`path` as the project in `folder` stores it: relative where it lies inside, else absolute."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would replace the user's links
    return str(absolute.relative_to(folder)) if absolute.is_relative_to(folder) else str(absolute)


def resolve_path(folder: Path, stored: str) -> Path:
    """Where a stored path lies now."""
    return folder / stored
