"""Small pictures of a film at given times, kept on the disk by content."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from pathlib import Path

import numpy as np

from studio.errors import MediaError, UsageError
from studio.media.derived import derived_path, keep, kept
from studio.media.probe import probe
from studio.media.reader import open_reader
from studio.timing import RationalTime

_QUALITY = 85


def filmstrip(path: str | PathLike[str], times: Sequence[RationalTime], height: int) -> list[np.ndarray]:
    """The frames of the film or picture at `path` on the screen at `times`: uint8 RGB (height, W, 3) each.

    Times out of order cost no more than sorted ones. Raises MissingFileError, MediaError, UsageError.
    """
    if height < 1:
        raise UsageError(f"A thumbnail cannot be {height} pixels high.")
    places = {time: derived_path(path, "thumbnails", _name(time, height)) for time in times}
    images = {time: image for time, place in places.items() if (image := _load(place)) is not None}
    missing = sorted(time for time in places if time not in images)
    if missing:
        info = probe(path)
        if info.kind == "audio":
            raise MediaError(f"{Path(path).name} has no picture in it, only sound.")
        width = max(1, round(info.width * height / info.height))
        reader = open_reader(path, size=(width, height))
        try:
            for time in missing:
                images[time] = reader.at(time)
                _save(places[time], images[time])
        finally:
            reader.close()
    return [images[time] for time in times]


def _name(time: RationalTime, height: int) -> str:
    seconds = time.seconds
    return f"{height}p-{seconds.numerator}-{seconds.denominator}.jpg"


def _load(path: Path) -> np.ndarray | None:
    import cv2

    data = kept(path)
    image = None if data is None else cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB)
    return None if image is None else np.asarray(image)


def _save(path: Path, image: np.ndarray) -> None:
    import cv2

    done, data = cv2.imencode(".jpg", image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    if done:
        keep(path, data.tobytes())
