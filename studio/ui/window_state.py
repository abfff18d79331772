"""Remembers where the window and its docks stood, in the profile."""

from __future__ import annotations

import base64
import logging
from pathlib import Path

import msgspec
from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QMainWindow, QSplitter

from studio.errors import StudioError
from studio.paths import profile_folder
from studio.project.project_file import write_json

_log = logging.getLogger(__name__)
_VERSION = 1
"""Raised when docks change so much that an old state would put them wrong."""


class WindowState(msgspec.Struct, frozen=True):
    """Qt's own bytes, in base64."""

    version: int
    geometry: str
    docks: str
    splitter: str


def state_file() -> Path:
    return profile_folder() / "window.json"


def save_state(window: QMainWindow, splitter: QSplitter) -> None:
    """Writes the state; a disk that says no is logged and costs nothing but the memory of the places."""
    state = WindowState(
        _VERSION, _text(window.saveGeometry()), _text(window.saveState(_VERSION)), _text(splitter.saveState())
    )
    try:
        write_json(state_file(), state)
    except StudioError as error:
        _log.warning("window state not saved: %s", error.message)


def restore_state(window: QMainWindow, splitter: QSplitter) -> bool:
    """Puts everything where it stood; False where nothing (or nothing readable) was saved."""
    try:
        state = msgspec.json.decode(state_file().read_bytes(), type=WindowState)
        parts = [_bytes(text) for text in (state.geometry, state.docks, state.splitter)]
    except (OSError, ValueError):
        # A missing or damaged file means the usual places; msgspec's errors are ValueErrors.
        return False
    if state.version != _VERSION:
        return False
    splitter.restoreState(parts[2])
    return window.restoreGeometry(parts[0]) and window.restoreState(parts[1], _VERSION)


def _text(data: QByteArray) -> str:
    return base64.b64encode(data.data()).decode()


def _bytes(text: str) -> QByteArray:
    return QByteArray(base64.b64decode(text, validate=True))
