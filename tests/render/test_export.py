"""Exports hold the right frames and sound, in the right colours, and leave nothing behind when they fail."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import av
import cv2
import msgspec
import numpy as np
import pytest

from studio.errors import (
    CancelledError,
    DiskFullError,
    InputError,
    MediaError,
    MissingFileError,
    StorageError,
    StudioError,
    UsageError,
)
from studio.media.audio import read_audio
from studio.media.probe import probe
from studio.media.reader import VideoReader
from studio.media.writer import MasterWriter, Mp4Writer, open_writer
from studio.project.timeline import External, Generator, ImageSequence, Missing, Project
from studio.render.compositor import Compositor
from studio.render.export import ExportOptions, ExportReport, export, recipe_of
from studio.render.single import single_clip_project
from studio.timing import Rate, RationalTime
from tests.render.footage import (
    FPS24,
    SAMPLE_RATE,
    audio,
    clip,
    film,
    number_of,
    numbered,
    picture,
    project,
    video,
    write_film,
)

FAST = ExportOptions(preset="ultrafast")


def never() -> None:
    """Nobody cancels."""


def quiet(step: int, steps: int) -> None:
    """Nobody looks."""


def write(made: Project, target: Path, options: ExportOptions = FAST) -> ExportReport:
    return export(made, target.parent, target, options, quiet, never)


@pytest.fixture(scope="module")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("footage")
    write_film(folder / "first.mp4", 60)
    write_film(folder / "second.mp4", 60, first=500)
    write_film(folder / "master.mkv", 30, first=300)
    return folder


@pytest.fixture
def cut(footage: Path) -> Project:
    first, second = film(footage / "first.mp4", 60), film(footage / "second.mp4", 60)
    return project(
        video(
            clip(first, 0, 20, RationalTime(30, FPS24)),
            clip(second, 20, 15, RationalTime(7, FPS24)),
            clip(film(footage / "master.mkv", 30), 40, 10, RationalTime(5, FPS24)),
        )
    )


def numbers_in(path: Path) -> list[int]:
    with VideoReader(path) as reader:
        return [number_of(frame.image) for frame in reader.frames()]


CUT_NUMBERS = [*range(30, 50), *range(507, 522), *[0] * 5, *range(305, 315)]


@pytest.mark.parametrize("ending", ["mp4", "mkv", "gif"])
def test_a_cut_is_exact_to_the_frame(cut: Project, tmp_path: Path, ending: str) -> None:
    report = write(cut, tmp_path / f"film.{ending}")
    assert numbers_in(tmp_path / f"film.{ending}") == CUT_NUMBERS
    assert (report.frames, report.duration) == (50, RationalTime(50, FPS24))
    assert [path.name for path in tmp_path.iterdir()] == [f"film.{ending}"]


def test_numbered_pictures(cut: Project, tmp_path: Path) -> None:
    report = write(cut, tmp_path / "film.png")
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [f"film_{k:05}.png" for k in range(1, 51)]
    assert report.path == str(tmp_path / "film_00001.png")


def test_a_lossless_export_holds_the_composited_pictures_bit_for_bit(cut: Project, tmp_path: Path) -> None:
    write(cut, tmp_path / "film.mkv")
    with Compositor(cut, tmp_path) as compositor, VideoReader(tmp_path / "film.mkv") as reader:
        for k, frame in enumerate(reader.frames()):
            assert np.array_equal(frame.image, compositor.frame(k)), f"frame {k}"


def test_another_rate_repeats_and_drops_by_the_clock(footage: Path, tmp_path: Path) -> None:
    made = project(video(clip(film(footage / "first.mp4", 60), 0, 75)), rate=Rate(30))
    write(made, tmp_path / "film.mp4")
    assert numbers_in(tmp_path / "film.mp4") == [k * 24 // 30 for k in range(75)]
    assert probe(tmp_path / "film.mp4").rate == Rate(30)


def test_another_size_scales_the_film(cut: Project, tmp_path: Path) -> None:
    options = ExportOptions(width=80, height=48, preset="ultrafast")
    write(cut, tmp_path / "film.mp4", options)
    info = probe(tmp_path / "film.mp4")
    assert (info.width, info.height) == (80, 48)
    assert numbers_in(tmp_path / "film.mp4") == CUT_NUMBERS


def test_an_odd_size_is_made_even_and_said_so(cut: Project, tmp_path: Path) -> None:
    report = write(cut, tmp_path / "film.mp4", ExportOptions(width=161, height=97, preset="ultrafast"))
    info = probe(tmp_path / "film.mp4")
    assert (info.width, info.height) == (162, 98)
    assert any("162×98" in note for note in report.notes)


def test_it_plays_anywhere(cut: Project, tmp_path: Path) -> None:
    write(cut, tmp_path / "film.mp4")
    with av.open(str(tmp_path / "film.mp4")) as container:
        codec = container.streams.video[0].codec_context
        assert (codec.name, codec.pix_fmt) == ("h264", "yuv420p")
        assert (codec.color_primaries, codec.color_trc, codec.colorspace, codec.color_range) == (1, 1, 1, 1)
    boxes = (tmp_path / "film.mp4").read_bytes()
    assert 0 < boxes.index(b"moov") < boxes.index(b"mdat"), "the index must stand in front (fast start)"


BARS = [
    (235, 235, 235),
    (200, 200, 20),
    (20, 200, 200),
    (20, 200, 20),
    (200, 20, 200),
    (200, 20, 20),
    (20, 20, 200),
]


@pytest.mark.parametrize("source", ["bars.mp4", "bars.mkv"])
def test_colours_stay(tmp_path: Path, source: str) -> None:
    """Both ways into the encoder: H.264 frames as they are, and pictures through RGB."""
    bars = np.repeat(np.array(BARS, np.uint8)[None], 32, axis=1).repeat(96, axis=0)
    with open_writer(tmp_path / source, 224, 96, FPS24, crf=5) as writer:
        for _ in range(5):
            writer.write(bars)
    made = project(video(clip(film(tmp_path / source, 5), 0, 5)), width=224)
    write(made, tmp_path / "film.mp4", ExportOptions(crf=5))
    with VideoReader(tmp_path / "film.mp4") as reader:
        shown = reader.at(RationalTime(2, FPS24)).astype(int)
    middles = shown[8:-8].reshape(80, 7, 32, 3)[:, :, 8:-8]
    assert np.abs(middles - np.array(BARS)[None, :, None]).mean() <= 2


def test_h264_of_the_right_size_goes_in_as_it_is(cut: Project, tmp_path: Path) -> None:
    with Compositor(cut, tmp_path) as compositor:
        assert compositor.stored_frame(3) is not None
        assert compositor.stored_frame(37) is None, "a gap"
        assert compositor.stored_frame(45) is None, "a lossless master is not 4:2:0"
    smaller = msgspec.structs.replace(cut, width=80, height=48)
    with Compositor(smaller, tmp_path) as compositor:
        assert compositor.stored_frame(3) is None


@pytest.fixture(scope="module")
def flashes(tmp_path_factory: pytest.TempPathFactory) -> External:
    """Ten seconds that are white, and click, at the sixth of every twelve frames."""
    path = tmp_path_factory.mktemp("flashes") / "flashes.mp4"
    sound = np.zeros((10 * SAMPLE_RATE, 2), np.float32)
    for k in range(6, 240, 12):
        sound[k * 2000 : k * 2000 + 200] = 0.8
    with Mp4Writer(path, 160, 96, FPS24, audio_rate=SAMPLE_RATE, preset="ultrafast") as writer:
        writer.write_audio(sound)
        for k in range(240):
            writer.write(np.full((96, 160, 3), 235 if k % 12 == 6 else 20, np.uint8))
    return film(path, 240)


@pytest.mark.parametrize("cuts", [1, 50])
@pytest.mark.parametrize("ending", ["mp4", "mkv"])
def test_sound_and_picture_stay_together(flashes: External, tmp_path: Path, cuts: int, ending: str) -> None:
    length = 11 if cuts == 50 else 97
    pieces = [clip(flashes, k * length, length, RationalTime(k * 37 % 140, FPS24)) for k in range(cuts + 1)]
    sounds = [clip(flashes, p.start, p.duration, p.take.source_start) for p in pieces]
    write(project(video(*pieces), audio(*sounds)), tmp_path / f"film.{ending}")
    with VideoReader(tmp_path / f"film.{ending}") as reader:
        bright = [k for k, frame in enumerate(reader.frames()) if frame.image.mean() > 128]
    sound = np.abs(read_audio(tmp_path / f"film.{ending}")).max(axis=1)
    starts = np.flatnonzero((sound[1:] > 0.3) & (sound[:-1] <= 0.3))
    clicks = starts[np.diff(starts, prepend=-10_000) > 5000] / 2000
    assert len(bright) == len(clicks) > cuts // 2
    assert np.abs(np.array(bright) - clicks).max() < 1
    assert len(sound) == pytest.approx((cuts + 1) * length * 2000, abs=1200)


def test_ntsc_sound_has_the_length_of_the_picture(tmp_path: Path) -> None:
    rate = Rate(30000, 1001)
    tone = np.zeros((SAMPLE_RATE * 4, 2), np.float32)
    write_film(tmp_path / "tone.mkv", 120, rate, sound=tone)
    reference = film(tmp_path / "tone.mkv", 120, rate)
    made = project(video(clip(reference, 0, 97)), audio(clip(reference, 0, 97)), rate=rate)
    write(made, tmp_path / "film.mkv")
    assert len(read_audio(tmp_path / "film.mkv")) == round(97 * 1001 / 30000 * SAMPLE_RATE)


def test_a_film_without_sound_has_no_sound_track(cut: Project, footage: Path, tmp_path: Path) -> None:
    muted = audio(clip(film(footage / "first.mp4", 60), 0, 20), muted=True)
    made = msgspec.structs.replace(cut, tracks=(*cut.tracks, muted))
    write(made, tmp_path / "film.mp4")
    assert probe(tmp_path / "film.mp4").audio is None


def refused(made: Project, target: Path, kind: type[StudioError]) -> str:
    """The message with which the export of `made` is refused, after which nothing new lies in the folder."""
    before = sorted(target.parent.iterdir())
    with pytest.raises(kind) as caught:
        write(made, target)
    assert sorted(target.parent.iterdir()) == before
    assert caught.value.hint
    return caught.value.message


def test_what_cannot_be_exported_is_refused_before_anything_is_written(cut: Project, tmp_path: Path) -> None:
    target = tmp_path / "film.mp4"
    target.write_bytes(b"the old film")
    assert "nothing" in refused(project(video()), target, InputError)
    assert "generated" in refused(project(video(clip(Generator(job_id="j"), 0, 5))), target, InputError)
    lost = project(*cut.tracks, video(clip(film(Path("gone.mp4"), 9), 0, 9), clip(Missing(reason="x"), 9, 2)))
    assert "gone.mp4" in refused(lost, target, MissingFileError)
    hole = ImageSequence(paths=(str(tmp_path / "p2.png"),), rate=FPS24)
    assert "p2.png" in refused(project(video(clip(hole, 0, 5))), target, MissingFileError)
    assert ".avi" in refused(cut, tmp_path / "film.avi", UsageError)
    (tmp_path / "broken.mp4").write_text("no film")
    broken = project(video(clip(film(Path("broken.mp4"), 9), 0, 9)))
    assert "broken.mp4" in refused(broken, target, MediaError)
    assert target.read_bytes() == b"the old film"


@pytest.mark.parametrize("ending", ["mp4", "mkv", "gif", "png"])
def test_cancel_leaves_the_old_file_and_nothing_else(cut: Project, tmp_path: Path, ending: str) -> None:
    target = tmp_path / f"film.{ending}"
    target.write_bytes(b"the old film")
    steps: list[int] = []

    def cancel_in_the_middle() -> None:
        if len(steps) == 20:
            raise CancelledError

    with pytest.raises(CancelledError):
        export(cut, tmp_path, target, FAST, lambda step, _: steps.append(step), cancel_in_the_middle)
    assert steps == list(range(1, 21))
    assert [path.name for path in tmp_path.iterdir()] == [target.name]
    assert target.read_bytes() == b"the old film"


def test_progress_counts_every_frame(cut: Project, tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    export(cut, tmp_path, tmp_path / "film.mp4", FAST, lambda *step: steps.append(step), never)
    assert steps == [(k, 50) for k in range(1, 51)]


@pytest.fixture
def tiny_disk() -> Iterator[Path]:
    """A folder on a disk of 64 KiB; not below pytest's, which a run beside this one may tidy up."""
    mount = shutil.which("mount")
    with tempfile.TemporaryDirectory() as folder:
        order = ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder]
        if not mount or subprocess.run([mount, *order], capture_output=True, check=False).returncode:
            pytest.skip("making a small disk needs Linux and root")
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", folder], check=True)


