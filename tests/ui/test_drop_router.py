"""What dropped files are taken for."""

from __future__ import annotations

from pathlib import Path

from studio.jobs.job import Export, encode
from studio.project.timeline import new_project
from studio.ui.drop_router import is_model, read_comment, sort_paths
from tests.media.films import make_sound, tone
from tests.render.footage import write_film
from tests.ui.hands import save_picture
from tests.ui.studio_session import scripted


def test_a_mixed_drop_is_sorted(tmp_path: Path) -> None:
    picture = save_picture(tmp_path / "cat.png")
    sound = make_sound(tmp_path / "tone.wav", tone(0.1), "pcm_s16le")
    film = write_film(tmp_path / "waves.mkv", 2)
    letter = tmp_path / "letter.mp4"
    letter.write_text("Dear all")
    found = sort_paths([str(path) for path in (film, letter, picture, sound, tmp_path)])
    assert found.pictures == (str(picture), str(tmp_path))
    assert found.sounds == (str(sound),)
    assert found.films == (str(film), str(letter)), "importing tells what is wrong with the letter"
    assert found.recipe is None


def test_models_are_told_from_media(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model_index.json").write_text("{}")
    for name in ("model", "a.safetensors", "b.GGUF", "c.ckpt"):
        assert is_model(str(tmp_path / name)), name
    for name in ("", "film.mp4", "gone"):
        assert not is_model(str(tmp_path / name)), name


def test_only_a_panels_job_is_a_recipe() -> None:
    job = scripted("a boat")
    assert read_comment(encode(job).decode()) == job
    assert read_comment("Made with love") is None
    assert read_comment("") is None
    assert read_comment('{"kind": "generate"}') is None
    export = Export(project=new_project(), folder="/films", target="/films/a.mp4")
    assert read_comment(encode(export).decode()) is None
