"""The takes of the selected clip: which one is shown, and what can be done with the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLineEdit, QMenu, QRadioButton, QWidget

from studio.project.edits import PromoteTake, RemoveTake, RenameTake, SelectTake
from studio.project.media_paths import resolve_path
from studio.project.timeline import Clip, External, Generator, ImageSequence, Take
from studio.ui import icons, surfaces
from studio.ui.fields import side_by_side
from studio.ui.inspector.facts import take_name
from studio.ui.inspector.rows import small_button
from studio.ui.inspector.section import Section
from studio.ui.thumbnails import Thumbnails, framed

if TYPE_CHECKING:
    from studio.ui.session import Session

_PICTURE = QSize(60, 34)
_VARY_TIP = "Makes four more takes of this clip, each with a seed of its own, and shows them side by side"
_COMPARE_TIP = "Shows takes side by side, over one another, or their difference"
VARIATIONS = 4


class TakesSection(Section):
    title = "Takes"
    compare_wanted = Signal(str)
    """The clip whose takes shall be compared."""

    def __init__(self, session: Session, thumbnails: Thumbnails) -> None:
        super().__init__(session)
        self._thumbnails = thumbnails
        self._takes: list[_TakeRow] = []
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self._select)
        self._vary = surfaces.button(f"Vary × {VARIATIONS}", _VARY_TIP, self._vary_clip, "vary")
        self._compare = surfaces.button(
            "Compare", _COMPARE_TIP, lambda: self.compare_wanted.emit(self.clips[0].id), "compare"
        )
        self.rows.addWidget(side_by_side(self._vary, self._compare))
        thumbnails.ready.connect(self._picture_came)

    def mine(self, clips: tuple[Clip, ...]) -> tuple[Clip, ...]:
        """The first clip, when it has takes to choose from or can get some."""
        return tuple(clip for clip in clips[:1] if len(clip.takes) > 1 or _varies(clip))

    def refresh(self) -> None:
        clip = self.clips[0]
        ids = [take.id for take in clip.takes]
        if ids != [row.take_id for row in self._takes]:
            self._build(clip)
        reason = self.locked()
        for index, (row, take) in enumerate(zip(self._takes, clip.takes, strict=True)):
            row.show_take(take, index, index == clip.active, reason)
            row.button.setIcon(self._icon(take))
        no_chance = "Only clips made from a prompt can be varied" if not _varies(clip) else ""
        surfaces.enable(self._vary, reason or no_chance, _VARY_TIP)
        ready = sum(_has_picture(take) for take in clip.takes)
        few = "There is only one finished take" if ready < 2 else ""
        sound = "" if self.on_tracks((clip,), "video") else "Sound has nothing to see"
        surfaces.enable(self._compare, sound or few, _COMPARE_TIP)

    # Inside

    def _build(self, clip: Clip) -> None:
        for row in self._takes:
            self._group.removeButton(row.button)
            self.rows.removeWidget(row)
            row.hide()  # Deleting waits for the event loop; the old take must not be seen until then.
            row.deleteLater()
        self._takes = []
        for index, take in enumerate(clip.takes):
            row = _TakeRow(take.id)
            row.renamed.connect(lambda name, index=index: self._rename(index, name))
            row.menu_wanted.connect(lambda index=index: self._open_menu(index))
            self._group.addButton(row.button, index)
            self.rows.insertWidget(index, row)
            self._takes.append(row)

    def _icon(self, take: Take) -> QIcon:
        path = self._path(take)
        image = self._thumbnails.of(path) if path else None
        waiting = "clock" if isinstance(take.reference, Generator) else "film"
        return QIcon(framed(image, _PICTURE, self.devicePixelRatioF(), waiting))

    def _path(self, take: Take) -> str:
        match take.reference:
            case External(path=path):
                return str(resolve_path(self.session.folder, path))
            case ImageSequence(paths=paths):
                return str(resolve_path(self.session.folder, paths[0]))
            case _:
                return ""

    def _picture_came(self, path: str) -> None:
        if self.clips and self.is_open():
            for row, take in zip(self._takes, self.clips[0].takes, strict=False):
                if self._path(take) == path:
                    row.button.setIcon(self._icon(take))

    def _select(self, index: int) -> None:
        if index != self.clips[0].active:
            self.apply(SelectTake(clip_id=self.clips[0].id, index=index))

    def _rename(self, index: int, name: str) -> None:
        if name != self.clips[0].takes[index].name:
            self.apply(RenameTake(clip_id=self.clips[0].id, index=index, name=name))

    def _open_menu(self, index: int) -> None:
        menu = self.menu(index)
        menu.aboutToHide.connect(menu.deleteLater)
        row = self._takes[index]
        menu.popup(row.mapToGlobal(row.rect().bottomRight()))

    def menu(self, index: int) -> QMenu:
        """What can be done with the take at `index`."""
        clip = self.clips[0]
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        rename = menu.addAction(icons.icon("prompt"), "Rename", lambda: self._takes[index].begin_rename())
        promote = menu.addAction(
            icons.icon("good"),
            "Make it the first",
            lambda: self.apply(PromoteTake(clip_id=clip.id, index=index)),
        )
        delete = menu.addAction(
            icons.icon("trash"), "Delete", lambda: self.apply(RemoveTake(clip_id=clip.id, index=index))
        )
        only = "The only take of a clip stays" if len(clip.takes) == 1 else ""
        for action, reason in (
            (rename, self.locked()),
            (promote, self.locked() or ("It is the first already" if index == 0 == clip.active else "")),
            (delete, self.locked() or only),
        ):
            action.setEnabled(not reason)
            action.setToolTip(reason)
        return menu

    def _vary_clip(self) -> None:
        clip = self.clips[0]
        if vary(self.session, clip, VARIATIONS):
            self.compare_wanted.emit(clip.id)


class _TakeRow(QWidget):
    """One take: a picture and a name to press, a menu, and a line to rename it in."""

    renamed = Signal(str)
    menu_wanted = Signal()

    def __init__(self, take_id: str) -> None:
        super().__init__()
        self.take_id = take_id
        self.button = QRadioButton()
        self.button.setIconSize(_PICTURE)
        self.button.setSizePolicy(
            self.button.sizePolicy().Policy.Ignored, self.button.sizePolicy().Policy.Fixed
        )
        self._line = _NameLine()
        self._line.hide()
        self._more = small_button("more", "More", self.menu_wanted.emit, "Rename, make it the first, delete")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(2)
        line.addWidget(self.button, 1)
        line.addWidget(self._line, 1)
        line.addWidget(self._more)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(lambda _: self.menu_wanted.emit())
        self._line.done.connect(self._end_rename)

    def show_take(self, take: Take, index: int, active: bool, reason: str) -> None:
        name = take_name(take, index)
        self.button.setText(name)
        self.button.setChecked(active)
        surfaces.enable(self.button, reason, f"{name}: shown in the clip's place")
        self._more.setAccessibleName(f"More about {name}")

    def begin_rename(self) -> None:
        """Puts a line with the name in the button's place, until Enter or Esc."""
        self._line.setText(self.button.text())
        self._line.selectAll()
        self.button.hide()
        self._line.show()
        self._line.setFocus()

    def _end_rename(self, keep: bool) -> None:
        name = self._line.text().strip()
        self._line.hide()
        self.button.show()
        if keep and name:
            self.renamed.emit(name)


class _NameLine(QLineEdit):
    """Enter, or going elsewhere, keeps the name; Esc does not."""

    done = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Name of the take")
        self.setToolTip("Enter keeps the name, Esc leaves it as it was")
        self.editingFinished.connect(self._finish)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.blockSignals(True)
            self.clearFocus()
            self.blockSignals(False)
            self.done.emit(False)
        else:
            super().keyPressEvent(event)

    def _finish(self) -> None:
        # Hiding takes the focus away, which finishes a second time.
        if self.isVisible():
            self.done.emit(True)


def vary(session: Session, clip: Clip, count: int) -> int:
    """Queues `count` takes of `clip` with the seeds after the highest that it has; how many were taken."""
    seeds = [take.recipe.get("seed") for take in clip.takes if take.recipe is not None]
    first = max((seed for seed in seeds if isinstance(seed, int)), default=None)
    queued = 0
    for step in range(1, count + 1):
        if session.vary(clip.id, None if first is None else first + step) is None:
            break
        queued += 1
    return queued


def _varies(clip: Clip) -> bool:
    return clip.take.recipe is not None and clip.take.recipe.get("kind") == "generate"


def _has_picture(take: Take) -> bool:
    return isinstance(take.reference, External | ImageSequence)
