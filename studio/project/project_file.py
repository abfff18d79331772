"""A project on disk: a folder `Name.kinora` that holds everything but the user's own media.

    project.json     the last checkpoint: the project as it was after `position` steps
    base.json        the project before the journal's first step; with the journal it gives the history
    journal.jsonl    every step since
    results/         masters of what was generated
    inputs/          frames and painted masks that drawings start from
    lock             held while the project is open

Opening replays the journal on the base, which brings back undo and redo. If the journal is damaged
in the middle, the checkpoint counts where it reaches further; what could not be read is put aside
beside it, never deleted.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec

from studio.errors import MissingFileError, ProjectError, ProjectVersionError, StorageError, storage_error
from studio.locking import FileLock
from studio.project.compaction import compacted
from studio.project.document import Document, Step
from studio.project.journal import Journal, read_steps, sync, write_steps
from studio.project.timeline import SCHEMA_VERSION, Project

ENDING = ".kinora"
_WORTH_SHORTENING = 100
"""Steps; fewer are not worth writing the journal anew."""


class Checkpoint(msgspec.Struct, frozen=True):
    """A project as it stands in a file, with the version of the words it is written in."""

    schema: int
    project: Project
    position: int = 0
    """How many steps of the journal it contains."""


class _Version(msgspec.Struct, frozen=True):
    schema: int


class OpenProject:
    """A document with its folder; every step goes to the journal."""

    def __init__(
        self, folder: Path, document: Document, position: int, notices: list[str], lock: FileLock
    ) -> None:
        self.folder = folder
        self.document = document
        self.notices = notices
        """What a person should be told about the opening."""
        self.on_trouble: Callable[[StorageError], None] | None = None
        """Hears when a step could not be written yet; without it the error is raised to the editor."""
        self._position = position
        self._lock = lock
        self._journal = Journal(folder / "journal.jsonl")
        document.on_step = self._written

    @property
    def results(self) -> Path:
        """Where masters of this project go; made when missing."""
        folder = self.folder / "results"
        folder.mkdir(exist_ok=True)
        return folder

    def checkpoint(self) -> None:
        """Replaces project.json atomically; raises StorageError and leaves the old one when it cannot."""
        write_json(
            self.folder / "project.json", Checkpoint(SCHEMA_VERSION, self.document.project, self._position)
        )

    def sync_soon(self, *paths: Path) -> None:
        """Has files and folders forced onto the disk shortly, without waiting for it."""
        self._journal.sync_soon(*paths)

    def close(self) -> None:
        """Checkpoints, ends the journal and lets go of the folder; raises StorageError."""
        self.document.on_step = None
        try:
            self.checkpoint()
        finally:
            try:
                self._journal.close()
                self._shorten()
            finally:
                self._lock.release()

    def _shorten(self) -> None:
        """Leaves out of the journal what nobody can come back to, where that is worth it."""
        steps, damaged = read_steps(self._journal.path)
        kept = compacted(steps)
        if damaged or len(steps) - len(kept) < _WORTH_SHORTENING:
            return
        try:
            write_steps(self._journal.path, kept)
        except OSError as error:
            raise storage_error(error, self._journal.path) from error
        self._position = len(kept)
        self.checkpoint()

    def _written(self, step: Step) -> None:
        self._position += 1
        try:
            self._journal.append(step)
        except StorageError as error:
            if self.on_trouble is None:
                raise
            self.on_trouble(error)


def create_project(folder: Path, project: Project) -> OpenProject:
    """A new project in `folder`; raises ProjectError when one lies there already, StorageError."""
    if (folder / "project.json").exists():
        raise ProjectError(f"There is a project in {folder} already.", "Open it, or choose another name.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = _lock(folder)
    except OSError as error:
        raise storage_error(error, folder) from error
    files = (folder / "base.json", folder / "project.json")
    for file in files:
        write_json(file, Checkpoint(SCHEMA_VERSION, project), wait_for_disk=False)
    opened = OpenProject(folder, Document(project), 0, [], lock)
    # Nothing stands in it yet that could be lost: the start does not wait for the disk.
    opened.sync_soon(*files, folder)
    return opened


def open_project(folder: Path) -> OpenProject:
    """The project in `folder` with its undo history.

    Raises MissingFileError (no project there), ProjectVersionError (written by a newer Kinora),
    ProjectError (damaged beyond the checkpoint, or open in another window).
    """
    checkpoint = _read_checkpoint(folder / "project.json")
    lock = _lock(folder)
    try:
        steps, damaged = read_steps(folder / "journal.jsonl")
        document, notices = _restored(folder, checkpoint, steps, damaged)
    except BaseException:
        lock.release()
        raise
    return OpenProject(folder, document, len(steps), notices, lock)


def load_project(folder: Path) -> Project:
    """Only the current project, without opening it for edits: what the command line exports."""
    checkpoint = _read_checkpoint(folder / "project.json")
    steps, damaged = read_steps(folder / "journal.jsonl")
    document, _ = _replayed(folder, checkpoint, steps, bool(damaged))
    return document.project


def write_json(path: Path, value: msgspec.Struct, *, wait_for_disk: bool = True) -> None:
    """Replaces `path` by `value` as JSON: temporary file, fsync, rename, fsync of the folder.

    Without `wait_for_disk` the replacement is as atomic, but a power cut may undo it.
    """
    temporary: Path | None = None
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            temporary = Path(file.name)
            file.write(msgspec.json.format(msgspec.json.encode(value), indent=1))
            file.flush()
            if wait_for_disk:
                os.fsync(file.fileno())
        temporary.replace(path)
        if wait_for_disk:
            sync(path.parent)
    except OSError as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        raise storage_error(error, path) from error


def _lock(folder: Path) -> FileLock:
    try:
        return FileLock(folder / "lock")
    except BlockingIOError as error:
        raise ProjectError(f"{folder.name} is open in another window.", "Close it there first.") from error


def _read_checkpoint(file: Path) -> Checkpoint:
    try:
        data = file.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise MissingFileError(
            f"There is no Kinora project at {file.parent}.", f"A project is a folder ending in {ENDING}."
        ) from error
    except OSError as error:
        raise ProjectError(
            f"{file.parent.name} cannot be read.", "Check the folder's permissions.", str(error)
        ) from error
    try:
        version = msgspec.json.decode(data, type=_Version).schema
        if version > SCHEMA_VERSION:
            raise ProjectVersionError(
                f"{file.parent.name} was made with a newer Kinora (format {version}).",
                f"This one reads up to format {SCHEMA_VERSION}: update Kinora. Nothing was changed.",
            )
        return msgspec.json.decode(data, type=Checkpoint)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise ProjectError(
            f"{file} is damaged.", "Restore it from a backup; nothing was changed.", str(error)
        ) from error


def _replayed(
    folder: Path, checkpoint: Checkpoint, steps: list[Step], damaged: bool
) -> tuple[Document, bool]:
    """The document after `steps`, and whether its history could be kept."""
    if damaged and checkpoint.position > len(steps):
        return Document(checkpoint.project), False
    try:
        document = Document(_read_checkpoint(folder / "base.json").project)
    except (ProjectError, MissingFileError):
        document = Document(checkpoint.project)
        for step in steps[checkpoint.position :]:
            document.replay(step)
        return Document(document.project), False
    for step in steps:
        document.replay(step)
    return document, True


def _restored(
    folder: Path, checkpoint: Checkpoint, steps: list[Step], damaged: bytes
) -> tuple[Document, list[str]]:
    """The document, and what to tell; damaged ends are put aside and the journal is made whole again."""
    document, kept_history = _replayed(folder, checkpoint, steps, bool(damaged))
    notices: list[str] = []
    journal = folder / "journal.jsonl"
    if damaged:
        number = sum(1 for _ in folder.glob("journal.damaged-*")) + 1
        (folder / f"journal.damaged-{number}").write_bytes(damaged)
        with journal.open("r+b") as file:
            file.truncate(journal.stat().st_size - len(damaged))
        if damaged.count(b"\n") > 0 or not kept_history:
            notices.append(
                f"A part of the edit history could not be read; it was put aside as journal.damaged-{number}."
            )
    if not kept_history:
        # The journal no longer leads to this project: it begins anew from here.
        journal.replace(folder / f"journal.before-{checkpoint.position}")
        write_json(folder / "base.json", Checkpoint(SCHEMA_VERSION, document.project))
        steps.clear()
    return document, notices