@pytest.mark.parametrize("ending", ["mp4", "mkv", "gif", "png"])
def test_a_full_disk_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, tiny_disk: Path, ending: str
) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (96, 160, 3), np.uint8)
    with MasterWriter(tmp_path / "noise.mkv", 160, 96, FPS24) as writer:
        for k in range(30):
            writer.write(np.roll(noise, k, axis=0))
    target = tiny_disk / f"film.{ending}"
    target.write_bytes(b"the old film")
    made = project(video(clip(film(tmp_path / "noise.mkv", 30), 0, 30)))
    message = refused(made, target, DiskFullError)
    assert "full" in message
    assert target.read_bytes() == b"the old film"


@pytest.mark.parametrize("ending", ["mp4", "png"])
def test_a_film_is_not_written_over_its_own_footage(cut: Project, tmp_path: Path, ending: str) -> None:
    write(cut, tmp_path / f"take.{ending}")
    lying = sorted(tmp_path.iterdir())
    taken = picture(lying[0]) if ending == "png" else film(lying[0], 50)
    before = [path.read_bytes() for path in lying]
    assert lying[0].name in refused(
        project(video(clip(taken, 0, 9))), tmp_path / f"take.{ending}", UsageError
    )
    assert [path.read_bytes() for path in lying] == before


