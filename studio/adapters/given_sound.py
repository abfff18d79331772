"""A sound that a video is drawn to: read, brought to what the network hears, kept while it draws.

The way from samples to latents is that of diffusers' own encoder for LTX-2's sound (its Echo blocks): log-mel
spectra with Slaney's scale and norm, 1024 samples wide.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from transformers.audio_utils import mel_filter_bank

from studio.jobs.job import Generate, Source
from studio.media.audio import read_audio
from studio.media.resample import resampled
from studio.timing import Rate, RationalTime, frame_time

_RATE = 48_000
_WIDTH = 1024
_LEAST = 1e-5


def heard(source: Source, rate: Rate, num_frames: int) -> np.ndarray:
    """The sound of `source`, as long as so many frames (then silence): float32 (samples, 2) at 48 kHz.

    Raises MissingFileError, and MediaError where there is no sound in it.
    """
    part = source.time_range
    asked = frame_time(num_frames, rate)
    duration = asked if part is None else min(asked, part.duration)
    start = RationalTime(0, rate) if part is None else part.start
    samples = read_audio(source.path, _RATE, start, duration)
    length = round(num_frames * _RATE / rate.fraction)
    return np.pad(samples[:length], ((0, max(0, length - len(samples))), (0, 0)))


@torch.no_grad()
def sound_latents(pipe: Any, samples: np.ndarray, num_frames: int, frame_rate: Rate) -> torch.Tensor:
    """`samples`, as from `heard`, as an LTX-2 pipeline denoises them: float32 (1, tokens, channels)."""
    vae = pipe.audio_vae
    weight = next(vae.parameters())
    wave = torch.from_numpy(resampled(samples, _RATE, vae.config.sample_rate).T.copy())
    spectrum = _log_mel(wave, vae.config.sample_rate, vae.config.mel_hop_length, vae.config.mel_bins)
    found: Any = vae.encode(spectrum[None].to(weight.device, weight.dtype))
    tokens = pipe._pack_audio_latents(found.latent_dist.mode().float())
    known = pipe._normalize_audio_latents(tokens, vae.latents_mean, vae.latents_std)
    per_second = pipe.audio_sampling_rate / pipe.audio_hop_length / pipe.audio_vae_temporal_compression_ratio
    count = round(float(num_frames / frame_rate.fraction) * per_second)
    missing = max(0, count - known.shape[1])
    return torch.cat([known, known[:, -1:].repeat(1, missing, 1)], dim=1)[:, :count]


def _log_mel(wave: torch.Tensor, rate: int, hop: int, bins: int) -> torch.Tensor:
    """float32 (channels, times, bins) of `wave` (channels, samples)."""
    wave = torch.nn.functional.pad(wave, (0, max(0, _WIDTH - wave.shape[1])))
    window = torch.hann_window(_WIDTH)
    waves = torch.stft(
        wave, _WIDTH, hop, window=window, center=True, pad_mode="reflect", return_complex=True
    ).abs()
    bank = mel_filter_bank(
        num_frequency_bins=_WIDTH // 2 + 1,
        num_mel_filters=bins,
        min_frequency=0.0,
        max_frequency=rate / 2,
        sampling_rate=rate,
        norm="slaney",
        mel_scale="slaney",
    )
    mel = waves.transpose(1, 2) @ torch.from_numpy(bank).float()
    return mel.clamp(min=_LEAST).log()


class HeldSound:
    """Keeps a sound's latents in the scheduler that denoises it, as noisy as they have to be after each step.

    As the frames that a drawing holds (held_frames): the video is drawn beside a sound that is known.
    """

    def __init__(self, known: torch.Tensor) -> None:
        self._known = known
        self._noise: torch.Tensor | None = None

    def after(self, scheduler: Any, sample: torch.Tensor, result: tuple[Any, ...]) -> tuple[Any, ...]:
        """What the step that began with `sample` gives instead of `result`; the first sample is all noise."""
        if self._noise is None:
            self._noise = sample
        sigma = float(scheduler.sigmas[min(scheduler.step_index, len(scheduler.sigmas) - 1)])
        kept = (1 - sigma) * self._known.to(sample.device) + sigma * self._noise
        return (kept.to(sample.dtype), *result[1:])


def held_sound(job: Generate, pipe: Any, num_frames: int) -> HeldSound | None:
    """The job's sound as `pipe` denoises it beside so many frames; None where it has none."""
    if job.sound is None:
        return None
    samples = heard(job.sound, job.frame_rate, num_frames)
    return HeldSound(sound_latents(pipe, samples, num_frames, job.frame_rate))
