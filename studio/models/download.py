"""Fetches a model from the Hub into the shared cache: only what it needs, resumable, never half."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Generator
from pathlib import Path

import msgspec

from studio.errors import DiskFullError, ModelError, storage_error
from studio.locking import FileLock
from studio.models.amounts import amount
from studio.models.completeness import (
    INDEX_NAMES,
    MODULAR_CLASSES,
    MODULAR_INDEX,
    index_name,
    modular_refusal,
    parse_json,
)
from studio.models.fetching import Fetch
from studio.models.hub_cache import RepoFolder, cache_folders
from studio.models.hub_client import HubClient
from studio.models.patience import Patience, Watch
from studio.models.selection import RemoteFile, named_files, needed_files

_SPARE_BYTES = 256 * 2**20
_LOOK_S = 0.2


class Plan(msgspec.Struct, frozen=True):
    """What a download would fetch."""

    repo: str
    commit: str
    tree: tuple[RemoteFile, ...]
    files: tuple[RemoteFile, ...]

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)


def plan(client: HubClient, revision: str = "main", variant: str = "", names: tuple[str, ...] = ()) -> Plan:
    """Asks the Hub what the model at `revision` consists of; raises ModelError, DownloadError.

    With `names` it is those files alone.
    """
    commit = client.commit_of(revision)
    tree = client.tree(commit)
    if names:
        return Plan(client.repo, commit, tree, named_files(client.repo, tree, names))
    present = {file.path for file in tree}
    indexes = {name: client.small_file(commit, name) for name in INDEX_NAMES if name in present}
    if not indexes:
        raise ModelError(
            f"{client.repo} is not a model in diffusers' layout: it has no {INDEX_NAMES[0]}.",
            "Look for one whose name ends in -Diffusers, or add a single file: studio models add FILE",
        )
    name = index_name(indexes)
    table = parse_json(indexes[name], f"{client.repo}: {name}")
    if name == MODULAR_INDEX and table.get("_class_name") not in MODULAR_CLASSES:
        # Before gigabytes are fetched that nothing here could use.
        raise modular_refusal(client.repo)
    return Plan(client.repo, commit, tree, needed_files(client.repo, tree, indexes[name], variant))


class ModelDownload:
    """One model on its way into `cache` (None: the first of the cache folders)."""

    def __init__(
        self, client: HubClient, watch: Watch, patience: Patience, cache: Path | None = None
    ) -> None:
        self._client = client
        self._watch = watch
        self._patience = patience
        self._folder = RepoFolder(cache or cache_folders()[0], client.repo)
        self._total = 0
        self._done = 0

    def run(self, revision: str = "main", variant: str = "", names: tuple[str, ...] = ()) -> Path:
        """Fetches what is missing and returns the snapshot's folder, which appears last and whole.

        Raises ModelError, TokenNeededError, DownloadError, StorageError, DiskFullError and CancelledError;
        after each of them, and after a kill, the next run goes on where this one ended.
        """
        wanted = plan(self._client, revision, variant, names)
        self._total = wanted.size
        try:
            self._folder.blob("").mkdir(parents=True, exist_ok=True)
            self._folder.locks.mkdir(parents=True, exist_ok=True)
            self._check_space(wanted)
            for file in wanted.files:
                self._bring(wanted, file)
            self._watch.progress("download", self._total, self._total)
            with self._locked(wanted.commit):
                self._publish(wanted, revision)
        except OSError as error:
            raise storage_error(error, self._folder.path) from error
        return self._folder.snapshot(wanted.commit)

    def _check_space(self, wanted: Plan) -> None:
        needed = sum(file.size - self._present(wanted, file) for file in wanted.files)
        free = shutil.disk_usage(self._folder.path).free
        if needed and free < needed + _SPARE_BYTES:
            raise DiskFullError(
                f"{amount(needed)} are needed on {self._folder.path.parent}, and {amount(free)} are free.",
                "Free some space, or choose a models folder on another drive in the settings.",
            )

    def _present(self, wanted: Plan, file: RemoteFile) -> int:
        """How many bytes of `file` need not be fetched."""
        if self._is_here(wanted, file):
            return file.size
        partial = self._folder.partial(file.etag)
        return min(partial.stat().st_size, file.size) if partial.exists() else 0

    def _is_here(self, wanted: Plan, file: RemoteFile) -> bool:
        """As a blob, or, on drives without links, already in its place."""
        places = (
            self._folder.blob(file.etag),
            self._folder.staging(wanted.commit) / file.path,
            self._folder.snapshot(wanted.commit) / file.path,
        )
        return any(place.is_file() and place.stat().st_size == file.size for place in places)

    def _bring(self, wanted: Plan, file: RemoteFile) -> None:
        """Makes sure that the blob of `file` is there."""
        with self._locked(file.etag):
            if self._is_here(wanted, file):
                self._count(file.size)
                return
            partial = self._folder.partial(file.etag)
            Fetch(self._client, wanted.commit, file, partial, self._patience, self._watch, self._count).run()
            partial.replace(self._folder.blob(file.etag))

    def _count(self, size: int) -> None:
        self._done += size
        # The last byte is only said once all is checked.
        self._watch.progress("download", min(self._done, self._total - 1), self._total)

    @contextlib.contextmanager
    def _locked(self, name: str) -> Generator[None]:
        """Holds the lock that huggingface_hub takes for a blob too, and waits for it if need be."""
        told = False
        while (lock := _try_lock(self._folder.locks / f"{name}.lock")) is None:
            if not told:
                told = True
                self._watch.notice(
                    f"Another program is fetching {self._client.repo}.", "This one waits for it."
                )
            self._watch.raise_if_cancelled()
            time.sleep(_LOOK_S)
        try:
            yield
        finally:
            lock.release()

    def _publish(self, wanted: Plan, revision: str) -> None:
        """Makes the snapshot appear, in one rename where no other program has begun it."""
        final, staging = self._folder.snapshot(wanted.commit), self._folder.staging(wanted.commit)
        if not final.exists():
            for file in wanted.files:
                _link(self._folder.blob(file.etag), staging / file.path)
            final.parent.mkdir(exist_ok=True)
            staging.rename(final)
            with contextlib.suppress(OSError):  # another commit is being put together beside it
                staging.parent.rmdir()
        else:
            # The index last: without it nobody takes the folder for a model.
            for file in sorted(wanted.files, key=lambda file: file.path in INDEX_NAMES):
                _link(self._folder.blob(file.etag), final / file.path)
        self._folder.remember_tree(wanted.commit, wanted.tree)
        self._folder.remember(revision, wanted.commit)


def _try_lock(path: Path) -> FileLock | None:
    try:
        return FileLock(path)
    except BlockingIOError:
        return None


def _link(blob: Path, place: Path) -> None:
    """Puts the content of `blob` at `place`: as a relative link, a hard link, or by moving it there."""
    # It is there from an earlier try; on a drive without links it was moved, and there is no blob any more.
    if place.is_file() and (not blob.exists() or place.samefile(blob)):
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    temporary = place.with_name(f"{place.name}.{os.getpid()}.tmp")
    temporary.unlink(missing_ok=True)
    try:
        temporary.symlink_to(os.path.relpath(blob, place.parent))
    except (OSError, NotImplementedError):
        try:
            temporary.hardlink_to(blob)
        except (OSError, NotImplementedError):
            blob.replace(temporary)
    temporary.replace(place)
