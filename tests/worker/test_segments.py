"""Pieces of a result count only when they are whole, follow one another and belong to the same recipe."""

from __future__ import annotations

from pathlib import Path

from studio.worker.segments import Segments


def filled(folder: Path, *lengths: int, recipe: str = "a") -> Segments:
    segments = Segments(folder, recipe)
    for length in lengths:
        segments.draft.write_bytes(b"x" * length)
        segments.add(length)
    return segments


def test_what_was_added_is_there_again(tmp_path: Path) -> None:
    written = filled(tmp_path / "s", 120, 120, 37)
    again = Segments(tmp_path / "s", "a")
    assert again.paths == written.paths and again.frame_count == 277 == again.byte_count


def test_nothing_is_made_before_it_is_needed(tmp_path: Path) -> None:
    assert Segments(tmp_path / "s", "a").frame_count == 0
    assert not (tmp_path / "s").exists()


def test_another_recipe_begins_anew(tmp_path: Path) -> None:
    filled(tmp_path, 120, 120)
    assert Segments(tmp_path, "b").frame_count == 0
    assert not list(tmp_path.glob("*.mkv"))


def test_drafts_partials_and_what_lies_behind_a_hole_are_cleared_away(tmp_path: Path) -> None:
    segments = filled(tmp_path, 120, 120, 120)
    segments.paths[1].unlink()
    segments.draft.write_bytes(b"half")
    (tmp_path / ".next.mkv.123.partial").write_bytes(b"half")
    again = Segments(tmp_path, "a")
    assert again.frame_count == 120
    assert sorted(path.name for path in tmp_path.iterdir()) == ["00000000-00000120.mkv", "recipe.json"]


def test_cut_goes_back_to_the_piece_in_which_a_frame_lies(tmp_path: Path) -> None:
    segments = filled(tmp_path, 120, 120, 120)
    segments.cut(240)
    assert segments.frame_count == 240
    segments.cut(0)
    assert segments.frame_count == 0 and not list(tmp_path.glob("*.mkv"))
