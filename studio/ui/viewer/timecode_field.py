"""The timecode under the picture: read it, or click on it, type another and press Enter to go there."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from studio.errors import InputError
from studio.timing import Rate, parse_timecode, timecode
from studio.ui import surfaces, theme

_DIGITS = re.compile(r"\d{3,8}")
_TIP = "Click and type a timecode, 2:12 or +1:00, then Enter"


class TimecodeField(QLineEdit):
    """Shows `frame / duration`; while it is being typed into, only what is typed."""

    entered = Signal(int)
    """Go to this frame."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = ""
        self._frame = 0
        self._rate = Rate(24)
        self.setReadOnly(True)
        self.setProperty("kind", "timecode")
        self.setFont(theme.font(figures=True))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("Timecode")
        self.setToolTip(_TIP)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)

    @property
    def time_text(self) -> str:
        """The time shown, also while another is being typed."""
        return self._shown

    @property
    def typing(self) -> bool:
        return not self.isReadOnly()

    def show_time(self, frame: int, duration: int, rate: Rate) -> None:
        self._frame, self._rate = frame, rate
        text = f"{timecode(frame, rate)} / {timecode(duration, rate)}"
        if text != self._shown:
            self._shown = text
            if not self.typing:
                self.setText(text)

    def begin(self) -> None:
        """The timecode is to be typed."""
        self.setReadOnly(False)
        self.setText(timecode(self._frame, self._rate))
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def leave(self) -> None:
        """Back to showing the time."""
        self.setReadOnly(True)
        self.setText(self._shown)
        self.deselect()
        self._complain("")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if not self.typing and event.button() == Qt.MouseButton.LeftButton:
            self.begin()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if not self.typing:
            if enter:
                self.begin()
            else:
                # Not ours: Space plays, arrows step.
                event.ignore()
        elif enter:
            self._go()
        elif event.key() == Qt.Key.Key_Escape:
            self.leave()
            self.clearFocus()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self.typing:
            self.leave()

    def _go(self) -> None:
        try:
            frame = meant_frame(self.text(), self._frame, self._rate)
        except InputError as error:
            self._complain(f"{error.message} {error.hint}")
            self.selectAll()
            return
        self.leave()
        self.clearFocus()
        self.entered.emit(frame)

    def _complain(self, words: str) -> None:
        surfaces.set_role(self, "state", "wrong" if words else "")
        self.setToolTip(words or _TIP)


def meant_frame(text: str, frame: int, rate: Rate) -> int:
    """The frame that `text` means at `frame`: a timecode, one to go on or back by (+, -), or bare digits.

    Digits fill up from the right, two a part: "212" is 2 s 12 frames. Raises InputError.
    """
    text = text.strip().replace(";", ":").replace(".", ":")
    sign = text[:1] if text[:1] in ("+", "-") else ""
    amount = text[len(sign) :].strip()
    if _DIGITS.fullmatch(amount):
        padded = amount.zfill((len(amount) + 1) // 2 * 2)
        amount = ":".join(padded[place : place + 2] for place in range(0, len(padded), 2))
    frames = parse_timecode(amount, rate)
    return max(0, frame + frames if sign == "+" else frame - frames if sign == "-" else frames)
