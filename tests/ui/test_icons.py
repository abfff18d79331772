"""Every shipped icon is a 24-px stroke drawing of one colour and paints something."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import QApplication

from studio.ui import icons, theme

NAMES = sorted(file.stem for file in icons.icon_folder().glob("*.svg"))


@pytest.mark.parametrize("name", NAMES)
def test_icon_follows_the_family(qapp: QApplication, name: str) -> None:
    drawing = (icons.icon_folder() / f"{name}.svg").read_text(encoding="utf-8")
    assert 'viewBox="0 0 24 24"' in drawing
    assert 'stroke="currentColor"' in drawing and 'stroke-linecap="round"' in drawing
    assert "#" not in drawing, "an icon carries no colour of its own"
    theme.apply(qapp, "dark")
    image = icons.icon_pixmap(name, 24, 2.0, "accent").toImage()
    assert image.width() == 48
    strong = [
        image.pixelColor(x, y) for x in range(48) for y in range(48) if image.pixelColor(x, y).alpha() == 255
    ]
    assert len(strong) > 10
    wanted = QColor(theme.tokens.accent)
    assert all(abs(pixel.red() - wanted.red()) <= 2 for pixel in strong)


def test_a_disabled_icon_is_painted_in_the_disabled_colour(qapp: QApplication) -> None:
    theme.apply(qapp, "dark")
    found = icons.icon("play").pixmap(QSize(32, 32), QIcon.Mode.Disabled).toImage()
    colors = {
        found.pixelColor(x, y).name()
        for x in range(found.width())
        for y in range(found.height())
        if found.pixelColor(x, y).alpha() == 255
    }
    assert theme.tokens.disabled in colors


def test_an_unknown_icon_is_an_error(qapp: QApplication) -> None:
    with pytest.raises(FileNotFoundError):
        icons.icon("no-such-icon")
