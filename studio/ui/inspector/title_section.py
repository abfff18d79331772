"""The letters of a title clip."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QFontDatabase, QTextCursor
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPlainTextEdit, QWidget

from studio.project.edits import ChangeTitle, Edit, Several
from studio.project.timeline import Clip, Title
from studio.ui import surfaces
from studio.ui.fields import Choice, Decimal
from studio.ui.inspector.colour import ColourField
from studio.ui.inspector.rows import NAMES_WIDTH, NumberRow, named
from studio.ui.inspector.section import Section
from studio.ui.inspector.stroke import Stroke

if TYPE_CHECKING:
    from studio.ui.session import Session

_TEXT_HEIGHT = 72
_FIRST_BOX = "#99000000"
_ALIGNS = (("left", "Left"), ("center", "Centre"), ("right", "Right"))
_FONT_TIP = "The letters' font; System is the one of this machine"


class TitleSection(Section):
    title = "Title"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._stroke = Stroke()
        self._text = QPlainTextEdit()
        self._family = Choice([("System", ""), *((name, name) for name in QFontDatabase.families())])
        self._size = NumberRow("Size", Decimal(1, 100, 12, "%", 0.5), "Height of a line, of the frame's")
        self._colour = ColourField()
        self._bold = self._switch("Bold", "bold")
        self._italic = self._switch("Italic", "italic")
        self._shadow = self._switch("Shadow", "shadow")
        self._aligns = {
            name: surfaces.icon_button(
                f"align-{name}", f"Align: {words.lower()}", lambda n=name: self._align(n)
            )
            for name, words in _ALIGNS
        }
        self._boxed = QCheckBox("Box")
        self._box = ColourField(with_alpha=True)
        self._padding = NumberRow("Room", Decimal(0, 100, 2, "%", 0.5), "Room in the box around the text")
        self._lay_out()
        self._listen()

    def focus_text(self) -> None:
        """Puts the cursor into the text with all of it selected: typing replaces it."""
        self.set_open(True)
        self._text.setFocus()
        self._text.selectAll()

    def mine(self, clips: tuple[Clip, ...]) -> tuple[Clip, ...]:
        return tuple(clip for clip in clips if isinstance(clip.take.reference, Title))

    def refresh(self) -> None:
        title = self._title()
        if self._text.toPlainText() != title.text:
            with QSignalBlocker(self._text):
                self._text.setPlainText(title.text)
                self._text.moveCursor(QTextCursor.MoveOperation.End)
        with QSignalBlocker(self._family):
            self._family.set_value(title.family, f"{title.family} (not on this machine)")
        self._size.show_value(title.size * 100)
        self._padding.show_value(title.padding * 100)
        self._colour.show_colour(title.colour)
        self._box.show_colour(title.box)
        for switch, on in (
            (self._bold, title.bold),
            (self._italic, title.italic),
            (self._shadow, title.shadow),
            (self._boxed, bool(title.box)),
        ):
            with QSignalBlocker(switch):
                switch.setChecked(on)
        for name, button in self._aligns.items():
            button.setChecked(title.align == name)
        self._allow(title)

    # Inside

    def _allow(self, title: Title) -> None:
        locked = self.locked()
        no_box = "" if title.box else "Switch the box on first"
        surfaces.enable(self._text, locked, "What the title says; several lines are welcome")
        surfaces.enable(self._family, locked, _FONT_TIP)
        surfaces.enable(self._colour, locked, "Colour of the letters")
        surfaces.enable(self._boxed, locked, "A box behind the text")
        surfaces.enable(self._box, locked or no_box, "Colour of the box, which may let the picture through")
        self._size.allow(locked)
        self._padding.allow(locked or no_box)
        for switch in (self._bold, self._italic, self._shadow):
            surfaces.enable(switch, locked, f"{switch.text()} letters")
        for name, button in self._aligns.items():
            surfaces.enable(button, locked, f"Lines end up {name}".replace("end up center", "stand centred"))

    def _lay_out(self) -> None:
        self._text.setFixedHeight(_TEXT_HEIGHT)
        self._text.setTabChangesFocus(True)
        self._text.setAccessibleName("Text of the title")
        self._text.setPlaceholderText("An empty title draws nothing")
        self._colour.setAccessibleName("Colour")
        self._box.setAccessibleName("Colour of the box")
        styles, sides = QWidget(), QWidget()
        for box, parts in (
            (styles, (self._bold, self._italic, self._shadow)),
            (sides, tuple(self._aligns.values())),
        ):
            line = QHBoxLayout(box)
            line.setContentsMargins(0, 0, 0, 0)
            line.setSpacing(4)
            for part in parts:
                line.addWidget(part)
            line.addStretch(1)
        for button in self._aligns.values():
            button.setCheckable(True)
        for row in (
            self._text,
            named("Font", self._family, _FONT_TIP),
            self._size,
            named("Colour", self._colour, "Colour of the letters"),
            styles,
            named("Align", sides, ""),
            _beside(self._boxed, self._box),
            self._padding,
        ):
            self.rows.addWidget(row)

    def _listen(self) -> None:
        self._text.textChanged.connect(
            lambda: self._change(self._stroke.key("text"), text=self._text.toPlainText())
        )
        self._family.picked.connect(lambda: self._change(None, family=self._family.value()))
        self._size.changed.connect(lambda value, key: self._change(key, size=value / 100))
        self._padding.changed.connect(lambda value, key: self._change(key, padding=value / 100))
        self._boxed.toggled.connect(lambda on: self._change(None, box=_FIRST_BOX if on else ""))
        self._colour.changed.connect(lambda name: self._change(self._stroke.key("colour"), colour=name))
        self._box.changed.connect(lambda name: self._change(self._stroke.key("box"), box=name))
        for field in (self._colour, self._box):
            field.settled.connect(self._stroke.let_go)

    def _switch(self, words: str, name: str) -> QCheckBox:
        made = QCheckBox(words)
        made.toggled.connect(lambda on: self._change(None, **{name: on}))
        return made

    def _align(self, name: str) -> None:
        self._change(None, align=name)
        self.refresh()

    def _change(self, merge_key: str | None, **changes: Any) -> None:
        """Changes all shown titles in the same way; what else is different about them stays."""
        edits: list[Edit] = []
        for clip in self.clips:
            if isinstance(clip.take.reference, Title):
                changed = msgspec.structs.replace(clip.take.reference, **changes)
                edits.append(ChangeTitle(clip_id=clip.id, title=changed))
        self.apply(
            edits[0] if len(edits) == 1 else Several(edits=tuple(edits), name="Change titles"), merge_key
        )

    def _title(self) -> Title:
        reference = self.clips[0].take.reference
        assert isinstance(reference, Title)
        return reference


def _beside(switch: QCheckBox, field: QWidget) -> QWidget:
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(2)
    switch.setFixedWidth(NAMES_WIDTH)
    line.addWidget(switch)
    line.addWidget(field, 1)
    return row
