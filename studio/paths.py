"""Where things lie: the user's profile, the caches, and what ships with Kinora.

The environment variable STUDIO_PROFILE moves the whole profile (settings, queue, caches, default
project) into one folder; tests and portable installations use it.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Literal


def profile_folder() -> Path:
    """Settings, queue and the projects without a place of their own; made when missing."""
    return _made(_override() or _usual_folder("user_data_dir"))


def cache_folder() -> Path:
    """Thumbnails, waveforms and everything else that can be made again; made when missing."""
    override = _override()
    return _made(override / "cache" if override else _usual_folder("user_cache_dir"))


@cache
def resources_folder() -> Path:
    """The shipped models, icons and styles: beside the package in a checkout, inside it when installed."""
    package = Path(__file__).parent
    installed = package / "resources"
    return installed if installed.is_dir() else package.parent / "resources"


def _override() -> Path | None:
    override = os.environ.get("STUDIO_PROFILE")
    return Path(override) if override else None


def _usual_folder(kind: Literal["user_data_dir", "user_cache_dir"]) -> Path:
    """Where this system keeps such things."""
    import platformdirs

    return Path(getattr(platformdirs, kind)("kinora", appauthor=False))


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
