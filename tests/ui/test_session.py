"""The session: ghosts become clips, results survive undo and restarts, files arrive, troubles are told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from pytestqt.qtbot import QtBot

from studio.engine.queue import JobState
from studio.jobs.job import Deflicker, Export, Look, Stylize
from studio.project.edits import RemoveMarker, SplitClips
from studio.project.project_file import load_project
from studio.project.timeline import Clip, External, Generator
from studio.timing import Rate
from studio.ui.session import Session
from tests.render.footage import write_film
from tests.ui.studio_session import running_session, scripted, told


def only_clip(session: Session) -> Clip:
    [(_, clip)] = list(session.project.clips())
    return clip


def state_of(session: Session, job_id: str) -> JobState:
    return next(entry.state for entry in session.jobs() if entry.id == job_id)


def generated(session: Session, qtbot: QtBot) -> Clip:
    assert session.generate(scripted("step_s=0.01"))
    qtbot.waitUntil(lambda: isinstance(only_clip(session).take.reference, External), timeout=20000)
    return only_clip(session)


def test_generate_puts_a_ghost_at_the_playhead_and_the_result_in_its_place(
    session: Session, qtbot: QtBot
) -> None:
    session.set_playhead(48)
    job_id = session.generate(scripted("step_s=0.05"))
    ghost = only_clip(session)
    assert ghost.take.reference == Generator(job_id=job_id or "")
    assert (ghost.start, ghost.duration) == (48, 24), "12 frames at 12 fps in a project of 24"
    assert session.selection == {ghost.id}
    qtbot.waitUntil(lambda: isinstance(only_clip(session).take.reference, External), timeout=20000)
    clip = only_clip(session)
    assert (clip.start, clip.duration) == (48, 24)
    assert isinstance(clip.take.reference, External)
    assert (session.folder / clip.take.reference.path).exists()
    assert not Path(clip.take.reference.path).is_absolute(), "the project can be moved"
    assert clip.take.recipe is not None and clip.take.recipe["seed"] is not None
    assert [asset.id for asset in session.project.library] == [job_id]
    session.undo()
    assert session.project.duration == 0 and session.project.library, "undo takes the clip, not the work"


def test_a_second_clip_at_the_same_place_goes_onto_the_next_track(session: Session) -> None:
    for _ in range(3):
        session.generate(scripted("step_s=0.01"))
    assert [len(track.clips) for track in session.project.tracks if track.kind == "video"] == [1, 1, 1]
    session.undo()
    assert [track.name for track in session.project.tracks] == ["V1", "V2", "A1"], (
        "one gesture, one undo step"
    )


def test_cancel_takes_the_ghost_away(session: Session, qtbot: QtBot) -> None:
    job_id = session.generate(scripted("step_s=5"))
    assert job_id is not None
    qtbot.waitUntil(lambda: state_of(session, job_id) is JobState.RUNNING, timeout=20000)
    session.cancel(job_id)
    qtbot.waitUntil(lambda: session.project.duration == 0, timeout=20000)


def test_a_failed_job_is_told_keeps_its_ghost_and_can_be_given_up(session: Session, qtbot: QtBot) -> None:
    heard = told(session)
    job_id = session.generate(scripted("fail-at=2"))
    assert job_id is not None
    qtbot.waitUntil(lambda: any(one.level == "error" for one in heard), timeout=20000)
    assert state_of(session, job_id) is JobState.FAILED
    assert isinstance(only_clip(session).take.reference, Generator), "it can be retried"
    session.remove_job(job_id)
    assert session.project.duration == 0


def test_what_cannot_run_is_told_and_changes_nothing(session: Session) -> None:
    heard = told(session)
    assert session.generate(scripted("   ")) is None
    assert [one.level for one in heard] == ["error"] and heard[0].hint
    assert session.project.duration == 0 and session.jobs() == []


def test_a_new_seed_is_a_new_take_of_the_same_clip(session: Session, qtbot: QtBot) -> None:
    clip = generated(session, qtbot)
    session.vary(clip.id)
    assert only_clip(session).active == 0, "the old take stays on the screen until the new one is there"
    qtbot.waitUntil(lambda: only_clip(session).active == 1, timeout=20000)
    first, second = only_clip(session).takes
    assert first == clip.take
    assert isinstance(second.reference, External) and second.reference.path != clip.take.reference.path  # pyright: ignore
    assert first.recipe and second.recipe and first.recipe["seed"] != second.recipe["seed"]


def test_a_look_works_on_what_the_clip_shows(session: Session, qtbot: QtBot) -> None:
    clip = generated(session, qtbot)
    session.apply(SplitClips(clip_ids=(clip.id,), frame=clip.start + 12))
    right = session.project.tracks[0].clips[1]
    session.process(right.id, lambda source: Stylize(source=source, look=Look.INK))
    qtbot.waitUntil(lambda: session.project.tracks[0].clips[1].active == 1, timeout=30000)
    take = session.project.tracks[0].clips[1].take
    assert isinstance(take.reference, External) and take.reference.duration is not None
    assert take.reference.duration.to_frames(Rate(12)) == 6, "only the half that the clip shows"


def test_flicker_is_removed_in_a_new_take(session: Session, qtbot: QtBot) -> None:
    clip = generated(session, qtbot)
    session.process(clip.id, lambda source: Deflicker(source=source))
    qtbot.waitUntil(lambda: only_clip(session).active == 1, timeout=60000)
    take = only_clip(session).take
    assert isinstance(take.reference, External)
    assert take.recipe and take.recipe["kind"] == "deflicker" and take.name == "Without flicker"


def test_results_that_came_while_the_window_was_dead_are_there_on_the_next_start(
    tmp_path: Path, qtbot: QtBot
) -> None:
    with running_session(tmp_path) as session:
        job_id = session.generate(scripted("step_s=0.2"))
        assert job_id is not None
        session._bridge.close()  # the window hears nothing any more
        session._bridge.close = lambda: None
        qtbot.waitUntil(lambda: state_of(session, job_id) is JobState.FINISHED, timeout=20000)
        assert isinstance(only_clip(session).take.reference, Generator)
    with running_session(tmp_path) as session:
        assert isinstance(only_clip(session).take.reference, External)
        session.undo()
        assert session.project.duration == 0, "the undo history is there too"


def test_files_are_imported_onto_linked_tracks_and_bad_ones_are_told(
    session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    sound = np.zeros((48000, 2), np.float32)
    film = write_film(tmp_path / "film.mp4", 24, sound=sound)
    (tmp_path / "letter.mp4").write_text("Dear film")
    heard = told(session)
    session.import_paths([str(film), str(tmp_path / "letter.mp4"), str(tmp_path / "gone.mov")], frame=10)
    qtbot.waitUntil(lambda: bool(session.project.library), timeout=20000)
    picture, audio = (clip for _, clip in session.project.clips())
    assert picture.start == audio.start == 10 and picture.link == audio.link != ""
    assert [(one.level, bool(one.hint)) for one in heard] == [("error", True), ("error", True)]
    assert (session.project.width, session.project.height) == (160, 96), (
        "the first film decides the project's size"
    )
    session.undo()
    assert session.project.library == () and session.project.duration == 0


def test_export_goes_through_the_queue(session: Session, qtbot: QtBot, tmp_path: Path) -> None:
    generated(session, qtbot)
    heard = told(session)
    target = tmp_path / "out.mp4"
    assert session.submit(Export(project=session.project, folder=str(session.folder), target=str(target)))
    qtbot.waitUntil(target.exists, timeout=30000)
    qtbot.waitUntil(lambda: [one.message for one in heard] == ["Exported out.mp4"], timeout=20000)


def test_projects_are_exchanged_without_loss(session: Session, qtbot: QtBot, tmp_path: Path) -> None:
    generated(session, qtbot)
    first = session.folder
    heard = told(session)
    assert not session.open(tmp_path / "nothing.kinora")
    assert heard[-1].level == "error" and session.folder == first
    assert session.create(tmp_path / "second.kinora")
    assert session.project.name == "second" and session.project.duration == 0
    assert load_project(first).duration == 24
    assert session.settings.last_project == str(tmp_path / "second.kinora")
    assert session.open(first)
    assert session.project.duration == 24


def test_an_edit_that_cannot_be_done_is_told(session: Session) -> None:
    heard = told(session)
    assert session.apply(RemoveMarker(marker_id="none"))
    assert not session.apply(SplitClips(clip_ids=("gone",), frame=3))
    assert [one.level for one in heard] == ["error"]
