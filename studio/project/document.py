"""The open document: the current project, its history, and who wants to know.

Old projects are kept as values (they share everything that did not change), so undo is exact and
unlimited. Every step is also handed to `on_step` as data: that is the journal, and replaying the
steps on the same first project gives the same document, history included.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import msgspec

from studio.project.edits import Edit
from studio.project.facts import Fact
from studio.project.timeline import Project


class Do(msgspec.Struct, frozen=True, tag_field="step", tag="do"):
    """An edit; with the `merge_key` of the step before, the two are one undo step (a slider's next value)."""

    edit: Edit
    merge_key: str | None = None


class Undo(msgspec.Struct, frozen=True, tag_field="step", tag="undo"):
    pass


class Redo(msgspec.Struct, frozen=True, tag_field="step", tag="redo"):
    pass


class Jump(msgspec.Struct, frozen=True, tag_field="step", tag="jump"):
    """Undo or redo until `position` edits are in force."""

    position: int


class Record(msgspec.Struct, frozen=True, tag_field="step", tag="fact"):
    fact: Fact


Step = Do | Undo | Redo | Jump | Record


class _State(NamedTuple):
    """A project before (on the undo stack) or after (on the redo stack) the edit called `label`."""

    project: Project
    facts_seen: int
    label: str
    merge_key: str | None


class Document:
    """A project that can be edited, undone and watched. Belongs to one thread."""

    def __init__(self, project: Project, on_step: Callable[[Step], None] | None = None) -> None:
        self.project = project
        self.on_step = on_step
        self._undo: list[_State] = []
        self._redo: list[_State] = []
        self._facts: list[Fact] = []
        self._observers: list[Callable[[Project], None]] = []

    def apply(self, edit: Edit, merge_key: str | None = None) -> None:
        """Carries out `edit` as one undo step; raises ProjectError and changes nothing when it cannot.

        With the `merge_key` of the step before, both are one undo step.
        """
        after = edit.apply(self.project)
        if not self._merges(merge_key):
            self._undo.append(_State(self.project, len(self._facts), edit.label, merge_key))
        self._redo.clear()
        self._step(after, Do(edit, merge_key))

    def record(self, fact: Fact) -> None:
        """Takes note of `fact`: no undo step, and undo does not take it back."""
        after = fact.apply(self.project)
        self._facts.append(fact)
        self._step(after, Record(fact))

    def undo(self) -> bool:
        """Takes the last edit back; False when there is none."""
        return self._travel(self._undo, self._redo, 1, Undo())

    def redo(self) -> bool:
        """Does the last undone edit again; False when there is none."""
        return self._travel(self._redo, self._undo, 1, Redo())

    def history(self) -> tuple[list[str], int]:
        """What each edit is called, oldest first, undone ones too; and how many of them are in force."""
        labels = [state.label for state in self._undo] + [state.label for state in reversed(self._redo)]
        return labels, len(self._undo)

    def jump(self, position: int) -> bool:
        """Undoes or redoes until `position` edits are in force; False when nothing is to be done.

        A position out of range means the nearest one.
        """
        position = min(max(position, 0), len(self._undo) + len(self._redo))
        back = len(self._undo) - position
        if back > 0:
            return self._travel(self._undo, self._redo, back, Jump(position))
        return self._travel(self._redo, self._undo, -back, Jump(position))

    @property
    def can_undo(self) -> bool:
        return bool(self._undo)

    @property
    def can_redo(self) -> bool:
        return bool(self._redo)

    @property
    def undo_label(self) -> str:
        return self._undo[-1].label if self._undo else ""

    @property
    def redo_label(self) -> str:
        return self._redo[-1].label if self._redo else ""

    def observe(self, callback: Callable[[Project], None]) -> Callable[[], None]:
        """Calls `callback` with the new project after every change; returns what ends that."""
        self._observers.append(callback)
        return lambda: self._observers.remove(callback)

    def replay(self, step: Step) -> None:
        """Does again what the journal says was done."""
        match step:
            case Do(edit, merge_key):
                self.apply(edit, merge_key)
            case Record(fact):
                self.record(fact)
            case Undo():
                self.undo()
            case Redo():
                self.redo()
            case Jump(position):
                self.jump(position)

    def _merges(self, merge_key: str | None) -> bool:
        return (
            merge_key is not None
            and not self._redo
            and bool(self._undo)
            and self._undo[-1].merge_key == merge_key
        )

    def _travel(
        self, source: list[_State], target: list[_State], count: int, step: Undo | Redo | Jump
    ) -> bool:
        if not 0 < count <= len(source):
            return False
        here = _State(self.project, len(self._facts), "", None)
        for _ in range(count):
            state = source.pop()
            # A merge never reaches across an undo, hence no key on the way back.
            target.append(_State(here.project, here.facts_seen, state.label, None))
            here = state
        project = here.project
        for fact in self._facts[here.facts_seen :]:
            project = fact.apply(project)
        self._step(project, step)
        return True

    def _step(self, project: Project, step: Step) -> None:
        self.project = project
        for callback in tuple(self._observers):
            callback(project)
        if self.on_step is not None:
            self.on_step(step)
