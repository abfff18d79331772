"""The master and the MP4: what comes back, what others read, and what happens when the disk says no."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from studio.errors import DiskFullError, StorageError, UsageError
from studio.media.audio import read_audio
from studio.media.film_writer import FilmWriter
from studio.media.master_writer import MasterWriter
from studio.media.mp4_writer import Mp4Writer
from studio.media.probe import probe
from studio.media.reader import VideoReader
from studio.timing import Rate
from tests.media.films import make_film, picture, tone

NTSC = Rate(30000, 1001)


def leftovers(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.endswith(".partial")]


def bars(width: int = 640, height: int = 360) -> np.ndarray:
    """SMPTE-like bars: eight 75 % and full colours."""
    colors = [
        (191, 191, 191),
        (191, 191, 0),
        (0, 191, 191),
        (0, 191, 0),
        (191, 0, 191),
        (191, 0, 0),
        (0, 0, 191),
    ]
    colors += [
        (255, 255, 255),
        (255, 0, 0),
        (0, 255, 0),
        (0, 0, 255),
        (16, 16, 16),
        (0, 0, 0),
        (235, 235, 235),
    ]
    row = np.repeat(np.array(colors, np.uint8), -(-width // len(colors)), axis=0)[:width]
    return np.ascontiguousarray(np.broadcast_to(row, (height, width, 3)))


@pytest.mark.parametrize("size", [(64, 48), (51, 37), (1, 1)])
def test_master_gives_back_every_bit(tmp_path: Path, size: tuple[int, int]) -> None:
    random = np.random.default_rng(1)
    pictures = [random.integers(0, 256, (size[1], size[0], 3), dtype=np.uint8) for _ in range(12)]
    with MasterWriter(tmp_path / "m.mkv", *size, NTSC) as writer:
        for image in pictures:
            writer.write(image)
    with VideoReader(tmp_path / "m.mkv") as reader:
        assert reader.info.rate == NTSC
        frames = [frame.image for frame in reader.frames()]
    assert len(frames) == 12
    assert all(np.array_equal(a, b) for a, b in zip(frames, pictures, strict=True))


@pytest.mark.parametrize("size", [(64, 48), (51, 37), (1, 1)])
@pytest.mark.parametrize(("alpha", "deep"), [(True, False), (False, True), (True, True)])
def test_master_keeps_alpha_and_depth_bit_for_bit_also_when_joined(
    tmp_path: Path, size: tuple[int, int], alpha: bool, deep: bool
) -> None:
    random = np.random.default_rng(1)
    shape, kind = (size[1], size[0], 4 if alpha else 3), np.uint16 if deep else np.uint8
    pictures = [random.integers(0, np.iinfo(kind).max + 1, shape, dtype=kind) for _ in range(5)]
    with MasterWriter(tmp_path / "part.mkv", *size, NTSC, alpha=alpha, deep=deep) as writer:
        for image in pictures:
            writer.write(image)
    with MasterWriter(tmp_path / "whole.mkv", *size, NTSC, alpha=alpha, deep=deep) as writer:
        writer.append(tmp_path / "part.mkv")
    with VideoReader(tmp_path / "whole.mkv", alpha=True, deep=True) as reader:
        assert (reader.info.has_alpha, reader.info.bit_depth) == (alpha, 16 if deep else 8)
        shown = [frame.image for frame in reader.frames()]
    assert all(np.array_equal(one, other) for one, other in zip(pictures, shown, strict=True))


def test_master_carries_sound_recipe_and_tags(tmp_path: Path) -> None:
    path = tmp_path / "m.mkv"
    sound = tone(1.3)
    with MasterWriter(path, 64, 48, Rate(24), audio=sound, comment='{"seed":7}') as writer:
        for number in range(24):
            writer.write(picture(number))
    info = probe(path)
    assert (info.codec, info.comment) == ("ffv1", '{"seed":7}')
    assert (info.color.primaries, info.color.transfer, info.color.matrix) == ("bt709", "bt709", "rgb")
    assert info.audio is not None
    assert info.audio.codec == "pcm_s16le"
    back = read_audio(path)
    assert back.shape == sound.shape
    assert np.abs(back - sound).max() < 1 / 32000


def test_master_takes_sound_as_it_comes(tmp_path: Path) -> None:
    sound = tone(1)
    with MasterWriter(tmp_path / "m.mkv", 64, 48, Rate(24), audio_rate=48000) as writer:
        for number in range(24):
            writer.write(picture(number))
            writer.write_audio(sound[number * 2000 : (number + 1) * 2000])
    assert np.abs(read_audio(tmp_path / "m.mkv") - sound).max() < 1 / 32000


def write_mp4(path: Path, count: int = 30, rate: Rate = NTSC, comment: str = "") -> Mp4Writer:
    per_frame = 48000 / float(rate.fraction)
    sound = tone(count / float(rate.fraction))
    with Mp4Writer(path, 64, 48, rate, audio_rate=48000, comment=comment) as writer:
        for number in range(count):
            writer.write(picture(number))
            writer.write_audio(sound[round(number * per_frame) : round((number + 1) * per_frame)])
    return writer


def test_mp4_plays_anywhere(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    write_mp4(path)
    with av.open(str(path)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        codec = video.codec_context
        assert (codec.name, codec.pix_fmt, codec.profile) == ("h264", "yuv420p", "High")
        assert (codec.color_primaries, codec.color_trc, codec.colorspace, codec.color_range) == (1, 1, 1, 1)
        assert (video.frames, video.average_rate, video.start_time) == (30, Fraction(30000, 1001), 0)
        assert (audio.codec_context.name, audio.codec_context.sample_rate) == ("aac", 48000)
        assert abs(audio.duration * audio.time_base - Fraction(30 * 1001, 30000)) < Fraction(3, 100)
    data = path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    assert b"colrnclx" in data


def test_recipe_survives_a_remux(tmp_path: Path) -> None:
    path, copy = tmp_path / "film.mp4", tmp_path / "copy.mkv"
    recipe = '{"kind":"Generate","prompt":"ein Ball, 赤い","seed":7}'
    write_mp4(path, 5, comment=recipe)
    with av.open(str(path)) as source, av.open(str(copy), "w") as target:
        target.metadata.update(source.metadata)
        streams = {stream.index: target.add_stream_from_template(stream) for stream in source.streams}
        for packet in source.demux():
            if packet.dts is not None:
                packet.stream = streams[packet.stream_index]
                target.mux(packet)
    assert probe(path).comment == probe(copy).comment == recipe


def test_colours_survive_the_mp4(tmp_path: Path) -> None:
    image = bars()
    with Mp4Writer(tmp_path / "bars.mp4", 640, 360, Rate(25), audio_rate=None, crf=10) as writer:
        for _ in range(5):
            writer.write(image)
    for size in (None, (640, 360)):
        with VideoReader(tmp_path / "bars.mp4", size) as reader:
            for frame in reader.frames():
                assert np.abs(frame.image.astype(int) - image).mean() <= 2


def test_odd_sizes_are_made_even_and_said(tmp_path: Path) -> None:
    with Mp4Writer(tmp_path / "odd.mp4", 65, 49, Rate(24), audio_rate=None, crf=1) as writer:
        writer.write(picture(0, 65, 49))
    info = probe(tmp_path / "odd.mp4")
    assert (info.width, info.height) == (66, 50)
    assert "66×50" in writer.notes[0]
    with VideoReader(tmp_path / "odd.mp4") as reader:
        image = next(reader.frames()).image
    assert np.abs(image[:49, :65].astype(int) - picture(0, 65, 49)).mean() < 12


def test_source_frames_pass_without_rgb(tmp_path: Path) -> None:
    source = make_film(tmp_path / "f.mp4", 20, options={"bf": "3", "qp": "10"}, tags=(1, 1, 1, 1))
    with VideoReader(source) as reader:
        assert reader.is_plain
        with Mp4Writer(tmp_path / "out.mp4", 64, 48, Rate(25), audio_rate=None, crf=5) as writer:
            for frame in reader.video_frames():
                writer.write_video_frame(frame.frame)
    with VideoReader(source) as before, VideoReader(tmp_path / "out.mp4") as after:
        for a, b in zip(before.frames(), after.frames(), strict=True):
            assert np.abs(a.image.astype(int) - b.image).mean() < 2


def test_other_matrix_is_converted_on_the_way(tmp_path: Path) -> None:
    source = make_film(tmp_path / "f.mp4", 3, options={"qp": "4"})  # BT.601 by its size
    with (
        VideoReader(source) as reader,
        Mp4Writer(tmp_path / "o.mp4", 64, 48, Rate(25), audio_rate=None, crf=4) as writer,
    ):
        for frame in reader.video_frames():
            writer.write_video_frame(frame.frame)
    with VideoReader(source) as before, VideoReader(tmp_path / "o.mp4") as after:
        for a, b in zip(before.frames(), after.frames(), strict=True):
            assert np.abs(a.image.astype(int) - b.image).mean() < 4


@pytest.mark.parametrize("kind", [MasterWriter, Mp4Writer])
def test_an_exception_leaves_the_old_file_and_nothing_else(tmp_path: Path, kind: type[FilmWriter]) -> None:
    target = tmp_path / ("film.mkv" if kind is MasterWriter else "film.mp4")
    target.write_bytes(b"the old film")
    with pytest.raises(KeyError), kind(target, 64, 48, Rate(24), audio_rate=None) as writer:  # type: ignore[call-arg]
        writer.write(picture(0))  # type: ignore[attr-defined]
        raise KeyError
    assert target.read_bytes() == b"the old film"
    assert leftovers(tmp_path) == []


def test_the_old_file_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "film.mp4"
    target.write_bytes(b"the old film")
    writer = Mp4Writer(target, 64, 48, Rate(24), audio_rate=None)
    writer.write(picture(0))
    assert target.read_bytes() == b"the old film"
    writer.finish()
    assert probe(target).frame_count == 1
    assert leftovers(tmp_path) == []


def test_wrong_pictures_are_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(UsageError, match="uint8"),
        Mp4Writer(tmp_path / "f.mp4", 64, 48, Rate(24), audio_rate=None) as writer,
    ):
        writer.write(np.zeros((48, 64, 3), np.float32))
    with (
        pytest.raises(UsageError, match="without sound"),
        Mp4Writer(tmp_path / "f.mp4", 64, 48, Rate(24), audio_rate=None) as writer,
    ):
        writer.write_audio(tone(0.1))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["no/such/folder/f.mp4", "a_file/f.mp4", ""])
def test_impossible_places(tmp_path: Path, place: str) -> None:
    (tmp_path / "a_file").touch()
    with pytest.raises(StorageError) as caught:
        Mp4Writer(tmp_path / place, 64, 48, Rate(24), audio_rate=None)
    assert caught.value.hint


@pytest.mark.skipif(
    not Path("/proc/self").is_dir(), reason="needs Linux's /proc, where nobody may create files"
)
def test_folder_that_may_not_be_written() -> None:
    with pytest.raises(StorageError) as caught:
        MasterWriter("/proc/self/film.mkv", 64, 48, Rate(24))
    assert caught.value.hint


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 KiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)]
    if (
        os.name != "posix"
        or os.geteuid() != 0
        or subprocess.run(command, capture_output=True).returncode != 0
    ):
        pytest.skip("only root can mount a small disk here")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.parametrize("name", ["film.mkv", "film.mp4"])
def test_full_disk(small_disk: Path, name: str) -> None:
    target = small_disk / name
    target.write_bytes(b"the old film")
    random = np.random.default_rng(2)
    kind = MasterWriter if name.endswith("mkv") else Mp4Writer
    with (
        pytest.raises(DiskFullError, match=name) as caught,
        kind(target, 320, 240, Rate(24), audio_rate=None) as writer,
    ):
        for _ in range(60):
            writer.write(random.integers(0, 256, (240, 320, 3), dtype=np.uint8))
    assert "Free some space" in caught.value.hint
    assert target.read_bytes() == b"the old film"
    assert leftovers(small_disk) == []


def fill(disk: Path) -> None:
    with pytest.raises(OSError, match="No space"), (disk / "filler").open("wb", buffering=0) as stream:
        while True:
            stream.write(b"x" * 4096)


def test_disk_that_fills_up_before_the_index_is_written(small_disk: Path) -> None:
    random = np.random.default_rng(2)
    with (
        pytest.raises(DiskFullError),
        Mp4Writer(small_disk / "f.mp4", 64, 48, Rate(24), audio_rate=None) as writer,
    ):
        for _ in range(20):
            writer.write(random.integers(0, 256, (48, 64, 3), dtype=np.uint8))
        fill(small_disk)
    assert leftovers(small_disk) == []


@pytest.mark.parametrize("kind", [MasterWriter, Mp4Writer])
def test_full_disk_is_said_before_the_work(small_disk: Path, kind: type[FilmWriter]) -> None:
    fill(small_disk)
    with pytest.raises(DiskFullError):
        kind(small_disk / "film", 64, 48, Rate(24), audio_rate=None)  # type: ignore[call-arg]
    assert leftovers(small_disk) == []


def test_film_without_frames(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="without frames"), MasterWriter(tmp_path / "m.mkv", 8, 8, Rate(24)):
        pass
    assert list(tmp_path.iterdir()) == []
