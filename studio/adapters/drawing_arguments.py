"""From a Generate job to the arguments of a pipeline's call, by the names that the pipeline itself uses."""

from __future__ import annotations

from math import lcm
from typing import Any, NamedTuple

import torch
from diffusers.pipelines.ltx.pipeline_ltx_condition import LTXVideoCondition
from diffusers.pipelines.ltx2.pipeline_ltx2_condition import LTX2VideoCondition
from PIL import Image

from studio.adapters import drawing_inputs
from studio.adapters.held_frames import HOLD, HeldFrames, latent_arguments
from studio.adapters.pipeline_facts import (
    SEGMENT,
    call_parameters,
    class_name,
    size_multiple,
    temporal_fold,
)
from studio.errors import InputError
from studio.jobs.job import Generate
from studio.models.spec import ModelSpec
from studio.timing import FrameGrid

# VACE's own filling for frames that are still to be drawn.
_UNKNOWN = (128, 128, 128)
_LENGTHS = ("num_frames", "frames", "video_length")
# They take words only; what they hold is put among their latents.
_HOLDS_LATENTS = (
    "WanPipeline",
    "SkyReelsV2Pipeline",
    "HunyuanVideoPipeline",
    "HunyuanVideo15Pipeline",
    "CogVideoXPipeline",
    "AnimateDiffPipeline",
    "MochiPipeline",
    "Kandinsky5T2VPipeline",
)
# Its steps count the clean end of the way too.
_FEWEST_STEPS = {"MiniMaxH3ModularPipeline": 2}
_SPECIAL: dict[str, dict[str, Any]] = {
    # All frames at once take as much memory as there are frames.
    "StableVideoDiffusionPipeline": {"decode_chunk_size": 8, "min_guidance_scale": 1.0},
    # Else it draws the nearest size of a list and stretches that.
    "SanaVideoPipeline": {"use_resolution_binning": False},
    "SanaImageToVideoPipeline": {"use_resolution_binning": False},
}


class Drawing(NamedTuple):
    """What the network draws for a job."""

    width: int
    height: int
    num_frames: int

    @property
    def size(self) -> tuple[int, int]:
        return self.width, self.height


def drawing_of(job: Generate, spec: ModelSpec, pipe: Any) -> Drawing:
    """The native size of the model, or the size asked for rounded up to what the pipeline can; its grid."""
    count = spec.limits.frames.snap(job.num_frames)
    if (fold := temporal_fold(pipe)) > 1:
        count = FrameGrid(step=fold, offset=1, minimum=1).snap(count)
    if spec.limits.native_size is not None:
        return Drawing(*spec.limits.native_size, count)
    step = lcm(spec.limits.size_multiple, size_multiple(pipe))
    return Drawing(_round_up(job.width, step), _round_up(job.height, step), count)


def call_arguments(
    job: Generate, spec: ModelSpec, pipe: Any, drawing: Drawing, held: HeldFrames | None = None
) -> dict[str, Any]:
    """What `pipe` is called with for `job`; the CPU draws the random numbers for every device.

    `held` are frames that the drawing has to show again; HOLD then says how, also where the call takes no
    such argument.

    Only what its call takes. Raises InputError, MediaError and MissingFileError for inputs.
    """
    kind = class_name(pipe)
    rate = job.frame_rate.fraction
    generator = torch.Generator("cpu").manual_seed(job.seed or 0)
    wanted: dict[str, Any] = {
        "prompt": prompt_of(job, spec),
        "negative_prompt": job.negative_prompt,
        "width": drawing.width,
        "height": drawing.height,
        "num_inference_steps": max(_FEWEST_STEPS.get(kind, 1), job.num_inference_steps),
        "guidance_scale": job.guidance_scale,
        "max_guidance_scale": job.guidance_scale,
        "frame_rate": int(rate) if rate.denominator == 1 else float(rate),
        "fps": max(1, round(rate)),
        "generator": generator,
        "output_type": "np",
        **dict.fromkeys(_LENGTHS, drawing.num_frames),
        **_expert_guidance(job, pipe),
        **_skipped_blocks(pipe),
        **_inputs(job, spec, pipe, drawing, held),
        **_SPECIAL.get(kind, {}),
    }
    if held is not None and kind in _HOLDS_LATENTS:
        wanted |= latent_arguments(held, pipe, drawing.size, drawing.num_frames, generator)
    takes = call_parameters(pipe) | {HOLD}
    taken = {name: value for name, value in wanted.items() if name in takes}
    return {**taken, **spec.call}


def prompt_of(job: Generate, spec: ModelSpec) -> str:
    style = spec.styles.get(job.style, "")
    return f"{job.prompt}, {style}" if style else job.prompt


def _expert_guidance(job: Generate, pipe: Any) -> dict[str, float]:
    """A pipeline with one expert refuses the argument."""
    if job.guidance_scale_2 is None or pipe.config.get("boundary_ratio") is None:
        return {}
    return {"guidance_scale_2": job.guidance_scale_2}


