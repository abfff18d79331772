"""What is wrong with a Generate job before it runs: its inputs, and what its model can be asked."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from studio.errors import ModelError
from studio.jobs.few_step import few_step_of, few_step_shortcoming
from studio.jobs.job import Expert, Generate, Lora, capabilities_for
from studio.jobs.windows import is_long, parts_of, planned
from studio.models.signatures import family_called
from studio.models.spec import Capability, ModelSpec

MAX_GUIDANCE = 30
_LACKING = {
    Capability.CONTROL: ("control", "a control video"),
    Capability.REFERENCES: ("references", "a reference: a picture of who appears"),
}
MAX_LORA_WEIGHT = 10


class Problem(msgspec.Struct, frozen=True):
    """An "error" keeps the job from running, a "warning" lets it; "info" is only worth knowing."""

    severity: Literal["error", "warning", "info"]
    field: str
    message: str
    hint: str = ""


def input_problems(job: Generate) -> list[Problem]:
    """What no model could make sense of."""
    found: list[Problem] = []
    for image in job.images:
        if not -job.num_frames <= image.frame < job.num_frames:
            message = f"There is no frame {image.frame} in a video of {job.num_frames} frames."
            found.append(Problem("error", "images", message, "Frames count from 0; -1 is the last."))
    places = [image.frame % max(job.num_frames, 1) for image in job.images]
    if len(set(places)) < len(places):
        found.append(Problem("error", "images", "Two pictures stand at the same frame.", "Move one of them."))
    found += _window_problems(job)
    if (job.mask is not None or job.painted) and job.video is None:
        found.append(Problem("error", "mask", "A mask needs a video under it.", "Choose the video."))
    if not 0 <= job.strength <= 1:
        found.append(Problem("error", "strength", "Strength goes from 0 to 1."))
    for lora in job.loras:
        if not -MAX_LORA_WEIGHT <= lora.weight <= MAX_LORA_WEIGHT:
            message = f"The weight of a LoRA goes from -{MAX_LORA_WEIGHT} to {MAX_LORA_WEIGHT}."
            found.append(Problem("error", "loras", message, "1 is usual."))
        if not lora.path.lower().endswith(".safetensors"):
            hint = "Only .safetensors files are read: others may run programs when they are opened."
            found.append(Problem("error", "loras", "This LoRA is not a safetensors file.", hint))
    return found


def _window_problems(job: Generate) -> list[Problem]:
    found: list[Problem] = []
    if len(job.windows) == 1:
        found.append(Problem("error", "windows", "One part alone is no long video.", "Add another, or none."))
    if any(window.num_frames < 1 for window in job.windows):
        found.append(Problem("error", "windows", "Each part has at least one frame.", "Make it longer."))
    elif job.windows and (total := sum(window.num_frames for window in job.windows)) != job.num_frames:
        message = f"The parts have {total} frames together, and the video {job.num_frames}."
        found.append(Problem("error", "windows", message, "Make both the same."))
    if not all(0 <= mask.frame < job.num_frames for mask in job.painted):
        message = f"A mask is painted on a frame that a video of {job.num_frames} frames does not have."
        found.append(Problem("error", "mask", message, "Frames count from 0."))
    if job.mask is not None and job.painted:
        hint = "Use the whole mask, or those painted on single frames."
        found.append(Problem("error", "mask", "There are two kinds of mask.", hint))
    return found


def drawing_problems(job: Generate, spec: ModelSpec) -> list[Problem]:
    """What the model of `spec` would not do, or would do otherwise."""
    return [*_length_problems(job, spec), *_setting_problems(job, spec), *_extra_problems(job, spec)]


def _length_problems(job: Generate, spec: ModelSpec) -> list[Problem]:
    found: list[Problem] = []
    limits = spec.limits
    if is_long(job, spec):
        found += _long_problems(job, spec)
    elif (snapped := limits.frames.snap(job.num_frames)) != job.num_frames:
        message = f"{spec.title} makes {snapped} frames, not {job.num_frames}."
        found.append(Problem("warning", "num_frames", message))
    if limits.frame_rates and job.frame_rate not in limits.frame_rates:
        rates = ", ".join(str(rate) for rate in limits.frame_rates)
        message = (
            f"{spec.title} draws motion for {rates} fps; at {job.frame_rate} fps it plays at another speed."
        )
        found.append(Problem("warning", "frame_rate", message))
    words = max(len(part.prompt.split()) for part in parts_of(job))
    if limits.prompt_tokens and words > limits.prompt_tokens:
        message = f"{spec.title} reads about the first {limits.prompt_tokens} of these {words} words."
        found.append(Problem("warning", "prompt", message, "Say the most important things first."))
    return found


def _long_problems(job: Generate, spec: ModelSpec) -> list[Problem]:
    """A long video is told to be one; what its windows need must be possible at once."""
    family = family_called(spec.family)
    plan = planned(job, spec, family) if family is not None else []
    if family is None or not plan:
        return []
    found: list[Problem] = []
    if len(plan) > 1:
        frames = f"{job.num_frames} frames" if job.num_frames > 1 else "One frame"
        message = f"{frames} are drawn in {len(plan)} parts of up to {max(w.keeps for w in plan)}."
        found.append(Problem("info", "num_frames", message, "They come one after the other."))
    for needs in dict.fromkeys(window.needs for window in plan):
        if set(needs) <= set(spec.capabilities) and family.route_for(needs) is None:
            wishes = " and ".join(one.value for one in needs)
            message = f"{spec.title} can do {wishes}, but not both at once."
            found.append(Problem("error", "model", message, "Leave one out."))
    return found


def _setting_problems(job: Generate, spec: ModelSpec) -> list[Problem]:
    found: list[Problem] = []
    limits = spec.limits
    if not 1 <= job.num_inference_steps <= limits.max_steps:
        found.append(Problem("error", "num_inference_steps", f"Steps go from 1 to {limits.max_steps}."))
    for field, value in (("guidance_scale", job.guidance_scale), ("guidance_scale_2", job.guidance_scale_2)):
        if value is not None and not 0 <= value <= MAX_GUIDANCE:
            found.append(Problem("error", field, f"Guidance goes from 0 to {MAX_GUIDANCE}."))
    if job.style and job.style not in spec.styles:
        known = ", ".join(spec.styles) or "none"
        found.append(
            Problem("error", "style", f"{spec.title} has no style '{job.style}'.", f"Its styles: {known}.")
        )
    if job.scheduler and job.scheduler not in limits.schedulers:
        known = ", ".join(limits.schedulers) or "only its own (leave it empty)"
        message = f"The scheduler '{job.scheduler}' does not suit {spec.title}."
        found.append(Problem("error", "scheduler", message, f"It takes: {known}."))
    return found


def _mismatch(spec: ModelSpec, needed: tuple[Capability, ...], lacking: tuple[Capability, ...]) -> Problem:
    """Why a model that can do each of `needed` cannot do just that."""
    if lacking:
        field, more = _LACKING.get(lacking[0], ("model", lacking[0].value))
        return Problem("error", field, f"{spec.title} needs {more} too.", "Add it, or choose another model.")
    wishes = " and ".join(one.value for one in needed)
    return Problem("error", "model", f"{spec.title} can do {wishes}, but not both at once.", "Leave one out.")


def _extra_problems(job: Generate, spec: ModelSpec) -> list[Problem]:
    found: list[Problem] = []
    needed = capabilities_for(job)
    family = family_called(spec.family)
    can_each = set(needed) <= set(spec.capabilities) and not is_long(job, spec)
    if can_each and family is not None and not family.pipeline_for(needed):
        found.append(_mismatch(spec, needed, family.lacking(needed)))
    if job.flow_shift is not None and spec.defaults.flow_shift is None:
        found.append(Problem("error", "flow_shift", f"{spec.title} has no flow shift to set."))
    elif job.flow_shift is not None and not 0 < job.flow_shift <= 100:
        found.append(Problem("error", "flow_shift", "The flow shift goes from above 0 to 100."))
    choice = few_step_of(spec, job.few_step)
    own = 0 if choice is None else 1 + bool(choice.file_2)
    if own + len(job.loras) > spec.limits.max_loras:
        most = spec.limits.max_loras
        message = f"{spec.title} takes {most or 'no'} LoRA{'s' if most > 1 else ''}."
        found.append(Problem("error", "loras", message, "Leave some out, or choose another model."))
    if job.few_step and (shortcoming := few_step_shortcoming(spec, job.few_step)):
        found.append(Problem("error", "few_step", *shortcoming))
    found += [problem for lora in job.loras if (problem := _lora_problem(lora, spec)) is not None]
    if spec.experts < 2:
        if job.guidance_scale_2 is not None:
            found.append(Problem("error", "guidance_scale_2", f"{spec.title} has one network only."))
        if any(lora.expert is not Expert.BOTH for lora in job.loras):
            message = f"{spec.title} has one network only, so a LoRA cannot be for one of two."
            found.append(Problem("error", "loras", message, "Choose 'both'."))
    return found


def _lora_problem(lora: Lora, spec: ModelSpec) -> Problem | None:
    """What its own header says against `lora` on this model: better now than after the model was loaded."""
    from studio.models.weights_kind import misfit  # For LoRAs only: not at every start.

    path = Path(lora.path)
    if not path.is_file() or path.suffix.lower() != ".safetensors":
        return None
    try:
        reason = misfit(path, spec.family)
    except ModelError as error:
        return Problem("error", "loras", error.message, error.hint)
    return Problem("error", "loras", reason, f"{spec.title} needs one of its own family.") if reason else None
