"""The worker process: a control loop that always answers, and one inference thread that does the work."""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import os
import sys
import threading
from queue import SimpleQueue

from studio import log
from studio.jobs.messages import Cancel, Heartbeat, Prepare, Ready, Run, Shutdown, read_command
from studio.worker.outlet import Outlet, take_pipes
from studio.worker.runner import Runner

_HEARTBEAT_S = 0.5
# Later than this a heartbeat is due for sure: whoever holds the interpreter is written to stderr, from
# where it reaches the error's details.
_TRACE_AFTER_S = 2.5
_NICENESS = 5

_LOG = logging.getLogger("studio.worker")


def main() -> None:
    """Serves until the owner closes the pipe (or dies), then ends at once, also in the middle of a job."""
    commands, outlet = take_pipes()
    log.set_up()
    # Local folders are all that is ever loaded here, and no code out of them.
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["DIFFUSERS_DISABLE_REMOTE_CODE"] = "1"
    runner = Runner(outlet)
    orders: SimpleQueue[Run | Prepare | None] = SimpleQueue()
    threading.Thread(target=_work, args=(orders, runner), name="inference", daemon=True).start()
    outlet.send(Ready(os.getpid()))
    threading.Thread(target=_beat, args=(outlet, runner), name="heartbeat", daemon=True).start()
    while (command := read_command(commands)) is not None:
        match command:
            case Run() | Prepare():
                orders.put(command)
            case Cancel(job_id=job_id):
                runner.cancel(job_id)
            case Shutdown():
                orders.put(None)
    # Not sys.exit: that would wait for native code, and there is nobody left to work for.
    os._exit(0)


def _work(orders: SimpleQueue[Run | Prepare | None], runner: Runner) -> None:
    # On Linux niceness belongs to the thread: the control loop stays prompt, the work yields to the window.
    if hasattr(os, "nice"):
        with contextlib.suppress(OSError):  # refused in some sandboxes; then it is only less polite
            os.nice(_NICENESS)
    while (order := orders.get()) is not None:
        if isinstance(order, Run):
            runner.run(order)
        else:
            runner.prepare(order.spec)
    sys.stderr.flush()
    os._exit(0)


def _beat(outlet: Outlet, runner: Runner) -> None:
    pause = threading.Event()
    while True:
        faulthandler.dump_traceback_later(_TRACE_AFTER_S, file=sys.stderr)
        outlet.send(Heartbeat(runner.ticks))
        pause.wait(_HEARTBEAT_S)


if __name__ == "__main__":
    main()
