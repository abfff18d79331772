"""Single frames and painted masks as PNG files in the project's folder, so that a recipe can name them.

Each is called by what it shows: the same picture is the same file, and none is ever written over, so
that old recipes keep their inputs.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from studio.errors import storage_error
from studio.jobs.job import Source
from studio.project.timeline import Project
from studio.timing import RationalTime, timecode

if TYPE_CHECKING:
    import numpy as np

INPUTS = "inputs"
"""The folder of the project that they lie in."""


def keep_picture(folder: Path, image: np.ndarray, name: str) -> Path:
    """Writes `image`, uint8 RGB (H, W, 3), to the project in `folder`; its path.

    Raises StorageError and DiskFullError.
    """
    from studio.media.still_writer import write_png

    place = folder / INPUTS
    digest = hashlib.blake2b(image.tobytes() + repr(image.shape).encode(), digest_size=8).hexdigest()
    target = place / f"{name} {digest}.png"
    if not target.exists():
        try:
            place.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise storage_error(error, place) from error
        write_png(target, image)
    return target


def frame_of(source: Source, time: RationalTime | None = None) -> np.ndarray:
    """The frame of `source` at `time` from its own start (the first when None), uint8 RGB (H, W, 3). Slow.

    Raises MediaError and MissingFileError.
    """
    from studio.media.picture import fit_picture
    from studio.media.reader import open_reader

    start = RationalTime.from_seconds(0) if source.time_range is None else source.time_range.start
    reader = open_reader(source.path)
    try:
        image = reader.at(start if time is None else start + time)
    finally:
        reader.close()
    return fit_picture(image, image.shape[1], image.shape[0])


def still_of(folder: Path, source: Source, time: RationalTime | None = None) -> Source:
    """A frame of `source` as a picture of the project in `folder`. Slow; raises as `frame_of` and writing."""
    return Source(path=str(keep_picture(folder, frame_of(source, time), Path(source.path).stem)))


def still_at(project: Project, folder: Path, frame: int) -> Source:
    """What the film shows at `frame`, as a picture of the project in `folder`. Slow."""
    from studio.render.compositor import Compositor

    name = f"Frame {timecode(frame, project.rate).replace(':', '-')}"
    with Compositor(project, folder) as compositor:
        return Source(path=str(keep_picture(folder, compositor.frame(frame), name)))


def shown_name(path: str) -> str:
    """The name of the file at `path`, of those kept here without the part that tells them apart."""
    file = Path(path)
    return file.stem.rsplit(" ", 1)[0] if file.parent.name == INPUTS else file.name
