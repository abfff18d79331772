"""Downloads from a real server that cuts, lies, refuses and stalls: resumed or refused, never half."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.errors import (
    CancelledError,
    DiskFullError,
    DownloadError,
    ModelError,
    TokenNeededError,
)
from studio.models.download import ModelDownload
from studio.models.hub_cache import RepoFolder, find_snapshot
from studio.models.hub_client import HubClient
from studio.models.patience import Patience
from tests.models.follower import Follower, await_part
from tests.models.hub_server import HubServer, serving
from tests.models.repositories import REPO, needed, safetensors, tiny_video

ROOT = Path(__file__).parents[2]
TRANSFORMER = "transformer/diffusion_pytorch_model.safetensors"
PULL = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from tests.models.test_download import pull
print(pull())
"""


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[HubServer]:
    with serving(monkeypatch, tmp_path / "hub") as server:
        yield server


def pull(follower: Follower | None = None, repo: str = REPO, token: str | None = None, **wanted: str) -> Path:
    follower = follower or Follower()
    patience = Patience(follower, first_pause_s=0.01)
    return ModelDownload(HubClient(repo, patience, token), follower, patience).run(**wanted)


def folder(repo: str = REPO) -> RepoFolder:
    return RepoFolder(Path(os.environ["HF_HUB_CACHE"]), repo)


def contents(snapshot: Path) -> dict[str, bytes]:
    return {
        path.relative_to(snapshot).as_posix(): path.read_bytes()
        for path in snapshot.rglob("*")
        if path.is_file()
    }


def assert_whole(snapshot: Path) -> None:
    assert contents(snapshot) == {name: tiny_video()[name] for name in needed()}
    assert find_snapshot(REPO) == snapshot
    assert not list(folder().path.rglob("*.incomplete"))


def assert_nothing_looks_whole() -> None:
    assert find_snapshot(REPO) is None
    assert folder().commits() == []


def test_only_what_the_model_needs_is_fetched_and_the_cache_is_the_common_one(hub: HubServer) -> None:
    follower = Follower()
    snapshot = pull(follower)
    assert_whole(snapshot)
    assert snapshot == folder().snapshot(hub.commit)
    assert set(hub.sent_files()) == needed()
    assert (snapshot / TRANSFORMER).is_symlink() or os.name == "nt"
    total = sum(len(tiny_video()[name]) for name in needed())
    assert follower.steps[-1] == (total, total)
    assert all(
        before <= after for (before, _), (after, _) in zip(follower.steps, follower.steps[1:], strict=False)
    )


def test_other_programs_find_what_was_fetched(hub: HubServer) -> None:
    """huggingface_hub itself, offline."""
    from huggingface_hub import snapshot_download, try_to_load_from_cache

    snapshot = pull()
    cache = os.environ["HF_HUB_CACHE"]
    assert snapshot_download(
        REPO, cache_dir=cache, local_files_only=True, allow_patterns=sorted(needed())
    ) == str(snapshot)
    assert try_to_load_from_cache(REPO, TRANSFORMER, cache_dir=cache) == str(snapshot / TRANSFORMER)


def test_what_other_programs_fetched_is_not_fetched_again(hub: HubServer) -> None:
    first = pull()
    content = (first / TRANSFORMER).read_bytes()
    partial = folder().snapshot(hub.commit)
    for path in (first / "vae", first / "model_index.json"):  # as a program that wanted less leaves it
        for file in path.glob("*") if path.is_dir() else [path]:
            (first / file).resolve().unlink()
            file.unlink()
    assert find_snapshot(REPO) is None
    hub.asked.clear()
    assert pull() == partial
    assert_whole(partial)
    # The index is read by the client before it is fetched as a file.
    assert set(hub.sent_files()) == {
        "model_index.json",
        "vae/config.json",
        "vae/diffusion_pytorch_model.safetensors",
    }
    assert (partial / TRANSFORMER).read_bytes() == content


@pytest.mark.parametrize("seed", range(8))
def test_connections_cut_at_random_bytes_are_taken_up_again(hub: HubServer, seed: int) -> None:
    dice = random.Random(seed)
    hub.faults.cuts = [dice.randrange(0, dice.choice([1000, 10**6])) for _ in range(10)]
    assert_whole(pull())
    resumed = [asked.start for asked in hub.asked if asked.start > 0]
    assert resumed or max(hub.faults.cuts, default=0) == 0


