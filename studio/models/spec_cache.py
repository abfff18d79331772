"""What model.toml files said the last time, so that a start does not read thirty of them again.

Parsing them takes 15 to 30 ms, a look at their times and sizes one. The cache is thrown away by whatever
does not fit: another version of Kinora, another layout, a damaged file.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import msgspec

from studio import __version__
from studio.models.own import OwnModel
from studio.models.spec import ModelSpec
from studio.paths import cache_folder

# What decides, beside the files themselves, what becomes of them.
_DECIDING = ("spec.py", "families.py", "own.py")


class _Record(msgspec.Struct, array_like=True):
    """One file: its time and size when it was read, and the one of the two that it describes."""

    modified_ns: int
    size: int
    spec: ModelSpec | None
    own: OwnModel | None


class _Content(msgspec.Struct, array_like=True):
    version: str
    records: dict[str, _Record]


class SpecCache:
    """Reads its file when it is made; `save` writes it again if anything was put in."""

    def __init__(self) -> None:
        self._file = cache_folder() / "models.msgpack"
        self._version = _version()
        self._has_news = False
        self._records: dict[str, _Record] = {}
        with contextlib.suppress(OSError, msgspec.DecodeError):
            content = msgspec.msgpack.decode(self._file.read_bytes(), type=_Content)
            if content.version == self._version:
                self._records = content.records

    def get(self, file: Path) -> ModelSpec | OwnModel | None:
        """What `file` says, if it is unchanged since it was put in."""
        record = self._records.get(str(file))
        if record is None or _stamp(file) != (record.modified_ns, record.size):
            return None
        return record.spec or record.own

    def put(self, file: Path, found: ModelSpec | OwnModel) -> None:
        is_own = isinstance(found, OwnModel)
        record = _Record(*_stamp(file), None if is_own else found, found if is_own else None)
        self._records[str(file)] = record
        self._has_news = True

    def save(self) -> None:
        """Where the disk refuses, the next start reads the files again."""
        if not self._has_news:
            return
        kept = {name: record for name, record in self._records.items() if Path(name).exists()}
        temporary = self._file.with_name(f"{self._file.name}.{os.getpid()}.tmp")
        with contextlib.suppress(OSError):
            temporary.write_bytes(msgspec.msgpack.encode(_Content(self._version, kept)))
            temporary.replace(self._file)
        self._has_news = False


def _version() -> str:
    """Kinora's, and in a checkout the state of the code that reads descriptions."""
    here = Path(__file__).parent
    return " ".join([__version__, *(str((here / name).stat().st_mtime_ns) for name in _DECIDING)])


def _stamp(file: Path) -> tuple[int, int]:
    status = file.stat()
    return status.st_mtime_ns, status.st_size
