"""The images panel: pictures in, a job out."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox
from pytestqt.qtbot import QtBot

from studio.jobs.job import Animate, Arrangement, Easing, Move, Source
from studio.project.timeline import External, Generator
from studio.timing import Rate, RationalTime
from studio.ui.fields import Choice, Decimal
from studio.ui.panels.image_sequence import ImageSequencePanel
from studio.ui.panels.picture_list import PictureList
from studio.ui.session import Session
from studio.ui.thumbnails import Thumbnails
from tests.ui.hands import control, save_picture
from tests.ui.studio_session import told


@pytest.fixture
def panel(session: Session, thumbnails: Thumbnails, qtbot: QtBot, dark: None) -> ImageSequencePanel:
    panel = ImageSequencePanel(session, thumbnails)
    qtbot.addWidget(panel)
    panel.resize(320, 640)
    panel.show()
    return panel


def choose(panel: ImageSequencePanel, qtbot: QtBot, paths: list[Path], count: int) -> None:
    panel.choose([str(path) for path in paths])
    qtbot.waitUntil(lambda: len(panel.job().pictures) == count)


def pictures(folder: Path, count: int) -> list[Path]:
    return [save_picture(folder / f"shot{number:03d}.png") for number in range(1, count + 1)]


def test_an_empty_panel_teaches(panel: ImageSequencePanel) -> None:
    assert not panel.primary.isEnabled()
    assert "no picture yet" in panel.primary.toolTip()


def test_one_picture_is_a_moving_shot(panel: ImageSequencePanel, qtbot: QtBot, tmp_path: Path) -> None:
    choose(panel, qtbot, pictures(tmp_path, 1), 1)
    job = panel.job()
    assert job.arrangement is Arrangement.SHOTS and job.num_frames == 96, "four seconds at 24 fps"
    assert panel.primary.isEnabled()


def test_a_few_pictures_are_a_film(panel: ImageSequencePanel, qtbot: QtBot, tmp_path: Path) -> None:
    choose(panel, qtbot, pictures(tmp_path, 3), 3)
    assert panel.job().arrangement is Arrangement.FILM
    assert panel.job().num_frames == 3 * 96


def test_a_folder_of_many_is_a_sequence(panel: ImageSequencePanel, qtbot: QtBot, tmp_path: Path) -> None:
    pictures(tmp_path, 12)
    (tmp_path / "shot004.png").unlink()
    heard = told(panel.session)
    choose(panel, qtbot, [tmp_path], 11)
    assert panel.job().arrangement is Arrangement.SEQUENCE
    assert panel.job().num_frames == 12, "the hole will be filled"
    assert not control(panel, Decimal, "Length").isEnabled()
    assert any("4" in note.message and "missing" in note.message for note in heard), "the hole is told"


def test_a_job_comes_back_as_it_was(panel: ImageSequencePanel, tmp_path: Path) -> None:
    job = Animate(
        pictures=tuple(Source(path=str(path), content_hash="ab") for path in pictures(tmp_path, 2)),
        arrangement=Arrangement.SHOTS,
        move=Move.PARALLAX,
        easing=Easing.EASE_OUT,
        width=320,
        height=200,
        num_frames=77,
        frame_rate=Rate(30000, 1001),
    )
    panel.load(job)
    assert panel.job() == job


def test_pictures_are_reordered_and_removed_by_keys(
    panel: ImageSequencePanel, qtbot: QtBot, tmp_path: Path
) -> None:
    choose(panel, qtbot, pictures(tmp_path, 3), 3)
    names = lambda: [Path(source.path).stem[-1] for source in panel.job().pictures]  # noqa: E731
    row = panel.findChild(PictureList)
    row.setFocus()
    row.setCurrentRow(0)
    QTest.keyClick(row, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert names() == ["2", "1", "3"]
    QTest.keyClick(row, Qt.Key.Key_Delete)
    assert names() == ["2", "3"]


def test_each_arrangement_has_the_moves_it_can_use(
    panel: ImageSequencePanel, qtbot: QtBot, tmp_path: Path
) -> None:
    choose(panel, qtbot, pictures(tmp_path, 2), 2)
    move, camera = control(panel, Choice, "Move"), control(panel, Choice, "Camera")
    assert camera.isVisible() and not move.isVisible(), "a film has one camera"
    panel._arrangement.set_value(Arrangement.SEQUENCE)
    assert not move.isEnabled() and "sequence" in move.toolTip()
    panel._arrangement.set_value(Arrangement.SHOTS)
    assert move.isEnabled()


def test_own_length_stays_when_pictures_are_added(
    panel: ImageSequencePanel, qtbot: QtBot, tmp_path: Path
) -> None:
    first, second = pictures(tmp_path, 2)
    choose(panel, qtbot, [first], 1)
    control(panel, Decimal, "Length").setValue(2.5)
    panel.add([str(second)])
    qtbot.waitUntil(lambda: len(panel.job().pictures) == 2)
    assert panel.job().num_frames == 60


def test_pictures_fill_a_sound_to_its_last_frame(
    panel: ImageSequencePanel, qtbot: QtBot, tmp_path: Path
) -> None:
    choose(panel, qtbot, pictures(tmp_path, 2), 2)
    panel.fit_length(RationalTime(48_001, Rate(48_000)))
    assert panel.job().num_frames == 25, "one sample more than a second needs one frame more"


def test_a_damaged_picture_is_told(panel: ImageSequencePanel, qtbot: QtBot, tmp_path: Path) -> None:
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"no picture")
    heard = told(panel.session)
    panel.choose([str(bad)])
    qtbot.waitUntil(lambda: bool(heard))
    assert heard[0].level == "error" and not panel.has_pictures()


def test_make_video_animates(panel: ImageSequencePanel, qtbot: QtBot, tmp_path: Path) -> None:
    choose(panel, qtbot, pictures(tmp_path, 1), 1)
    control(panel, Decimal, "Length").setValue(0.2)
    panel.submit()
    session = panel.session
    clip = lambda: next(clip for _, clip in session.project.clips())  # noqa: E731
    assert isinstance(clip().take.reference, Generator)
    qtbot.waitUntil(lambda: isinstance(clip().take.reference, External), timeout=60_000)
    assert clip().duration == 5


def test_pictures_have_lengths_of_their_own(panel: ImageSequencePanel, qtbot: QtBot, tmp_path: Path) -> None:
    choose(panel, qtbot, pictures(tmp_path, 3), 3)
    row = panel.findChild(PictureList)
    assert row is not None
    row.setCurrentRow(1)
    row.show_selected_for(Fraction(1, 2))
    assert panel.job().lengths == (96, 12, 96) and panel.job().num_frames == 204
    assert not control(panel, Decimal, "Length").isEnabled()
    panel.load(panel.job())
    assert panel.job().lengths == (96, 12, 96)
    row.selectAll()
    row.show_selected_for(None)
    assert panel.job().lengths == ()


def test_a_film_can_loop_and_has_a_camera(panel: ImageSequencePanel, qtbot: QtBot, tmp_path: Path) -> None:
    choose(panel, qtbot, pictures(tmp_path, 2), 2)
    panel.findChildren(QCheckBox)[0].click()
    control(panel, Choice, "Camera").set_value(Move.ZOOM_IN)
    job = panel.job()
    assert job.loop and job.camera is Move.ZOOM_IN and job.arrangement is Arrangement.FILM
    control(panel, Choice, "Arrangement").set_value(Arrangement.SHOTS)
    assert not panel.job().loop and not control(panel, Choice, "Camera").isVisible()
    panel.load(job)
    assert panel.job() == job


def test_filled_frames_are_marked_on_the_timeline(
    panel: ImageSequencePanel, qtbot: QtBot, tmp_path: Path
) -> None:
    files = pictures(tmp_path, 8)
    files.pop(3).unlink()
    choose(panel, qtbot, files, 7)
    panel._arrangement.set_value(Arrangement.SEQUENCE)
    panel._size.set_value(64, 48)
    panel.submit()
    session = panel.session
    qtbot.waitUntil(lambda: bool(session.project.markers), timeout=240_000)
    (clip,) = [clip for _, clip in session.project.clips()]
    assert [(marker.frame - clip.start, marker.name) for marker in session.project.markers] == [(3, "Filled")]


def test_pictures_are_moved_to_where_they_are_dropped(
    panel: ImageSequencePanel, qtbot: QtBot, tmp_path: Path
) -> None:
    choose(panel, qtbot, pictures(tmp_path, 4), 4)
    row = panel.findChild(PictureList)
    assert row is not None
    names = [path[-7:-4] for path in row.paths()]
    row.setCurrentRow(0)
    third = row.visualItemRect(row.item(2)).center()
    row.move_selected(row.gap_at(third + QPoint(5, 0)))
    assert [path[-7:-4] for path in row.paths()] == [names[1], names[2], names[0], names[3]]
    row.move_selected(row.gap_at(row.visualItemRect(row.item(0)).topLeft()))
    assert [path[-7:-4] for path in row.paths()] == names
    assert row.gap_at(QPoint(5, 10_000)) == 4


def drop(panel: ImageSequencePanel, files: list[Path], at: QPoint) -> None:
    """What the window system does when files are let go over the panel at `at`."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    place, button, none = QPointF(at), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(at, Qt.DropAction.CopyAction, mime, button, none)
    panel.dragEnterEvent(enter)
    assert enter.isAccepted() and panel.property("welcome") == "true"
    panel.dropEvent(QDropEvent(place, Qt.DropAction.CopyAction, mime, button, none))
    assert panel.property("welcome") == "false"


