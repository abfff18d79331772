"""Painted masks as films of masks: their size, their place in time, and what a model makes of them."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from msgspec.structs import replace

from studio.adapters.diffusers_video import DiffusersVideoAdapter
from studio.adapters.drawing_inputs import masks
from studio.adapters.mask_film import with_mask_film
from studio.errors import CancelledError
from studio.jobs.job import Generate, Mask, Source
from studio.media.writer import MasterWriter
from studio.models.folders import spec_of_folder
from studio.models.spec import Capability
from studio.timing import TimeRange, frame_time
from tests.adapters.drawing_jobs import RATE, Inputs
from tests.adapters.tiny.registry import build_tiny
from tests.contract.contexts import RecordingContext

SIDE = 96


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """A bright square that moves three pixels a frame over a dark, mottled ground."""
    chance = np.random.default_rng(2)
    ground = cv2.resize(chance.integers(0, 90, (8, 8, 3), dtype=np.uint8), (SIDE, SIDE))
    with MasterWriter(tmp_path / "square.mkv", SIDE, SIDE, RATE) as writer:
        for k in range(13):
            frame = ground.copy()
            frame[30:60, 8 + 3 * k : 38 + 3 * k] = (230, 180, 40)
            writer.write(frame)
    return tmp_path / "square.mkv"


def painted(folder: Path, k: int) -> Mask:
    picture = np.zeros((SIDE, SIDE), np.uint8)
    picture[30:60, 8 + 3 * k : 38 + 3 * k] = 255
    cv2.imwrite(str(folder / f"mask{k}.png"), picture)
    return Mask(str(folder / f"mask{k}.png"), frame=k)


def asked(inputs: Inputs, film: Path, *marks: Mask) -> Generate:
    job = inputs.job(Capability.INPAINT, 13, video=Source(str(film)), mask=None, painted=marks)
    return replace(job, width=SIDE, height=SIDE)


def left_edges(job: Generate, count: int) -> list[int]:
    assert job.mask is not None
    found = [np.asarray(mask) for mask in masks(job.mask, (SIDE, SIDE), RATE, count)]
    return [int(np.nonzero(mask[40:50].any(axis=0))[0][0]) for mask in found]


def test_a_mask_goes_with_its_thing_and_is_made_once(film: Path, tmp_path: Path) -> None:
    context = RecordingContext(tmp_path)
    job = asked(Inputs(tmp_path), film, painted(tmp_path, 0), painted(tmp_path, 12))
    carried = with_mask_film(job, (SIDE, SIDE), context)
    assert carried.painted == () and context.steps[-1] == ("mask", 13, 13)
    assert np.abs(np.array(left_edges(carried, 13)) - (8 + 3 * np.arange(13))).max() <= 2
    again = RecordingContext(tmp_path)
    assert with_mask_film(job, (SIDE, SIDE), again) == carried and again.steps == []


def test_frames_count_from_where_the_part_of_the_film_begins(film: Path, tmp_path: Path) -> None:
    part = Source(str(film), time_range=TimeRange(frame_time(4, RATE), frame_time(6, RATE)))
    mark = replace(painted(tmp_path, 4), frame=0)
    job = replace(asked(Inputs(tmp_path), film, mark), video=part)
    carried = with_mask_film(job, (SIDE, SIDE), RecordingContext(tmp_path))
    assert np.abs(np.array(left_edges(carried, 6)) - (20 + 3 * np.arange(6))).max() <= 2


def test_cancel_leaves_no_half_film(film: Path, tmp_path: Path) -> None:
    context = RecordingContext(tmp_path, cancel_at=("mask", 3))
    with pytest.raises(CancelledError):
        with_mask_film(asked(Inputs(tmp_path), film, painted(tmp_path, 0)), (SIDE, SIDE), context)
    assert not list(tmp_path.glob("masks-*"))


def test_a_model_draws_the_same_as_with_that_film_given_whole(film: Path, tmp_path: Path) -> None:
    adapter = DiffusersVideoAdapter()
    adapter.load(spec_of_folder(build_tiny("wan-vace", tmp_path)))
    job = asked(Inputs(tmp_path), film, painted(tmp_path, 6))
    whole = with_mask_film(job, (SIDE, SIDE), RecordingContext(tmp_path))
    one, two = (np.stack(list(adapter.run(each, RecordingContext(tmp_path)).frames)) for each in (job, whole))
    assert len(one) == 13 and np.array_equal(one, two)
