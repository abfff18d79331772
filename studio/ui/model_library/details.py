"""The chosen model's page: what it can do, its licence and sizes, and what can be done with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from studio.jobs.downloads import download_of
from studio.jobs.messages import Progress
from studio.models.adding import is_own
from studio.models.amounts import amount
from studio.models.spec import Capability, ModelSpec
from studio.ui import surfaces
from studio.ui.model_library.row import progress_bar, show_progress
from studio.ui.model_library.shelf import (
    Entry,
    Standing,
    fetching_words,
    free_bytes,
    state_words,
)
from studio.ui.model_library.token_field import TokenField
from studio.ui.theme import tokens

if TYPE_CHECKING:
    from studio.ui.session import Session

_TASKS = {
    Capability.TEXT_TO_VIDEO: "video from words",
    Capability.IMAGE_TO_VIDEO: "from a picture",
    Capability.FIRST_LAST: "from a first to a last picture",
    Capability.KEYFRAMES: "through keyframes",
    Capability.VIDEO_TO_VIDEO: "a video drawn anew",
    Capability.SOUND_TO_VIDEO: "drawn to a sound",
    Capability.CONTROL: "led by outlines, depths or poses",
    Capability.INPAINT: "a part drawn anew",
    Capability.REFERENCES: "who or what from pictures",
    Capability.EXTEND: "goes on from a clip",
    Capability.EXTEND_BACK: "leads up to a clip",
    Capability.SOUND: "with sound",
    Capability.ANIMATE: "camera moves over pictures",
    Capability.INTERPOLATE: "in-betweens",
    Capability.STYLIZE: "looks",
    Capability.PICTURE_STYLE: "the style of any picture",
    Capability.DEFLICKER: "takes flicker out",
}
_FETCH_TIP = "Fetches the model; it can be paused, and goes on after anything"


class ModelDetails(QWidget):
    """`removal_wanted` and `check_wanted` carry the entry."""

    removal_wanted = Signal(object)
    check_wanted = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._entry: Entry | None = None
        surfaces.paint_surface(self, "panel")
        policy = self.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # The list keeps its width when nothing is chosen.
        self.setSizePolicy(policy)
        self._title = surfaces.text("", "title")
        self._description = surfaces.text("", "secondary")
        self._facts = QGridLayout()
        self._facts.setColumnStretch(1, 1)
        self._facts.setHorizontalSpacing(tokens.space * 2)
        self._facts.setVerticalSpacing(6)
        self._bars = surfaces.text("", "warning")
        self._accepted = QCheckBox("I have read what this licence bars")
        self._accepted.toggled.connect(lambda: self._offer())
        self._licence = surfaces.button("Read the licence", "", self._read_licence, kind="link")
        self._token = TokenField()
        self._token.kept.connect(self._fetch)
        self._state = surfaces.text("", "secondary")
        self._hint = surfaces.text("", "secondary")
        self._bar = progress_bar()
        self._fetch_button = surfaces.button("Fetch", _FETCH_TIP, self._fetch, "import", "primary")
        self._pause = surfaces.button("Pause", "Stops; what has arrived is kept", self._stop, "pause")
        self._check = surfaces.button(
            "Check", "Compares every byte with its checksum", self._ask_check, "good"
        )
        self._remove = surfaces.button("Remove", "", self._ask_removal, "trash")
        self._folder = surfaces.button("Show folder", "Opens where it lies", self._open_folder, "folder")
        for made in (self._licence, self._fetch_button, self._pause, self._check, self._remove, self._folder):
            made.setAutoDefault(False)
        self._build()
        self.show_entry(None)

    def show_entry(self, entry: Entry | None) -> None:
        """Shows `entry`; nothing when there is none."""
        is_other = entry is None or self._entry is None or entry.id != self._entry.id
        self._entry = entry
        self.setVisible(entry is not None)
        if entry is None:
            return
        if is_other:
            self._accepted.setChecked(False)
        self._title.setText(entry.title)
        self._description.setText(_description(entry))
        self._fill_facts(entry)
        self._show_licence(entry.spec)
        self._show_state(entry)
        self._offer()

    def show_progress(self, progress: Progress) -> None:
        self._state.setText(fetching_words(progress))
        show_progress(self._bar, progress)

    # Inside

    def _build(self) -> None:
        page = surfaces.ScrollColumn()
        for widget in (self._title, self._description):
            page.column.addWidget(widget)
        page.column.addSpacing(tokens.space)
        page.column.addLayout(self._facts)
        page.column.addWidget(self._licence, 0, Qt.AlignmentFlag.AlignLeft)
        page.column.addWidget(self._bars)
        page.column.addWidget(self._accepted)
        page.column.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(tokens.space)
        for made in (self._folder, self._check, self._remove):
            buttons.addWidget(made)
        buttons.addStretch(1)
        for made in (self._pause, self._fetch_button):
            buttons.addWidget(made)
        foot = QVBoxLayout()
        foot.setContentsMargins(tokens.space * 2, 0, tokens.space * 2, tokens.space * 2)
        foot.setSpacing(tokens.space)
        for widget in (self._state, self._hint, self._token, self._bar):
            foot.addWidget(widget)
        foot.addLayout(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, tokens.space, 0, 0)
        column.addWidget(page, 1)
        column.addLayout(foot)

    def _fill_facts(self, entry: Entry) -> None:
        while (item := self._facts.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for row, (name, words) in enumerate(_facts(entry)):
            top = Qt.AlignmentFlag.AlignTop
            self._facts.addWidget(surfaces.text(name, "secondary", wrap=False), row, 0, top)
            value = surfaces.text(words)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._facts.addWidget(value, row, 1, top)

    def _show_licence(self, spec: ModelSpec | None) -> None:
        restrictions = () if spec is None else spec.licence.restrictions
        self._bars.setText("\n".join(f"⚠ {restriction}" for restriction in restrictions))
        self._bars.setVisible(bool(restrictions))
        self._accepted.setVisible(bool(restrictions) and spec is not None and not spec.is_installed)
        link = "" if spec is None else spec.licence.link
        self._licence.setVisible(bool(link))
        self._licence.setToolTip(link)

    def _show_state(self, entry: Entry) -> None:
        failed = entry.standing is Standing.FAILED and entry.error is not None
        self._state.setText(state_words(entry))
        surfaces.set_role(self._state, "role", "error" if failed else "secondary")
        self._hint.setText(_hint(entry))
        surfaces.set_role(self._hint, "role", "secondary" if failed else "warning")
        self._hint.setVisible(bool(self._hint.text()))
        self._token.setVisible(failed and entry.error is not None and entry.error.kind == "TokenNeededError")
        self._bar.setVisible(entry.is_under_way)
        show_progress(self._bar, entry.progress)

    def _offer(self) -> None:
        """The buttons that mean something now."""
        entry = self._entry
        if entry is None:
            return
        spec = entry.spec
        is_here = spec is not None and spec.is_installed
        can_fetch = spec is not None and bool(spec.repo) and not is_here and not entry.is_under_way
        self._fetch_button.setVisible(can_fetch)
        self._fetch_button.setText(_fetch_words(entry))
        unread = spec is not None and bool(spec.licence.restrictions) and not self._accepted.isChecked()
        reason = "Read what the licence bars first, and tick the box." if unread else ""
        surfaces.enable(self._fetch_button, reason, _FETCH_TIP)
        self._pause.setVisible(entry.is_under_way)
        self._pause.setEnabled(True)
        self._check.setVisible(is_here)
        self._folder.setVisible(is_here or entry.lora is not None)
        self._remove.setVisible(_can_remove(entry))
        self._remove.setToolTip(_removal_words(entry))

    def _fetch(self) -> None:
        entry = self._entry
        if entry is None or entry.spec is None or not self._fetch_button.isEnabled():
            return
        if entry.standing is Standing.PAUSED and entry.job_id:
            self._session.retry(entry.job_id)
        else:
            self._session.submit(download_of(entry.spec))

    def _stop(self) -> None:
        if self._entry is not None:
            # A server that is silent just now holds the worker for up to the engine's grace period.
            self._pause.setEnabled(False)
            self._state.setText("Pausing")
            self._session.cancel(self._entry.job_id)

    def _ask_check(self) -> None:
        self.check_wanted.emit(self._entry)

    def _ask_removal(self) -> None:
        self.removal_wanted.emit(self._entry)

    def _read_licence(self) -> None:
        if self._entry is not None and self._entry.spec is not None:
            QDesktopServices.openUrl(QUrl(self._entry.spec.licence.link))

    def _open_folder(self) -> None:
        if (place := _place(self._entry)) is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(place)))


def _description(entry: Entry) -> str:
    if entry.lora is None:
        return "" if entry.spec is None else entry.spec.description
    family = entry.lora.family
    return f"Changes what models of the family {family} draw." if family else "Its names tell no family."


def _fetch_words(entry: Entry) -> str:
    if entry.standing is not Standing.ABSENT or entry.spec is None:
        return "Go on"
    size = entry.spec.download_bytes
    return f"Fetch {amount(size)}" if size else "Fetch"


def _facts(entry: Entry) -> list[tuple[str, str]]:
    """(name, words) of what there is to know, in the order of interest."""
    facts: list[tuple[str, str]] = []
    if entry.spec is not None:
        spec, limits = entry.spec, entry.spec.limits
        facts = [
            ("Can do", " · ".join(_TASKS[one] for one in spec.capabilities)),
            ("Download", ", ".join(f"{amount(size)} ({name})" for name, size in spec.sizes.items())),
            ("Sides", f"{limits.min_size} to {limits.max_size} px"),
            ("Length", _length(spec)),
            ("Licence", spec.licence.name),
            ("To be said", spec.licence.notice),
            ("From", ", ".join(spec.repos)),
        ]
    place = _place(entry)
    facts += [("On disk", amount(entry.on_disk) if entry.on_disk else ""), ("Lies in", str(place or ""))]
    return [(name, words) for name, words in facts if words]


def _length(spec: ModelSpec) -> str:
    frames, rate = spec.limits.frames, spec.defaults.frame_rate
    longest = float(frames.maximum / rate.fraction)
    if spec.device == "none":
        return ""
    return f"up to {frames.maximum} frames: {longest:.1f} s at {rate} fps"


def _place(entry: Entry | None) -> Path | None:
    if entry is None:
        return None
    if entry.lora is not None:
        return Path(entry.lora.file).parent
    spec = entry.spec
    return Path(spec.weights or spec.folder) if spec is not None and spec.is_installed else None


def _hint(entry: Entry) -> str:
    if entry.standing is Standing.FAILED and entry.error is not None:
        return entry.error.hint
    if entry.standing is Standing.ABSENT and entry.spec is not None:
        free = free_bytes()
        if free < entry.spec.download_bytes:
            return f"Only {amount(free)} are free where models go."
    if entry.standing is Standing.INCOMPLETE and entry.spec is not None:
        return " ".join(entry.spec.shortcoming() or ())
    return ""


def _can_remove(entry: Entry) -> bool:
    if entry.lora is not None:
        return True
    spec = entry.spec
    if spec is None or entry.is_under_way:
        return False
    return is_own(spec.id) or (bool(spec.repo) and entry.on_disk > 0)


def _removal_words(entry: Entry) -> str:
    is_fetched = entry.spec is not None and bool(entry.spec.repo)
    return "Deletes its files" if is_fetched else "Takes it off this list; its files stay where they are"
