"""`studio deflicker`: from argv to the job, to the file, with the number said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from studio.cli import DONE, USAGE, main
from studio.media.audio import read_audio
from studio.media.reader import VideoReader
from studio.timing import Rate
from tests.adapters.moving import film, scene


def clip(path: Path, strays: float) -> str:
    """Twelve frames whose light jumps by about that much, with a second of sound."""
    gains = np.exp(np.random.default_rng(2).normal(0, strays, 12))
    frames = [np.clip(scene(k)[:48, :64] * gain, 0, 255).astype(np.uint8) for k, gain in enumerate(gains)]
    wave = 0.3 * np.sin(np.arange(24000) / 20)
    return str(film(path, frames, Rate(24), np.repeat(wave[:, None], 2, axis=1).astype(np.float32)).path)


def test_a_clip_becomes_steady(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    given, original = clip(tmp_path / "in.mkv", 0.15), clip(tmp_path / "original.mkv", 0)
    target = tmp_path / "out.mkv"
    assert main(["deflicker", given, "--original", original, "-o", str(target)]) == DONE
    told = capfd.readouterr()
    said = next(line for line in told.out.splitlines() if "Flicker along the motion" in line)
    before, after = (float(word) for word in said.replace(",", " ").split() if word[0].isdigit())
    assert after < 0.5 * before
    with VideoReader(target) as result:
        assert sum(1 for _ in result.frames()) == 12
        assert (result.info.width, result.info.height, result.info.rate) == (64, 48, Rate(24))
    assert np.array_equal(read_audio(target, 48000), read_audio(given, 48000))


def test_a_strength_beyond_its_range_is_refused(tmp_path: Path) -> None:
    given = clip(tmp_path / "in.mkv", 0.1)
    assert main(["deflicker", given, "--strength", "2", "-o", str(tmp_path / "out.mp4")]) == USAGE
