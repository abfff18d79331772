"""Makes .venv at the root of the repository and installs Kinora with its pinned dependencies into it.

A stamp with a hash of pyproject.toml and constraints.txt says what is installed, so that nothing is
done twice. Everything is said on stderr: stdout belongs to the command that follows. Standard library only.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import system_packages

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
CONSTRAINTS = ROOT / "packaging" / "constraints.txt"
STAMP = VENV / "kinora-installed.json"
# Measured: 1.9 GB with the CPU build of torch, about 7 GB with the CUDA libraries that Linux gets from PyPI.
NEEDED_BYTES = 3_000_000_000
_NETWORK_WORDS = (
    "Name or service not known",
    "NameResolutionError",
    "NewConnectionError",
    "Temporary failure in name resolution",
    "Network is unreachable",
    "Connection refused",
    "Max retries exceeded",
    "Read timed out",
    "ConnectTimeoutError",
    "getaddrinfo failed",
)


class SetupError(Exception):
    """The environment cannot be made: what happened, and what to do about it."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def python() -> Path:
    """The environment's interpreter."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def fingerprint() -> str:
    """Changes whenever what must be installed changes, or the repository has moved."""
    digest = hashlib.blake2b(str(ROOT).encode(), digest_size=16)
    for file in (ROOT / "pyproject.toml", CONSTRAINTS):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def installed_extras() -> set[str] | None:
    """The extras that the environment has; None where it is missing, half made or out of date."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if stamp.get("fingerprint") != fingerprint() or not python().exists():
        return None
    return set(stamp["extras"])


def prepare(*extras: str) -> None:
    """Brings the environment up to date with at least `extras`; raises SetupError."""
    present = installed_extras()
    if present is not None and present.issuperset(extras):
        return
    with _only_one_at_a_time():
        present = installed_extras()
        if present is None or not present.issuperset(extras):
            _set_up(sorted({*extras, *(present or ())}))


def _set_up(extras: list[str]) -> None:
    started = time.monotonic()
    STAMP.unlink(missing_ok=True)
    if not _works():
        _make_venv()
    _require_space()
    say("Installing what Kinora needs. The first time this downloads more than 1 GB and takes some minutes;")
    say("when it is interrupted, run the same command again and it goes on.")
    target = f"{ROOT}[{','.join(extras)}]" if extras else str(ROOT)
    _pip("install", "--upgrade-strategy", "only-if-needed", "-c", str(CONSTRAINTS), "-e", target)
    STAMP.write_text(json.dumps({"fingerprint": fingerprint(), "extras": extras}), encoding="utf-8")
    say(f"Installed in {time.monotonic() - started:.0f} s.")


def _works() -> bool:
    """Whether the environment has an interpreter that runs and has pip."""
    if not python().exists():
        return False
    check = subprocess.run([python(), "-m", "pip", "--version"], capture_output=True, check=False)
    return check.returncode == 0


def _make_venv() -> None:
    """A fresh environment; what was left of a broken one is thrown away."""
    if importlib.util.find_spec("ensurepip") is None:
        version = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        if not system_packages.install_on_debian([version]):
            raise SetupError(
                "This Python cannot make virtual environments: its venv module is not complete.",
                f"Install it first, for example: sudo apt-get install {version}",
            )
    say(f"Making the Python environment in {VENV}")
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(VENV)
    made = subprocess.run(
        [sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False
    )
    if made.returncode:
        raise _failure(made.stdout + made.stderr, "The Python environment could not be made.")


def _require_space() -> None:
    free = shutil.disk_usage(ROOT).free
    if free < NEEDED_BYTES and not (VENV / "pyvenv.cfg").exists():
        raise _disk_full(free)


def _disk_full(free: int) -> SetupError:
    return SetupError(
        f"There is too little space on the disk: {free / 1e9:.1f} GB free at {ROOT}.",
        f"Free at least {NEEDED_BYTES / 1e9:.0f} GB, then run this again.",
    )


def _pip(*arguments: str) -> None:
    """Runs pip in the environment, its progress on stderr; raises SetupError with the reason."""
    command = [str(python()), "-m", "pip", *arguments, "--disable-pip-version-check"]
    process = subprocess.Popen(
        command, stdout=sys.stderr, stderr=subprocess.PIPE, text=True, errors="replace", cwd=ROOT
    )
    assert process.stderr is not None
    lines: list[str] = []
    try:
        for line in process.stderr:
            sys.stderr.write(line)
            lines.append(line)
    except BaseException:
        process.terminate()
        raise
    if process.wait():
        raise _failure("".join(lines[-60:]), "The installation did not finish.")


def _failure(output: str, message: str) -> SetupError:
    """The clear form of what pip or venv printed when it failed."""
    free = shutil.disk_usage(ROOT).free
    if "No space left on device" in output or free < 50_000_000:
        return _disk_full(free)
    if any(word in output for word in _NETWORK_WORDS):
        return SetupError(
            "The packages could not be downloaded: there is no connection to the package index.",
            "Connect to the network (or set HTTPS_PROXY), then run this again; what is there is kept.",
        )
    if "Permission denied" in output:
        return SetupError(f"No permission to write {VENV}.", "Put Kinora's folder where you may write.")
    return SetupError(
        f"{message}\n{output.strip()[-2000:]}", "Run this again; if it fails again, report the lines above."
    )


@contextlib.contextmanager
def _only_one_at_a_time() -> Iterator[None]:
    """Holds a lock file, so that two starts do not install into the same environment at once."""
    try:
        lock = (ROOT / ".venv.lock").open("w")
    except OSError as error:
        raise SetupError(
            f"No permission to write {ROOT}.", "Put Kinora's folder where you may write."
        ) from error
    with lock:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(lock.fileno(), msvcrt.LK_LOCK, 1)
        else:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
