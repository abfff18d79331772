"""The sound that a model makes, brought to the form that the studio keeps."""

from __future__ import annotations

from typing import Any

import numpy as np

from studio.media.resample import resampled
from studio.timing import Rate

_RATE = 48_000


def stereo_48k(output: Any, pipe: Any, frames: int, frame_rate: Rate) -> np.ndarray | None:
    """float32 (samples, 2) at 48 kHz, exactly as long as `frames`; None where the model made no sound."""
    sound = getattr(output, "audio", None)
    if sound is None:
        return None
    samples = sound[0].float().cpu().numpy().reshape(-1, sound.shape[-1])
    pair = np.stack([samples[0], samples[-1]], axis=1).astype(np.float32)
    rate = getattr(output, "sampling_rate", None) or pipe.vocoder.config.output_sampling_rate
    audio = resampled(pair, rate, _RATE)
    length = round(frames * _RATE / frame_rate.fraction)
    audio = np.clip(audio[:length], -1, 1)
    return np.pad(audio, ((0, length - len(audio)), (0, 0)))
