"""The recipe that made what the clip shows, and the ways to make it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from studio.jobs.job import Generate, Job, read_recipe
from studio.jobs.titles import flicker_words
from studio.project.timeline import Clip, External, Generator
from studio.ui import surfaces
from studio.ui.fields import side_by_side
from studio.ui.inspector.lines import Lines
from studio.ui.inspector.section import Section
from studio.ui.panels.recipe import recipe_lines

if TYPE_CHECKING:
    from studio.ui.session import Session

_USE_TIP = "Puts these settings into the panel they came from"
_VARY_TIP = "Makes this again with the next seed, as a new take"
_REMAKE_TIP = "Makes this again from its inputs as they are now, as a new take"
_SEED_TIP = "Makes this again with a random seed, as a new take"


class RecipeSection(Section):
    title = "Recipe"
    settings_wanted = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._lines = Lines()
        self._use = surfaces.button("Use these settings", _USE_TIP, self._use_settings, "restore")
        self._vary = surfaces.button("Vary", _VARY_TIP, self._vary_clip, "vary")
        self._reseed = surfaces.button("New seed", _SEED_TIP, self._new_seed, "dice")
        self._again = side_by_side(self._vary, self._reseed)
        self._stale = surfaces.text("Something that this was made from has changed.", "warning")
        self._remake = surfaces.button("Make again", _REMAKE_TIP, self._make_again, "retry")
        for widget in (self._stale, self._lines, self._use, self._again, self._remake):
            self.rows.addWidget(widget)
        session.stale_changed.connect(self._stale_changed)

    def mine(self, clips: tuple[Clip, ...]) -> tuple[Clip, ...]:
        return tuple(clip for clip in clips[:1] if read_recipe(clip.take.recipe) is not None)

    def refresh(self) -> None:
        job = self._job()
        if job is None:
            return
        self._lines.show_lines([*recipe_lines(job, self.session.catalog), *_measured(job, self.clips[0])])
        self._again.setVisible(isinstance(job, Generate))
        stale = self.clips[0].id in self.session.stale
        self._stale.setVisible(stale)
        self._remake.setVisible(stale)
        ghost = isinstance(self.clips[0].take.reference, Generator)
        reason = "This take is still being made." if ghost else self.locked()
        surfaces.enable(self._vary, reason, _VARY_TIP)
        surfaces.enable(self._reseed, reason, _SEED_TIP)
        surfaces.enable(self._remake, reason, _REMAKE_TIP)

    def _stale_changed(self) -> None:
        if self.clips and self.is_open():
            self.refresh()

    def _make_again(self) -> None:
        self.session.remake(self.clips[0].id)

    def _job(self) -> Job | None:
        return read_recipe(self.clips[0].take.recipe)

    def _use_settings(self) -> None:
        if (job := self._job()) is not None:
            self.settings_wanted.emit(job)

    def _vary_clip(self) -> None:
        seed = getattr(self._job(), "seed", None)
        self.session.vary(self.clips[0].id, None if seed is None else seed + 1)

    def _new_seed(self) -> None:
        self.session.vary(self.clips[0].id)


def _measured(job: Job, clip: Clip) -> list[tuple[str, str]]:
    """What the job has found out about its result."""
    reference = clip.take.reference
    found = reference.flicker if isinstance(reference, External) else None
    return [] if found is None else [("Flicker", flicker_words(job, found))]
