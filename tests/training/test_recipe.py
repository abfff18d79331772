"""The recipe in small: it learns, goes on after a kill, and what it exports loads as an ordinary pipeline."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import AutoencoderKLWan, WanPipeline

from studio.paths import resources_folder
from studio.training import judge_training, latents, perception, text
from studio.training.checkpoint import load, save
from studio.training.judge import generate, load_pipeline
from studio.training.judge_training import build_judge, draw_batch, wear
from studio.training.plan import TWO_CORES, Plan, TransformerPlan, VaePlan, VaeStage
from studio.training.schedule import learning_rate
from studio.training.starter import make_starter
from studio.training.transformer import TransformerTraining
from studio.training.vae import build_vae, train_vae
from studio.training.vae import draw_batch as draw_crops

TINY = Plan(
    vae=VaePlan(
        base_dim=8,
        z_dim=8,
        stages=(VaeStage(1, 2, 2), VaeStage(5, 1, 1)),
        shape_stages=(VaeStage(5, 1, 1),),
        decoder_stages=(VaeStage(1, 1, 1),),
    ),
    cached_clips=8,
    transformer=TransformerPlan(heads=2, head_dim=24, layers=2, ffn_dim=64, text_dim=32, batch=8, steps=4),
)


# torch tells once per process that it normalises bfloat16 by float32 weights without its fused kernel.
pytestmark = pytest.mark.filterwarnings("ignore:Mismatch dtype between input and weight:UserWarning")


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.set_num_threads(1)
    monkeypatch.setattr(latents, "SHARD", 4)
    monkeypatch.setattr(latents, "ENCODE_BATCH", 2)
    monkeypatch.setattr(text, "LESSON_STEPS", 4)
    monkeypatch.setattr(perception, "STEPS", 2)


@pytest.fixture(scope="module")
def cached(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A work folder with a barely trained autoencoder and eight cached clips."""
    work = tmp_path_factory.mktemp("work")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(latents, "SHARD", 4)
        patch.setattr(latents, "ENCODE_BATCH", 2)
        patch.setattr(perception, "STEPS", 2)
        make_starter(TINY, work, work / "out", "cpu", ("vae", "cache"))
    return work


def test_a_state_survives_and_replaces_the_one_before(tmp_path: Path) -> None:
    assert load(tmp_path / "run") is None
    for step in (1, 2):
        save(tmp_path / "run", {"weight": torch.full((2,), float(step))}, step)
    saved = load(tmp_path / "run")
    assert saved is not None
    assert saved[1] == 2
    assert torch.equal(saved[0]["weight"], torch.full((2,), 2.0))
    assert len(list(tmp_path.glob("*.safetensors"))) == 1


def test_the_learning_rate_warms_up_and_cools_down() -> None:
    rates = [learning_rate(1e-3, step, 1000) for step in range(1001)]
    assert rates[0] == pytest.approx(1e-5)
    assert max(rates) == pytest.approx(1e-3, rel=0.05)
    assert rates[-1] == pytest.approx(2e-5)


def test_crops_come_with_the_object_weighted() -> None:
    video, weight = draw_crops(np.random.default_rng(0), VaeStage(5, 2, 1))
    assert video.shape == (2, 3, 5, 96, 96)
    assert weight.shape == (2, 1, 5, 96, 96)
    assert video.min() >= -1
    assert video.max() <= 1
    assert 0.02 < (weight > 1).float().mean() < 0.4


def test_perception_learns_to_tell_objects_and_minds_a_smudge_more_than_a_tint() -> None:
    network = perception.Perception()
    optimizer = torch.optim.AdamW(network.parameters(), lr=2e-3)
    losses: list[float] = []
    for _ in range(12):
        loss = perception.lesson(network, 0, "cpu")
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.6 * losses[0]
    video, weight = draw_crops(np.random.default_rng(0), VaeStage(1, 2, 1))
    smudge = torch.nn.functional.avg_pool2d(video[:, :, 0], 9, 1, 4)[:, :, None]
    tint = video + 0.02
    far = network.distance(smudge, video, weight)
    assert far > 3 * network.distance(tint, video, weight)
    assert network.distance(video, video, weight) == 0


