"""Sections of numbers that may change over time: picture, crop and sound."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu

from studio.project.timeline import Clip
from studio.timing import Rate
from studio.ui.fields import Decimal
from studio.ui.inspector import properties
from studio.ui.inspector.properties import CROPS, OPACITY, ROTATION, SCALE, VOLUME, Property, X, Y
from studio.ui.inspector.rows import KeyButtons, NumberRow, reset_button
from studio.ui.inspector.section import Section
from studio.ui.timeline.place_menus import EASES

if TYPE_CHECKING:
    from studio.ui.session import Session

_LONGEST_FADE_S = 600


class CurveRow(NumberRow):
    """A number of the selected clips at the playhead, its keyframes, and the way back."""

    def __init__(self, section: Section, prop: Property) -> None:
        number = Decimal(prop.low, prop.high, 0, prop.unit, prop.step)
        if prop is VOLUME:
            number.setSpecialValueText("−∞ dB")
        super().__init__(prop.title, number, prop.tooltip or prop.title)
        number.setDecimals(1 if prop in (X, Y, VOLUME) else 2)
        self._section = section
        self._prop = prop
        self._keys = KeyButtons(prop.title)
        self._reset = reset_button(prop.title, self._take_back)
        self.append(self._keys)
        self.append(self._reset)
        self.changed.connect(self._change)
        self._keys.toggled.connect(self._toggle)
        self._keys.travelled.connect(self._travel)
        self._keys.menu_wanted.connect(self._open_menu)

    def refresh(self) -> None:
        session, prop, clip = self._section.session, self._prop, self._section.clips[0]
        frame, curve = session.playhead, prop.of(clip)
        inside = clip.start <= frame < clip.end
        locked = self._section.locked()
        outside = "" if inside else "Put the playhead inside the clip"
        self.show_value(properties.shown_value(prop, clip, frame, session.project))
        self.allow(locked or (outside if curve.keyframes else ""))
        self._reset.setVisible(not locked and any(prop.of(c) != prop.neutral() for c in self._section.clips))
        self._keys.show_state(
            properties.key_at(prop, clip, frame),
            properties.neighbour_key(prop, clip, frame, -1) is not None,
            properties.neighbour_key(prop, clip, frame, 1) is not None,
            locked or outside,
        )

    # Inside

    def _change(self, value: float, merge_key: str) -> None:
        session = self._section.session
        edit = properties.change_value(
            self._prop, self._section.clips, value, session.playhead, session.project
        )
        self._section.apply(edit, merge_key)

    def _toggle(self) -> None:
        frame = self._section.session.playhead
        self._section.apply(properties.toggle_key(self._prop, self._section.clips, frame))

    def _travel(self, direction: int) -> None:
        session = self._section.session
        at = properties.neighbour_key(self._prop, self._section.clips[0], session.playhead, direction)
        if at is not None:
            session.set_playhead(at)

    def _open_menu(self, at: QPoint) -> None:
        menu = self.ease_menu()
        if menu is not None:
            menu.popup(at)

    def ease_menu(self) -> QMenu | None:
        """The ways from the keyframe at the playhead, or before it, to the next; None where there is none."""
        clips, frame = self._section.clips, self._section.session.playhead
        now = properties.ease_at(self._prop, clips[0], frame)
        if now is None or self._section.locked():
            return None
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        for ease, words in EASES:
            edit = properties.change_ease(self._prop, clips, frame, ease)
            action = menu.addAction(words, lambda edit=edit: self._section.apply(edit))
            action.setCheckable(True)
            action.setChecked(ease == now)
        return menu

    def _take_back(self) -> None:
        self._section.apply(properties.reset(self._prop, self._section.clips))


class FadeRow(NumberRow):
    """How long the clips take to come or go, in seconds."""

    def __init__(self, section: Section, title: str, at_end: bool, tooltip: str) -> None:
        super().__init__(title, Decimal(0, _LONGEST_FADE_S, 0, "s", 0.1), tooltip)
        self.number.setDecimals(2)
        self._section = section
        self._at_end = at_end
        self._reset = reset_button(title, lambda: self._store(0, None))
        self.append(self._reset)
        self.changed.connect(self._change)

    def refresh(self) -> None:
        clip, rate = self._section.clips[0], self._section.project.rate
        frames = clip.fade_out if self._at_end else clip.fade_in
        self.number.setSingleStep(max(0.01, round(float(1 / rate.fraction), 2)))
        self.number.setMaximum(seconds_of(clip.duration, rate))
        self.show_value(seconds_of(frames, rate))
        self.allow(self._section.locked())
        self._reset.setVisible(bool(frames) and not self._section.locked())

    def _change(self, seconds: float, merge_key: str) -> None:
        self._store(round(seconds * self._section.project.rate.fraction), merge_key)

    def _store(self, frames: int, merge_key: str | None) -> None:
        fades = {"fade_out" if self._at_end else "fade_in": frames}
        self._section.apply(properties.change_fades(self._section.clips, **fades), merge_key)


class _CurveSection(Section):
    """Rows that follow the playhead where there are keyframes."""

    kind = "video"
    properties: Sequence[Property] = ()
    fades = False

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._curves = [CurveRow(self, prop) for prop in self.properties]
        self._fades: list[FadeRow] = []
        if self.fades:
            self._fades = [
                FadeRow(self, "Fade in", False, "How long it takes to come"),
                FadeRow(self, "Fade out", True, "How long it takes to go"),
            ]
        for row in (*self._curves, *self._fades):
            self.rows.addWidget(row)

    def mine(self, clips: tuple[Clip, ...]) -> tuple[Clip, ...]:
        return self.on_tracks(clips, self.kind)

    def refresh(self) -> None:
        for row in (*self._curves, *self._fades):
            row.refresh()

    def playhead_moved(self) -> None:
        if self.clips and self.is_open():
            for row in self._curves:
                row.refresh()


class PictureSection(_CurveSection):
    title = "Picture"
    properties = (OPACITY, X, Y, SCALE, ROTATION)
    fades = True


class CropSection(_CurveSection):
    title = "Crop"
    properties = CROPS
    open_at_first = False


class SoundSection(_CurveSection):
    title = "Sound"
    kind = "audio"
    properties = (VOLUME,)
    fades = True


def seconds_of(frames: int, rate: Rate) -> float:
    return float(frames / rate.fraction)
