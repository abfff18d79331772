"""The one table of colours, sizes and fonts, and the palette and style sheet that follow from it.

`tokens` is the table in force. `apply` changes it in place, so a painter that reads `tokens` (or
`color`) while it paints is right in both themes. Nowhere else in the window stands a colour or a font.
"""

from __future__ import annotations

from string import Template
from typing import Literal

import msgspec
from PySide6.QtCore import QDir
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from studio.paths import resources_folder

ThemeName = Literal["dark", "light"]


class Tokens(msgspec.Struct, kw_only=True):
    """Colours as #rrggbb, sizes in device-independent pixels."""

    background: str
    panel: str
    raised: str
    hover: str
    line: str
    text: str
    secondary: str
    disabled: str
    accent: str
    """The one primary action, the playhead, the focus ring, progress: as an area or a line."""
    accent_hover: str
    accent_text: str
    """The accent where it is small text."""
    on_accent: str
    good: str
    warning: str
    error: str
    letterbox: str
    """Round the picture in the viewer: the darkest thing in the room."""
    clip_footage: str = "#3d6ea8"
    clip_generated: str = "#8a5cc2"
    clip_sound: str = "#36805f"
    clip_title: str = "#976833"
    on_clip: str = "#ffffff"
    space: int = 8
    radius: int = 6
    focus: int = 2
    font_size: int = 13
    small_font_size: int = 12
    title_font_size: int = 15
    icon: int = 18
    motion_ms: int = 120


DARK = Tokens(
    background="#15171b",
    panel="#1c1f24",
    raised="#262a31",
    hover="#2e333b",
    line="#343a44",
    text="#e8eaed",
    secondary="#9aa3af",
    disabled="#666b73",
    accent="#f2a33a",
    accent_hover="#ffb757",
    accent_text="#f2a33a",
    on_accent="#1a1206",
    good="#5fb37a",
    warning="#e0b040",
    error="#f17a69",
    letterbox="#0c0d0f",
)
LIGHT = Tokens(
    background="#e4e7eb",
    panel="#f3f5f7",
    raised="#ffffff",
    hover="#eceff2",
    line="#c9ced6",
    text="#1b1e23",
    secondary="#545d69",
    disabled="#989ea6",
    accent="#f2a33a",
    accent_hover="#e4932a",
    accent_text="#8f5300",
    on_accent="#1a1206",
    good="#1d7040",
    warning="#755400",
    error="#b3301f",
    letterbox="#0c0d0f",
)

tokens = msgspec.structs.replace(DARK)


def color(name: str, opacity: float = 1.0) -> QColor:
    """The token `name` of the theme in force; `opacity` 0 … 1."""
    found = QColor(getattr(tokens, name))
    found.setAlphaF(opacity)
    return found


def font(size: int | None = None, *, strong: bool = False, figures: bool = False) -> QFont:
    """The system's font at `size` px (the normal size when None); `figures` sets tabular digits."""
    made = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    made.setPixelSize(size or tokens.font_size)
    if strong:
        made.setWeight(QFont.Weight.DemiBold)
    if figures:
        made.setFeature(QFont.Tag("tnum"), 1)
    return made


def apply(app: QApplication, theme: ThemeName) -> None:
    """Puts `theme` in force: tokens, palette, font and style sheet."""
    prepare(app, theme)
    dress(app)


def prepare(app: QApplication, theme: ThemeName) -> None:
    """All of `apply` but the style sheet: widgets can be made now."""
    chosen = LIGHT if theme == "light" else DARK
    for field in Tokens.__struct_fields__:
        setattr(tokens, field, getattr(chosen, field))
    # The style sheet's own pictures; Qt reads them from files only, so each theme has its set.
    QDir.setSearchPaths("style", [str(resources_folder() / "style" / theme)])
    app.setPalette(_palette())
    app.setFont(font())


def dress(app: QApplication) -> None:
    """Puts on the style sheet; best after the widgets are made, as Qt polishes anew what finds a parent."""
    sheet = (resources_folder() / "style" / "window.qss").read_text(encoding="utf-8")
    app.setStyleSheet(Template(sheet).substitute(msgspec.structs.asdict(tokens)))


def _palette() -> QPalette:
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    palette = QPalette()
    for target, name in (
        (role.Window, "panel"),
        (role.WindowText, "text"),
        (role.Base, "raised"),
        (role.AlternateBase, "panel"),
        (role.Text, "text"),
        (role.Button, "raised"),
        (role.ButtonText, "text"),
        (role.BrightText, "error"),
        (role.ToolTipBase, "raised"),
        (role.ToolTipText, "text"),
        (role.PlaceholderText, "secondary"),
        (role.Highlight, "accent"),
        (role.HighlightedText, "on_accent"),
        (role.Link, "accent_text"),
        (role.LinkVisited, "accent_text"),
        (role.Light, "hover"),
        (role.Midlight, "raised"),
        (role.Mid, "line"),
        (role.Dark, "background"),
        (role.Accent, "accent"),
    ):
        palette.setColor(target, color(name))
    for target in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(group.Disabled, target, color("disabled"))
    return palette
