"""The library: imported media and results, to be dragged onto the timeline."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QSize,
    Qt,
    QUrl,
    Signal,
)
from PySide6.QtGui import QDesktopServices, QIcon, QKeyEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QListView, QMenu, QVBoxLayout, QWidget

from studio.jobs.job import read_recipe
from studio.project.edits import RemoveAsset, Several
from studio.project.media_paths import resolve_path
from studio.project.timeline import Asset, External, ImageSequence
from studio.ui import icons, surfaces
from studio.ui.theme import tokens
from studio.ui.thumbnails import Thumbnails, framed
from studio.ui.timeline.drops import ASSET_MIME

if TYPE_CHECKING:
    from studio.ui.session import Session

_PICTURE = QSize(88, 56)
Index = QModelIndex | QPersistentModelIndex


class LibraryPanel(QWidget):
    settings_wanted = Signal(object)
    title_wanted = Signal()

    def __init__(self, session: Session, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._session = session
        surfaces.paint_surface(self, "panel")
        self.assets = AssetItemModel(session, thumbnails)
        self.view = AssetView(self.assets)
        self._search = QLineEdit()
        self._search.setPlaceholderText("Search")
        self._search.setClearButtonEnabled(True)
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
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._empty, 1)
        column.addWidget(self.view, 1)
        self.view.placed.connect(self._place)
        self.view.removed.connect(self._remove)
        self.view.customContextMenuRequested.connect(self._open_menu)
        session.project_changed.connect(self._refresh)
        self._refresh()

    def ask_for_files(self) -> None:
        dialog = QFileDialog(self, "Import media", str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(self._session.import_paths)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    # Inside

    def _refresh(self) -> None:
        library = self._session.project.library
        wanted = self._search.text().strip().lower()
        self.assets.show_assets([asset for asset in reversed(library) if wanted in asset.name.lower()])
        self._empty.setVisible(not library)
        self.view.setVisible(bool(library))
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


class AssetItemModel(QAbstractListModel):
    """The shown assets as Qt's list model; thumbnails are asked for when they are painted."""

    def __init__(self, session: Session, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._session = session
        self._thumbnails = thumbnails
        self._assets: list[Asset] = []
        thumbnails.ready.connect(self._picture_came)

    def show_assets(self, assets: Sequence[Asset]) -> None:
        if list(assets) != self._assets:
            self.beginResetModel()
            self._assets = list(assets)
            self.endResetModel()

    def asset_at(self, index: Index) -> Asset | None:
        return self._assets[index.row()] if index.isValid() else None

    def path_of(self, asset: Asset) -> str:
        reference = asset.reference
        stored = reference.path if isinstance(reference, External) else reference.paths[0]
        return str(resolve_path(self._session.folder, stored))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._assets)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        asset = self.asset_at(index)
        if asset is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return asset.name
            case Qt.ItemDataRole.ToolTipRole:
                how = "Drag to the timeline (Ctrl inserts), or double-click."
                return f"{asset.name}\n{asset_facts(asset)}\n{how}"
            case Qt.ItemDataRole.DecorationRole:
                icon = "audio" if _is_sound(asset) else "video"
                image = None if _is_sound(asset) else self._thumbnails.of(self.path_of(asset))
                picture = framed(image, _PICTURE, 2.0, icon)
                made = QIcon(picture)
                # Qt would tint what is selected; the frame around it says so already.
                made.addPixmap(picture, QIcon.Mode.Selected)
                return made
            case _:
                return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled

    def mimeTypes(self) -> list[str]:
        return [ASSET_MIME, "text/uri-list"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        mime = QMimeData()
        assets = [self._assets[index.row()] for index in sorted(indexes, key=lambda index: index.row())]
        mime.setData(ASSET_MIME, "\n".join(asset.id for asset in assets).encode())
        mime.setUrls([QUrl.fromLocalFile(self.path_of(asset)) for asset in assets])
        return mime

    def _picture_came(self, path: str) -> None:
        for row, asset in enumerate(self._assets):
            if self.path_of(asset) == path:
                self.dataChanged.emit(self.index(row), self.index(row), [Qt.ItemDataRole.DecorationRole])


class AssetView(QListView):
    """The assets as pictures with names; Enter or a double click puts the chosen ones at the playhead."""

    placed = Signal(object)
    removed = Signal(object)

    def __init__(self, assets: AssetItemModel) -> None:
        super().__init__()
        self._assets = assets
        self.setModel(assets)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setIconSize(_PICTURE)
        self.setGridSize(QSize(_PICTURE.width() + 14, _PICTURE.height() + 32))
        self.setUniformItemSizes(True)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setDragEnabled(True)
        self.setDragDropMode(QListView.DragDropMode.DragOnly)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setAccessibleName("Library")
        self.doubleClicked.connect(lambda _: self.placed.emit(self.chosen()))

    def chosen(self) -> list[Asset]:
        """The selected assets, in the order in which they are shown."""
        rows = sorted(self.selectedIndexes(), key=lambda index: index.row())
        return [asset for index in rows if (asset := self._assets.asset_at(index)) is not None]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        chosen = self.chosen()
        if chosen and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.placed.emit(chosen)
        elif chosen and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit(chosen)
        else:
            super().keyPressEvent(event)


def asset_facts(asset: Asset) -> str:
    """Size, length and sound in one line."""
    reference = asset.reference
    facts: list[str] = []
    if reference.width:
        facts.append(f"{reference.width} × {reference.height} px")
    if reference.duration is not None:
        facts.append(f"{float(reference.duration.seconds):.1f} s")
    if isinstance(reference, ImageSequence):
        facts.append(f"{len(reference.paths)} pictures")
    elif reference.has_audio:
        facts.append("with sound" if reference.has_video else "sound")
    return ", ".join(facts)


def _is_sound(asset: Asset) -> bool:
    return isinstance(asset.reference, External) and not asset.reference.has_video
