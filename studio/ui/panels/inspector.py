"""The inspector: what the selected clip is, its takes, and the recipe that made it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from studio.jobs.job import Generate, Job
from studio.project.edits import ChangeClip, SelectTake
from studio.project.timeline import Clip, External, Generator, ImageSequence, Missing, Project, Take
from studio.timing import timecode
from studio.ui import surfaces
from studio.ui.panels.recipe import read_recipe, recipe_lines
from studio.ui.theme import font, tokens

if TYPE_CHECKING:
    from studio.ui.session import Session

_USE_TIP = "Puts these settings into the panel they came from"
_NAMES_WIDTH = 76
_VARY_TIP = "Makes this again with the next seed, as a new take"
_SEED_TIP = "Makes this again with a random seed, as a new take"


class InspectorPanel(QWidget):
    settings_wanted = Signal(object)
    """The job whose settings shall come back into its panel."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._shown: tuple[Clip, ...] = ()
        surfaces.paint_surface(self, "panel")
        self._empty = surfaces.EmptyState(
            "inspector", "No clip selected", "Click a clip to see what it is made of."
        )
        self._sheet = surfaces.ScrollColumn()
        self._name = QLineEdit()
        self._facts = _Facts()
        self._takes = _Takes()
        self._recipe = _Facts()
        self._recipe_title = surfaces.text("Recipe", "heading")
        self._takes_title = surfaces.text("Takes", "heading")
        self._use = surfaces.button("Use these settings", _USE_TIP, self._use_settings, "restore")
        self._vary = surfaces.button("Vary", _VARY_TIP, self._vary_clip, "vary")
        self._reseed = surfaces.button("New seed", _SEED_TIP, self._new_seed, "dice")
        self._build()
        session.selection_changed.connect(self.refresh)
        session.project_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        clips = tuple(self._session.selected_clips())
        self._empty.setVisible(not clips)
        self._sheet.setVisible(bool(clips))
        if clips and clips != self._shown:
            self._show(clips[0], clips)
        self._shown = clips

    # Inside

    def _build(self) -> None:
        self._name.setAccessibleName("Name of the clip")
        self._name.setToolTip("Name of the clip; Enter renames it")
        self._name.editingFinished.connect(self._rename)
        self._takes.chosen.connect(self._select_take)
        column = self._sheet.column
        for widget in (self._name, self._facts, self._takes_title, self._takes, self._recipe_title):
            column.addWidget(widget)
        column.addWidget(self._recipe)
        column.addWidget(self._use)
        again = QHBoxLayout()
        again.setSpacing(tokens.space)
        again.addWidget(self._vary)
        again.addWidget(self._reseed)
        column.addLayout(again)
        column.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, tokens.space, 0, 0)
        outer.addWidget(self._empty)
        outer.addWidget(self._sheet)

    def _show(self, clip: Clip, clips: tuple[Clip, ...]) -> None:
        project = self._session.project
        if not self._name.hasFocus() or self._clip_id() != clip.id:
            self._name.setText(clip.name)
            self._name.setCursorPosition(0)  # A long name shows its beginning.
        several = len(clips) > 1
        facts = clip_facts(clip, project)
        self._facts.show_lines([("Selected", f"{len(clips)} clips"), *facts] if several else facts)
        self._takes.show_takes(clip.takes, clip.active)
        self._takes_title.setVisible(len(clip.takes) > 1)
        self._takes.setVisible(len(clip.takes) > 1)
        job = read_recipe(clip.take.recipe)
        self._recipe_title.setVisible(job is not None)
        self._recipe.setVisible(job is not None)
        if job is not None:
            self._recipe.show_lines(recipe_lines(job, self._session.catalog))
        self._use.setVisible(job is not None)
        for button in (self._vary, self._reseed):
            button.setVisible(isinstance(job, Generate))
        ghost = "This take is still being made." if isinstance(clip.take.reference, Generator) else ""
        surfaces.enable(self._vary, ghost, _VARY_TIP)
        surfaces.enable(self._reseed, ghost, _SEED_TIP)

    def _clip_id(self) -> str:
        return self._shown[0].id if self._shown else ""

    def _rename(self) -> None:
        name = self._name.text().strip()
        if not self._shown or name == self._shown[0].name:
            return
        if not name:
            self._name.setText(self._shown[0].name)
        else:
            self._session.apply(ChangeClip(clip_id=self._clip_id(), name=name))

    def _select_take(self, index: int) -> None:
        if self._shown and index != self._shown[0].active:
            self._session.apply(SelectTake(clip_id=self._clip_id(), index=index))

    def _job(self) -> Job | None:
        return read_recipe(self._shown[0].take.recipe) if self._shown else None

    def _use_settings(self) -> None:
        if (job := self._job()) is not None:
            self.settings_wanted.emit(job)

    def _vary_clip(self) -> None:
        seed = getattr(self._job(), "seed", None)
        self._session.vary(self._clip_id(), None if seed is None else seed + 1)

    def _new_seed(self) -> None:
        self._session.vary(self._clip_id())


