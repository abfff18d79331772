"""Sets a pipeline's scheduler for one job and watches what the model predicts."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

import diffusers
import torch

from studio.adapters.given_sound import HeldSound
from studio.adapters.held_frames import Replacement
from studio.errors import JobError, ModelError
from studio.models.schedulers import SCHEDULERS


def built_scheduler(own: Any, name: str, flow_shift: float | None, predicts_flow: bool) -> Any:
    """A fresh scheduler: the model's `own` one, or the one called `name`, with its settings; same noise.

    Raises ModelError where it cannot be made from those settings.
    """
    settings: dict[str, Any] = {}
    kind = type(own)
    if name:
        wanted = SCHEDULERS[name]
        kind = getattr(diffusers, wanted.class_name)
        settings = dict(wanted.flow) if predicts_flow else {}
    shift = flow_shift
    if shift is None and name:
        # The same thing under two names.
        shift = own.config.get("flow_shift", own.config.get("shift"))
    if shift is not None and predicts_flow:
        settings["flow_shift" if "flow_shift" in _parameters(kind) else "shift"] = shift
    try:
        made = kind.from_config(own.config, **settings)
        return _trailing(made) if name and SCHEDULERS[name].trailing else made
    except (ValueError, NotImplementedError, ImportError) as error:
        raise ModelError(
            f"The scheduler '{name}' does not work with this model.", "Choose another.", str(error)
        ) from error


def _trailing(scheduler: Any) -> Any:
    """`scheduler` with steps at equal shares of the way (before its shift), where it is not told others."""
    kind: Any = type(scheduler)

    def set_timesteps(
        self: Any, num_inference_steps: int | None = None, device: Any = None, sigmas: Any = None, **more: Any
    ) -> None:
        if sigmas is None and num_inference_steps is not None:
            sigmas = [1 - step / num_inference_steps for step in range(num_inference_steps)]
        kind.set_timesteps(self, num_inference_steps, device=device, sigmas=sigmas, **more)

    scheduler.__class__ = type(kind.__name__, (kind,), {"set_timesteps": set_timesteps})
    return scheduler


def _parameters(kind: type) -> set[str]:
    return set(inspect.signature(kind.__init__).parameters)


class SchedulerTap:
    """Stands in a scheduler's `step` without changing a number, but where frames are held.

    The scheduler's class is replaced by a subclass made for it: pipelines copy schedulers (LTX-2 takes a
    copy for its sound, which is not watched), and a patched instance would not survive that.
    """

    def __init__(
        self,
        scheduler: Any,
        is_wanted: Callable[[], bool],
        hold: Replacement | None = None,
        sound: HeldSound | None = None,
    ) -> None:
        """`hold` puts known latents back after each step, for pipelines that have no callback for it.

        `sound` does that in the scheduler's copy, which denoises the sound.
        """
        self._scheduler = scheduler
        self._is_wanted = is_wanted
        self._hold, self._sound = hold, sound
        self._step = 0
        self.clean: torch.Tensor | None = None
        """The clean latents that the model predicted in the last step that was wanted."""
        kind = type(scheduler)
        scheduler.__class__ = type(kind.__name__, (kind,), {"step": _tapped_step(kind, self)})

    def wants(self, scheduler: Any) -> bool:
        return scheduler is self._scheduler and self._is_wanted()

    def held(self, scheduler: Any, sample: torch.Tensor, result: Any) -> Any:
        """What a step from `sample` gives, with the known latents put back; only for tuples."""
        if scheduler is not self._scheduler:
            return result if self._sound is None else self._sound.after(scheduler, sample, result)
        if self._hold is None:
            return result
        self._step += 1
        return (self._hold.put_back(scheduler, self._step - 1, result[0]), *result[1:])

    def see(self, prediction: torch.Tensor, clean: torch.Tensor | None) -> None:
        """Looks at one step; raises JobError when the model's prediction is no longer made of numbers."""
        if not torch.isfinite(prediction).all():
            raise JobError(
                "The model's prediction is not a number: the video would be black.",
                "Its weights may be damaged, or its precision too low for this job.",
            )
        if clean is not None:
            self.clean = clean


def _tapped_step(kind: Any, tap: SchedulerTap) -> Callable[..., Any]:
    """`kind.step`, seen by `tap`, with the same signature: pipelines read there what they may hand over."""
    signature = inspect.signature(kind.step)

    @functools.wraps(kind.step)
    def step(self: Any, *args: Any, **options: Any) -> Any:
        given = signature.bind(self, *args, **options).arguments
        wanted = tap.wants(self)
        # Copies: some pipelines write the next step into the same memory.
        sample = given["sample"].clone() if wanted else given["sample"]
        result = kind.step(self, *args, **options)
        prediction = given["model_output"]
        clean = None
        if wanted:
            # LTX hands over the negative flow where every token has a time of its own.
            per_token = given.get("per_token_timesteps") is not None
            clean = _clean(self, -prediction if per_token else prediction, sample, result)
        tap.see(prediction, None if clean is None else clean.detach().clone())
        return tap.held(self, given["sample"], result)

    return step


def _clean(
    scheduler: Any, prediction: torch.Tensor, sample: torch.Tensor, result: Any
) -> torch.Tensor | None:
    """x0 as the scheduler itself has found it, else along the flow: x0 = sample ∓ σ · velocity.

    None for schedulers of which neither is known.
    """
    found = result[1] if isinstance(result, tuple) and len(result) > 1 else None
    found = getattr(result, "pred_original_sample", found)
    if _is_like(found, sample):
        return found
    outputs = getattr(scheduler, "model_outputs", None)
    if outputs and _is_like(outputs[-1], sample):
        return outputs[-1]
    kind = scheduler.config.get("prediction_type", "flow_prediction")
    if kind == "flow_prediction" and hasattr(scheduler, "sigmas") and scheduler.step_index:
        # MiniMax-H3's flow leads to the picture, that of all others away from it.
        velocity = -prediction if type(scheduler).__name__ == "MiniMaxH3Scheduler" else prediction
        sigma = float(scheduler.sigmas[scheduler.step_index - 1])
        if scheduler.config.get("invert_sigmas"):
            # Mochi counts from noise to picture.
            return sample + (1 - sigma) * velocity
        return sample - sigma * velocity
    return None


def _is_like(found: Any, sample: torch.Tensor) -> bool:
    return isinstance(found, torch.Tensor) and found.shape == sample.shape
