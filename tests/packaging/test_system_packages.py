"""Which libraries Qt misses, and the command that brings them."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def system_packages(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "packaging"))
    import system_packages

    return system_packages


def test_a_library_that_is_not_there_is_named(
    system_packages: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("only Linux leaves Qt's libraries to the system")
    monkeypatch.setitem(system_packages.LIBRARIES, "libnot-here.so.7", ("not-here7",) * 4)
    assert "libnot-here.so.7" in system_packages.missing_libraries()


@pytest.mark.parametrize(
    ("tool", "command"),
    [
        ("apt-get", "sudo apt-get install libegl1 libxcb-cursor0"),
        ("dnf", "sudo dnf install libglvnd-egl xcb-util-cursor"),
        ("pacman", "sudo pacman -S libglvnd xcb-util-cursor"),
        ("zypper", "sudo zypper install Mesa-libEGL1 libxcb-cursor0"),
    ],
)
def test_the_command_speaks_the_systems_language(
    system_packages: ModuleType, tool: str, command: str
) -> None:
    assert system_packages.install_command(["libxcb-cursor.so.0", "libEGL.so.1"], tool) == command


def test_an_unknown_system_gets_the_names(system_packages: ModuleType) -> None:
    assert "libEGL.so.1" in system_packages.install_command(["libEGL.so.1"], "apk")
