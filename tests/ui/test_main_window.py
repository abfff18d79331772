"""The whole window on a real session: layout, menus, keys, drops, and what it remembers."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QSlider,
    QWidget,
)
from pytestqt.qtbot import QtBot

from studio.jobs.job import encode
from studio.media.writer import MasterWriter
from studio.project.timeline import External
from studio.timing import Rate
from studio.ui.main_window import MainWindow
from studio.ui.session import Session
from studio.ui.window_state import state_file
from tests.media.films import make_sound, tone
from tests.render.footage import numbered, write_film
from tests.ui.hands import control, save_picture
from tests.ui.studio_session import scripted


def drop(window: MainWindow, *paths: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    arguments = (Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(QPointF(100, 100).toPoint(), *arguments)
    window.dragEnterEvent(enter)
    assert enter.isAccepted()
    window.dropEvent(QDropEvent(QPointF(100, 100), *arguments))


def action(window: MainWindow, command: str) -> QAction:
    return next(found for found in window.findChildren(QAction) if found.objectName() == command)


def test_it_is_whole_at_1280_by_720(window: MainWindow) -> None:
    assert (window.width(), window.height()) == (1280, 720)
    for part in (
        window.inputs,
        window.viewer,
        window.timeline,
        window.inspector,
        window.queue,
        window.library,
    ):
        assert part.isVisible()
        corner = part.mapTo(window, part.rect().bottomRight())
        assert corner.x() < 1280 and corner.y() < 720
    assert window.inputs.prompt.primary.isVisible()
    assert window.viewer.width() > 600, "the picture has the most room"


def test_prompt_to_clip_with_the_keyboard(window: MainWindow, session: Session, qtbot: QtBot) -> None:
    window.inputs.load(scripted(""))
    window.activateWindow()
    window.inputs.prompt.focus_prompt()
    box = control(window.inputs.prompt, QPlainTextEdit, "Prompt")
    qtbot.waitUntil(box.hasFocus)
    QTest.keyClicks(box, "step_s=0.01 sunset")
    QTest.keyClick(box, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    [(_, clip)] = list(session.project.clips())
    qtbot.waitUntil(
        lambda: isinstance(next(session.project.clips())[1].take.reference, External), timeout=30_000
    )
    assert box.toPlainText() == "step_s=0.01 sunset"
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert session.project.duration == 0 and clip.duration == 24


def test_one_picture_becomes_a_moving_shot(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    drop(window, save_picture(tmp_path / "cat.png"))
    qtbot.waitUntil(window.inputs.images.has_pictures)
    assert window.inputs.currentWidget() is window.inputs.images
    assert window.inputs.images.primary.isEnabled()


def test_a_folder_becomes_a_sequence(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in range(9):
        save_picture(folder / f"{number}.png")
    drop(window, folder)
    qtbot.waitUntil(lambda: len(window.inputs.images.job().pictures) == 9)
    assert window.inputs.images.job().arrangement == "sequence"


def test_a_sound_lands_on_an_audio_track_and_in_its_panel(
    window: MainWindow, session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    sound = make_sound(tmp_path / "tone.wav", tone(1.0), "pcm_s16le")
    drop(window, sound)
    qtbot.waitUntil(lambda: session.project.duration > 0 and window.inputs.audio.path == str(sound))
    [(track, _)] = list(session.project.clips())
    assert track.kind == "audio" and window.inputs.currentWidget() is window.inputs.audio


def test_a_film_lands_at_the_playhead(
    window: MainWindow, session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    session.set_playhead(7)
    drop(window, write_film(tmp_path / "waves.mkv", 6))
    qtbot.waitUntil(lambda: session.project.duration > 0)
    [(_, clip)] = list(session.project.clips())
    assert clip.start == 7


def test_a_kinora_film_brings_its_settings_back(
    window: MainWindow, session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "boat.mkv"
    with MasterWriter(path, 64, 48, Rate(12), comment=encode(scripted("a boat")).decode()) as writer:
        writer.write(numbered(1, 64, 48))
    drop(window, path)
    qtbot.waitUntil(lambda: window.inputs.prompt.job().prompt == "a boat", timeout=10_000)
    qtbot.waitUntil(lambda: len(session.project.library) == 1)
    assert session.project.duration == 0, "the film goes into the library; the toast offers the timeline"
    [toast] = window.toasts().toasts()
    assert "settings of boat.mkv are back" in toast.message()


def test_a_bad_file_is_told_in_a_toast(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    text = tmp_path / "letter.mp4"
    text.write_text("Dear all")
    drop(window, text)
    qtbot.waitUntil(lambda: bool(window.toasts().toasts()))
    assert window.toasts().toasts()[0].notification.level == "error"


def test_undo_says_what_it_undoes(window: MainWindow, session: Session) -> None:
    undo = action(window, "edit.undo")
    assert not undo.isEnabled()
    window.timeline.commands["marker"].trigger()
    assert undo.isEnabled() and "marker" in undo.text().lower()
    undo.trigger()
    assert not undo.isEnabled() and session.project.markers == ()


def test_ctrl_digits_open_the_panels(window: MainWindow) -> None:
    for index, key in enumerate((Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4)):
        QTest.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
        assert window.inputs.currentIndex() == index


def test_every_control_says_what_it_is(window: MainWindow) -> None:
    kinds = (QAbstractButton, QComboBox, QAbstractSpinBox, QSlider, QPlainTextEdit)
    # Qt's own buttons: in tab bars and menus, and the one that clears a line.
    own = [
        widget
        for widget in window.findChildren(QWidget)
        if isinstance(widget, kinds)
        and not widget.objectName().startswith(("qt_", "Scroll"))
        and not isinstance(widget.parent(), QLineEdit)
    ]
    words = {widget: widget.text() if isinstance(widget, QAbstractButton) else "" for widget in own}
    assert [widget for widget in own if not (widget.accessibleName() or words[widget])] == []
    assert [widget for widget in own if not (widget.toolTip() or words[widget])] == []


def test_places_are_remembered(window: MainWindow, session: Session, qtbot: QtBot) -> None:
    window.docks()[3].close()
    track = session.project.tracks[0]
    window.timeline.canvas.set_row_height(track.id, 100)
    window.close()
    assert state_file().exists()
    second = MainWindow(session)
    qtbot.addWidget(second)
    second.show()
    assert not second.docks()[3].isVisible() and second.docks()[2].isVisible()
    assert [row.height for row in second.timeline.canvas.rows if row.track.id == track.id] == [100]
    second.arrange_docks()
    assert second.docks()[3].isVisible()
    second.close()


def test_a_damaged_state_file_means_the_usual_places(session: Session, qtbot: QtBot, dark: None) -> None:
    state_file().write_text('{"version": 1, "geometry": "?"')
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.show()
    assert all(dock.isVisible() for dock in window.docks())
    window.close()


def test_the_theme_is_changed_and_kept(window: MainWindow, session: Session) -> None:
    window.toggle_theme()
    assert session.settings.theme == "light"
    assert not window.grab().isNull()
    window.toggle_theme()
    assert session.settings.theme == "dark"


def test_save_a_copy_can_be_opened(
    window: MainWindow, session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    window.timeline.commands["marker"].trigger()
    target = tmp_path / "copy.kinora"
    window.project_files.copy_to(target)
    qtbot.waitUntil(lambda: bool(window.toasts().toasts()))
    assert session.open(target)
    assert len(session.project.markers) == 1
    assert session.folder == target


def test_film_to_this_sound(window: MainWindow, session: Session, qtbot: QtBot, tmp_path: Path) -> None:
    sound = make_sound(tmp_path / "tone.wav", tone(0.5), "pcm_s16le")
    window.inputs.show_pictures([str(save_picture(tmp_path / "cat.png"))])
    window.inputs.show_sound(str(sound))
    qtbot.waitUntil(lambda: window.inputs.images.has_pictures() and bool(window.inputs.audio.path))
    next(b for b in window.findChildren(QAbstractButton) if b.text() == "Film to this sound").click()
    qtbot.waitUntil(lambda: len(list(session.project.clips())) == 2)
    kinds = {track.kind: clip for track, clip in session.project.clips()}
    assert (kinds["video"].start, kinds["video"].duration) == (0, 12)
    assert (kinds["audio"].start, kinds["audio"].duration) == (0, 12)
