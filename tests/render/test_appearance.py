"""Clips move, scale, turn, fade and are cropped as their appearance says, to parts of a pixel."""

from __future__ import annotations

from pathlib import Path

import av
import cv2
import msgspec
import numpy as np
import pytest

from studio.project.curves import Appearance, Curve, Keyframe
from studio.project.timeline import Clip, External, Project
from studio.render.compositor import Compositor
from studio.timing import RationalTime
from tests.render.footage import FPS24, clip, film, numbered, picture, project, video, write_film

WIDTH, HEIGHT = 160, 96


def save(path: Path, image: np.ndarray) -> External:
    assert cv2.imwrite(str(path), image[..., ::-1])
    return msgspec.structs.replace(picture(path), width=image.shape[1], height=image.shape[0])


def looking(reference: External, duration: int = 10, **curves: float | Curve) -> Clip:
    """A clip with the given parts of its appearance."""
    made = {name: value if isinstance(value, Curve) else Curve(value) for name, value in curves.items()}
    return msgspec.structs.replace(clip(reference, 0, duration), appearance=Appearance(**made))


def drawn(*clips: Clip, frame: int = 0, size: tuple[int, int] = (WIDTH, HEIGHT)) -> np.ndarray:
    """`clips`, the first at the bottom, each on a track of its own."""
    made = project(*(video(each) for each in clips), width=size[0], height=size[1])
    with Compositor(made, Path()) as compositor:
        return compositor.frame(frame).astype(int)


@pytest.fixture
def grey(tmp_path: Path) -> External:
    return save(tmp_path / "grey.png", np.full((HEIGHT, WIDTH, 3), 200, np.uint8))


