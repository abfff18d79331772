"""Says that a disk is too small while there is still nothing to lose."""

from __future__ import annotations

import shutil
from pathlib import Path

from studio.errors import DiskFullError
from studio.models.amounts import amount

# Left free in any case: systems, and the journal of the queue, fare badly on a full disk.
_SPARE_BYTES = 200 * 1024 * 1024


def check_room(needs: dict[Path, int], advice: str) -> None:
    """Raises DiskFullError where a disk has not the bytes that the folders on it will need together.

    `advice` says what becomes of the job.
    """
    on_disk: dict[int, tuple[Path, int]] = {}
    for folder, needed in needs.items():
        device = folder.stat().st_dev
        first, before = on_disk.get(device, (folder, 0))
        on_disk[device] = first, before + needed
    for folder, needed in on_disk.values():
        free = shutil.disk_usage(folder).free
        if free < needed + _SPARE_BYTES:
            raise DiskFullError(
                f"About {amount(needed + _SPARE_BYTES)} are needed on the disk of {folder}, "
                f"and {amount(free)} are free.",
                advice,
            )
