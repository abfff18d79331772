"""How large the starter is and how long it trains: a plan for two cores and one for an accelerator."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class VaeStage:
    """Training on crops of `num_frames` frames, `batch` crops per process and step."""

    num_frames: int
    batch: int
    steps: int


@dataclass(frozen=True)
class VaePlan:
    """The autoencoder: 16 times smaller in space, 4 times in time."""

    base_dim: int = 48
    dim_mult: tuple[int, ...] = (1, 2, 2)
    num_res_blocks: int = 1
    z_dim: int = 48
    patch_size: int = 4
    stages: tuple[VaeStage, ...] = (VaeStage(1, 8, 2400), VaeStage(5, 3, 4000), VaeStage(9, 2, 2600))
    learning_rate: float = 1.5e-3
    # With the perceptual loss beside the pixels'.
    shape_stages: tuple[VaeStage, ...] = (VaeStage(9, 2, 3000),)
    shape_learning_rate: float = 8e-4
    # Once the latents are cached the encoder must not change; the decoder may go on getting sharper.
    decoder_stages: tuple[VaeStage, ...] = ()
    decoder_learning_rate: float = 8e-4


@dataclass(frozen=True)
class TransformerPlan:
    """The denoiser and its text encoder."""

    heads: int = 5
    head_dim: int = 64
    layers: int = 4
    ffn_dim: int = 960
    text_dim: int = 128
    text_layers: int = 2
    max_words: int = 32
    batch: int = 32
    steps: int = 6500
    learning_rate: float = 1e-3
    empty_prompts: float = 0.1  # share of clips shown without a caption, for guidance
    ema_decay: float = 0.998


@dataclass(frozen=True)
class Plan:
    """The whole recipe's numbers."""

    vae: VaePlan = field(default_factory=VaePlan)
    cached_clips: int = 11000
    transformer: TransformerPlan = field(default_factory=TransformerPlan)


TWO_CORES = Plan()
ACCELERATOR = Plan(
    vae=VaePlan(
        base_dim=96,
        stages=(VaeStage(1, 128, 6000), VaeStage(9, 32, 4000), VaeStage(25, 16, 4000)),
        learning_rate=6e-4,
        shape_stages=(VaeStage(9, 32, 3000), VaeStage(25, 16, 1000)),
        shape_learning_rate=4e-4,
        decoder_stages=(VaeStage(25, 16, 3000),),
        decoder_learning_rate=3e-4,
    ),
    cached_clips=60000,
    transformer=TransformerPlan(
        heads=6, layers=8, ffn_dim=1152, batch=256, steps=30000, learning_rate=6e-4, ema_decay=0.9995
    ),
)
PLANS = {"two-cores": TWO_CORES, "accelerator": ACCELERATOR}
