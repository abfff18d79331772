"""Trains the starter's video autoencoder (AutoencoderKLWan): first frames, then crops, then whole clips.

Single frames cost a twentieth of a clip and teach almost everything but time. The latent noise is fixed, not
learnt: the decoder becomes tolerant of small errors, which the transformer's outputs have. Once pixels are
about right, a perceptual loss makes shapes readable that pixel errors leave as smudges.
"""

from __future__ import annotations

import math
import time
from pathlib import Path
from types import MethodType

import numpy as np
import torch
from diffusers.models.autoencoders.autoencoder_kl_wan import AutoencoderKLWan, WanCausalConv3d
from torch import Tensor, nn
from torch.nn import functional

from studio.training import checkpoint, parallel
from studio.training.backdrops import SIZE, backdrop
from studio.training.perception import Perception, learn_to_see
from studio.training.plan import VaePlan, VaeStage
from studio.training.scenes import NUM_FRAMES, draw_frames
from studio.training.schedule import learning_rate
from studio.training.world import sample_scene

TEMPORAL_FACTOR = 4
LATENT_NOISE = 0.05  # standard deviation added to the latents in training
LATENT_WEIGHT = 2e-4  # keeps the latents near unit size against that noise
OBJECT_WEIGHT = 8.0  # the object covers a tenth of the picture and matters most
EDGE_WEIGHT = 0.5
PERCEPTION_WEIGHT = 0.25
SAVE_EVERY = 100
SEEDS = {"vae": 1, "shapes": 12, "decoder": 8}  # every pass draws other clips


def build_vae(plan: VaePlan) -> AutoencoderKLWan:
    """An untrained autoencoder whose posterior has the fixed spread LATENT_NOISE.

    It is residual (shortcuts around every change of size): without, 16 times smaller learns slowly.
    """
    vae = AutoencoderKLWan(
        base_dim=plan.base_dim,
        z_dim=plan.z_dim,
        dim_mult=list(plan.dim_mult),
        num_res_blocks=plan.num_res_blocks,
        temperal_downsample=[True, True],
        is_residual=True,
        in_channels=3 * plan.patch_size**2,
        out_channels=3 * plan.patch_size**2,
        patch_size=plan.patch_size,
        scale_factor_temporal=TEMPORAL_FACTOR,
        scale_factor_spatial=plan.patch_size * 2 ** (len(plan.dim_mult) - 1),
        latents_mean=[0.0] * plan.z_dim,
        latents_std=[1.0] * plan.z_dim,
    )
    bias = vae.quant_conv.bias
    assert bias is not None
    with torch.no_grad():
        vae.quant_conv.weight[plan.z_dim :] = 0
        bias[plan.z_dim :] = 2 * math.log(LATENT_NOISE)
    _convolve_frames_alone(vae)
    return vae


def _convolve_frames_alone(vae: AutoencoderKLWan) -> None:
    """Keep the past out of every 3×3×3 convolution: its older taps are zero and are not computed.

    Time is then the business of the resampling layers alone. That is twice as cheap to train, and what is
    learnt on single frames holds for clips of any length. Saved, it is an ordinary AutoencoderKLWan.
    """
    for module in vae.modules():
        if isinstance(module, WanCausalConv3d) and module.kernel_size == (3, 3, 3):
            with torch.no_grad():
                module.weight[:, :, :-1] = 0
            module.forward = MethodType(_convolve_frames, module)


def _convolve_frames(convolution: WanCausalConv3d, video: Tensor, cache_x: Tensor | None = None) -> Tensor:
    batch, channels, frames, height, width = video.shape
    flat = video.transpose(1, 2).reshape(batch * frames, channels, height, width)
    output = functional.conv2d(flat, convolution.weight[:, :, -1], convolution.bias, padding=1)
    return output.view(batch, frames, -1, height, width).transpose(1, 2)


def to_video(frames: np.ndarray) -> Tensor:
    """uint8 (B, T, H, W, 3) → float32 (B, 3, T, H, W) in -1 to 1, the layout of the Wan classes."""
    return torch.from_numpy(frames).permute(0, 4, 1, 2, 3).float() / 127.5 - 1


def draw_batch(rng: np.random.Generator, stage: VaeStage) -> tuple[Tensor, Tensor]:
    """Fresh crops, float32 (B, 3, T, H, W) in -1 to 1, and the weight of every pixel, (B, 1, T, H, W)."""
    clips = np.empty((stage.batch, stage.num_frames, SIZE, SIZE, 3), np.uint8)
    weights = np.empty((stage.batch, stage.num_frames, SIZE, SIZE), np.float32)
    for i in range(stage.batch):
        scene = sample_scene(rng)
        first = int(rng.integers(NUM_FRAMES - stage.num_frames + 1))
        clips[i] = draw_frames(scene, range(first, first + stage.num_frames))
        behind = backdrop(scene.place, scene.light, scene.style, scene.layout)
        weights[i] = 1 + OBJECT_WEIGHT * (np.abs(clips[i] - behind).max(-1) > 40)
    return to_video(clips), torch.from_numpy(weights)[:, None]


