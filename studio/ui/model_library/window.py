"""The model library: what is here and what can be had, with licence and size before anything is fetched."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from studio.jobs.job import Download
from studio.jobs.messages import Event, Notice, Paused, Preview, Progress
from studio.jobs.validate import is_repo_name
from studio.models.amounts import amount
from studio.models.hub_cache import cache_folders
from studio.models.hub_client import endpoint
from studio.ui import surfaces
from studio.ui.model_library.care import add_models, check_model, remove_model
from studio.ui.model_library.details import ModelDetails
from studio.ui.model_library.row import ModelRow
from studio.ui.model_library.shelf import Entry, entries, free_bytes
from studio.ui.theme import tokens

if TYPE_CHECKING:
    from studio.ui.session import Session

_SIZE = (960, 640)
_LIST_WIDTH = 340
_REFRESH_MS = 80
# What the style sheet puts round an item: padding and border, above and below.
_ITEM_FRAME = 10
_DROP_LESSON = "Or drop a model's folder, a .safetensors or .gguf file, or a LoRA here."


class ModelLibrary(QDialog):
    """Stays open beside the work; `chosen` is the id of the model that is shown first."""

    def __init__(self, session: Session, parent: QWidget | None = None, chosen: str = "") -> None:
        super().__init__(parent)
        self._session = session
        self._chosen = chosen
        self.setWindowTitle("Models")
        self.resize(*_SIZE)
        self.setAcceptDrops(True)
        self._search = QLineEdit()
        self._search.setPlaceholderText("Search models, tasks, licences")
        self._search.setAccessibleName("Search the models")
        self._search.setToolTip("Shows only the models with these words")
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(lambda: self.refresh())
        self.list = QListWidget()
        self.list.setAccessibleName("Models")
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.list.currentItemChanged.connect(lambda: self._show_chosen())
        self._nothing = surfaces.text("No model is like that.", "secondary")
        self._from_hub = surfaces.button("", "", self._fetch_repo, "import")
        self.details = ModelDetails(session)
        self.details.check_wanted.connect(lambda entry: check_model(session, entry.spec))
        self.details.removal_wanted.connect(lambda entry: remove_model(session, entry))
        self._add = surfaces.button("Add your own…", "Uses a folder or file that you have", self._ask, "plus")
        self._place = surfaces.ElidedText("", "secondary")
        self._move = surfaces.button("Change…", "Chooses where models go", self._ask_place, kind="link")
        for made in (self._add, self._move, self._from_hub):
            made.setAutoDefault(False)
        self._soon = surfaces.Later(self, _REFRESH_MS, self.refresh)
        self._build()
        session.job_event.connect(self._hear)
        session.models_changed.connect(self._soon.ask)
        session.settings_changed.connect(self._soon.ask)
        self.refresh()

    def refresh(self) -> None:
        """Shows what there is now; the chosen model stays chosen."""
        shown = [
            entry
            for entry in entries(self._session.catalog, self._session.jobs())
            if entry.finds(self._search.text())
        ]
        if [entry.id for entry in shown] == [row.entry.id for row in self.rows()]:
            for row, entry in zip(self.rows(), shown, strict=True):
                row.show_entry(entry)
        else:
            self._fill(shown)
        self._offer_repo(not shown)
        self._show_chosen()
        self._show_place()

    def choose(self, model_id: str) -> None:
        """Shows the model of that id, if it is in the list."""
        for index, row in enumerate(self.rows()):
            if row.entry.id == model_id:
                self.list.setCurrentRow(index)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.add([url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()])

    def add(self, paths: Sequence[str]) -> None:
        """Adds folders and files where they lie, and shows the last of them."""
        add_models(self._session, [Path(path) for path in paths], self._show_added)

    def rows(self) -> list[ModelRow]:
        """The lines of the list, from the top."""
        rows = (self.list.itemWidget(self.list.item(index)) for index in range(self.list.count()))
        return [row for row in rows if isinstance(row, ModelRow)]

    # Inside

    def _build(self) -> None:
        self.list.setFixedWidth(_LIST_WIDTH)
        left = QVBoxLayout()
        left.setSpacing(tokens.space)
        for widget in (self._search, self._nothing, self._from_hub):
            left.addWidget(widget)
        left.addWidget(self.list, 1)
        left.addWidget(self._add, 0, Qt.AlignmentFlag.AlignLeft)
        lesson = surfaces.text(_DROP_LESSON, "secondary")
        lesson.setFixedWidth(_LIST_WIDTH)
        left.addWidget(lesson)
        page = QHBoxLayout()
        page.setSpacing(tokens.space * 2)
        page.addLayout(left)
        page.addWidget(self.details, 1)
        foot = QHBoxLayout()
        foot.addWidget(self._place, 1)
        foot.addWidget(self._move)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[tokens.space * 2] * 4)
        column.setSpacing(tokens.space)
        column.addLayout(page, 1)
        column.addLayout(foot)

    def _offer_repo(self, nothing_found: bool) -> None:
        """A name like owner/name that is on no list may be a repository of the Hub."""
        repo = self._search.text().strip()
        is_repo = nothing_found and is_repo_name(repo)
        self._nothing.setVisible(nothing_found and not is_repo)
        self._from_hub.setVisible(is_repo)
        self._from_hub.setText(f"Fetch {repo} from the Hub" if is_repo else "")
        jobs = (entry.job for entry in self._session.jobs() if not entry.state.has_ended)
        is_coming = any(isinstance(job, Download) and job.repo == repo for job in jobs)
        tip = f"Any model in diffusers' layout; read its licence on its page first: {endpoint()}/{repo}"
        surfaces.enable(self._from_hub, "It is being fetched: see the queue." if is_coming else "", tip)

    def _fetch_repo(self) -> None:
        repo = self._search.text().strip()
        self._session.submit(Download(model=repo, repo=repo))

    def _fill(self, shown: list[Entry]) -> None:
        chosen = self._chosen
        self.list.blockSignals(True)
        self.list.clear()
        for entry in shown:
            item = QListWidgetItem()
            item.setData(Qt.ItemDataRole.AccessibleTextRole, entry.title)
            row = ModelRow(entry)
            item.setSizeHint(QSize(0, row.sizeHint().height() + _ITEM_FRAME))
            self.list.addItem(item)
            self.list.setItemWidget(item, row)
        places = [index for index, entry in enumerate(shown) if entry.id == chosen]
        self.list.setCurrentRow(places[0] if places else 0)
        self.list.blockSignals(False)

    def _show_chosen(self) -> None:
        row = self.list.itemWidget(self.list.currentItem()) if self.list.currentItem() else None
        entry = row.entry if isinstance(row, ModelRow) else None
        if entry is not None:
            self._chosen = entry.id
        self.details.show_entry(entry)

    def _show_added(self, model_id: str) -> None:
        self._search.clear()
        self._chosen = model_id
        self.refresh()
        self.choose(model_id)

    def _show_place(self) -> None:
        place = cache_folders()[0]
        self._place.set_words(f"Models go to {place} · {amount(free_bytes())} free")

    def _hear(self, event: Event) -> None:
        match event:
            case Progress(job_id):
                for row in self.rows():
                    if row.entry.job_id == job_id and row.entry.is_under_way:
                        row.show_progress(event)
                        if row.entry.id == self._chosen:
                            self.details.show_progress(event)
            case Preview() | Notice() | Paused():
                pass
            case _:
                self._soon.ask()

    def _ask(self) -> None:
        menu = QMenu(self)
        menu.addAction("A model's folder…", lambda: self._open_dialog(QFileDialog.FileMode.Directory))
        menu.addAction("A file or LoRA…", lambda: self._open_dialog(QFileDialog.FileMode.ExistingFiles))
        menu.exec(self._add.mapToGlobal(self._add.rect().topLeft()))

    def _open_dialog(self, mode: QFileDialog.FileMode) -> None:
        dialog = QFileDialog(self, "Add a model", str(Path.home()))
        dialog.setFileMode(mode)
        if mode is QFileDialog.FileMode.ExistingFiles:
            dialog.setNameFilter("Models (*.safetensors *.gguf);;All files (*)")
        dialog.filesSelected.connect(self.add)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _ask_place(self) -> None:
        dialog = QFileDialog(self, "Where models go", str(cache_folders()[0]))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.filesSelected.connect(lambda folders: self.set_place(folders[0]))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def set_place(self, folder: str) -> None:
        """Has downloads go to `folder` from now on; what is elsewhere stays and is still found."""
        self._session.change_settings(msgspec.structs.replace(self._session.settings, models_folder=folder))
