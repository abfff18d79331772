"""`studio generate`: from its options to the job, for models of the catalog and for any diffusers folder."""

from __future__ import annotations

import argparse
from pathlib import Path

from studio.cli.console import Console
from studio.cli.fitting import existing, fitting_size, frames_asked, source
from studio.errors import UsageError
from studio.jobs.job import Expert, Extension, Generate, Keyframe, Lora, Mask, Source
from studio.jobs.windows import evenly
from studio.models.catalog import Catalog
from studio.models.spec import Capability, ModelSpec
from studio.timing import Rate


def generate_job(options: argparse.Namespace, catalog: Catalog, console: Console) -> Generate:
    """The job that `options` describe; what had to be changed to fit the model is said."""
    spec = _spec(catalog, options.model)
    defaults = spec.defaults
    rate: Rate = options.fps or defaults.frame_rate
    size = options.size or (defaults.width, defaults.height)
    width, height = fitting_size(size, spec.limits, console)
    video = source(options.video) if options.video else None
    prompts = [options.prompt, *options.window_prompt]
    usual = _natural_length(video, rate, defaults.num_frames) * len(prompts)
    frames = _fitting_length(options, frames_asked(options, rate, usual), spec, console)
    return Generate(
        model=spec.id,
        seed=options.seed,
        prompt=options.prompt,
        negative_prompt=options.negative or defaults.negative_prompt,
        style=options.style,
        images=_keyframes(options),
        references=tuple(source(path) for path in options.reference),
        video=video,
        strength=defaults.strength if options.strength is None else options.strength,
        control=source(options.control) if options.control else None,
        sound=source(options.sound) if options.sound else None,
        mask=source(options.mask) if options.mask else None,
        painted=tuple(Mask(str(existing(path)), frame=_frame(at)) for at, path in options.mask_frame),
        extend=_extension(options),
        windows=evenly(prompts, frames) if len(prompts) > 1 else (),
        width=width,
        height=height,
        num_frames=frames,
        frame_rate=rate,
        num_inference_steps=options.steps or defaults.num_inference_steps,
        guidance_scale=defaults.guidance_scale if options.guidance is None else options.guidance,
        guidance_scale_2=defaults.guidance_scale_2 if options.guidance_2 is None else options.guidance_2,
        scheduler=options.scheduler,
        flow_shift=options.flow_shift,
        loras=tuple(_lora(text) for text in options.lora),
        few_step=options.few_step,
    )


def _spec(catalog: Catalog, model: str) -> ModelSpec:
    """The model called `model`, or the one in the folder `model`; raises UsageError when there is neither."""
    if model in [spec.id for spec in catalog.all()]:
        return catalog.get(model)
    if Path(model).is_dir():
        return catalog.get(str(Path(model).absolute()))
    shown = ", ".join(sorted(spec.id for spec in catalog.all() if not spec.hidden))
    raise UsageError(
        f"There is no model called '{model}'.", f"Name a diffusers folder, or choose one of: {shown}."
    )


def _fitting_length(options: argparse.Namespace, wanted: int, spec: ModelSpec, console: Console) -> int:
    """`wanted`, or what the model can make in one piece where it has to; says so where that is another."""
    grid = spec.limits.frames
    goes_on = wanted > grid.maximum and Capability.EXTEND in spec.capabilities
    if goes_on or options.extend or options.window_prompt:
        return wanted
    frames = grid.snap(wanted)
    if frames != wanted:
        console.note(f"{spec.title} makes {frames} frames, not {wanted}.")
    return frames


def _extension(options: argparse.Namespace) -> Extension | None:
    if options.extend:
        return Extension(str(existing(options.extend)), backwards=options.backwards)
    if options.backwards:
        raise UsageError("Backwards from what?", "Name the clip with --extend.")
    return None


def _natural_length(video: Source | None, rate: Rate, usual: int) -> int:
    """As long as the video that is drawn anew, up to the model's usual length."""
    if video is None:
        return usual
    from studio.media.probe import probe

    duration = probe(video.path).duration
    return usual if duration is None else min(usual, max(1, duration.floor_frames(rate)))


def _keyframes(options: argparse.Namespace) -> tuple[Keyframe, ...]:
    """The first picture begins the video, a second one ends it; others stand where --keyframe says."""
    pictures = [*options.image, *([options.last] if options.last else [])]
    if len(pictures) > 2:
        raise UsageError(
            "A video has one first and one last picture.", "Name the others with --keyframe FRAME FILE."
        )
    found = [Keyframe(str(existing(path)), frame=-place) for place, path in enumerate(pictures)]
    if options.last and len(pictures) == 1:
        found = [Keyframe(str(existing(options.last)), frame=-1)]
    for frame, path in options.keyframe:
        found.append(Keyframe(str(existing(path)), frame=_frame(frame)))
    return tuple(found)


def _frame(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise UsageError(f"'{text}' is not a frame.", "Frames count from 0; -1 is the last.") from error


def _lora(text: str) -> Lora:
    """FILE, FILE@WEIGHT or FILE@WEIGHT@EXPERT."""
    path, *rest = [text] if Path(text).is_file() else text.split("@")
    try:
        weight = float(rest[0]) if rest else 1.0
        expert = Expert(rest[1]) if len(rest) > 1 else Expert.BOTH
    except ValueError as error:
        hint = f"Write FILE@0.8, or FILE@0.8@EXPERT with one of {', '.join(Expert)}."
        raise UsageError(f"'{text}' is not a LoRA with its weight.", hint) from error
    return Lora(str(existing(path)), weight, expert)
