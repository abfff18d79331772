"""A model in a few steps: a LoRA made for that and the settings that belong to it, as one choice."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from studio.errors import ModelError
from studio.jobs.job import Download, Expert, Generate, Lora
from studio.models.hub_cache import find_file
from studio.models.spec import FewStep, ModelSpec


def few_step_of(spec: ModelSpec, name: str) -> FewStep | None:
    """The few-step choice of `spec` called `name`; None: it has none of that name."""
    return next((one for one in spec.few_step if one.id == name), None)


def few_step_files(choice: FewStep) -> list[Path] | None:
    """Where its LoRAs lie, first expert first; None while they are not installed."""
    names = [name for name in (choice.file, choice.file_2) if name]
    found = [find_file(choice.repo, name, choice.revision) for name in names]
    files = [file for file in found if file is not None]
    return files if len(files) == len(names) else None


def few_step_download(spec: ModelSpec, choice: FewStep) -> Download:
    """The job that fetches its LoRAs."""
    return Download(
        model=spec.id,
        repo=choice.repo,
        revision=choice.revision,
        title=f"{choice.title} for {spec.title}",
        files=tuple(name for name in (choice.file, choice.file_2) if name),
    )


def few_step_settings(job: Generate, choice: FewStep) -> Generate:
    """`job` with the steps, guidance, scheduler and shift that belong to `choice`; its LoRAs as they were."""
    return replace(
        job,
        num_inference_steps=choice.steps,
        guidance_scale=choice.guidance,
        guidance_scale_2=None,
        scheduler=choice.scheduler,
        flow_shift=choice.flow_shift,
    )


def in_few_steps(job: Generate, spec: ModelSpec) -> Generate:
    """`job` as its few-step choice wants it, that choice's LoRAs among its own; `job` itself without one.

    Raises ModelError where the model has no such choice, or its LoRAs are not installed.
    """
    if not job.few_step:
        return job
    choice = few_step_of(spec, job.few_step)
    files = few_step_files(choice) if choice is not None else None
    if choice is None or files is None:
        message, hint = few_step_shortcoming(spec, job.few_step) or ("", "")
        raise ModelError(message, hint)
    experts = (Expert.HIGH_NOISE, Expert.LOW_NOISE) if choice.file_2 else (Expert.BOTH,)
    own = tuple(Lora(str(file), expert=expert) for file, expert in zip(files, experts, strict=True))
    return replace(few_step_settings(job, choice), few_step="", loras=(*own, *job.loras))


def few_step_shortcoming(spec: ModelSpec, name: str) -> tuple[str, str] | None:
    """Why the choice called `name` cannot be used now, and what to do about it; None when it can."""
    choice = few_step_of(spec, name)
    if choice is None:
        known = ", ".join(one.id for one in spec.few_step) or "none"
        return f"{spec.title} has no few-step setting '{name}'.", f"It has: {known}."
    if few_step_files(choice) is None:
        hint = f"Fetch it first: studio models pull {spec.id} --few-step {name}"
        return f"{choice.title} for {spec.title} is not installed.", hint
    return None
