"""Exports of the part between the in and out points: its frames, its sound, and nothing else."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

from studio.errors import InputError
from studio.media.audio import read_audio
from studio.media.reader import VideoReader
from studio.project.timeline import Project
from studio.render.export import ExportOptions, ExportReport, export
from studio.timing import RationalTime
from tests.render.footage import (
    FPS24,
    SAMPLE_RATE,
    audio,
    clip,
    film,
    number_of,
    project,
    video,
    write_film,
)

RANGE = ExportOptions(preset="ultrafast", range_only=True)


def write(made: Project, target: Path, options: ExportOptions = RANGE) -> ExportReport:
    return export(made, target.parent, target, options, lambda *_: None, lambda: None)


def numbers_in(path: Path) -> list[int]:
    with VideoReader(path) as reader:
        return [number_of(frame.image) for frame in reader.frames()]


@pytest.fixture(scope="module")
def cut(tmp_path_factory: pytest.TempPathFactory) -> Project:
    folder = tmp_path_factory.mktemp("footage")
    first = film(write_film(folder / "first.mp4", 60), 60)
    second = film(write_film(folder / "second.mp4", 60, first=500), 60)
    return project(
        video(clip(first, 0, 20, RationalTime(30, FPS24)), clip(second, 20, 25, RationalTime(7, FPS24)))
    )


NUMBERS = [*range(30, 50), *range(507, 532)]


@pytest.mark.parametrize("ending", ["mp4", "mkv", "gif"])
def test_the_chosen_range_alone_is_exported(cut: Project, tmp_path: Path, ending: str) -> None:
    chosen = msgspec.structs.replace(cut, in_point=13, out_point=34)
    report = write(chosen, tmp_path / f"film.{ending}")
    assert numbers_in(tmp_path / f"film.{ending}") == NUMBERS[13:34]
    assert (report.frames, report.duration) == (21, RationalTime(21, FPS24))
    write(chosen, tmp_path / f"whole.{ending}", ExportOptions(preset="ultrafast"))
    assert numbers_in(tmp_path / f"whole.{ending}") == NUMBERS


def test_one_point_is_enough_and_the_film_ends_where_it_ends(cut: Project, tmp_path: Path) -> None:
    write(msgspec.structs.replace(cut, in_point=40, out_point=500), tmp_path / "end.mkv")
    assert numbers_in(tmp_path / "end.mkv") == NUMBERS[40:]
    write(msgspec.structs.replace(cut, out_point=3), tmp_path / "begin.mkv")
    assert numbers_in(tmp_path / "begin.mkv") == NUMBERS[:3]


def test_the_sound_of_a_range_begins_with_it(tmp_path: Path) -> None:
    sound = np.random.default_rng(1).uniform(-0.4, 0.4, (4 * SAMPLE_RATE, 2)).astype(np.float32)
    source = film(write_film(tmp_path / "source.mkv", 96, sound=sound), 96)
    made = project(video(clip(source, 0, 96)), audio(clip(source, 0, 96)))
    write(msgspec.structs.replace(made, in_point=37, out_point=80), tmp_path / "film.mkv")
    exported = read_audio(tmp_path / "film.mkv")
    assert np.array_equal(exported, read_audio(source.path)[37 * 2000 : 80 * 2000])


def test_what_lies_outside_of_the_range_may_be_missing(cut: Project, tmp_path: Path) -> None:
    gone = video(clip(film(Path("gone.mp4"), 9), 30, 9))
    lost = msgspec.structs.replace(cut, tracks=(*cut.tracks, gone), in_point=0, out_point=20)
    write(lost, tmp_path / "film.mp4")
    assert numbers_in(tmp_path / "film.mp4") == NUMBERS[:20]


def test_a_range_with_nothing_in_it_is_refused(cut: Project, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing"):
        write(msgspec.structs.replace(cut, in_point=90), tmp_path / "empty.mp4")
    assert list(tmp_path.iterdir()) == []
