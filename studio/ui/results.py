"""Brings what jobs made into the project: ghosts become clips, given-up ghosts vanish, ends are told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from studio.engine.queue import JobState
from studio.errors import StudioError
from studio.jobs.job import Download, Export, Job
from studio.jobs.messages import Cancelled, Failed, Finished, Notice, Result
from studio.jobs.titles import title_of
from studio.project.edits import AddMarker, SelectTake, Several
from studio.project.facts import DropGhosts, Fact, ResolveTake
from studio.project.media_paths import stored_path
from studio.project.timeline import External, Generator, Marker, new_id
from studio.timing import RationalTime, frame_time

if TYPE_CHECKING:
    from studio.ui.session import Session


class ResultKeeper:
    """Listens to the engine on behalf of a session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def hear(self, event: object) -> None:
        match event:
            case Finished(job_id, job, result):
                self._finished(job_id, job, result)
            case Cancelled(job_id):
                self.give_up(job_id)
            case Failed(_, error, retrying):
                if retrying:
                    self._session.notify("warning", error.message, "It is tried once more.", error.details)
                else:
                    self._session.notify("error", error.message, error.hint, error.details)
            case Notice(_, message, hint):
                self._session.notify("info", message, hint)
            case _:
                pass

    def catch_up(self) -> None:
        """After opening a project: ghosts whose jobs ended while nobody watched."""
        entries = {entry.id: entry for entry in self._session.jobs()}
        for job_id in self._ghost_jobs():
            entry = entries.get(job_id)
            if entry is None or entry.state is JobState.CANCELLED:
                self.give_up(job_id)
            elif entry.state is JobState.FINISHED and entry.result is not None:
                self._resolve(job_id, entry.job, entry.result)

    def give_up(self, job_id: str) -> None:
        if job_id in self._ghost_jobs():
            self._record(DropGhosts(job_id=job_id))

    def _ghost_jobs(self) -> set[str]:
        references = (take.reference for _, clip in self._session.project.clips() for take in clip.takes)
        return {reference.job_id for reference in references if isinstance(reference, Generator)}

    def _finished(self, job_id: str, job: Job, result: Result) -> None:
        if isinstance(job, Export):
            self._session.notify("info", f"Exported {Path(result.path).name}", str(Path(result.path).parent))
        elif isinstance(job, Download):
            self._session.models_changed.emit()
            self._session.notify("info", f"{job.title or job.repo} is installed.")
        elif Path(result.path).is_relative_to(self._session.folder):
            self._resolve(job_id, job, result)

    def _resolve(self, job_id: str, job: Job, result: Result) -> None:
        reference = External(
            path=stored_path(self._session.folder, result.path),
            content_hash=result.content_hash,
            duration=RationalTime(result.frame_count, result.rate),
            rate=result.rate,
            width=result.width,
            height=result.height,
            has_audio=result.has_audio,
            flicker=result.flicker,
        )
        recipe = msgspec.to_builtins(job)
        self._record(ResolveTake(job_id=job_id, reference=reference, recipe=recipe, name=title_of(job)))
        self._show_new_take(reference)
        self._mark_filled(reference, result)

    def _show_new_take(self, reference: External) -> None:
        """A finished take is what its clip shows from now on; one undo step brings the old one back."""
        for _, clip in self._session.project.clips():
            for index, take in enumerate(clip.takes):
                if take.reference == reference and index != clip.active:
                    self._session.apply(SelectTake(clip_id=clip.id, index=index))

    def _mark_filled(self, reference: External, result: Result) -> None:
        """A marker on every frame that stands in for a missing picture."""
        project = self._session.project
        marks: list[AddMarker] = []
        for _, clip in project.clips():
            if clip.take.reference != reference:
                continue
            for number in result.filled:
                frame = clip.start + frame_time(number, result.rate).to_frames(project.rate)
                if frame < clip.end:
                    marks.append(AddMarker(marker=Marker(id=new_id(), frame=frame, name="Filled")))
        if marks:
            self._session.apply(Several(edits=tuple(marks), name="Mark filled frames"))

    def _record(self, fact: Fact) -> None:
        try:
            self._session.document.record(fact)
        except StudioError as error:
            self._session.tell(error)
