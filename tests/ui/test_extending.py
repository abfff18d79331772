"""A clip of the timeline is continued: by its menu, and carried into the panel by the mouse."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import to_builtins
from msgspec.structs import replace
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from studio.project.edits import AddTake
from studio.project.timeline import Clip, Generator
from studio.ui.main_window import MainWindow
from studio.ui.session import Session
from tests.render.footage import write_film
from tests.ui.drawing_desk import describe_models, drawing, select
from tests.ui.hands import control
from tests.ui.studio_session import told

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def clips(window: MainWindow, session: Session, qtbot: QtBot, tmp_path: Path) -> list[Clip]:
    """Two clips of a second each, one after the other."""
    for number in range(2):
        film = write_film(tmp_path / f"film{number}.mkv", 24, first=24 * number)
        session.import_paths([str(film)], frame=24 * number)
        qtbot.waitUntil(lambda number=number: session.project.duration == 24 * (number + 1))
    return sorted((clip for _, clip in session.project.clips()), key=lambda clip: clip.start)


def offer(window: MainWindow, session: Session) -> None:
    """Puts models of every kind into the catalog, as if they had just been added."""
    describe_models(session)
    session.models_changed.emit()


def pick(window: MainWindow, clip: Clip, words: str) -> None:
    found = window.session.project.find(clip.id)
    assert found is not None
    menu = window.timeline.canvas.menu.build(*found)
    extend = next(action.menu() for action in menu.actions() if action.text() == "Extend")
    assert isinstance(extend, QMenu)
    next(action for action in extend.actions() if action.text().startswith(words)).trigger()
    menu.deleteLater()


def test_forwards_the_new_clip_follows_and_the_rest_moves_on(
    window: MainWindow, session: Session, clips: list[Clip], qtbot: QtBot
) -> None:
    offer(window, session)
    select(window.inputs.prompt, "condition")
    pick(window, clips[0], "Forwards")
    panel = window.inputs.prompt
    job = panel.job()
    assert job.extend is not None and not job.extend.backwards
    assert job.extend.path.endswith("film0.mkv")
    qtbot.waitUntil(lambda: panel.job().width / panel.job().height == pytest.approx(160 / 96, 0.03))
    QTest.keyClicks(control(panel, QPlainTextEdit, "Prompt"), "it goes on")
    assert panel.primary.isEnabled(), panel.primary.toolTip()
    QTest.mouseClick(panel.primary, LEFT)
    [made] = [clip for _, clip in session.project.clips() if isinstance(clip.take.reference, Generator)]
    after = session.project.find(clips[1].id)
    assert made.start == 24 and after is not None and after[1].start == made.end


def test_backwards_it_stands_before(window: MainWindow, session: Session, clips: list[Clip]) -> None:
    offer(window, session)
    pick(window, clips[0], "Backwards")
    panel = window.inputs.prompt
    assert panel.job().extend is not None and panel.job().extend.backwards
    QTest.keyClicks(control(panel, QPlainTextEdit, "Prompt"), "how it began")
    QTest.mouseClick(panel.primary, LEFT)
    [made] = [clip for _, clip in session.project.clips() if isinstance(clip.take.reference, Generator)]
    first = session.project.find(clips[0].id)
    assert made.start == 0 and first is not None and first[1].start == made.end


def test_a_clip_that_is_still_being_made_cannot_be_continued(
    window: MainWindow, session: Session, clips: list[Clip]
) -> None:
    offer(window, session)
    pick(window, clips[0], "Forwards")
    QTest.keyClicks(control(window.inputs.prompt, QPlainTextEdit, "Prompt"), "it goes on")
    QTest.mouseClick(window.inputs.prompt.primary, LEFT)
    [made] = [clip for _, clip in session.project.clips() if isinstance(clip.take.reference, Generator)]
    heard = told(session)
    window.inputs.extend(made.id, False)
    assert "cannot be continued" in heard[-1].message and "Wait" in heard[-1].hint


def test_a_clip_made_from_words_goes_on_with_its_own_settings(
    window: MainWindow, session: Session, clips: list[Clip]
) -> None:
    offer(window, session)
    job = replace(drawing("condition"), prompt="a whale", num_inference_steps=7, seed=3)
    found = session.project.find(clips[0].id)
    assert found is not None
    take = replace(found[1].take, id="made", recipe=to_builtins(job))
    session.apply(AddTake(clip_id=clips[0].id, take=take))
    pick(window, clips[0], "Forwards")
    fresh = window.inputs.prompt.job()
    assert (fresh.prompt, fresh.num_inference_steps, fresh.seed) == ("a whale", 7, None)
    assert fresh.extend is not None


def carry(window: MainWindow, start: QPoint, end: QPoint) -> None:
    """Drags from `start` on the canvas to the global position `end`, as the window system tells it."""
    canvas = window.timeline.canvas
    QTest.mousePress(canvas, LEFT, pos=start)
    from_ = canvas.mapToGlobal(start)
    for share in (0.1, 0.5, 0.9, 1.0):
        at = from_ + (end - from_) * share
        move(canvas, QEvent.Type.MouseMove, at)
    move(canvas, QEvent.Type.MouseButtonRelease, end)


def move(canvas: QWidget, kind: QEvent.Type, at: QPoint) -> None:
    button = LEFT if kind == QEvent.Type.MouseButtonRelease else Qt.MouseButton.NoButton
    held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else LEFT
    local = QPointF(canvas.mapFromGlobal(at))
    event = QMouseEvent(kind, local, QPointF(at), button, held, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(canvas, event)


def middle_of(window: MainWindow, clip: Clip) -> QPoint:
    canvas = window.timeline.canvas
    row = next(row for row in canvas.rows if any(one.id == clip.id for one in row.track.clips))
    rect = canvas.lens.clip_rect(row, clip)
    # Below the line of the level, which has a handle of its own.
    return QPointF(rect.center().x(), rect.top() + rect.height() * 0.8).toPoint()


def test_clips_are_carried_from_the_timeline_into_the_panel(
    window: MainWindow, session: Session, clips: list[Clip]
) -> None:
    offer(window, session)
    panel = window.inputs.prompt
    panel.load(drawing("redraw"))
    before = session.project
    carry(window, middle_of(window, clips[0]), panel.mapToGlobal(panel.rect().center()))
    source = panel.job().video
    assert source is not None and source.path.endswith("film0.mkv")
    assert session.project == before, "nothing on the timeline has moved"
    assert window.timeline.canvas.held is None and window.timeline.canvas.shown == before
    assert panel.property("welcome") == "false"


def test_over_a_panel_that_takes_no_clip_the_drag_goes_on_as_always(
    window: MainWindow, session: Session, clips: list[Clip]
) -> None:
    offer(window, session)
    panel = window.inputs.prompt
    panel.load(drawing("words"))
    carry(window, middle_of(window, clips[1]), panel.mapToGlobal(panel.rect().center()))
    assert window.timeline.canvas.held is None and not panel.job().extend
    found = session.project.find(clips[1].id)
    assert found is not None and found[1].start == 0, "it was moved to the start"