def test_a_folder_that_is_not_there_is_named(cut: Project, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="nowhere"):
        write(cut, tmp_path / "nowhere" / "film.mp4")


def test_a_source_lost_in_the_middle_stops_the_export(footage: Path, tmp_path: Path) -> None:
    """The film is not finished with a slate in it."""
    names = [f"copy{k}.mp4" for k in range(3)]
    for name in names:
        (tmp_path / name).write_bytes((footage / "first.mp4").read_bytes())
    made = project(video(*(clip(film(Path(name), 60), 30 * k, 30) for k, name in enumerate(names))))
    target = tmp_path / "film.mp4"
    with pytest.raises(MediaError, match=r"copy2\.mp4"):
        export(
            made,
            tmp_path,
            target,
            FAST,
            lambda step, _: (tmp_path / "copy2.mp4").unlink(missing_ok=True),
            never,
        )
    assert sorted(path.name for path in tmp_path.iterdir()) == names[:2]


def test_a_single_file_becomes_another_with_its_sound_and_recipe(tmp_path: Path) -> None:
    recipe = '{"kind":"generate","prompt":"a red ball"}'
    tone = np.sin(np.arange(SAMPLE_RATE) / 20).astype(np.float32)[:, None].repeat(2, axis=1) * 0.5
    with MasterWriter(tmp_path / "m.mkv", 160, 96, FPS24, audio=tone, comment=recipe) as writer:
        for k in range(24):
            writer.write(numbered(k))
    made = single_clip_project(tmp_path / "m.mkv")
    assert (made.rate, made.width, made.height, made.duration) == (FPS24, 160, 96, 24)
    write(made, tmp_path / "film.mp4")
    info = probe(tmp_path / "film.mp4")
    assert json.loads(info.comment) == json.loads(recipe)
    assert info.audio is not None
    assert info.audio.duration.seconds == pytest.approx(1, abs=0.03)
    assert numbers_in(tmp_path / "film.mp4") == list(range(24))


def test_a_film_of_several_recipes_carries_none(tmp_path: Path, footage: Path) -> None:
    first, second = single_clip_project(footage / "first.mp4"), single_clip_project(footage / "second.mp4")
    assert recipe_of(first) == ""
    assert recipe_of(project(first.tracks[0], second.tracks[0])) == ""


def test_only_films_become_single_clip_projects(tmp_path: Path) -> None:
    assert cv2.imwrite(str(tmp_path / "still.png"), numbered(1))
    with pytest.raises(MediaError):
        single_clip_project(tmp_path / "still.png")


def test_what_is_known_about_the_sources_is_told(tmp_path: Path, footage: Path) -> None:
    whole = (footage / "master.mkv").read_bytes()
    (tmp_path / "cut-off.mkv").write_bytes(whole[: len(whole) // 2])
    made = project(video(clip(film(tmp_path / "cut-off.mkv", 30), 0, 30)))
    report = write(made, tmp_path / "film.mp4")
    assert any(note.startswith("cut-off.mkv: truncated") for note in report.notes)
