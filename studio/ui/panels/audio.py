"""The audio panel: see a sound, hear it, put it on the timeline, and film pictures to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from studio.errors import ErrorReport, MediaError
from studio.timing import RationalTime
from studio.ui import icons, surfaces
from studio.ui.bridge import run_in_background
from studio.ui.theme import font, tokens
from studio.ui.waveform import Waveform

if TYPE_CHECKING:
    import numpy as np
    from PySide6.QtMultimedia import QMediaPlayer

    from studio.ui.session import Session

_SOUNDS = "Sound (*.wav *.mp3 *.flac *.ogg *.opus *.m4a *.aac *.aiff);;All files (*)"
_PLACE_TIP = "Puts the sound onto a free audio track at the playhead"
_FILM_TIP = "Spreads the pictures of the Images panel over this sound, and puts both at the playhead"


class AudioPanel(QWidget):
    film_wanted = Signal(str, object)
    """Path and duration (RationalTime) of the sound that the chosen pictures shall be filmed to."""

    def __init__(self, session: Session, has_pictures: Callable[[], bool]) -> None:
        super().__init__()
        self.session = session
        self._has_pictures = has_pictures
        self._path = ""
        self._duration: RationalTime | None = None
        self._player: QMediaPlayer | None = None
        self._start_ms = 0
        surfaces.paint_surface(self, "panel")
        self._empty = surfaces.EmptyState(
            "audio", "Drop a sound here", "Music, a voice, a noise: hear it, and film your pictures to it."
        )
        self._name = surfaces.ElidedText("", "title")
        self._facts = surfaces.text("", "secondary")
        self._waveform = Waveform()
        self._play = surfaces.icon_button("play", "Play", self.toggle_play, "Plays or pauses the sound")
        self._stop = surfaces.icon_button("stop", "Stop", self.stop, "Stops and goes back to the start")
        self._clock = surfaces.text("0:00.0", "secondary", wrap=False)
        self._clock.setFont(font(tokens.small_font_size, figures=True))
        self._film = surfaces.button("Film to this sound", _FILM_TIP, self._ask_for_film, "film")
        self.primary = surfaces.button("Put on the timeline", _PLACE_TIP, self.submit, "audio", "primary")
        self._build()
        self.refresh()

    def choose(self, path: str) -> None:
        """Shows the sound at `path`; what cannot be heard is told."""
        self.stop()

        def measure() -> tuple[RationalTime, np.ndarray]:
            from studio.media.audio import peaks
            from studio.media.probe import probe

            info = probe(path)
            if info.audio is None:
                raise MediaError(f"There is no sound in {Path(path).name}.", "Choose another file.")
            return info.audio.duration, peaks(path)

        run_in_background(measure, lambda found: self._show(path, *found), self._tell, owner=self)

    @property
    def path(self) -> str:
        """The chosen sound; "" before one is chosen."""
        return self._path

    def submit(self) -> None:
        """Puts the sound onto the timeline at the playhead."""
        if self._path:
            self.session.import_paths([self._path], frame=self.session.playhead)
        else:
            self.session.notify("warning", "There is no sound yet.", "Drop a sound file into the window.")

    def refresh(self) -> None:
        """Shows what can be done now; the pictures of the other panel count too."""
        missing = "" if self._path else "Choose a sound first."
        no_pictures = "" if self._has_pictures() else "Choose pictures in the Images panel first."
        surfaces.enable(self.primary, missing, _PLACE_TIP)
        surfaces.enable(self._film, missing or no_pictures, _FILM_TIP)
        for control in (self._play, self._stop, self._waveform):
            control.setEnabled(bool(self._path))
        self._empty.setVisible(not self._path)
        self._sheet.setVisible(bool(self._path))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def toggle_play(self) -> None:
        player = self._ready_player()
        if player is None:
            return
        if player.isPlaying():
            player.pause()
        else:
            player.play()

    def stop(self) -> None:
        if self._player is not None:
            self._player.stop()
            self._waveform.set_position(0)

    # Inside

    def _build(self) -> None:
        self._sheet = QWidget()
        sheet = QVBoxLayout(self._sheet)
        sheet.setContentsMargins(0, 0, 0, 0)
        sheet.setSpacing(tokens.space)
        transport = QHBoxLayout()
        transport.setSpacing(4)
        transport.addWidget(self._play)
        transport.addWidget(self._stop)
        transport.addWidget(self._clock)
        transport.addStretch(1)
        for item in (self._name, self._facts, self._waveform):
            sheet.addWidget(item)
        sheet.addLayout(transport)
        choose = surfaces.button("Choose a sound…", "Opens a sound file", self._ask_for_file, "folder")
        column = QVBoxLayout(self)
        column.setContentsMargins(tokens.space * 2, tokens.space, tokens.space * 2, tokens.space * 2)
        column.setSpacing(tokens.space)
        column.addWidget(self._empty)
        column.addWidget(self._sheet)
        column.addWidget(choose, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        column.addWidget(self._film)
        column.addWidget(self.primary)
        self._waveform.sought.connect(self._seek)

    def _show(self, path: str, duration: RationalTime, peaks: np.ndarray) -> None:
        self._path, self._duration, self._start_ms = path, duration, 0
        if self._player is not None:
            self._player.setSource(QUrl.fromLocalFile(path))
        self._name.set_words(Path(path).name)
        self._facts.setText(f"{clock(float(duration.seconds))} long")
        self._clock.setText(clock(0))
        self._waveform.show_peaks(peaks)
        self.refresh()

    def _tell(self, report: ErrorReport) -> None:
        self.session.tell_report(report)

    def _ready_player(self) -> QMediaPlayer | None:
        """The player, made when first needed; None (and told) where there is no sound output."""
        # Imported here: the sound libraries cost a tenth of a second at start.
        from PySide6.QtMultimedia import QAudioOutput, QMediaDevices, QMediaPlayer

        if QMediaDevices.defaultAudioOutput().isNull():
            hint = "Connect loudspeakers or headphones; everything else works without."
            self.session.notify("warning", "No sound output was found.", hint)
            return None
        if self._player is None:
            self._player = QMediaPlayer(self)
            self._player.setAudioOutput(QAudioOutput(self._player))
            self._player.positionChanged.connect(self._moved)
            self._player.playingChanged.connect(self._playing_changed)
            self._player.errorOccurred.connect(self._player_failed)
            self._player.mediaStatusChanged.connect(self._status_changed)
            self._player.setSource(QUrl.fromLocalFile(self._path))
        return self._player

    def _moved(self, position_ms: int) -> None:
        self._clock.setText(clock(position_ms / 1000))
        if self._duration is not None and self._duration.value:
            self._waveform.set_position(position_ms / 1000 / float(self._duration.seconds))

    def _playing_changed(self, playing: bool) -> None:
        self._play.setIcon(icons.icon("pause" if playing else "play", "secondary"))
        self._play.setAccessibleName("Pause" if playing else "Play")

    def _status_changed(self, status: object) -> None:
        """A place that was asked for before the sound was loaded."""
        from PySide6.QtMultimedia import QMediaPlayer

        if status == QMediaPlayer.MediaStatus.LoadedMedia and self._player is not None and self._start_ms:
            self._player.setPosition(self._start_ms)

    def _player_failed(self, _: object, words: str) -> None:
        self.session.notify("error", "The sound cannot be played.", "Check the sound output.", words)

    def _seek(self, position: float) -> None:
        if self._duration is None:
            return
        seconds = position * float(self._duration.seconds)
        self._clock.setText(clock(seconds))
        self._start_ms = round(seconds * 1000)
        if self._player is not None:
            self._player.setPosition(self._start_ms)

    def _ask_for_film(self) -> None:
        self.film_wanted.emit(self._path, self._duration)

    def _ask_for_file(self) -> None:
        dialog = QFileDialog(self, "Choose a sound", str(Path.home()), _SOUNDS)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.filesSelected.connect(self._files_chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _files_chosen(self, paths: Sequence[str]) -> None:
        self.choose(paths[0])


def clock(seconds: float) -> str:
    """Minutes, seconds and tenths: "1:04.5"."""
    tenths = round(seconds * 10)
    return f"{tenths // 600}:{tenths // 10 % 60:02d}.{tenths % 10}"
