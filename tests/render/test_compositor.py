"""The compositor shows the right frame of the right clip, whole, and says what it cannot show."""

from __future__ import annotations

from pathlib import Path

import cv2
import msgspec
import numpy as np
import pytest

from studio.project.timeline import External, Generator, ImageSequence, Missing
from studio.render.compositor import Compositor
from studio.timing import Rate, RationalTime
from tests.render.footage import FPS24, clip, film, number_of, numbered, picture, project, video, write_film


@pytest.fixture(scope="module")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("footage")
    write_film(folder / "first.mp4", 60)
    write_film(folder / "second.mp4", 60, first=500)
    write_film(folder / "master.mkv", 30, first=300)
    return folder


def save(path: Path, image: np.ndarray) -> Path:
    """Writes RGB or RGBA `image` as PNG."""
    order = cv2.COLOR_RGBA2BGRA if image.shape[2] == 4 else cv2.COLOR_RGB2BGR
    assert cv2.imwrite(str(path), cv2.cvtColor(image, order))
    return path


def test_cuts_trims_and_offsets_are_exact_to_the_frame(footage: Path) -> None:
    first, second = film(footage / "first.mp4", 60), film(footage / "second.mp4", 60)
    made = project(
        video(
            clip(first, 0, 10, RationalTime(20, FPS24)),
            clip(second, 10, 7, RationalTime(3, FPS24)),
            clip(first, 20, 5, RationalTime(1, FPS24)),
        )
    )
    expected = (
        [20 + k for k in range(10)] + [503 + k for k in range(7)] + [None] * 3 + [1 + k for k in range(5)]
    )
    with Compositor(made, footage) as compositor:
        shown = [compositor.frame(k) for k in range(25)]
    for k, number in enumerate(expected):
        if number is None:
            assert not shown[k].any(), f"frame {k} lies in a gap and must be black"
        else:
            assert number_of(shown[k]) == number, f"frame {k}"


def test_frames_in_any_order_equal_frames_in_a_row(footage: Path) -> None:
    made = project(
        video(clip(film(footage / "first.mp4", 60), 0, 30), clip(film(footage / "master.mkv", 30), 30, 30))
    )
    with Compositor(made, footage) as row, Compositor(made, footage) as jumps:
        in_a_row = [row.frame(k).copy() for k in range(60)]
        for k in [59, 0, 31, 30, 29, 58, 2, 1, 45, 44, 10]:
            assert np.array_equal(jumps.frame(k), in_a_row[k]), f"frame {k}"


