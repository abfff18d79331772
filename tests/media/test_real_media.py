"""Every real film and photo that lies beside the repository: all of it decodes, and seeks are exact."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from studio.media.audio import AudioReader, read_audio
from studio.media.picture import load_picture
from studio.media.probe import probe
from studio.media.reader import VideoReader

MEDIA = Path(__file__).parents[3] / "shared" / "media"
CLIPS = sorted((MEDIA / "clips").glob("*"))
PHOTOS = sorted([*(MEDIA / "photos").glob("*"), *(MEDIA / "styles").glob("*")])
pytestmark = pytest.mark.skipif(not CLIPS, reason="there is no folder of real media beside the repository")


@pytest.mark.parametrize("path", CLIPS, ids=lambda path: path.name)
def test_clip(path: Path) -> None:
    # Small pictures: this is about which frame comes, not about its pixels.
    with VideoReader(path, size=(96, 54)) as reader:
        frames = [(frame.time, frame.image) for frame in reader.frames()]
        assert len(frames) == reader.info.frame_count
        assert reader.damaged_packets == 0
        chance = random.Random(1)
        for number in (chance.randrange(len(frames)) for _ in range(8)):
            time, image = frames[number]
            assert np.array_equal(reader.at(time), image)
    info = probe(path)
    assert info.rate is not None
    assert info.duration is not None
    assert info.duration.to_frames(info.rate) == len(frames)


@pytest.mark.parametrize("path", CLIPS, ids=lambda path: path.name)
def test_sound_of_clip(path: Path) -> None:
    audio = probe(path).audio
    if audio is None:
        pytest.skip("this clip is silent")
    whole = read_audio(path)
    assert abs(len(whole) / 48000 - float(audio.duration.seconds)) < 0.1
    with AudioReader(path) as reader:
        for start in (len(whole) * 2 // 3, len(whole) // 5):
            wanted = whole[start : start + 5000]
            assert np.abs(reader.read(start, len(wanted)) - wanted).max() < 1e-4


@pytest.mark.parametrize("path", PHOTOS, ids=lambda path: path.name)
def test_photo(path: Path) -> None:
    info = probe(path)
    image, _ = load_picture(path)
    assert info.kind == "picture"
    assert image.shape[:2] == (info.height, info.width)
    assert image.std() > 5
