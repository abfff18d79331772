"""Downloads of a model while everything goes wrong: resumed or clearly refused, never half a model.

Through the whole of every fault a second thread looks at the cache as the catalog does; what it takes for
an installed model is compared byte by byte.
"""

from __future__ import annotations

import contextlib
import random
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from studio.errors import CancelledError, StudioError
from studio.models.hub_cache import find_snapshot
from tests.faults.row import Row
from tests.models.follower import Follower, await_part
from tests.models.hub_server import HubServer, serving
from tests.models.repositories import REPO, needed, tiny_video
from tests.models.test_download import PULL, ROOT, TRANSFORMER, contents, folder, pull

_LOOK_S = 0.01
_NO_BYTE_TWICE = "whole, no byte twice"
_RESUMED = "whole, resumed"
_WHOLE = "whole"


class _Onlooker:
    """Looks for half models as long as the `with` lasts."""

    def __init__(self) -> None:
        self.half = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def _look(self) -> None:
        while not self._ended.wait(_LOOK_S):
            snapshot = find_snapshot(REPO)
            if snapshot is not None and contents(snapshot) != _wanted():
                self.half += 1

    def __enter__(self) -> _Onlooker:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._ended.set()
        self._thread.join()


Fault = Callable[[HubServer, random.Random], str]


def run() -> Iterator[Row]:
    for fault, (name, times, promised) in _FAULTS.items():
        outcomes: list[str] = []
        half = 0
        for number in range(times):
            with (
                tempfile.TemporaryDirectory() as place,
                pytest.MonkeyPatch.context() as patch,
                serving(patch, Path(place)) as hub,
            ):
                patch.setenv("STUDIO_PROFILE", place)
                with _Onlooker() as onlooker:
                    outcomes.append(fault(hub, random.Random(number)))
                half += onlooker.half
        seen = f", half models seen: {half}" if half else ""
        yield Row(name, times, promised, _spoken(outcomes) + seen, set(outcomes) == {promised} and not half)


def _spoken(outcomes: list[str]) -> str:
    """Each outcome once, the most frequent first."""
    counts = {outcome: outcomes.count(outcome) for outcome in outcomes}
    ordered = sorted(counts, key=lambda outcome: -counts[outcome])
    return "; ".join(f"{counts[outcome]} × {outcome}" if len(counts) > 1 else outcome for outcome in ordered)


def _wanted() -> dict[str, bytes]:
    return {name: tiny_video()[name] for name in needed()}


def _final(hub: HubServer, planned: int = 1) -> str:
    """What a last, undisturbed try makes of it; `planned` is how many tries have read the index before."""
    try:
        snapshot = pull()
    except StudioError as error:
        return f"refused: {error.message}"
    if contents(snapshot) != _wanted() or find_snapshot(REPO) != snapshot:
        return "NOT WHOLE"
    total = sum(map(len, _wanted().values())) + planned * len(tiny_video()["model_index.json"])
    if hub.sent_bytes <= total:
        return _NO_BYTE_TWICE
    return _RESUMED if any(asked.start for asked in hub.asked) else _WHOLE


def _refused() -> str:
    try:
        pull()
    except StudioError as error:
        return type(error).__name__ if find_snapshot(REPO) is None else "HALF A MODEL"
    return "NOT REFUSED"


def _cuts(hub: HubServer, dice: random.Random) -> str:
    hub.faults.cuts = _random_cuts(dice, 10)
    return _final(hub)


def _random_cuts(dice: random.Random, count: int) -> list[int]:
    """Within the small files of weights and within the large one."""
    return [dice.randrange(0, dice.choice([1000, 1_000_000])) for _ in range(count)]


def _never_holds(hub: HubServer, dice: random.Random) -> str:
    hub.faults.cuts = [dice.randrange(0, 4000)] + [0] * 100
    return _refused()


def _holds_later(hub: HubServer, dice: random.Random) -> str:
    _never_holds(hub, dice)
    hub.faults.cuts = []
    return _final(hub, planned=2)


def _kill(hub: HubServer, dice: random.Random) -> str:
    hub.faults.stalls, hub.faults.stall_at = threading.Event(), dice.uniform(0.02, 0.98)
    process = subprocess.Popen([sys.executable, "-c", PULL], cwd=ROOT, stdout=subprocess.DEVNULL)
    hub.reached_middle.wait(60)
    await_part(folder())
    process.send_signal(signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)
    process.wait()
    if find_snapshot(REPO) is not None:
        return "HALF A MODEL"
    hub.faults.stalls.set()
    return _final(hub, planned=2)


