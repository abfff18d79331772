"""The films that a drawing starts from: a video or a sound that leads it, a clip that it goes on from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import asdict

from studio.jobs.job import Extension, Generate, Source
from studio.models.spec import Capability, ModelSpec
from studio.ui import surfaces
from studio.ui.drawing.dropped import Dropped
from studio.ui.drawing.media_slot import MediaSlot
from studio.ui.drawing.section import Section
from studio.ui.fields import Choice
from studio.ui.thumbnails import Thumbnails

if TYPE_CHECKING:
    from studio.ui.session import Session


class _FilmSection(Section):
    """A section around one film."""

    slot: MediaSlot

    def is_empty(self) -> bool:
        return self.slot.source is None

    def clear(self) -> None:
        self.slot.put(None)

    @staticmethod
    def welcomes(dropped: Dropped) -> bool:
        return bool(dropped.films)

    def take(self, dropped: Dropped) -> None:
        self.slot.put(dropped.films[0], by_hand=True)


class ControlSection(_FilmSection):
    def __init__(self, session: Session, thumbnails: Thumbnails) -> None:
        super().__init__(session, thumbnails)
        lesson = "Drop a video to follow: outlines, depths, poses …"
        self.slot = MediaSlot(session, thumbnails, "the control video", lesson)
        self.column.addWidget(self.slot)
        self.setFocusProxy(self.slot)
        self.slot.changed.connect(self.changed)
        self.slot.examined.connect(self.examined)

    def values(self) -> dict[str, Any]:
        return {"control": self.slot.source}

    def fill(self, job: Generate) -> None:
        self.slot.put(job.control)

    def fit_to(self, spec: ModelSpec) -> None:
        """It is the same for every model that takes one."""


class SoundSection(_FilmSection):
    def __init__(self, session: Session, thumbnails: Thumbnails) -> None:
        super().__init__(session, thumbnails)
        lesson = "Choose a sound that the video follows"
        self.slot = MediaSlot(session, thumbnails, "the sound", lesson, of_sound=True)
        self.column.addWidget(self.slot)
        self.setFocusProxy(self.slot)
        self.slot.changed.connect(self.changed)
        self.slot.examined.connect(self.examined)

    @staticmethod
    def welcomes(dropped: Dropped) -> bool:
        """Never: a film has many other uses, and sounds go to the timeline."""
        return False

    def values(self) -> dict[str, Any]:
        return {"sound": self.slot.source}

    def fill(self, job: Generate) -> None:
        self.slot.put(job.sound)

    def fit_to(self, spec: ModelSpec) -> None:
        """It is the same for every model that takes one."""


class ExtensionSection(_FilmSection):
    def __init__(self, session: Session, thumbnails: Thumbnails) -> None:
        super().__init__(session, thumbnails)
        self.slot = MediaSlot(session, thumbnails, "the clip to continue", "Drop the clip to continue")
        self._way = Choice()
        self._way.setAccessibleName("Direction")
        self._way.setToolTip("Whether the new video comes after the clip or before it")
        self._only = surfaces.text("", "secondary")
        for widget in (self.slot, self._way, self._only):
            self.column.addWidget(widget)
        self.setFocusProxy(self.slot)
        self.slot.changed.connect(self._changed)
        # Its length is that of what is there already, not of what is to come.
        self.slot.examined.connect(lambda info, _: self.examined.emit(info, 0.0))
        self._way.picked.connect(self.changed)
        self._changed()

    def values(self) -> dict[str, Any]:
        source = self.slot.source
        if source is None:
            return {"extend": None}
        return {"extend": Extension(**asdict(source), backwards=bool(self._way.value()))}

    def fill(self, job: Generate) -> None:
        if job.extend is not None:
            self._way.set_value(job.extend.backwards, _WAYS[job.extend.backwards])
        self.slot.put(None if job.extend is None else plain(job.extend))

    def fit_to(self, spec: ModelSpec) -> None:
        able = {False: Capability.EXTEND, True: Capability.EXTEND_BACK}
        ways = [(words, back) for back, words in _WAYS.items() if able[back] in spec.capabilities]
        self._way.set_options(ways)
        self._only.setText(f"This model can only {'lead up to a clip' if ways[0][1] else 'go on after it'}.")
        self._changed()

    def extend(self, source: Source, backwards: bool) -> None:
        """Makes `source` the clip to continue, in that direction."""
        self._way.set_value(backwards, _WAYS[backwards])
        self.slot.put(source, by_hand=True)

    def _changed(self) -> None:
        filled = self.slot.source is not None
        self._way.setVisible(filled and self._way.count() > 1)
        self._only.setVisible(filled and self._way.count() == 1)
        self.changed.emit()


_WAYS = {False: "After it ends", True: "Before it begins"}


def plain(source: Source) -> Source:
    """`source` without what a job says of it besides its file and part."""
    return Source(path=source.path, content_hash=source.content_hash, time_range=source.time_range)
