"""The course of speeds under mouse and keys, and in the video panel's job."""

from __future__ import annotations

from fractions import Fraction

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from studio.jobs.job import Interpolate, Source, SpeedPoint
from studio.render.retiming import Retiming
from studio.timing import Rate, RationalTime
from studio.ui.fields import Choice, Decimal
from studio.ui.panels.course_canvas import CourseCanvas, CoursePoint
from studio.ui.panels.motion_fields import MotionFields
from studio.ui.panels.speed_course import SpeedCourse
from tests.ui.hands import button, control

LEFT = Qt.MouseButton.LeftButton
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def course(qtbot: QtBot, dark: None) -> SpeedCourse:
    course = SpeedCourse()
    qtbot.addWidget(course)
    course.resize(300, 240)
    course.set_length(Fraction(10))
    course.show()
    return course


@pytest.fixture
def canvas(course: SpeedCourse) -> CourseCanvas:
    canvas = course.findChild(CourseCanvas)
    assert canvas is not None
    canvas.show_points([CoursePoint(Fraction(2), Fraction(1)), CoursePoint(Fraction(6), Fraction(1, 4))])
    return canvas


def place(canvas: CourseCanvas, at: int, speed: str) -> QPoint:
    return canvas.place_of(CoursePoint(Fraction(at), Fraction(speed))).toPoint()


def drag(widget: QWidget, start: QPoint, end: QPoint) -> None:
    QTest.mousePress(widget, LEFT, pos=start)
    for step in (1, 2, 3):
        QTest.mouseMove(widget, start + (end - start) * (step / 3))
    QTest.mouseRelease(widget, LEFT, pos=end)


def test_a_point_is_dragged_and_catches_on_a_line(canvas: CourseCanvas) -> None:
    drag(canvas, place(canvas, 6, "1/4"), place(canvas, 8, "1/2") + QPoint(0, 2))
    assert canvas.current == 1
    assert abs(canvas.points[1].at - 8) < Fraction(1, 20) and canvas.points[1].speed == Fraction(1, 2)
    drag(canvas, place(canvas, 8, "1/2"), place(canvas, 0, "1/2"))
    assert canvas.points[1].at == Fraction(201, 100), "a point does not pass its neighbour"


def test_a_double_click_adds_and_delete_removes(canvas: CourseCanvas) -> None:
    QTest.mouseDClick(canvas, LEFT, pos=place(canvas, 4, "2"))
    assert [point.speed for point in canvas.points] == [1, 2, Fraction(1, 4)] and canvas.current == 1
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    assert len(canvas.points) == 1, "the last one stays"


def test_keys_choose_move_and_add(canvas: CourseCanvas) -> None:
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    QTest.keyClick(canvas, Qt.Key.Key_Right, ALT)
    QTest.keyClick(canvas, Qt.Key.Key_Up)
    assert canvas.points[1] == (Fraction(61, 10), Fraction(9, 32))
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert [float(point.at) for point in canvas.points] == [2, pytest.approx(4.05), pytest.approx(6.1)]


def test_a_click_moves_nothing(canvas: CourseCanvas) -> None:
    before = list(canvas.points)
    QTest.mouseClick(canvas, LEFT, pos=place(canvas, 6, "1/4"))
    assert canvas.points == before and canvas.current == 1


def test_the_curve_is_what_the_result_plays(canvas: CourseCanvas, course: SpeedCourse) -> None:
    retiming, step = Retiming(course.speed(), Fraction(10)), Fraction(1, 1000)
    for seconds in (Fraction(1), Fraction(3), Fraction(5), Fraction(8)):
        at = retiming.source_at(seconds)
        slope = (retiming.source_at(seconds + step) - at) / step
        assert float(canvas.speed_at(at)) == pytest.approx(float(slope), abs=0.01)


def test_usual_courses_follow_the_length_until_they_are_changed(course: SpeedCourse) -> None:
    button(course, "Ease out").click()
    assert course.speed() == (point("5/2", "1"), point("10", "1/4"))
    course.set_length(Fraction(4))
    assert course.speed() == (point("1", "1"), point("4", "1/4"))
    control(course, Decimal, "Speed at the point").setValue(0.5)
    course.set_length(Fraction(10))
    assert course.speed() == (point("1", "1/2"), point("4", "1/4"))


def test_exact_numbers_keep_the_other_one(course: SpeedCourse, canvas: CourseCanvas) -> None:
    canvas.show_points([CoursePoint(Fraction(2), Fraction(1, 3))])
    control(course, Decimal, "Moment of the point").setValue(3.5)
    assert canvas.points == [(Fraction(7, 2), Fraction(1, 3))]


def test_a_hand_outside_stays_in_the_picture(canvas: CourseCanvas) -> None:
    assert canvas.point_at(QPointF(-50, -50)) == (0, 4)
    assert canvas.point_at(QPointF(5000, 5000)) == (10, Fraction(1, 8))


def test_the_motion_fields_ask_for_a_course(qtbot: QtBot, dark: None) -> None:
    from studio.ui.fields import Field

    fields = MotionFields(lambda label, control, tooltip, *names, corner=None: Field(label, control, tooltip))
    qtbot.addWidget(fields)
    fields.show()
    course = fields.findChild(SpeedCourse)
    assert course is not None and not course.isVisible()
    control(fields, Choice, "Speed").set_value("curve")
    assert course.isVisible()
    button(course, "Ramp").click()
    assert len(fields.job(Source(path="a.mp4")).speed) == 4
    job = Interpolate(
        source=Source(path="a.mp4"), frame_rate=Rate(60), speed=(point("0", "1"), point("1", "1/3"))
    )
    fields.show_job(job)
    assert fields.job(job.source) == job


def point(at: str, speed: str) -> SpeedPoint:
    return SpeedPoint(RationalTime.from_seconds(Fraction(at)), Rate.of(Fraction(speed)))
