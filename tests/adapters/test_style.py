"""The style of a picture: any picture, any clip; held still, nothing over a cut, where and as asked."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from msgspec.structs import replace

from studio.adapters.base import SEGMENT_FRAMES
from studio.adapters.style import StyleAdapter, shipped, stylize
from studio.adapters.style_painter import Painter, StylePicture
from studio.adapters.style_statistics import texture_distance
from studio.errors import MediaError, MissingFileError, ModelError, UsageError
from studio.jobs.job import NamedStyle, Source, Stylize
from studio.media.writer import MasterWriter
from studio.models.catalog import read_spec
from studio.paths import resources_folder
from studio.project.curves import Curve, Keyframe
from studio.render.mixing import mixed
from studio.timing import Rate
from tests.adapters.moving import transparent_film
from tests.contract.contexts import RecordingContext
from tests.render.pictures import shifted, texture

RATE = Rate(25)
SIZE = (135, 97)


def style_picture(name: NamedStyle = NamedStyle.NIGHT_SWIRLS) -> np.ndarray:
    path = resources_folder() / "styles" / f"{name.value}.jpg"
    return cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)


def frame_of(number: int) -> np.ndarray:
    return shifted(texture(SIZE[1], SIZE[0]), number)


def noisy(frame: np.ndarray, seed: int) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(0, 3, frame.shape)
    return np.clip(frame + noise, 0, 255).astype(np.uint8)


def difference(first: np.ndarray, second: np.ndarray) -> float:
    return float(np.abs(first.astype(np.float32) - second).mean())


def written(folder: Path, frames: list[np.ndarray]) -> Source:
    path = folder / "clip.mkv"
    sound = np.random.default_rng(4).uniform(-0.5, 0.5, (len(frames) * 1920, 2)).astype(np.float32)
    with MasterWriter(path, frames[0].shape[1], frames[0].shape[0], RATE, audio=sound) as writer:
        for frame in frames:
            writer.write(frame)
    return Source(path=str(path))


def adapter() -> StyleAdapter:
    loaded = StyleAdapter()
    loaded.load(read_spec(resources_folder() / "models" / "style"))
    return loaded


def drawn(job: Stylize, folder: Path) -> list[np.ndarray]:
    return list(adapter().run(job, RecordingContext(folder)).frames)


# ---- the function


@pytest.mark.parametrize("size", [(1, 1), (3, 40), (33, 35), (97, 135), (400, 302)])
def test_every_size_takes_on_a_style(size: tuple[int, int]) -> None:
    frames = [texture(*size), np.roll(texture(*size), 1, axis=1)]
    result = stylize(frames, style_picture())
    assert [picture.shape for picture in result] == [frames[0].shape] * 2
    assert all(picture.dtype == np.uint8 for picture in result)
    assert difference(result[0], frames[0]) > 5


def test_no_strength_gives_the_clip_back() -> None:
    frames = [frame_of(number) for number in range(3)]
    result = stylize(frames, style_picture(), 0.0)
    assert all(np.array_equal(one, two) for one, two in zip(result, frames, strict=True))


def test_the_colours_become_those_of_the_style() -> None:
    reference = style_picture()
    result = stylize([frame_of(0)], reference)[0]
    before, after = (
        np.abs(picture.mean((0, 1)) - reference.mean((0, 1))).max() for picture in (frame_of(0), result)
    )
    assert after < 25 < before


def test_what_does_not_move_holds_still() -> None:
    frames = [noisy(frame_of(0), seed) for seed in range(6)]
    painter = Painter(shipped(), StylePicture(style_picture()), frames)
    alone = [painter.paint(frame) * 255 for frame in frames]
    together = stylize(frames, style_picture())
    restless, held = (
        np.mean([difference(one, two) for one, two in pairwise(clip[2:])]) for clip in (alone, together)
    )
    assert held < 0.5 * restless


def test_nothing_bleeds_over_a_cut() -> None:
    frames = [np.full((97, 135, 3), 12, np.uint8)] * 3 + [frame_of(number) for number in range(3)]
    alone = Painter(shipped(), StylePicture(style_picture()), frames).paint(frames[3])
    result = stylize(frames, style_picture())[3]
    assert np.array_equal(result, mixed(frames[3], alone, 1.0))


def test_a_cut_on_every_frame_is_as_frame_by_frame() -> None:
    frames = [texture(97, 135)[:, ::-1].copy() if k % 2 else 255 - texture(97, 135) for k in range(4)]
    result = stylize(frames, style_picture())
    again = stylize([frames[0], frames[1], frames[0], frames[1]], style_picture())
    assert all(difference(one, two) < 1 for one, two in zip(result, again, strict=True))


@pytest.mark.parametrize("level", [0, 128, 255])
def test_flat_frames_are_no_trouble(level: int) -> None:
    result = stylize([np.full((60, 80, 3), level, np.uint8)] * 2, style_picture())
    assert all(picture.shape == (60, 80, 3) for picture in result)
    assert np.array_equal(result[0], result[1])


@pytest.mark.parametrize(
    "reference",
    [
        np.full((1, 1, 3), 90, np.uint8),
        np.full((50, 70, 3), (200, 40, 30), np.uint8),
        np.zeros((40, 40, 4), np.uint8),
        np.tile(texture(12, 200), (1, 100, 1)),
        texture(9, 7),
    ],
    ids=["one pixel", "one colour", "nothing but alpha", "20,000 wide", "tiny"],
)
def test_strange_pictures_still_leave_the_scene_visible(reference: np.ndarray) -> None:
    frame = texture(97, 135)
    result = stylize([frame], reference)[0]
    grey = [cv2.GaussianBlur(picture.mean(axis=2), (0, 0), 4).ravel() for picture in (frame, result)]
    assert np.corrcoef(grey)[0, 1] > 0.3


def test_alpha_of_a_style_shows_white() -> None:
    reference = np.dstack([style_picture(), np.full(style_picture().shape[:2], 255, np.uint8)])
    opaque, plain = (stylize([frame_of(0)], picture)[0] for picture in (reference, style_picture()))
    assert np.array_equal(opaque, plain)


def test_what_cannot_be_styled_is_said() -> None:
    frame = frame_of(0)
    assert stylize([], style_picture()) == []
    with pytest.raises(UsageError, match="uint8"):
        stylize([frame.astype(np.float32)], style_picture())
    with pytest.raises(UsageError, match="one size"):
        stylize([frame, frame[:50]], style_picture())
    with pytest.raises(UsageError, match="Strength"):
        stylize([frame], style_picture(), 1.5)


# ---- the job


def test_a_clip_keeps_its_size_rate_length_and_sound(tmp_path: Path) -> None:
    clip = written(tmp_path, [frame_of(number) for number in range(4)])
    context = RecordingContext(tmp_path, previews=True)
    job = Stylize(model="style", source=clip, named_style=NamedStyle.MOSAIC)
    footage = adapter().run(job, context)
    assert len(list(footage.frames)) == footage.num_frames == 4
    assert (footage.width, footage.height, footage.rate) == (*SIZE, RATE)
    assert footage.audio is not None
    assert context.steps[-1] == ("render", 4, 4)
    assert len(context.previews) == 4


def test_a_transparent_clip_keeps_its_alpha(tmp_path: Path) -> None:
    clip, alphas = transparent_film(tmp_path / "clip.mkv", [frame_of(number) for number in range(3)])
    job = Stylize(model="style", source=clip, named_style=NamedStyle.MOSAIC)
    footage = adapter().run(job, RecordingContext(tmp_path, previews=True))
    frames = list(footage.frames)
    assert footage.alpha
    assert all(np.array_equal(frame[..., 3], alpha) for frame, alpha in zip(frames, alphas, strict=True))
    plain = drawn(replace(job, source=written(tmp_path, [frame_of(number) for number in range(3)])), tmp_path)
    assert all(np.array_equal(frame[..., :3], other) for frame, other in zip(frames, plain, strict=True))


def test_a_mask_of_another_size_says_where(tmp_path: Path) -> None:
    clip = written(tmp_path, [frame_of(number) for number in range(3)])
    mask = np.zeros((20, 64, 3), np.uint8)
    mask[:, 32:] = 255
    cv2.imwrite(str(tmp_path / "mask.png"), mask)
    job = Stylize(
        model="style",
        source=clip,
        named_style=NamedStyle.PASTEL,
        mask=Source(path=str(tmp_path / "mask.png")),
    )
    for number, frame in enumerate(drawn(job, tmp_path)):
        assert np.array_equal(frame[:, :60], frame_of(number)[:, :60])
        assert difference(frame[:, 75:], frame_of(number)[:, 75:]) > 5


def test_strength_follows_its_keyframes(tmp_path: Path) -> None:
    clip = written(tmp_path, [frame_of(0)] * 5)
    curve = Curve(0.0, (Keyframe(frame=1, value=0.0), Keyframe(frame=4, value=1.0)))
    job = Stylize(model="style", source=clip, named_style=NamedStyle.WOODCUT, strength_curve=curve)
    changes = [difference(frame, frame_of(0)) for frame in drawn(job, tmp_path)]
    assert changes[0] == changes[1] == 0
    assert all(later > earlier for earlier, later in pairwise(changes[1:]))


def test_kept_colours_are_the_clips_own(tmp_path: Path) -> None:
    clip = written(tmp_path, [frame_of(0)])
    job = Stylize(model="style", source=clip, named_style=NamedStyle.NIGHT_SWIRLS)
    away = [
        np.abs(frame.mean((0, 1)) - frame.mean() - frame_of(0).mean((0, 1)) + frame_of(0).mean()).max()
        for frame in (drawn(job, tmp_path)[0], drawn(replace(job, keep_colours=1.0), tmp_path)[0])
    ]
    assert away[1] < 0.4 * away[0]


def test_after_a_kill_the_frames_are_the_same(tmp_path: Path) -> None:
    clip = written(tmp_path, [cv2.resize(frame_of(number), (64, 48)) for number in range(SEGMENT_FRAMES + 2)])
    job = Stylize(model="style", source=clip, named_style=NamedStyle.THICK_OIL)
    whole = drawn(job, tmp_path)
    context = RecordingContext(tmp_path)
    context.finished_frames = SEGMENT_FRAMES
    footage = adapter().run(job, context)
    assert footage.start == SEGMENT_FRAMES
    rest = list(footage.frames)
    assert len(rest) == 2
    assert footage.flicker is not None
    found = footage.flicker()
    assert found is not None and found.after < found.before
    assert all(np.array_equal(one, two) for one, two in zip(rest, whole[SEGMENT_FRAMES:], strict=True))


def test_best_comes_closer_to_the_style(tmp_path: Path) -> None:
    clip = written(tmp_path, [frame_of(0)])
    reference = style_picture(NamedStyle.STAINED_GLASS)
    job = Stylize(model="style", source=clip, named_style=NamedStyle.STAINED_GLASS)
    distances: list[float] = []
    for best in (False, True):
        frame = drawn(replace(job, best=best), tmp_path)[0]
        pictures = [
            torch.from_numpy(np.ascontiguousarray(image)).permute(2, 0, 1)[None].float() / 255
            for image in (frame, StylePicture(reference).at(97) * 255)
        ]
        distances.append(float(texture_distance(*pictures, torch.Generator().manual_seed(1))[0]))
    assert distances[1] < 0.7 * distances[0]


def test_what_is_missing_or_broken_is_said(tmp_path: Path) -> None:
    clip = written(tmp_path, [frame_of(0)])
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG no picture")
    context = RecordingContext(tmp_path)
    with pytest.raises(UsageError, match="No style"):
        adapter().run(Stylize(model="style", source=clip), context)
    with pytest.raises(MissingFileError):
        adapter().run(Stylize(model="style", source=clip, style=Source(path="/gone.png")), context)
    with pytest.raises(MediaError):
        adapter().run(Stylize(model="style", source=clip, style=Source(path=str(broken))), context)
    spec = replace(read_spec(resources_folder() / "models" / "style"), folder=str(tmp_path))
    with pytest.raises(ModelError, match="cannot be loaded"):
        StyleAdapter().load(spec)
