"""The audio panel: what is chosen is seen, placed, and filmed to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.timing import RationalTime
from studio.ui.panels.audio import AudioPanel, clock
from studio.ui.session import Session
from studio.ui.waveform import Waveform
from tests.media.films import make_sound, tone
from tests.ui.hands import button
from tests.ui.studio_session import told


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    return make_sound(tmp_path / "tone.wav", tone(1.5), "pcm_s16le")


@pytest.fixture
def panel(session: Session, qtbot: QtBot, dark: None) -> AudioPanel:
    panel = AudioPanel(session, lambda: False)
    qtbot.addWidget(panel)
    panel.resize(320, 640)
    panel.show()
    return panel


def test_an_empty_panel_says_what_to_do(panel: AudioPanel) -> None:
    assert not panel.primary.isEnabled()
    assert panel.primary.toolTip() == "Choose a sound first."


def test_a_sound_is_shown_and_placed(panel: AudioPanel, sound: Path, session: Session, qtbot: QtBot) -> None:
    panel.choose(str(sound))
    qtbot.waitUntil(lambda: panel.path == str(sound))
    assert panel.primary.isEnabled()
    film = button(panel, "Film to this sound")
    assert not film.isEnabled() and "pictures" in film.toolTip()
    panel.submit()
    qtbot.waitUntil(lambda: session.project.duration > 0)
    [(track, clip)] = list(session.project.clips())
    assert track.kind == "audio" and clip.duration == 36


def test_film_to_this_sound_gives_its_exact_length(
    session: Session, sound: Path, qtbot: QtBot, dark: None
) -> None:
    panel = AudioPanel(session, lambda: True)
    qtbot.addWidget(panel)
    panel.choose(str(sound))
    qtbot.waitUntil(lambda: panel.path == str(sound))
    with qtbot.waitSignal(panel.film_wanted) as asked:
        button(panel, "Film to this sound").click()
    path, duration = asked.args or []
    assert path == str(sound)
    assert isinstance(duration, RationalTime) and duration.seconds == 1.5


def test_what_has_no_sound_is_told(panel: AudioPanel, tmp_path: Path, session: Session, qtbot: QtBot) -> None:
    bad = tmp_path / "song.mp3"
    bad.write_text("la la la")
    heard = told(session)
    panel.choose(str(bad))
    qtbot.waitUntil(lambda: bool(heard))
    assert heard[0].level == "error" and panel.path == ""


def test_no_sound_card_is_said(panel: AudioPanel, sound: Path, session: Session, qtbot: QtBot) -> None:
    from PySide6.QtMultimedia import QMediaDevices

    if not QMediaDevices.defaultAudioOutput().isNull():
        pytest.skip("this machine has a sound card")
    panel.choose(str(sound))
    qtbot.waitUntil(lambda: panel.path == str(sound))
    heard = told(session)
    panel.toggle_play()
    assert heard[0].level == "warning" and "sound output" in heard[0].message


def test_a_click_in_the_waveform_asks_for_that_place(qtbot: QtBot, dark: None) -> None:
    wave = Waveform()
    qtbot.addWidget(wave)
    wave.resize(208, 88)
    wave.show_peaks(np.array([[-0.5, 0.5]] * 7, np.float32))
    wave.show()
    with qtbot.waitSignal(wave.sought) as sought:
        QTest.mouseClick(wave, Qt.MouseButton.LeftButton, pos=QPoint(104, 40))
    assert (sought.args or [0])[0] == pytest.approx(0.5)
    with qtbot.waitSignal(wave.sought) as sought:
        QTest.keyClick(wave, Qt.Key.Key_Right)
    assert (sought.args or [0])[0] == pytest.approx(0.51)
    assert not wave.grab().isNull(), "fewer peaks than pixels are painted too"


@pytest.mark.parametrize(("seconds", "words"), [(0, "0:00.0"), (64.52, "1:04.5"), (600, "10:00.0")])
def test_clock(seconds: float, words: str) -> None:
    assert clock(seconds) == words
