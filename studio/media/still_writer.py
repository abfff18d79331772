"""One picture as a PNG file, whole or not at all."""

from __future__ import annotations

from os import PathLike

import numpy as np

from studio.errors import UsageError
from studio.media.atomic_file import PartialFile


def write_png(path: str | PathLike[str], image: np.ndarray) -> None:
    """Writes `image`, uint8 RGB (height, width, 3), losslessly to `path`.

    Raises UsageError for another kind of array, StorageError and DiskFullError; an old file at `path` is
    replaced only by the complete new one.
    """
    import cv2

    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3:
        raise UsageError(f"A picture must be uint8 (height, width, 3), not {image.dtype} {image.shape}.")
    done, data = cv2.imencode(".png", image[..., ::-1])
    if not done:
        raise UsageError(f"A picture of {image.shape[1]}×{image.shape[0]} pixels cannot be written as PNG.")
    file = PartialFile(path)
    try:
        file.write(data.tobytes())
    except BaseException:
        file.discard()
        raise
    file.commit()
