"""A part of the inspector under a heading that folds it away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from studio.project.edits import Edit
from studio.project.timeline import Clip, Project
from studio.ui import icons
from studio.ui.inspector.rows import gap
from studio.ui.theme import tokens

if TYPE_CHECKING:
    from studio.ui.session import Session


class Section(QWidget):
    """Shows one side of the selected clips. Subclasses fill `rows` and say which clips they are about."""

    title = ""
    open_at_first = True

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.clips: tuple[Clip, ...] = ()
        """What is shown: never empty while the section is."""
        self._heading = QToolButton()
        self._heading.setProperty("kind", "heading")
        self._heading.setText(self.title)
        self._heading.setCheckable(True)
        self._heading.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._heading.setIconSize(QSize(14, 14))
        self._heading.setToolTip(f"Shows or hides {self.title.lower()}")
        self._body = QWidget()
        self.rows = QVBoxLayout(self._body)
        self.rows.setContentsMargins(0, 0, 0, tokens.space)
        self.rows.setSpacing(gap())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap())
        column.addWidget(self._heading, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._body)
        self._heading.toggled.connect(self.set_open)
        self.set_open(self.open_at_first)

    @property
    def project(self) -> Project:
        return self.session.project

    def set_open(self, is_open: bool) -> None:
        self._heading.setChecked(is_open)
        self._heading.setIcon(icons.icon("chevron-down" if is_open else "chevron-right", "secondary"))
        self._body.setVisible(is_open)
        if is_open and self.clips:
            self.refresh()

    def is_open(self) -> bool:
        return self._heading.isChecked()

    def offer(self, clips: tuple[Clip, ...]) -> None:
        """Shows what the section has to say of the selected `clips`; hides it when that is nothing."""
        self.clips = self.mine(clips)
        self.setVisible(bool(self.clips))
        if self.clips and self.is_open():
            self.refresh()

    def mine(self, clips: tuple[Clip, ...]) -> tuple[Clip, ...]:
        """Those of the selected clips that this section is about."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Brings the controls to what `clips` are now."""
        raise NotImplementedError

    def playhead_moved(self) -> None:
        """The playhead is at another frame; most sections do not mind."""

    def apply(self, edit: Edit, merge_key: str | None = None) -> None:
        """Carries out an edit; when it cannot be done, the controls go back to what is."""
        if not self.session.apply(edit, merge_key):
            self.refresh()

    def on_tracks(self, clips: tuple[Clip, ...], kind: str) -> tuple[Clip, ...]:
        """Those of `clips` that lie on tracks of `kind`."""
        wanted = {clip.id for clip in clips}
        return tuple(
            clip
            for track in self.project.tracks
            if track.kind == kind
            for clip in track.clips
            if clip.id in wanted
        )

    def locked(self) -> str:
        """Why the shown clips cannot be edited; empty when they can."""
        for clip in self.clips:
            found = self.project.find(clip.id)
            if found is not None and found[0].locked:
                return f"Track {found[0].name} is locked"
        return ""
