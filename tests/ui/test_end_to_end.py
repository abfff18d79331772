"""The whole way through: a sentence typed into the real window becomes an MP4 that opens again."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from studio.media.probe import probe
from studio.media.reader import VideoReader
from studio.project.timeline import External, Generator
from studio.timing import Rate
from studio.ui.dialogs import ExportDialog
from studio.ui.main_window import MainWindow
from studio.ui.session import Session
from tests.ui.hands import button, control

CONTROL = Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton
# The first job of a worker loads torch, which takes long where other programs want the processor too.
PATIENCE_MS = 240_000


def takes_of(session: Session) -> list[object]:
    return [clip.take.reference for _, clip in session.project.clips()]


def test_a_sentence_becomes_a_film(session: Session, qtbot: QtBot, dark: None, tmp_path: Path) -> None:
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.resize(1280, 720)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    prompt = control(window, QPlainTextEdit, "Prompt")
    QTest.mouseClick(prompt.viewport(), LEFT, pos=QPoint(20, 20))
    QTest.keyClicks(prompt, "a red ball bouncing on the beach at sunset")
    QTest.keyClick(prompt, Qt.Key.Key_Return, CONTROL)
    assert [type(one) for one in takes_of(session)] == [Generator], "the ghost stands there at once"
    qtbot.waitUntil(lambda: [type(one) for one in takes_of(session)] == [External], timeout=PATIENCE_MS)

    window.timeline.canvas.setFocus()
    session.set_playhead(session.project.duration // 2)
    QTest.keyClick(window.timeline.canvas, Qt.Key.Key_S)
    assert len(takes_of(session)) == 2, "split at the playhead"

    QTest.keyClick(window, Qt.Key.Key_E, CONTROL)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), ExportDialog))
    dialog = QApplication.activeModalWidget()
    assert dialog is not None
    target = tmp_path / "ball.mp4"
    field = control(dialog, QLineEdit, "File")
    field.selectAll()
    QTest.keyClicks(field, str(target))
    QTest.mouseClick(button(dialog, "Export"), LEFT)
    qtbot.waitUntil(target.exists, timeout=PATIENCE_MS)

    info = probe(target)
    assert (info.codec, info.pixel_format, info.color.matrix) == ("h264", "yuv420p", "bt709")
    assert info.rate == Rate(24) and info.frame_count == session.project.duration == 50
    with VideoReader(target) as reader:
        assert sum(1 for _ in reader.frames()) == 50
    window.close()
