"""How long a download goes on trying, and the waits in between."""

from __future__ import annotations

import re
import time
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import Protocol

from studio.errors import DownloadError

_WINDOW = re.compile(r";\s*r\s*=\s*0\s*;\s*t\s*=\s*(\d{1,9})")
_TRIES = 6
_LONGEST_PAUSE_S = 60.0
_LONGEST_DEMAND_S = 900.0
_LOOK_S = 0.1


class Watch(Protocol):
    """Whoever follows a download: the running job's context."""

    def progress(self, phase: str, step: int, steps: int) -> None: ...

    def notice(self, message: str, hint: str = "") -> None: ...

    def raise_if_cancelled(self) -> None: ...


class Patience:
    """Counts failures in a row; new bytes make it forget them.

    `first_pause_s` is the wait after the first failure; each further one waits twice as long.
    """

    def __init__(self, watch: Watch, first_pause_s: float = 1.0) -> None:
        self._watch = watch
        self._first_pause_s = first_pause_s
        self._failures = 0

    def forget(self) -> None:
        """Something arrived: the next failure is a first one again."""
        self._failures = 0

    def wait(self, error: Exception, demanded_s: float | None = None) -> None:
        """Waits before the next try, as long as the server demands or as experience says.

        Raises DownloadError when it was tried often enough, CancelledError when the user stops it.
        """
        self._failures += 1
        if self._failures >= _TRIES:
            raise DownloadError(
                "The connection does not hold.",
                "What has arrived is kept: try again later and it goes on from there.",
                str(error) or type(error).__name__,
            ) from error
        if demanded_s is not None and demanded_s > _LONGEST_DEMAND_S:
            raise DownloadError(
                f"The server asks to wait for {demanded_s / 60:.0f} minutes.",
                "What has arrived is kept: try again later and it goes on from there.",
                str(error),
            ) from error
        if demanded_s is not None and demanded_s >= 2:
            self._watch.notice(f"The server asks to wait for {demanded_s:.0f} s.", "It goes on by itself.")
        self._pause(demanded_s if demanded_s is not None else self._usual_pause_s())

    def _usual_pause_s(self) -> float:
        return min(_LONGEST_PAUSE_S, self._first_pause_s * 2 ** (self._failures - 1))

    def _pause(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._watch.raise_if_cancelled()
            time.sleep(min(_LOOK_S, left))


def demanded_pause_s(headers: Message) -> float | None:
    """The wait that an answer demands; None where it names none.

    Retry-After with seconds or a date (RFC 9110, 10.2.3), else what the Hub says in its place: the time
    until the limit's next window (RateLimit: "api";r=0;t=55, draft-ietf-httpapi-ratelimit-headers).
    """
    text = (headers.get("Retry-After") or "").strip()
    if text.isdecimal():
        return float(text[:9])
    if text:
        try:
            return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
        except (TypeError, ValueError):
            return None
    window = _WINDOW.search(headers.get("RateLimit") or "")
    return float(window[1]) if window is not None else None
