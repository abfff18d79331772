"""How much memory of this machine is free for work."""

from __future__ import annotations

from pathlib import Path

_MEMINFO = Path("/proc/meminfo")


def free_memory(table: Path = _MEMINFO) -> int | None:
    """Bytes that can be had without swapping, by Linux's own estimate; None on systems that give none."""
    try:
        lines = table.read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    found = (line.split()[1] for line in lines if line.startswith("MemAvailable:"))
    return next((int(kib) * 1024 for kib in found), None)
