"""Descriptions are read again when they have changed, and only then."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from studio.models.catalog import Catalog, default_catalog
from studio.paths import cache_folder
from tests.models.test_catalog import TOML


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "model.toml").write_text(TOML)
    return tmp_path


def title(folder: Path) -> str:
    return Catalog([folder]).get("mine").title


def test_the_second_time_nothing_is_parsed(folder: Path) -> None:
    file = folder / "mine" / "model.toml"
    assert title(folder) == "Mine"
    times = (file.stat().st_atime_ns, file.stat().st_mtime_ns)
    file.write_text(TOML.replace('"Mine"', '"Nime"'))
    os.utime(file, ns=times)
    assert title(folder) == "Mine"
    os.utime(file, ns=(times[0], times[1] + 1))
    assert title(folder) == "Nime"


def test_the_same_models_come_out_of_it() -> None:
    fresh = default_catalog().all()
    assert default_catalog().all() == fresh


@pytest.mark.parametrize("damage", [b"", b"\x00", b"\x92\xa5other\x80"])
def test_a_cache_that_does_not_fit_is_made_anew(folder: Path, damage: bytes) -> None:
    file = cache_folder() / "models.msgpack"
    file.write_bytes(damage)
    assert title(folder) == "Mine"
    assert file.read_bytes() != damage


def test_a_disk_that_refuses_costs_nothing_but_time(folder: Path) -> None:
    (cache_folder() / "models.msgpack").mkdir()
    assert title(folder) == "Mine"
