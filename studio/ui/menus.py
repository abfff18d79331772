"""The menu bar: every command of the window by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QMenu

from studio.ui import icons
from studio.ui.shortcuts import bind

if TYPE_CHECKING:
    from studio.ui.main_window import MainWindow

_TIMELINE_EDITS = (
    ("split", "split-all"),
    ("delete", "ripple-delete", "duplicate", "rename"),
    ("trim-start", "trim-end", "nudge-left", "nudge-right"),
    ("marker", "select-all"),
)
_TRAVELS = (
    ("frame-back", "frame-forward", "second-back", "second-forward"),
    ("to-start", "to-end", "previous-cut", "next-cut"),
)
_TABS = ("create.prompt", "create.images", "create.audio", "create.video")
_LOOKS_AT_TIME = ("zoom-in", "zoom-out", "zoom-fit", "snapping")
_LOOKS_AT_PICTURE = (
    *("viewer.full-screen", "viewer.zoom-fit", "viewer.safe-areas"),
    *("viewer.save-frame", "viewer.proxies"),
)
_PLAYS = ("viewer.loop", "viewer.mute", "viewer.timecode")


class Menus(QObject):
    """Builds the menus of `window` and keeps undo and redo saying what they would do."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._session = window.session
        self._file()
        self._edit()
        self._insert()
        self._clip()
        self._view()
        self._playback()
        self._help()
        self._session.project_changed.connect(self._follow)
        self._follow()

    # Inside

    def _file(self) -> None:
        window, files = self._window, self._window.project_files
        menu = self._menu("&File")
        self._add(menu, "file.new", "&New project…", files.ask_new, "new")
        self._add(menu, "file.open", "&Open project…", files.ask_open, "folder")
        self._add(menu, "file.sample", "Open the &sample film", files.open_sample, "film")
        self._add(menu, "file.copy", "Save a &copy…", files.ask_copy)
        menu.addSeparator()
        self._add(menu, "file.import", "&Import…", window.library.ask_for_files, "import")
        self._add(menu, "file.missing", "Find &missing media…", window.extras.find_missing, "search")
        self._add(menu, "file.export", "&Export…", window.ask_export, "export")
        self._add(menu, "file.licences", "&Licences of this film…", window.extras.show_licences, "note")
        menu.addSeparator()
        self._add(menu, "file.models", "&Models…", lambda: window.extras.show_models(), "library")
        menu.addSeparator()
        self._add(menu, "file.quit", "&Quit", window.close)

    def _edit(self) -> None:
        menu = self._menu("&Edit")
        self._undo = self._add(menu, "edit.undo", "&Undo", self._session.undo, "undo")
        self._redo = self._add(menu, "edit.redo", "&Redo", self._session.redo, "redo")
        self._add(menu, "edit.history", "Undo &history", self._window.extras.toggle_history, "clock")
        menu.addSeparator()
        self._add(menu, "create.generate", "&Generate", self._window.inputs.submit, "prompt")
        self._add_shared(menu, _TIMELINE_EDITS)

    def _insert(self) -> None:
        menu = self._menu("&Insert")
        self._add(menu, "insert.title", "&Title", self._window.extras.add_title, "title")

    def _clip(self) -> None:
        menu, extras = self._menu("&Clip"), self._window.extras
        self._add(menu, "takes.vary", "&Vary × 4", extras.vary, "vary")
        self._add(menu, "takes.compare", "&Compare takes", lambda: extras.compare(), "compare")
        menu.addSeparator()
        self._add(menu, "edit.render-changed", "&Render what changed", extras.render_changed, "retry")

    def _view(self) -> None:
        window = self._window
        menu = self._menu("&View")
        tabs = window.inputs
        for index, name in enumerate(_TABS):
            self._add(menu, name, tabs.tabText(index), lambda index=index: self._show_tab(index))
        menu.addSeparator()
        for dock in window.docks():
            menu.addAction(dock.toggleViewAction())
        self._add(menu, "view.usual-places", "Usual places", window.arrange_docks)
        menu.addSeparator()
        self._light = self._add(menu, "view.light", "Light theme", window.toggle_theme)
        self._light.setCheckable(True)
        self._light.setChecked(self._session.settings.theme == "light")
        self._add_shared(menu, (_LOOKS_AT_TIME,))
        self._add_viewer(menu, _LOOKS_AT_PICTURE)

    def _playback(self) -> None:
        menu = self._menu("&Playback")
        shuttles = [action for action in self._window.viewer.actions() if "shuttle" in action.objectName()]
        menu.addActions([self._window.viewer.play_action, *shuttles])
        self._add_viewer(menu, _PLAYS)
        self._add_shared(menu, _TRAVELS)

    def _help(self) -> None:
        menu = self._menu("&Help")
        self._add(menu, "help.keys", "&Keyboard shortcuts", self._show_keys, "keyboard")
        self._add(menu, "help.about", "&About Kinora", self._show_about, "info")

    def _menu(self, title: str) -> QMenu:
        menu = self._window.menuBar().addMenu(title)
        assert menu is not None
        menu.setToolTipsVisible(True)
        return menu

    def _add(
        self, menu: QMenu, command: str, words: str, run: Callable[[], object], icon: str = ""
    ) -> QAction:
        action = QAction(words, self._window)
        action.setObjectName(command)
        if icon:
            action.setIcon(icons.icon(icon))
        bind(self._session, action, command)
        action.triggered.connect(lambda _checked=False: run())
        menu.addAction(action)
        return action

    def _add_shared(self, menu: QMenu, groups: tuple[tuple[str, ...], ...]) -> None:
        """The timeline's own commands, shown here too."""
        for names in groups:
            menu.addSeparator()
            for name in names:
                menu.addAction(self._window.timeline.commands[name])

    def _add_viewer(self, menu: QMenu, names: tuple[str, ...]) -> None:
        menu.addSeparator()
        for name in names:
            menu.addAction(self._window.viewer.commands[name])

    def _follow(self) -> None:
        document = self._session.document
        for action, word, label in (
            (self._undo, "Undo", document.undo_label if document.can_undo else None),
            (self._redo, "Redo", document.redo_label if document.can_redo else None),
        ):
            action.setEnabled(label is not None)
            action.setText(f"&{word} {label[:1].lower() + label[1:]}" if label else f"&{word}")
            action.setToolTip("" if label else f"There is nothing to {word.lower()}.")

    def _show_tab(self, index: int) -> None:
        dock = self._window.create_dock
        dock.show()
        self._window.inputs.setCurrentIndex(index)
        page = self._window.inputs.currentWidget()
        if page is self._window.inputs.prompt:
            self._window.inputs.prompt.focus_prompt()

    # Dialogs are imported when they are asked for: the start does without.

    def _show_about(self) -> None:
        from studio.ui.dialogs import AboutDialog

        _open(AboutDialog(self._window))

    def _show_keys(self) -> None:
        from studio.ui.shortcut_sheet import ShortcutSheet

        _open(ShortcutSheet(self._session, self._window))


def _open(dialog: QDialog) -> None:
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