def _cancel(hub: HubServer, dice: random.Random) -> str:
    _cancel_once(dice)
    return _final(hub, planned=2)


def _spoilt_part(hub: HubServer, dice: random.Random) -> str:
    _cancel_once(dice)
    for part in folder().path.rglob("*.incomplete"):
        part.write_bytes(dice.randbytes(part.stat().st_size))
    return _final(hub)


def _cancel_once(dice: random.Random) -> None:
    """Within the largest file, which comes last."""
    stop_at = dice.randrange(40_000, 1_500_000)
    with contextlib.suppress(CancelledError):
        pull(Follower(lambda done: done > stop_at))


def _two_at_once(hub: HubServer, dice: random.Random) -> str:
    command = [sys.executable, "-c", PULL]
    others = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) for _ in range(2)]
    for other in others:
        other.wait()
    return _final(hub, planned=3)


def _damaged_once(hub: HubServer, dice: random.Random) -> str:
    hub.faults.damage = 1
    return _final(hub)


def _damaged_always(hub: HubServer, dice: random.Random) -> str:
    hub.faults.damage = 10**6
    return _refused()


def _busy(hub: HubServer, dice: random.Random) -> str:
    hub.faults.refusals = [(429, "1"), (503, ""), (429, "")]
    return _final(hub)


def _busy_for_hours(hub: HubServer, dice: random.Random) -> str:
    hub.faults.refusals = [(429, "7200")]
    return _refused()


def _no_ranges(hub: HubServer, dice: random.Random) -> str:
    hub.faults.ignores_ranges = True
    hub.faults.cuts = _random_cuts(dice, 8)
    return _final(hub)


def _no_space(hub: HubServer, dice: random.Random) -> str:
    hub.faults.claimed_sizes = {TRANSFORMER: 10**16}
    outcome = _refused()
    return outcome if hub.sent_bytes <= len(tiny_video()["model_index.json"]) else "LATE"


def _lying_sizes(hub: HubServer, dice: random.Random) -> str:
    hub.faults.claimed_sizes = {TRANSFORMER: dice.choice([1, 5000, 2_000_000, 3_500_000])}
    return _refused()


def _login(hub: HubServer, dice: random.Random) -> str:
    hub.faults.login_page = True
    return _refused()


def _gated(hub: HubServer, dice: random.Random) -> str:
    hub.faults.gated = True
    return _refused()


def _pickles(hub: HubServer, dice: random.Random) -> str:
    del hub.files["vae/diffusion_pytorch_model.safetensors"]
    return _refused()


def _evil_names(hub: HubServer, dice: random.Random) -> str:
    hub.files[dice.choice(["vae/..\\evil.json", "vae/C:evil.json", "vae/evil.json ", "vae/a*.json"])] = b"{}"
    return _refused()


_FAULTS: dict[Fault, tuple[str, int, str]] = {
    _cuts: ("connection cut ten times at random bytes", 10, _NO_BYTE_TWICE),
    _never_holds: ("connection that never holds", 3, "DownloadError"),
    _holds_later: ("… tried again later", 3, _NO_BYTE_TWICE),
    _kill: ("kill -9 in the middle of a file, then again", 5, _RESUMED),
    _cancel: ("paused at a random byte, then again", 10, _RESUMED),
    _spoilt_part: ("the part on the disk spoilt meanwhile", 3, _RESUMED),
    _two_at_once: ("two other processes at once", 3, _NO_BYTE_TWICE),
    _damaged_once: ("one wrong checksum", 3, _WHOLE),
    _damaged_always: ("wrong checksums for good", 1, "DownloadError"),
    _busy: ("429 with Retry-After, 503", 1, _NO_BYTE_TWICE),
    _busy_for_hours: ("429 for two hours", 1, "DownloadError"),
    _no_ranges: ("server without ranges, cut eight times", 3, _WHOLE),
    _no_space: ("no space, known before the first byte", 1, "DiskFullError"),
    _lying_sizes: ("a listing that lies about a size", 4, "DownloadError"),
    _login: ("a network that wants a login", 1, "DownloadError"),
    _gated: ("a gated model without a token", 1, "TokenNeededError"),
    _pickles: ("weights only as pickles", 1, "ModelError"),
    _evil_names: ("names that lead out of the folder", 4, "ModelError"),
}
