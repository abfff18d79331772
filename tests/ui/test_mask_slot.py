"""The place for a look's mask: painted over the clip, dropped, or taken away again."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from studio.media.picture import load_picture
from studio.project.timeline import Clip
from studio.ui.masking.window import MaskWindow
from studio.ui.panels.clip_frames import ClipFrames
from studio.ui.panels.mask_slot import MaskSlot
from studio.ui.session import Session
from studio.ui.thumbnails import Thumbnails
from tests.ui.hands import button, save_picture

COPY, LEFT = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton


@pytest.fixture
def slot(session: Session, thumbnails: Thumbnails, qtbot: QtBot, dark: None) -> MaskSlot:
    slot = MaskSlot(session, thumbnails)
    qtbot.addWidget(slot)
    slot.show()
    return slot


def ways(slot: MaskSlot, qtbot: QtBot) -> dict[str, bool]:
    menu = QMenu(slot)
    qtbot.addWidget(menu)
    slot.add_ways(menu)
    return {action.text(): action.isEnabled() for action in menu.actions()}


def drop(slot: MaskSlot, *paths: Path) -> bool:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    no_keys = Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(QPoint(9, 9), COPY, mime, LEFT, no_keys)
    entering.setAccepted(False)
    slot.dragEnterEvent(entering)
    if entering.isAccepted():
        slot.dropEvent(QDropEvent(QPointF(9, 9), COPY, mime, LEFT, no_keys))
    return entering.isAccepted()


def test_a_mask_is_painted_at_the_playhead(
    session: Session, slot: MaskSlot, clip: Clip, qtbot: QtBot
) -> None:
    assert not ways(slot, qtbot)["Paint it…"]
    slot.follow(ClipFrames(clip, session.project.rate))
    assert ways(slot, qtbot)["Paint it…"]
    session.set_playhead(9)
    slot.paint()
    [window] = slot.window().findChildren(MaskWindow)
    qtbot.waitUntil(lambda: not window.canvas.image().isNull())
    QTest.mouseClick(window.canvas, LEFT)
    QTest.mouseClick(button(window, "Use the mask"), LEFT)
    qtbot.waitUntil(lambda: slot.source is not None)
    assert slot.source is not None
    image = load_picture(slot.source.path).image
    assert image.shape[:2] == (96, 160) and image.max() == 255 and image.min() == 0


def test_a_picture_is_dropped_and_taken_away(slot: MaskSlot, tmp_path: Path) -> None:
    picture = save_picture(tmp_path / "mask.png")
    assert not drop(slot, picture, picture)
    assert not drop(slot, tmp_path / "sound.wav")
    assert drop(slot, picture)
    assert slot.source is not None and slot.source.path == str(picture)
    slot.put(None)
    assert slot.source is None
