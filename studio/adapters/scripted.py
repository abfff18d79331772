"""The scripted test model: draws a moving gradient and misbehaves on demand; free of torch.

It ships, so that every part of Kinora can be tested through the real worker process. The prompt is
its script: words of the form `name=value`, or a bare name.

    frames=24      frames to draw (else the job's num_frames)
    step_s=0.05    seconds that each of the job's steps takes
    fail-at=3      step 3 raises a JobError
    oom-at=3       step 3 raises MemoryError; `oom-once` only until the adapter has economised
    crash-at=3     step 3 kills the process the hard way
    crash-once     … but only the first time (a mark in the job's scratch folder remembers)
    hang-at=3      step 3 blocks for a minute and ignores every cancel
    hold-gil=3     step 3 keeps the interpreter to itself, so that not even heartbeats leave
    noisy          prints to stdout and to file descriptor 1
    full-disk      raises the OSError of a full disk

Steps count from 1.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator

import numpy as np

from studio.adapters.base import Footage, RunContext
from studio.errors import JobError
from studio.jobs.job import Generate
from studio.models.spec import ModelSpec

_HANG_S = 60.0


def parse_script(prompt: str) -> dict[str, float]:
    """The instructions in `prompt`; a bare word counts as 1, a value that is no number is ignored."""
    script: dict[str, float] = {}
    for word in prompt.split():
        name, _, value = word.partition("=")
        try:
            script[name] = float(value) if value else 1.0
        except ValueError:
            continue
    return script


class ScriptedAdapter:
    def __init__(self) -> None:
        self._thrifty = False

    def load(self, spec: ModelSpec) -> None:
        self._spec = spec

    def run(self, job: Generate, context: RunContext) -> Footage:
        script = parse_script(job.prompt)
        count = int(script.get("frames", job.num_frames))
        frames = self._frames(job, script, count, context)
        return Footage(frames, job.width, job.height, job.frame_rate, count)

    def economise(self) -> bool:
        """Goes the one rung down that `oom-once` asks for."""
        lowered, self._thrifty = not self._thrifty, True
        return lowered

    def unload(self) -> None:
        self._thrifty = False

    def _frames(
        self, job: Generate, script: dict[str, float], count: int, context: RunContext
    ) -> Iterator[np.ndarray]:
        if "noisy" in script:
            print("a stray print")  # noqa: T201 - being noisy is the point
            sys.stdout.flush()
            os.write(1, b"stray bytes\n")
        for step in range(1, job.num_inference_steps + 1):
            context.raise_if_cancelled()
            self._misbehave(script, step, context)
            time.sleep(script.get("step_s", 0.0))
            context.progress("denoise", step, job.num_inference_steps)
            if context.wants_preview():
                context.preview([draw(job.width, job.height, 0, job.seed or 0)])
        for frame in range(count):
            context.raise_if_cancelled()
            yield draw(job.width, job.height, frame, job.seed or 0)

    def _misbehave(self, script: dict[str, float], step: int, context: RunContext) -> None:
        acts: dict[str, Callable[[], None]] = {
            "fail-at": _fail,
            "oom-at": lambda: self._run_out_of_memory(script),
            "crash-at": lambda: _crash(script, context),
            "hang-at": lambda: _hang(context),
            "hold-gil": _hold_interpreter,
            "full-disk": _fill_disk,
        }
        for name, act in acts.items():
            if script.get(name) == step:
                act()

    def _run_out_of_memory(self, script: dict[str, float]) -> None:
        if not (self._thrifty and "oom-once" in script):
            raise MemoryError


def draw(width: int, height: int, frame: int, seed: int) -> np.ndarray:
    """Frame number `frame` of a diagonal gradient that slides: uint8 RGB (height, width, 3)."""
    across = np.arange(width, dtype=np.int64)[None, :, None]
    down = np.arange(height, dtype=np.int64)[:, None, None]
    tint = np.array([3, 5, 7]) + seed % 11
    return ((across * 2 + down + frame * tint) % 256).astype(np.uint8)


def _fail() -> None:
    raise JobError("The script asked for a failure.", "Take 'fail-at' out of the prompt.")


def _fill_disk() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "scripted.mkv")


def _crash(script: dict[str, float], context: RunContext) -> None:
    mark = context.scratch / "crashed"
    if "crash-once" in script and mark.exists():
        return
    mark.touch()
    sys.stderr.write("the script crashes now\n")
    sys.stderr.flush()
    os.kill(os.getpid(), signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)


def _hang(context: RunContext) -> None:
    context.notice("The script hangs now.")
    threading.Event().wait(_HANG_S)


def _hold_interpreter() -> None:
    """Keeps the GIL by asking for hand-overs only every _HANG_S seconds and never blocking."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(_HANG_S)
    end = time.monotonic() + _HANG_S
    while time.monotonic() < end:
        pass
    sys.setswitchinterval(usual)
