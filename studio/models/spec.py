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
    FIRST_LAST = "first-last"
    """From a first to a last picture."""
    KEYFRAMES = "keyframes"
    """Through any number of pictures at any frames."""
    VIDEO_TO_VIDEO = "video-to-video"
    """A video drawn anew, as much as its strength says."""
    CONTROL = "control"
    """A video of outlines, depths or poses leads what is drawn."""
    INPAINT = "inpaint"
    """A part of a video drawn anew, under a mask."""
    REFERENCES = "references"
    """Pictures of who or what should appear."""
    SOUND_TO_VIDEO = "sound-to-video"
    """Drawn to a sound."""
    EXTEND = "extend"
    """Goes on from a clip's last frames, and so draws long videos window by window."""
    EXTEND_BACK = "extend-back"
    """Leads up to a clip's first frames."""
    SOUND = "sound"
    """The model makes sound too."""
    ANIMATE = "animate"
    INTERPOLATE = "interpolate"
    STYLIZE = "stylize"
    """Classic looks."""
    PICTURE_STYLE = "picture-style"
    """The style of any picture."""
    DEFLICKER = "deflicker"


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
    schedulers: tuple[str, ...] = ()
    """The names of studio.models.schedulers.SCHEDULERS that suit the model; empty: only its own."""
    max_loras: int = 0
    """How many LoRAs it takes at once; 0: none."""
    prompt_tokens: int = 0
    """How much of a prompt is read, in the text encoder's tokens (a word is one or more); 0: all."""


class Defaults(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    width: int = 1280
    height: int = 720
    num_frames: int = 96
    frame_rate: Rate = Rate(24)
    num_inference_steps: int = 1
    guidance_scale: float = 1.0
    guidance_scale_2: float | None = None
    """Of the second expert, where a model has two; None: the same."""
    flow_shift: float | None = None
    """Where a flow-matching scheduler spends its steps; None: as the model's own scheduler says."""
    strength: float = 0.8
    """How much of a source video is drawn anew, 0 … 1."""
    negative_prompt: str = ""


class Licence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    link: str = ""
    notice: str = ""
    """What the licence wants to be said with results, for example "Powered by …"."""
    restrictions: tuple[str, ...] = ()
    """Uses or regions that it bars, in plain words; shown before the download."""


class FewStep(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A LoRA that lets a model draw in a few steps, and the settings that belong to it."""

    id: str
    title: str
    repo: str
    """The repository on the Hub that it comes from."""
    revision: str = "main"
    file: str
    """The LoRA, a .safetensors file of `repo`: for the whole model, or for the first of two experts."""
    file_2: str = ""
    """The one for the second expert, where there are two."""
    size: int = 0
    """Bytes of the files, as far as known."""
    steps: int
    guidance: float = 1.0
    flow_shift: float | None = None
    scheduler: str = ""


class Component(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of a model that lies in a repository of its own, at its top: settings and safetensors."""

    repo: str
    revision: str = "main"
    files: tuple[str, ...]


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
    reads_prompt: bool = True
    """False for a model that sees its picture only."""
    experts: Literal[1, 2] = 1
    """2: one network draws the first, noisy steps, another one the last."""
    limits: Limits = Limits()
    defaults: Defaults = Defaults()
    call: dict[str, int | float | str | bool | list[float]] = {}
    """Further arguments for the pipeline's call, by its own names."""
    few_step: tuple[FewStep, ...] = ()
    """Ways to draw in a few steps, the one to choose first of all first."""
    styles: dict[str, str] = {}
    """Named styles: what each adds to the prompt."""
    examples: tuple[str, ...] = ()
    vocabulary: str = ""
    """File (relative to the folder) that lists every word the model knows; empty: it reads any text."""
    files: tuple[str, ...] = ()
    """What must lie in the folder for the model to work."""
    folder: str = ""
    """Where model.toml was found; set by the catalog."""
    repo: str = ""
    """The repository on the Hugging Face Hub that the weights come from; empty: they lie in `weights`."""
    revision: str = "main"
    variant: str = ""
    """Which of the repository's precisions is fetched ("fp16"); empty: its plain files."""
    sizes: dict[str, int] = {}
    """Bytes of the weights per precision, as far as known: {"bfloat16": 2_600_000_000}."""
    weights: str = ""
    """Where the files lie when that is not `folder`: a diffusers folder anywhere, a snapshot in the cache."""
    components: dict[str, Component] = {}
    """Components that the Hub has elsewhere than in `repo`."""
    parts: dict[str, str] = {}
    """Components that come from a single file or a folder of their own: {"transformer": "/there.gguf"}."""
    scheduler: dict[str, str | int | float | bool] = {}
    """The scheduler in place of the folder's own: its `name` in studio.models.schedulers.SCHEDULERS, and its
    settings."""

    @property
    def is_installed(self) -> bool:
        """False for a model of the Hub that has not been fetched (wholly)."""
        return bool(self.weights) or not self.repo

    @property
    def repos(self) -> tuple[str, ...]:
        """The repositories that it comes from, the one of the model itself first; none where it ships."""
        return (self.repo, *(one.repo for one in self.components.values())) if self.repo else ()

    @property
    def download_bytes(self) -> int:
        """What fetching it would bring, as far as this description says; 0 where it does not."""
        return self.sizes.get(self.variant) or max(self.sizes.values(), default=0)

    def path(self, name: str) -> Path:
        return Path(self.weights or self.folder) / name

    def missing_files(self) -> list[str]:
        """The needed files that are not there; empty when the model is ready for use."""
        if not self.is_installed:
            return [self.repo]
        missing = [name for name in self.files if not self.path(name).exists()]
        return missing + [file for file in self.parts.values() if not Path(file).exists()]

    def shortcoming(self) -> tuple[str, str] | None:
        """Why the model cannot be used now, and what to do about it; None when it is ready."""
        if not self.is_installed:
            return f"{self.title} is not installed.", f"Fetch it first: studio models pull {self.id}"
        if missing := self.missing_files():
            return f"{self.title} is not complete: {missing[0]} is missing.", "Install the model again."
        return None
