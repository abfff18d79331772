"""Trains the starter's denoiser (WanTransformer3DModel) and its text encoder together on cached latents.

Flow matching (Lipman et al., "Flow Matching for Generative Modeling") in the convention of diffusers' Wan
pipelines: at noise level sigma in 0…1, x = (1 - sigma) · latent + sigma · noise; the network is told
1000 · sigma and predicts noise - latent.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import torch
from diffusers.models.transformers.transformer_wan import WanTransformer3DModel
from torch import Tensor, nn
from transformers import PreTrainedTokenizerFast, UMT5EncoderModel

from studio.training import checkpoint, parallel
from studio.training.captions import caption, clutter
from studio.training.latents import LatentCache
from studio.training.plan import TransformerPlan
from studio.training.running_mean import follow
from studio.training.schedule import learning_rate
from studio.training.text import build_tokenizer, read, teach_reading
from studio.training.world import Scene

SAVE_EVERY = 100
TRAINING_SHIFT = 2.0  # more weight on high noise, where object, colour and motion are decided


def build_transformer(plan: TransformerPlan, channels: int) -> WanTransformer3DModel:
    """An untrained denoiser for latents of `channels` channels; it starts by predicting zero."""
    transformer = WanTransformer3DModel(
        patch_size=(1, 2, 2),
        num_attention_heads=plan.heads,
        attention_head_dim=plan.head_dim,
        in_channels=channels,
        out_channels=channels,
        text_dim=plan.text_dim,
        freq_dim=128,
        ffn_dim=plan.ffn_dim,
        num_layers=plan.layers,
        cross_attn_norm=True,
        qk_norm="rms_norm_across_heads",
        rope_max_seq_len=64,
    )
    nn.init.zeros_(transformer.proj_out.weight)
    nn.init.zeros_(transformer.proj_out.bias)
    return transformer


def sample_sigmas(count: int, generator: torch.Generator) -> Tensor:
    """Logit-normal noise levels, shifted by TRAINING_SHIFT: float32 (count,), 0 to 1."""
    base = torch.sigmoid(torch.randn(count, generator=generator))
    return TRAINING_SHIFT * base / (1 + (TRAINING_SHIFT - 1) * base)


class Denoiser(nn.Module):
    """Text encoder and transformer as one trained thing, with their tokenizer and latent statistics."""

    mean: Tensor
    std: Tensor

    def __init__(self, plan: TransformerPlan, encoder: UMT5EncoderModel, cache: LatentCache) -> None:
        """`encoder` is taken over; the latents' mean and deviation are measured on `cache`."""
        super().__init__()
        self.plan = plan
        self.tokenizer: PreTrainedTokenizerFast = build_tokenizer()
        self.encoder = encoder
        self.transformer = build_transformer(plan, cache.latents.shape[1])
        mean, std = cache.statistics()
        self.register_buffer("mean", torch.tensor(mean).view(-1, 1, 1, 1))
        self.register_buffer("std", torch.tensor(std).view(-1, 1, 1, 1))

    def loss(self, latents: Tensor, texts: list[str], generator: torch.Generator) -> Tensor:
        """Mean squared error of the predicted flow for raw latents (B, C, T, H, W)."""
        device = self.mean.device
        clean = (latents.to(device).float() - self.mean) / self.std
        noise = torch.randn(clean.shape, generator=generator).to(device)
        sigmas = sample_sigmas(len(clean), generator).to(device)
        mix = sigmas.view(-1, 1, 1, 1, 1)
        with torch.autocast(device.type, torch.bfloat16):
            words, _ = read(self.tokenizer, self.encoder, texts, self.plan.max_words)
            flow = self.transformer((1 - mix) * clean + mix * noise, 1000 * sigmas, words).sample
        return (flow.float() - (noise - clean)).square().mean()


def draw_captions(plan: TransformerPlan, scenes: list[Scene], rng: np.random.Generator) -> list[str]:
    """A fresh caption for each scene; some are empty, so that guidance has something to lean on."""
    return [
        "" if rng.random() < plan.empty_prompts else clutter(caption(scene, rng), rng) for scene in scenes
    ]


class TransformerTraining:
    """One run: the model, the running average of its weights, the optimizer, and their state on disk."""

    def __init__(self, plan: TransformerPlan, work: Path, device: str) -> None:
        """Build everything and take up the last saved state, if there is one."""
        self.plan = plan
        self.cache = LatentCache(work / "latents")
        encoder = teach_reading(plan, work, device)
        torch.manual_seed(4)
        self.model = Denoiser(plan, encoder, self.cache).to(device)
        self.average = Denoiser(plan, UMT5EncoderModel(encoder.config), self.cache).to(device)
        self.average.load_state_dict(self.model.state_dict())
        self.optimizer = torch.optim.AdamW(self.model.parameters(), betas=(0.9, 0.98), weight_decay=0.01)
        self.state = work / "transformer"
        self.parts = {"model": self.model, "average": self.average}
        self.done = 0
        if saved := checkpoint.load(self.state):
            checkpoint.unpack(saved[0], self.parts, self.optimizer)
            self.done = saved[1]

    def step(self) -> float:
        """One step on a fresh batch; returns its loss."""
        rng = np.random.default_rng((5, parallel.rank(), self.done))
        generator = torch.Generator().manual_seed(self.done * parallel.world_size() + parallel.rank())
        picks = rng.integers(len(self.cache.scenes), size=self.plan.batch)
        texts = draw_captions(self.plan, [self.cache.scenes[i] for i in picks], rng)
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(self.plan.learning_rate, self.done, self.plan.steps)
        loss = self.model.loss(self.cache.latents[torch.from_numpy(picks)], texts, generator)
        self.optimizer.zero_grad()
        loss.backward()
        parallel.average_gradients(self.model.parameters())
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        follow(self.average, self.model, self.done, self.plan.ema_decay)
        self.done += 1
        return loss.item()

    def save(self) -> None:
        """Write the state; the first process does."""
        if parallel.rank() == 0:
            checkpoint.save(self.state, checkpoint.pack(self.parts, self.optimizer), self.done)


def train_transformer(plan: TransformerPlan, work: Path, device: str = "cpu") -> Denoiser:
    """Train to the end of the plan, going on from `work`; returns the running average of the weights."""
    training = TransformerTraining(plan, work, device)
    started, losses = time.monotonic(), list[float]()
    while training.done < plan.steps:
        losses.append(training.step())
        if training.done % SAVE_EVERY == 0 or training.done == plan.steps:
            training.save()
            training.cache.refresh()
            minutes = (time.monotonic() - started) / 60
            mean = sum(losses) / len(losses)
            if parallel.rank() == 0:
                told = f"step {training.done}/{plan.steps} loss {mean:.4f} {minutes:.1f} min"
                print(f"transformer {told}", flush=True)
            losses.clear()
    parallel.wait()
    return training.average.eval()
