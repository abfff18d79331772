"""The library: imported media and results, to be dragged onto the timeline."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QVBoxLayout, QWidget

from studio.jobs.job import read_recipe
from studio.project.edits import RemoveAsset, Several
from studio.project.timeline import Asset
from studio.ui import icons, surfaces
from studio.ui.theme import tokens
from studio.ui.thumbnails import Thumbnails

if TYPE_CHECKING:
    from studio.ui.panels.asset_view import AssetItemModel, AssetView
    from studio.ui.session import Session


class LibraryPanel(QWidget):
    settings_wanted = Signal(object)
    title_wanted = Signal()

    def __init__(self, session: Session, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._session = session
        surfaces.paint_surface(self, "panel")
        self._thumbnails = thumbnails
        self._search = QLineEdit()
        self._search.setPlaceholderText("Search")
        policy = self._search.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._search.setSizePolicy(policy)
        self._search.setAccessibleName("Search the library")
        self._search.setToolTip("Shows only what has these words in its name")
        self._search.textChanged.connect(self._refresh)
        self._empty = surfaces.EmptyState(
            "library",
            "Nothing here yet",
            "Drop media here, or press +. Results come too.",
        )
        add = surfaces.icon_button("plus", "Import", self.ask_for_files, "Imports media files (Ctrl+I)")
        title = surfaces.icon_button("title", "Add title", self.title_wanted.emit, "Adds a title (T)")
        head = QHBoxLayout()
        head.setContentsMargins(tokens.space * 2, 4, tokens.space, 4)
        head.setSpacing(4)
        head.addWidget(self._search, 1)
        head.addWidget(title)
        head.addWidget(add)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._empty, 1)
        session.project_changed.connect(self._refresh)
        self._refresh()

    def ask_for_files(self) -> None:
        from PySide6.QtWidgets import QFileDialog  # Its enums are not needed by the start.

        dialog = QFileDialog(self, "Import media", str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(self._session.import_paths)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    # The list: imported and made when there is something to show

    @cached_property
    def assets(self) -> AssetItemModel:
        from studio.ui.panels.asset_view import AssetItemModel

        return AssetItemModel(self._session, self._thumbnails)

    @cached_property
    def view(self) -> AssetView:
        from studio.ui.panels.asset_view import AssetView

        view = AssetView(self.assets)
        view.placed.connect(self._place)
        view.removed.connect(self._remove)
        view.customContextMenuRequested.connect(self._open_menu)
        view.hide()
        self._column.addWidget(view, 1)
        self._search.setClearButtonEnabled(True)
        return view

    # Inside

    def _refresh(self) -> None:
        library = self._session.project.library
        if library or "view" in self.__dict__:
            wanted = self._search.text().strip().lower()
            self.assets.show_assets([asset for asset in reversed(library) if wanted in asset.name.lower()])
            self.view.setVisible(bool(library))
        self._empty.setVisible(not library)
        self._search.setVisible(bool(library))

    def _place(self, assets: Sequence[Asset], inserts: bool = False) -> None:
        self._session.place_assets([one.id for one in assets], self._session.playhead, inserts=inserts)

    def _remove(self, assets: Sequence[Asset]) -> None:
        edits = tuple(RemoveAsset(asset_id=asset.id) for asset in assets)
        self._session.apply(edits[0] if len(edits) == 1 else Several(edits=edits, name="Remove media"))

    def _open_menu(self, position: QPoint) -> None:
        asset = self.assets.asset_at(self.view.indexAt(position))
        if asset is None:
            return
        menu = QMenu(self)
        chosen = self.view.chosen()
        job = read_recipe(asset.recipe)
        menu.addAction(icons.icon("plus"), "Put at the playhead", lambda: self._place(chosen))
        menu.addAction(icons.icon("ripple"), "Insert at the playhead", lambda: self._place(chosen, True))
        if job is not None:
            menu.addAction(
                icons.icon("restore"), "Use these settings", lambda: self.settings_wanted.emit(job)
            )
        menu.addAction(icons.icon("folder"), "Show file", lambda: self._reveal(asset))
        menu.addAction(icons.icon("trash"), "Remove from library", lambda: self._remove(chosen))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.view.viewport().mapToGlobal(position))

    def _reveal(self, asset: Asset) -> None:
        folder = Path(self.assets.path_of(asset)).parent
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
