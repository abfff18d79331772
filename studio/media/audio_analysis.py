"""Sound as numbers to draw and to cut by: peaks and onsets; and sounds laid over one another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from os import PathLike

import numpy as np

from studio.media.audio_reader import AudioReader
from studio.media.derived import derived_path, keep, kept
from studio.timing import Rate, RationalTime

# Onsets: 10-ms hops and 21-ms windows follow drums of any film music.
_ONSET_RATE, _HOP, _WINDOW = 24000, 240, 512
_SMALLEST_GAP_HOPS = 5
# Below this level samples pass mix() untouched.
_KNEE = 0.8


def peaks(path: str | PathLike[str], per_second: int = 100) -> np.ndarray:
    """The waveform of `path` for drawing: float32 (n, 2), lowest and highest value of each 1/per_second s.

    Both channels count. Kept on the disk by content. Raises MissingFileError, and MediaError without sound.
    """
    place = derived_path(path, "peaks", f"{per_second}.f32")
    if (data := kept(place)) is not None:
        return np.frombuffer(data, "<f4").reshape(-1, 2)
    parts = [_extremes(block, per_second) for block in _blocks(path, 48000)]
    result = np.concatenate(parts) if parts else np.zeros((0, 2), np.float32)
    keep(place, result.astype("<f4").tobytes())
    return result


def _blocks(path: str | PathLike[str], rate: int) -> Iterator[np.ndarray]:
    """The sound of `path` second by second."""
    with AudioReader(path, rate) as reader:
        yield from reader.seconds(0)


def _extremes(block: np.ndarray, per_second: int) -> np.ndarray:
    starts = np.arange(per_second) * 48000 // per_second
    starts = starts[starts < len(block)]
    low = np.minimum.reduceat(block.min(axis=1), starts)
    high = np.maximum.reduceat(block.max(axis=1), starts)
    return np.stack([low, high], axis=1)


def onsets(path: str | PathLike[str]) -> tuple[RationalTime, ...]:
    """The moments at which something begins to sound (a beat, a note), at least 50 ms apart, to about 10 ms.

    Half-wave rectified spectral flux of log magnitudes, picked where it stands out from its second
    (Böck et al., "Evaluating the Online Capabilities of Onset Detection Methods", 2012). Raises
    MissingFileError, and MediaError without sound.
    """
    parts = list(_flux(path))
    if not parts:
        return ()
    flux = np.concatenate(parts)
    # The strongest within 30 ms, and well over the mean of the second around it.
    around = np.convolve(flux, np.full(101, 1 / 101), mode="full")[50:-50]
    strongest = np.max([np.roll(flux, shift) for shift in range(-3, 4)], axis=0)
    candidates = np.flatnonzero((flux >= strongest) & (flux > 2 * around + 0.05))
    chosen: list[int] = []
    for hop in candidates:
        if not chosen or hop - chosen[-1] >= _SMALLEST_GAP_HOPS:
            chosen.append(int(hop))
    return tuple(RationalTime(hop, Rate(_ONSET_RATE // _HOP)) for hop in chosen)


def _flux(path: str | PathLike[str]) -> Iterator[np.ndarray]:
    """How much the spectrum grew in each hop: mean over the bins of the growth of log(1 + 100·magnitude)."""
    window = np.hanning(_WINDOW).astype(np.float32)
    # Silence before the start, so that a beat on the first sample is found too.
    tail = np.zeros(_WINDOW, np.float32)
    before = np.zeros(_WINDOW // 2 + 1, np.float32)
    for block in _blocks(path, _ONSET_RATE):
        sound = np.concatenate([tail, block.mean(axis=1)])
        frames = np.lib.stride_tricks.sliding_window_view(sound, _WINDOW)[_HOP::_HOP]
        if not len(frames):
            break
        magnitude = np.log1p(100 * np.abs(np.fft.rfft(frames * window, axis=1)) / _WINDOW).astype(np.float32)
        growth = np.diff(magnitude, axis=0, prepend=before[None])
        yield np.maximum(growth, 0).mean(axis=1)
        before = magnitude[-1]
        tail = sound[-_WINDOW:]


def mix(parts: Sequence[np.ndarray]) -> np.ndarray:
    """The sum of `parts`, float32 (n, 2) each, as long as the longest, gently held within -1..1.

    Up to 0.8, and up to what the loudest part alone reaches, nothing changes; above, a tanh shoulder bends
    towards 1, sample by sample, so that a sound mixed in pieces is the same as mixed in one.
    """
    length = max((len(part) for part in parts), default=0)
    total = np.zeros((length, 2), np.float32)
    knee = np.full((length, 2), _KNEE, np.float32)
    for part in parts:
        total[: len(part)] += part
        np.maximum(knee[: len(part)], np.abs(part), out=knee[: len(part)])
    level = np.abs(total)
    over = level > np.minimum(knee, 1)
    if over.any():
        knee = np.minimum(knee[over], 1)
        room = np.maximum(1 - knee, np.float32(1e-6))
        bent = knee + room * np.tanh((level[over] - knee) / room)
        total[over] = np.copysign(np.minimum(bent, 1), total[over])
    return total