def test_frames_convolved_alone_are_what_the_ordinary_class_computes() -> None:
    torch.manual_seed(0)
    ours = build_vae(TINY.vae).eval()
    ordinary = AutoencoderKLWan.from_config(ours.config).eval()
    ordinary.load_state_dict(ours.state_dict())
    video = torch.rand(1, 3, 9, 96, 96) * 2 - 1
    with torch.inference_mode():
        latents_ = ours.encode(video).latent_dist.mode()
        assert torch.allclose(latents_, ordinary.encode(video).latent_dist.mode(), atol=1e-4)
        assert torch.allclose(ours.decode(latents_).sample, ordinary.decode(latents_).sample, atol=1e-4)


def test_the_autoencoder_goes_on_after_a_kill(tmp_path: Path) -> None:
    whole = train_vae(TINY.vae, tmp_path / "whole")
    first = replace(TINY.vae, stages=(VaeStage(1, 2, 2),))
    train_vae(first, tmp_path / "parts")
    continued = train_vae(TINY.vae, tmp_path / "parts")
    assert load(tmp_path / "whole" / "vae")[1] == load(tmp_path / "parts" / "vae")[1] == 3  # type: ignore[index]
    assert whole.config == continued.config


def test_twenty_steps_of_the_transformer_lower_its_loss(cached: Path, tmp_path: Path) -> None:
    (tmp_path / "latents").symlink_to(cached / "latents")
    plan = replace(TINY.transformer, steps=10_000, learning_rate=2e-2)
    training = TransformerTraining(plan, tmp_path, "cpu")
    losses = [training.step() for _ in range(20)]
    assert np.mean(losses[-5:]) < 0.95 * np.mean(losses[:5])
    training.save()
    assert TransformerTraining(plan, tmp_path, "cpu").done == 20


def test_the_judge_learns_colour_from_worn_clips() -> None:
    torch.manual_seed(0)
    network = build_judge()
    optimizer = torch.optim.AdamW(network.parameters(), lr=2e-3)
    video, truth = draw_batch(np.random.default_rng(0), 16)
    assert video.shape == (16, 13, 3, 48, 48)
    losses: list[float] = []
    for step in range(20):
        answers = network(wear(video, torch.Generator().manual_seed(step)))
        loss = torch.nn.functional.cross_entropy(answers["colour"], truth["colour"])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.8 * losses[0]


def test_the_judge_says_where_its_weights_should_be(tmp_path: Path) -> None:
    with pytest.raises(judge_training.ModelError, match="no weights"):
        judge_training.load_judge(tmp_path / "none.safetensors")


def test_the_whole_recipe_ends_in_a_folder_that_loads(cached: Path, tmp_path: Path) -> None:
    make_starter(TINY, cached, tmp_path / "out", "cpu")
    pipeline = load_pipeline(tmp_path / "out")
    assert isinstance(pipeline, WanPipeline)
    words = json.loads((tmp_path / "out" / "vocabulary.json").read_text())
    assert words["objects"]["bird"][0] == "dragon"
    clip = generate(pipeline, "a red ball", 1)
    assert clip.shape == (25, 96, 96, 3)


def test_the_shipped_starter_is_small_and_draws() -> None:
    folder = resources_folder() / "models" / "starter"
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    assert size <= 40e6
    pipeline = load_pipeline(folder)
    assert pipeline.vae.config.z_dim == TWO_CORES.vae.z_dim
    first, again = (generate(pipeline, "a red ball bouncing on the beach at sunset", 7) for _ in range(2))
    assert np.array_equal(first, again)
    red = (first[..., 0] > 150) & (first[..., 1] < 90) & (first[..., 2] < 90)
    assert red.mean() > 0.03
