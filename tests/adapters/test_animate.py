"""Animate: real picture files of every kind in, the right frames out, and everything odd is said."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from msgspec.structs import replace

from studio.adapters.animate import AnimateAdapter
from studio.errors import CancelledError, MediaError, MissingFileError, UsageError
from studio.jobs.job import Animate, Arrangement, Move, Source
from studio.timing import Rate
from tests.contract.contexts import RecordingContext
from tests.render.pictures import psnr, shifted, texture

WIDTH, HEIGHT = 96, 54
PHOTOS = Path(__file__).parents[3] / "shared" / "media" / "photos"


def save(path: Path, image: np.ndarray) -> Path:
    """`image` (RGB, RGBA or grey, any depth) as a file of the kind that its ending names."""
    order = {3: cv2.COLOR_RGB2BGR, 4: cv2.COLOR_RGBA2BGRA}
    stored = cv2.cvtColor(image, order[image.shape[2]]) if image.ndim == 3 else image
    assert cv2.imwrite(str(path), stored)
    return path


def flat(level: int, width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    return np.full((height, width, 3), level, np.uint8)


def job(*paths: Path, arrangement: Arrangement = Arrangement.SHOTS, frames: int = 12) -> Animate:
    return Animate(
        pictures=tuple(Source(path=str(path)) for path in paths),
        arrangement=arrangement,
        move=Move.STILL,
        width=WIDTH,
        height=HEIGHT,
        num_frames=frames,
        frame_rate=Rate(12),
    )


@pytest.fixture
def context(tmp_path: Path) -> RecordingContext:
    return RecordingContext(tmp_path)


def made(asked: Animate, context: RecordingContext) -> list[np.ndarray]:
    footage = AnimateAdapter().run(asked, context)
    frames = list(footage.frames)
    assert (footage.width, footage.height, footage.rate) == (WIDTH, HEIGHT, Rate(12))
    assert footage.num_frames == len(frames)
    assert all(frame.shape == (HEIGHT, WIDTH, 3) and frame.dtype == np.uint8 for frame in frames)
    return frames


def test_one_picture_becomes_a_shot(tmp_path: Path, context: RecordingContext) -> None:
    path = save(tmp_path / "a.png", texture(HEIGHT, WIDTH))
    frames = made(job(path), context)
    assert len(frames) == 12
    assert psnr(frames[5], texture(HEIGHT, WIDTH)) > 50
    assert context.steps[-1] == ("render", 12, 12)


@pytest.mark.parametrize("ending", [".png", ".jpg", ".webp", ".tiff"])
def test_every_kind_of_picture_can_be_animated(
    tmp_path: Path, context: RecordingContext, ending: str
) -> None:
    path = save(tmp_path / f"a{ending}", flat(150))
    assert np.abs(made(job(path), context)[0].astype(int) - 150).max() <= 2


def test_a_sequence_has_a_frame_per_picture_and_holes_are_filled_and_told(
    tmp_path: Path, context: RecordingContext
) -> None:
    paths = [save(tmp_path / f"p{number}.png", flat(20 * number)) for number in (2, 3, 4, 5, 6, 8, 9, 10)]
    frames = made(job(*paths, arrangement=Arrangement.SEQUENCE), context)
    assert [int(frame[0, 0, 0]) // 20 for frame in frames] == [2, 3, 4, 5, 6, 7, 8, 9, 10]
    assert any("missing" in notice and "7" in notice for notice in context.notices)
    assert any("marked: frames 6" in notice for notice in context.notices)


def test_a_folder_is_taken_in_the_order_of_its_numbers(tmp_path: Path, context: RecordingContext) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in (10, 9, 8):
        save(folder / f"p{number}.png", flat(20 * number))
    frames = made(job(folder, arrangement=Arrangement.SEQUENCE), context)
    assert [int(frame[0, 0, 0]) for frame in frames] == [160, 180, 200]


def test_the_users_own_order_stands(tmp_path: Path, context: RecordingContext) -> None:
    paths = [save(tmp_path / f"p{number}.png", flat(20 * number)) for number in (1, 2, 3)]
    frames = made(job(paths[2], paths[0], paths[1], arrangement=Arrangement.SEQUENCE), context)
    assert [int(frame[0, 0, 0]) for frame in frames] == [60, 20, 40]


def test_a_film_leads_through_its_pictures(tmp_path: Path, context: RecordingContext) -> None:
    scene = texture(HEIGHT * 2, WIDTH * 2)
    paths = [save(tmp_path / f"{k}.png", shifted(scene, 10 * k)) for k in range(3)]
    frames = made(job(*paths, arrangement=Arrangement.FILM, frames=25), context)
    half = cv2.resize(shifted(scene, 10), (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    assert len(frames) == 25
    assert psnr(frames[12][:, 8:], half[:, 8:]) > 30


def test_sixteen_bits_are_rounded_and_told(tmp_path: Path, context: RecordingContext) -> None:
    path = save(tmp_path / "deep.png", np.full((HEIGHT, WIDTH, 3), 100 * 257 + 120, np.uint16))
    assert made(job(path), context)[0][0, 0].tolist() == [100, 100, 100]
    assert any("16" in notice for notice in context.notices)


@pytest.mark.parametrize("arrangement", Arrangement)
def test_transparency_lies_over_black_and_is_told(
    tmp_path: Path, context: RecordingContext, arrangement: Arrangement
) -> None:
    image = np.full((HEIGHT, WIDTH, 4), 200, np.uint8)
    image[:, : WIDTH // 2, 3] = 0
    image[:, WIDTH // 2 :, 3] = 255
    path = save(tmp_path / "glass.png", image)
    frame = made(job(path, arrangement=arrangement), context)[0]
    assert frame[10, 5].tolist() == [0, 0, 0]
    assert frame[10, -5].tolist() == [200, 200, 200]
    assert any("ransparen" in notice for notice in context.notices)


@pytest.mark.parametrize("arrangement", Arrangement)
def test_mixed_sizes_fill_the_frame_and_are_told(
    tmp_path: Path, context: RecordingContext, arrangement: Arrangement
) -> None:
    sizes = ((200, 50), (50, 200), (1, 1))
    paths = [save(tmp_path / f"{w}.png", flat(120, w, h)) for w, h in sizes]
    for frame in made(job(*paths, arrangement=arrangement), context):
        assert np.abs(frame.astype(int) - 120).max() <= 1
    assert any("sizes" in notice for notice in context.notices)


def test_too_many_pictures_for_the_length_are_told(tmp_path: Path, context: RecordingContext) -> None:
    paths = [save(tmp_path / f"{name}.png", flat(90)) for name in "abcde"]
    assert len(made(job(*paths, frames=3), context)) == 3
    assert any("5 pictures" in notice for notice in context.notices)


def test_a_missing_a_damaged_and_no_picture_are_said_at_once(
    tmp_path: Path, context: RecordingContext
) -> None:
    adapter = AnimateAdapter()
    with pytest.raises(MissingFileError):
        adapter.run(job(tmp_path / "gone.png"), context)
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError):
        adapter.run(job(tmp_path / "empty"), context)
    damaged = save(tmp_path / "cut.png", texture())
    damaged.write_bytes(damaged.read_bytes()[:2000])
    with pytest.raises(MediaError):
        list(adapter.run(job(damaged), context).frames)


def test_cancel_stops_it_at_the_next_frame(tmp_path: Path) -> None:
    context = RecordingContext(tmp_path, cancel_at=("render", 4))
    path = save(tmp_path / "a.png", texture())
    frames: list[np.ndarray] = []
    with pytest.raises(CancelledError):
        frames.extend(AnimateAdapter().run(job(path), context).frames)
    assert context.steps[-1] == ("render", 4, 12)


@pytest.mark.skipif(not PHOTOS.is_dir(), reason="the real photos are not beside this checkout")
def test_real_photos_become_a_film_that_moves(context: RecordingContext) -> None:
    photos = [PHOTOS / name for name in ("balloons.jpg", "truck.jpg", "mona_lisa.jpg")]
    frames = made(replace(job(*photos, frames=30), move=Move.PARALLAX), context)
    assert all(frame.std() > 20 for frame in frames)
    assert all(np.abs(a.astype(int) - b).max() > 3 for a, b in pairwise(frames))


def test_holes_are_filled_along_the_motion_and_marked(tmp_path: Path, context: RecordingContext) -> None:
    scene = texture(HEIGHT, WIDTH * 2)
    shown = {number: np.ascontiguousarray(scene[:, 2 * number :][:, :WIDTH]) for number in range(12)}
    paths = [save(tmp_path / f"p{number}.png", shown[number]) for number in shown if number not in (4, 7)]
    footage = AnimateAdapter().run(job(*paths, arrangement=Arrangement.SEQUENCE), context)
    frames = list(footage.frames)
    assert footage.filled == (4, 7)
    for number, frame in enumerate(frames):
        assert psnr(frame[6:-6, 12:-12], shown[number][6:-6, 12:-12]) > 30


@pytest.mark.parametrize("arrangement", Arrangement)
def test_a_film_taken_up_again_is_the_same(
    tmp_path: Path, context: RecordingContext, arrangement: Arrangement
) -> None:
    scene = texture(HEIGHT * 2, WIDTH * 2)
    paths = [save(tmp_path / f"p{k}.png", shifted(scene, 6 * k)) for k in (1, 2, 3, 4, 5, 7)]
    asked = replace(job(*paths, arrangement=arrangement, frames=25), camera=Move.ZOOM_IN, loop=True)
    whole = made(asked, context)
    context.finished_frames = 5
    again = list(AnimateAdapter().run(asked, context).frames)
    assert all(np.array_equal(one, two) for one, two in zip(whole[5:], again, strict=True))


def test_a_camera_moves_over_a_film(tmp_path: Path, context: RecordingContext) -> None:
    scene = texture(HEIGHT * 2, WIDTH * 2)
    paths = [save(tmp_path / f"{k}.png", shifted(scene, 6 * k)) for k in range(2)]
    plain = made(job(*paths, arrangement=Arrangement.FILM, frames=9), context)
    zoomed = made(replace(job(*paths, arrangement=Arrangement.FILM, frames=9), camera=Move.ZOOM_IN), context)
    closer = cv2.resize(plain[8], None, fx=1.25, fy=1.25, interpolation=cv2.INTER_CUBIC)
    top, left = (closer.shape[0] - HEIGHT) // 2, (closer.shape[1] - WIDTH) // 2
    assert psnr(zoomed[8], closer[top : top + HEIGHT, left : left + WIDTH]) > 20
