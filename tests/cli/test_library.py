"""`studio models VERB`, through the real engine and worker, against a small Hub on loopback."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio import cli
from studio.cli import CANCELLED, DONE, FAILED, USAGE
from studio.models.hub_cache import RepoFolder, find_snapshot
from studio.paths import profile_folder
from tests.models.follower import await_part
from tests.models.hub_server import HubServer, serving
from tests.models.repositories import REPO, needed, safetensors, tiny_video

LISTED = f"""
id = "tiny"
title = "Tiny Video"
description = "A test."
family = "wan"
capabilities = ["text-to-video"]
adapter = "studio.adapters.diffusers_video:DiffusersVideoAdapter"
repo = "{REPO}"
sizes = {{ bfloat16 = 3_000_000 }}
[licence]
name = "Tiny Licence"
link = "https://example.org/licence"
"""


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[HubServer]:
    with serving(monkeypatch, tmp_path / "hub") as server:
        yield server


def describe(text: str = LISTED) -> None:
    folder = profile_folder() / "models" / "tiny"
    folder.mkdir(parents=True)
    (folder / "model.toml").write_text(text)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_model_is_listed_fetched_shown_checked_and_removed(
    hub: HubServer, capsys: pytest.CaptureFixture[str]
) -> None:
    describe()
    assert cli.main(["models"]) == DONE
    listed = capsys.readouterr().out
    here, _, to_fetch = listed.partition("To fetch: studio models pull ID")
    assert "Kinora Starter (text-to-video" in here
    line = next(line for line in to_fetch.splitlines() if line.strip().startswith("tiny "))
    assert "3.0 MB" in line and "Tiny Video" in line
    assert cli.main(["models", "pull", "tiny"]) == DONE
    assert "Tiny Video is installed: 3.0 MB in" in capsys.readouterr().out
    assert cli.main(["models", "show", "tiny"]) == DONE
    shown = capsys.readouterr().out
    for words in ("State       ready", "Tiny Licence https://example.org/licence", "bfloat16 3.0 MB", REPO):
        assert words in shown
    assert cli.main(["models", "verify", "tiny"]) == DONE
    assert f"sound ({len(needed())} files compared, 0 without a checksum)" in capsys.readouterr().out
    assert cli.main(["models", "list", "--json"]) == DONE
    tiny = next(line for line in lines(capsys) if line["id"] == "tiny")
    assert (tiny["ready"], tiny["repo"]) == (True, REPO)


def test_json_lines_of_a_download(hub: HubServer, capsys: pytest.CaptureFixture[str]) -> None:
    describe()
    assert cli.main(["models", "pull", "tiny", "--json"]) == DONE
    told = lines(capsys)
    assert {"Queued", "Started", "Progress", "Finished", "Done"} <= {str(line["type"]) for line in told}
    assert told[-1]["commit"] == hub.commit


def test_any_repository_in_the_right_layout_becomes_the_users_own(
    hub: HubServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["models", "pull", REPO, "--precision", "fp16"]) == DONE
    capsys.readouterr()
    assert cli.main(["models", "--json"]) == DONE
    own = next(line for line in lines(capsys) if line["repo"] == REPO)
    assert (own["id"], own["family"], own["ready"]) == ("kinora-tests-tiny-video", "wan", True)
    assert own["licence_link"] == f"https://huggingface.co/{REPO}"
    assert str(own["description"]).endswith(f"from {REPO}")
    assert cli.main(["models", "remove", "kinora-tests-tiny-video"]) == DONE
    assert "are free again" in capsys.readouterr().out
    assert not RepoFolder(Path(os.environ["HF_HUB_CACHE"]), REPO).path.exists()
    assert not list((profile_folder() / "models").iterdir())


def test_a_licence_that_bars_something_is_shown_before_the_download(
    hub: HubServer, capsys: pytest.CaptureFixture[str]
) -> None:
    describe(LISTED + 'restrictions = ["Not in the European Union."]\n')
    assert cli.main(["models", "pull", "tiny"]) == USAGE
    told = capsys.readouterr().err
    assert "Tiny Licence: Not in the European Union." in told
    assert "--accept-licence" in told
    assert hub.asked == []
    assert cli.main(["models", "pull", "tiny", "--accept-licence"]) == DONE


def test_damage_on_the_disk_is_found_and_repaired(hub: HubServer, capsys: pytest.CaptureFixture[str]) -> None:
    describe()
    assert cli.main(["models", "pull", "tiny"]) == DONE
    snapshot = find_snapshot(REPO)
    assert snapshot is not None
    weights = snapshot / "vae/diffusion_pytorch_model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.resolve().write_bytes(content)
    capsys.readouterr()
    assert cli.main(["models", "verify", "tiny"]) == FAILED
    assert "damaged: vae/diffusion_pytorch_model.safetensors" in capsys.readouterr().out
    assert cli.main(["models", "verify", "tiny", "--repair"]) == DONE
    assert weights.read_bytes() == tiny_video()["vae/diffusion_pytorch_model.safetensors"]


def test_a_gated_model_is_fetched_with_the_token_of_the_environment(
    hub: HubServer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    describe()
    hub.faults.gated = True
    assert cli.main(["models", "pull", "tiny"]) == FAILED
    assert "studio models token" in capsys.readouterr().err
    monkeypatch.setenv("HF_TOKEN", "hf_right")
    assert cli.main(["models", "pull", "tiny"]) == DONE


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for a process of its own")
def test_ctrl_c_keeps_what_came(hub: HubServer, capsys: pytest.CaptureFixture[str]) -> None:
    describe()
    hub.faults.stalls = threading.Event()

    def interrupt() -> None:
        assert hub.reached_middle.wait(60)
        await_part(RepoFolder(Path(os.environ["HF_HUB_CACHE"]), REPO))
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt, daemon=True).start()
    assert cli.main(["models", "pull", "tiny"]) == CANCELLED
    assert "the same command goes on from there" in capsys.readouterr().err
    hub.faults.stalls.set()
    hub.asked.clear()
    assert cli.main(["models", "pull", "tiny"]) == DONE
    assert any(asked.start > 0 for asked in hub.asked)


def test_own_things_are_added_listed_and_removed(
    hub: HubServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "My Model"
    for name in needed():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(tiny_video()[name])
    assert cli.main(["models", "add", str(folder)]) == DONE
    assert "Added my-model: wan (text-to-video" in capsys.readouterr().out
    lora = tmp_path / "Sketch.safetensors"
    lora.write_bytes(safetensors(["diffusion_model.blocks.0.self_attn.q.lora_A.weight"]))
    assert cli.main(["models", "add", str(lora)]) == DONE
    assert "Added the LoRA sketch (for wan)." in capsys.readouterr().out
    assert cli.main(["models"]) == DONE
    assert "Sketch (for wan)" in capsys.readouterr().out
    for model_id in ("my-model", "sketch"):
        assert cli.main(["models", "remove", model_id]) == DONE
    assert lora.exists() and folder.exists()
    assert cli.main(["models", "show", "my-model"]) == USAGE


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["pull", "nobody"], USAGE, "no model called 'nobody'"),
        (["pull", "starter"], USAGE, "here already"),
        (["pull", "kinora-tests/nobody"], FAILED, "no repository kinora-tests/nobody"),
        (["remove", "starter"], USAGE, "cannot be removed"),
        (["remove", "../starter"], USAGE, "no model called"),
        (["add", "gone"], FAILED, "no file"),
        (["show", "nobody"], USAGE, "no model called"),
    ],
)
def test_what_goes_wrong_is_a_sentence_and_a_code(
    hub: HubServer, arguments: list[str], code: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["models", *arguments]) == code
    shown = capsys.readouterr().err
    assert says in shown
    assert "Traceback" not in shown