def test_a_connection_that_never_holds_ends_clearly_and_keeps_what_came(hub: HubServer) -> None:
    hub.faults.cuts = [30_000] + [0] * 20
    with pytest.raises(DownloadError, match="does not hold") as caught:
        pull()
    assert "goes on from there" in caught.value.hint
    assert_nothing_looks_whole()
    hub.faults.cuts = []
    hub.asked.clear()
    assert_whole(pull())


def test_a_server_without_ranges_sends_the_file_anew(hub: HubServer) -> None:
    hub.faults.ignores_ranges = True
    hub.faults.cuts = [10_000, 20_000]
    follower = Follower()
    assert_whole(pull(follower))
    assert max(step for step, _ in follower.steps) == follower.steps[-1][1]


def test_a_wrong_checksum_is_fetched_again_once_and_then_refused(hub: HubServer) -> None:
    hub.faults.damage = 1
    assert_whole(pull())


def test_damage_that_stays_is_said_and_leaves_nothing(hub: HubServer) -> None:
    hub.faults.damage = 1000
    with pytest.raises(DownloadError, match="damaged twice"):
        pull()
    assert_nothing_looks_whole()


def test_a_damaged_part_from_before_does_not_spoil_the_file(hub: HubServer) -> None:
    with pytest.raises(CancelledError):
        pull(Follower(lambda done: done > 60_000))
    (partial,) = folder().path.rglob("*.incomplete")
    partial.write_bytes(bytes(partial.stat().st_size))
    assert_whole(pull())


def test_cancel_keeps_the_part_and_the_next_try_goes_on_there(hub: HubServer) -> None:
    with pytest.raises(CancelledError):
        pull(Follower(lambda done: done > 60_000))
    assert_nothing_looks_whole()
    (partial,) = folder().path.rglob("*.incomplete")
    have = partial.stat().st_size
    assert have > 0
    hub.asked.clear()
    follower = Follower()
    assert_whole(pull(follower))
    assert have in [asked.start for asked in hub.asked]
    assert follower.steps[0][0] > 0


@pytest.mark.parametrize("retry_after", ["1", "", "Wed, 21 Oct 2015 07:28:00 GMT", "soon", '"api";r=0;t=1'])
def test_a_server_that_asks_to_wait_is_waited_for(hub: HubServer, retry_after: str) -> None:
    hub.faults.refusals = [(429, retry_after), (503, "")]
    assert_whole(pull())


def test_a_long_wait_is_said_and_a_longer_one_is_refused(hub: HubServer) -> None:
    hub.faults.refusals = [(429, "2")]
    follower = Follower()
    assert_whole(pull(follower))
    assert follower.notices == ["The server asks to wait for 2 s."]
    for demand in ("7200", '"resolvers";r=0;t=7200'):
        hub.faults.refusals = [(429, demand)]
        with pytest.raises(DownloadError, match="120 minutes"):
            pull()


def test_waiting_can_be_cancelled(hub: HubServer) -> None:
    hub.faults.refusals = [(429, "600")]
    follower = Follower(lambda done: True)
    follower.progress("download", 0, 1)
    with pytest.raises(CancelledError):
        pull(follower)


def test_too_little_space_is_said_before_the_first_byte(hub: HubServer) -> None:
    hub.faults.claimed_sizes = {TRANSFORMER: 10**16}
    with pytest.raises(DiskFullError, match="needed on") as caught:
        pull()
    assert "another drive" in caught.value.hint
    assert_nothing_looks_whole()
    assert set(hub.sent_files()) == {"model_index.json"}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=300m", "tmpfs", str(disk)]
    is_root = os.name == "posix" and os.geteuid() == 0
    if not is_root or subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("only root can mount a small disk here")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_a_disk_that_fills_up_meanwhile_is_said_and_the_part_stays(
    hub: HubServer, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(small_disk / "hub"))
    filler = small_disk / "filler"

    def fill(done: int) -> bool:
        if done > 30_000 and not filler.exists():
            with contextlib.suppress(OSError), filler.open("wb", buffering=0) as stream:
                while True:
                    stream.write(bytes(2**20))
        return False

    with pytest.raises(DiskFullError, match="The disk is full"):
        pull(Follower(fill))
    assert_nothing_looks_whole()
    filler.unlink()
    assert_whole(pull())


