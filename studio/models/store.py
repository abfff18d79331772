"""The models on this machine's drives: how large they are, whether they are sound, and away with them."""

from __future__ import annotations

import contextlib
import re
import shutil
from pathlib import Path

import msgspec

from studio.errors import ModelError, UsageError, storage_error
from studio.models.adding import remove_own
from studio.models.completeness import INDEX_NAMES, missing_parts
from studio.models.fetching import matches
from studio.models.gguf_header import read_gguf_header
from studio.models.hub_cache import RepoFolder, cache_folders, repo_folders
from studio.models.patience import Watch
from studio.models.safetensors_header import read_safetensors_header
from studio.models.spec import ModelSpec

_ETAG = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


class StoredRepo(msgspec.Struct, frozen=True):
    """A repository in the cache; `is_whole` is False while parts of it are still to come."""

    repo: str
    path: str
    size_bytes: int
    is_whole: bool


class Verdict(msgspec.Struct, frozen=True):
    """What a look at every byte of a model has shown. Paths are relative to its folder."""

    compared: int
    """Files whose checksum is known and right."""
    unproven: tuple[str, ...]
    """Files that nobody has named a checksum for; of weights at least the structure is right."""
    damaged: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        return not self.damaged and not self.missing


def stored_repos() -> list[StoredRepo]:
    """What the caches hold of models, also those that other programs have brought."""
    found: list[StoredRepo] = []
    for folder in repo_folders():
        is_whole = any(not folder.missing(commit) for commit in folder.commits())
        found.append(StoredRepo(folder.repo, str(folder.path), folder.size_bytes(), is_whole))
    return found


def disk_size(spec: ModelSpec) -> int:
    """The bytes that the model's own files take beside its description; 0 where none are there."""
    if not spec.is_installed:
        return 0
    files = {path.resolve() for path in _files(spec) if path.name != "model.toml"}
    return sum(file.stat().st_size for file in files)


def partial_size(spec: ModelSpec) -> int:
    """The bytes of a download of it that was begun and has not ended; 0 where there is none."""
    if spec.is_installed:
        return 0
    return sum(RepoFolder(cache, repo).size_bytes() for cache in cache_folders() for repo in spec.repos)


def remove(spec: ModelSpec) -> int:
    """Takes a model away and returns the bytes that were freed.

    Of what was added from elsewhere only the entry and Kinora's own copy go. Raises UsageError for what
    ships with Kinora, StorageError.
    """
    freed = 0
    was_own = remove_own(spec.id)
    if spec.repo and set(spec.parts) <= set(spec.components):
        freed = sum(_remove_repo(cache, repo) for cache in cache_folders() for repo in spec.repos)
    elif not was_own:
        hint = f"It comes with Kinora, or was put there by hand: {spec.folder}"
        raise UsageError(f"{spec.title} cannot be removed.", hint)
    return freed


def _remove_repo(cache: Path, repo: str) -> int:
    folder = RepoFolder(cache, repo)
    size = folder.size_bytes()
    if not folder.path.is_dir():
        return 0
    # huggingface_hub knows what of a repository it shares with others (a store of common blobs).
    from huggingface_hub import scan_cache_dir

    commits = folder.commits()
    with contextlib.suppress(ValueError):  # it refuses folders that hold no snapshot
        if commits:
            scan_cache_dir(cache).delete_revisions(*commits).execute()
    try:
        shutil.rmtree(folder.path, ignore_errors=not folder.path.exists())
        shutil.rmtree(folder.locks, ignore_errors=True)
    except OSError as error:
        raise storage_error(error, folder.path) from error
    return size


def verify(spec: ModelSpec, watch: Watch) -> Verdict:
    """Reads all of the model and compares what can be compared; raises CancelledError, StorageError."""
    root = Path(spec.weights or spec.folder)
    files = _files(spec)
    total = sum(path.stat().st_size for path in files)
    etags = _known_etags(spec, root, files)
    unproven: list[str] = []
    damaged: list[str] = []
    done = 0
    for path in files:
        name = _name(path, root)
        etag = etags.get(name, "")
        try:
            is_right = matches(path, etag, watch.raise_if_cancelled) if etag else _is_well_formed(path)
        except OSError as error:
            raise storage_error(error, path) from error
        if not is_right:
            damaged.append(name)
        elif not etag:
            unproven.append(name)
        done += path.stat().st_size
        watch.progress("check", done, total)
    missing = [*spec.missing_files(), *(_lost(root) if spec.is_installed else [])]
    compared = len(files) - len(unproven) - len(damaged)
    return Verdict(compared, tuple(unproven), tuple(damaged), tuple(dict.fromkeys(missing)))


def discard_damaged(spec: ModelSpec, verdict: Verdict) -> None:
    """Takes away the damaged files of a model from the Hub, so that the next download fetches them again."""
    if not spec.repo:
        raise ModelError(f"{spec.title} does not come from the Hub.", "Add it again from where it came.")
    root = Path(spec.weights)
    for name in verdict.damaged:
        file = root / name
        try:
            file.resolve().unlink(missing_ok=True)
            file.unlink(missing_ok=True)
        except OSError as error:
            raise storage_error(error, file) from error


def _lost(root: Path) -> list[str]:
    return missing_parts(root) if any((root / name).is_file() for name in INDEX_NAMES) else []


def _files(spec: ModelSpec) -> list[Path]:
    """All that the model consists of: what its folder holds, and its parts."""
    found = sorted(path for path in Path(spec.weights or spec.folder).rglob("*") if path.is_file())
    for part in map(Path, spec.parts.values()):
        found += [part] if part.is_file() else sorted(path for path in part.rglob("*") if path.is_file())
    return found


def _name(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def _known_etags(spec: ModelSpec, root: Path, files: list[Path]) -> dict[str, str]:
    """The checksums of `files`: from the repository's list, and from the names of blobs."""
    etags: dict[str, str] = {}
    for path in files:
        if path.is_symlink() and _ETAG.fullmatch(path.resolve().name):
            etags[_name(path, root)] = path.resolve().name
    if spec.repo and root.parent.name == "snapshots":
        folder = RepoFolder(root.parents[2], spec.repo)
        etags |= {file.path: file.etag for file in folder.tree(root.name) or ()}
    return etags


def _is_well_formed(path: Path) -> bool:
    """What can be said of a file without a checksum."""
    readers = {".safetensors": read_safetensors_header, ".gguf": read_gguf_header}
    reader = readers.get(path.suffix.lower())
    try:
        if reader is not None:
            reader(path)
    except ModelError:
        return False
    return True
