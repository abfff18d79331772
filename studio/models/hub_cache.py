"""Where weights from the Hub lie: its standard cache, shared with every other program that uses it.

    models--owner--name/
        blobs/<etag>                 the content; its name is its checksum (sha256, or git's sha1)
        blobs/<etag>.incomplete      what has been fetched of it so far
        snapshots/<commit>/…         links into blobs/, one for each file
        refs/<revision>              the commit that a branch stood for
        trees/<commit>.json          what the repository held at that commit

The layout is the one of huggingface_hub 2 (1.x knows all of it but trees/).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from studio.settings import load_settings

if TYPE_CHECKING:
    from studio.models.selection import RemoteFile

_COMMIT = re.compile(r"[0-9a-f]{40}")
_TREE_VERSION = 1


def cache_folders() -> tuple[Path, ...]:
    """Where weights are looked for; downloads go to the first.

    The user's own choice in the settings, then the environment's: HF_HUB_CACHE, HF_HOME/hub,
    XDG_CACHE_HOME/huggingface/hub, ~/.cache/huggingface/hub.
    """
    chosen = load_settings().models_folder
    usual = _usual_folder()
    return (Path(chosen).expanduser(), usual) if chosen and Path(chosen) != usual else (usual,)


def _usual_folder() -> Path:
    if exact := os.environ.get("HF_HUB_CACHE"):
        return Path(exact).expanduser()
    home = os.environ.get("HF_HOME")
    if not home:
        home = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "huggingface"
    return Path(home).expanduser() / "hub"


class _TreeFile(msgspec.Struct, omit_defaults=True):
    size: int
    blob_id: str
    lfs_sha256: str | None = None
    lfs_size: int | None = None
    xet_hash: str | None = None


class _Tree(msgspec.Struct):
    format_version: int
    files: dict[str, _TreeFile]


class RepoFolder:
    """One repository's folder in the cache `cache`; nothing of it has to exist."""

    def __init__(self, cache: Path, repo: str) -> None:
        self.repo = repo
        name = "models--" + repo.replace("/", "--")
        self.path = cache / name
        self.locks = cache / ".locks" / name

    def blob(self, etag: str) -> Path:
        return self.path / "blobs" / etag

    def partial(self, etag: str) -> Path:
        return self.path / "blobs" / f"{etag}.incomplete"

    def snapshot(self, commit: str) -> Path:
        return self.path / "snapshots" / commit

    def staging(self, commit: str) -> Path:
        """Where a snapshot is put together: as deep as snapshots/, so that its links stay right."""
        return self.path / "incoming" / commit

    def commits(self) -> list[str]:
        """The commits of which there is a snapshot, whole or not."""
        parent = self.path / "snapshots"
        return sorted(path.name for path in parent.iterdir()) if parent.is_dir() else []

    def commit_of(self, revision: str) -> str | None:
        """The commit that `revision` stood for when it was last asked; None when it never was."""
        if _COMMIT.fullmatch(revision):
            return revision
        try:
            return (self.path / "refs" / revision).read_text("utf-8").strip()
        except OSError:
            return None

    def remember(self, revision: str, commit: str) -> None:
        """Writes down which commit `revision` stands for; raises OSError."""
        if revision != commit:
            _write_whole(self.path / "refs" / revision, commit.encode())

    def tree(self, commit: str) -> tuple[RemoteFile, ...] | None:
        """What the repository holds at `commit`, where that was written down in a form known here."""
        try:
            tree = msgspec.json.decode((self.path / "trees" / f"{commit}.json").read_bytes(), type=_Tree)
        except (OSError, msgspec.DecodeError):
            return None
        if tree.format_version != _TREE_VERSION:
            return None
        from studio.models.selection import RemoteFile  # Where something was fetched: not at every start.

        return tuple(
            RemoteFile(path, file.size, file.lfs_sha256 or file.blob_id) for path, file in tree.files.items()
        )

    def remember_tree(self, commit: str, files: tuple[RemoteFile, ...]) -> None:
        """Writes down what the repository holds at `commit`; raises OSError."""
        listed = {
            file.path: _TreeFile(file.size, "", file.etag, file.size)
            if file.is_large
            else _TreeFile(file.size, file.etag)
            for file in files
        }
        _write_whole(
            self.path / "trees" / f"{commit}.json", msgspec.json.encode(_Tree(_TREE_VERSION, listed))
        )

    def missing(self, commit: str, variant: str = "") -> list[str]:
        """The files that a snapshot still lacks to be usable; empty when it is whole.

        By the repository's own list where that is known, else by what its index names.
        """
        from studio.models.completeness import index_of, missing_parts
        from studio.models.selection import needed_files

        folder = self.snapshot(commit)
        missing = missing_parts(folder)
        tree, index = self.tree(commit), index_of(folder)
        if missing or tree is None or index is None:
            return missing
        needed = needed_files(self.repo, tree, index.read_bytes(), variant)
        return [file.path for file in needed if not _is_whole(folder / file.path, file.size)]

    def size_bytes(self) -> int:
        """What the folder takes on the disk."""
        files = (path for path in self.path.rglob("*") if not path.is_symlink() and path.is_file())
        return sum(path.stat().st_size for path in files)


def find_snapshot(
    repo: str, revision: str = "main", variant: str = "", caches: tuple[Path, ...] = ()
) -> Path | None:
    """The folder with the whole model of `repo` at `revision`; None while it is not installed wholly.

    `caches` is where to look; empty: in the cache folders.
    """
    for cache in caches or cache_folders():
        folder = RepoFolder(cache, repo)
        commit = folder.commit_of(revision)
        if commit is not None and not folder.missing(commit, variant):
            return folder.snapshot(commit)
    return None


def find_file(repo: str, name: str, revision: str = "main") -> Path | None:
    """The file `name` of `repo` at `revision` in the cache folders; None while it is not there wholly."""
    for cache in cache_folders():
        folder = RepoFolder(cache, repo)
        commit = folder.commit_of(revision)
        if commit is None:
            continue
        path = folder.snapshot(commit) / name
        known = next((file.size for file in folder.tree(commit) or () if file.path == name), None)
        if path.is_file() and known in (None, path.stat().st_size):
            return path
    return None


def repo_folders() -> Iterator[RepoFolder]:
    """Every repository of which something lies in the caches."""
    for cache in cache_folders():
        for path in sorted(cache.glob("models--*--*")):
            owner, _, name = path.name.removeprefix("models--").partition("--")
            yield RepoFolder(cache, f"{owner}/{name}")


def _is_whole(path: Path, size: int) -> bool:
    return path.is_file() and path.stat().st_size == size


def _write_whole(path: Path, content: bytes) -> None:
    """Writes a small file that is never seen half; raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    temporary.write_bytes(content)
    temporary.replace(path)
