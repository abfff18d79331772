"""The queue panel: every job with its progress, time left, and what can be done about it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.engine.queue import JobState, QueuedJob
from studio.jobs.messages import Event, Paused, Preview, Progress
from studio.ui import icons, surfaces
from studio.ui.theme import tokens
from studio.ui.thumbnails import Thumbnails

if TYPE_CHECKING:
    from studio.ui.panels.queue_row import QueueRow
    from studio.ui.session import Session

_ENDED_SHOWN = 30
_PAUSE_TIP = "Starts no further job; what runs goes on to its end"
_RESUME_TIP = "Goes on with the waiting jobs"


class QueuePanel(QWidget):
    def __init__(self, session: Session, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._session = session
        self._thumbnails = thumbnails
        self._rows: dict[str, QueueRow] = {}
        surfaces.paint_surface(self, "panel")
        self._words = surfaces.text("", "secondary", wrap=False)
        self._pause = surfaces.icon_button("pause", "Pause the queue", self._toggle_pause, _PAUSE_TIP)
        clear_tip = "Takes the ended jobs off this list; their results stay"
        self._clear = surfaces.icon_button("check", "Clear ended jobs", self._clear_ended, clear_tip)
        self._empty = surfaces.EmptyState("queue", "Nothing to do", "Jobs stand here while they are made.")
        head = QHBoxLayout()
        head.setContentsMargins(tokens.space * 2, 4, tokens.space, 4)
        head.setSpacing(2)
        for widget in (self._words, self._pause, self._clear):
            head.addWidget(widget, 1 if widget is self._words else 0)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._empty, 1)
        self._soon = surfaces.Later(self, 0, self.refresh)
        session.job_event.connect(self._hear)
        thumbnails.ready.connect(self._repaint_pictures)
        self.refresh()

    def row(self, job_id: str) -> QueueRow | None:
        return self._rows.get(job_id)

    def refresh(self) -> None:
        """Shows the queue as it stands: what is under way first, then what has ended, newest first."""
        entries = self._session.jobs()
        active = [entry for entry in entries if not entry.state.has_ended]
        ended = [entry for entry in reversed(entries) if entry.state.has_ended][:_ENDED_SHOWN]
        shown = [*active, *ended]
        for job_id in set(self._rows) - {entry.id for entry in shown}:
            row = self._rows.pop(job_id)
            self._list.column.removeWidget(row)
            row.deleteLater()
        for index, entry in enumerate(shown):
            self._row_of(entry, index).show_entry(entry)
        self._empty.setVisible(not shown)
        if shown or "_list" in self.__dict__:
            self._list.setVisible(bool(shown))
        self._show_head(active, ended)

    # Inside

    @cached_property
    def _list(self) -> surfaces.ScrollColumn:
        """Made with the first job, as most starts show none."""
        made = surfaces.ScrollColumn()
        made.hide()
        made.column.setContentsMargins(tokens.space, 0, tokens.space, tokens.space)
        made.column.setSpacing(4)
        made.column.addStretch(1)
        self._column.addWidget(made, 1)
        return made

    def _row_of(self, entry: QueuedJob, index: int) -> QueueRow:
        from studio.ui.panels.queue_row import QueueRow

        column = self._list.column
        row = self._rows.get(entry.id)
        if row is None:
            row = self._rows[entry.id] = QueueRow(self._session, self._thumbnails, entry)
            column.insertWidget(index, row)
        elif column.indexOf(row) != index:
            column.removeWidget(row)
            column.insertWidget(index, row)
        return row

    def _show_head(self, active: list[QueuedJob], ended: list[QueuedJob]) -> None:
        running = sum(entry.state is JobState.RUNNING for entry in active)
        waiting = len(active) - running
        parts = [f"{count} {word}" for count, word in ((running, "running"), (waiting, "waiting")) if count]
        paused = self._session.engine.is_paused
        words = ", ".join(parts) or ("Idle" if ended else "")
        self._words.setText(f"Paused{': ' + words if parts else ''}" if paused else words)
        self._pause.setIcon(
            icons.icon("play" if paused else "pause", "accent_text" if paused else "secondary")
        )
        self._pause.setAccessibleName("Resume the queue" if paused else "Pause the queue")
        self._pause.setToolTip(_RESUME_TIP if paused else _PAUSE_TIP)
        tip = "Takes the ended jobs off this list; their results stay"
        surfaces.enable(self._clear, "" if ended else "No job has ended yet.", tip)

    def _hear(self, event: Event) -> None:
        match event:
            case Progress(job_id):
                if row := self._rows.get(job_id):
                    row.show_progress(event)
            case Preview(job_id, images):
                if (row := self._rows.get(job_id)) and images:
                    row.show_preview(images[-1])
            case Paused() | _:
                self._soon.ask()

    def _repaint_pictures(self) -> None:
        for row in self._rows.values():
            row.show_picture()

    def _toggle_pause(self) -> None:
        engine = self._session.engine
        (engine.resume if engine.is_paused else engine.pause)()
        self.refresh()

    def _clear_ended(self) -> None:
        for entry in self._session.jobs():
            if entry.state.has_ended:
                self._session.remove_job(entry.id)
        self.refresh()
