"""What the prompt panel shows beside words: only what the model takes, by mouse, keys and drops."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QSlider,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from studio.jobs.job import Expert, Extension, Generate, Keyframe, Lora, Mask, Source, Window, encode
from studio.media.picture import load_picture
from studio.media.writer import MasterWriter
from studio.project.timeline import External
from studio.timing import Rate, RationalTime, TimeRange
from studio.ui.drawing.keyframe_strip import LAST, KeyframeStrip
from studio.ui.drawing.media_slot import MediaSlot
from studio.ui.fields import Field
from studio.ui.panels.prompt import PromptPanel
from studio.ui.session import Session
from studio.ui.thumbnails import Thumbnails
from tests.media.films import make_sound, tone
from tests.render.footage import number_of, write_film
from tests.ui.drawing_desk import FAMILIES, drawing, drop, press_chip, said, select, shown_panel
from tests.ui.hands import control, save_picture
from tests.ui.studio_session import told

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(session: Session, thumbnails: Thumbnails, qtbot: QtBot, dark: None) -> PromptPanel:
    return shown_panel(session, thumbnails, qtbot)


def chips(panel: PromptPanel) -> list[str]:
    return [one.accessibleName() for one in panel.findChildren(QPushButton)
            if one.isVisible() and one.accessibleName().startswith("+ ")]  # fmt: skip


def sections(panel: PromptPanel) -> list[str]:
    names = ("Pictures", "Video", "Control video", "References", "Continue a clip", "And then")
    found = [field for field in panel.findChildren(Field) if field.control.accessibleName() in names]
    return [field.control.accessibleName() for field in found if field.isVisible()]


def test_words_alone_show_nothing_else(panel: PromptPanel) -> None:
    panel.load(drawing("words"))
    assert chips(panel) == [] and sections(panel) == []


def test_what_a_model_takes_is_offered_and_opened_when_wanted(panel: PromptPanel) -> None:
    panel.load(drawing("vace"))
    offered = ["Picture", "Video to redraw", "Control video", "References", "Clip to continue", "Next part"]
    assert chips(panel) == [f"+ {one}" for one in offered] and sections(panel) == []
    press_chip(panel, "Control video")
    assert sections(panel) == ["Control video"]
    well = next(one for one in panel.findChildren(QPushButton) if "outlines" in one.text())
    assert well.isVisible() and well.accessibleName() == "Choose the control video"
    close = next(
        one for one in panel.findChildren(QWidget) if one.accessibleName() == "Without control video"
    )
    QTest.mouseClick(close, LEFT)
    assert sections(panel) == [] and "+ Control video" in chips(panel)


def test_a_sound_leads_a_model_that_hears(
    panel: PromptPanel, session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    heard = told(session)
    sound = make_sound(tmp_path / "tone.wav", tone(0.5), "pcm_s16le")
    panel.load(replace(drawing("sounding", 121), sound=Source(str(sound))))
    qtbot.waitUntil(lambda: said(panel, "Sound · 0.5 s"))
    assert panel.job().sound == Source(str(sound)) and not heard
    panel.load(replace(drawing("sounding", 121), sound=Source(str(save_picture(tmp_path / "mute.png")))))
    qtbot.waitUntil(lambda: panel.job().sound is None)
    assert "has no sound" in heard[0].message


def test_a_model_that_begins_with_a_picture_asks_for_it(panel: PromptPanel, tmp_path: Path) -> None:
    panel.load(replace(drawing("picture", 25), width=1024, height=576, prompt=""))
    assert sections(panel) == ["Pictures"]
    assert not panel.primary.isEnabled() and "starts from a picture" in panel.primary.toolTip()
    box = control(panel, QPlainTextEdit, "Prompt")
    assert not box.isEnabled() and "sees its picture only" in box.toolTip()
    assert drop(panel, [save_picture(tmp_path / "a.png")])
    assert panel.primary.isEnabled()


PART = TimeRange(RationalTime(3, Rate(24)), RationalTime(12, Rate(24)))


def jobs(folder: Path) -> list[Generate]:
    """One of each kind, with inputs that are there."""
    pictures = [str(save_picture(folder / f"{name}.png")) for name in "abc"]
    film, other = (str(write_film(folder / f"{name}.mkv", 6)) for name in ("film", "other"))
    lora = folder / "soft.safetensors"
    lora.write_bytes(b"")
    first, middle, last = pictures
    vace, condition, experts = drawing("vace"), drawing("condition"), drawing("experts")
    return [
        replace(vace, images=(Keyframe(first), Keyframe(middle, frame=33), Keyframe(last, frame=-1))),
        replace(vace, control=Source(film, "hash", PART), references=(Source(first, "one"), Source(last))),
        replace(vace, video=Source(film), painted=(Mask(first, frame=0), Mask(middle, frame=9))),
        replace(vace, video=Source(film), mask=Source(first)),
        replace(condition, images=(Keyframe(first, "hash", frame=8, strength=0.65),)),
        replace(condition, extend=Extension(film, time_range=PART, backwards=True), num_frames=33),
        replace(
            condition,
            windows=(Window("a boat", 81), Window("it sinks", 40)),
            num_frames=121,
            images=(Keyframe(first), Keyframe(middle, frame=100)),
        ),
        replace(
            experts,
            images=(Keyframe(first), Keyframe(last, frame=-1)),
            guidance_scale_2=2.5,
            scheduler="unipc",
            flow_shift=8.0,
            loras=(Lora(str(lora), 0.7, Expert.HIGH_NOISE), Lora(other, -1.25)),
        ),
        replace(drawing("redraw"), video=Source(film), strength=0.333),
    ]


@pytest.mark.parametrize("index", range(9))
def test_every_kind_of_job_comes_back_as_it_was(panel: PromptPanel, tmp_path: Path, index: int) -> None:
    job = jobs(tmp_path)[index]
    panel.load(job)
    assert panel.job() == job
    panel.load(drawing("vace"))
    assert panel.job() == drawing("vace"), "nothing of the one before is left"


def test_dropped_pictures_find_their_places(panel: PromptPanel, tmp_path: Path) -> None:
    panel.load(drawing("vace"))
    paths = [save_picture(tmp_path / f"{name}.png") for name in "abcd"]
    assert drop(panel, paths)
    assert [(Path(one.path).stem, one.frame) for one in panel.job().images] == [
        ("a", 0),
        ("b", -1),
        ("c", 40),
        ("d", 60),
    ]
    assert panel.primary.isEnabled()


def test_a_drop_on_a_section_is_for_that_section(panel: PromptPanel, tmp_path: Path) -> None:
    panel.load(drawing("vace"))
    picture = save_picture(tmp_path / "who.png")
    press_chip(panel, "Picture")
    press_chip(panel, "References")
    panel.repaint()
    section = next(one for one in panel.findChildren(Field) if one.control.accessibleName() == "References")
    assert drop(panel, [picture], section.mapTo(panel, section.rect().center()))
    assert [one.path for one in panel.job().references] == [str(picture)] and not panel.job().images


def test_what_no_model_takes_goes_on_to_the_window(panel: PromptPanel, tmp_path: Path) -> None:
    panel.load(drawing("words"))
    assert not drop(panel, [save_picture(tmp_path / "a.png")])
    panel.load(drawing("vace"))
    assert not drop(panel, [make_sound(tmp_path / "tone.wav", tone(0.1), "pcm_s16le")])
    assert not drop(panel, [tmp_path])


def test_a_film_without_a_picture_is_refused(
    panel: PromptPanel, session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    panel.load(drawing("redraw"))
    sound = make_sound(tmp_path / "tone.mka", tone(0.1), "pcm_s16le")
    heard = told(session)
    assert drop(panel, [sound])
    qtbot.waitUntil(lambda: panel.job().video is None)
    assert "has no picture" in heard[0].message


def test_the_first_frame_of_a_film_can_be_the_picture(
    panel: PromptPanel, session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    panel.load(replace(drawing("experts"), width=832))
    press_chip(panel, "Clip to continue")
    strip = panel.findChild(KeyframeStrip)
    film = write_film(tmp_path / "film.mkv", 4)
    assert drop(panel, [film], strip.mapTo(panel, strip.rect().center()))
    qtbot.waitUntil(lambda: len(panel.job().images) == 1)
    assert Path(panel.job().images[0].path).parent == session.folder / "inputs"


def test_another_model_keeps_what_it_does_not_use(panel: PromptPanel, tmp_path: Path) -> None:
    pictures = (Keyframe(str(save_picture(tmp_path / "a.png"))),)
    panel.load(replace(drawing("vace"), images=pictures))
    select(panel, "words")
    assert panel.job().images == () and said(panel, "Kept, but not used by Words: pictures.")
    select(panel, "condition")
    assert [one.path for one in panel.job().images] == [pictures[0].path]
    assert not said(panel, "Kept, but not used")


def test_a_clip_of_the_timeline_is_redrawn(
    panel: PromptPanel, session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    film = write_film(tmp_path / "film.mkv", 6)
    session.import_paths([str(film)], frame=0)
    qtbot.waitUntil(lambda: session.project.duration > 0)
    [(_, clip)] = list(session.project.clips())
    assert isinstance(clip.take.reference, External)
    panel.load(drawing("redraw"))
    assert panel.takes_clips([clip.id]) and panel.take_clips([clip.id], QPoint(0, 0))
    source = panel.job().video
    assert source is not None and source.path == str(film) and source.time_range is not None
    slot = next(one for one in panel.findChildren(MediaSlot) if one.source is not None)
    qtbot.waitUntil(lambda: said(panel, "160 × 96 · 0.2 s of it"))
    assert slot.isVisible()
    panel.load(drawing("words"))
    assert not panel.takes_clips([clip.id])


def test_no_model_widens_the_panel(panel: PromptPanel, tmp_path: Path) -> None:
    control(panel, QToolButton, "More settings").click()
    lora = tmp_path / "a very long name of a file that changes what a model draws.safetensors"
    lora.write_bytes(b"")
    film = write_film(tmp_path / f"{'long ' * 12}.mkv", 2)
    pictures = tuple(
        Keyframe(str(save_picture(tmp_path / f"{'p' * 60}{frame}.png")), frame=frame) for frame in (0, 7)
    )
    for model in FAMILIES:
        panel.load(
            replace(
                drawing(model),
                images=pictures,
                references=pictures,
                video=Source(str(film)),
                control=Source(str(film)),
                painted=(Mask(pictures[0].path),),
                extend=Extension(str(film)),
                windows=(Window("a", 40), Window("b", 41)),
                loras=(Lora(str(lora)),),
            )
        )
        assert panel.body.minimumSize().width() <= 300, model


def test_every_control_has_a_name_and_a_tooltip(panel: PromptPanel, tmp_path: Path) -> None:
    control(panel, QToolButton, "More settings").click()
    for job in jobs(tmp_path):
        panel.load(job)
        for kind in (QAbstractButton, QAbstractSpinBox, QComboBox, QSlider, QPlainTextEdit, KeyframeStrip):
            for one in panel.findChildren(kind):
                words = one.accessibleName() or getattr(one, "text", str)()
                assert not one.isVisibleTo(panel) or (words and one.toolTip()), (words, one)


def test_the_model_that_drew_last_is_chosen_at_the_next_start(
    panel: PromptPanel, session: Session, thumbnails: Thumbnails, qtbot: QtBot
) -> None:
    select(panel, "condition")
    panel.load(replace(panel.job(), prompt="a boat"))
    QTest.mouseClick(panel.primary, LEFT)
    again = PromptPanel(session, thumbnails)
    qtbot.addWidget(again)
    assert again.job().model == "condition"
    session.change_settings(replace(session.settings, last_model="gone"))
    fresh = PromptPanel(session, thumbnails)
    qtbot.addWidget(fresh)
    assert fresh.job().model == "starter"


def test_the_frame_at_the_playhead_becomes_a_picture_of_the_project(
    panel: PromptPanel, session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    session.import_paths([str(write_film(tmp_path / "film.mkv", 6))], frame=0)
    qtbot.waitUntil(lambda: session.project.duration > 0)
    session.set_playhead(3)
    panel.load(drawing("condition"))
    press_chip(panel, "Picture")
    strip = panel.findChild(KeyframeStrip)
    QTest.mouseClick(strip, LEFT, pos=strip.place_of(LAST).center().toPoint())
    menu = next(one for one in panel.findChildren(QMenu) if one.isVisible())
    next(one for one in menu.actions() if "playhead" in one.text()).trigger()
    menu.close()
    qtbot.waitUntil(lambda: len(panel.job().images) == 1)
    [image] = panel.job().images
    assert image.frame == LAST and Path(image.path).parent == session.folder / "inputs"
    assert number_of(load_picture(image.path).image) == 3 and said(panel, "Frame 00-00-00-03")


def test_a_film_that_kinora_made_offers_its_settings(
    panel: PromptPanel, session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    recipe = replace(drawing("condition"), prompt="a whale")
    with MasterWriter(tmp_path / "whale.mkv", 64, 48, Rate(12), comment=encode(recipe).decode()) as writer:
        writer.write(np.zeros((48, 64, 3), np.uint8))
    panel.load(drawing("redraw"))
    heard = told(session)
    assert drop(panel, [tmp_path / "whale.mkv"])
    qtbot.waitUntil(lambda: bool(heard))
    assert "made by Kinora" in heard[0].message and heard[0].action is not None
    assert panel.job().video is not None, "what was asked for comes first"
    heard[0].action[1]()
    assert panel.job() == recipe
