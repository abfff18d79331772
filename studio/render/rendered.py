"""Composited pieces of the timeline, kept on the disk for playing: found again by what they are made of.

An edit makes other pieces necessary only where it changes the picture; undoing it finds the old ones.
"""

from __future__ import annotations

import logging
import struct
import threading
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import numpy as np

from studio.media.derived import keep, kept
from studio.project.media_paths import resolve_path
from studio.project.timeline import External, ImageSequence, Project, Reference
from studio.render.composition import Composition, composition_at, is_plain, stretch_at

LENGTH = 48
"""Frames a piece: two seconds are drawn soon and lost without regret."""
_QUALITY = 92
_MAGIC = b"KNR1"
_log = logging.getLogger(__name__)


class Piece(NamedTuple):
    """Timeline frames [start, end) at one size; `name` says what is on them."""

    start: int
    end: int
    name: str


def piece_at(project: Project, folder: Path, size: tuple[int, int], frame: int) -> Piece | None:
    """The piece that `frame` lies in; None where a single clip is shown as it comes.

    `folder` is what relative paths start from, `size` (width, height) the picture's.
    """
    if is_plain(project, frame):
        return None
    first, last = stretch_at(project, frame)
    start = first + (frame - first) // LENGTH * LENGTH
    end = min(start + LENGTH, last)
    made_of = composition_at(project, start)
    facts = (size, end - start, made_of.frame, made_of.key, _states(made_of, folder))
    return Piece(start, end, blake2b(repr(facts).encode(), digest_size=16).hexdigest())


def _states(made_of: Composition, folder: Path) -> list[tuple[int, int]]:
    """Size and time of every file, so that one that was replaced is drawn anew."""
    states: list[tuple[int, int]] = []
    for path in (path for reference in made_of.references for path in _paths(reference)):
        try:
            status = resolve_path(folder, path).stat()
        except OSError:
            continue
        states.append((status.st_size, status.st_mtime_ns))
    return states


def _paths(reference: Reference) -> tuple[str, ...]:
    match reference:
        case External():
            return (reference.path,)
        case ImageSequence():
            return reference.paths
        case _:
            return ()


class RenderedPieces:
    """The pieces in `folder`, up to `limit_bytes`; the oldest go first.

    May be shared between threads.
    """

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        self._folder = folder
        self._limit = limit_bytes
        self._lock = threading.Lock()
        self._there = {path.stem for path in folder.glob("*.frames")} if folder.is_dir() else set[str]()
        self._open: tuple[str, list[bytes]] = ("", [])

    def has(self, piece: Piece) -> bool:
        return piece.name in self._there

    def frame(self, piece: Piece, frame: int) -> np.ndarray | None:
        """Timeline frame `frame`, which lies in `piece`, as uint8 RGB; None when it is not there."""
        import cv2

        if piece.name not in self._there:
            return None
        with self._lock:
            if self._open[0] != piece.name:
                self._open = piece.name, self._load(piece)
            pictures = self._open[1]
        if len(pictures) != piece.end - piece.start:
            # Taken away or damaged outside: it is drawn again.
            self._there.discard(piece.name)
            return None
        data = np.frombuffer(pictures[frame - piece.start], np.uint8)
        return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR_RGB))

    def write(self, piece: Piece, pictures: list[np.ndarray]) -> None:
        """Keeps the frames of `piece`, uint8 RGB each."""
        import cv2

        settings = [cv2.IMWRITE_JPEG_QUALITY, _QUALITY]
        packed = [cv2.imencode(".jpg", image[..., ::-1], settings)[1].tobytes() for image in pictures]
        sizes = struct.pack(f"<{len(packed)}I", *map(len, packed))
        self._make_room()
        keep(self._path(piece), b"".join([_MAGIC, struct.pack("<I", len(packed)), sizes, *packed]))
        if self._path(piece).exists():
            self._there.add(piece.name)

    def _load(self, piece: Piece) -> list[bytes]:
        data = kept(self._path(piece)) or b""
        if not data.startswith(_MAGIC) or len(data) < 8:
            return []
        (count,) = struct.unpack_from("<I", data, 4)
        if len(data) < 8 + 4 * count:
            return []
        sizes = struct.unpack_from(f"<{count}I", data, 8)
        pictures: list[bytes] = []
        place = 8 + 4 * count
        for size in sizes:
            pictures.append(data[place : place + size])
            place += size
        return pictures if place == len(data) else []

    def _make_room(self) -> None:
        """Removes the oldest pieces until there is a twentieth of the room free."""
        if not self._folder.is_dir():
            return
        files = [(path.stat(), path) for path in self._folder.glob("*.frames")]
        total = sum(status.st_size for status, _ in files)
        if total <= self._limit * 0.95:
            return
        for status, path in sorted(files, key=lambda file: file[0].st_mtime_ns):
            if total <= self._limit * 0.9:
                return
            try:
                path.unlink()
            except OSError as error:
                _log.warning("cannot remove %s: %s", path, error)
                continue
            self._there.discard(path.stem)
            total -= status.st_size

    def _path(self, piece: Piece) -> Path:
        return self._folder / f"{piece.name}.frames"
