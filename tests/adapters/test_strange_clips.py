"""Strange clips, masks, style pictures: looks, styles and flicker removal make something sensible of them."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from msgspec.structs import replace

from studio.adapters.base import Footage, ModelAdapter
from studio.errors import MediaError, StudioError
from studio.jobs.job import Deflicker, Look, NamedStyle, Source, Stylize
from studio.models.catalog import default_catalog
from studio.timing import Rate
from studio.worker.residency import Residency
from tests.adapters.moving import film
from tests.contract.contexts import RecordingContext
from tests.render.pictures import shifted, texture

NOTHING = Source(path="")
JOBS = {
    "looks": Stylize(source=NOTHING, look=Look.OIL),
    "halftone": Stylize(source=NOTHING, look=Look.HALFTONE),
    "style": Stylize(model="style", source=NOTHING, named_style=NamedStyle.MOSAIC),
    "deflicker": Deflicker(source=NOTHING),
}


def cuts(count: int) -> list[np.ndarray]:
    """Every frame is another scene."""
    scenes = (texture(60, 81, seed=k) for k in range(count))
    return [255 - scene if k % 2 else scene for k, scene in enumerate(scenes)]


CLIPS = {
    "one frame": [texture(60, 81)],
    "black frames": [np.zeros((60, 81, 3), np.uint8)] * 4,
    "white frames": [np.full((60, 81, 3), 255, np.uint8)] * 4,
    "a cut on every frame": cuts(5),
    "one pixel": [np.full((1, 1, 3), 90 + k, np.uint8) for k in range(3)],
    "one line": [texture(1, 64)] * 3,
    "a line of pixels, upright": [shifted(texture(64, 3), k) for k in range(3)],
    "black, then a scene": [np.zeros((60, 81, 3), np.uint8), texture(60, 81), texture(60, 81)],
}


def run(job: Stylize | Deflicker, folder: Path) -> tuple[Footage, list[np.ndarray], RecordingContext]:
    context = RecordingContext(folder, previews=True)
    adapter: ModelAdapter = Residency().adapter(default_catalog().get(job.model))
    footage = adapter.run(job, context)
    return footage, list(footage.frames), context


@pytest.mark.parametrize("clip", CLIPS)
@pytest.mark.parametrize("work", JOBS)
def test_a_strange_clip_keeps_its_size_and_length(work: str, clip: str, tmp_path: Path) -> None:
    given = CLIPS[clip]
    source = film(tmp_path / "clip.mkv", given, Rate(25))
    footage, frames, _ = run(replace(JOBS[work], source=source), tmp_path)
    assert [frame.shape for frame in frames] == [frame.shape for frame in given]
    assert all(frame.dtype == np.uint8 for frame in frames)
    if footage.flicker is not None and (found := footage.flicker()) is not None:
        assert np.isfinite([found.before, found.after]).all()


@pytest.mark.parametrize("work", ["looks", "style"])
def test_between_cuts_nothing_shines_through(work: str, tmp_path: Path) -> None:
    given = cuts(4)
    _, together, _ = run(replace(JOBS[work], source=film(tmp_path / "a.mkv", given, Rate(25))), tmp_path)
    again = [given[0], given[1], given[2], given[3], given[0]]
    _, longer, _ = run(replace(JOBS[work], source=film(tmp_path / "b.mkv", again, Rate(25))), tmp_path)
    # A style looks at the whole clip for its palette: the frames may differ by that, not by their neighbours.
    first, last = longer[0].astype(float), longer[4].astype(float)
    assert np.abs(first - last).mean() < 0.5
    assert len(together) == 4


@pytest.mark.parametrize("work", ["looks", "halftone", "style"])
@pytest.mark.parametrize("size", [(7, 5), (640, 31)])
def test_a_mask_of_another_size_is_stretched(work: str, size: tuple[int, int], tmp_path: Path) -> None:
    given = [texture(60, 81)] * 2
    mask = np.zeros((size[1], size[0], 3), np.uint8)
    mask[:, size[0] // 2 + 1 :] = 255
    cv2.imwrite(str(tmp_path / "mask.png"), mask)
    job = replace(JOBS[work], source=film(tmp_path / "clip.mkv", given, Rate(25)))
    assert isinstance(job, Stylize)
    _, frames, _ = run(replace(job, mask=Source(path=str(tmp_path / "mask.png"))), tmp_path)
    assert np.array_equal(frames[1][:, :38], given[1][:, :38])
    assert np.abs(frames[1][:, 60:].astype(float) - given[1][:, 60:]).mean() > 2


def test_a_mask_that_moves_and_ends_too_soon_stays_as_it_was(tmp_path: Path) -> None:
    given = [texture(60, 81)] * 4
    masks = [np.full((60, 81, 3), value, np.uint8) for value in (0, 255)]
    job = Stylize(
        source=film(tmp_path / "clip.mkv", given, Rate(25)),
        look=Look.INK,
        mask=film(tmp_path / "mask.mkv", masks, Rate(25)),
    )
    _, frames, _ = run(job, tmp_path)
    assert np.array_equal(frames[0], given[0])
    assert all(not np.array_equal(frame, given[0]) for frame in frames[1:])


@pytest.mark.parametrize("work", ["looks", "halftone"])
def test_a_look_can_keep_the_clips_own_colours(work: str, tmp_path: Path) -> None:
    given = [texture(60, 81)]
    job = replace(JOBS[work], source=film(tmp_path / "clip.mkv", given, Rate(25)))
    assert isinstance(job, Stylize)
    away = []
    for share in (0.0, 1.0):
        _, [frame], _ = run(replace(job, keep_colours=share), tmp_path)
        chroma = [
            cv2.cvtColor(image, cv2.COLOR_RGB2YCrCb)[..., 1:].astype(float) for image in (frame, given[0])
        ]
        away.append(np.abs(chroma[0] - chroma[1]).mean())
    assert away[1] < 0.7 * away[0]


PICTURES = {
    "one pixel": np.full((1, 1, 3), 90, np.uint8),
    "one colour": np.full((50, 70, 3), (200, 40, 30), np.uint8),
    "alpha": np.dstack((texture(60, 80), np.tile(np.arange(80, dtype=np.uint8) * 3, (60, 1)))),
    "nothing but alpha": np.zeros((40, 40, 4), np.uint8),
    "20,000 wide": np.tile(texture(12, 200), (1, 100, 1)),
    "16 bit": texture(60, 80).astype(np.uint16) * 257,
    "grey": texture(60, 80)[..., 0],
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_strange_style_picture_still_gives_a_picture(name: str, tmp_path: Path) -> None:
    path = tmp_path / "style.png"
    cv2.imwrite(str(path), PICTURES[name])
    source = film(tmp_path / "clip.mkv", [texture(60, 81)] * 2, Rate(25))
    job = Stylize(model="style", source=source, style=Source(path=str(path)))
    _, frames, context = run(job, tmp_path)
    grey = [
        cv2.GaussianBlur(picture.mean(axis=2), (0, 0), 4).ravel() for picture in (texture(60, 81), frames[1])
    ]
    assert np.corrcoef(grey)[0, 1] > 0.3
    assert ("reduced" in " ".join(context.notices)) == (name == "20,000 wide")


def test_what_is_no_picture_is_said_with_a_hint(tmp_path: Path) -> None:
    source = film(tmp_path / "clip.mkv", [texture(60, 81)], Rate(25))
    words = tmp_path / "words.png"
    words.write_text("no picture at all")
    job = Stylize(model="style", source=source, style=Source(path=str(words)))
    with pytest.raises(MediaError) as caught:
        run(job, tmp_path)
    assert caught.value.hint
    with pytest.raises(StudioError) as other:
        run(Stylize(source=source, look=Look.INK, mask=Source(path=str(words))), tmp_path)
    assert other.value.hint
