"""Goes from the prepared environment into `studio`; before a window, looks at display and Qt's libraries."""

from __future__ import annotations

import os
import subprocess
import sys

import environment
import system_packages

# Qt platforms that draw without a display server.
_NO_DISPLAY_NEEDED = ("offscreen", "minimal", "vnc", "eglfs", "linuxfb")
_WITHOUT_A_WINDOW = """These commands work without one:
    python3 packaging/start.py generate "a red ball bouncing on the beach at sunset" -o ball.mp4
    python3 packaging/start.py animate A.jpg B.jpg -o film.mp4
    python3 packaging/start.py doctor
    python3 packaging/start.py --help"""


def opens_window(arguments: list[str]) -> bool:
    """Whether `studio` with these arguments opens the window: no verb, or a project to open."""
    return not arguments or (len(arguments) == 1 and arguments[0].rstrip("/\\").endswith(".kinora"))


def has_display() -> bool:
    if not sys.platform.startswith("linux"):
        return True
    platform = os.environ.get("QT_QPA_PLATFORM", "").split(":")[0]
    return bool(
        platform in _NO_DISPLAY_NEEDED or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )


def require_window_system() -> None:
    """Raises SetupError where a window cannot open here; brings Qt's libraries where it may."""
    if not has_display():
        raise environment.SetupError(
            "There is no display here, so the window cannot open (DISPLAY and WAYLAND_DISPLAY are not set).",
            _WITHOUT_A_WINDOW,
        )
    missing = system_packages.missing_libraries()
    if missing and not system_packages.install_on_debian(system_packages.debian_packages(missing)):
        raise environment.SetupError(
            f"Qt needs libraries that this system does not have: {', '.join(missing)}",
            f"Bring them with:\n    {system_packages.install_command(missing)}",
        )


def studio(arguments: list[str]) -> None:
    """Becomes `studio` with `arguments`; does not return."""
    if opens_window(arguments):
        require_window_system()
    command = [str(environment.python()), "-m", "studio", *arguments]
    if os.name == "nt":
        sys.exit(subprocess.run(command, check=False).returncode)
    os.execv(command[0], command)
