"""Clips made from a file that has changed since are marked, and made again with one command."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.jobs.job import Animate, Source
from studio.project.timeline import Clip, External
from studio.timing import Rate
from studio.ui.main_window import MainWindow
from studio.ui.session import Session
from tests.ui.hands import button, save_picture


def only_clip(session: Session) -> Clip:
    [(_, clip)] = list(session.project.clips())
    return clip


@pytest.fixture
def animated(window: MainWindow, session: Session, qtbot: QtBot, tmp_path: Path) -> Path:
    """A picture that a clip was made from."""
    picture = save_picture(tmp_path / "cat.png", shade=60)
    source = Source(path=str(picture))
    session.generate(Animate(pictures=(source,), width=64, height=48, num_frames=4, frame_rate=Rate(24)))
    qtbot.waitUntil(lambda: isinstance(only_clip(session).take.reference, External), timeout=60_000)
    window.extras.watch_files()
    return picture


def test_a_changed_picture_marks_its_clip_and_it_is_made_again(
    window: MainWindow, session: Session, qtbot: QtBot, animated: Path
) -> None:
    assert session.stale == frozenset()
    save_picture(animated, shade=200)
    with qtbot.waitSignal(session.stale_changed, timeout=10_000):
        window.timeline.commands["marker"].trigger()
    assert session.stale == {only_clip(session).id}
    session.select([only_clip(session).id])
    qtbot.waitUntil(lambda: button(window.inspector, "Make again").isVisible())
    action = next(one for one in window.findChildren(QAction) if one.objectName() == "edit.render-changed")
    action.trigger()
    assert len(only_clip(session).takes) == 2
    qtbot.waitUntil(lambda: only_clip(session).active == 1, timeout=60_000)
    qtbot.waitUntil(lambda: not session.stale, timeout=10_000)
    assert not button(window.inspector, "Make again").isVisible()
    assert all(isinstance(take.reference, External) for take in only_clip(session).takes)


def test_one_clip_is_made_again_from_the_inspector(
    window: MainWindow, session: Session, qtbot: QtBot, animated: Path
) -> None:
    save_picture(animated, shade=200)
    with qtbot.waitSignal(session.stale_changed, timeout=10_000):
        window.timeline.commands["marker"].trigger()
    session.select([only_clip(session).id])
    qtbot.waitUntil(lambda: button(window.inspector, "Make again").isVisible())
    QTest.mouseClick(button(window.inspector, "Make again"), Qt.MouseButton.LeftButton)
    assert len(only_clip(session).takes) == 2


def test_a_picture_that_is_gone_is_not_stale(
    window: MainWindow, session: Session, qtbot: QtBot, animated: Path
) -> None:
    animated.unlink()
    window.extras.render_changed()
    [toast] = window.toasts().toasts()
    assert toast.message() == "Nothing has changed."
