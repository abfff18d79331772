"""The transitions at the selected clip's two edges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.project.edits import AddTransition, ChangeTransition, RemoveTransition
from studio.project.timeline import Clip, Track, Transition, new_id
from studio.ui import surfaces
from studio.ui.fields import Choice, Decimal
from studio.ui.inspector.colour import ColourField
from studio.ui.inspector.curve_section import seconds_of
from studio.ui.inspector.rows import NumberRow, gap, named, small_button
from studio.ui.inspector.section import Section
from studio.ui.inspector.stroke import Stroke

if TYPE_CHECKING:
    from studio.ui.session import Session

_KINDS = (("Dissolve", "dissolve"), ("Dip to colour", "dip"), ("Wipe", "wipe"))
_DIRECTIONS = (("To the right", "right"), ("To the left", "left"), ("Up", "up"), ("Down", "down"))
_USUAL_LENGTH_S = 1
_LONGEST_S = 60
Edge = Literal["start", "end"]
_EDGES: tuple[Edge, ...] = ("start", "end")


class TransitionSection(Section):
    title = "Transitions"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.edges = {edge: _EdgeEditor(self, edge) for edge in _EDGES}
        for editor in self.edges.values():
            self.rows.addWidget(editor)

    def mine(self, clips: tuple[Clip, ...]) -> tuple[Clip, ...]:
        """The first clip, where it meets another: cuts belong to one clip at a time."""
        found = self.project.find(clips[0].id) if clips else None
        if found is None or not any(neighbour(found[0], clips[0], edge) for edge in _EDGES):
            return ()
        return clips[:1]

    def offer_transition(self, transition: Transition) -> None:
        """Shows this one, which is selected itself, and not the other edge of its left clip."""
        found = self.project.find(transition.left)
        self.clips = () if found is None else (found[1],)
        self.setVisible(bool(self.clips))
        self.edges["start"].hide()
        if self.clips:
            self.set_open(True)

    def offer(self, clips: tuple[Clip, ...]) -> None:
        self.edges["start"].show()
        super().offer(clips)

    def refresh(self) -> None:
        for editor in self.edges.values():
            editor.refresh()


class _EdgeEditor(QWidget):
    """The transition at one edge, or the button that lays one there."""

    def __init__(self, section: TransitionSection, edge: Edge) -> None:
        super().__init__()
        self._section = section
        self._edge: Edge = edge
        self._stroke = Stroke()
        where = "start" if edge == "start" else "end"
        self._add = surfaces.button(f"Add dissolve at the {where}", "", self._lay, "plus")
        self._form = QWidget()
        self._kind = Choice(_KINDS)
        self._length = NumberRow(
            "Length",
            Decimal(0.01, _LONGEST_S, 1, "s", 0.1),
            "How long both clips are seen; half on each side",
        )
        self._length.number.setDecimals(2)
        self._remove = small_button("trash", f"Remove the transition at the {where}", self._take_away)
        self._length.append(self._remove)
        self._colour = ColourField()
        self._direction = Choice(_DIRECTIONS)
        kind_tip, way_tip = "How one clip becomes the other", "Where the edge between them moves"
        self._colour_row = named("Colour", self._colour, "What the picture goes through")
        self._direction_row = named("Direction", self._direction, way_tip)
        form = QVBoxLayout(self._form)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(gap())
        for row in (
            named(f"At the {where}", self._kind, kind_tip),
            self._length,
            self._colour_row,
            self._direction_row,
        ):
            form.addWidget(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._add)
        column.addWidget(self._form)
        self._listen()

    def refresh(self) -> None:
        track, other, transition = self._here()
        self._form.setVisible(transition is not None)
        self._add.setVisible(transition is None and other is not None)
        locked = self._section.locked()
        surfaces.enable(self._add, locked, "One clip fades into the other over one second")
        if transition is None or track is None:
            return
        is_sound = track.kind == "audio"
        with QSignalBlocker(self._kind), QSignalBlocker(self._direction):
            self._kind.set_value(transition.kind)
            self._direction.set_value(transition.direction)
        kind_reason = locked or ("Sound always cross-fades" if is_sound else "")
        surfaces.enable(self._kind, kind_reason, "How one clip becomes the other")
        self._length.show_value(seconds_of(transition.before + transition.after, self._section.project.rate))
        self._length.allow(locked)
        surfaces.enable(self._remove, locked, "Removes this transition; the cut stays")
        self._colour.show_colour(transition.colour)
        self._colour_row.setVisible(transition.kind == "dip" and not is_sound)
        self._direction_row.setVisible(transition.kind == "wipe" and not is_sound)
        surfaces.enable(self._colour, locked, "What the picture goes through")
        surfaces.enable(self._direction, locked, "Where the edge between them moves")

    # Inside

    def _here(self) -> tuple[Track | None, Clip | None, Transition | None]:
        """The clip's track, its neighbour at this edge, and what lies over the cut."""
        clip = self._section.clips[0]
        found = self._section.project.find(clip.id)
        if found is None:
            return None, None, None
        return found[0], neighbour(found[0], clip, self._edge), transition_at(found[0], clip, self._edge)

    def _listen(self) -> None:
        self._kind.picked.connect(lambda: self._change(None, kind=self._kind.value()))
        self._direction.picked.connect(lambda: self._change(None, direction=self._direction.value()))
        self._length.changed.connect(self._stretch)
        self._colour.changed.connect(lambda name: self._change(self._stroke.key("colour"), colour=name))
        self._colour.settled.connect(self._stroke.let_go)

    def _lay(self) -> None:
        track, other, _ = self._here()
        if track is None or other is None:
            return
        clip = self._section.clips[0]
        left, right = (other, clip) if self._edge == "start" else (clip, other)
        half = max(1, round(self._section.project.rate.fraction * _USUAL_LENGTH_S / 2))
        transition = Transition(id=new_id(), left=left.id, right=right.id, before=half, after=half)
        self._section.apply(AddTransition(track_id=track.id, transition=transition))

    def _stretch(self, seconds: float, merge_key: str) -> None:
        frames = max(1, round(seconds * self._section.project.rate.fraction))
        self._change(merge_key, before=frames // 2, after=frames - frames // 2)

    def _change(self, merge_key: str | None, **changes: Any) -> None:
        _, _, transition = self._here()
        if transition is not None:
            edit = ChangeTransition(transition_id=transition.id, **changes)
            self._section.apply(edit, merge_key)

    def _take_away(self) -> None:
        _, _, transition = self._here()
        if transition is not None:
            self._section.apply(RemoveTransition(transition_id=transition.id))


def neighbour(track: Track, clip: Clip, edge: Edge) -> Clip | None:
    """The clip that `clip` meets at `edge`."""
    if edge == "end":
        other = track.clip_at(clip.end)
        return other if other is not None and other.start == clip.end else None
    return track.clip_at(clip.start - 1) if clip.start else None


def transition_at(track: Track, clip: Clip, edge: Edge) -> Transition | None:
    """What lies over the cut at `edge`."""
    for transition in track.transitions:
        if (transition.right if edge == "start" else transition.left) == clip.id:
            return transition
    return None
