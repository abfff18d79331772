"""The Create dock: the four input panels as tabs, and what goes on between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QTabWidget

from studio.jobs.job import Animate, Export, Generate, Interpolate, Job, Stylize
from studio.timing import RationalTime
from studio.ui import surfaces
from studio.ui.panels.audio import AudioPanel
from studio.ui.panels.image_sequence import ImageSequencePanel
from studio.ui.panels.prompt import PromptPanel
from studio.ui.panels.video import VideoPanel
from studio.ui.thumbnails import Thumbnails

if TYPE_CHECKING:
    from studio.ui.session import Session


class CreatePanel(QTabWidget):
    def __init__(self, session: Session, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._session = session
        self.prompt = PromptPanel(session)
        self.images = ImageSequencePanel(session, thumbnails)
        self.audio = AudioPanel(session, self.images.has_pictures)
        self.video = VideoPanel(session, thumbnails)
        self.setDocumentMode(True)
        self.tabBar().setDrawBase(False)
        surfaces.paint_surface(self, "panel")
        self.setAccessibleName("Create")
        for panel, name, tip in (
            (self.prompt, "Prompt", "Video from words (Ctrl+1)"),
            (self.images, "Images", "Video from pictures (Ctrl+2)"),
            (self.audio, "Audio", "Sound for the film (Ctrl+3)"),
            (self.video, "Video", "Looks and frame rates for clips (Ctrl+4)"),
        ):
            self.setTabToolTip(self.addTab(panel, name), tip)
        self.audio.film_wanted.connect(self._film_to)

    def submit(self) -> None:
        """Ctrl+Enter: the primary button of the panel on top."""
        panel = self.currentWidget()
        assert isinstance(panel, PromptPanel | ImageSequencePanel | AudioPanel | VideoPanel)
        panel.submit()

    def load(self, job: Job) -> None:
        """Brings the settings of `job` back into the panel that makes such jobs, and shows it."""
        match job:
            case Generate():
                panel = self.prompt
            case Animate():
                panel = self.images
            case Interpolate() | Stylize():
                panel = self.video
            case Export():
                return
        panel.load(job)
        self.setCurrentWidget(panel)

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
