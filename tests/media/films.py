"""Small real films, pictures and sounds for the tests, made with PyAV itself and not with our writers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream


def picture(number: int, width: int = 64, height: int = 48) -> np.ndarray:
    """A picture that differs from its neighbours everywhere: a moving ramp and a block that walks."""
    y, x = np.mgrid[:height, :width]
    red = (x * 3 + number * 5) % 256
    green = (y * 4 + number * 9) % 256
    image = np.stack([red, green, np.full_like(red, number * 7 % 256)], axis=-1).astype(np.uint8)
    left = number * 5 % (width - 8)
    image[8:16, left : left + 8] = 255
    return image


def make_film(
    path: Path,
    count: int = 30,
    *,
    rate: Fraction | int = 25,
    codec: str = "libx264",
    pix_fmt: str = "yuv420p",
    size: tuple[int, int] = (64, 48),
    stamps: Sequence[int] | None = None,
    time_base: Fraction | None = None,
    options: dict[str, str] | None = None,
    aspect: Fraction | None = None,
    rotation: int = 0,
    sound: np.ndarray | None = None,
    sound_codec: str = "aac",
    container: str | None = None,
    tags: tuple[int, int, int, int] | None = None,
) -> Path:
    """A film; `stamps` count in `time_base`, `tags` are H.273's primaries, transfer, matrix and range."""
    with av.open(str(path), "w", format=container) as output:
        stream = output.add_stream(codec, rate=rate, options=options or {})
        stream.width, stream.height, stream.pix_fmt = *size, pix_fmt
        if time_base is not None:
            stream.codec_context.time_base = time_base
        if aspect is not None:
            stream.codec_context.sample_aspect_ratio = aspect
        if rotation:
            stream.set_display_rotation(rotation)
        if tags:
            _tag(stream, tags)
        heard = output.add_stream(sound_codec, rate=48000, layout="stereo") if sound is not None else None
        for number in range(count):
            frame = VideoFrame.from_ndarray(picture(number, *size), format="rgb24").reformat(format=pix_fmt)
            frame.pts = stamps[number] if stamps else number
            frame.time_base = time_base or 1 / Fraction(rate)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
        if heard is not None and sound is not None:
            _mux_sound(output, heard, sound, 48000)
    return path


def make_sound(path: Path, samples: np.ndarray, codec: str, rate: int = 48000) -> Path:
    """A sound file of `samples` float32 (n, 2)."""
    with av.open(str(path), "w") as output:
        stream = output.add_stream(codec, rate=rate, layout="stereo")
        _mux_sound(output, stream, samples, rate)
    return path


def _tag(stream: VideoStream, tags: tuple[int, int, int, int]) -> None:
    context = stream.codec_context
    context.color_primaries, context.color_trc, context.colorspace, context.color_range = tags


def _mux_sound(output: OutputContainer, stream: AudioStream, samples: np.ndarray, rate: int) -> None:
    block = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples).reshape(1, -1), "flt", "stereo")
    block.sample_rate, block.pts = rate, 0
    output.mux(stream.encode(block))
    output.mux(stream.encode(None))


def tone(seconds: float, rate: int = 48000) -> np.ndarray:
    """Two sweeps, one a side: float32 (n, 2). Every moment sounds different, so places cannot be mistaken."""
    t = np.arange(round(seconds * rate)) / rate
    left, right = np.sin(2 * np.pi * (200 + 150 * t) * t), np.sin(2 * np.pi * (900 - 60 * t) * t)
    return (0.4 * np.stack([left, right], axis=1)).astype(np.float32)
