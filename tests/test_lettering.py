"""Titles: every script in its place, the same in every size, and in processes without a window."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from studio.lettering import draw, families
from studio.project.timeline import Title

ROOT = Path(__file__).parent.parent
PLAIN = Title(text="Kinora", shadow=False)
replace = msgspec.structs.replace


@pytest.fixture(autouse=True)
def application(qapp: QApplication) -> QApplication:
    """The tests' own, before lettering starts one."""
    return qapp


def box_of(picture: np.ndarray) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what is not empty."""
    rows, columns = (np.flatnonzero(picture[..., 3].any(axis=axis)) for axis in (1, 0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def test_text_stands_in_the_middle_in_its_colour_on_nothing() -> None:
    picture = draw(replace(PLAIN, colour="#ff8000"), 640, 360)
    assert (picture.dtype, picture.shape) == (np.uint8, (360, 640, 4))
    left, top, right, bottom = box_of(picture)
    assert abs((left + right) / 2 - 320) < 6
    assert abs((top + bottom) / 2 - 180) < 12
    solid = picture[picture[..., 3] == 255]
    assert len(solid) > 500
    assert (solid == (255, 128, 0, 255)).all()
    assert (picture[..., :3] <= picture[..., 3:]).all(), "colours are multiplied by alpha"


def test_empty_text_draws_nothing() -> None:
    for text in ("", "  ", "\n\n"):
        assert not draw(Title(text=text, box="#ff0000"), 320, 180).any()


def test_size_is_a_share_of_the_height_and_layouts_are_alike_in_all_sizes() -> None:
    long = replace(PLAIN, text="A title that is too long for one line and has to be broken somewhere")
    small, large = draw(long, 320, 180), draw(long, 1280, 720)
    assert np.abs(np.array(box_of(large)) / 4 - box_of(small)).max() <= 1.5
    reduced = large.reshape(180, 4, 320, 4, 4).mean(axis=(1, 3))
    assert np.abs(reduced - small).mean() < 3
    twice = draw(replace(PLAIN, size=0.24), 640, 360)
    height = np.diff(box_of(draw(PLAIN, 640, 360))[1::2])
    assert np.diff(box_of(twice)[1::2]) == pytest.approx(2 * height, abs=2)


def test_lines_are_even_and_aligned() -> None:
    text = "wide wide\nii"
    left, centre, right = (
        draw(replace(PLAIN, text=text, align=align), 640, 360) for align in ("left", "center", "right")
    )
    assert box_of(left) == box_of(centre) == box_of(right)
    edges = [box_of(picture[180:]) for picture in (left, centre, right)]
    assert edges[0][0] < edges[1][0] < edges[2][0]
    assert edges[0][0] - box_of(left)[0] < 8
    assert box_of(right)[2] - edges[2][2] < 8


@pytest.mark.parametrize(
    "text", ["À bientôt, čeština", "Привет", "Ωμέγα", "世界", "こんにちは", "مرحبا بالعالم", "שלום"]
)
def test_many_scripts_have_letters(text: str) -> None:
    picture = draw(replace(PLAIN, text=text), 640, 360)
    left, _, right, _ = box_of(picture)
    assert abs((left + right) / 2 - 320) < 8
    assert (picture[..., 3] == 255).sum() > 300


def test_accents_are_not_lost() -> None:
    assert not np.array_equal(
        draw(replace(PLAIN, text="Čau"), 640, 360), draw(replace(PLAIN, text="Cau"), 640, 360)
    )


def test_bold_italic_and_family_change_the_letters() -> None:
    looks = [PLAIN, replace(PLAIN, bold=False), replace(PLAIN, italic=True)]
    looks += [replace(PLAIN, family=family) for family in families() if "Serif" in family][:1]
    pictures = [draw(look, 640, 360) for look in looks]
    assert len({picture.tobytes() for picture in pictures}) == len(looks)


def test_a_box_lies_behind_the_text_with_room_around_it() -> None:
    boxed = draw(replace(PLAIN, box="#80ff0000", padding=0.05), 640, 360)
    bare = box_of(draw(PLAIN, 640, 360))
    left, top, right, bottom = box_of(boxed)
    assert left < bare[0] - 12
    assert right > bare[2] + 12
    assert top < bare[1]
    assert bottom > bare[3]
    assert (boxed[bottom - 8, 320] == (128, 0, 0, 128)).all()


def test_a_shadow_is_dark_soft_and_beneath() -> None:
    shaded, bare = draw(replace(PLAIN, shadow=True), 640, 360), draw(PLAIN, 640, 360)
    only = (shaded[..., 3] > 0) & (bare[..., 3] == 0)
    assert only.sum() > 500
    assert not shaded[only][:, :3].any()
    assert len(np.unique(shaded[only][:, 3])) > 50
    assert np.array_equal(shaded[bare[..., 3] == 255], bare[bare[..., 3] == 255])


def test_the_same_title_is_drawn_once() -> None:
    assert draw(PLAIN, 640, 360) is draw(replace(PLAIN), 640, 360)


def test_it_may_be_drawn_in_any_thread() -> None:
    title = replace(PLAIN, text="in a thread")
    made: list[np.ndarray] = []
    thread = threading.Thread(target=lambda: made.append(draw(title, 320, 180)))
    thread.start()
    thread.join()
    assert made[0].any()


def test_a_process_without_a_window_letters_alike_and_ends_well() -> None:
    code = (
        "import threading, zlib\n"
        "from studio.lettering import draw\n"
        "from studio.project.timeline import Title\n"
        "work = lambda: print(zlib.crc32(draw(Title(text='Kinora', shadow=False), 640, 360).tobytes()))\n"
        "for _ in range(2):\n"
        "    thread = threading.Thread(target=work); thread.start(); thread.join()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    import zlib

    assert set(done.stdout.split()) == {str(zlib.crc32(draw(PLAIN, 640, 360).tobytes()))}
