"""Draws titles: Qt's text layout (every script, accents, ligatures, emoji) onto a transparent frame.

The one room besides `ui` and `app` that touches Qt, and of it only QtGui: the preview in the window and the
export in a worker process have to letter alike.
"""

from __future__ import annotations

import atexit
import sys
import threading
from functools import lru_cache
from typing import TYPE_CHECKING

from studio.project.timeline import Title

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from PySide6.QtGui import QColor, QFont, QImage, QPainter, QTextLayout

# Text is laid out for a frame of this height and drawn at the scale of the real one, so that lines break at
# the same words in every size.
_LAYOUT_HEIGHT = 1080
# Lines wrap at this share of the frame's width: inside the title-safe area (EBU R 95: 90 %).
_WIDEST = 0.9
# A soft shadow, as shares of the letters' height: blur, offset; and how dark it is.
_SHADOW_BLUR, _SHADOW_OFFSET, _SHADOW_DARKNESS = 0.04, 0.035, 0.75
_starting = threading.Lock()


@lru_cache(maxsize=4)
def draw(title: Title, width: int, height: int) -> np.ndarray:
    """`title` in the middle of a frame: uint8 RGBA (height, width, 4), colours multiplied by alpha.

    Not to be written to. What does not fit into the frame is cut off. May be called from any thread.
    """
    # Not at the top: the window's forms ask for `families` without it.
    import numpy as np

    if not title.text.strip():
        return _frozen(np.zeros((height, width, 4), np.uint8))
    _ensure_application()
    scale = height / _LAYOUT_HEIGHT
    layout, lines_width, lines_height = _laid_out(title, width / scale)
    left = (width / scale - lines_width) / 2
    top = (_LAYOUT_HEIGHT - lines_height) / 2
    letters = _painted(width, height, scale, lambda painter: _paint_text(painter, title, layout, left, top))
    if title.shadow:
        letters = _over(letters, _shadow_of(letters, title.size * height))
    if title.box:
        box = left, top, lines_width, lines_height
        behind = _painted(width, height, scale, lambda painter: _paint_box(painter, title, box))
        letters = _over(letters, behind)
    return _frozen(letters)


def families() -> list[str]:
    """The fonts that titles can be lettered in."""
    _ensure_application()
    from PySide6.QtGui import QFontDatabase

    return [family for family in QFontDatabase.families() if not QFontDatabase.isPrivateFamily(family)]


def _ensure_application() -> None:
    """Fonts need an application object; workers and the command line have none and get one without a screen.

    Qt wants it to end in the thread that made it, and not every caller's thread lives as long as the process:
    it gets a thread of its own.
    """
    from PySide6.QtGui import QGuiApplication

    with _starting:
        if QGuiApplication.instance() is None:
            ready, leave = threading.Event(), threading.Event()
            keeper = threading.Thread(target=_keep_application, args=(ready, leave), daemon=True)
            keeper.start()
            ready.wait()
            atexit.register(_end_application, keeper, leave)


def _keep_application(ready: threading.Event, leave: threading.Event) -> None:
    from PySide6.QtGui import QGuiApplication

    application = QGuiApplication([sys.argv[0] or "studio", "-platform", "offscreen"])
    ready.set()
    leave.wait()
    application.shutdown()


def _end_application(keeper: threading.Thread, leave: threading.Event) -> None:
    leave.set()
    keeper.join(timeout=5)


def _font(title: Title) -> QFont:
    from PySide6.QtGui import QFont, QFontMetricsF

    # Not Qt's own default: that is the desktop's in the window and another one in a worker.
    font = QFont(title.family or "sans-serif")
    font.setStyleHint(QFont.StyleHint.SansSerif)
    font.setBold(title.bold)
    font.setItalic(title.italic)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    # Grey edges on every screen: coloured ones are for glass, not for films.
    font.setStyleStrategy(QFont.StyleStrategy.NoSubpixelAntialias)
    font.setPixelSize(1000)
    line = QFontMetricsF(font).height()
    font.setPixelSize(max(1, round(title.size * _LAYOUT_HEIGHT * 1000 / line)))
    return font


