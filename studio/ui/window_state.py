"""Remembers where the window and its docks stood, in the profile."""

from __future__ import annotations

import base64
import logging
from collections.abc import Mapping
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
_ROWS_REMEMBERED = 200


class WindowState(msgspec.Struct, frozen=True):
    """Qt's own bytes, in base64, and what Qt does not know."""

    version: int
    geometry: str
    docks: str
    splitter: str
    row_heights: dict[str, int] = {}
    """Of the timeline's tracks, by their ids, the latest last."""


def state_file() -> Path:
    return profile_folder() / "window.json"


def save_state(window: QMainWindow, splitter: QSplitter, row_heights: Mapping[str, int]) -> None:
    """Writes the state; a disk that says no is logged and costs nothing but the memory of the places."""
    state = WindowState(
        _VERSION,
        _text(window.saveGeometry()),
        _text(window.saveState(_VERSION)),
        _text(splitter.saveState()),
        dict(list(row_heights.items())[-_ROWS_REMEMBERED:]),
    )
    try:
        write_json(state_file(), state)
    except StudioError as error:
        _log.warning("window state not saved: %s", error.message)


def restore_state(window: QMainWindow, splitter: QSplitter) -> Mapping[str, int]:
    """Puts everything where it stood and returns the rows' heights; nothing readable: the usual places."""
    try:
        state = msgspec.json.decode(state_file().read_bytes(), type=WindowState)
        parts = [_bytes(text) for text in (state.geometry, state.docks, state.splitter)]
    except (OSError, ValueError):
        # A missing or damaged file means the usual places; msgspec's errors are ValueErrors.
        return {}
    if state.version == _VERSION:
        splitter.restoreState(parts[2])
        window.restoreGeometry(parts[0])
        window.restoreState(parts[1], _VERSION)
    return state.row_heights


def _text(data: QByteArray) -> str:
    return base64.b64encode(data.data()).decode()


def _bytes(text: str) -> QByteArray:
    return QByteArray(base64.b64decode(text, validate=True))
