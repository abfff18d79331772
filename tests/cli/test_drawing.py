"""`studio generate`: its options become the job that a model of any folder is asked for."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from studio.cli.arguments import build_parser
from studio.cli.console import Console
from studio.cli.drawing import generate_job
from studio.errors import MissingFileError, StudioError, UsageError
from studio.jobs.job import Expert, Extension, Generate, Keyframe, Lora, Mask, Source, Window
from studio.models.catalog import Catalog
from studio.timing import Rate
from tests.models.paper_folders import paper_folder


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a model and some files lie; the current folder."""
    paper_folder(tmp_path / "model", "WanPipeline")
    for name in ("a.png", "b.png", "c.png", "style.safetensors"):
        (tmp_path / name).write_bytes(b"-")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def asked(*options: str) -> tuple[Generate, str]:
    """The job, and what was said about it."""
    said = io.StringIO()
    parsed = build_parser().parse_args(["generate", "a ball", "--model", "model", "-o", "o.mp4", *options])
    return generate_job(parsed, Catalog([]), Console(as_json=False, err=said)), said.getvalue()


def test_a_folders_own_settings_are_the_usual_ones(folder: Path) -> None:
    job, said = asked()
    assert job.model == str(folder / "model") and said == ""
    assert (job.width, job.height, job.num_frames, job.frame_rate) == (832, 480, 81, Rate(16))
    assert (job.num_inference_steps, job.guidance_scale, job.flow_shift) == (50, 5.0, None)


def test_sizes_and_lengths_are_fitted_and_that_is_said(folder: Path) -> None:
    job, said = asked("--size", "100x99999", "--frames", "10000")
    assert (job.width, job.height, job.num_frames) == (96, 1920, 10000)
    assert "96x1920" in said and "frames" not in said


def test_pictures_stand_where_they_are_put(folder: Path) -> None:
    a, b, c = (str(folder / name) for name in ("a.png", "b.png", "c.png"))
    both = (Keyframe(a), Keyframe(b, frame=-1))
    assert asked("--image", "a.png", "--last", "b.png")[0].images == both
    assert asked("--image", "a.png", "--image", "b.png")[0].images == both
    assert asked("--last", "b.png")[0].images == both[1:]
    middle = asked("--image", "a.png", "--keyframe", "40", "c.png")[0].images
    assert middle == (Keyframe(a), Keyframe(c, frame=40))


def test_videos_masks_and_references_are_carried_over(folder: Path) -> None:
    job, _ = asked("--control", "a.png", "--mask", "b.png", "--reference", "c.png", "--strength", "0.3")
    assert job.control == Source(str(folder / "a.png")) and job.mask == Source(str(folder / "b.png"))
    assert job.references == (Source(str(folder / "c.png")),) and job.strength == 0.3
    assert asked("--sound", "a.png")[0].sound == Source(str(folder / "a.png"))


def test_masks_are_painted_on_single_frames(folder: Path) -> None:
    job, _ = asked("--mask-frame", "0", "b.png", "--mask-frame", "12", "c.png")
    assert job.painted == (Mask(str(folder / "b.png")), Mask(str(folder / "c.png"), frame=12))


def test_loras_have_weights_and_experts(folder: Path) -> None:
    style = str(folder / "style.safetensors")
    job, _ = asked("--lora", "style.safetensors", "--lora", "style.safetensors@0.6@low-noise")
    assert job.loras == (Lora(style), Lora(style, 0.6, Expert.LOW_NOISE))


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (("--model", "gone"), UsageError),
        (("--model", "."), StudioError),
        (("--image", "gone.png"), MissingFileError),
        (("--image", "a.png", "--image", "b.png", "--last", "c.png"), UsageError),
        (("--keyframe", "soon", "a.png"), UsageError),
        (("--lora", "style.safetensors@much"), UsageError),
        (("--lora", "style.safetensors@1@both-of-them"), UsageError),
        (("--lora", "gone.safetensors"), MissingFileError),
    ],
)
def test_what_makes_no_sense_is_said(folder: Path, options: tuple[str, ...], error: type) -> None:
    with pytest.raises(error) as caught:
        asked(*options)
    assert caught.value.hint


def test_lengths_of_a_model_that_cannot_go_on_are_fitted(folder: Path) -> None:
    parts = {"transformer": {"patch_size": [1, 2, 2], "pos_embed_seq_len": 514}, "vae": {}}
    paper_folder(folder / "ends", "WanImageToVideoPipeline", parts)
    job, said = asked("--frames", "10000", "--model", "ends")
    assert job.num_frames == 161 and "161 frames, not 10000" in said
    job, said = asked("--frames", "10")
    assert job.num_frames == 9 and "9 frames, not 10" in said


def test_a_long_video_has_parts_with_words_of_their_own(folder: Path) -> None:
    job, said = asked("--window-prompt", "it falls", "--window-prompt", "it rests", "--frames", "100")
    assert job.prompt == "a ball" and said == "" and job.num_frames == 100
    assert job.windows == (Window("a ball", 33), Window("it falls", 33), Window("it rests", 34))
    assert asked("--window-prompt", "it falls")[0].num_frames == 2 * 81


def test_a_clip_is_continued_forwards_and_backwards(folder: Path) -> None:
    clip = str(folder / "a.png")
    assert asked("--extend", "a.png", "--frames", "50")[0].extend == Extension(clip)
    job, _ = asked("--extend", "a.png", "--backwards", "--frames", "50")
    assert job.extend == Extension(clip, backwards=True) and job.num_frames == 50
    with pytest.raises(UsageError, match="Backwards from what"):
        asked("--backwards")
