"""Jobs for every task of a video model, with inputs drawn here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from msgspec.structs import replace

from studio.jobs.job import Generate, Keyframe, Source
from studio.media.writer import MasterWriter
from studio.models.spec import Capability
from studio.timing import Rate
from tests.media.films import make_sound, tone

RATE = Rate(16)


class Inputs:
    """Two pictures, a film of 12 frames and a mask over its right half, in `folder`."""

    def __init__(self, folder: Path) -> None:
        chance = np.random.default_rng(3)
        field = cv2.resize(chance.integers(0, 256, (5, 7, 3), dtype=np.uint8), (90, 70))
        self.first, self.last = folder / "first.png", folder / "last.png"
        self.film, self.mask = folder / "film.mkv", folder / "mask.png"
        cv2.imwrite(str(self.first), field)
        cv2.imwrite(str(self.last), field[:, ::-1])
        half = np.zeros((70, 90), np.uint8)
        half[:, 45:] = 255
        cv2.imwrite(str(self.mask), half)
        self.sound = make_sound(folder / "tone.wav", tone(0.5), "pcm_s16le")
        with MasterWriter(self.film, 90, 70, RATE) as writer:
            for shift in range(12):
                writer.write(np.ascontiguousarray(np.roll(field, shift, axis=1)))

    def job(
        self, capability: Capability, frames: int, also: tuple[Capability, ...] = (), **changes: Any
    ) -> Generate:
        """A short job that needs just `capability`, and what some model wants `also`."""
        asked = Generate(
            model="tiny",
            prompt="a red ball",
            width=64,
            height=64,
            num_frames=frames,
            frame_rate=RATE,
            num_inference_steps=2,
            guidance_scale=4.0,
            seed=5,
        )
        given = [self._inputs(one, frames) for one in (capability, *also)]
        return replace(asked, **{name: value for table in [*given, changes] for name, value in table.items()})

    def _inputs(self, capability: Capability, frames: int) -> dict[str, Any]:
        first, last = Keyframe(str(self.first)), Keyframe(str(self.last), frame=-1)
        film, mask = Source(str(self.film)), Source(str(self.mask))
        middle = Keyframe(str(self.last), frame=frames // 2, strength=0.9)
        table: dict[Capability, dict[str, Any]] = {
            Capability.TEXT_TO_VIDEO: {},
            Capability.IMAGE_TO_VIDEO: {"images": (first,)},
            Capability.FIRST_LAST: {"images": (first, last)},
            Capability.KEYFRAMES: {"images": (first, middle, last)},
            Capability.VIDEO_TO_VIDEO: {"video": film, "strength": 0.6},
            Capability.CONTROL: {"control": film},
            Capability.INPAINT: {"video": film, "mask": mask},
            Capability.SOUND_TO_VIDEO: {"sound": Source(str(self.sound))},
            Capability.REFERENCES: {"references": (Source(str(self.first)),)},
        }
        return table[capability]
