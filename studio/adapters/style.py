"""A clip in the style of any picture: painted frame by frame, held still along its motion."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from functools import cache
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from studio.adapters.base import Footage, RunContext
from studio.adapters.clip_source import ClipSource, open_source
from studio.adapters.restyling import restyled
from studio.adapters.style_best import BestPainter
from studio.adapters.style_painter import Painter, StylePicture
from studio.adapters.torch_device import limit_threads
from studio.errors import ModelError, UsageError
from studio.jobs.job import Stylize
from studio.media.picture import load_picture
from studio.media.reader import open_reader
from studio.models.spec import ModelSpec
from studio.networks.style import StyleNetwork
from studio.paths import resources_folder
from studio.render.mixing import mixed
from studio.render.steady import Steady
from studio.timing import frame_time

WEIGHTS = "style.safetensors"
# Frames, evenly spread over a clip, that its palette and the prices of its patches are found from.
_SAMPLES = 6


def stylize(frames: Sequence[np.ndarray], reference: np.ndarray, strength: float = 1.0) -> list[np.ndarray]:
    """`frames` (uint8 RGB (H, W, 3), of one size, in order) in the style of `reference`, likewise.

    `reference` is uint8 RGB or RGBA of any size; `strength` 0 gives the frames back, 1 the whole style. The
    frames are taken for one clip: what does not move holds still; at cuts nothing is carried over. Raises
    UsageError for arrays of other kinds, ModelError when the weights are missing.
    """
    _check(frames, reference, strength)
    if not frames:
        return []
    samples = [frames[number] for number in sample_numbers(len(frames))]
    steady = Steady(Painter(shipped(), StylePicture(reference), samples).paint)
    return [mixed(frame, steady.draw(frame), strength) for frame in frames]


def _check(frames: Sequence[np.ndarray], reference: np.ndarray, strength: float) -> None:
    for picture, channels in (*((frame, (3,)) for frame in frames), (reference, (3, 4))):
        fits = picture.dtype == np.uint8 and picture.ndim == 3 and picture.shape[2] in channels
        if not fits or not picture.size:
            raise UsageError(f"Pictures must be uint8 (H, W, 3), not {picture.dtype} {picture.shape}.")
    if any(frame.shape != frames[0].shape for frame in frames):
        raise UsageError("The frames of a clip have one size.", "Style clips of other sizes one by one.")
    if not 0 <= strength <= 1:
        raise UsageError(f"Strength goes from 0 to 1, not {strength}.")


def sample_numbers(count: int) -> list[int]:
    """Which frames of a clip of `count` stand for all of it: up to six, evenly spread."""
    wanted = min(count, _SAMPLES)
    return [(2 * k + 1) * count // (2 * wanted) for k in range(wanted)]


@cache
def shipped() -> StyleNetwork:
    """The shipped network; raises ModelError when its weights are missing or damaged."""
    return load_network(resources_folder() / "models" / "style" / WEIGHTS)


def load_network(weights: Path) -> StyleNetwork:
    """The network of the file `weights`; raises ModelError when it is missing or damaged."""
    # So small a network waits for its second thread longer than that works: three times as slow with two.
    limit_threads()
    network = StyleNetwork()
    try:
        tensors = load_file(weights)
        network.load_state_dict({name: tensor.float() for name, tensor in tensors.items()})
    except (OSError, SafetensorError, RuntimeError) as error:
        raise ModelError(
            "The style network cannot be loaded.", "Install Kinora again.", str(error)
        ) from error
    return network.eval().requires_grad_(False).to(memory_format=torch.channels_last)  # pyright: ignore


class StyleAdapter:
    """Runs on the processor: the network is small, and most of the work is flow and patches."""

    def __init__(self) -> None:
        self._network: StyleNetwork | None = None

    def load(self, spec: ModelSpec) -> None:
        self._network = load_network(spec.path(WEIGHTS))

    def unload(self) -> None:
        self._network = None

    def run(self, job: Stylize, context: RunContext) -> Footage:
        """The job's clip in the style of its picture, frame for frame at the source's rate.

        Raises UsageError without a style, MissingFileError and MediaError for pictures that cannot be read.
        """
        assert self._network is not None
        reference = load_picture(_picture_of(job))
        for note in reference.notes:
            context.notice(note)
        source = open_source(job.source, context)
        style = StylePicture(reference.image)
        kind = BestPainter if job.best else Painter
        painter = kind(self._network, style, _samples(source))

        return restyled(job, source, lambda: Steady(painter.paint), context)


def _picture_of(job: Stylize) -> Path:
    if job.style is not None:
        return Path(job.style.path)
    if job.named_style is not None:
        return resources_folder() / "styles" / f"{job.named_style.value}.jpg"
    raise UsageError("No style was chosen.", "Choose a picture or one of the named styles.")


def _samples(source: ClipSource) -> list[np.ndarray]:
    """The frames that stand for a clip: uint8 RGB."""
    count = max(1, source.time_range.duration.ceil_frames(source.rate))
    with closing(open_reader(source.info.path)) as reader:
        return [
            reader.at(source.time_range.start + frame_time(number, source.rate))
            for number in sample_numbers(count)
        ]
