"""Hashes in recipes."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.errors import MissingFileError
from studio.jobs.job import Deflicker, Look, Source, Stylize
from studio.models.catalog import read_spec
from studio.paths import resources_folder
from studio.worker.sealing import model_hash, sealed

SPEC = read_spec(resources_folder() / "models" / "looks")


def test_inputs_and_model_are_named_by_content(tmp_path: Path) -> None:
    one, two = tmp_path / "one.bin", tmp_path / "two.bin"
    one.write_bytes(b"picture")
    two.write_bytes(b"picture")
    seals = [sealed(Stylize(source=Source(path=str(p)), look=Look.OIL), SPEC) for p in (one, two)]
    assert all(isinstance(job, Stylize) for job in seals)
    first, second = (job for job in seals if isinstance(job, Stylize))
    assert first.source.content_hash == second.source.content_hash != ""
    assert first.model_hash == model_hash(SPEC) != ""


def test_a_changed_input_gets_another_hash(tmp_path: Path) -> None:
    path = tmp_path / "clip.bin"
    hashes = set()
    for content in (b"before", b"after it"):
        path.write_bytes(content)
        job = sealed(Stylize(source=Source(path=str(path)), look=Look.OIL), SPEC)
        assert isinstance(job, Stylize)
        hashes.add(job.source.content_hash)
    assert len(hashes) == 2


def test_the_original_of_a_processed_clip_is_named_too(tmp_path: Path) -> None:
    for name in ("clip.bin", "original.bin"):
        (tmp_path / name).write_text(name)
    original = Source(path=str(tmp_path / "original.bin"))
    job = sealed(Deflicker(source=Source(path=str(tmp_path / "clip.bin")), original=original), SPEC)
    assert isinstance(job, Deflicker) and job.original is not None
    assert "" != job.source.content_hash != job.original.content_hash != ""


def test_a_missing_input_is_named(tmp_path: Path) -> None:
    job = Stylize(source=Source(path=str(tmp_path / "gone.mp4")), look=Look.OIL)
    with pytest.raises(MissingFileError, match=r"gone\.mp4"):
        sealed(job, SPEC)
