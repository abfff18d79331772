"""Every video family of diffusers behind one adapter; what is special about some stands in small tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from studio.adapters.base import Footage, RunContext
from studio.adapters.diffusers_calls import watched
from studio.adapters.diffusers_loading import be_quiet, load_pipeline, sibling
from studio.adapters.drawing_arguments import Drawing, call_arguments, drawing_of
from studio.adapters.latent_preview import LatentPreview
from studio.adapters.lora_rack import LoraRack
from studio.adapters.pipeline_facts import latent_shape
from studio.adapters.prompt_memory import PromptMemory
from studio.adapters.scheduler_tap import SchedulerTap, built_scheduler
from studio.adapters.sound import stereo_48k
from studio.adapters.torch_device import limit_threads, pick_device
from studio.errors import JobError, ModelError
from studio.jobs.job import Generate, capabilities_for
from studio.media.picture import fit_picture
from studio.models.families import FAMILIES, Family
from studio.models.signatures import family_of_class
from studio.models.spec import ModelSpec
from studio.render.enlarge import enlarge, fills


class DiffusersVideoAdapter:
    """Frames are those of the bare `pipe(...)` call with `call_arguments`, rounded to 8 bit."""

    def load(self, spec: ModelSpec) -> None:
        """Reads a diffusers folder: safetensors only, no network, no code out of the folder."""
        limit_threads()
        be_quiet()
        self._spec = spec
        self._pipe = load_pipeline(spec, pick_device())
        self._own_scheduler = self._pipe.scheduler
        self._siblings = {type(self._pipe).__name__: self._pipe}
        self._family = _family(spec)
        self._prompts = PromptMemory()
        self._loras = LoraRack(self._pipe, spec.title)
        self._preview = LatentPreview(self._pipe, spec.path("vae"))

    def run(self, job: Generate, context: RunContext) -> Footage:
        """Draws the whole video; what is left for `frames` is bringing each one to its size."""
        pipe = self.pipeline(job)
        if self._loras.hang(job.loras):
            self._prompts.forget()
        drawing = drawing_of(job, self._spec, pipe)
        output = self._drawn(job, pipe, drawing, context)
        video = output.frames[0]
        target = (job.width, job.height)
        self._tell(job, drawing, context)
        audio = stereo_48k(output, pipe, len(video), job.frame_rate)
        fit = enlarge if self._spec.limits.native_size else _cropped
        return Footage(_frames(video, target, fit), *target, job.frame_rate, len(video), audio)

    def _tell(self, job: Generate, drawing: Drawing, context: RunContext) -> None:
        """What becomes otherwise than asked and could not be known before."""
        title, limits = self._spec.title, self._spec.limits
        if limits.native_size and not fills(limits.native_size, (job.width, job.height)):
            context.notice(
                f"{title} draws {drawing.width}×{drawing.height}; the sides of the picture are filled in.",
                "Choose the model's own shape for a full picture.",
            )
        if job.video is None and drawing.num_frames != limits.frames.snap(job.num_frames):
            context.notice(f"{title} makes {drawing.num_frames} frames, not {job.num_frames}.")

    def economise(self) -> bool:
        """Decodes in tiles; then keeps only the network that is at work on the accelerator."""
        if _tiles(self._pipe.vae):
            return True
        device = pick_device()
        if device.type == "cpu" or hasattr(self._pipe.vae, "_hf_hook"):
            return False
        self._siblings = {type(self._pipe).__name__: self._pipe}
        self._pipe.to("cpu")
        self._pipe.enable_model_cpu_offload(device=device)
        return True

    def unload(self) -> None:
        del self._pipe, self._siblings, self._loras, self._preview, self._prompts, self._own_scheduler

    def pipeline(self, job: Generate) -> Any:
        """The pipeline that carries out `job`, over the loaded networks; raises ModelError when none can."""
        needed = capabilities_for(job)
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

    def _drawn(self, job: Generate, pipe: Any, drawing: Drawing, context: RunContext) -> Any:
        """The pipeline's output for `job`."""
        arguments = call_arguments(job, self._spec, pipe, drawing)
        flow = self._family.predicts_flow
        pipe.scheduler = built_scheduler(self._own_scheduler, job.scheduler, job.flow_shift, flow)
        tap = SchedulerTap(pipe.scheduler, context.wants_preview)
        if hasattr(pipe, "guider"):
            pipe.guider = pipe.guider.new(guidance_scale=job.guidance_scale)
        shape = latent_shape(pipe, *drawing)

        def show() -> None:
            if tap.clean is not None:
                clean, tap.clean = tap.clean, None
                context.preview(self._preview.pictures(pipe, clean, shape))

        try:
            with self._prompts.used_by(pipe), watched(pipe, context, shape[0], show):
                return pipe(**arguments)
        finally:
            pipe.scheduler = self._own_scheduler


def _tiles(vae: Any) -> bool:
    """Makes an autoencoder work in tiles; False when it does already or cannot."""
    if getattr(vae, "use_tiling", True):
        return False
    try:
        vae.enable_tiling()
    except NotImplementedError:  # promised by a base class, not kept by some (SVD)
        return False
    return True


def _family(spec: ModelSpec) -> Family:
    known = FAMILIES.get(spec.family)
    found = known or family_of_class(spec.family.removeprefix("class:"))
    if found is None:
        raise ModelError(
            f"'{spec.title}' names the family '{spec.family}', which is not known.",
            f"Known ones: {', '.join(FAMILIES)}.",
        )
    return found


def _frames(
    video: np.ndarray, target: tuple[int, int], fit: Callable[[np.ndarray, tuple[int, int]], np.ndarray]
) -> Iterator[np.ndarray]:
    """float frames in [0, 1] as uint8 RGB of the size `target`; raises JobError where one is no picture."""
    for frame in video:
        if not np.isfinite(frame).all():
            raise JobError(
                "A frame is made of no numbers: it would be black.",
                "The model's decoder may be damaged, or its precision too low for this size.",
            )
        yield fit(np.round(frame * 255).astype(np.uint8), target)


def _cropped(frame: np.ndarray, target: tuple[int, int]) -> np.ndarray:
    """What was drawn a little larger than asked, without what stands over."""
    return fit_picture(frame, *target)
