"""What panels, timeline and viewer talk to: the open project, the engine, the selection, the playhead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from studio.engine.engine import Engine
from studio.engine.queue import QueuedJob
from studio.errors import ErrorReport, StudioError
from studio.jobs.job import (
    Animate,
    Arrangement,
    Deflicker,
    Generate,
    Interpolate,
    Job,
    ModelJob,
    Source,
    Stylize,
    read_recipe,
)
from studio.jobs.validate import problems
from studio.models.catalog import Catalog
from studio.project.document import Document
from studio.project.edits import AddTake, Edit, Several
from studio.project.media_paths import resolve_path
from studio.project.project_file import OpenProject, create_project, open_project
from studio.project.timeline import Clip, External, Generator, Project, Take, new_id, new_project
from studio.settings import Settings, save_settings
from studio.timing import RationalTime, TimeRange
from studio.ui.bridge import EngineBridge
from studio.ui.importing import new_clip_edits, placing_edits
from studio.ui.long_work import LongWork
from studio.ui.media_imports import import_groups
from studio.ui.panels.recipe import take_title
from studio.ui.results import ResultKeeper

CHECKPOINT_MS = 20_000


class Notification(msgspec.Struct, frozen=True):
    level: Literal["info", "warning", "error"]
    message: str
    hint: str = ""
    details: str = ""
    action: tuple[str, Callable[[], None]] | None = None
    """A button's text and what it does."""