def test_a_24_fps_film_in_a_30_fps_project_shows_what_is_on_the_screen_at_each_time(footage: Path) -> None:
    made = project(video(clip(film(footage / "first.mp4", 60), 0, 75)), rate=Rate(30))
    with Compositor(made, footage) as compositor:
        assert [number_of(compositor.frame(k)) for k in range(75)] == [k * 24 // 30 for k in range(75)]


def test_a_clip_longer_than_its_film_holds_the_last_frame(footage: Path) -> None:
    made = project(video(clip(film(footage / "master.mkv", 30), 0, 40)))
    with Compositor(made, footage) as compositor:
        assert [number_of(compositor.frame(k)) for k in (28, 29, 30, 39)] == [328, 329, 329, 329]


def test_the_topmost_visible_clip_wins_and_ghosts_show_what_is_beneath(footage: Path) -> None:
    low, high = clip(film(footage / "first.mp4", 60), 0, 10), clip(film(footage / "second.mp4", 60), 0, 10)
    ghost = clip(Generator(job_id="j"), 0, 10)
    with Compositor(project(video(low), video(high)), footage) as compositor:
        assert number_of(compositor.frame(4)) == 504
        compositor.update(project(video(low), video(high, hidden=True)))
        assert number_of(compositor.frame(4)) == 4
        compositor.update(project(video(low), video(ghost)))
        assert number_of(compositor.frame(4)) == 4
        compositor.update(project(video(ghost)))
        assert not compositor.frame(4).any()
        assert compositor.problems == ()


def test_a_narrow_picture_stands_whole_in_the_middle_over_what_is_beneath(tmp_path: Path) -> None:
    red = save(tmp_path / "red.png", np.full((200, 100, 3), (200, 0, 0), np.uint8))
    wide = save(tmp_path / "blue.png", np.full((96, 160, 3), (0, 0, 200), np.uint8))
    with Compositor(
        project(video(clip(picture(wide), 0, 5)), video(clip(picture(red), 0, 5))), tmp_path
    ) as over_blue:
        image = over_blue.frame(0)
    assert image.shape == (96, 160, 3)
    assert (image[:, 56:104] == (200, 0, 0)).all()
    assert (image[:, :56] == (0, 0, 200)).all()
    assert (image[:, 104:] == (0, 0, 200)).all()
    with Compositor(project(video(clip(picture(red), 0, 5))), tmp_path) as alone:
        assert not alone.frame(0)[:, :56].any()


def test_a_film_over_itself_between_bars_shows_the_upper_clip(footage: Path) -> None:
    reference = film(footage / "first.mp4", 60)
    above, below = clip(reference, 0, 10), clip(reference, 0, 10, RationalTime(25, FPS24))
    with Compositor(project(video(below), video(above), height=120), footage) as compositor:
        images = [compositor.frame(k) for k in range(10)]
    assert [number_of(image) for image in images] == list(range(10))
    assert not images[0][:10].any(), "the bars are not part of the film"


def test_shrinking_averages_what_it_covers(tmp_path: Path) -> None:
    stripes = np.zeros((96 * 4, 160 * 4, 3), np.uint8)
    stripes[:, ::2] = 200
    save(tmp_path / "stripes.png", stripes)
    with Compositor(project(video(clip(picture(tmp_path / "stripes.png"), 0, 1))), tmp_path) as compositor:
        assert (compositor.frame(0) == 100).all()


def test_transparency_lets_the_track_beneath_through_without_fringes(tmp_path: Path) -> None:
    ground = save(tmp_path / "ground.png", np.full((96, 160, 3), (0, 100, 0), np.uint8))
    logo = np.zeros((192, 320, 4), np.uint8)
    # Invisible pixels of a loud colour must not bleed into the edge of the visible ones.
    logo[..., :3] = (255, 0, 255)
    logo[:, :161] = (200, 200, 200, 255)
    logo[:, 300:] = (200, 200, 200, 128)
    tracks = video(clip(picture(ground), 0, 1)), video(clip(picture(save(tmp_path / "logo.png", logo)), 0, 1))
    with Compositor(project(*tracks), tmp_path) as compositor:
        image = compositor.frame(0).astype(int)
    assert (image[:, :80] == 200).all()
    assert (image[:, 82:149] == (0, 100, 0)).all()
    assert np.abs(image[:, 151:] - (100, 150, 100)).max() <= 1
    assert np.abs(image[:, 80] - (100, 150, 100)).max() <= 2


def test_an_image_sequence_plays_at_its_own_rate(tmp_path: Path) -> None:
    paths = tuple(str(save(tmp_path / f"p_{k:03}.png", numbered(k))) for k in range(6))
    made = project(video(clip(ImageSequence(paths=paths, rate=Rate(12)), 0, 14)))
    with Compositor(made, tmp_path) as compositor:
        assert [number_of(compositor.frame(k)) for k in range(14)] == [
            0,
            0,
            1,
            1,
            2,
            2,
            3,
            3,
            4,
            4,
            5,
            5,
            5,
            5,
        ]


def test_previews_have_the_size_asked_for(footage: Path) -> None:
    made = project(video(clip(film(footage / "first.mp4", 60), 0, 60)), width=1280, height=768)
    with Compositor(made, footage, size=(80, 48)) as compositor:
        assert compositor.frame(33).shape == (48, 80, 3)
        assert number_of(compositor.frame(33)) == 33


def test_a_changed_project_size_is_followed(footage: Path) -> None:
    made = project(video(clip(film(footage / "first.mp4", 60), 0, 60)))
    with Compositor(made, footage) as compositor:
        assert compositor.frame(5).shape == (96, 160, 3)
        compositor.update(msgspec.structs.replace(made, width=320, height=192))
        assert compositor.frame(5).shape == (192, 320, 3)
        assert number_of(compositor.frame(5)) == 5


def test_lost_files_become_slates_are_listed_and_come_back(footage: Path, tmp_path: Path) -> None:
    made = project(
        video(clip(film(Path("gone.mp4"), 60), 0, 10), clip(Missing(reason="The job failed."), 10, 10))
    )
    with Compositor(made, tmp_path) as compositor:
        slate = compositor.frame(3)
        assert slate.shape == (96, 160, 3)
        assert 28 <= slate.mean() < 80, "dark, with something written on it"
        assert slate.max() > 150
        compositor.frame(12)
        assert [problem.name for problem in compositor.problems] == ["gone.mp4", "result that never came"]
        assert compositor.problems[0].hint
        (tmp_path / "gone.mp4").write_bytes((footage / "first.mp4").read_bytes())
        compositor.update(made)
        assert number_of(compositor.frame(3)) == 3
        assert compositor.problems == ()


def test_a_file_that_is_no_film_is_a_slate_too(tmp_path: Path) -> None:
    (tmp_path / "notes.mp4").write_text("not a film\n" * 50)
    with Compositor(project(video(clip(film(Path("notes.mp4"), 60), 0, 10))), tmp_path) as compositor:
        compositor.frame(0)
        assert [problem.name for problem in compositor.problems] == ["notes.mp4"]


def test_more_films_than_may_be_open_at_once_are_all_shown(footage: Path, tmp_path: Path) -> None:
    names = [f"copy{k}.mp4" for k in range(12)]
    for name in names:
        (tmp_path / name).write_bytes((footage / "first.mp4").read_bytes())
    made = project(video(*(clip(film(Path(name), 60), 3 * k, 3) for k, name in enumerate(names))))
    with Compositor(made, tmp_path) as compositor:
        for _ in range(2):
            assert [number_of(compositor.frame(k)) for k in range(36)] == [0, 1, 2] * 12
        assert len(open_films()) < 12
    assert open_films() == []


def open_films() -> list[str]:
    descriptors = Path("/proc/self/fd")
    if not descriptors.exists():
        pytest.skip("this system does not list open files")
    links = [str(link.readlink()) for link in descriptors.iterdir() if link.is_symlink()]
    return [link for link in links if "copy" in link]


def test_the_same_still_is_not_made_again(tmp_path: Path) -> None:
    wide = save(tmp_path / "blue.png", np.full((96, 160, 3), (0, 0, 200), np.uint8))
    with Compositor(project(video(clip(picture(wide), 0, 50))), tmp_path) as compositor:
        assert compositor.frame(0) is compositor.frame(49)


def test_relative_paths_start_from_the_project_folder(footage: Path) -> None:
    reference = External(path="first.mp4", duration=RationalTime(60, FPS24), rate=FPS24)
    with Compositor(project(video(clip(reference, 0, 10))), footage) as compositor:
        assert number_of(compositor.frame(7)) == 7
