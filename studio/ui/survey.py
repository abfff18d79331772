"""What Qt finds on this machine, as one JSON object on stdout: `python -m studio.ui.survey`.

A process of its own: without a display, or without the system's libraries, Qt ends the process that asks.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from PySide6.QtCore import qVersion
from PySide6.QtMultimedia import QMediaDevices
from PySide6.QtWidgets import QApplication


def survey() -> dict[str, Any]:
    """Qt's version and platform, the screens in pixels, and the sound outputs by name."""
    application = QApplication(sys.argv[:1])
    screens = [
        [
            round(screen.size().width() * screen.devicePixelRatio()),
            round(screen.size().height() * screen.devicePixelRatio()),
        ]
        for screen in application.screens()
    ]
    sound = [device.description() for device in QMediaDevices.audioOutputs()]
    return {"qt": qVersion(), "platform": application.platformName(), "screens": screens, "sound": sound}


if __name__ == "__main__":
    json.dump(survey(), sys.stdout)
