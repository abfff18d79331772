"""The rules that grey out a button, fail the command line and answer 422."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from studio.errors import InputError
from studio.jobs.job import Animate, Arrangement, Export, Generate, Keyframe, Look, Source, Stylize
from studio.jobs.validate import problems, raise_on_errors
from studio.models.families import ADAPTER, FAMILIES
from studio.models.spec import Capability, Licence, Limits, ModelSpec
from studio.project.timeline import new_project
from studio.timing import FrameGrid, Rate
from tests.jobs.test_job import GENERATE
from tests.project.examples import project_with_clips

SPEC = ModelSpec(
    id="m",
    title="Small",
    description="",
    family="wan",
    capabilities=(Capability.TEXT_TO_VIDEO,),
    adapter="a:B",
    licence=Licence(name="Apache-2.0"),
    limits=Limits(min_size=96, max_size=512, frames=FrameGrid(step=4, offset=1, minimum=5, maximum=25)),
    styles={"crayon": "crayon drawing"},
)


def fields(found: list, severity: str) -> list[str]:
    return [problem.field for problem in found if problem.severity == severity]


def test_a_good_job_has_no_problems() -> None:
    assert problems(GENERATE, SPEC) == []
    raise_on_errors([])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"prompt": "  "}, "prompt"),
        ({"width": 2000}, "width"),
        ({"height": 97}, "height"),
        ({"num_inference_steps": 0}, "num_inference_steps"),
        ({"guidance_scale": 99.0}, "guidance_scale"),
        ({"style": "cubist"}, "style"),
        ({"frame_rate": Rate(1000)}, "frame_rate"),
    ],
)
def test_what_cannot_run_is_an_error(changes: dict, field: str) -> None:
    found = problems(replace(GENERATE, **changes), SPEC)
    assert field in fields(found, "error")
    with pytest.raises(InputError):
        raise_on_errors(found)


def test_frames_off_the_grid_are_told_before() -> None:
    found = problems(replace(GENERATE, num_frames=23), SPEC)
    assert fields(found, "warning") == ["num_frames"] and "25" in found[0].message


def test_pictures_for_a_model_that_takes_none_are_refused(tmp_path: Path) -> None:
    picture = tmp_path / "a.png"
    picture.write_bytes(b"-")
    found = problems(replace(GENERATE, images=(Keyframe(path=str(picture)),)), SPEC)
    assert fields(found, "error") == ["images"] and "animate" in found[0].hint


def test_a_missing_file_is_found_before_the_job_runs() -> None:
    found = problems(Stylize(source=Source(path="/gone.mp4"), look=Look.OIL), None)
    assert fields(found, "error") == ["source"] and "gone.mp4" in found[0].message


def test_an_incomplete_model_says_what_is_missing(tmp_path: Path) -> None:
    found = problems(GENERATE, replace(SPEC, files=("weights.safetensors",), folder=str(tmp_path)))
    assert fields(found, "error") == ["model"] and "weights.safetensors" in found[0].message


def test_words_the_model_does_not_know_are_told(tmp_path: Path) -> None:
    words = {
        "known": {"ball": "object", "red": "colour", "bird": "object"},
        "objects": {"bird": ["dragon"]},
        "ignored": ["a"],
    }
    (tmp_path / "words.json").write_text(json.dumps(words))
    spec = replace(SPEC, vocabulary="words.json", folder=str(tmp_path))
    found = problems(replace(GENERATE, prompt="A red dragon, a quasar"), spec)
    assert [problem.message for problem in found] == [
        "I don't know 'dragon'; the nearest I can draw is 'bird'.",
        "I don't know 'quasar'.",
    ]
    assert problems(replace(GENERATE, prompt="a red ball"), spec) == []


def test_a_film_needs_two_pictures(tmp_path: Path) -> None:
    picture = tmp_path / "a.png"
    picture.write_bytes(b"-")
    one = (Source(path=str(picture)),)
    film = Animate(
        pictures=one, arrangement=Arrangement.FILM, width=64, height=64, num_frames=9, frame_rate=Rate(24)
    )
    assert fields(problems(film, None), "error") == ["pictures"]
    assert fields(problems(replace(film, pictures=()), None), "error")[0] == "pictures"


def test_exports_are_checked() -> None:
    good = Export(project=project_with_clips(), folder="/", target="/tmp/out.mp4")
    assert problems(good, None) == []
    assert fields(problems(replace(good, target="out.avi"), None), "error") == ["target"]
    assert fields(problems(replace(good, project=new_project()), None), "error") == ["project"]


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({}, "control", "follows a video"),
        ({"control": Source(__file__)}, "references", "needs a reference"),
        ({"references": (Source(__file__),)}, "control", "needs a control video"),
        ({"control": Source(__file__), "references": (Source(__file__),)}, "", ""),
    ],
)
def test_what_a_model_cannot_do_without_is_asked_for(given: dict[str, Any], field: str, words: str) -> None:
    family = FAMILIES["wan-animate-2"]
    spec = ModelSpec(
        id="follows",
        title="Follower",
        description="",
        family="wan-animate-2",
        capabilities=family.capabilities,
        adapter=ADAPTER,
        licence=Licence(name="a test"),
        limits=family.limits,
        defaults=family.defaults,
    )
    usual = family.defaults
    job = Generate(
        prompt="she waves",
        width=usual.width,
        height=usual.height,
        num_frames=usual.num_frames,
        frame_rate=usual.frame_rate,
        num_inference_steps=usual.num_inference_steps,
        guidance_scale=usual.guidance_scale,
        **given,
    )
    errors = [problem for problem in problems(job, spec) if problem.severity == "error"]
    assert [(problem.field, words in problem.message) for problem in errors] == [(field, True)] * bool(words)
