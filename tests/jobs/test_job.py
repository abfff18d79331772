"""Jobs and messages as data: what is written is what is read."""

from __future__ import annotations

import io

import pytest

from studio.jobs.job import (
    Animate,
    Arrangement,
    Deflicker,
    Export,
    Generate,
    Interpolate,
    Job,
    Look,
    Source,
    Stylize,
    decode,
    encode,
    sources_of,
)
from studio.jobs.messages import Cancel, Failed, Preview, Run, read_command, read_report, write_message
from studio.jobs.titles import title_of
from studio.timing import Rate, RationalTime, TimeRange
from tests.project.examples import project_with_clips

GENERATE = Generate(
    prompt="a red ball",
    width=96,
    height=96,
    num_frames=25,
    frame_rate=Rate(12),
    num_inference_steps=20,
    guidance_scale=4.0,
    seed=7,
)
PART = Source(path="a.mp4", time_range=TimeRange(RationalTime(1, Rate(24)), RationalTime(10, Rate(24))))
JOBS: list[Job] = [
    GENERATE,
    Animate(pictures=(Source(path="a.jpg"),), width=640, height=360, num_frames=48, frame_rate=Rate(24)),
    Interpolate(source=PART, frame_rate=Rate(60)),
    Stylize(source=PART, look=Look.OIL, strength=0.5),
    Export(project=project_with_clips(), folder="/films", target="/films/out.mp4"),
    Deflicker(source=PART, original=Source(path="b.mp4"), strength=0.5),
]


@pytest.mark.parametrize("job", JOBS, ids=lambda job: type(job).__name__)
def test_every_job_is_its_own_recipe(job: Job) -> None:
    assert decode(encode(job)) == job
    assert title_of(job)


def test_sources_are_listed_in_order() -> None:
    pictures = (Source(path="b.jpg"), Source(path="a.jpg"))
    film = Animate(
        pictures=pictures, arrangement=Arrangement.FILM, width=2, height=2, num_frames=1, frame_rate=Rate(24)
    )
    assert sources_of(film) == pictures
    assert sources_of(JOBS[4]) == ()
    assert sources_of(JOBS[5]) == (PART, Source(path="b.mp4"))


def test_messages_come_out_of_the_pipe_as_they_went_in() -> None:
    pipe = io.BytesIO()
    sent = [*(Run("id", job, "/results", "/scratch") for job in JOBS), Cancel("id")]
    for message in sent:
        write_message(pipe, message)
    pipe.seek(0)
    assert [read_command(pipe) for _ in sent] == sent
    assert read_command(pipe) is None


def test_a_pipe_that_ends_in_the_middle_of_a_message_has_ended() -> None:
    whole = io.BytesIO()
    write_message(whole, Preview("id", (b"\xff\xd8jpeg",)))
    data = whole.getvalue()
    assert read_report(io.BytesIO(data)) == Preview("id", (b"\xff\xd8jpeg",))
    for length in range(len(data)):
        assert read_report(io.BytesIO(data[:length])) is None


def test_errors_are_part_of_messages() -> None:
    from studio.errors import DiskFullError

    pipe = io.BytesIO()
    write_message(pipe, Failed("id", DiskFullError("full", "make room").report()))
    pipe.seek(0)
    message = read_report(pipe)
    assert isinstance(message, Failed) and message.error.kind == "DiskFullError"
