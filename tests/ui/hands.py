"""How tests find controls: by the name that assistive technology reads."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np
from PySide6.QtWidgets import QPushButton, QWidget

W = TypeVar("W", bound=QWidget)


def control(panel: QWidget, kind: type[W], name: str) -> W:
    """The control of `kind` whose accessible name is `name`."""
    found = [widget for widget in panel.findChildren(kind) if widget.accessibleName() == name]
    assert found, f"no {kind.__name__} is called {name!r}"
    return found[0]


def button(panel: QWidget, words: str) -> QPushButton:
    found = [widget for widget in panel.findChildren(QPushButton) if widget.text() == words]
    assert found, f"no button says {words!r}"
    return found[0]


def save_picture(path: Path, width: int = 64, height: int = 48, shade: int = 128) -> Path:
    assert cv2.imwrite(str(path), np.full((height, width, 3), shade, np.uint8))
    return path
