"""A share that may change in the course of a clip: a slider for the playhead's moment, and keyframes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from studio.project.curves import Curve, Keyframe
from studio.ui import surfaces
from studio.ui.drawing.percent import Percent
from studio.ui.inspector.rows import KeyButtons
from studio.ui.panels.clip_frames import ClipFrames
from studio.ui.timeline.place_menus import EASES, entry, menu_of

if TYPE_CHECKING:
    from studio.ui.session import Session

_OUTSIDE = "Put the playhead inside the clip"


class KeyedShare(QWidget):
    changed = Signal()

    def __init__(self, session: Session, title: str, value: float) -> None:
        super().__init__()
        self._session = session
        self._title = title
        self._value = value
        self._curve: Curve | None = None
        self._frames: ClipFrames | None = None
        self._tooltip = title
        self._slider = Percent(value)
        self.keys = KeyButtons(title)
        """For the corner of the field."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._slider)
        self.setFocusProxy(self._slider)
        self._slider.changed.connect(self._move)
        self.keys.toggled.connect(self._toggle)
        self.keys.travelled.connect(self._travel)
        self.keys.menu_wanted.connect(self._open_menu)
        session.playhead_changed.connect(lambda _: self._show())
        self._show()

    def value(self) -> float:
        """What counts where there is no course: 0 … 1."""
        return self._value

    def course(self) -> Curve | None:
        """The keyframes, by the frames of the clip's part of its file; None without any."""
        return self._curve

    def set_value(self, value: float, course: Curve | None) -> None:
        self._value, self._curve = value, course
        self._show()

    def follow(self, frames: ClipFrames | None) -> None:
        """The clip whose frames count; None: keyframes can neither be set nor found."""
        self._frames = frames
        self._show()

    def setAccessibleName(self, name: str) -> None:  # noqa: N802 - Qt's name
        super().setAccessibleName(name)
        self._slider.setAccessibleName(name)

    def setToolTip(self, tip: str) -> None:  # noqa: N802 - Qt's name
        self._tooltip = tip
        self._show()

    def menu(self) -> QMenu | None:
        """The ways from the keyframe at the playhead, or before it, to the next; None where there is none."""
        here, curve = self._here(), self._curve
        key = _last_key(curve, here.stop - 1) if curve is not None and here else None
        if curve is None or key is None:
            return None
        menu = menu_of(self, self._title)
        group = QActionGroup(menu)
        for ease, words in EASES:
            changed = curve.with_key(replace(key, ease=ease))
            action = entry(menu, words, "", lambda changed=changed: self._put(changed))
            action.setCheckable(True)
            action.setChecked(key.ease == ease)
            group.addAction(action)
        menu.addSeparator()
        entry(menu, "Remove all keyframes", "trash", lambda: self._put(Curve(curve.at(here.start))))
        return menu

    # Inside

    def _here(self) -> range:
        return self._frames.at(self._session.playhead) if self._frames is not None else range(0)

    def _key(self) -> Keyframe | None:
        """The keyframe at the playhead."""
        here = self._here()
        keys = self._curve.keyframes if self._curve is not None else ()
        return next((key for key in keys if key.frame in here), None)

    def _put(self, curve: Curve) -> None:
        """Another course, or, without keyframes, its value for good."""
        self._curve = curve if curve.keyframes else None
        if not curve.keyframes:
            self._value = curve.value
        self._show()
        self.changed.emit()

    def _move(self) -> None:
        value, here = self._slider.value(), self._here()
        if self._curve is None or not here:
            self._put(Curve(value))
            return
        before = _last_key(self._curve, here.stop - 1)
        at = key.frame if (key := self._key()) is not None else here.start
        ease = "linear" if before is None else before.ease
        self._put(self._curve.with_key(Keyframe(frame=at, value=value, ease=ease)))

    def _toggle(self) -> None:
        curve = self._curve or Curve(self._value)
        if (key := self._key()) is not None:
            self._put(curve.without_key(key.frame))
            return
        at = self._here().start
        self._put(curve.with_key(Keyframe(frame=at, value=curve.at(at))))

    def _travel(self, direction: int) -> None:
        place = self._neighbour(direction)
        if place is not None:
            self._session.set_playhead(place)

    def _neighbour(self, direction: int) -> int | None:
        """The timeline frame of the next keyframe (1) or the one before (-1) that the clip shows."""
        if self._frames is None or self._curve is None:
            return None
        now = self._session.playhead
        found = (self._frames.place_of(key.frame) for key in self._curve.keyframes)
        places = [place for place in found if place is not None and (place - now) * direction > 0]
        return min(places, key=lambda place: abs(place - now)) if places else None

    def _open_menu(self, at: QPoint) -> None:
        if (menu := self.menu()) is not None:
            menu.popup(at)

    def _show(self) -> None:
        here = self._here()
        shown = self._value if self._curve is None else self._curve.at(here.start)
        self._slider.set_value(shown)
        outside = "" if here else _OUTSIDE
        surfaces.enable(self._slider, outside if self._curve is not None else "", self._tooltip)
        self.keys.show_state(
            self._key() is not None,
            self._neighbour(-1) is not None,
            self._neighbour(1) is not None,
            outside,
        )


def _last_key(curve: Curve, at: int) -> Keyframe | None:
    """The last keyframe up to number `at`."""
    return next((key for key in reversed(curve.keyframes) if key.frame <= at), None)
