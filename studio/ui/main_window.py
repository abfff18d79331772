"""The window: Create on the left, viewer over timeline in the middle, inspector, queue and library right."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, cast

import msgspec
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QHBoxLayout,
    QMainWindow,
    QSplitter,
    QWidget,
)

from studio.ui import icons, surfaces, theme
from studio.ui.extras import Extras
from studio.ui.inspector.panel import InspectorPanel
from studio.ui.menus import Menus
from studio.ui.panels.create import CreatePanel
from studio.ui.panels.library import LibraryPanel
from studio.ui.panels.queue import QueuePanel
from studio.ui.project_files import ProjectFiles
from studio.ui.sample_offer import SampleOffer
from studio.ui.theme import tokens
from studio.ui.thumbnails import Thumbnails
from studio.ui.timeline.view import TimelineView
from studio.ui.viewer.viewer import Viewer
from studio.ui.window_state import restore_state, save_state

if TYPE_CHECKING:
    from studio.ui.drop_router import DropRouter
    from studio.ui.notifications import Toasts
    from studio.ui.session import Session

_LEFT, _RIGHT = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea


class MainWindow(QMainWindow):
    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.setMinimumSize(960, 600)
        self.resize(QSize(1440, 860).boundedTo(self.screen().availableSize()))
        self.setWindowIcon(icons.icon("kinora", "accent"))
        self.setAcceptDrops(True)
        self.setDockOptions(QMainWindow.DockOption.AllowTabbedDocks | QMainWindow.DockOption.AnimatedDocks)
        thumbnails = Thumbnails(self)
        self.inputs = CreatePanel(session, thumbnails)
        self.viewer = Viewer(session)
        self.timeline = TimelineView(session)
        self.timeline.addAction(self.viewer.play_action)
        self.viewer.addActions(self.timeline.shared_actions())
        self.viewer.rendered_changed.connect(self._show_rendered)
        self.inspector = InspectorPanel(session, thumbnails)
        self.queue = QueuePanel(session, thumbnails)
        self.library = LibraryPanel(session, thumbnails)
        self.project_files = ProjectFiles(session, self)
        SampleOffer(session, self.viewer.picture, self.project_files.open_sample)
        self._splitter = self._centre()
        self.create_dock = self.make_dock("Create", self.inputs, "create")
        self.inspector_dock = self.make_dock("Inspector", self.inspector, "inspector")
        self._right_docks = [
            self.inspector_dock,
            self.make_dock("Queue", self.queue, "queue"),
            self.make_dock("Library", self.library, "library"),
        ]
        self.arrange_docks()
        self.extras = Extras(self)
        self._menus = Menus(self)
        self._follow()
        self.timeline.canvas.show_row_heights(restore_state(self, self._splitter))
        self.inputs.prompt.focus_prompt()

    def docks(self) -> list[QDockWidget]:
        return [self.create_dock, *self._right_docks]

    def toasts(self) -> Toasts:
        """What the studio has to say; made when there is something."""
        return self._toasts

    def arrange_docks(self) -> None:
        """Puts the docks where they usually stand."""
        self.addDockWidget(_LEFT, self.create_dock)
        for dock in self._right_docks:
            self.addDockWidget(_RIGHT, dock)
        for dock in self.docks():
            dock.setFloating(False)
            dock.show()
        self.resizeDocks([self.create_dock, self._right_docks[0]], [320, 288], Qt.Orientation.Horizontal)
        self.resizeDocks(self._right_docks, [480, 120, 200], Qt.Orientation.Vertical)

    def ask_export(self) -> None:
        from studio.ui.dialogs import ExportDialog

        dialog = ExportDialog(self.session, self)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def toggle_theme(self) -> None:
        chosen = "light" if self.session.settings.theme == "dark" else "dark"
        self.session.change_settings(msgspec.structs.replace(self.session.settings, theme=chosen))
        theme.apply(cast(QApplication, QApplication.instance()), chosen)

    def closeEvent(self, event: QCloseEvent) -> None:
        save_state(self, self._splitter, self.timeline.canvas.row_heights)
        self.inputs.stop_sound()
        self.viewer.shutdown()
        super().closeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self._drops.take([url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()])

    # Inside

    @cached_property
    def _toasts(self) -> Toasts:
        from studio.ui.notifications import Toasts

        return Toasts(self)

    @cached_property
    def _drops(self) -> DropRouter:
        from studio.ui.drop_router import DropRouter  # Not before the first drop.

        return DropRouter(self.session, self.inputs, self.extras.add_models)

    def _centre(self) -> QSplitter:
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.addWidget(self.viewer)
        splitter.addWidget(self.timeline)
        splitter.setStretchFactor(0, 3)
        splitter.setStretchFactor(1, 2)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(6)
        self.setCentralWidget(splitter)
        return splitter

    def make_dock(self, title: str, panel: QWidget, name: str) -> QDockWidget:
        """A dock around `panel`; `name` is what its place is remembered by."""
        dock = QDockWidget(title, self)
        dock.setObjectName(name)
        dock.setWidget(panel)
        dock.setTitleBarWidget(_title_bar(title, dock))
        return dock

    def _follow(self) -> None:
        session = self.session
        session.notified.connect(lambda notification: self._toasts.show_notification(notification))
        session.work_started.connect(lambda work: self._toasts.show_work(work))
        session.project_opened.connect(self._name_window)
        session.project_changed.connect(self._name_window)
        self.inspector.settings_wanted.connect(self.inputs.load)
        self.inspector.compare_wanted.connect(self.extras.compare)
        self.inputs.prompt.models_wanted.connect(self.extras.show_models)
        self.timeline.canvas.extend_wanted.connect(self.inputs.extend)
        self.library.settings_wanted.connect(self.inputs.load)
        self.library.title_wanted.connect(self.extras.add_title)
        self._name_window()

    def _show_rendered(self) -> None:
        self.timeline.canvas.show_rendered(self.viewer.rendered_ranges())

    def _name_window(self) -> None:
        title = f"{self.session.project.name} – Kinora"
        if title != self.windowTitle():
            self.setWindowTitle(title)


def _title_bar(title: str, dock: QDockWidget) -> QWidget:
    """A dock's name, by which it is dragged, and a button that closes it."""
    bar = QWidget()
    surfaces.paint_surface(bar, "panel")
    line = QHBoxLayout(bar)
    line.setContentsMargins(tokens.space * 2, 4, 4, 0)
    line.addWidget(surfaces.text(title, "heading", wrap=False), 1)
    close_tip = f"Closes {title}; the View menu brings it back"
    line.addWidget(surfaces.icon_button("close", f"Close {title}", dock.close, close_tip))
    return bar
