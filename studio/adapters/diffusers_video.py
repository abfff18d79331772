"""Every video family of diffusers behind one adapter; what is special about some stands in small tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from msgspec.structs import replace

from studio.adapters.base import Footage, RunContext
from studio.adapters.diffusers_calls import watched
from studio.adapters.diffusers_loading import be_quiet, load_pipeline, sibling
from studio.adapters.drawing_arguments import Drawing, call_arguments, drawing_of
from studio.adapters.drawing_inputs import clip_end
from studio.adapters.given_sound import heard, held_sound
from studio.adapters.held_frames import HOLD, HeldFrames, held_of
from studio.adapters.latent_preview import LatentPreview
from studio.adapters.lora_rack import LoraRack
from studio.adapters.mask_film import with_mask_film
from studio.adapters.pipeline_facts import (
    call_parameters,
    class_name,
    frame_grid,
    latent_shape,
    parts_of_call,
)
from studio.adapters.prompt_memory import PromptMemory
from studio.adapters.scheduler_tap import SchedulerTap, built_scheduler
from studio.adapters.sound import stereo_48k
from studio.adapters.torch_device import limit_threads, pick_device
from studio.adapters.window_drawing import Drawn, WindowDrawing
from studio.errors import JobError, ModelError
from studio.jobs.few_step import in_few_steps
from studio.jobs.job import Generate, capabilities_for
from studio.jobs.windows import PlannedWindow, is_long, planned
from studio.media.picture import fit_picture
from studio.models.families import FAMILIES, Family
from studio.models.signatures import family_called
from studio.models.spec import Capability, ModelSpec
from studio.render.enlarge import enlarge, fills


class DiffusersVideoAdapter:
    """Frames are those of the bare `pipe(...)` call with `call_arguments`, rounded to 8 bit."""

    def load(self, spec: ModelSpec) -> None:
        """Reads a diffusers folder: safetensors only, no network, no code out of the folder."""
        limit_threads()
        be_quiet()
        self._spec = spec
        self._pipe, self._ladder = load_pipeline(spec, pick_device())
        self._own_scheduler = self._pipe.scheduler
        self._siblings = {class_name(self._pipe): self._pipe}
        self._family = _family(spec)
        self._prompts = PromptMemory()
        self._loras = LoraRack(self._pipe, spec.title)
        self._preview = LatentPreview(self._pipe, spec.path("vae"))

    def run(self, job: Generate, context: RunContext) -> Footage:
        """Draws the whole video; what is left for `frames` is bringing each one to its size."""
        job = in_few_steps(job, self._spec)
        if self._loras.hang(job.loras):
            self._prompts.forget()
        if job.painted:
            size = drawing_of(job, self._spec, self.pipeline(job)).size
            job = with_mask_film(job, size, context)
        if is_long(job, self._spec):
            return self._run_windows(job, context)
        pipe = self.pipeline(job)
        drawing = drawing_of(job, self._spec, pipe)
        output = self._drawn(job, pipe, drawing, context)
        video = output.frames[0]
        self._tell(job, drawing, context)
        if job.video is None and drawing.num_frames != self._spec.limits.frames.snap(job.num_frames):
            context.notice(f"{self._spec.title} makes {drawing.num_frames} frames, not {job.num_frames}.")
        audio = stereo_48k(output, pipe, len(video), job.frame_rate)
        if job.sound is not None:
            audio = heard(job.sound, job.frame_rate, len(video))
        return self._footage(_pictures(video), len(video), audio, job)

    def _run_windows(self, job: Generate, context: RunContext) -> Footage:
        """The same for a video that is drawn in windows; only one of them is in memory."""
        limits = self._spec.limits
        limits = replace(limits, frames=frame_grid(self._pipe, limits.frames))
        plan = planned(job, replace(self._spec, limits=limits), self._family)
        if not plan:
            hint = "Choose a model that goes on from a picture or a clip."
            raise ModelError(f"'{self._spec.title}' cannot go on from what it has drawn.", hint)
        drawing = drawing_of(plan[0].job, self._spec, self._pipeline(plan[0].needs))
        clip = None
        if job.extend is not None:
            # More of it than is held: what its tone is, its motion tells.
            count = max(window.job.num_frames for window in plan)
            clip = clip_end(job.extend, drawing.size, job.frame_rate, count)
        windows = WindowDrawing(job, plan, clip, context)
        windows.draw(self._window)
        self._tell(job, drawing, context)
        if windows.worst.is_seen:
            context.notice(f"The parts differed by up to {windows.worst} before they were brought together.")
        audio = windows.sound() if job.sound is None else heard(job.sound, job.frame_rate, job.num_frames)
        return self._footage(windows.frames(), job.num_frames, audio, job)

    def _window(self, window: PlannedWindow, shared: np.ndarray | None, context: RunContext) -> Drawn:
        pipe = self._pipeline(window.needs)
        drawing = drawing_of(window.job, self._spec, pipe)
        held = None if shared is None else held_of(shared, window.backwards)
        output = self._drawn(window.job, pipe, drawing, context, held)
        frames = np.stack(list(_pictures(output.frames[0])))
        return Drawn(frames, stereo_48k(output, pipe, len(frames), window.job.frame_rate))

    def _footage(
        self, frames: Iterator[np.ndarray], count: int, audio: np.ndarray | None, job: Generate
    ) -> Footage:
        """`frames` as they are drawn, in the size that was asked for."""
        target = (job.width, job.height)
        fit = enlarge if self._spec.limits.native_size else _cropped
        return Footage((fit(frame, target) for frame in frames), *target, job.frame_rate, count, audio)

    def _tell(self, job: Generate, drawing: Drawing, context: RunContext) -> None:
        """What becomes otherwise than asked and could not be known before."""
        title, limits = self._spec.title, self._spec.limits
        if limits.native_size and not fills(limits.native_size, (job.width, job.height)):
            context.notice(
                f"{title} draws {drawing.width}×{drawing.height}; the sides of the picture are filled in.",
                "Choose the model's own shape for a full picture.",
            )

    def economise(self) -> bool:
        """Takes one rung down the ladder of memory."""
        self._siblings = {class_name(self._pipe): self._pipe}
        return self._ladder.step_down()

    def unload(self) -> None:
        del (
            self._pipe,
            self._ladder,
            self._siblings,
            self._loras,
            self._preview,
            self._prompts,
            self._own_scheduler,
        )

    def pipeline(self, job: Generate) -> Any:
        """The pipeline that carries out `job`, over the loaded networks; raises ModelError when none can."""
        return self._pipeline(capabilities_for(job))

    def _pipeline(self, needed: tuple[Capability, ...]) -> Any:
        class_name = self._family.pipeline_for(needed)
        if class_name is None:
            wishes = " and ".join(one.value for one in needed)
            raise ModelError(
                f"'{self._spec.title}' cannot do this: {wishes}.",
                "Leave something out, or choose another model.",
            )
        if class_name not in self._siblings:
            self._siblings[class_name] = sibling(self._pipe, class_name)
        return self._siblings[class_name]

    def call_arguments(self, job: Generate) -> dict[str, Any]:
        """What the pipeline is called with for `job`."""
        pipe = self.pipeline(job)
        return call_arguments(job, self._spec, pipe, drawing_of(job, self._spec, pipe))

    def _drawn(
        self,
        job: Generate,
        pipe: Any,
        drawing: Drawing,
        context: RunContext,
        held: HeldFrames | None = None,
    ) -> Any:
        """The pipeline's output for `job`."""
        arguments = call_arguments(job, self._spec, pipe, drawing, held)
        flow = self._family.predicts_flow
        pipe.scheduler = built_scheduler(self._own_scheduler, job.scheduler, job.flow_shift, flow)
        hold = None if HOLD in call_parameters(pipe) else arguments.pop(HOLD, None)
        tap = SchedulerTap(
            pipe.scheduler, context.wants_preview, hold, held_sound(job, pipe, drawing.num_frames)
        )
        if hasattr(pipe, "guider"):
            pipe.guider = pipe.guider.new(guidance_scale=job.guidance_scale)
        shape = latent_shape(pipe, *drawing)

        def show() -> None:
            if tap.clean is not None:
                clean, tap.clean = tap.clean, None
                context.preview(self._preview.pictures(pipe, clean, shape))

        try:
            parts = parts_of_call(pipe, drawing.num_frames)
            with self._prompts.used_by(pipe), watched(pipe, context, shape[0], show, parts):
                return pipe(**arguments)
        finally:
            pipe.scheduler = self._own_scheduler


def _family(spec: ModelSpec) -> Family:
    found = family_called(spec.family)
    if found is None:
        raise ModelError(
            f"'{spec.title}' names the family '{spec.family}', which is not known.",
            f"Known ones: {', '.join(FAMILIES)}.",
        )
    return found


def _pictures(video: np.ndarray) -> Iterator[np.ndarray]:
    """float frames in [0, 1] as uint8 RGB; raises JobError where one is no picture."""
    for frame in video:
        if not np.isfinite(frame).all():
            raise JobError(
                "A frame is made of no numbers: it would be black.",
                "The model's decoder may be damaged, or its precision too low for this size.",
            )
        yield np.round(frame * 255).astype(np.uint8)


def _cropped(frame: np.ndarray, target: tuple[int, int]) -> np.ndarray:
    """What was drawn a little larger than asked, without what stands over."""
    return fit_picture(frame, *target)
