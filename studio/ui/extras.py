"""What the window shows only when it is asked for: history, comparison of takes, a title to type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QDockWidget
from shiboken6 import isValid

if TYPE_CHECKING:
    from studio.ui.comparison.window import ComparisonWindow
    from studio.ui.main_window import MainWindow
    from studio.ui.media_check import MediaCheck
    from studio.ui.missing_media import MissingMediaDialog
    from studio.ui.model_library.window import ModelLibrary
    from studio.ui.stale_watch import StaleWatch

_AFTER_START_MS = 1500
"""Files are looked after when the window has long been painted."""


class Extras(QObject):
    """Modules and widgets are made at the first wish for them: the start does without."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._session = window.session
        self._history: QDockWidget | None = None
        self._comparison: ComparisonWindow | None = None
        self._stale_watch: StaleWatch | None = None
        self._media_check: MediaCheck | None = None
        self._missing: MissingMediaDialog | None = None
        self._models: ModelLibrary | None = None
        QTimer.singleShot(_AFTER_START_MS, self, self.watch_files)

    @property
    def history_dock(self) -> QDockWidget | None:
        """The dock with the undo history, once it was asked for."""
        return self._history

    def toggle_history(self) -> None:
        """Shows the undo history beside the inspector, or hides it."""
        if self._history is None:
            from studio.ui.panels.history import HistoryPanel

            dock = self._window.make_dock("History", HistoryPanel(self._session), "history")
            # Where it stood the last time, else over the inspector.
            if not self._window.restoreDockWidget(dock):
                self._window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
                self._window.tabifyDockWidget(self._window.inspector_dock, dock)
            self._history = dock
            dock.show()
            dock.raise_()
        else:
            self._history.setVisible(not self._history.isVisible())
            self._history.raise_()

    def compare(self, clip_id: str = "") -> None:
        """Opens the comparison of the takes of a clip: of this one, else of the first selected one."""
        clip = next((one for _, one in self._session.project.clips() if one.id == clip_id), None)
        if clip is None:
            clip = next(iter(self._session.selected_clips()), None)
        if clip is None or len(clip.takes) < 2:
            self._session.notify(
                "info", "There are no takes to compare.", "Select a clip that has two or more."
            )
            return
        from studio.ui.comparison.window import ComparisonWindow

        if self.comparison is not None:
            self.comparison.close()
        window = ComparisonWindow(self._session, self._window.viewer.live, clip.id, self._window)
        window.finished.connect(window.deleteLater)
        self._comparison = window
        window.show()

    def vary(self) -> None:
        """Makes four more takes of the first selected clip, and shows them all."""
        from studio.ui.inspector.takes_section import VARIATIONS, vary

        clips = self._session.selected_clips()
        if not clips:
            self._session.notify("info", "Nothing is selected.", "Select a clip that was made from a prompt.")
        elif vary(self._session, clips[0], VARIATIONS):
            self.compare(clips[0].id)

    def watch_files(self) -> None:
        """Begins to look after the files: which inputs have changed, and which media are gone."""
        from studio.ui.media_check import MediaCheck
        from studio.ui.stale_watch import StaleWatch

        if self._stale_watch is None:
            self._stale_watch = StaleWatch(self._session, self)
            self._media_check = MediaCheck(self._session, self, self.find_missing)
            self._media_check.look()

    def render_changed(self) -> None:
        """Queues again what was made from something that has changed since."""
        self.watch_files()
        assert self._stale_watch is not None
        self._stale_watch.render_changed()

    def find_missing(self) -> None:
        """Opens the list of media that are gone or another than before."""
        from studio.ui.missing_media import MissingMediaDialog

        self.watch_files()
        assert self._media_check is not None
        if self.missing is not None:
            self.missing.close()
        dialog = MissingMediaDialog(self._session, self._media_check, self._window)
        dialog.finished.connect(dialog.deleteLater)
        self._missing = dialog
        dialog.show()

    def show_licences(self) -> None:
        """Tells under which licences the film was made."""
        from studio.ui.licences import LicencesDialog

        dialog = LicencesDialog(self._session, self._window)
        dialog.finished.connect(dialog.deleteLater)
        dialog.show()

    def show_models(self, model_id: str = "") -> None:
        """Opens the model library, on the page of one model if one is named."""
        from studio.ui.model_library.window import ModelLibrary

        if self.models is None:
            library = ModelLibrary(self._session, self._window, model_id)
            library.finished.connect(library.deleteLater)
            self._models = library
            library.show()
        else:
            self.models.choose(model_id)
            self.models.raise_()
            self.models.activateWindow()

    def add_models(self, paths: Sequence[str]) -> None:
        """Adds the folders and files of models to the library, and shows it."""
        self.show_models()
        assert self.models is not None
        self.models.add(paths)

    @property
    def models(self) -> ModelLibrary | None:
        """The model library, while it is open."""
        return self._models if self._models is not None and isValid(self._models) else None

    @property
    def missing(self) -> MissingMediaDialog | None:
        """The list of missing media, while it is open."""
        return self._missing if self._missing is not None and isValid(self._missing) else None

    @property
    def comparison(self) -> ComparisonWindow | None:
        """The window that compares takes, while it is open."""
        return self._comparison if self._comparison is not None and isValid(self._comparison) else None

    def add_title(self) -> None:
        """Lays a title at the playhead and puts the cursor into its text."""
        from studio.ui.titling import add_title

        if add_title(self._session) is not None:
            self._window.inspector_dock.show()
            self._window.inspector_dock.raise_()
            self._window.inspector.focus_title()
