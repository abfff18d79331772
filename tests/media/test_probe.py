"""What files say about themselves, and what is said about files that are none."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from studio.errors import MediaError, MissingFileError
from studio.media.master_writer import MasterWriter
from studio.media.probe import examine, probe
from studio.timing import Rate, RationalTime
from tests.media.films import make_film, make_sound, tone


def test_film(tmp_path: Path) -> None:
    info = probe(make_film(tmp_path / "film.mp4", 30, rate=Fraction(30000, 1001), sound=tone(1)))
    assert (info.kind, info.frame_count, info.rate) == ("video", 30, Rate(30000, 1001))
    assert info.duration == RationalTime(30, Rate(30000, 1001))
    assert (info.width, info.height, info.rotation, info.pixel_aspect) == (64, 48, 0, Rate(1))
    assert (info.codec, info.pixel_format, info.bit_depth) == ("h264", "yuv420p", 8)
    assert info.audio is not None
    assert (info.audio.sample_rate, info.audio.channels, info.audio.codec) == (48000, 2, "aac")
    assert abs(info.audio.duration.seconds - 1) < Fraction(3, 100)
    assert info.notes == ()


@pytest.mark.parametrize("rate", [24, 25, 30, 60, Fraction(24000, 1001), Fraction(30000, 1001)])
def test_matroska_milliseconds_do_not_hide_the_exact_rate(tmp_path: Path, rate: Fraction) -> None:
    info = probe(make_film(tmp_path / "film.mkv", 70, rate=rate))
    assert info.rate == Rate.of(rate)
    assert not info.variable_rate
    assert info.frame_count == 70


def test_variable_rate_is_seen_and_said(tmp_path: Path) -> None:
    stamps = [0, 40, 97, 133, 210, 222, 301, 350]
    info = probe(make_film(tmp_path / "v.mp4", 8, stamps=stamps, time_base=Fraction(1, 1000)))
    assert info.variable_rate
    assert info.frame_count == 8
    assert any("variable frame rate" in note and "on average" in note for note in info.notes)


def test_variable_rate_on_a_grid_is_called_the_quickest(tmp_path: Path) -> None:
    stamps = [0, 20, 120, 140, 180, 200, 260, 320]
    info = probe(make_film(tmp_path / "v.mp4", 8, stamps=stamps, time_base=Fraction(1, 1000), rate=50))
    assert info.notes == ("variable frame rate, 50 fps at most",)


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_rotation_swaps_the_sides(tmp_path: Path, rotation: int) -> None:
    info = probe(make_film(tmp_path / "r.mp4", 3, rotation=rotation))
    assert info.rotation == rotation
    assert (info.width, info.height) == ((64, 48) if rotation == 180 else (48, 64))


def test_pixel_aspect_widens(tmp_path: Path) -> None:
    info = probe(make_film(tmp_path / "a.mp4", 3, aspect=Fraction(4, 3)))
    assert (info.width, info.height, info.pixel_aspect) == (85, 48, Rate(4, 3))


def test_depth_alpha_and_hdr_are_told(tmp_path: Path) -> None:
    ten = probe(make_film(tmp_path / "ten.mkv", 3, codec="ffv1", pix_fmt="yuv420p10le"))
    assert ten.bit_depth == 10
    assert ten.notes == ("10-bit colour shown as 8-bit",)
    alpha = probe(make_film(tmp_path / "alpha.mkv", 3, codec="ffv1", pix_fmt="bgra"))
    assert alpha.has_alpha
    hdr = probe(make_film(tmp_path / "hdr.mkv", 3, codec="ffv1", pix_fmt="yuv420p10le", tags=(9, 16, 9, 1)))
    assert (hdr.color.primaries, hdr.color.transfer, hdr.color.matrix) == ("bt2020", "smpte2084", "bt2020nc")
    assert hdr.notes == ("10-bit HDR shown as SDR",)


@pytest.mark.parametrize(("size", "matrix"), [((64, 48), "smpte170m"), ((1280, 720), "bt709")])
def test_untagged_films_have_the_matrix_of_their_size(
    tmp_path: Path, size: tuple[int, int], matrix: str
) -> None:
    assert probe(make_film(tmp_path / "f.mp4", 2, size=size)).color.matrix == matrix


def test_sound_file(tmp_path: Path) -> None:
    info = probe(make_sound(tmp_path / "s.wav", tone(2), "pcm_s16le"))
    assert (info.kind, info.rate, info.frame_count) == ("audio", None, 0)
    assert info.duration == RationalTime(2, Rate(1))


def test_film_name_without_film_is_sound_and_says_so(tmp_path: Path) -> None:
    path = make_sound(tmp_path / "s.mp4", tone(1), "aac")
    assert probe(path).notes == ("no picture in this file, only sound",)
    with pytest.raises(MediaError, match="only sound"):
        examine(path)


def test_comment_is_read_in_either_container(tmp_path: Path) -> None:
    with MasterWriter(tmp_path / "m.mkv", 8, 8, Rate(24), comment='{"seed": 7, "prompt": "ü"}') as writer:
        writer.write(np.zeros((8, 8, 3), np.uint8))
    assert probe(tmp_path / "m.mkv").comment == '{"seed": 7, "prompt": "ü"}'


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = make_film(tmp_path / "f.mp4", 5)
    assert probe(path).frame_count == 5
    make_film(path, 9)
    assert probe(path).frame_count == 9


@pytest.mark.parametrize("ending", [".mkv", ".webm"])
def test_cut_off_film_says_what_can_be_read(tmp_path: Path, ending: str) -> None:
    codec = "libx264" if ending == ".mkv" else "libvpx"
    whole = make_film(tmp_path / f"whole{ending}", 120, codec=codec, size=(160, 120))
    cut = tmp_path / f"cut{ending}"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size * 4 // 10])
    info = probe(cut)
    assert 5 < info.frame_count < 110
    assert info.notes[0] == f"truncated: only {info.frame_count} of 120 frames can be read"


def test_cut_off_mp4_with_its_index_in_front(tmp_path: Path) -> None:
    faststart = {"movflags": "+faststart"}
    whole = tmp_path / "whole.mp4"
    make_film(whole, 120, size=(160, 120))
    import av

    with av.open(str(whole)) as source, av.open(str(tmp_path / "fast.mp4"), "w", options=faststart) as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    cut = tmp_path / "cut.mp4"
    data = (tmp_path / "fast.mp4").read_bytes()
    cut.write_bytes(data[: len(data) * 6 // 10])
    info = probe(cut)
    assert info.notes == (f"truncated: only {info.frame_count} of 120 frames can be read",)


def _text(path: Path) -> None:
    path.write_text("Dear diary, today I filmed nothing at all.\n" * 50)


def _empty(path: Path) -> None:
    path.touch()


def _noise(path: Path) -> None:
    path.write_bytes(np.random.default_rng(3).bytes(20_000))


def _head_only(path: Path) -> None:
    whole = make_film(path.with_name("whole.mp4"), 60)
    path.write_bytes(whole.read_bytes()[:300])


def _playlist(path: Path) -> None:
    path.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n")


@pytest.mark.parametrize("spoil", [_text, _empty, _noise, _head_only, _playlist])
@pytest.mark.parametrize("name", ["film.mp4", "film.mkv", "music.mp3", "picture.png"])
def test_what_is_no_media_is_refused_with_a_hint(tmp_path: Path, spoil: object, name: str) -> None:
    path = tmp_path / name
    assert callable(spoil)
    spoil(path)
    with pytest.raises(MediaError) as caught:
        probe(path)
    assert caught.value.hint
    assert name in caught.value.message


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="no file"):
        probe(tmp_path / "gone.mp4")
    with pytest.raises(MediaError, match="folder"):
        probe(tmp_path)


def test_renamed_media_is_recognised_by_content(tmp_path: Path) -> None:
    path = make_film(tmp_path / "film.mp4", 4).rename(tmp_path / "film.jpg")
    assert probe(path).kind == "video"


def test_import_is_light() -> None:
    code = "import sys, studio.media.probe, studio.media.reader, studio.media.writer, studio.media.audio\n"
    code += "print([name for name in ('av', 'cv2', 'torch') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_turned_films_and_stretched_pixels_are_told(tmp_path: Path) -> None:
    turned = probe(make_film(tmp_path / "r.mp4", 2, rotation=90))
    assert turned.notes == ("turned by 90° to stand upright",)
    stretched = probe(make_film(tmp_path / "a.mp4", 2, aspect=Fraction(4, 3)))
    assert stretched.notes == ("pixels of 4:3, shown as 85×48",)
