"""A compacted journal leads to the same project, with the same history behind and before it."""

from __future__ import annotations

import contextlib
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.errors import ProjectError
from studio.project.compaction import compacted
from studio.project.document import Document, Step
from studio.project.edits import AddMarker, ChangeProject
from studio.project.facts import DropGhosts
from studio.project.journal import read_steps
from studio.project.project_file import create_project, open_project
from studio.project.timeline import Marker, Project
from tests.project.examples import film
from tests.project.random_edits import random_edit


def replayed(first: Project, steps: list[Step]) -> Document:
    document = Document(first)
    for step in steps:
        document.replay(step)
    return document


def all_of(document: Document) -> tuple[tuple[list[str], int], list[Project]]:
    """Its history, and the project at each point of it."""
    history = document.history()
    projects = []
    for position in range(len(history[0]) + 1):
        document.jump(position)
        projects.append(document.project)
    return history, projects


def live(document: Document, random: Random) -> None:
    """A few gestures of somebody who often changes their mind."""
    key = random.choice((None, None, "drag", "slider"))
    match random.randint(0, 9):
        case 0 | 1 | 2:
            document.undo()
        case 3:
            document.redo()
        case 4:
            document.jump(random.randint(0, 8))
        case 5:
            document.record(DropGhosts(job_id="nobody's"))
        case _:
            with contextlib.suppress(ProjectError):
                document.apply(random_edit(document.project, random.randint(0, 10**6)), key)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10**9), st.integers(0, 60))
def test_nothing_changes_but_the_length(seed: int, gestures: int) -> None:
    random, first = Random(seed), film()
    steps: list[Step] = []
    document = Document(first, steps.append)
    for _ in range(gestures):
        live(document, random)
    document.on_step = None
    shorter = compacted(steps)
    assert len(shorter) <= len(steps) and compacted(shorter) == shorter
    assert all_of(replayed(first, shorter)) == all_of(replayed(first, steps)) == all_of(document)


def test_edits_around_an_undo_that_goes_stay_two_steps() -> None:
    first = film()
    steps: list[Step] = []
    document = Document(first, steps.append)
    for name in ("a", "b"):
        document.apply(ChangeProject(name=name), "typing")
    document.apply(ChangeProject(name="elsewhere"))
    document.undo()
    for name in ("c", "d"):
        document.apply(ChangeProject(name=name), "typing")
    again = replayed(first, compacted(steps))
    assert again.history() == document.history() and len(compacted(steps)) == 4
    again.undo()
    assert again.project.name == "b"


def test_closing_shortens_a_journal_of_changed_minds(tmp_path: Path) -> None:
    folder, first = tmp_path / "film.kinora", film()
    opened = create_project(folder, first)
    for frame in range(80):
        opened.document.apply(AddMarker(marker=Marker(id=str(frame), frame=frame)))
        opened.document.undo()
    opened.document.apply(AddMarker(marker=Marker(id="last", frame=7)))
    project, history = opened.document.project, opened.document.history()
    opened.close()
    assert len(read_steps(folder / "journal.jsonl")[0]) == 1
    again = open_project(folder)
    assert (again.document.project, again.document.history(), again.notices) == (project, history, [])
    again.document.undo()
    assert again.document.project == first
    again.close()


@pytest.mark.parametrize("undone", [0, 3])
def test_what_can_be_redone_stays(tmp_path: Path, undone: int) -> None:
    opened = create_project(tmp_path / "film.kinora", film())
    for frame in range(110):
        opened.document.apply(AddMarker(marker=Marker(id=str(frame), frame=frame)))
        if frame < 105:
            opened.document.undo()
    opened.document.jump(5 - undone)
    history = opened.document.history()
    opened.close()
    again = open_project(tmp_path / "film.kinora")
    assert again.document.history() == history == (["Add marker"] * 5, 5 - undone)
    assert again.document.redo() is bool(undone)
    again.close()
