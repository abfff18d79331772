"""The Create dock: the four input panels as tabs, and what goes on between them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QSignalBlocker, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QTabWidget, QWidget

from studio.jobs.job import Animate, Deflicker, Download, Export, Generate, Interpolate, Job, Stylize
from studio.timing import RationalTime
from studio.ui import surfaces
from studio.ui.panels.prompt import PromptPanel
from studio.ui.thumbnails import Thumbnails

if TYPE_CHECKING:
    from studio.ui.panels.audio import AudioPanel
    from studio.ui.panels.image_sequence import ImageSequencePanel
    from studio.ui.panels.video import VideoPanel
    from studio.ui.session import Session

_PANELS = ("prompt", "images", "audio", "video")
# After the window was painted, on a slow machine too, and far enough apart that it answers in between.
_IDLE_MS = 500
Panel = TypeVar("Panel", bound=QWidget)


class CreatePanel(QTabWidget):
    def __init__(self, session: Session, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._session = session
        self._thumbnails = thumbnails
        self.prompt = PromptPanel(session, thumbnails)
        self.setDocumentMode(True)
        self.tabBar().setDrawBase(False)
        surfaces.paint_surface(self, "panel")
        self.setAccessibleName("Create")
        for panel, name, tip in (
            (self.prompt, "Prompt", "Video from words (Ctrl+1)"),
            (QWidget(), "Images", "Video from pictures (Ctrl+2)"),
            (QWidget(), "Audio", "Sound for the film (Ctrl+3)"),
            (QWidget(), "Video", "Looks and frame rates for clips (Ctrl+4)"),
        ):
            self.setTabToolTip(self.addTab(panel, name), tip)
        self.currentChanged.connect(self._make)
        self._idle = QTimer(self, interval=_IDLE_MS)
        self._idle.timeout.connect(self._make_next)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._idle.start()

    # The panels below the top one cost a tenth of the window's start: they are imported and made when
    # first asked for, or one by one as soon as the window stands.

    @cached_property
    def images(self) -> ImageSequencePanel:
        from studio.ui.panels.image_sequence import ImageSequencePanel

        return self._put(1, ImageSequencePanel(self._session, self._thumbnails))

    @cached_property
    def audio(self) -> AudioPanel:
        from studio.ui.panels.audio import AudioPanel

        panel = self._put(2, AudioPanel(self._session, self.images.has_pictures))
        panel.film_wanted.connect(self._film_to)
        return panel

    @cached_property
    def video(self) -> VideoPanel:
        from studio.ui.panels.video import VideoPanel

        return self._put(3, VideoPanel(self._session, self._thumbnails))

    def _put(self, index: int, panel: Panel) -> Panel:
        """`panel` in place of the empty page that stood for it."""
        name, tip, current = self.tabText(index), self.tabToolTip(index), self.currentIndex()
        with QSignalBlocker(self):
            empty = self.widget(index)
            assert empty is not None
            self.removeTab(index)
            empty.deleteLater()
            self.setTabToolTip(self.insertTab(index, panel, name), tip)
            self.setCurrentIndex(current)
        return panel

    def _make(self, index: int) -> None:
        """Makes the panel of the tab `index` where it is not there yet."""
        getattr(self, _PANELS[index])

    def _make_next(self) -> None:
        waiting = [index for index, name in enumerate(_PANELS) if name not in self.__dict__]
        if waiting:
            self._make(waiting[0])
        else:
            self._idle.stop()

    def submit(self) -> None:
        """Ctrl+Enter: the primary button of the panel on top."""
        getattr(self, _PANELS[self.currentIndex()]).submit()

    def stop_sound(self) -> None:
        """Silences the audio panel, where there is one yet."""
        if "audio" in self.__dict__:
            self.audio.stop()

    def load(self, job: Job) -> None:
        """Brings the settings of `job` back into the panel that makes such jobs, and shows it."""
        match job:
            case Generate():
                panel = self.prompt
            case Animate():
                panel = self.images
            case Interpolate() | Stylize() | Deflicker():
                panel = self.video
            case Export() | Download():
                return
        panel.load(job)
        self.setCurrentWidget(panel)

    def extend(self, clip_id: str, backwards: bool) -> None:
        """Fills the prompt panel to go on from a clip, or to lead up to it, and shows it."""
        found = self._session.project.find(clip_id)
        if found is not None:
            self.setCurrentWidget(self.prompt)
            self.prompt.extend(found[1], backwards)

    def show_pictures(self, paths: Sequence[str]) -> None:
        """Files and folders of pictures, ready to be made a video."""
        self.images.choose(paths)
        self.setCurrentWidget(self.images)

    def show_sound(self, path: str) -> None:
        self.audio.choose(path)
        self.setCurrentWidget(self.audio)

    def _film_to(self, path: str, duration: RationalTime) -> None:
        """The chosen pictures over the sound's length, both from the playhead on."""
        frame = self._session.playhead
        self.images.fit_length(duration)
        self.setCurrentWidget(self.images)
        if self._session.generate(self.images.job()) is not None:
            self._session.import_paths([path], frame=frame)