class Session(QObject):
    """The running studio without its widgets. Lives in the GUI thread; nothing here blocks it."""

    project_changed = Signal(object)
    project_opened = Signal()
    selection_changed = Signal(object)
    playhead_changed = Signal(int)
    job_event = Signal(object)
    notified = Signal(object)
    settings_changed = Signal()
    models_changed = Signal()
    stale_changed = Signal()
    work_started = Signal(object)
    """A LongWork."""

    def __init__(self, engine: Engine, catalog: Catalog, settings: Settings, opened: OpenProject) -> None:
        super().__init__()
        self.engine = engine
        self.catalog = catalog
        self.settings = settings
        self.selection: frozenset[str] = frozenset()
        self.playhead = 0
        self.stale: frozenset[str] = frozenset()
        """The clips made from something that has changed since."""
        self._adopt(opened)
        self._bridge = EngineBridge(engine, self)
        self._results = ResultKeeper(self)
        self._bridge.heard.connect(self._engine_event)
        self._checkpoints = QTimer(self, interval=CHECKPOINT_MS, singleShot=True)
        self._checkpoints.timeout.connect(self._checkpoint)
        self._results.catch_up()

    # The project

    @property
    def document(self) -> Document:
        return self._opened.document

    @property
    def project(self) -> Project:
        return self._opened.document.project

    @property
    def folder(self) -> Path:
        return self._opened.folder

    @property
    def results_folder(self) -> Path:
        return self._opened.results

    def tell_opening_notices(self) -> None:
        """Says what the opening of project and queue found; called when someone can hear it."""
        for message in (*self._opened.notices, *self.engine.notices):
            self.notify("warning", message)
        for problem in self.catalog.problems:
            self.notify("warning", problem.message, problem.hint, problem.details)

    def open(self, folder: Path) -> bool:
        """Opens another project in place of this one; tells and keeps the old one when it cannot."""
        return self._exchange(lambda: open_project(folder))

    def create(self, folder: Path) -> bool:
        """Begins a new project in `folder`."""
        return self._exchange(lambda: create_project(folder, new_project(folder.stem)))

    def close(self) -> None:
        """Checkpoints and lets go of project and engine events; raises StorageError."""
        self._checkpoints.stop()
        self._bridge.close()
        self._opened.close()

    def change_settings(self, settings: Settings) -> None:
        self.settings = settings
        try:
            save_settings(settings)
        except StudioError as error:
            self.tell(error)
        self.settings_changed.emit()

    # Edits

    def apply(self, edit: Edit, merge_key: str | None = None) -> bool:
        """Carries out an edit; tells why when it cannot and returns False."""
        try:
            self.document.apply(edit, merge_key)
        except StudioError as error:
            self.tell(error)
            return False
        return True

    def undo(self) -> None:
        self._guarded(self.document.undo)

    def redo(self) -> None:
        self._guarded(self.document.redo)

    def jump(self, position: int) -> None:
        """Undoes or redoes until `position` edits of the history are in force."""
        self._guarded(lambda: self.document.jump(position))

    def select(self, clip_ids: Sequence[str] | frozenset[str]) -> None:
        """Selects clips, or a transition by its id."""
        chosen = frozenset(clip_ids)
        if chosen != self.selection:
            self.selection = chosen
            self.selection_changed.emit(chosen)

    def selected_clips(self) -> list[Clip]:
        """The selected clips in the order of tracks and time."""
        return [clip for _, clip in self.project.clips() if clip.id in self.selection]

    def set_playhead(self, frame: int) -> None:
        frame = max(0, frame)
        if frame != self.playhead:
            self.playhead = frame
            self.playhead_changed.emit(frame)

    # Jobs

    def jobs(self) -> list[QueuedJob]:
        return self.engine.jobs()

    def check(self, job: Job, warned: bool = False) -> bool:
        """Tells what is wrong with `job`; False when it cannot run. `warned`: a form shows its warnings."""
        spec = self.catalog.get(job.model) if isinstance(job, ModelJob) else None
        found = problems(job, spec)
        for problem in found:
            if problem.severity == "error" or not warned:
                self.notify(problem.severity, problem.message, problem.hint)
        return not any(problem.severity == "error" for problem in found)

    def submit(self, job: Job, warned: bool = False) -> str | None:
        """Checks and queues `job`; its id, or None when it was refused (and told)."""
        try:
            return self.engine.submit(job, self.results_folder) if self.check(job, warned) else None
        except StudioError as error:
            self.tell(error)
            return None

    def generate(self, job: Generate | Animate, beside: tuple[str, str] | None = None) -> str | None:
        """Queues `job`; its ghost clip stands at the playhead at once, on the lowest free video track.

        `beside`, a clip's id and its side ("before" or "after"): there instead, and what follows moves on.
        """
        job_id = self.submit(job, warned=True)
        if job_id is None:
            return None
        length = max(1, RationalTime(_frame_count(job), job.frame_rate).to_frames(self.project.rate))
        name = next(entry.title for entry in self.jobs() if entry.id == job_id)
        clip = Clip(
            id=new_id(), name=name, start=self.playhead, duration=length, takes=(self._ghost(job_id, job),)
        )
        edits = new_clip_edits(self.project, clip, beside)
        if not self.apply(Several(edits=tuple(edits), name=f"Generate {name}")):
            self.engine.cancel(job_id)
            return None
        self.select([clip.id])
        return job_id

    def process(
        self, clip_id: str, build: Callable[[Source], Stylize | Interpolate | Deflicker]
    ) -> str | None:
        """Queues the job that `build` makes of what the clip shows; the result is a new take of the clip."""
        source = self.source_of(clip_id)
        if source is None:
            self.notify("warning", "This clip has no film to work on yet.", "Wait until it is finished.")
            return None
        return self._queue_take(clip_id, build(source))

    def source_of(self, clip_id: str) -> Source | None:
        """The part of its file that a clip shows; None for one that is gone, has none, or is being made."""
        found = self.project.find(clip_id)
        if found is None or not isinstance(found[1].take.reference, External):
            return None
        clip, reference = found[1], found[1].take.reference
        shown = TimeRange(clip.take.source_start, clip.source_length(clip.duration, self.project.rate))
        return Source(path=str(resolve_path(self.folder, reference.path)), time_range=shown)

    def vary(self, clip_id: str, seed: int | None = None) -> str | None:
        """Makes the clip's content again with another seed, as a new take."""
        found = self.project.find(clip_id)
        recipe = found[1].take.recipe if found else None
        if recipe is None or recipe.get("kind") != "generate":
            self.notify(
                "warning",
                "Only clips made from a prompt can be varied.",
                "Nothing in this one is left to chance.",
            )
            return None
        return self._queue_take(
            clip_id, msgspec.structs.replace(msgspec.convert(recipe, Generate), seed=seed)
        )

    def remake(self, clip_id: str) -> str | None:
        """Makes the clip's content again by its own recipe, from its inputs as they are now; a new take."""
        found = self.project.find(clip_id)
        job = read_recipe(found[1].take.recipe) if found else None
        return None if job is None else self._queue_take(clip_id, job)

    def cancel(self, job_id: str) -> None:
        self._guarded(lambda: self.engine.cancel(job_id))

    def retry(self, job_id: str) -> None:
        self._guarded(lambda: self.engine.retry(job_id))

    def remove_job(self, job_id: str) -> None:
        """Takes an ended job out of the queue, and its ghost off the timeline when it failed."""
        self._guarded(lambda: self.engine.remove(job_id))
        self._results.give_up(job_id)

    # Media

    def import_paths(
        self,
        paths: Sequence[str],
        track_id: str | None = None,
        frame: int | None = None,
        inserts: bool = False,
    ) -> None:
        """Adds files to the library, and to the timeline from `frame` on when one is given.

        They cover what lies there, or push it on (`inserts`). Probing happens in the background; what cannot
        be used is told, the rest is one undo step.
        """
        import_groups(self, [paths], track_id, frame, inserts)

    def begin_work(self, title: str) -> LongWork:
        """New work in the background; the window shows how far it is, and how to cancel it."""
        work = LongWork(title, self)
        self.work_started.emit(work)
        return work

    def place_assets(
        self, asset_ids: Sequence[str], frame: int, track_id: str | None = None, inserts: bool = False
    ) -> None:
        """Puts things from the library onto the timeline in a row: over what lies there, or between."""
        known = {asset.id: asset for asset in self.project.library}
        chosen = [known[asset_id] for asset_id in asset_ids if asset_id in known]
        edits = placing_edits(self.project, chosen, frame, self.settings.still_length_s, track_id, inserts)
        if edits:
            name = "Insert" if inserts else "Place"
            self.apply(Several(edits=tuple(edits), name=f"{name} clip{'s' if len(chosen) > 1 else ''}"))

    # Telling

    def notify(
        self,
        level: Literal["info", "warning", "error"],
        message: str,
        hint: str = "",
        details: str = "",
        action: tuple[str, Callable[[], None]] | None = None,
    ) -> None:
        self.notified.emit(Notification(level, message, hint, details, action))

    def tell(self, error: StudioError) -> None:
        self.tell_report(error.report())

    def tell_report(self, report: ErrorReport) -> None:
        self.notify("error", report.message, report.hint, report.details)

    # Inside

    def _guarded(self, action: Callable[[], object]) -> None:
        try:
            action()
        except StudioError as error:
            self.tell(error)

    def _ghost(self, job_id: str, job: Job) -> Take:
        recipe = msgspec.to_builtins(job)
        return Take(id=new_id(), reference=Generator(job_id=job_id), recipe=recipe)

    def _queue_take(self, clip_id: str, job: Job) -> str | None:
        job_id = self.submit(job)
        if job_id is None:
            return None
        take = msgspec.structs.replace(self._ghost(job_id, job), name=take_title(job))
        # The clip goes on showing the old take until the new one is there.
        if not self.apply(AddTake(clip_id=clip_id, take=take, activate=False)):
            self.engine.cancel(job_id)
            return None
        return job_id

    def _engine_event(self, event: object) -> None:
        self._results.hear(event)
        self.job_event.emit(event)

    def _document_changed(self, project: Project) -> None:
        if not self._checkpoints.isActive():
            self._checkpoints.start()
        self.project_changed.emit(project)
        if not self.selection:
            return
        there = {clip.id for _, clip in project.clips()}
        there.update(transition.id for track in project.tracks for transition in track.transitions)
        if not self.selection <= there:
            self.select(self.selection & there)

    def _checkpoint(self) -> None:
        self._guarded(self._opened.checkpoint)

    def _adopt(self, opened: OpenProject) -> None:
        self._opened = opened
        self._stop_observing = opened.document.observe(self._document_changed)
        opened.on_trouble = self.tell

    def _exchange(self, opener: Callable[[], OpenProject]) -> bool:
        try:
            fresh = opener()
            self._stop_observing()
            self._opened.close()
        except StudioError as error:
            self.tell(error)
            return False
        self._adopt(fresh)
        self.selection = frozenset()
        self.playhead = 0
        self.change_settings(msgspec.structs.replace(self.settings, last_project=str(fresh.folder)))
        self._results.catch_up()
        self.project_opened.emit()
        self.project_changed.emit(self.project)
        self.selection_changed.emit(self.selection)
        self.playhead_changed.emit(0)
        self.tell_opening_notices()
        return True


def _frame_count(job: Generate | Animate) -> int:
    if isinstance(job, Animate) and job.arrangement is Arrangement.SEQUENCE:
        return len(job.pictures)
    return job.num_frames
