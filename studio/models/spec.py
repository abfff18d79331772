"""What Kinora knows about one AI model, as `model.toml` says it; free of torch."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Literal

import msgspec

from studio.timing import FrameGrid, Rate


class Capability(StrEnum):
    TEXT_TO_VIDEO = "text-to-video"
    IMAGE_TO_VIDEO = "image-to-video"
    ANIMATE = "animate"
    INTERPOLATE = "interpolate"
    STYLIZE = "stylize"


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a job may ask. Sizes are of the finished video, in pixels."""

    min_size: int = 16
    max_size: int = 4096
    size_multiple: int = 2
    native_size: tuple[int, int] | None = None
    """The only size the network itself draws; the adapter enlarges from it to the size asked for."""
    frames: FrameGrid = FrameGrid()
    frame_rates: tuple[Rate, ...] = ()
    """The rates the model was trained for; empty when any will do."""
    max_steps: int = 200


class Defaults(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    width: int = 1280
    height: int = 720
    num_frames: int = 96
    frame_rate: Rate = Rate(24)
    num_inference_steps: int = 1
    guidance_scale: float = 1.0


class Licence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    link: str = ""


class ModelSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: str
    title: str
    description: str
    family: str
    capabilities: tuple[Capability, ...]
    adapter: str
    """`package.module:Class`, imported only in the worker."""
    device: Literal["torch", "none"] = "torch"
    """"none": the adapter needs no torch and may run beside a job that does."""
    hidden: bool = False
    """True for models that only tests ask for; lists that people choose from leave them out."""
    licence: Licence
    limits: Limits = Limits()
    defaults: Defaults = Defaults()
    call: dict[str, int | float | str | bool] = {}
    """Further arguments for the pipeline's call, by its own names."""
    styles: dict[str, str] = {}
    """Named styles: what each adds to the prompt."""
    examples: tuple[str, ...] = ()
    vocabulary: str = ""
    """File (relative to the folder) that lists every word the model knows; empty: it reads any text."""
    files: tuple[str, ...] = ()
    """What must lie in the folder for the model to work."""
    folder: str = ""
    """Where model.toml was found; set by the catalog."""

    def path(self, name: str) -> Path:
        return Path(self.folder) / name

    def missing_files(self) -> list[str]:
        """The needed files that are not there; empty when the model is ready for use."""
        return [name for name in self.files if not self.path(name).exists()]
