"""The assets of the library as a list of pictures: Qt's list model and the view that shows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    QUrl,
    Signal,
)
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import QListView

from studio.project.media_paths import resolve_path
from studio.project.timeline import Asset, External, ImageSequence
from studio.ui.thumbnails import Thumbnails, framed
from studio.ui.timeline.drops import ASSET_MIME

if TYPE_CHECKING:
    from studio.ui.session import Session

_PICTURE = QSize(88, 56)
Index = QModelIndex | QPersistentModelIndex


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
