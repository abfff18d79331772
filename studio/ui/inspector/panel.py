"""The inspector: what the selected clips are, and everything about them that can be set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from studio.project.edits import ChangeClip
from studio.project.timeline import Clip, Transition
from studio.ui import surfaces
from studio.ui.theme import tokens

if TYPE_CHECKING:
    from studio.ui.inspector.lines import Lines
    from studio.ui.inspector.section import Section
    from studio.ui.session import Session
    from studio.ui.thumbnails import Thumbnails

_FOLLOW_MS = 80
"""While playing, keyed values are shown a dozen times a second: enough to watch, nothing to notice."""


class InspectorPanel(QWidget):
    settings_wanted = Signal(object)
    """The job whose settings shall come back into its panel."""
    compare_wanted = Signal(str)
    """The clip whose takes shall be compared."""

    def __init__(self, session: Session, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._session = session
        self._thumbnails = thumbnails
        self._shown: tuple[Clip, ...] = ()
        self._sections: list[Section] = []
        surfaces.paint_surface(self, "panel")
        self._empty = surfaces.EmptyState(
            "inspector", "No clip selected", "Click a clip to see what it is made of."
        )
        self._sheet: surfaces.ScrollColumn | None = None
        self._name = QLineEdit()
        self._facts: Lines | None = None
        self._follow = QTimer(self, singleShot=True, interval=_FOLLOW_MS)
        self._follow.timeout.connect(self._playhead_moved)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._empty)
        session.selection_changed.connect(self.refresh)
        session.project_changed.connect(self.refresh)
        session.playhead_changed.connect(self._ask_to_follow)
        self.refresh()

    def refresh(self) -> None:
        chosen = self._session.selected_clips() if self._session.selection else []
        clips = tuple(chosen)
        transition = None if clips else self._selected_transition()
        something = bool(clips or transition)
        self._empty.setVisible(not something)
        if something and self._sheet is None:
            self._build()
        if self._sheet is not None:
            self._sheet.setVisible(something)
        before, self._shown = self._shown, clips
        self._name.setVisible(bool(clips))
        if clips:
            self._show(clips, same=[clip.id for clip in clips] == [clip.id for clip in before])
        elif transition is not None:
            self._show_transition(transition)

    def focus_title(self) -> None:
        """Puts the cursor into the text of the selected title."""
        from studio.ui.inspector.title_section import TitleSection

        for section in self._sections:
            if isinstance(section, TitleSection) and section.clips:
                section.focus_text()

    # Inside

    def _build(self) -> None:
        """The sheet, when a clip is selected for the first time: the start does without."""
        from studio.ui.inspector.lines import Lines

        self._sheet = surfaces.ScrollColumn()
        self._facts = Lines()
        self._name.setAccessibleName("Name of the clip")
        self._name.setToolTip("Name of the clip; Enter renames it")
        self._name.editingFinished.connect(self._rename)
        self._sections = self._made_sections()
        self._sheet.column.setSpacing(tokens.space // 2)
        for widget in (self._name, self._facts, *self._sections):
            self._sheet.column.addWidget(widget)
        self._sheet.column.addStretch(1)
        layout = self.layout()
        assert layout is not None
        layout.addWidget(self._sheet)

    def _made_sections(self) -> list[Section]:
        from studio.ui.inspector.curve_section import CropSection, PictureSection, SoundSection
        from studio.ui.inspector.file_section import FileSection
        from studio.ui.inspector.recipe_section import RecipeSection
        from studio.ui.inspector.speed_section import SpeedSection
        from studio.ui.inspector.takes_section import TakesSection
        from studio.ui.inspector.title_section import TitleSection
        from studio.ui.inspector.transition_section import TransitionSection

        session = self._session
        takes = TakesSection(session, self._thumbnails)
        recipe = RecipeSection(session)
        takes.compare_wanted.connect(self.compare_wanted)
        recipe.settings_wanted.connect(self.settings_wanted)
        return [
            TitleSection(session),
            takes,
            PictureSection(session),
            CropSection(session),
            SoundSection(session),
            SpeedSection(session),
            TransitionSection(session),
            recipe,
            FileSection(session),
        ]

    def _show(self, clips: tuple[Clip, ...], same: bool) -> None:
        from studio.ui.inspector.facts import clip_facts

        assert self._facts is not None
        if not (same and self._name.hasFocus()):
            self._name.setText(clips[0].name)
            self._name.setCursorPosition(0)  # A long name shows its beginning.
        count = len(clips)
        several = [("Selected", f"{count} clips")] if count > 1 else []
        self._facts.show_lines([*several, *clip_facts(clips[0], self._session.project)])
        for section in self._sections:
            section.offer(clips)

    def _selected_transition(self) -> Transition | None:
        selection = self._session.selection
        tracks = self._session.project.tracks if selection else ()
        return next((one for track in tracks for one in track.transitions if one.id in selection), None)

    def _show_transition(self, transition: Transition) -> None:
        from studio.ui.inspector.transition_section import TransitionSection

        assert self._facts is not None
        self._facts.show_lines([("Kind", "Transition")])
        for section in self._sections:
            if isinstance(section, TransitionSection):
                section.offer_transition(transition)
            else:
                section.offer(())

    def _ask_to_follow(self) -> None:
        if self._shown and not self._follow.isActive():
            self._follow.start()

    def _playhead_moved(self) -> None:
        if self._shown:
            for section in self._sections:
                section.playhead_moved()

    def _rename(self) -> None:
        name = self._name.text().strip()
        if not self._shown or name == self._shown[0].name:
            return
        if not name:
            self._name.setText(self._shown[0].name)
        else:
            self._session.apply(ChangeClip(clip_id=self._shown[0].id, name=name))