def _skipped_blocks(pipe: Any) -> dict[str, list[int]]:
    """LTX-2 guides itself by leaving out block 28, which a smaller network does not have."""
    if "spatio_temporal_guidance_blocks" not in call_parameters(pipe):
        return {}
    return {"spatio_temporal_guidance_blocks": [min(28, len(pipe.transformer.transformer_blocks) - 1)]}


def _inputs(
    job: Generate, spec: ModelSpec, pipe: Any, drawing: Drawing, held: HeldFrames | None
) -> dict[str, Any]:
    """The job's pictures and videos, as `pipe` wants them."""
    kind = class_name(pipe)
    if kind.startswith("WanAnimate2"):
        return _animation_inputs(job, drawing)
    if kind == "WanVACEPipeline":
        return _vace_inputs(job, drawing, held)
    if kind in ("LTXConditionPipeline", "LTX2ConditionPipeline"):
        return _conditions(job, pipe, drawing, held)
    found: dict[str, Any] = {}
    ordered = sorted(job.images, key=lambda image: image.frame % drawing.num_frames)
    pictures = [drawing_inputs.picture(image, drawing.size) for image in ordered]
    if held is not None and held.at_end:
        found["last_image"] = held.images[0]
    elif held is not None:
        pictures = held.images[-1:] + pictures
    if pictures:
        found["image"] = pictures[0]
    if len(pictures) > 1:
        found["last_image"] = pictures[-1]
    if job.video is not None:
        frames = drawing_inputs.film(job.video, drawing.size, job.frame_rate, drawing.num_frames)
        count = drawing_inputs.fitting_count(len(frames), drawing.num_frames, spec.limits.frames)
        found["video"] = (frames + frames[-1:] * count)[:count]
        found["strength"] = job.strength
    return found


def _conditions(job: Generate, pipe: Any, drawing: Drawing, held: HeldFrames | None) -> dict[str, Any]:
    """Each picture with its frame and strength; none at all for a job of words only."""
    fold = temporal_fold(pipe)
    conditions: list[Any] = []
    if held is not None:
        first = held.places(drawing.num_frames)[0]
        if class_name(pipe) == "LTX2ConditionPipeline":
            index = _round_up(first, fold) // fold
            conditions.append(LTX2VideoCondition(frames=held.images, index=index))
        else:
            conditions.append(LTXVideoCondition(video=held.images, frame_index=first))
    for image in sorted(job.images, key=lambda image: image.frame % drawing.num_frames):
        shown = drawing_inputs.picture(image, drawing.size)
        frame = image.frame % drawing.num_frames
        if class_name(pipe) == "LTX2ConditionPipeline":
            # It counts latent frames, and leaves out what stands beyond the last without a word.
            index = _round_up(frame, fold) // fold
            conditions.append(LTX2VideoCondition(frames=shown, index=index, strength=image.strength))
        else:
            conditions.append(LTXVideoCondition(image=shown, frame_index=frame, strength=image.strength))
    return {"conditions": conditions} if conditions else {}


def _vace_inputs(job: Generate, drawing: Drawing, held: HeldFrames | None) -> dict[str, Any]:
    """One video and one mask say everything: white is drawn, black is kept."""
    count, size, rate = drawing.num_frames, drawing.size, job.frame_rate
    found: dict[str, Any] = {}
    base = job.control or job.video
    if base is not None:
        found["video"] = drawing_inputs.held_film(base, size, rate, count)
    if job.mask is not None:
        found["mask"] = drawing_inputs.masks(job.mask, size, rate, count)
    kept = {image.frame % count: drawing_inputs.picture(image, size) for image in job.images}
    if held is not None:
        kept |= dict(zip(held.places(count), held.images, strict=True))
    if kept:
        found.setdefault("video", [Image.new("RGB", size, _UNKNOWN)] * count)
        found.setdefault("mask", [Image.new("L", size, 255)] * count)
    for frame, shown in kept.items():
        found["video"][frame] = shown
        found["mask"][frame] = Image.new("L", size, 0)
    if job.references:
        found["reference_images"] = [drawing_inputs.whole_picture(source) for source in job.references]
    return found


def _animation_inputs(job: Generate, drawing: Drawing) -> dict[str, Any]:
    """Who appears, and the video that is followed, both in the size that is drawn: no edges are filled."""
    if not job.references or job.control is None:
        hint = "Choose a picture of who appears, and a video that leads."
        raise InputError("This model sets somebody in the motion of a video; one of them is missing.", hint)
    count = drawing.num_frames
    return {
        "image": drawing_inputs.picture(job.references[0], drawing.size),
        "driving_video": drawing_inputs.held_film(job.control, drawing.size, job.frame_rate, count),
        # A shorter video than one segment would be filled up with its own mirror image.
        "segment_frame_length": min(SEGMENT, count),
        # It works out the size from the area and the picture's shape, and rounds down: a little more.
        "width": drawing.width + 1,
        "height": drawing.height + 1,
    }


def _round_up(value: int, step: int) -> int:
    return -(-value // step) * step