def reconstruction_loss(output: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Weighted absolute and squared error, plus the absolute error of neighbours' differences."""
    error = output - target
    loss = ((error.abs() + error.square()) * weight).mean()
    for axis in (-1, -2):
        loss = loss + EDGE_WEIGHT * (error.diff(dim=axis).abs() * weight.narrow(axis, 0, SIZE - 1)).mean()
    return loss


def training_loss(
    vae: AutoencoderKLWan,
    video: Tensor,
    weight: Tensor,
    encoder_too: bool,
    perception: Perception | None = None,
) -> Tensor:
    """One forward pass with noisy latents; bfloat16 inside, float32 loss. `perception` adds its distance."""
    with torch.autocast(video.device.type, torch.bfloat16):
        with torch.set_grad_enabled(encoder_too):
            mean = vae.encode(video, return_dict=False)[0].mean.float()
        noisy = mean + LATENT_NOISE * torch.randn_like(mean)
        output = vae.decode(noisy, return_dict=False)[0].float()
    loss = reconstruction_loss(output, video, weight)
    if perception:
        loss = loss + PERCEPTION_WEIGHT * perception.distance(output, video, weight)
    return loss + LATENT_WEIGHT * mean.square().mean() if encoder_too else loss


def train_vae(plan: VaePlan, work: Path, device: str = "cpu") -> AutoencoderKLWan:
    """Train encoder and decoder together: by pixels, then also by perception; comes back in eval mode."""
    torch.manual_seed(0)
    vae = build_vae(plan)
    nn.Module.to(vae, device)
    trained = list(vae.parameters())
    _train(vae, trained, plan.stages, plan.learning_rate, work / "vae")
    perception = learn_to_see(work, device)
    _train(vae, trained, plan.shape_stages, plan.shape_learning_rate, work / "shapes", perception)
    return vae


def refine_decoder(plan: VaePlan, vae: AutoencoderKLWan, work: Path) -> AutoencoderKLWan:
    """Train the decoder on through `plan.decoder_stages`; the encoder, and with it every latent, stays."""
    trained = [*vae.post_quant_conv.parameters(), *vae.decoder.parameters()]
    perception = learn_to_see(work, str(vae.device))
    _train(vae, trained, plan.decoder_stages, plan.decoder_learning_rate, work / "decoder", perception)
    return vae


def _stage_at(stages: tuple[VaeStage, ...], step: int) -> VaeStage:
    for stage in stages:
        if step < stage.steps:
            return stage
        step -= stage.steps
    return stages[-1]


def _train(
    vae: AutoencoderKLWan,
    trained: list[nn.Parameter],
    stages: tuple[VaeStage, ...],
    peak: float,
    state: Path,
    perception: Perception | None = None,
) -> None:
    """Run the stages, going on from `state` after a kill; leaves `vae` trained and in eval mode."""
    torch.manual_seed(parallel.rank())
    optimizer = torch.optim.AdamW(trained, betas=(0.9, 0.99), weight_decay=0.0)
    encoder_too = any(parameter is trained[0] for parameter in vae.encoder.parameters())
    steps = sum(stage.steps for stage in stages)
    first = 0
    if saved := checkpoint.load(state):
        checkpoint.unpack(saved[0], {"vae": vae}, optimizer)
        first = saved[1]
    started = time.monotonic()
    for step in range(first, steps):
        rng = np.random.default_rng((SEEDS[state.name], parallel.rank(), step))
        video, weight = (tensor.to(vae.device) for tensor in draw_batch(rng, _stage_at(stages, step)))
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(peak, step, steps)
        loss = training_loss(vae, video, weight, encoder_too, perception)
        optimizer.zero_grad()
        loss.backward()
        parallel.average_gradients(trained)
        nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        if ((step + 1) % SAVE_EVERY == 0 or step + 1 == steps) and parallel.rank() == 0:
            checkpoint.save(state, checkpoint.pack({"vae": vae}, optimizer), step + 1)
            minutes = (time.monotonic() - started) / 60
            print(
                f"{state.name} step {step + 1}/{steps} loss {loss.item():.4f} {minutes:.1f} min", flush=True
            )
    parallel.wait()
    vae.eval()


def psnr(output: Tensor, target: Tensor) -> float:
    """Peak signal-to-noise ratio in dB of videos in -1 to 1."""
    return -10 * math.log10(functional.mse_loss(output / 2, target / 2).item())