def test_two_at_once_share_the_work(hub: HubServer) -> None:
    found: list[Path] = []
    threads = [threading.Thread(target=lambda: found.append(pull())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert found == [folder().snapshot(hub.commit)] * 3
    assert_whole(found[0])
    large = [name for name in hub.sent_files() if name.endswith(".safetensors")]
    assert len(large) == len(set(large))


def test_a_kill_in_the_middle_leaves_no_half_model_and_is_taken_up(hub: HubServer) -> None:
    hub.faults.stalls = threading.Event()
    process = subprocess.Popen([sys.executable, "-c", PULL], cwd=ROOT, stdout=subprocess.PIPE)
    try:
        assert hub.reached_middle.wait(60)
        await_part(folder())
    finally:
        process.send_signal(signal.SIGKILL if os.name != "nt" else signal.SIGTERM)
        process.communicate()
    assert_nothing_looks_whole()
    hub.faults.stalls.set()
    hub.asked.clear()
    assert_whole(pull())
    assert any(asked.start > 0 for asked in hub.asked)


def test_a_gated_model_asks_for_a_token_and_tells_it_to_nobody_else(hub: HubServer) -> None:
    hub.faults.gated = True
    with pytest.raises(TokenNeededError) as caught:
        pull()
    assert f"{hub.url}/{REPO}" in caught.value.hint
    assert_whole(pull(token="hf_right"))
    small = {asked.token for asked in hub.asked if not asked.path.endswith(".safetensors")}
    large = {asked.token for asked in hub.asked if asked.path.endswith(".safetensors")}
    assert "Bearer hf_right" in small
    assert large == {""}


def test_what_is_not_there_is_said(hub: HubServer) -> None:
    with pytest.raises(ModelError, match="no repository kinora-tests/other"):
        pull(repo="kinora-tests/other")
    with pytest.raises(ModelError, match="no such revision"):
        pull(revision="v9")


def test_weights_that_come_only_as_pickles_are_refused_with_the_reason(hub: HubServer) -> None:
    del hub.files["vae/diffusion_pytorch_model.safetensors"]
    with pytest.raises(ModelError, match="pickle file: loading it can run any program"):
        pull()
    assert_nothing_looks_whole()


def test_a_repository_in_another_layout_is_refused(hub: HubServer) -> None:
    del hub.files["model_index.json"]
    with pytest.raises(ModelError, match="not a model in diffusers' layout"):
        pull()


@pytest.mark.parametrize("path", ["vae/../../../../evil.json", "vae/..\\evil.json", "vae/C:evil.json"])
def test_names_that_lead_out_of_the_folder_are_refused(hub: HubServer, path: str) -> None:
    hub.files[path] = b"{}"
    if ".." in path.split("/"):
        pull()  # deeper than a component's own folder: never asked for
        assert path not in hub.sent_files()
    else:
        with pytest.raises(ModelError, match="impossible name"):
            pull()


def test_a_precision_can_be_chosen(hub: HubServer) -> None:
    snapshot = pull(variant="fp16")
    names = contents(snapshot).keys()
    assert "transformer/diffusion_pytorch_model.fp16.safetensors" in names
    assert TRANSFORMER not in names
    assert "vae/diffusion_pytorch_model.safetensors" in names
    assert find_snapshot(REPO, variant="fp16") == snapshot


@pytest.mark.parametrize("links", ["hard", "none"])
def test_drives_without_links_hold_models_too(
    hub: HubServer, monkeypatch: pytest.MonkeyPatch, links: str
) -> None:
    """As exFAT, and as Windows without its developer mode."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    if links == "none":
        monkeypatch.setattr(Path, "hardlink_to", refuse)
    snapshot = pull()
    assert_whole(snapshot)
    assert not any(path.is_symlink() for path in snapshot.rglob("*"))
    hub.asked.clear()
    assert pull() == snapshot
    assert set(hub.sent_files()) == {"model_index.json"}
    assert_whole(snapshot)


def test_a_snapshot_half_put_together_is_finished(hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a drive without links, killed between two files."""
    moves: list[Path] = []

    def refuse(*_: object, **__: object) -> None:
        moves.append(Path())
        if len(moves) == 8:
            raise CancelledError
        raise OSError("no links here")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    monkeypatch.setattr(Path, "hardlink_to", refuse)
    with pytest.raises(CancelledError):
        pull()
    assert_nothing_looks_whole()
    hub.asked.clear()
    assert_whole(pull())
    assert set(hub.sent_files()) == {"model_index.json"}


def test_a_new_commit_fetches_only_what_changed(hub: HubServer) -> None:
    pull()
    hub.files["vae/diffusion_pytorch_model.safetensors"] = safetensors(["decoder.conv_in.weight"], 9)
    hub.commit = "b" * 40
    hub.asked.clear()
    snapshot = pull()
    assert snapshot.name == "b" * 40
    assert [name for name in hub.sent_files() if name.endswith(".safetensors")] == [
        "vae/diffusion_pytorch_model.safetensors"
    ]