class _Facts(QWidget):
    """Names and values in two columns; values can be selected and copied."""

    def __init__(self) -> None:
        super().__init__()
        # A form layout would give wrapped values the height that they had at another width.
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(tokens.space)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnMinimumWidth(0, _NAMES_WIDTH)
        self._grid.setColumnStretch(1, 1)
        self._labels: list[QLabel] = []

    def show_lines(self, lines: list[tuple[str, str]]) -> None:
        for old in self._labels:
            self._grid.removeWidget(old)
            old.hide()  # Deleting waits for the event loop; the old line must not be seen until then.
            old.deleteLater()
        self._labels.clear()
        for row, (name, value) in enumerate(lines):
            words = surfaces.text(value)
            words.setFont(font(figures=True))
            words.setMinimumWidth(40)
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label = surfaces.text(name, "field", wrap=False)
            self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(words, row, 1)
            self._labels += [label, words]


class _Takes(QWidget):
    """The takes of a clip, of which one is shown."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self.chosen.emit)

    def show_takes(self, takes: tuple[Take, ...], active: int) -> None:
        for button in self._group.buttons():
            self._group.removeButton(button)
            self._column.removeWidget(button)
            button.hide()  # Deleting waits for the event loop; the old take must not be seen until then.
            button.deleteLater()
        for index, take in enumerate(takes):
            button = QRadioButton(take_name(take, index))
            button.setToolTip("Shows this take in the clip's place")
            button.setChecked(index == active)
            self._group.addButton(button, index)
            self._column.addWidget(button)


def take_name(take: Take, index: int) -> str:
    name = take.name or ("Original" if index == 0 else f"Take {index + 1}")
    return f"{name} (being made)" if isinstance(take.reference, Generator) else name


def clip_facts(clip: Clip, project: Project) -> list[tuple[str, str]]:
    """What a clip is, where it stands and what it shows."""
    rate = project.rate
    seconds = float(clip.duration / rate.fraction)
    return [
        ("Kind", _kind(clip, project)),
        ("Start", timecode(clip.start, rate)),
        ("Length", f"{timecode(clip.duration, rate)} ({seconds:.2f} s)"),
        *_source_facts(clip),
    ]


def _kind(clip: Clip, project: Project) -> str:
    found = project.find(clip.id)
    if found is not None and found[0].kind == "audio":
        return "Sound"
    match clip.take.reference:
        case Generator():
            return "Being made"
        case Missing():
            return "Missing"
        case ImageSequence():
            return "Image sequence"
        case External(duration=None):
            return "Picture"
        case _:
            return "Footage" if clip.take.recipe is None else "Generated"


def _source_facts(clip: Clip) -> list[tuple[str, str]]:
    match clip.take.reference:
        case External() as file:
            size = [("Picture", f"{file.width} × {file.height} px")] if file.has_video and file.width else []
            rate = [("Rate", f"{file.rate} fps")] if file.rate is not None else []
            return [("File", file.path.rsplit("/", 1)[-1]), *size, *rate]
        case ImageSequence() as pictures:
            return [("Pictures", str(len(pictures.paths))), ("Rate", f"{pictures.rate} fps")]
        case Missing(reason=reason):
            return [("Reason", reason)]
        case Generator():
            return []
