"""Painting masks by mouse and keys; they come to lie in the project."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QSlider, QToolButton
from pytestqt.qtbot import QtBot

from studio.jobs.job import Source
from studio.media.picture import load_picture
from studio.timing import Rate
from studio.ui.drawing.dropped import sorted_paths
from studio.ui.drawing.stills import keep_picture
from studio.ui.masking.canvas import MaskCanvas
from studio.ui.masking.window import MaskWindow
from studio.ui.panels.prompt import PromptPanel
from studio.ui.session import Session
from studio.ui.thumbnails import Thumbnails
from tests.render.footage import write_film
from tests.ui.drawing_desk import drawing, shown_panel
from tests.ui.hands import button, control

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def canvas(qtbot: QtBot, dark: None) -> MaskCanvas:
    canvas = MaskCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(640, 400)
    frame = QImage(320, 180, QImage.Format.Format_RGB888)
    frame.fill(QColor("navy"))
    canvas.show_frame(frame, None)
    canvas.set_brush(40)
    canvas.show()
    return canvas


def pixels(canvas: MaskCanvas) -> np.ndarray:
    image = canvas.image()
    lines = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    # The image goes with this function, and its memory with it.
    return lines[:, : image.width()].copy()


def stroke(canvas: MaskCanvas, *points: tuple[int, int]) -> None:
    """Draws through points of the frame."""
    place, scale = canvas.place(), canvas.place().width() / 320
    on_screen = [QPoint(round(place.x() + x * scale), round(place.y() + y * scale)) for x, y in points]
    QTest.mousePress(canvas, LEFT, pos=on_screen[0])
    for point in on_screen[1:]:
        QTest.mouseMove(canvas, point)
    QTest.mouseRelease(canvas, LEFT, pos=on_screen[-1])


def test_a_stroke_is_as_wide_as_the_brush_and_stays_where_it_was_painted(canvas: MaskCanvas) -> None:
    stroke(canvas, (60, 90), (160, 90), (260, 90))
    painted = pixels(canvas) > 127
    assert painted[90, 60:260].all()
    rows = np.flatnonzero(painted[:, 160])
    assert abs(len(rows) - 40) <= 2 and abs(rows.mean() - 90) <= 1
    assert not painted[:60].any() and not painted[120:].any()


def test_erase_undo_redo_invert_and_clear(canvas: MaskCanvas) -> None:
    assert canvas.is_blank() and not canvas.can_undo()
    stroke(canvas, (60, 90), (260, 90))
    canvas.erases = True
    stroke(canvas, (160, 90))
    assert pixels(canvas)[90, 160] == 0 and pixels(canvas)[90, 80] == 255
    canvas.undo()
    assert pixels(canvas)[90, 160] == 255
    canvas.redo()
    assert pixels(canvas)[90, 160] == 0
    canvas.invert()
    assert pixels(canvas)[90, 160] == 255 and pixels(canvas)[90, 80] == 0
    canvas.clear()
    assert canvas.is_blank()
    for _ in range(4):
        canvas.undo()
    assert canvas.is_blank() and not canvas.can_undo() and canvas.can_redo()


def test_the_mask_is_seen_over_the_frame(canvas: MaskCanvas) -> None:
    before = canvas.grab().toImage().pixelColor(320, 200)
    stroke(canvas, (160, 90))
    after = canvas.grab().toImage().pixelColor(320, 200)
    assert after.red() > before.red() + 60, "amber lies over it"


def wheel(canvas: MaskCanvas, notches: int, at: QPoint, keys: Qt.KeyboardModifier) -> None:
    here, angle = QPointF(at), QPoint(0, 120 * notches)
    event = QWheelEvent(
        here,
        canvas.mapToGlobal(here),
        QPoint(),
        angle,
        Qt.MouseButton.NoButton,
        keys,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas, event)


def in_frame(canvas: MaskCanvas, at: QPoint) -> tuple[float, float]:
    place = canvas.place()
    scale = place.width() / 320
    return (at.x() - place.x()) / scale, (at.y() - place.y()) / scale


def test_the_wheel_with_ctrl_comes_nearer_to_where_the_pointer_is(canvas: MaskCanvas) -> None:
    control_key, at = Qt.KeyboardModifier.ControlModifier, QPoint(500, 150)
    before = in_frame(canvas, at)
    wheel(canvas, 4, at, control_key)
    assert 2 < canvas.zoom < 3 and canvas.brush == 40
    assert np.allclose(in_frame(canvas, at), before, atol=0.5)
    stroke(canvas, (220, 60))
    rows, columns = np.nonzero(pixels(canvas) > 127)
    assert abs(rows.mean() - 60) < 1 and abs(columns.mean() - 220) < 1 and 36 <= np.ptp(rows) <= 41
    wheel(canvas, -20, QPoint(10, 10), control_key)
    assert canvas.zoom == 1 and canvas.place().contains(QPointF(canvas.rect().center()))
    wheel(canvas, 1, at, Qt.KeyboardModifier.NoModifier)
    assert canvas.zoom == 1 and canvas.brush == 46


def test_the_space_bar_moves_the_frame_and_paints_nothing(canvas: MaskCanvas) -> None:
    canvas.zoom_by(4)
    before = canvas.place()
    QTest.keyPress(canvas, Qt.Key.Key_Space)
    QTest.mousePress(canvas, LEFT, pos=QPoint(300, 200))
    QTest.mouseMove(canvas, QPoint(360, 170))
    QTest.mouseRelease(canvas, LEFT, pos=QPoint(360, 170))
    QTest.keyRelease(canvas, Qt.Key.Key_Space)
    assert canvas.place().topLeft() - before.topLeft() == QPointF(60, -30)
    assert canvas.is_blank() and not canvas.can_undo()
    QTest.mousePress(canvas, Qt.MouseButton.MiddleButton, pos=QPoint(300, 200))
    QTest.mouseMove(canvas, QPoint(9000, 9000))
    QTest.mouseRelease(canvas, Qt.MouseButton.MiddleButton, pos=QPoint(9000, 9000))
    assert canvas.place().topLeft() == QPointF(0, 0), "no farther than its edge"
    canvas.fit()
    assert canvas.zoom == 1


@pytest.fixture
def window(session: Session, qtbot: QtBot, dark: None, tmp_path: Path) -> MaskWindow:
    film = write_film(tmp_path / "film.mkv", 8)
    window = MaskWindow(session, Source(path=str(film)), 8, Rate(24), {}, 0)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: not window.canvas.image().isNull())
    return window


def test_keys_choose_the_tool_and_its_size(window: MaskWindow) -> None:
    assert not button(window, "Use the mask").isEnabled()
    QTest.keyClick(window, Qt.Key.Key_E)
    assert window.canvas.erases and control(window, QToolButton, "Eraser").isChecked()
    QTest.keyClick(window, Qt.Key.Key_B)
    assert not window.canvas.erases
    QTest.keyClick(window, Qt.Key.Key_Equal)
    assert window.canvas.zoom > 1 and control(window, QToolButton, "The whole frame").isEnabled()
    QTest.keyClick(window, Qt.Key.Key_Backslash)
    assert window.canvas.zoom == 1 and not control(window, QToolButton, "Zoom out").isEnabled()
    size = window.canvas.brush
    QTest.keyClick(window, Qt.Key.Key_BracketRight)
    assert window.canvas.brush > size
    QTest.keyClick(window, Qt.Key.Key_I)
    assert button(window, "Use the mask").isEnabled() and not window.canvas.is_blank()
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.canvas.is_blank()


def test_masks_of_several_frames_are_kept_as_pictures(
    window: MaskWindow, session: Session, qtbot: QtBot
) -> None:
    kept: dict[int, str] = {}
    window.painted.connect(lambda path, frame: kept.update({frame: path}))
    slider = control(window, QSlider, "Frame")
    QTest.mouseClick(window.canvas, LEFT)
    slider.setValue(5)
    qtbot.waitUntil(lambda: window.canvas.is_blank())
    control(window, QToolButton, "Invert").click()
    slider.setValue(0)
    qtbot.waitUntil(lambda: window.canvas.image().pixelColor(0, 0).red() == 0)
    QTest.mouseClick(button(window, "Use the mask"), LEFT)
    qtbot.waitUntil(lambda: not window.isVisible())
    assert sorted(kept) == [0, 5]
    assert {Path(path).parent for path in kept.values()} == {session.folder / "inputs"}
    first, whole = (load_picture(kept[frame]).image for frame in (0, 5))
    assert whole.shape == (96, 160, 3) and (whole == 255).all()
    assert first[48, 80].tolist() == [255] * 3 and not first[0, 0].any()


def test_the_same_picture_is_the_same_file(tmp_path: Path) -> None:
    image = np.full((4, 6, 3), 7, np.uint8)
    first, again = keep_picture(tmp_path, image, "mask"), keep_picture(tmp_path, image, "mask")
    other = keep_picture(tmp_path, image.reshape(6, 4, 3), "mask")
    assert first == again != other and len(list((tmp_path / "inputs").iterdir())) == 2


def test_a_painted_mask_becomes_part_of_the_job(
    session: Session, thumbnails: Thumbnails, qtbot: QtBot, dark: None, tmp_path: Path
) -> None:
    panel = shown_panel(session, thumbnails, qtbot)
    panel.load(drawing("vace"))
    film = write_film(tmp_path / "film.mkv", 8)
    press(panel, "+ Video to redraw")
    panel.take(sorted_paths([str(film)]), QPoint(0, 0))
    assert not panel.primary.isEnabled() and "Paint a mask" in panel.primary.toolTip()
    QTest.mouseClick(button(panel, "Paint a mask…"), LEFT)
    [window] = panel.findChildren(MaskWindow)
    qtbot.waitUntil(lambda: not window.canvas.image().isNull())
    QTest.mouseClick(window.canvas, LEFT)
    QTest.mouseClick(button(window, "Use the mask"), LEFT)
    qtbot.waitUntil(lambda: len(panel.job().painted) == 1)
    assert panel.job().painted[0].frame == 0 and panel.primary.isEnabled()
    QTest.mouseClick(control(panel, QToolButton, "Remove the mask"), LEFT)
    assert panel.job().painted == ()


def press(panel: PromptPanel, name: str) -> None:
    QTest.mouseClick(control(panel, QPushButton, name), LEFT)
