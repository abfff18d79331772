"""The theme: readable in both rooms, and put on a real application without a warning."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import QFile
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from studio.paths import resources_folder
from studio.ui import theme
from studio.ui.fields import Choice


def luminance(color: QColor) -> float:
    """Relative luminance by WCAG 2.2."""
    parts = [color.redF(), color.greenF(), color.blueF()]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    low, high = sorted((luminance(QColor(first)), luminance(QColor(second))))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("name", "table"), [("dark", theme.DARK), ("light", theme.LIGHT)])
def test_the_style_sheets_pictures_have_the_colours_of_the_table(name: str, table: theme.Tokens) -> None:
    inks = {"down": "secondary", "up": "secondary", "down-off": "disabled", "up-off": "disabled"}
    inks["tick"] = "on_accent"
    files = sorted((resources_folder() / "style" / name).iterdir())
    assert {file.stem for file in files} == set(inks)
    for file in files:
        assert f'stroke="{getattr(table, inks[file.stem])}"' in file.read_text("utf-8")


@pytest.mark.parametrize("table", [theme.DARK, theme.LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("layer", ["background", "panel", "raised", "hover"])
@pytest.mark.parametrize("ink", ["text", "secondary", "accent_text", "good", "warning", "error"])
def test_text_is_readable_on_every_layer(table: theme.Tokens, layer: str, ink: str) -> None:
    assert contrast(getattr(table, ink), getattr(table, layer)) >= 4.5


@pytest.mark.parametrize("table", [theme.DARK, theme.LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("clip", ["clip_footage", "clip_generated", "clip_sound", "clip_title"])
def test_names_are_readable_on_clips(table: theme.Tokens, clip: str) -> None:
    assert contrast(table.on_clip, getattr(table, clip)) >= 4.5


@pytest.mark.parametrize("table", [theme.DARK, theme.LIGHT], ids=["dark", "light"])
def test_the_primary_button_is_readable(table: theme.Tokens) -> None:
    assert contrast(table.on_accent, table.accent) >= 4.5
    assert contrast(table.on_accent, table.accent_hover) >= 4.5


def test_clips_have_the_same_lightness() -> None:
    names = ("clip_footage", "clip_generated", "clip_sound", "clip_title")
    ratios = [contrast(getattr(theme.DARK, name), "#000000") for name in names]
    assert max(ratios) / min(ratios) < 1.25


def test_apply_changes_tokens_in_place(qapp: QApplication) -> None:
    held = theme.tokens
    theme.apply(qapp, "light")
    assert held.background == theme.LIGHT.background
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(theme.LIGHT.panel)
    theme.apply(qapp, "dark")
    assert held.background == theme.DARK.background
    assert theme.color("accent", 0.5).alpha() in (127, 128)


def test_every_name_in_the_style_sheet_is_a_token(qapp: QApplication) -> None:
    theme.apply(qapp, "dark")
    assert "$" not in qapp.styleSheet().replace("$names", "")


def test_style_pictures_are_found(qtbot, qapp: QApplication) -> None:
    theme.apply(qapp, "dark")
    button = QPushButton("Press")
    qtbot.addWidget(button)
    button.show()
    assert not button.grab().isNull()
    named = re.findall(r"url\((style:[^)]+)\)", qapp.styleSheet())
    assert named and all(QFile.exists(name) for name in named)


def test_a_list_made_before_the_sheet_shows_all_its_lines(qtbot: QtBot) -> None:
    choice = Choice([("Any", 0), ("Crayon", 1)])
    qtbot.addWidget(choice)
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.dress(app)
    choice.show()
    choice.showPopup()
    lines = choice.view()
    qtbot.waitUntil(lines.isVisible)
    last = lines.visualRect(choice.model().index(1, 0))
    assert lines.viewport().rect().contains(last)
    choice.hidePopup()
