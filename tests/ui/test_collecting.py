"""Garbage is collected by the window's thread, and by no other."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from studio.ui.collecting import Collecting


class Knot:
    """Garbage that only the collector can find."""

    def __init__(self, deaths: list[int]) -> None:
        self.itself = self
        weakref.finalize(self, lambda: deaths.append(threading.get_ident()))


@pytest.fixture
def collecting(qtbot: QtBot) -> Iterator[Collecting]:
    collecting = Collecting()
    yield collecting
    collecting.end()


def test_knots_made_in_any_thread_are_untied_in_the_windows(collecting: Collecting, qtbot: QtBot) -> None:
    deaths: list[int] = []

    def make() -> None:
        for _ in range(20_000):
            Knot(deaths)

    maker = threading.Thread(target=make)
    maker.start()
    maker.join()
    assert deaths == []
    qtbot.waitUntil(lambda: len(deaths) > 0, timeout=5000)
    assert set(deaths) == {threading.get_ident()}


def test_python_gets_its_collector_back(qtbot: QtBot) -> None:
    collecting = Collecting()
    assert not gc.isenabled()
    collecting.end()
    assert gc.isenabled()
