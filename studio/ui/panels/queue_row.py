"""One job in the queue panel."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, QUrl
from PySide6.QtGui import QDesktopServices, QImage
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from studio.engine.queue import JobState, QueuedJob
from studio.jobs.job import Animate, Deflicker, Download, Export, Generate, Interpolate, Stylize
from studio.jobs.messages import Progress
from studio.jobs.titles import flicker_words
from studio.ui import surfaces
from studio.ui.live_jobs import describe
from studio.ui.theme import font, tokens
from studio.ui.thumbnails import Thumbnails, framed

if TYPE_CHECKING:
    from studio.ui.session import Session

_PICTURE = QSize(64, 40)
_ICONS = {
    Generate: "prompt",
    Animate: "images",
    Interpolate: "interpolate",
    Stylize: "looks",
    Deflicker: "deflicker",
    Export: "export",
    Download: "import",
}


class QueueRow(QWidget):
    def __init__(self, session: Session, thumbnails: Thumbnails, entry: QueuedJob) -> None:
        super().__init__()
        self._session = session
        self._thumbnails = thumbnails
        self._entry = entry
        self._preview: QImage | None = None
        surfaces.paint_surface(self, "raised")
        self._picture = QLabel()
        self._picture.setFixedSize(_PICTURE)
        self._title = surfaces.ElidedText(entry.title)
        self._state = surfaces.ElidedText("", "secondary")
        self._state.setFont(font(tokens.small_font_size, figures=True))
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        policy = self._bar.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # Nothing jumps when a job ends.
        self._bar.setSizePolicy(policy)
        self._buttons = {
            "cancel": self._button("close", "Cancel", "Stops this job", self._cancel),
            "retry": self._button("retry", "Retry", "Makes it again with the same seed", self._retry),
            "reveal": self._button(
                "folder", "Show file", "Opens the folder of the finished file", self._reveal
            ),
            "remove": self._button("trash", "Remove", "Takes it off this list; a result stays", self._remove),
        }
        self._build()

    def show_entry(self, entry: QueuedJob) -> None:
        self._entry = entry
        self._title.set_words(entry.title)
        self.setAccessibleName(f"{entry.title}: {entry.state.value}")
        state = entry.state
        offered = {"cancel"} if not state.has_ended else {"remove"}
        offered |= {"retry"} if state in (JobState.FAILED, JobState.CANCELLED) else set()
        is_file = state is JobState.FINISHED and isinstance(entry.job, Export)
        offered |= {"reveal"} if is_file else set()
        for name, button in self._buttons.items():
            button.setVisible(name in offered)
        self._bar.setVisible(state is JobState.RUNNING)
        if state is JobState.RUNNING:
            self._show_running(entry.progress)
        else:
            words, role, tip = _ended_words(entry)
            surfaces.set_role(self._state, "role", role)
            self._state.set_words(words)
            self._state.setToolTip(tip)
        self.show_picture()

    def show_progress(self, progress: Progress) -> None:
        if self._entry.state is JobState.RUNNING:
            self._show_running(progress)

    def show_preview(self, jpeg: bytes) -> None:
        image = QImage.fromData(jpeg)
        if not image.isNull():
            self._preview = image
            self.show_picture()

    def show_picture(self) -> None:
        """The finished file's picture, else the latest preview, else the icon of the kind."""
        result = self._entry.result
        has_picture = result is not None and not isinstance(self._entry.job, Download)
        finished = self._thumbnails.of(result.path) if result is not None and has_picture else None
        icon = _ICONS[type(self._entry.job)]
        picture = framed(finished or self._preview, _PICTURE, self.devicePixelRatioF(), icon)
        self._picture.setPixmap(picture)

    def state_words(self) -> str:
        return self._state.words()

    def offered(self) -> set[str]:
        """The names of the buttons that can be pressed now."""
        return {name for name, button in self._buttons.items() if button.isVisibleTo(self)}

    # Inside

    def _build(self) -> None:
        words = QVBoxLayout()
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(2)
        for widget in (self._title, self._state, self._bar):
            words.addWidget(widget)
        line = QHBoxLayout(self)
        line.setContentsMargins(6, 6, 4, 6)
        line.setSpacing(tokens.space)
        line.addWidget(self._picture)
        line.addLayout(words, 1)
        line.setSpacing(4)
        for button in self._buttons.values():
            line.addWidget(button)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def _button(self, icon: str, name: str, tooltip: str, action: Callable[[], object]) -> QWidget:
        return surfaces.icon_button(icon, f"{name}: {self._entry.title}", action, tooltip)

    def _show_running(self, progress: Progress | None) -> None:
        surfaces.set_role(self._state, "role", "secondary")
        left = "" if progress is None or progress.left_s is None else f" · {time_left(progress.left_s)} left"
        self._state.set_words(f"{'Starting' if progress is None else describe(progress)}{left}")
        # A bar of (0, 0) moves to and fro: something happens, how much is not known.
        if progress is None or progress.steps <= 1:
            self._bar.setRange(0, 0)
        else:
            self._bar.setRange(0, progress.steps)
            self._bar.setValue(progress.step)

    def _cancel(self) -> None:
        self._buttons["cancel"].setEnabled(False)
        self._state.set_words("Cancelling")
        self._session.cancel(self._entry.id)

    def _retry(self) -> None:
        self._buttons["cancel"].setEnabled(True)
        self._session.retry(self._entry.id)

    def _remove(self) -> None:
        self._session.remove_job(self._entry.id)
        self.hide()

    def _reveal(self) -> None:
        if self._entry.result is not None:
            folder = Path(self._entry.result.path).parent
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def _ended_words(entry: QueuedJob) -> tuple[str, str, str]:
    """What a job that does not run says of itself: words, role, tooltip."""
    match entry.state:
        case JobState.FINISHED if isinstance(entry.job, Download):
            return "Installed", "good", entry.job.repo
        case JobState.FINISHED if entry.result is not None:
            result = entry.result
            tip = result.path if isinstance(entry.job, Export) else ""
            seconds = float(result.frame_count / result.rate.fraction)
            words = f"{seconds:.1f} s, {result.width} × {result.height}"
            if found := result.flicker:
                # Before the size, which is the first to go where the panel is narrow.
                words = f"flicker {_short(found.before)} → {_short(found.after)} · {words}"
                tip = f"Flicker along the motion: {flicker_words(entry.job, found)}"
            return f"Done · {words}", "good", tip
        case JobState.FAILED if entry.error is not None:
            error = entry.error
            return f"Failed: {error.message}", "error", f"{error.message} {error.hint}".strip()
        case JobState.CANCELLED if isinstance(entry.job, Download):
            return "Paused", "secondary", "What has arrived is kept; trying again goes on from there"
        case JobState.CANCELLED:
            return "Cancelled", "secondary", ""
        case _:
            return "Waiting", "secondary", ""


def _short(figure: float) -> str:
    return f"{figure:.1f}" if figure < 10 else f"{figure:.0f}"


def time_left(seconds: float) -> str:
    """Minutes and seconds: "0:08"; hours where there are some."""
    whole = max(0, round(seconds))
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
