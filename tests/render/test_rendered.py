"""Rendered pieces: found by what they show, gone when that changes, never more than the limit."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

from studio.project.curves import Appearance, Curve
from studio.project.timeline import Project
from studio.render.rendered import LENGTH, Piece, RenderedPieces, piece_at
from tests.render.footage import clip, film, number_of, numbered, project, video, write_film

SIZE = (160, 96)
HALF = Appearance(opacity=Curve(0.5))
replace = msgspec.structs.replace


@pytest.fixture
def two_layers(tmp_path: Path) -> Project:
    source = film(write_film(tmp_path / "f.mkv", 100), 100)
    pale = replace(clip(source, 10, 60), appearance=HALF)
    return project(video(clip(source, 0, 100)), video(pale))


def test_pieces_cover_what_is_not_plain(two_layers: Project, tmp_path: Path) -> None:
    found = [piece_at(two_layers, tmp_path, SIZE, frame) for frame in range(100)]
    assert found[9] is None
    assert found[70] is None
    pieces = [piece for piece in found if piece is not None]
    assert len(pieces) == 60
    assert [(piece.start, piece.end) for piece in dict.fromkeys(pieces)] == [(10, 58), (58, 70)]
    assert all(piece.start <= frame < piece.end for frame, piece in enumerate(pieces, 10))


def test_a_move_of_all_keeps_the_pieces_and_a_change_does_not(two_layers: Project, tmp_path: Path) -> None:
    before = piece_at(two_layers, tmp_path, SIZE, 20)
    later = replace(
        two_layers,
        tracks=tuple(
            replace(track, clips=tuple(replace(one, start=one.start + 5) for one in track.clips))
            for track in two_layers.tracks
        ),
    )
    after = piece_at(later, tmp_path, SIZE, 25)
    assert before is not None and after is not None
    assert (after.name, after.start) == (before.name, before.start + 5)
    lower, upper = two_layers.tracks
    paler = replace(upper, clips=(replace(upper.clips[0], appearance=Appearance(opacity=Curve(0.2))),))
    changed = piece_at(replace(two_layers, tracks=(lower, paler)), tmp_path, SIZE, 20)
    assert changed is not None and changed.name != before.name
    other_size = piece_at(two_layers, tmp_path, (80, 48), 20)
    assert other_size is not None and other_size.name != before.name


def test_a_file_that_was_replaced_is_drawn_anew(two_layers: Project, tmp_path: Path) -> None:
    before = piece_at(two_layers, tmp_path, SIZE, 20)
    write_film(tmp_path / "f.mkv", 90)
    after = piece_at(two_layers, tmp_path, SIZE, 20)
    assert before is not None and after is not None and after.name != before.name


def test_what_was_written_is_read_also_by_the_next_session(tmp_path: Path) -> None:
    store = RenderedPieces(tmp_path / "store", 10_000_000)
    piece = Piece(30, 30 + LENGTH, "abc")
    assert store.frame(piece, 31) is None
    store.write(piece, [numbered(number) for number in range(LENGTH)])
    for again in (store, RenderedPieces(tmp_path / "store", 10_000_000)):
        assert again.has(piece)
        image = again.frame(piece, 37)
        assert image is not None and number_of(image) == 7
        assert np.abs(image.astype(int) - numbered(7)).mean() < 4


def test_a_damaged_piece_is_no_piece(tmp_path: Path) -> None:
    store = RenderedPieces(tmp_path, 10_000_000)
    piece = Piece(0, 3, "abc")
    store.write(piece, [numbered(number) for number in range(3)])
    file = tmp_path / "abc.frames"
    file.write_bytes(file.read_bytes()[:-10])
    fresh = RenderedPieces(tmp_path, 10_000_000)
    assert fresh.frame(piece, 1) is None
    assert not fresh.has(piece)


def test_the_limit_holds_and_the_oldest_goes(tmp_path: Path) -> None:
    pictures = [numbered(number) for number in range(4)]
    store = RenderedPieces(tmp_path, 40_000)
    for number in range(20):
        store.write(Piece(0, 4, f"{number:02d}"), pictures)
    left = sorted(path.stem for path in tmp_path.glob("*.frames"))
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 40_000 + 12_000
    assert left and left[-1] == "19" and "00" not in left
    assert not store.has(Piece(0, 4, "00"))
    assert store.has(Piece(0, 4, "19"))
