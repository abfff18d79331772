"""What tests of the viewer share: films whose frames say their numbers, on a timeline; and what is seen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from studio.project.edits import ChangeProject, PlaceClips, Placement
from studio.project.timeline import Clip, External, Take
from studio.timing import Rate, RationalTime
from studio.ui.session import Session
from studio.ui.viewer.sound_card import Opener, open_card
from studio.ui.viewer.viewer import Viewer
from tests.render.footage import number_of, write_film

FPS = Rate(24)


def shown_viewer(session: Session, qtbot: QtBot, opener: Opener = open_card) -> Viewer:
    """A viewer of 480×340 on the screen, with its sound on the card that `opener` opens."""
    made = Viewer(session, opener=opener)
    qtbot.addWidget(made)
    made.resize(480, 340)
    with qtbot.waitExposed(made):
        made.show()
    return made


def place_film(
    session: Session, path: Path, frames: int, *, first: int = 0, sound: np.ndarray | None = None
) -> None:
    """A film whose every frame says its number, from frame 0 of V1 on, and its sound on A1."""
    write_film(path, frames, first=first, sound=sound)
    reference = External(
        path=str(path),
        duration=RationalTime(frames, FPS),
        rate=FPS,
        width=160,
        height=96,
        has_audio=sound is not None,
    )
    tracks = session.project.tracks
    placements = [Placement(tracks[0].id, clip("film", reference, frames))]
    if sound is not None:
        placements.append(Placement(tracks[-1].id, clip("sound", reference, frames)))
    session.apply(ChangeProject(width=160, height=96, rate=FPS))
    session.apply(PlaceClips(placements=tuple(placements)))


def clip(name: str, reference: External, frames: int, start: int = 0) -> Clip:
    take = Take(id=f"{name} take", reference=reference)
    return Clip(id=name, name=name, start=start, duration=frames, takes=(take,))


def shown_number(image: QImage | None) -> int:
    """Which frame `image` shows; -1 for none."""
    if image is None:
        return -1
    rgb = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(rgb.constBits(), np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    return number_of(rows[:, : 3 * rgb.width()].reshape(rgb.height(), rgb.width(), 3))


def tone(frames: int, amplitude: float = 0.5) -> np.ndarray:
    """A sine as long as `frames`, float32 (n, 2), louder on the left."""
    t = np.arange(48_000 * frames // 24) / 48_000
    wave = amplitude * np.sin(2 * np.pi * 220 * t)
    return np.stack([wave, wave / 2], axis=1).astype(np.float32)
