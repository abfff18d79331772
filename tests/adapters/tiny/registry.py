"""Every tiny pipeline by name: what builds it, and how its family is asked for a short video."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch

from tests.adapters.tiny import cogvideox, hunyuan, kandinsky, ltx, mochi, modular, sana, unets, wan


class Saved(Protocol):
    """A pipeline, as far as the tests' folders are concerned."""

    components: Any

    def save_pretrained(self, folder: Path) -> None: ...


@dataclass(frozen=True)
class Tiny:
    """`family` is what the folder must be recognised as; `frames` the shortest length worth drawing."""

    build: Callable[[], Any]
    family: str
    frames: int = 5
    takes_loras: bool = True


TINY = {
    "wan": Tiny(wan.text, "wan"),
    "wan-picture": Tiny(wan.picture, "wan-i2v"),
    "wan-first-last": Tiny(wan.first_last, "wan-first-last"),
    "wan-vace": Tiny(wan.control, "wan-vace"),
    "wan-a14b": Tiny(wan.experts_text, "wan-a14b"),
    "wan-a14b-picture": Tiny(wan.experts_picture, "wan-a14b-i2v"),
    "wan-5b": Tiny(wan.five_billion, "wan-5b"),
    "skyreels": Tiny(wan.skyreels, "wan-skyreels-v2"),
    "ltx": Tiny(ltx.classic, "ltx", 9),
    "ltx-condition": Tiny(ltx.conditioned, "ltx-condition", 9),
    "ltx-2": Tiny(ltx.with_sound, "ltx-2", 9),
    "hunyuan-1": Tiny(hunyuan.first, "hunyuan"),
    "hunyuan": Tiny(hunyuan.text, "hunyuan-1.5", takes_loras=False),
    "hunyuan-picture": Tiny(hunyuan.picture, "hunyuan-1.5-i2v", takes_loras=False),
    "cogvideox": Tiny(cogvideox.text, "cogvideox", 9),
    "cogvideox-picture": Tiny(cogvideox.picture, "cogvideox-i2v", 9),
    "animatediff": Tiny(unets.animatediff, "animatediff", 4),
    "stable-video": Tiny(unets.stable_video, "stable-video", 4, takes_loras=False),
    "mochi": Tiny(mochi.text, "mochi", 7),
    "kandinsky": Tiny(kandinsky.text, "kandinsky-5"),
    "kandinsky-picture": Tiny(kandinsky.picture, "kandinsky-5-i2v", 17),
    "minimax-h3": Tiny(modular.with_sound, "minimax-h3", 124),
    "wan-animate-2": Tiny(modular.animation, "wan-animate-2", takes_loras=False),
    "wan-animate-2-distilled": Tiny(
        modular.distilled_animation, "wan-animate-2-distilled", takes_loras=False
    ),
    "sana": Tiny(sana.text, "sana-video"),
}


def build_tiny(name: str, folder: Path) -> Path:
    """Writes the pipeline called `name` into `folder`/`name`; the same weights every time."""
    torch.manual_seed(0)
    path = folder / name
    pipe: Saved = TINY[name].build()
    _wake(pipe)
    pipe.save_pretrained(path)
    return path


@torch.no_grad()
def _wake(pipe: Saved) -> None:
    """Gives chance numbers to layers that begin as zeros: else some networks hand through what they get."""
    for part in ("transformer", "transformer_2", "unet"):
        for parameter in getattr(pipe.components.get(part), "parameters", list)():
            if not parameter.any():
                parameter.normal_(std=0.05)
