"""Takes compared in the real window: side by side, wiped, subtracted, played in step, and used."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QSlider, QToolButton
from pytestqt.qtbot import QtBot

from studio.project.edits import AddTake, PlaceClips, Placement
from studio.project.timeline import Clip, External, Generator, Take
from studio.timing import Rate, RationalTime
from studio.ui.comparison.window import ComparisonWindow
from studio.ui.fields import Choice
from studio.ui.main_window import MainWindow
from studio.ui.session import Session
from tests.render.footage import write_film
from tests.ui.hands import button, control
from tests.ui.studio_session import scripted

FPS = Rate(24)


def take(path: Path, first: int, name: str) -> Take:
    """A film whose frame n is the number `first` + n in black and white bars."""
    write_film(path, 12, first=first)
    reference = External(path=str(path), duration=RationalTime(12, FPS), rate=FPS, width=160, height=96)
    return Take(id=name, name=name, reference=reference)


@pytest.fixture
def comparison(window: MainWindow, session: Session, qtbot: QtBot, tmp_path: Path) -> ComparisonWindow:
    """Two takes: all bars black at frame 0 of one, all white at frame 0 of the other."""
    dark_take, bright = take(tmp_path / "a.mkv", 0, "dark"), take(tmp_path / "b.mkv", 1023 - 11, "bright")
    clip = Clip(id="clip", name="Bars", start=30, duration=12, takes=(dark_take,))
    v1 = next(track for track in session.project.tracks if track.name == "V1")
    session.apply(PlaceClips(placements=(Placement(v1.id, clip),)))
    session.apply(AddTake(clip_id="clip", take=bright, activate=False))
    session.select(["clip"])
    QTest.mouseClick(button(window.inspector, "Compare"), Qt.MouseButton.LeftButton)
    opened = window.extras.comparison
    assert opened is not None
    qtbot.waitExposed(opened)
    return opened


def level(comparison: ComparisonWindow, at: QPoint) -> int:
    return comparison.canvas.grab().toImage().pixelColor(at).lightness()


def mode(comparison: ComparisonWindow, words: str) -> None:
    [found] = [one for one in comparison.findChildren(QToolButton) if one.text() == words]
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)


def test_two_takes_stand_side_by_side_at_one_moment(comparison: ComparisonWindow, qtbot: QtBot) -> None:
    left = comparison.canvas.tile_rect(0).center()
    right = comparison.canvas.tile_rect(1).center()
    qtbot.waitUntil(lambda: level(comparison, left) < 40 and level(comparison, right) > 200)
    control(comparison, QSlider, "Play head").setValue(11)
    assert comparison.frame == 11
    # Number 11 has its lowest bars white, number 1023 all; the film is a bit narrower than the frame.
    box = comparison.canvas.tile_rect(0)
    lowest = QPoint(box.left() + round(box.width() * 0.08), left.y())
    qtbot.waitUntil(lambda: level(comparison, lowest) > 200)
    assert level(comparison, right) > 200


def test_four_takes_stand_together_at_one_moment(
    comparison: ComparisonWindow, session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    for name, first in (("c", 1023 - 11), ("d", 0)):
        session.apply(
            AddTake(clip_id="clip", take=take(tmp_path / f"{name}.mkv", first, name), activate=False)
        )
    mode(comparison, "4-up")
    rects = [comparison.canvas.tile_rect(place) for place in range(4)]
    assert all(not one.intersects(two) for one, two in combinations(rects, 2))
    assert all(comparison.canvas.rect().contains(rect) for rect in rects)
    qtbot.waitUntil(lambda: len(comparison._images) == 4, timeout=20_000)
    centres = [rect.center() for rect in rects]
    qtbot.waitUntil(lambda: [level(comparison, at) > 120 for at in centres] == [False, True, True, False])
    control(comparison, QSlider, "Play head").setValue(11)
    lowest = [QPoint(rect.left() + round(rect.width() * 0.08), rect.center().y()) for rect in rects]
    qtbot.waitUntil(lambda: all(level(comparison, at) > 200 for at in lowest))


def test_the_wipes_edge_is_dragged(comparison: ComparisonWindow, qtbot: QtBot) -> None:
    mode(comparison, "Wipe")
    canvas = comparison.canvas
    box = canvas.tile_rect(0)
    middle, quarter = box.center(), QPoint(box.left() + box.width() // 4, box.center().y())
    far = QPoint(box.left() + box.width() * 3 // 4, middle.y())
    qtbot.waitUntil(lambda: level(comparison, quarter) < 40 and level(comparison, far) > 200)
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(box.left() + box.width() // 8, middle.y()))
    assert canvas.division == pytest.approx(0.125, abs=0.01)
    assert level(comparison, quarter) > 200, "the other take is seen there now"
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    assert canvas.division == pytest.approx(0.145, abs=0.01)


def test_equal_takes_have_no_difference(comparison: ComparisonWindow, qtbot: QtBot) -> None:
    mode(comparison, "Difference")
    middle = comparison.canvas.tile_rect(0).center()
    qtbot.waitUntil(lambda: level(comparison, middle) > 200)
    second = control(comparison, Choice, "Take B")
    second.set_value(0)
    qtbot.waitUntil(lambda: level(comparison, middle) == 0)


def test_playing_keeps_all_takes_in_step(comparison: ComparisonWindow, qtbot: QtBot) -> None:
    seen: list[tuple[int, int]] = []
    comparison._frames.arrived.connect(lambda locked: seen.append((locked.frame, len(locked.images))))
    QTest.keyClick(comparison, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len({frame for frame, _ in seen}) > 3, timeout=20_000)
    QTest.keyClick(comparison, Qt.Key.Key_Space)
    assert {count for _, count in seen} == {2}


def test_a_take_is_used_with_a_button_or_a_double_click(
    comparison: ComparisonWindow, session: Session
) -> None:
    use = button(comparison, "Use this take")
    assert use.toolTip() == "This take is shown already"
    second = comparison.canvas.tile_rect(1).center()
    QTest.mouseClick(comparison.canvas, Qt.MouseButton.LeftButton, pos=second)
    QTest.mouseClick(use, Qt.MouseButton.LeftButton)
    found = session.project.find("clip")
    assert found is not None and found[1].active == 1
    session.undo()
    assert not use.isEnabled() or use.toolTip().startswith("Shows")
    QTest.mouseDClick(comparison.canvas, Qt.MouseButton.LeftButton, pos=second)
    found = session.project.find("clip")
    assert found is not None and found[1].active == 1


def test_it_closes_with_its_clip(comparison: ComparisonWindow, session: Session, qtbot: QtBot) -> None:
    session.undo()
    session.undo()
    qtbot.waitUntil(lambda: not comparison.isVisible())


def test_four_seeds_come_as_a_contact_sheet(window: MainWindow, session: Session, qtbot: QtBot) -> None:
    session.generate(scripted("step_s=0.01 a boat"))
    [(_, clip)] = list(session.project.clips())

    def done() -> bool:
        [(_, now)] = list(session.project.clips())
        return not any(isinstance(one.reference, Generator) for one in now.takes)

    qtbot.waitUntil(done, timeout=60_000)
    session.select([clip.id])
    QTest.mouseClick(button(window.inspector, "Vary × 4"), Qt.MouseButton.LeftButton)
    opened = window.extras.comparison
    assert opened is not None
    qtbot.waitUntil(done, timeout=60_000)
    [(_, clip)] = list(session.project.clips())
    assert len(clip.takes) == 5
    seeds = [one.recipe["seed"] for one in clip.takes if one.recipe is not None]
    assert seeds == [seeds[0] + step for step in range(5)]
    # Every tile gets its picture.
    qtbot.waitUntil(lambda: len(opened._images) == 5, timeout=20_000)


def test_without_takes_it_says_so(window: MainWindow, session: Session) -> None:
    session.select([])
    window.extras.compare()
    assert window.extras.comparison is None
    assert window.toasts().toasts()[0].message() == "There are no takes to compare."