def _laid_out(title: Title, width: float) -> tuple[QTextLayout, float, float]:
    """The text in lines, and the width and height that they take, for a frame `width` wide."""
    from PySide6.QtCore import QPointF, Qt
    from PySide6.QtGui import QFontMetricsF, QTextLayout, QTextOption

    font = _font(title)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    # The document's own direction decides which side a right-to-left line begins on, not the alignment.
    option.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute)
    text = title.text.rstrip("\n").replace("\n", "\N{LINE SEPARATOR}")
    layout = QTextLayout(text, font)
    layout.setTextOption(option)
    layout.setCacheEnabled(True)
    metrics = QFontMetricsF(font)
    lines = []
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(_WIDEST * width)
        lines.append(line)
    layout.endLayout()
    widest = max(line.naturalTextWidth() for line in lines)
    share = {"left": 0.0, "center": 0.5, "right": 1.0}[title.align]
    for number, line in enumerate(lines):
        spare = widest - line.naturalTextWidth()
        # A right-to-left line stands at the right end of its width.
        inside = line.naturalTextRect().left() - line.position().x()
        # Letters from another font, where this one has none, have another height: the baselines stay even.
        top = number * metrics.lineSpacing() + metrics.ascent() - line.ascent()
        line.setPosition(QPointF(spare * share - inside, top))
    return layout, widest, metrics.lineSpacing() * len(lines)


def _painted(width: int, height: int, scale: float, paint: Callable[[QPainter], None]) -> np.ndarray:
    """What `paint` draws in layout units on a transparent frame: RGBA, multiplied by alpha."""
    from PySide6.QtGui import QImage, QPainter

    image = QImage(width, height, QImage.Format.Format_RGBA8888_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    painter.scale(scale, scale)
    paint(painter)
    painter.end()
    return _pixels(image)


def _pixels(image: QImage) -> np.ndarray:
    import numpy as np

    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 4 * image.width()].reshape(image.height(), image.width(), 4).copy()


def _paint_text(painter: QPainter, title: Title, layout: QTextLayout, left: float, top: float) -> None:
    from PySide6.QtCore import QPointF

    painter.setPen(_colour(title.colour, "#ffffff"))
    layout.draw(painter, QPointF(left, top))


def _paint_box(painter: QPainter, title: Title, box: tuple[float, float, float, float]) -> None:
    from PySide6.QtCore import QRectF, Qt

    room = title.padding * _LAYOUT_HEIGHT
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_colour(title.box, "#000000"))
    painter.drawRoundedRect(QRectF(*box).adjusted(-room, -room, room, room), room / 3, room / 3)


def _colour(text: str, otherwise: str) -> QColor:
    from PySide6.QtGui import QColor

    colour = QColor(text)
    return colour if colour.isValid() else QColor(otherwise)


def _shadow_of(letters: np.ndarray, size: float) -> np.ndarray:
    """A soft black shadow of `letters`, a little down to the right; `size` is their height in pixels."""
    import cv2
    import numpy as np

    alpha = letters[..., 3].astype(np.float32) * _SHADOW_DARKNESS
    offset = _SHADOW_OFFSET * size * 0.7071
    moved = cv2.warpAffine(
        alpha, np.array([[1, 0, offset], [0, 1, offset]]), (alpha.shape[1], alpha.shape[0])
    )
    blurred = cv2.GaussianBlur(moved, (0, 0), max(0.3, _SHADOW_BLUR * size))
    shadow = np.zeros_like(letters)
    shadow[..., 3] = np.round(blurred)
    return shadow


def _over(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """One picture over the other, both RGBA multiplied by alpha."""
    seen = 255 - above[..., 3:].astype("uint16")
    return (above + (below * seen + 127) // 255).astype("uint8")


def _frozen(picture: np.ndarray) -> np.ndarray:
    picture.flags.writeable = False
    return picture
