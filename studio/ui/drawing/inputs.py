"""All that a drawing can start from besides words: a section for each, opened when it is wanted."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from studio.jobs.job import Generate, Source, Window
from studio.models.spec import Capability, ModelSpec
from studio.timing import Rate
from studio.ui import surfaces
from studio.ui.drawing.dropped import Dropped
from studio.ui.drawing.film_sections import ControlSection, ExtensionSection
from studio.ui.drawing.parts_section import PartsSection
from studio.ui.drawing.picture_section import PictureSection
from studio.ui.drawing.reference_section import ReferenceSection
from studio.ui.drawing.section import Section
from studio.ui.drawing.video_section import VideoSection
from studio.ui.fields import Field
from studio.ui.panels.input_panel import AddField
from studio.ui.theme import tokens
from studio.ui.thumbnails import Thumbnails

if TYPE_CHECKING:
    from studio.ui.session import Session


class DrawingInputs(QWidget):
    changed = Signal()

    def __init__(self, session: Session, thumbnails: Thumbnails, add_field: AddField) -> None:
        super().__init__()
        self.pictures = PictureSection(session, thumbnails)
        self.video = VideoSection(session, thumbnails)
        self.control = ControlSection(session, thumbnails)
        self.references = ReferenceSection(session, thumbnails)
        self.extension = ExtensionSection(session, thumbnails)
        self.parts = PartsSection(session, thumbnails)
        self._sections: tuple[Section, ...] = (
            self.pictures,
            self.video,
            self.control,
            self.references,
            self.extension,
            self.parts,
        )
        self._fields: dict[Section, Field] = {}
        self._chips: dict[Section, QPushButton] = {}
        self._open: set[Section] = set()
        self._spec: ModelSpec | None = None
        self._unused = surfaces.text("", "secondary")
        self._build(add_field)
        for section in self._sections:
            section.changed.connect(self._show)
            section.changed.connect(self.changed)

    def fit_to(self, spec: ModelSpec) -> None:
        """Offers what the model of `spec` takes; what it does not take is kept for another one."""
        self._spec = spec
        self._open = {section for section in self._open if not section.is_empty()}
        for section in self._taken():
            section.fit_to(spec)
        self._show()

    def fill(self, job: Generate) -> None:
        self._open.clear()
        for section in self._sections:
            section.fill(job)
        self._show()

    def values(self) -> dict[str, Any]:
        """The fields of Generate that the model takes."""
        found: dict[str, Any] = {}
        for section in self._taken():
            found.update(section.values())
        return found

    def windows(self, prompt: str, num_frames: int, rate: Rate) -> tuple[Window, ...]:
        """The parts of a long video that begins with `prompt`; () where there is only that."""
        parts = self.parts.parts(prompt, rate) if self.parts in self._taken() else ()
        return (Window(prompt, num_frames), *parts) if parts else ()

    def goes_on(self) -> bool:
        """Whether the video continues a clip or has parts, and so is drawn in windows of any length."""
        return any(not one.is_empty() for one in self._taken() if one in (self.extension, self.parts))

    def show_timing(self, num_frames: int, rate: Rate) -> None:
        """The video has so many frames now, at this rate."""
        self.pictures.show_length(num_frames)
        self.video.show_timing(num_frames, rate)

    def welcomes(self, dropped: Dropped) -> bool:
        return any(section.welcomes(dropped) for section in self._taken())

    def take(self, dropped: Dropped, at: QPoint | None = None) -> bool:
        """Makes what was dropped an input: of the section at `at` (in this widget), else of the best one."""
        taken = [section for section in self._taken() if section.welcomes(dropped)]
        under = [section for section in taken if at is not None and self._is_under(section, at)]
        wanted = [section for section in taken if section in self._open and section.is_empty()]
        chosen = next(iter((*under, *wanted, *taken)), None)
        if chosen is None:
            return False
        self.open(chosen)
        chosen.take(dropped)
        return True

    def extend(self, source: Source, backwards: bool) -> None:
        self.open(self.extension)
        self.extension.extend(source, backwards)

    def open(self, section: Section) -> None:
        """Shows `section`, ready to be filled."""
        self._open.add(section)
        self._show()

    # Inside

    def _build(self, add_field: AddField) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.space + tokens.space // 2)
        chips = QWidget()
        row = surfaces.WrapLayout(4)
        chips.setLayout(row)
        self._row = chips
        for section in self._sections:
            close = surfaces.icon_button(
                "close", f"Without {section.title.lower()}", partial(self._close, section)
            )
            close.setProperty("kind", "small")
            field = add_field(section.title, section, section.tip, *section.fields, corner=close)
            self._fields[section] = field
            chip = surfaces.Chip(f"+ {section.chip}", section.tip, partial(self._opened, section))
            self._chips[section] = chip
            row.addWidget(chip)
            column.addWidget(field)
        column.addWidget(self._unused)
        column.addWidget(chips)

    def _taken(self) -> list[Section]:
        """The sections of what the model takes."""
        able = frozenset(() if self._spec is None else self._spec.capabilities)
        return [section for section in self._sections if section.needs & able]

    def _needed(self) -> Section | None:
        """The section without which the model can draw nothing."""
        able = frozenset(() if self._spec is None else self._spec.capabilities)
        if Capability.TEXT_TO_VIDEO in able:
            return None
        return next((section for section in self._sections if section.needs & able), None)

    def _show(self) -> None:
        taken, needed = self._taken(), self._needed()
        for section in self._sections:
            is_open = section in taken and (
                section is needed or section in self._open or not section.is_empty()
            )
            self._fields[section].setVisible(is_open)
            self._fields[section].show_corner(section is not needed or not section.is_empty())
            self._chips[section].setVisible(section in taken and not is_open)
        self._row.setVisible(any(chip.isVisibleTo(self._row) for chip in self._chips.values()))
        left = [one.title.lower() for one in self._sections if one not in taken and not one.is_empty()]
        title = "" if self._spec is None else self._spec.title
        self._unused.setText(f"Kept, but not used by {title}: {', '.join(left)}.")
        self._unused.setVisible(bool(left))

    def _opened(self, section: Section) -> None:
        self.open(section)
        section.opened()
        section.setFocus()

    def _close(self, section: Section) -> None:
        section.clear()
        self._open.discard(section)
        self._show()

    def _is_under(self, section: Section, at: QPoint) -> bool:
        field = self._fields[section]
        return field.isVisible() and field.geometry().contains(at)
