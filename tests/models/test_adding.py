"""Adding what the user has: nothing copied unasked, nothing unsafe or half gets in, kinds are told apart."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from studio.errors import InputError, MissingFileError, ModelError, UsageError
from studio.models.adding import add, own_folder, remove_own
from studio.models.catalog import Catalog, default_catalog
from studio.models.own import OwnLora, OwnModel
from studio.models.weights_kind import Guess, guess, misfit, suits
from tests.models.repositories import needed, safetensors, tiny_video
from tests.models.test_headers import gguf

PART = ["model.diffusion_model.blocks.0.self_attn.q.weight", "model.diffusion_model.patch_embedding.weight"]


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "Tiny Model"
    for name in needed():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(tiny_video()[name])
    return folder


def test_a_folder_is_used_where_it_lies(model: Path) -> None:
    added = add(model, default_catalog())
    assert isinstance(added, OwnModel)
    files = [path for path in own_folder().rglob("*") if path.is_file()]
    assert [file.name for file in files] == ["model.toml"]
    spec = default_catalog().get("tiny-model")
    assert (spec.title, spec.family, Path(spec.weights)) == ("Tiny Model", "wan", model)
    assert spec.missing_files() == []


def test_a_copy_is_made_when_asked_for(model: Path) -> None:
    added = add(model, default_catalog(), title="Copied", copy=True)
    shutil.rmtree(model)
    assert default_catalog().get(added.id).missing_files() == []
    assert remove_own(added.id)
    assert not list(own_folder().iterdir())


def test_names_are_never_taken_twice(model: Path) -> None:
    catalog = default_catalog()
    assert [add(model, catalog, title="Starter").id for _ in range(3)] == [
        "starter-2",
        "starter-3",
        "starter-4",
    ]


def test_odd_titles_survive_the_file(model: Path) -> None:
    title = 'He said "été" \\ 電影\n\t🎬'
    added = add(model, default_catalog(), title=title)
    assert default_catalog().get(added.id).title == title


def test_what_has_gone_is_said_and_hides_nothing_else(model: Path) -> None:
    add(model, default_catalog())
    shutil.rmtree(model)
    catalog = default_catalog()
    assert catalog.get("starter")
    (problem,) = catalog.problems
    assert "is not at" in problem.message
    assert "studio models remove tiny-model" in problem.hint


def test_half_a_folder_is_refused(model: Path) -> None:
    (model / "vae/diffusion_pytorch_model.safetensors").unlink()
    with pytest.raises(ModelError, match="only part of a model: vae/"):
        add(model, default_catalog())
    assert not own_folder().exists()


def test_a_shard_that_is_missing_is_noticed(model: Path) -> None:
    (model / "text_encoder/model-00002-of-00002.safetensors").unlink()
    with pytest.raises(ModelError, match="model-00002-of-00002"):
        add(model, default_catalog())


def test_a_file_cut_off_in_a_folder_is_noticed(model: Path) -> None:
    file = model / "vae/diffusion_pytorch_model.safetensors"
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(ModelError, match="not a whole safetensors file"):
        add(model, default_catalog())


@pytest.mark.parametrize("name", ["model.ckpt", "model.pt", "model.pth", "model.bin", "model.pkl"])
def test_pickles_are_refused_with_the_reason(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_bytes(b"\x80\x02}q\x00.")
    for path in (file, tmp_path):
        with pytest.raises(ModelError, match="pickle file: loading it can run any program") as caught:
            add(path, default_catalog())
        assert "safetensors" in caught.value.hint


def test_other_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(b"x")
    with pytest.raises(InputError, match=r"film\.mp4 is not a model"):
        add(tmp_path / "film.mp4", default_catalog())
    with pytest.raises(MissingFileError):
        add(tmp_path / "gone", default_catalog())


def test_a_lora_is_told_from_its_names(tmp_path: Path) -> None:
    file = tmp_path / "Sketch.safetensors"
    file.write_bytes(safetensors(["lora_unet_blocks_0_self_attn_q.lora_down.weight"]))
    added = add(file, default_catalog())
    assert added == OwnLora(id="sketch", title="Sketch", file=str(file), family="wan")
    catalog = default_catalog()
    assert [lora.file for lora in catalog.loras()] == [str(file)]
    file.unlink()
    catalog.refresh()
    assert catalog.loras() == catalog.loras() == []
    (problem,) = catalog.problems
    assert "is not at" in problem.message


@pytest.mark.parametrize("ending", ["safetensors", "gguf"])
def test_a_single_file_replaces_a_part_of_its_base(model: Path, tmp_path: Path, ending: str) -> None:
    catalog = default_catalog()
    base = add(model, catalog, title="Base")
    file = tmp_path / f"Fast.{ending}"
    file.write_bytes(safetensors(PART) if ending == "safetensors" else gguf())
    added = add(file, catalog, base=base.id)
    spec = default_catalog().get(added.id)
    assert (spec.title, spec.parts) == ("Fast", {"transformer": str(file)})
    assert Path(spec.weights) == model
    file.unlink()
    assert spec.missing_files() == [str(file)]
    assert remove_own(base.id)
    problem = Catalog([own_folder()])
    assert problem.all() == []
    assert "builds on base" in problem.problems[0].message


def test_a_part_of_an_unknown_model_asks_which(model: Path, tmp_path: Path) -> None:
    file = tmp_path / "Fast.safetensors"
    file.write_bytes(safetensors(["double_blocks.0.img_attn_qkv.weight"]))
    with pytest.raises(UsageError, match=r"family hunyuan-1\.0: which one"):
        add(file, default_catalog())


def test_parts_that_mean_nothing_alone_are_refused(tmp_path: Path) -> None:
    for name, says in (("shared.weight", "it is a text encoder"), ("a", "no kind known here")):
        file = tmp_path / "part.safetensors"
        file.write_bytes(safetensors([name]))
        with pytest.raises(ModelError, match=says):
            add(file, default_catalog())


@pytest.mark.parametrize("model_id", ["", "..", "../models", "nobody", "starter"])
def test_only_what_was_added_can_be_taken_off(model_id: str) -> None:
    own_folder().mkdir(parents=True)
    assert not remove_own(model_id)
    assert own_folder().is_dir()


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["blocks.0.self_attn.q.weight", "patch_embedding.weight"], Guess("transformer", "wan")),
        (["blocks.0.attn2.norm_q.weight", "condition_embedder.time_embedder.x"], Guess("transformer", "wan")),
        (["transformer.blocks.3.attn1.to_q.lora_A.weight", "blocks.3.attn2.norm_q.x"], Guess("lora", "wan")),
        (["transformer_blocks.0.attn1.to_q.weight", "patchify_proj.weight"], Guess("transformer", "ltx")),
        (["patchify_proj.weight", "audio_patchify_proj.weight"], Guess("transformer", "ltx-2")),
        (["double_blocks.0.img_attn_qkv.weight"], Guess("transformer", "hunyuan-1.0")),
        (["transformer_blocks.0.norm1.linear.weight"], Guess("transformer", "cogvideox")),
        (["down_blocks.0.motion_modules.0.proj_in.weight"], Guess("motion_adapter", "animatediff")),
        (["decoder.conv_in.weight", "encoder.conv_in.weight"], Guess("vae")),
        (["encoder.block.0.layer.0.SelfAttention.q.weight"], Guess("text_encoder")),
        (["first_stage_model.x", "diffusion_model.blocks.0.self_attn.q.x"], Guess("checkpoint", "wan")),
        (["transformer.transformer_blocks.0.attn1.to_q.lora_A.weight"], Guess("lora")),
        (["transformer.blocks.0.attn1.to_q.lora_A.weight"], Guess("lora", "wan")),
        (["transformer_blocks.0.norm1.linear.weight", "transformer_blocks.0.attn1.add_q_proj.weight"],
            Guess("transformer", "mochi")),
        (["a"], Guess("unknown")),
        ([], Guess("unknown")),
    ],
)  # fmt: skip
def test_kinds_and_families_follow_from_the_names(names: list[str], expected: Guess) -> None:
    assert guess(names) == expected


def test_which_models_a_family_suits() -> None:
    assert suits("wan", "wan") and suits("wan", "wan-a14b") and suits("ltx", "ltx-condition")
    assert suits("ltx-2", "ltx-2") and not suits("ltx", "ltx-2") and not suits("wan", "ltx")


def test_a_lora_of_another_family_is_known_by_its_header(tmp_path: Path) -> None:
    file = tmp_path / "sketch.safetensors"
    file.write_bytes(safetensors(["diffusion_model.blocks.0.self_attn.q.lora_A.weight"]))
    assert misfit(file, "wan-a14b") == misfit(file, "class:NewPipeline") == ""
    assert misfit(file, "ltx") == "sketch.safetensors was made for models of the family wan."
    file.write_bytes(safetensors(["blocks.0.self_attn.q.weight"], size=64))
    assert misfit(file, "wan") == "sketch.safetensors is no LoRA."
    file.write_bytes(b"damaged")
    with pytest.raises(ModelError):
        misfit(file, "wan")
