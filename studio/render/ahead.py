"""Work done in a thread of its own, a few steps ahead of whoever uses it."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")


def ahead(items: Iterator[Item], steps: int) -> Generator[Item]:
    """The same `items` in the same order, made by another thread up to `steps` before they are asked for.

    What `items` raises is raised here in its place. Closing this iterator stops the thread; only after
    that, `items` may be touched by others.
    """
    end = object()
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="ahead") as thread:
        waiting = deque(thread.submit(next, items, end) for _ in range(steps))
        try:
            while (item := waiting.popleft().result()) is not end:
                waiting.append(thread.submit(next, items, end))
                yield item  # pyright: ignore[reportReturnType]
        finally:
            for step in waiting:
                step.cancel()
