"""Proxies show the film's own pictures at the film's own times, light and whole or not at all."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import msgspec
import numpy as np
import pytest

from studio.errors import CancelledError, MissingFileError
from studio.media.probe import probe
from studio.media.proxies import is_heavy, make_proxy, proxy_of
from studio.media.reader import VideoReader
from studio.timing import Rate, RationalTime
from tests.media.films import make_film
from tests.render.footage import number_of, numbered, write_film

UNEVEN = [number * 40 + (number * 17) % 31 for number in range(40)]


def quiet(done: int, count: int) -> None:
    """No one watches."""


def go_on() -> None:
    """No one stops it."""


def test_a_proxy_is_found_by_content_and_made_once(tmp_path: Path) -> None:
    film = write_film(tmp_path / "film.mkv", 12, size=(320, 200))
    assert proxy_of(film) is None
    seen: list[tuple[int, int]] = []
    proxy = make_proxy(film, lambda done, count: seen.append((done, count)), go_on)
    assert seen == [(number, 12) for number in range(1, 13)]
    assert proxy_of(film) == proxy
    moved = film.rename(tmp_path / "renamed.mkv")
    assert proxy_of(moved) == make_proxy(moved, quiet, go_on) == proxy
    assert proxy_of(tmp_path / "nowhere.mkv") is None


def test_every_picture_stands_by_itself_at_its_own_time(tmp_path: Path) -> None:
    film = write_film(tmp_path / "film.mp4", 30, Rate(30000, 1001), size=(640, 360))
    proxy = make_proxy(film, quiet, go_on)
    with av.open(str(proxy)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
        assert len(packets) == 30
        assert all(packet.is_keyframe for packet in packets)
    with VideoReader(proxy) as reader:
        for number in (29, 3, 17, 0):
            assert number_of(reader.at(RationalTime(number, Rate(30000, 1001)))) == number
        assert np.abs(reader.at(RationalTime(5, Rate(24))).astype(int) - 128).max() < 140


def test_uneven_times_are_kept(tmp_path: Path) -> None:
    film = make_film(tmp_path / "f.mp4", 40, stamps=UNEVEN, time_base=Fraction(1, 1000), options={"g": "9"})
    proxy = make_proxy(film, quiet, go_on)
    with VideoReader(film) as one, VideoReader(proxy) as other:
        for frame in list(one.frames()):
            shown = other.at(frame.time).astype(int)
            assert np.abs(shown - one.at(frame.time)).mean() < 6


def test_turned_and_stretched_films_are_upright_in_their_proxy(tmp_path: Path) -> None:
    film = make_film(tmp_path / "f.mp4", 3, aspect=Fraction(2, 1), rotation=90)
    info = probe(make_proxy(film, quiet, go_on))
    assert (info.width, info.height, info.rotation) == (48, 128, 0)


def test_colours_stay(tmp_path: Path) -> None:
    film = write_film(tmp_path / "f.mkv", 1, size=(640, 360))
    with VideoReader(make_proxy(film, quiet, go_on)) as reader:
        difference = np.abs(reader.at(RationalTime(0, Rate(1))).astype(int) - numbered(0, 640, 360))
    assert difference.mean() < 2


def test_cancelling_leaves_nothing_behind(tmp_path: Path) -> None:
    film = write_film(tmp_path / "film.mkv", 12)
    asked: list[int] = []

    def stop_at_five() -> None:
        asked.append(1)
        if len(asked) == 5:
            raise CancelledError

    with pytest.raises(CancelledError):
        make_proxy(film, quiet, stop_at_five)
    assert proxy_of(film) is None
    proxy = make_proxy(film, quiet, go_on)
    assert list(proxy.parent.iterdir()) == [proxy]


def test_a_missing_film_has_no_proxy(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError):
        make_proxy(tmp_path / "nowhere.mp4", quiet, go_on)


def test_what_is_heavy(tmp_path: Path) -> None:
    info = probe(make_film(tmp_path / "f.mp4", 2))
    assert not is_heavy(info)
    full = msgspec.structs.replace(info, width=1920, height=1080)
    assert not is_heavy(full)
    assert is_heavy(msgspec.structs.replace(full, width=3840, height=2160))
    assert is_heavy(msgspec.structs.replace(full, rate=Rate(120)))
    assert is_heavy(msgspec.structs.replace(full, rate=Rate(50), bit_depth=10))