@pytest.fixture
def scene(tmp_path: Path) -> External:
    """A smooth picture with a structure in both directions."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    waves = [128 + 100 * np.sin(x / 9 + k) * np.cos(y / 7) for k in range(3)]
    return save(tmp_path / "scene.png", np.stack(waves, axis=-1).round().astype(np.uint8))


def test_moves_by_whole_pixels_copy_the_pixels(scene: External) -> None:
    still, moved = drawn(looking(scene)), drawn(looking(scene, x=0.25, y=-0.125))
    assert np.array_equal(moved[:-12, 40:], still[12:, :-40])
    assert not moved[-12:].any()
    assert not moved[:, :40].any()


def test_half_a_pixel_is_half_a_pixel(scene: External, tmp_path: Path) -> None:
    still, moved = drawn(looking(scene)), drawn(looking(scene, x=0.5 / WIDTH))
    between = (still[:, 1:-2] + still[:, 2:-1]) / 2
    assert np.abs(moved[:, 2:-1] - between).max() <= 2
    grey = save(tmp_path / "grey.png", np.full((HEIGHT, WIDTH, 3), 200, np.uint8))
    edge = drawn(looking(grey, x=0.25 / WIDTH))
    assert np.abs(edge[:, 0] - 150).max() <= 1, "the first column is covered to three quarters"
    assert (edge[:, 1:] == 200).all()


def test_a_move_of_a_pixel_in_ten_steps_never_jumps(scene: External) -> None:
    """Sub-pixel steps must be even: the centre of mass of what is seen moves by the same amount each time."""
    curve = Curve(0.0, (Keyframe(frame=0, value=0.0), Keyframe(frame=10, value=1 / WIDTH)))
    spot = looking(scene, 20, scale=0.25, x=curve)
    made = project(video(spot))
    with Compositor(made, Path()) as compositor:
        places = []
        for frame in range(11):
            seen = compositor.frame(frame)[..., 0].sum(axis=0).astype(float)
            places.append((seen * np.arange(WIDTH)).sum() / seen.sum())
    steps = np.diff(places)
    assert np.abs(steps - 0.1).max() < 0.035, steps


def test_scaling_keeps_the_middle_and_counts_every_pixel(grey: External) -> None:
    half = drawn(looking(grey, scale=0.5))
    assert (half[24:72, 40:120] == 200).all()
    assert half.sum() == 200 * 3 * 80 * 48
    third = drawn(looking(grey, scale=1 / 3))
    assert third.sum() / 200 / 3 == pytest.approx(WIDTH * HEIGHT / 9, rel=0.003)


def test_shrinking_does_not_alias(tmp_path: Path) -> None:
    stripes = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    stripes[:, ::2] = 200
    small = drawn(looking(save(tmp_path / "stripes.png", stripes), scale=0.25))
    inside = small[40:56, 64:96]
    assert np.abs(inside - 100).max() <= 2


def test_a_quarter_turn_is_clockwise(tmp_path: Path) -> None:
    image = np.zeros((HEIGHT, HEIGHT, 3), np.uint8)
    image[:48] = (200, 0, 0)
    image[48:] = (0, 200, 0)
    reference = save(tmp_path / "halves.png", image)
    turned = drawn(looking(reference, rotation=90), size=(HEIGHT, HEIGHT))
    assert (turned[:, 49:] == (200, 0, 0)).all(), "what was above is at the right"
    assert (turned[:, :47] == (0, 200, 0)).all()


def test_a_turned_edge_is_smooth_and_covers_the_right_area(grey: External) -> None:
    turned = drawn(looking(grey, scale=0.5, rotation=30))
    assert turned.sum() / 200 / 3 == pytest.approx(80 * 48, rel=0.003)
    levels = np.unique(turned)
    assert len(levels) > 20, "the edge has steps between dark and bright"


def test_crops_cut_shares_of_the_picture_and_leave_it_in_place(scene: External) -> None:
    still = drawn(looking(scene))
    cut = drawn(looking(scene, crop_left=0.25, crop_right=0.125, crop_top=0.5, crop_bottom=0.125))
    assert np.array_equal(cut[48:84, 40:140], still[48:84, 40:140])
    cut[48:84, 40:140] = 0
    assert not cut.any()
    fine = drawn(looking(scene, crop_left=0.5 / WIDTH))
    assert np.abs(fine[:, 0] - still[:, 0] / 2).max() <= 1
    nothing = drawn(looking(scene, crop_left=0.5, crop_right=0.5))
    assert not nothing.any()


def test_crops_of_a_letterboxed_picture_count_from_its_own_sides(tmp_path: Path) -> None:
    tall = save(tmp_path / "tall.png", np.full((200, 100, 3), 200, np.uint8))
    cut = drawn(looking(tall, crop_left=0.5))
    assert (cut[:, 80:104] == 200).all()
    assert not cut[:, :80].any()
    assert not cut[:, 104:].any()


def test_opacity_lets_what_is_beneath_through(grey: External, tmp_path: Path) -> None:
    blue = save(tmp_path / "blue.png", np.full((HEIGHT, WIDTH, 3), (0, 0, 100), np.uint8))
    image = drawn(looking(blue), looking(grey, opacity=0.25))
    assert np.abs(image - (50, 50, 125)).max() <= 1
    assert np.array_equal(drawn(looking(blue), looking(grey, opacity=0)), drawn(looking(blue)))


def test_fades_let_it_appear_and_vanish_evenly(grey: External) -> None:
    fading = msgspec.structs.replace(clip(grey, 0, 20), fade_in=4, fade_out=5)
    with Compositor(project(video(fading)), Path()) as compositor:
        levels = [int(compositor.frame(k)[50, 80, 0]) for k in range(20)]
    assert levels[:5] == [25, 75, 125, 175, 200]
    assert levels[14:] == [200, 180, 140, 100, 60, 20]


def test_keyframes_are_followed(grey: External) -> None:
    keys = (Keyframe(frame=2, value=0.0), Keyframe(frame=6, value=0.5))
    moving = looking(grey, x=Curve(0.0, keys))
    for frame, left in ((0, 0), (2, 0), (3, 20), (4, 40), (6, 80), (9, 80)):
        image = drawn(moving, frame=frame)
        assert (image[:, left:] == 200).all()
        assert not image[:, :left].any()


def test_a_zoom_into_a_large_picture_is_sharp(tmp_path: Path) -> None:
    fine = np.zeros((HEIGHT * 4, WIDTH * 4, 3), np.uint8)
    fine[:, ::2] = 200
    zoomed = drawn(looking(save(tmp_path / "fine.png", fine), scale=4))
    assert np.abs(np.diff(zoomed[48, :, 0])).min() > 150, "every source pixel is one of ours"


def test_a_zoomed_film_hides_what_is_beneath_and_shows_its_middle(tmp_path: Path, grey: External) -> None:
    write_film(tmp_path / "film.mkv", 5)
    reference = msgspec.structs.replace(film(tmp_path / "film.mkv", 5), width=WIDTH, height=HEIGHT)
    zoomed = drawn(looking(grey), looking(reference, 5, scale=2, rotation=0), frame=3)
    bars = numbered(3).astype(int)
    assert np.abs(zoomed[48, ::2][:80] - bars[48, 40:120]).mean() < 12


def test_a_lost_film_that_is_enlarged_has_its_slate_in_the_middle(tmp_path: Path) -> None:
    lost = msgspec.structs.replace(film(tmp_path / "gone.mp4", 9), width=WIDTH * 4, height=HEIGHT * 4)
    keys = (Keyframe(frame=0, value=1.0), Keyframe(frame=8, value=4.0))
    slate = drawn(looking(lost, 9, scale=Curve(1.0, keys)))
    assert np.abs(slate[0] - (28, 31, 36)).max() <= 1
    assert slate.max() > 100


def test_a_film_with_transparency_lets_what_is_beneath_through(tmp_path: Path, grey: External) -> None:
    path = tmp_path / "glass.mkv"
    image = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    image[:, :80] = (0, 0, 250, 128)
    with av.open(str(path), "w") as output:
        stream = output.add_stream("ffv1", rate=24)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "bgra"
        output.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgba").reformat(format="bgra")))
        output.mux(stream.encode(None))
    shown = drawn(looking(grey), looking(film(path, 1)))
    assert np.abs(shown[:, :80] - (100, 100, 225)).max() <= 1
    assert (shown[:, 80:] == 200).all()


def test_previews_look_as_the_film_will(scene: External) -> None:
    posed = looking(scene, x=0.13, y=-0.07, scale=0.63, rotation=17, crop_left=0.11, crop_bottom=0.2)
    made = project(video(posed), width=WIDTH * 4, height=HEIGHT * 4)
    with Compositor(made, Path()) as film_, Compositor(made, Path(), (WIDTH, HEIGHT)) as preview:
        large, small = film_.frame(0).astype(float), preview.frame(0)
    reduced = large.reshape(HEIGHT, 4, WIDTH, 4, 3).mean(axis=(1, 3))
    assert np.abs(reduced - small).mean() < 1.5
    assert np.abs(reduced - small).max() < 40


def test_a_changed_clip_is_not_passed_through_to_the_encoder(tmp_path: Path) -> None:
    write_film(tmp_path / "film.mp4", 20)
    reference = film(tmp_path / "film.mp4", 20)
    plain = clip(reference, 0, 20)
    replace = msgspec.structs.replace
    changed = [
        replace(plain, appearance=Appearance(opacity=Curve(0.5))),
        replace(plain, appearance=Appearance(x=Curve(0.1))),
        replace(plain, fade_in=10),
    ]
    assert stored(project(video(plain)), 3)
    assert stored(project(video(replace(plain, fade_in=3))), 3)
    assert [stored(project(video(each)), 3) for each in changed] == [False] * 3
    assert not stored(project(video(plain), video(changed[0])), 3), "something lies over it"
    assert stored(project(video(plain), video(clip(reference, 10, 5, RationalTime(3, FPS24)))), 12)


def stored(made: Project, frame: int) -> bool:
    with Compositor(made, Path()) as compositor:
        return compositor.stored_frame(frame) is not None
