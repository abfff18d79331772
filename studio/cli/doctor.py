"""`studio doctor`: what this machine has, what works, what does not and why."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal

import msgspec

from studio.cli.arguments import kinora_version
from studio.cli.console import Console
from studio.cli.listing import shown_models
from studio.errors import StudioError
from studio.media.codecs import missing_codecs
from studio.models.catalog import default_catalog
from studio.models.hub_cache import cache_folders
from studio.paths import cache_folder, profile_folder

_LIBRARIES = (
    "PySide6-Essentials",
    "torch",
    "diffusers",
    "transformers",
    "av",
    "numpy",
    "opencv-python-headless",
)
_LITTLE_SPACE = 5_000_000_000
_SURVEY_S = 120


class Finding(msgspec.Struct, frozen=True):
    """One line of the report; "missing" says that something does not work."""

    subject: str
    state: Literal["ok", "note", "missing"]
    text: str
    hint: str = ""


def examine(options: argparse.Namespace, console: Console) -> int:
    """Prints the findings as they come; returns 1 when something needed is missing."""
    worst = 0
    for finding in findings():
        worst = max(worst, int(finding.state == "missing"))
        if options.json:
            console.value(finding)
        else:
            console.result(as_text(finding))
    return worst


def as_text(finding: Finding) -> str:
    mark = {"ok": "ok  ", "note": "note", "missing": "MISSING"}[finding.state]
    hint = f"\n{'':<22}{finding.hint}" if finding.hint else ""
    return f"{mark:<8}{finding.subject:<14}{finding.text}{hint}"


def findings() -> Iterator[Finding]:
    yield Finding(
        "Kinora", "ok", f"{kinora_version()}, Python {platform.python_version()}, {platform.platform()}"
    )
    yield _machine()
    yield _libraries()
    yield from _devices()
    yield from _window()
    yield _codecs()
    yield from _folders()
    yield _models_folder()
    yield from _models()


def _machine() -> Finding:
    memory = _memory_bytes()
    text = f"{os.cpu_count()} cores, " + (
        f"{memory / 2**30:.0f} GiB of memory" if memory else "memory unknown"
    )
    return Finding("machine", "ok", text)


def _memory_bytes() -> int:
    """The machine's memory; 0 where the system does not say."""
    if not hasattr(os, "sysconf"):
        return 0
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _libraries() -> Finding:
    found: list[str] = []
    lost: list[str] = []
    for name in _LIBRARIES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            lost.append(name)
    if lost:
        return Finding(
            "libraries", "missing", f"not installed: {', '.join(lost)}", "Run packaging/start.py again."
        )
    return Finding("libraries", "ok", ", ".join(found))


def _devices() -> Iterator[Finding]:
    """What the models can run on."""
    found = _survey("studio.worker.survey")
    if isinstance(found, str):
        yield Finding("device", "missing", "torch does not load, so no neural model works.", found)
        return
    for device in found["devices"]:
        memory = f", {device['memory_bytes'] / 2**30:.0f} GiB" if device["memory_bytes"] else ""
        yield Finding("device", "ok", f"{device['name']} ({device['kind']}{memory}): {found['why']}")
    if not found["devices"]:
        text = f"no GPU that torch can use: {found['why']}. Models run on the processor, slower."
        yield Finding("device", "note", text)


def _window() -> Iterator[Finding]:
    if _has_no_display():
        text = "there is no display (DISPLAY and WAYLAND_DISPLAY are not set); the commands work without one."
        yield Finding("window", "note", text)
        return
    found = _survey("studio.ui.survey")
    if isinstance(found, str):
        yield Finding("window", "note", f"cannot open here; the commands work without it. {found}")
        return
    screens = ", ".join(f"{width}x{height}" for width, height in found["screens"]) or "none"
    yield Finding("window", "ok", f"Qt {found['qt']} on {found['platform']}, screens: {screens}")
    if found["sound"]:
        yield Finding("sound", "ok", ", ".join(found["sound"]))
    else:
        yield Finding("sound", "note", "no output here: clips play silently, exports have their sound.")


def _has_no_display() -> bool:
    named = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform.startswith("linux") and not any(os.environ.get(name) for name in named)


def _survey(module: str) -> dict[str, Any] | str:
    """What `python -m module` found, or why it found nothing: its last line on stderr."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", module], capture_output=True, text=True, timeout=_SURVEY_S, check=False
        )
    except subprocess.TimeoutExpired:
        return f"It did not answer within {_SURVEY_S} s."
    if done.returncode == 0:
        return json.loads(done.stdout)
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    return lines[-1] if lines else f"It ended with code {done.returncode}."


def _codecs() -> Finding:
    lost = missing_codecs()
    if lost["encoders"]:
        return Finding(
            "codecs", "missing", f"cannot write {', '.join(lost['encoders'])}", "Install PyAV's own wheel."
        )
    if lost["decoders"]:
        return Finding("codecs", "note", f"cannot read {', '.join(lost['decoders'])}")
    return Finding("codecs", "ok", "writes H.264, AAC, FFV1, GIF, PNG; reads the usual ones")


def _folders() -> Iterator[Finding]:
    for subject, find in (("profile", profile_folder), ("caches", cache_folder)):
        try:
            yield _folder(subject, find())
        except OSError as error:
            hint = "Set STUDIO_PROFILE to a folder you may write to."
            yield Finding(subject, "missing", f"cannot be used: {error.strerror}: {error.filename}", hint)


def _models_folder() -> Finding:
    """Where models are fetched to: it need not exist before the first."""
    place = cache_folders()[0]
    there = next(folder for folder in (place, *place.parents) if folder.is_dir())
    free = shutil.disk_usage(there).free
    state = "ok" if free > _LITTLE_SPACE else "note"
    return Finding("models go to", state, f"{place}, {free / 1e9:.0f} GB free")


def _folder(subject: str, folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    text = f"{folder}, {free / 1e9:.0f} GB free"
    if not os.access(folder, os.W_OK):
        return Finding(
            subject, "missing", f"no permission to write {folder}", "Set STUDIO_PROFILE to another one."
        )
    return Finding(subject, "ok" if free > _LITTLE_SPACE else "note", text)


def _models() -> Iterator[Finding]:
    try:
        catalog = default_catalog()
        specs = shown_models(catalog)
    except StudioError as error:
        yield Finding("models", "missing", error.message, error.hint)
        return
    for spec in specs:
        lost = spec.missing_files()
        if not spec.is_installed:
            continue
        if lost:
            yield Finding(
                spec.id, "missing", f"{spec.title} is not complete: {', '.join(lost)}", f"in {spec.folder}"
            )
        else:
            yield Finding(spec.id, "ok", f"{spec.title} is ready")
    if more := [spec for spec in specs if not spec.is_installed]:
        yield Finding("models", "note", f"{len(more)} more can be fetched.", "studio models lists them.")
    for problem in catalog.problems:
        yield Finding("models", "note", problem.message, problem.hint)
