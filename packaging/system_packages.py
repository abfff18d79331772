"""The shared libraries of the system that Qt needs on Linux, and the package command that brings them.

Standard library only. The list was read from the NEEDED entries of Qt 6.12's xcb plugin and modules.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys

# soname: package on Debian and Ubuntu, Fedora, Arch, openSUSE
LIBRARIES: dict[str, tuple[str, str, str, str]] = {
    "libglib-2.0.so.0": ("libglib2.0-0", "glib2", "glib2", "libglib-2_0-0"),
    "libEGL.so.1": ("libegl1", "libglvnd-egl", "libglvnd", "Mesa-libEGL1"),
    "libGL.so.1": ("libgl1", "libglvnd-glx", "libglvnd", "Mesa-libGL1"),
    "libfontconfig.so.1": ("libfontconfig1", "fontconfig", "fontconfig", "libfontconfig1"),
    "libdbus-1.so.3": ("libdbus-1-3", "dbus-libs", "dbus", "libdbus-1-3"),
    "libpulse.so.0": ("libpulse0", "pulseaudio-libs", "libpulse", "libpulse0"),
    "libxkbcommon.so.0": ("libxkbcommon0", "libxkbcommon", "libxkbcommon", "libxkbcommon0"),
    "libxkbcommon-x11.so.0": (
        "libxkbcommon-x11-0",
        "libxkbcommon-x11",
        "libxkbcommon-x11",
        "libxkbcommon-x11-0",
    ),
    "libX11-xcb.so.1": ("libx11-xcb1", "libX11-xcb", "libx11", "libX11-xcb1"),
    "libXext.so.6": ("libxext6", "libXext", "libxext", "libXext6"),
    "libXrandr.so.2": ("libxrandr2", "libXrandr", "libxrandr", "libXrandr2"),
    "libxcb-cursor.so.0": ("libxcb-cursor0", "xcb-util-cursor", "xcb-util-cursor", "libxcb-cursor0"),
    "libxcb-icccm.so.4": ("libxcb-icccm4", "xcb-util-wm", "xcb-util-wm", "libxcb-icccm4"),
    "libxcb-image.so.0": ("libxcb-image0", "xcb-util-image", "xcb-util-image", "libxcb-image0"),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1", "xcb-util-keysyms", "xcb-util-keysyms", "libxcb-keysyms1"),
    "libxcb-render-util.so.0": (
        "libxcb-render-util0",
        "xcb-util-renderutil",
        "xcb-util-renderutil",
        "libxcb-render-util0",
    ),
    "libxcb-util.so.1": ("libxcb-util1", "xcb-util", "xcb-util", "libxcb-util1"),
    "libxcb-randr.so.0": ("libxcb-randr0", "libxcb", "libxcb", "libxcb-randr0"),
    "libxcb-shape.so.0": ("libxcb-shape0", "libxcb", "libxcb", "libxcb-shape0"),
    "libxcb-xinerama.so.0": ("libxcb-xinerama0", "libxcb", "libxcb", "libxcb-xinerama0"),
    "libxcb-xkb.so.1": ("libxcb-xkb1", "libxcb", "libxcb", "libxcb-xkb1"),
}
# program: (column of LIBRARIES, words of the command)
_TOOLS = {
    "apt-get": (0, "apt-get install"),
    "dnf": (1, "dnf install"),
    "pacman": (2, "pacman -S"),
    "zypper": (3, "zypper install"),
}


def missing_libraries() -> list[str]:
    """The sonames that the loader does not find; always empty elsewhere than on Linux."""
    if not sys.platform.startswith("linux"):
        return []
    return [soname for soname in LIBRARIES if not _loads(soname)]


def _loads(soname: str) -> bool:
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def install_command(missing: list[str], tool: str | None = None) -> str:
    """The command that brings `missing` (sonames) on this system, or a sentence where its tool is unknown."""
    tool = tool or next((name for name in _TOOLS if shutil.which(name)), "")
    if tool not in _TOOLS:
        return "Install these libraries with your package tool: " + " ".join(missing)
    column, words = _TOOLS[tool]
    packages = sorted({LIBRARIES[soname][column] for soname in missing})
    return f"sudo {words} {' '.join(packages)}"


def debian_packages(missing: list[str]) -> list[str]:
    return sorted({LIBRARIES[soname][0] for soname in missing})


def install_on_debian(packages: list[str]) -> bool:
    """Installs `packages` by itself where that needs no question: as root, with apt. Whether it did."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print(f"Installing with apt-get: {' '.join(packages)}", file=sys.stderr, flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", *packages]):
        if subprocess.run(command, env=environment, stdout=sys.stderr, check=False).returncode:
            return False
    return True
