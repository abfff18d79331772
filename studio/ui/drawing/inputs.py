"""All that a drawing can start from besides words: a section for each, opened when it is wanted."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from studio.jobs.job import Generate, Source, Window
from studio.models.spec import Capability, ModelSpec
from studio.timing import Rate
from studio.ui import surfaces
from studio.ui.drawing import kinds
from studio.ui.drawing.kinds import KINDS, Kind
from studio.ui.fields import Field
from studio.ui.panels.input_panel import AddField
from studio.ui.theme import tokens
from studio.ui.thumbnails import Thumbnails

if TYPE_CHECKING:
    from studio.ui.drawing.dropped import Dropped
    from studio.ui.drawing.film_sections import ExtensionSection
    from studio.ui.drawing.parts_section import PartsSection
    from studio.ui.drawing.section import Section
    from studio.ui.session import Session


class DrawingInputs(QWidget):
    changed = Signal()
    examined = Signal(object, float)
    """As Section.examined."""

    def __init__(self, session: Session, thumbnails: Thumbnails, add_field: AddField) -> None:
        super().__init__()
        self._session = session
        self._thumbnails = thumbnails
        self._add_field = add_field
        self._sections: dict[Kind, Section] = {}
        """Those that were wanted so far."""
        self._fields: dict[Kind, Field] = {}
        self._chips: dict[Kind, QPushButton] = {}
        self._open: set[Kind] = set()
        self._spec: ModelSpec | None = None
        self._timing = (1, Rate(24))
        self._unused = surfaces.text("", "secondary")
        self._unused.hide()
        self._row = QWidget()
        self._build()

    def fit_to(self, spec: ModelSpec) -> None:
        """Offers what the model of `spec` takes; what it does not take is kept for another one."""
        self._spec = spec
        self._open = {kind for kind in self._open if not self._is_empty(kind)}
        for kind in self._taken():
            if kind in self._sections:
                self._sections[kind].fit_to(spec)
        self._show()

    def fill(self, job: Generate) -> None:
        self._open.clear()
        for kind in KINDS:
            if kind in self._sections or kind.is_said_by(job):
                self._section(kind).fill(job)
        self._show()

    def values(self) -> dict[str, Any]:
        """The fields of Generate that the model takes."""
        found: dict[str, Any] = {}
        for kind in self._taken():
            if kind in self._sections:
                found.update(self._sections[kind].values())
        return found

    def windows(self, prompt: str, num_frames: int, rate: Rate) -> tuple[Window, ...]:
        """The parts of a long video that begins with `prompt`; () where there is only that."""
        if kinds.PARTS not in self._taken() or self._is_empty(kinds.PARTS):
            return ()
        parts = cast("PartsSection", self._sections[kinds.PARTS])
        return (Window(prompt, num_frames), *parts.parts(prompt, rate))

    def goes_on(self) -> bool:
        """Whether the video continues a clip or has parts, and so is drawn in windows of any length."""
        taken = self._taken()
        return any(kind in taken and not self._is_empty(kind) for kind in (kinds.EXTENSION, kinds.PARTS))

    def is_unfinished(self, field: str) -> bool:
        """Whether the section of that field of Generate says itself what is still to be done."""
        sections = [self._sections.get(kind) for kind in self._taken() if field in kind.fields]
        return any(section is not None and section.is_unfinished() for section in sections)

    def show_timing(self, num_frames: int, rate: Rate) -> None:
        """The video has so many frames now, at this rate."""
        self._timing = (num_frames, rate)
        for section in self._sections.values():
            section.show_timing(num_frames, rate)

    def welcomes(self, dropped: Dropped) -> bool:
        return any(kind.section_class().welcomes(dropped) for kind in self._taken())

    def take(self, dropped: Dropped, at: QPoint | None = None) -> bool:
        """Makes what was dropped an input: of the section at `at` (in this widget), else of the best one."""
        taken = [kind for kind in self._taken() if kind.section_class().welcomes(dropped)]
        # Of a film the pictures take one frame only: what takes all of it comes first.
        taken.sort(key=lambda kind: kind is kinds.PICTURES and not dropped.pictures)
        under = [kind for kind in taken if at is not None and self._is_under(kind, at)]
        wanted = [kind for kind in taken if self._is_shown(kind) and self._is_empty(kind)]
        chosen = next(iter((*under, *wanted, *taken)), None)
        if chosen is None:
            return False
        self.open(chosen).take(dropped)
        return True

    def extend(self, source: Source, backwards: bool) -> None:
        """Makes `source` the clip that the video goes on from, or leads up to."""
        cast("ExtensionSection", self.open(kinds.EXTENSION)).extend(source, backwards)

    def open(self, kind: Kind) -> Section:
        """Shows the section of `kind`, ready to be filled."""
        self._open.add(kind)
        section = self._section(kind)
        self._show()
        return section

    # Inside

    def _build(self) -> None:
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.space + tokens.space // 2)
        row = surfaces.WrapLayout(4)
        self._row.setLayout(row)
        for kind in KINDS:
            chip = surfaces.Chip(f"+ {kind.chip}", kind.tip, partial(self._opened, kind))
            self._chips[kind] = chip
            row.addWidget(chip)
        column.addWidget(self._unused)
        column.addWidget(self._row)

    def _section(self, kind: Kind) -> Section:
        if kind not in self._sections:
            section = kind.section_class()(self._session, self._thumbnails)
            name = f"Without {kind.title.lower()}"
            close = surfaces.icon_button("close", name, partial(self._close, kind))
            close.setProperty("kind", "small")
            self._fields[kind] = self._add_field(kind.title, section, kind.tip, *kind.fields, corner=close)
            before = sum(KINDS.index(other) < KINDS.index(kind) for other in self._sections)
            self._column.insertWidget(before, self._fields[kind])
            self._sections[kind] = section
            if self._spec is not None and kind in self._taken():
                section.fit_to(self._spec)
            section.show_timing(*self._timing)
            section.changed.connect(self._show)
            section.changed.connect(self.changed)
            section.examined.connect(self.examined)
        return self._sections[kind]

    def _taken(self) -> list[Kind]:
        """What the model takes."""
        able = frozenset(() if self._spec is None else self._spec.capabilities)
        return [kind for kind in KINDS if kind.needs & able]

    def _needed(self) -> Kind | None:
        """That without which the model can draw nothing."""
        if self._spec is None or Capability.TEXT_TO_VIDEO in self._spec.capabilities:
            return None
        return next(iter(self._taken()), None)

    def _is_empty(self, kind: Kind) -> bool:
        return kind not in self._sections or self._sections[kind].is_empty()

    def _show(self) -> None:
        taken, needed = self._taken(), self._needed()
        if needed is not None and needed not in self._sections:
            self._section(needed)
        for kind in KINDS:
            is_open = kind in taken and (kind is needed or kind in self._open or not self._is_empty(kind))
            if kind in self._fields:
                self._fields[kind].setVisible(is_open)
                self._fields[kind].show_corner(kind is not needed or not self._is_empty(kind))
            self._chips[kind].setVisible(kind in taken and not is_open)
        self._row.setVisible(any(not chip.isHidden() for chip in self._chips.values()))
        left = [kind.title.lower() for kind in KINDS if kind not in taken and not self._is_empty(kind)]
        title = "" if self._spec is None else self._spec.title
        self._unused.setText(f"Kept, but not used by {title}: {', '.join(left)}.")
        self._unused.setVisible(bool(left))

    def _opened(self, kind: Kind) -> None:
        section = self.open(kind)
        section.setFocus()
        section.opened()

    def _close(self, kind: Kind) -> None:
        self._sections[kind].clear()
        self._open.discard(kind)
        self._show()

    def _is_shown(self, kind: Kind) -> bool:
        return kind in self._fields and self._fields[kind].isVisible()

    def _is_under(self, kind: Kind, at: QPoint) -> bool:
        return self._is_shown(kind) and self._fields[kind].geometry().contains(at)
