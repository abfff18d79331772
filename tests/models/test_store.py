"""What lies on the drives: sizes, soundness, removal that leaves others' things alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from studio.errors import CancelledError, UsageError
from studio.models.catalog import Catalog, default_catalog
from studio.models.hub_cache import RepoFolder, cache_folders, find_snapshot
from studio.models.spec import ModelSpec
from studio.models.store import disk_size, partial_size, remove, stored_repos, verify
from studio.settings import Settings, save_settings
from tests.cli.test_library import LISTED
from tests.models.follower import Follower
from tests.models.hub_server import HubServer, serving
from tests.models.repositories import REPO, needed, tiny_video
from tests.models.test_download import pull


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[HubServer]:
    with serving(monkeypatch, tmp_path / "hub") as server:
        yield server


def spec(tmp_path: Path) -> ModelSpec:
    folder = tmp_path / "models" / "tiny"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.toml").write_text(LISTED)
    return Catalog([tmp_path / "models"]).get("tiny")


def total() -> int:
    return sum(len(tiny_video()[name]) for name in needed())


def test_a_model_knows_whether_it_is_installed_and_what_it_takes(hub: HubServer, tmp_path: Path) -> None:
    before = spec(tmp_path)
    assert (before.is_installed, disk_size(before), partial_size(before)) == (False, 0, 0)
    with pytest.raises(CancelledError):
        pull(Follower(lambda done: done > 60_000))
    assert 0 < partial_size(before) < total()
    assert [repo.is_whole for repo in stored_repos()] == [False]
    assert Catalog([tmp_path / "models"]).installed() == []
    pull()
    after = spec(tmp_path)
    assert Catalog([tmp_path / "models"]).installed() == [after]
    assert (after.is_installed, disk_size(after), partial_size(after)) == (True, total(), 0)
    assert [(repo.repo, repo.is_whole) for repo in stored_repos()] == [(REPO, True)]


def test_removing_frees_the_space_and_forgets_half_downloads(hub: HubServer, tmp_path: Path) -> None:
    other = RepoFolder(cache_folders()[0], "kinora-tests/other")
    other.blob("").mkdir(parents=True)
    with pytest.raises(CancelledError):
        pull(Follower(lambda done: done > 60_000))
    assert remove(spec(tmp_path)) > 0
    pull()
    assert remove(spec(tmp_path)) >= total()
    assert find_snapshot(REPO) is None
    assert other.path.is_dir()
    assert not RepoFolder(cache_folders()[0], REPO).path.exists()


def test_what_ships_cannot_be_removed() -> None:
    with pytest.raises(UsageError, match="cannot be removed"):
        remove(default_catalog().get("starter"))


def test_downloads_go_to_the_chosen_drive_and_the_common_cache_counts_too(
    hub: HubServer, tmp_path: Path
) -> None:
    pull()
    save_settings(Settings(models_folder=str(tmp_path / "other drive")))
    assert spec(tmp_path).is_installed
    assert cache_folders() == (tmp_path / "other drive", tmp_path / "hub")
    remove(spec(tmp_path))
    assert pull().is_relative_to(tmp_path / "other drive")
    assert spec(tmp_path).is_installed


def test_every_byte_is_compared(hub: HubServer, tmp_path: Path) -> None:
    snapshot = pull()
    verdict = verify(spec(tmp_path), Follower())
    assert (verdict.is_sound, verdict.compared, verdict.unproven) == (True, len(needed()), ())
    file = snapshot / "text_encoder/model-00001-of-00002.safetensors"
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.resolve().write_bytes(content)
    verdict = verify(spec(tmp_path), Follower())
    assert verdict.damaged == ("text_encoder/model-00001-of-00002.safetensors",)
    assert not verdict.is_sound


def test_a_shipped_model_is_checked_for_its_structure(tmp_path: Path) -> None:
    follower = Follower()
    verdict = verify(default_catalog().get("starter"), follower)
    assert verdict.is_sound and verdict.compared == 0
    assert follower.steps[-1][0] == follower.steps[-1][1] > 0


def test_half_a_snapshot_of_another_program_is_not_installed(hub: HubServer, tmp_path: Path) -> None:
    """As a program leaves it that fetches into the snapshot's folder and is killed."""
    snapshot = pull()
    (snapshot / "vae/diffusion_pytorch_model.safetensors").unlink()
    found = spec(tmp_path)
    assert not found.is_installed
    assert found.shortcoming() == ("Tiny Video is not installed.", "Fetch it first: studio models pull tiny")
    assert msgspec.structs.replace(found, weights="x").is_installed


def test_a_file_of_the_wrong_size_is_not_whole(hub: HubServer, tmp_path: Path) -> None:
    snapshot = pull()
    (snapshot / "tokenizer/tokenizer.json").resolve().write_bytes(b"{}")
    assert not spec(tmp_path).is_installed


def test_a_model_without_weights_takes_no_room() -> None:
    assert disk_size(default_catalog().get("flow")) == 0
    assert disk_size(default_catalog().get("interpolation")) > 1_000_000
