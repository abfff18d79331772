"""One tick that has a model draw in a few steps; its LoRA is fetched right there where it is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from studio.engine.queue import QueuedJob
from studio.jobs.few_step import few_step_download, few_step_files, few_step_of
from studio.jobs.job import Download
from studio.jobs.messages import Event, Notice, Paused, Preview, Progress
from studio.models.amounts import amount
from studio.models.spec import FewStep, ModelSpec
from studio.ui import surfaces
from studio.ui.fields import Choice
from studio.ui.model_library.row import progress_bar, show_progress
from studio.ui.model_library.shelf import fetching_words

if TYPE_CHECKING:
    from studio.ui.session import Session


class FewStepChoice(QWidget):
    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._spec: ModelSpec | None = None
        self._tick = QCheckBox("Draw in a few steps")
        self._tick.setToolTip("Many times faster, by a LoRA made for this model and the settings it wants")
        self._which = Choice()
        self._which.setAccessibleName("Which few-step LoRA")
        self._which.setToolTip("Which LoRA is used")
        self._words = surfaces.text("", "secondary")
        self._fetch_button = surfaces.button("Download", "Fetches the LoRA", self._fetch, "import")
        self._bar = progress_bar()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (self._tick, self._which, self._words, self._bar):
            column.addWidget(widget)
        column.addWidget(self._fetch_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.setFocusProxy(self._tick)
        self._tick.toggled.connect(lambda _: self._show())
        self._which.picked.connect(self._show)
        session.job_event.connect(self._hear)
        session.models_changed.connect(self._show)

    def value(self) -> str:
        """The id of the choice; "" while it is off."""
        chosen = self._chosen()
        return "" if chosen is None else chosen.id

    def set_value(self, name: str) -> None:
        found = None if self._spec is None else few_step_of(self._spec, name)
        with QSignalBlocker(self._tick), QSignalBlocker(self._which):
            self._tick.setChecked(found is not None)
            if found is not None:
                self._which.set_value(found, found.title)
        self._show()

    def fit_to(self, spec: ModelSpec) -> None:
        """Offers what the model of `spec` has; off at first."""
        self._spec = spec
        with QSignalBlocker(self._tick):
            self._tick.setChecked(False)
        self._which.set_options([(one.title, one) for one in spec.few_step])
        self._show()

    def is_offering(self) -> bool:
        """Whether it says itself that something is still to be fetched."""
        return not self._fetch_button.isHidden() or not self._bar.isHidden()

    # Inside

    def _chosen(self) -> FewStep | None:
        return self._which.value() if self._tick.isChecked() else None

    def _show(self) -> None:
        chosen = self._chosen()
        is_here = chosen is not None and few_step_files(chosen) is not None
        coming = self._download(chosen)
        self._which.setVisible(chosen is not None and self._which.count() > 1)
        self._words.setVisible(chosen is not None)
        self._words.setText("" if chosen is None else _words(chosen, is_here))
        self._fetch_button.setVisible(chosen is not None and not is_here and coming is None)
        self._bar.setVisible(coming is not None and not is_here)
        if coming is not None:
            show_progress(self._bar, coming.progress)
        self.changed.emit()

    def _download(self, choice: FewStep | None) -> QueuedJob | None:
        """The job that is fetching the LoRA now."""
        for entry in reversed(self._session.jobs()):
            job = entry.job
            if choice is None or entry.state.has_ended or not isinstance(job, Download):
                continue
            if job.repo == choice.repo and choice.file in job.files:
                return entry
        return None

    def _fetch(self) -> None:
        chosen = self._chosen()
        if chosen is not None and self._spec is not None:
            self._session.submit(few_step_download(self._spec, chosen))
            self._show()

    def _hear(self, event: Event) -> None:
        chosen = self._chosen()
        if chosen is None:
            return
        match event:
            case Progress(job_id):
                coming = self._download(chosen)
                if coming is not None and coming.id == job_id:
                    self._words.setText(fetching_words(event))
                    show_progress(self._bar, event)
            case Preview() | Notice() | Paused():
                pass
            case _:
                self._show()


def _words(choice: FewStep, is_here: bool) -> str:
    if not is_here:
        size = f"{amount(choice.size)} to fetch" if choice.size else "still to be fetched"
        return f"{choice.title}: {size}."
    return f"{choice.title}, with the settings that belong to it."
