"""Repositories of models that exist as modular pipelines only: what is fetched of them, what refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.errors import ModelError
from studio.models.hub_cache import find_snapshot
from tests.models.hub_server import HubServer, serving
from tests.models.repositories import REPO
from tests.models.test_download import TRANSFORMER, contents, pull


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[HubServer]:
    with serving(monkeypatch, tmp_path / "hub") as server:
        yield server


def test_a_modular_pipeline_is_refused_before_anything_is_fetched(hub: HubServer) -> None:
    hub.files["modular_model_index.json"] = hub.files.pop("model_index.json")
    with pytest.raises(ModelError, match="modular pipeline"):
        pull()
    assert hub.sent_files() in ([], ["modular_model_index.json"])


def test_of_a_modular_model_what_its_tasks_need_is_fetched(hub: HubServer) -> None:
    index = json.loads(hub.files["model_index.json"])
    parts = {
        name: [*value, {"subfolder": name}]
        for name, value in index.items()
        if isinstance(value, list) and value[0]
    }
    hub.files["modular_model_index.json"] = json.dumps(
        {"_class_name": "MiniMaxH3ModularPipeline", "transformer_ref": ["diffusers", "X", {}], **parts}
    ).encode()
    hub.files["transformer_ref/config.json"] = b"{}"
    hub.files["transformer_ref/diffusion_pytorch_model.safetensors"] = bytes(10)
    snapshot = pull()
    names = contents(snapshot).keys()
    assert "modular_model_index.json" in names and TRANSFORMER in names
    assert not any(name.startswith("transformer_ref/") for name in names)
    assert find_snapshot(REPO) == snapshot


def test_a_part_that_lies_elsewhere_is_told_before_anything_is_fetched(hub: HubServer) -> None:
    index = json.loads(hub.files.pop("model_index.json"))
    other = {"pretrained_model_name_or_path": "somebody/else", "subfolder": "vae_2"}
    hub.files["modular_model_index.json"] = json.dumps(
        {**index, "_class_name": "MiniMaxH3ModularPipeline", "vae_2": ["diffusers", "X", other]}
    ).encode()
    with pytest.raises(ModelError, match="it has no vae_2") as caught:
        pull()
    assert "somebody/else" in caught.value.hint
