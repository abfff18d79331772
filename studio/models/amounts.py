"""How many bytes, as a person says it."""

from __future__ import annotations


def amount(size_bytes: int) -> str:
    """`size_bytes` in the decimal units that drives and providers use: "1.4 GB", "12 MB", "3 kB"."""
    for unit, name in ((10**12, "TB"), (10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        # From 9.95 on the first decimal would round up to a two-digit number, which needs none.
        if size_bytes >= unit:
            value = size_bytes / unit
            return f"{value:.1f} {name}" if value < 9.95 else f"{value:.0f} {name}"
    return f"{size_bytes} bytes"
