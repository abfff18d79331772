"""What stands in place of a model that is not here: its size, what its licence bars, and Download."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from studio.jobs.downloads import download_of
from studio.jobs.messages import Event, Notice, Paused, Preview, Progress
from studio.models.amounts import amount
from studio.models.spec import ModelSpec
from studio.ui import surfaces
from studio.ui.model_library.row import progress_bar, show_progress
from studio.ui.model_library.shelf import (
    Entry,
    Standing,
    entry_of,
    fetching_words,
    free_bytes,
    state_words,
)
from studio.ui.theme import tokens

if TYPE_CHECKING:
    from studio.ui.session import Session

_TIP = "Fetches the model; it can be paused, and goes on after anything"


class FetchOffer(QWidget):
    library_wanted = Signal(str)
    """Somebody wants the page of the model with this id, for example to give a token."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._spec: ModelSpec | None = None
        self._entry: Entry | None = None
        surfaces.paint_surface(self, "raised")
        self._state = surfaces.text("", "secondary")
        self._licence = surfaces.button("", "", self._read_licence, kind="link")
        self._bars = surfaces.text("", "warning")
        self._accepted = QCheckBox("I have read what it bars")
        self._accepted.setToolTip("The licence's limits on what the model may be used for")
        self._hint = surfaces.text("", "warning")
        self._bar = progress_bar()
        self._fetch_button = surfaces.button("Download", _TIP, self._fetch, "import")
        self._pause = surfaces.button("Pause", "Stops; what has arrived is kept", self._stop, "pause")
        self._details = surfaces.button("Details", "Shows it in the model library", self._open, kind="link")
        self._build()
        self._accepted.toggled.connect(lambda _: self._offer())
        session.job_event.connect(self._hear)

    def show_model(self, spec: ModelSpec | None) -> None:
        """Offers to fetch the model of `spec`; nothing to see where that is None or already here."""
        if self._spec is None or spec is None or spec.id != self._spec.id:
            self._accepted.setChecked(False)
        self._spec = spec
        self._look()

    def is_offering(self) -> bool:
        return self._entry is not None

    # Inside

    def _build(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(tokens.space)
        for made in (self._fetch_button, self._pause):
            buttons.addWidget(made)
        buttons.addStretch(1)
        buttons.addWidget(self._details)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[tokens.space + tokens.space // 2] * 4)
        column.setSpacing(6)
        column.addWidget(self._state)
        column.addWidget(self._licence, 0, Qt.AlignmentFlag.AlignLeft)
        for widget in (self._bars, self._accepted, self._hint, self._bar):
            column.addWidget(widget)
        column.addLayout(buttons)

    def _look(self) -> None:
        """Shows how the model stands now."""
        spec = self._spec
        is_wanted = spec is not None and not spec.is_installed and bool(spec.repo)
        self.setVisible(is_wanted)
        if spec is None or not is_wanted:
            self._entry = None
            return
        self._entry = entry = entry_of(spec, self._session.jobs())
        failed = entry.standing is Standing.FAILED and entry.error is not None
        self._state.setText(_state(entry))
        surfaces.set_role(self._state, "role", "error" if failed else "secondary")
        licence = spec.licence
        self._licence.setText(licence.name)
        self._licence.setToolTip(licence.link)
        self._licence.setEnabled(bool(licence.link))
        self._bars.setText("\n".join(f"⚠ {restriction}" for restriction in licence.restrictions))
        self._bars.setVisible(bool(licence.restrictions))
        self._accepted.setVisible(bool(licence.restrictions) and not entry.is_under_way)
        self._hint.setText(_hint(entry))
        self._hint.setVisible(bool(self._hint.text()))
        self._bar.setVisible(entry.is_under_way)
        show_progress(self._bar, entry.progress)
        self._offer()

    def _offer(self) -> None:
        entry = self._entry
        if entry is None or entry.spec is None:
            return
        unread = bool(entry.spec.licence.restrictions) and not self._accepted.isChecked()
        reason = "Read what the licence bars first, and tick the box." if unread else ""
        surfaces.enable(self._fetch_button, reason, _TIP)
        self._fetch_button.setText("Download" if entry.standing is Standing.ABSENT else "Go on")
        self._fetch_button.setVisible(not entry.is_under_way)
        self._pause.setVisible(entry.is_under_way)
        self._pause.setEnabled(True)

    def _fetch(self) -> None:
        entry = self._entry
        if entry is None or entry.spec is None:
            return
        if entry.standing is Standing.PAUSED and entry.job_id:
            self._session.retry(entry.job_id)
        else:
            self._session.submit(download_of(entry.spec))
        self._look()

    def _stop(self) -> None:
        if self._entry is not None:
            self._pause.setEnabled(False)
            self._state.setText("Pausing")
            self._session.cancel(self._entry.job_id)

    def _hear(self, event: Event) -> None:
        entry = self._entry
        if entry is None:
            return
        match event:
            case Progress(job_id):
                if job_id == entry.job_id and self._pause.isEnabled():
                    self._state.setText(fetching_words(event))
                    show_progress(self._bar, event)
            case Preview() | Notice() | Paused():
                pass
            case _:
                self._look()

    def _read_licence(self) -> None:
        if self._spec is not None:
            QDesktopServices.openUrl(QUrl(self._spec.licence.link))

    def _open(self) -> None:
        if self._spec is not None:
            self.library_wanted.emit(self._spec.id)


def _state(entry: Entry) -> str:
    """How it stands; of one that nobody has asked for, how much there is to fetch and to spare."""
    if entry.standing is not Standing.ABSENT or entry.spec is None:
        return state_words(entry)
    size = entry.spec.download_bytes
    what = f"{amount(size)} to fetch" if size else "To be fetched"
    return f"Not on this machine yet: {what}, {amount(free_bytes())} free."


def _hint(entry: Entry) -> str:
    if entry.standing is Standing.FAILED and entry.error is not None:
        return entry.error.hint
    if entry.standing is Standing.ABSENT and entry.spec is not None:
        return "" if free_bytes() >= entry.spec.download_bytes else "There is not enough room for it."
    return ""
