"""Measures how well the starter follows its prompts: `python -m studio.training.judge` prints the table.

A hundred prompts that training never saw (held-out combinations, every second one in a held-out wording)
are generated with the shipped pipeline and read by the judge, which learnt from the renderer alone. Beside it
stand the judge's own accuracy on fresh clips of the renderer, and on those clips after a round trip through
the autoencoder.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from diffusers.models.autoencoders.autoencoder_kl_wan import AutoencoderKLWan
from diffusers.pipelines.pipeline_utils import DiffusionPipeline
from diffusers.pipelines.wan.pipeline_wan import WanPipeline

from studio.errors import ModelError
from studio.networks.judge import Judge, judge_input
from studio.paths import resources_folder
from studio.training.captions import caption
from studio.training.judge_training import load_judge, train_judge
from studio.training.scenes import NUM_FRAMES, draw
from studio.training.text import AXES, labels
from studio.training.vae import to_video
from studio.training.world import LIGHTS, STYLES, USUAL_LIGHT, Scene, chance, held_out_combinations

STEPS = 20
GUIDANCE_SCALE = 4.0
MAX_SEQUENCE_LENGTH = 32
FLOORS = {"object": 0.8, "colour": 0.8, "motion": 0.6}


def unseen_prompts(count: int) -> list[tuple[str, Scene]]:
    """`count` (at most 148) prompts with the scenes they ask for, always the same, none ever trained on."""
    rng = np.random.default_rng(7)
    combinations = held_out_combinations()
    asked: list[tuple[str, Scene]] = []
    for number, index in enumerate(rng.permutation(len(combinations))[:count]):
        object_, colour, motion, place = combinations[index]
        light = USUAL_LIGHT if place == "space" else str(rng.choice(LIGHTS))
        style = str(rng.choice(STYLES, p=(0.8, 0.2)))
        scene = Scene(object_, colour, motion, place, light, style, **chance(rng))
        asked.append((caption(scene, rng, held_out=number % 2 == 1), scene))
    return asked


def generate(pipeline: WanPipeline, prompt: str, seed: int) -> np.ndarray:
    """One clip with the shipped settings: uint8 (NUM_FRAMES, 96, 96, 3)."""
    frames = pipeline(
        prompt,
        height=96,
        width=96,
        num_frames=NUM_FRAMES,
        num_inference_steps=STEPS,
        guidance_scale=GUIDANCE_SCALE,
        max_sequence_length=MAX_SEQUENCE_LENGTH,
        generator=torch.Generator().manual_seed(seed),
        output_type="np",
        return_dict=False,
    )[0][0]
    return (np.asarray(frames) * 255 + 0.5).astype(np.uint8)


@torch.inference_mode()
def round_trip(vae: AutoencoderKLWan, clip: np.ndarray) -> np.ndarray:
    """Encode and decode one clip, uint8 in and out."""
    latents = vae.encode(to_video(clip[None]).to(vae.dtype), return_dict=False)[0].mode()
    video = vae.decode(latents, return_dict=False)[0][0]
    return ((video.float().permute(1, 2, 3, 0) + 1) * 127.5 + 0.5).clamp(0, 255).byte().numpy()


@torch.inference_mode()
def judged_right(judge: Judge, clips: list[np.ndarray], scenes: list[Scene]) -> dict[str, float]:
    """The share of clips in which the judge sees what the scene asks for, per axis."""
    answers = judge(judge_input(torch.from_numpy(np.stack(clips))))
    truth = labels(scenes)
    return {axis: (answers[axis].argmax(1) == truth[axis]).float().mean().item() for axis in AXES}


def load_pipeline(folder: Path) -> WanPipeline:
    """The shipped pipeline in float32 on the CPU, without its progress bar."""
    pipeline = DiffusionPipeline.from_pretrained(folder, dtype=torch.float32, local_files_only=True)
    if not isinstance(pipeline, WanPipeline):
        raise ModelError("This folder holds no Wan pipeline.", "Give the starter's folder.", str(folder))
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def measure(pipeline: WanPipeline, judge: Judge, count: int) -> tuple[dict[str, dict[str, float]], float]:
    """The table's three columns, each the share read right per axis, and the seconds per generated clip."""
    asked = unseen_prompts(count)
    scenes = [scene for _, scene in asked]
    started = time.perf_counter()
    generated = [generate(pipeline, prompt, seed) for seed, (prompt, _) in enumerate(asked)]
    seconds = (time.perf_counter() - started) / count
    drawn = [draw(scene) for scene in scenes]
    columns = {
        "generated": judged_right(judge, generated, scenes),
        "renderer": judged_right(judge, drawn, scenes),
        "round trip": judged_right(judge, [round_trip(pipeline.vae, clip) for clip in drawn], scenes),
    }
    return columns, seconds


def table(columns: dict[str, dict[str, float]]) -> str:
    """The figures as a Markdown table in per cent."""
    lines = [f"| axis | floor | {' | '.join(columns)} |", "|---" * (len(columns) + 2) + "|"]
    for axis in AXES:
        floor = f"{FLOORS[axis]:.0%}" if axis in FLOORS else ""
        lines.append(
            f"| {axis} | {floor} | {' | '.join(f'{column[axis]:.0%}' for column in columns.values())} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Parse the command line, train the judge if asked, print the table."""
    models = resources_folder() / "models"
    parser = argparse.ArgumentParser(prog="python -m studio.training.judge", description=__doc__)
    parser.add_argument("--pipeline", type=Path, default=models / "starter", help="pipeline folder to judge")
    parser.add_argument("--weights", type=Path, default=models / "judge" / "judge.safetensors")
    parser.add_argument("--count", type=int, default=100, help="number of prompts")
    parser.add_argument("--train", action="store_true", help="train the judge first")
    parser.add_argument("--work", type=Path, default=Path("build/judge"), help="where its checkpoints lie")
    options = parser.parse_args()
    torch.set_num_threads(1)
    judge = train_judge(options.work, options.weights) if options.train else load_judge(options.weights)
    columns, seconds = measure(load_pipeline(options.pipeline), judge, options.count)
    print(
        f"{options.count} prompts never trained on, {STEPS} steps, guidance {GUIDANCE_SCALE}, "
        f"{seconds:.1f} s per clip"
    )
    print(table(columns))


if __name__ == "__main__":
    main()
