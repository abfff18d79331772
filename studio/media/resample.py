"""Brings sound in memory from one sample rate to another."""

from __future__ import annotations

import numpy as np


def resampled(samples: np.ndarray, rate: int, wanted: int) -> np.ndarray:
    """`samples`, float32 (n, 2) at `rate`, as float32 (about n · wanted / rate, 2)."""
    if rate == wanted or not len(samples):
        return samples
    import av

    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples).reshape(1, -1), "flt", "stereo")
    frame.sample_rate = rate
    resampler = av.AudioResampler(format="flt", layout="stereo", rate=wanted)
    parts = [*resampler.resample(frame), *resampler.resample(None)]
    return np.concatenate([part.to_ndarray().reshape(-1, 2) for part in parts])
