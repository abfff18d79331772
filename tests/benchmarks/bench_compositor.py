"""How fast the timeline is drawn and mixed, in seconds of one core: 720p films at preview scale 1/2.

Processor time is counted, of all threads together: on a busy machine the clock would measure the others.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import cv2
import msgspec
import numpy as np

from studio.media.writer import Mp4Writer
from studio.project.curves import Appearance, Curve
from studio.project.timeline import Clip, External, Project, Take, Title, Track, Transition, new_id
from studio.render.compositor import Compositor
from studio.render.sound import Mixer
from studio.timing import Rate, RationalTime
from tests.benchmarks.row import Row

WANTED_FPS = 60
RATE, SIZE, PREVIEW, FRAMES, SAMPLE_RATE = Rate(24), (1280, 720), (640, 360), 120, 48000
WARM_UP = 8


def write_film(path: Path, seed: int) -> External:
    random = np.random.default_rng(seed)
    rough = random.integers(0, 255, (90, 160, 3), np.uint8)
    scene = cv2.resize(rough, SIZE, interpolation=cv2.INTER_CUBIC)
    sound = random.uniform(-0.2, 0.2, (FRAMES * SAMPLE_RATE // 24, 2)).astype(np.float32)
    with Mp4Writer(path, *SIZE, RATE, audio_rate=SAMPLE_RATE, preset="veryfast") as writer:
        writer.write_audio(sound)
        for number in range(FRAMES):
            writer.write(np.roll(scene, 4 * number, axis=1))
    length = RationalTime(FRAMES, RATE)
    return External(path=str(path), duration=length, rate=RATE, width=SIZE[0], height=SIZE[1], has_audio=True)


def clip(reference: External | Title, start: int, duration: int, **more: object) -> Clip:
    take = Take(id=new_id(), reference=reference)
    plain = Clip(id=new_id(), name="", start=start, duration=duration, takes=(take,))
    return msgspec.structs.replace(plain, **more)


def dissolve(first: External, second: External) -> Track:
    """One film dissolves into the other all the time."""
    half = FRAMES // 2
    left, right = clip(first, 0, half), clip(second, half, half)
    transition = Transition(id=new_id(), left=left.id, right=right.id, before=half, after=half)
    return Track(id=new_id(), name="V1", kind="video", clips=(left, right), transitions=(transition,))


def fps(*tracks: Track) -> float:
    project = Project(rate=RATE, width=SIZE[0], height=SIZE[1], tracks=tracks)
    with Compositor(project, Path(), PREVIEW) as compositor:
        for number in range(WARM_UP):
            compositor.frame(number)
        start = time.process_time()
        for number in range(WARM_UP, FRAMES):
            compositor.frame(number)
        return (FRAMES - WARM_UP) / (time.process_time() - start)


def times_real_time(source: External) -> float:
    """Seconds of sound at twice the speed that one core mixes in a second."""
    fast = clip(source, 0, FRAMES // 2, speed=Rate(2))
    track = Track(id=new_id(), name="A1", kind="audio", clips=(fast,))
    count = FRAMES // 2 * SAMPLE_RATE // 24
    with Mixer(Project(rate=RATE, tracks=(track,)), Path(), SAMPLE_RATE) as mixer:
        start = time.process_time()
        mixer.read(0, count)
        return count / SAMPLE_RATE / (time.process_time() - start)


def run() -> list[Row]:
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        with tempfile.TemporaryDirectory() as folder:
            first, second, third = (write_film(Path(folder) / f"{seed}.mp4", seed) for seed in range(3))
            small = Appearance(scale=Curve(0.4), x=Curve(0.2), y=Curve(0.2), rotation=Curve(5.0))
            inset = clip(third, 0, FRAMES, appearance=small)
            title = clip(Title(text="Kinora"), 0, FRAMES)
            above = [Track(id=new_id(), name="V", kind="video", clips=(each,)) for each in (inset, title)]
            plain, full = fps(dissolve(first, second)), fps(dissolve(first, second), *above)
            sound = times_real_time(first)
    finally:
        cv2.setNumThreads(threads)
    wanted = f"{WANTED_FPS} fps"
    return [
        Row("two 720p films in a dissolve, at 1/2", f"{plain:.0f} fps", wanted, plain / WANTED_FPS, ">=", 1),
        Row("… and a turned inset and a title", f"{full:.0f} fps", wanted, full / WANTED_FPS, ">=", 1),
        Row("sound at twice the speed, pitch kept", f"{sound:.0f} s in 1 s", "1 s", sound, ">=", 5),
    ]
