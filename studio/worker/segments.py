"""The finished part of a job's result: lossless pieces in its scratch folder that outlive a kill."""

from __future__ import annotations

import re
from pathlib import Path

from studio.errors import storage_error

_NAME = re.compile(r"(\d{8})-(\d{8})\.mkv")
_RECIPE = "recipe.json"


class Segments:
    """Files `<first frame>-<end>.mkv`, each of which appears whole or not at all.

    What lies there counts only when it was made by the same `recipe`, with the same content hashes: another
    input under the old name begins anew. Raises StorageError.
    """

    def __init__(self, folder: Path, recipe: str) -> None:
        self._folder = folder
        self._recipe = recipe
        self.paths: list[Path] = []
        """The finished pieces in their order."""
        self.frame_count = 0
        """How many frames they have together."""
        if folder.is_dir():
            self._take_stock()

    @property
    def folder(self) -> Path:
        """The folder that they lie in, made when missing; raises StorageError."""
        if not (self._folder / _RECIPE).is_file():
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
                (self._folder / _RECIPE).write_text(self._recipe, encoding="utf-8")
            except OSError as error:
                raise storage_error(error, self._folder) from error
        return self._folder

    @property
    def byte_count(self) -> int:
        return sum(path.stat().st_size for path in self.paths)

    @property
    def draft(self) -> Path:
        """Where the next piece is written before it counts."""
        return self.folder / "next.mkv"

    def add(self, frames: int) -> None:
        """The piece that was written to `draft` counts from now on: it has `frames` frames."""
        end = self.frame_count + frames
        path = self.draft.rename(self._folder / f"{self.frame_count:08d}-{end:08d}.mkv")
        self.paths.append(path)
        self.frame_count = end

    def cut(self, frames: int) -> None:
        """Forgets the pieces that go beyond the first `frames` frames."""
        while self.frame_count > frames:
            path = self.paths.pop()
            self.frame_count = _bounds(path)[0]
            path.unlink(missing_ok=True)

    def _take_stock(self) -> None:
        found = self._folder / _RECIPE
        known = found.is_file() and found.read_text(encoding="utf-8") == self._recipe
        pieces = {_bounds(path)[0]: path for path in self._folder.iterdir() if _NAME.fullmatch(path.name)}
        while known and (path := pieces.pop(self.frame_count, None)):
            self.paths.append(path)
            self.frame_count = _bounds(path)[1]
        for path in self._folder.iterdir():
            if path not in self.paths and path.name != _RECIPE:
                path.unlink()


def _bounds(path: Path) -> tuple[int, int]:
    """The first frame of a piece and the one after its last."""
    match = _NAME.fullmatch(path.name)
    assert match is not None
    return int(match[1]), int(match[2])
