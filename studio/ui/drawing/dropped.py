"""What was dropped on the prompt panel, by what a drawing can make of it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QMimeData

from studio.jobs.job import Source

# Those that studio.media.picture reads; by name, since a pointer that hovers must not wait for a drive.
_PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp")
_LORAS = (".safetensors",)
_SOUNDS = (".wav", ".mp3", ".flac", ".ogg", ".opus", ".m4a", ".aac", ".aif", ".aiff", ".wma")
_MODELS = (".gguf", ".ckpt", ".pt", ".pth", ".bin")


class Dropped(NamedTuple):
    pictures: tuple[Source, ...] = ()
    films: tuple[Source, ...] = ()
    loras: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return any(self)


def is_picture_name(path: str) -> bool:
    return Path(path).suffix.lower() in _PICTURES


def sorted_paths(paths: Iterable[str]) -> Dropped:
    """Files by their names; sounds, folders and models are for others, and left out."""
    found: dict[str, list[str]] = {"pictures": [], "films": [], "loras": []}
    for path in paths:
        if is_picture_name(path):
            found["pictures"].append(path)
        elif Path(path).suffix.lower() in _LORAS:
            found["loras"].append(path)
        elif Path(path).suffix and Path(path).suffix.lower() not in (*_SOUNDS, *_MODELS):
            found["films"].append(path)
    pictures = tuple(Source(path=path) for path in found["pictures"])
    films = tuple(Source(path=path) for path in found["films"])
    return Dropped(pictures, films, tuple(found["loras"]))


def sorted_sources(sources: Iterable[Source]) -> Dropped:
    """What clips show: still pictures and films."""
    chosen = tuple(sources)
    pictures = tuple(Source(path=one.path) for one in chosen if is_picture_name(one.path))
    return Dropped(pictures, tuple(one for one in chosen if not is_picture_name(one.path)))


def local_files(mime: QMimeData) -> list[str]:
    return [url.toLocalFile() for url in mime.urls() if url.isLocalFile()]
