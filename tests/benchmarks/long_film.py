"""A long 1080p film with sound: one group of 250 pictures laid end to end; slow to seek in."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.packet import Packet
from av.video.frame import VideoFrame

WIDTH, HEIGHT, FPS, GOP = 1920, 1080, 30, 250
_OPTIONS = {"preset": "veryfast", "crf": "20", "g": str(GOP), "bf": "3", "x264-params": "scenecut=0"}
_TICKS = 90_000 // FPS


def write_long_film(path: Path, seconds: int) -> Path:
    """`seconds` (rounded up to whole groups) of H.264 1080p30, GOP 250, B-frames, and stereo AAC."""
    groups = -(-seconds * FPS // GOP)
    with av.open(str(path), "w") as output:
        film = output.add_stream("libx264", rate=FPS, options=_OPTIONS)
        film.width, film.height, film.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        film.codec_context.time_base = Fraction(1, 90_000)
        sound = output.add_stream("aac", rate=48_000, layout="stereo")
        packets = [packet for frame in _pictures() for packet in film.encode(frame)] + film.encode(None)
        stamps = [(packet.pts, packet.dts) for packet in packets]
        for group in range(groups):
            _mux_sound(output, sound, group)
            for packet, (pts, dts) in zip(packets, stamps, strict=True):
                output.mux(_copy(packet, film, group * GOP * _TICKS, pts, dts))
        output.mux(sound.encode(None))
    return path


def _pictures():
    """One group: texture that drifts, so that the decoder has motion and residue to work on."""
    y, x = np.mgrid[:HEIGHT, : WIDTH + 4 * GOP]
    grain = np.random.default_rng(1).integers(0, 24, (HEIGHT, WIDTH + 4 * GOP))
    ground = (110 + 60 * np.sin(x / 37) * np.cos(y / 23) + grain).astype(np.uint8)
    for number in range(GOP):
        grey = np.ascontiguousarray(ground[:, 4 * number : 4 * number + WIDTH])
        frame = VideoFrame.from_ndarray(grey, format="gray").reformat(format="yuv420p")
        frame.pts, frame.time_base = number * _TICKS, Fraction(1, 90_000)
        yield frame


def _copy(packet: Packet, stream, shift: int, pts: int, dts: int) -> Packet:
    copy = Packet(bytes(packet))
    copy.stream, copy.time_base = stream, Fraction(1, 90_000)
    copy.pts, copy.dts, copy.duration = pts + shift, dts + shift, _TICKS
    copy.is_keyframe = packet.is_keyframe
    return copy


def _mux_sound(output, stream, group: int) -> None:
    count = 48_000 * GOP // FPS
    t = (np.arange(count) + group * count) / 48_000
    wave = (0.3 * np.sin(2 * np.pi * 330 * t)).astype(np.float32)
    frame = av.AudioFrame.from_ndarray(np.repeat(wave[:, None], 2, 1).reshape(1, -1), "flt", "stereo")
    frame.sample_rate, frame.pts, frame.time_base = 48_000, group * count, Fraction(1, 48_000)
    output.mux(stream.encode(frame))
