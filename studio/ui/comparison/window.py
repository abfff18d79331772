"""The window that compares the takes of one clip, frame-locked, under one play head."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QImage
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QLabel,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.errors import ErrorReport
from studio.project.edits import SelectTake
from studio.project.timeline import Clip, Generator
from studio.timing import timecode
from studio.ui import icons, surfaces, theme
from studio.ui.comparison.canvas import ComparisonCanvas, Mode, Tile
from studio.ui.comparison.locked_frames import Lineup, Locked, LockedFrames, film_of, is_ready, take_of
from studio.ui.fields import Choice
from studio.ui.inspector.facts import take_name
from studio.ui.live_jobs import LiveJobs, describe
from studio.ui.theme import tokens

if TYPE_CHECKING:
    from studio.ui.session import Session

_TICK_MS = 15
_SETTLED_MS = 120
"""A size has to last this long before frames are drawn in it."""
_SMALLEST = 160
_MODES = (
    ("all", "All", "Every take: the contact sheet"),
    ("2", "2-up", "Two takes side by side"),
    ("4", "4-up", "Four takes side by side"),
    ("wipe", "Wipe", "One over the other, with an edge that can be dragged"),
    ("difference", "Difference", "Where two takes differ, brightened"),
)
_SEEN = {"2": 2, "4": 4, "wipe": 2, "difference": 2}


class ComparisonWindow(QDialog):
    """Follows the clip: takes that come while it is open come here too."""

    def __init__(self, session: Session, live: LiveJobs, clip_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._live = live
        self._clip_id = clip_id
        self._images: dict[str, QImage] = {}
        self._frame = 0
        self._current = 0
        self._mode = "2"
        self._picked = False
        """Whether a person has chosen what stands where; until then the usual order counts."""
        self._playing_since: tuple[float, int] | None = None
        self.setModal(False)
        self.canvas = ComparisonCanvas()
        self._frames = LockedFrames(self)
        self._modes = QButtonGroup(self)
        self._choices = [Choice() for _ in range(4)]
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._play = surfaces.icon_button("play", "Play", self.toggle_play, "Plays all takes in step (Space)")
        self._time = QLabel()
        self._use = surfaces.button("Use this take", "", self._use_current, "good", "primary")
        self._settled = QTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._clock = QTimer(self, interval=_TICK_MS)
        self._build()
        self._connect()
        clip = self._clip()
        if clip is not None and clip.start <= session.playhead < clip.end:
            self._frame = session.playhead - clip.start
        self.show_mode("2" if len(self._ready()) == 2 else "all")
        self.canvas.setFocus()

    @property
    def clip_id(self) -> str:
        return self._clip_id

    @property
    def frame(self) -> int:
        """The moment that is shown, counted from the clip's first frame."""
        return self._frame

    def show_mode(self, mode: str) -> None:
        """One of "all", "2", "4", "wipe", "difference"."""
        self._mode = mode
        button = self._modes.button([name for name, _, _ in _MODES].index(mode))
        if button is not None:
            button.setChecked(True)
        self._refresh()
        self._ask()

    def seek(self, frame: int) -> None:
        clip = self._clip()
        if clip is not None:
            self._frame = min(max(0, frame), clip.duration - 1)
            self._show_time(clip)
            self._ask()

    def toggle_play(self) -> None:
        if self._playing_since is None:
            self._playing_since = (time.monotonic(), self._frame)
            self._clock.start()
        else:
            self._pause()
        self._play.setIcon(icons.icon("pause" if self._playing_since else "play", "secondary"))

    def closeEvent(self, event: QCloseEvent) -> None:
        self.shutdown()
        super().closeEvent(event)

    def done(self, result: int) -> None:
        self.shutdown()
        super().done(result)

    def shutdown(self) -> None:
        """Ends the thread; nothing new is shown after this."""
        self._pause()
        self._settled.stop()
        self._frames.close()

    # Building

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(4)
        for number, (_, words, tooltip) in enumerate(_MODES):
            button = QToolButton()
            button.setText(words)
            button.setCheckable(True)
            button.setToolTip(tooltip)
            self._modes.addButton(button, number)
            head.addWidget(button)
        head.addStretch(1)
        for letter, choice in zip("ABCD", self._choices, strict=True):
            choice.setAccessibleName(f"Take {letter}")
            choice.setToolTip("Which take stands here")
            choice.setMaximumWidth(160)
            head.addWidget(choice)
        foot = QHBoxLayout()
        foot.setSpacing(tokens.space)
        for widget in (self._play, self._time):
            foot.addWidget(widget)
        foot.addWidget(self._slider, 1)
        foot.addWidget(self._use)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[tokens.space * 2] * 4)
        column.setSpacing(tokens.space)
        column.addLayout(head)
        column.addWidget(self.canvas, 1)
        column.addLayout(foot)
        self._time.setFont(theme.font(figures=True))
        self._slider.setAccessibleName("Play head")
        self._slider.setToolTip("The moment that all takes show")
        self._play.setShortcut("Space")
        self._play.setIconSize(QSize(tokens.icon, tokens.icon))
        self._use.setAutoDefault(False)
        self.resize(QSize(1000, 660).boundedTo(self.screen().availableSize()))

    def _connect(self) -> None:
        names = [name for name, _, _ in _MODES]
        self._modes.idClicked.connect(lambda number: self.show_mode(names[number]))
        for choice in self._choices:
            choice.picked.connect(self._choice_made)
        self._slider.valueChanged.connect(self.seek)
        self._clock.timeout.connect(self._tick)
        self._settled.timeout.connect(self._ask)
        self.canvas.resized.connect(self._settled.start)
        self.canvas.chosen.connect(self._choose)
        self.canvas.used.connect(self._use_take)
        self._frames.arrived.connect(self._arrived, Qt.ConnectionType.QueuedConnection)
        self._frames.failed.connect(self._failed, Qt.ConnectionType.QueuedConnection)
        self._session.project_changed.connect(self._project_changed)
        self._session.project_opened.connect(self.close)
        self._live.changed.connect(self._job_changed)

    # What is shown

    def _clip(self) -> Clip | None:
        found = self._session.project.find(self._clip_id)
        return found[1] if found else None

    def _ready(self) -> list[int]:
        clip = self._clip()
        return [] if clip is None else [at for at, take in enumerate(clip.takes) if is_ready(take)]

    def _seen(self) -> list[int]:
        """The indices of the takes in the picture."""
        clip = self._clip()
        if clip is None:
            return []
        if self._mode == "all":
            return list(range(len(clip.takes)))
        return [choice.value() for choice in self._choices[: _SEEN[self._mode]] if choice.value() is not None]

    def _refresh(self) -> None:
        """Brings everything to what the clip is now."""
        clip = self._clip()
        if clip is None:
            self.close()
            return
        self.setWindowTitle(f"Takes of {clip.name}")
        self._offer_takes(clip)
        self._current = min(self._current, len(clip.takes) - 1)
        with QSignalBlocker(self._slider):
            self._slider.setRange(0, clip.duration - 1)
        self._frame = min(self._frame, clip.duration - 1)
        self._show_time(clip)
        self._present()

    def _offer_takes(self, clip: Clip) -> None:
        ready = self._ready()
        names = [(take_name(clip.takes[index], index), index) for index in ready]
        first = sorted(ready, key=lambda index: index != clip.active)
        for place, choice in enumerate(self._choices):
            choice.set_options(names)
            if not self._picked and place < len(first):
                with QSignalBlocker(choice):
                    choice.set_value(first[place])
            choice.setVisible(place < _SEEN.get(self._mode, 0))

    def _present(self) -> None:
        clip = self._clip()
        if clip is None:
            return
        tiles = [self._tile(clip, index) for index in self._seen()]
        mode: Mode = "wipe" if self._mode == "wipe" else "grid"
        if self._mode == "difference":
            mode = "difference"
        project = self._session.project
        self.canvas.show_tiles(tiles, mode, (project.width, project.height), self._current)
        take = clip.takes[self._current]
        shown = "This take is shown already" if self._current == clip.active else ""
        waiting = "" if is_ready(take) else "This take is still being made"
        surfaces.enable(self._use, waiting or shown, f"Shows {take_name(take, self._current)} in the film")

    def _tile(self, clip: Clip, index: int) -> Tile:
        take = clip.takes[index]
        image = self._images.get(take.id)
        note = "" if image is not None else "Drawing…"
        if isinstance(take.reference, Generator):
            previews = self._live.pictures(take.reference.job_id)
            image, note = (
                (previews[0] if previews else None),
                describe(self._live.progress(take.reference.job_id)),
            )
        return Tile(index, take_name(take, index), image, note, index == clip.active)

    def _show_time(self, clip: Clip) -> None:
        with QSignalBlocker(self._slider):
            self._slider.setValue(self._frame)
        rate = self._session.project.rate
        self._time.setText(f"{timecode(self._frame, rate)} / {timecode(clip.duration, rate)}")

    # Frames

    def _lineup(self) -> Lineup:
        clip, project = self._clip(), self._session.project
        seen = [] if clip is None else [clip.takes[index] for index in self._seen()]
        films = [film_of(project, clip, take) for take in seen if is_ready(take)] if clip else []
        return Lineup(tuple(films), self._session.folder, self._size())

    def _size(self) -> tuple[int, int]:
        """The project's size, halved while it is larger than needed: steps keep the files open."""
        width, height = self._session.project.width, self._session.project.height
        needed, _ = self.canvas.tile_pixels()
        while width // 2 >= max(needed, _SMALLEST):
            width, height = width // 2, height // 2
        return max(2, width & ~1), max(2, height & ~1)

    def _ask(self) -> None:
        # Before it is shown nobody knows how large the pictures will be.
        if self.isVisible() and (lineup := self._lineup()).films:
            self._frames.request(lineup, self._frame)

    def _arrived(self, locked: Locked) -> None:
        self._images.update(zip(map(take_of, locked.lineup.films), locked.images, strict=True))
        self._present()

    def _failed(self, report: ErrorReport) -> None:
        self._pause()
        self._session.tell_report(report)

    def _tick(self) -> None:
        """The moment that is due, unless the last one is still being drawn: late ones are left out."""
        clip = self._clip()
        if clip is None or self._playing_since is None or self._frames.busy:
            return
        began, first = self._playing_since
        passed = int((time.monotonic() - began) * float(self._session.project.rate.fraction))
        self.seek((first + passed) % clip.duration)

    def _pause(self) -> None:
        self._playing_since = None
        self._clock.stop()
        self._play.setIcon(icons.icon("play", "secondary"))

    # What happens

    def _project_changed(self) -> None:
        self._refresh()
        if self._clip() is not None:
            self._ask()

    def _job_changed(self, job_id: str) -> None:
        clip = self._clip()
        references = [take.reference for take in clip.takes] if clip else []
        if any(isinstance(one, Generator) and one.job_id == job_id for one in references):
            self._present()

    def _choice_made(self) -> None:
        self._picked = True
        self._ask()
        self._present()

    def _choose(self, index: int) -> None:
        self._current = index
        self._present()

    def _use_current(self) -> None:
        self._use_take(self._current)

    def _use_take(self, index: int) -> None:
        clip = self._clip()
        if clip is not None and index != clip.active and index in self._ready():
            self._current = index
            self._session.apply(SelectTake(clip_id=clip.id, index=index))
