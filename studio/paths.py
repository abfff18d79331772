"""Where things lie: the user's profile, the caches, and what ships with Kinora.

The environment variable STUDIO_PROFILE moves the whole profile (settings, queue, caches, default
project) into one folder; tests and portable installations use it.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import platformdirs


def profile_folder() -> Path:
    """Settings, queue and the projects without a place of their own; made when missing."""
    override = os.environ.get("STUDIO_PROFILE")
    folder = Path(override) if override else Path(platformdirs.user_data_dir("kinora", appauthor=False))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def cache_folder() -> Path:
    """Thumbnails, waveforms and everything else that can be made again; made when missing."""
    override = os.environ.get("STUDIO_PROFILE")
    folder = (
        Path(override) / "cache" if override else Path(platformdirs.user_cache_dir("kinora", appauthor=False))
    )
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@cache
def resources_folder() -> Path:
    """The shipped models, icons and styles: beside the package in a checkout, inside it when installed."""
    package = Path(__file__).parent
    installed = package / "resources"
    return installed if installed.is_dir() else package.parent / "resources"
