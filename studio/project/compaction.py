"""The journal made shorter without changing what it leads to: what was undone and then done otherwise goes.

Nobody can come back to such edits, as a new edit clears what could be redone. They pile up over a long day,
and opening a project replays all that its journal holds.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from studio.project.document import Do, Jump, Redo, Step, Undo


class _Unit:
    """What one undo takes back: an edit, and those merged into it, by their places in the journal."""

    def __init__(self, place: int, merge_key: str | None, written_key: str | None) -> None:
        self.places = [place]
        self.merge_key = merge_key
        self.written_key = written_key
        """Another one where the two edits around a dropped undo would merge now."""


def compacted(steps: Sequence[Step]) -> list[Step]:
    """`steps` without what nobody can come back to; replayed, they give the same project and history."""
    done: list[_Unit] = []
    undone: list[_Unit] = []
    travels: list[int] = []
    kept: dict[int, Step] = dict(enumerate(steps))
    for place, step in enumerate(steps):
        if isinstance(step, Undo | Redo | Jump):
            travels.append(place)
            _travel(step, done, undone)
        elif isinstance(step, Do):
            last = done[-1] if done else None
            same = last is not None and step.merge_key is not None and step.merge_key == last.merge_key
            if last is not None and same and not travels:
                last.places.append(place)
            else:
                written = f"{step.merge_key} {place}" if same else step.merge_key
                done.append(_Unit(place, step.merge_key, written))
            kept[place] = msgspec.structs.replace(step, merge_key=done[-1].written_key)
            for dead in (*travels, *(at for unit in undone for at in unit.places)):
                del kept[dead]
            travels.clear()
            undone.clear()
    return list(kept.values())


def _travel(step: Undo | Redo | Jump, done: list[_Unit], undone: list[_Unit]) -> None:
    """Moves units between what is in force and what can be redone, as the document does."""
    target = step.position if isinstance(step, Jump) else len(done) + (1 if isinstance(step, Redo) else -1)
    target = min(max(target, 0), len(done) + len(undone))
    while len(done) > target:
        undone.append(done.pop())
    while len(done) < target:
        done.append(undone.pop())