def test_pictures_dropped_on_the_chosen_ones_join_them(
    panel: ImageSequencePanel, qtbot: QtBot, tmp_path: Path
) -> None:
    files = pictures(tmp_path, 4)
    drop(panel, files[:2], panel.rect().center())
    qtbot.waitUntil(lambda: len(panel.job().pictures) == 2)
    row = panel.findChild(PictureList)
    assert row is not None
    row.set_seconds([Fraction(2), None])
    drop(panel, files[2:], row.mapTo(panel, row.visualItemRect(row.item(1)).topLeft()))
    qtbot.waitUntil(lambda: len(panel.job().pictures) == 4)
    assert [path[-5] for path in row.paths()] == ["1", "3", "4", "2"]
    assert row.seconds() == (2, None, None, None), "lengths stay with their pictures"


def test_the_list_is_as_high_as_its_pictures_need(
    panel: ImageSequencePanel, qtbot: QtBot, tmp_path: Path
) -> None:
    row = panel.findChild(PictureList)
    assert row is not None
    heights: list[int] = []
    for count in (1, 7, 30):
        row.set_paths([str(path) for path in pictures(tmp_path, count)])
        QTest.qWait(1)
        heights.append(row.height())
        bar = row.verticalScrollBar()
        assert (bar.maximum() > 0) == (count == 30), f"{count} pictures"
    assert heights[0] < heights[1] < heights[2]
