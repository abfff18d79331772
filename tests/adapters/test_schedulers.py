"""Every scheduler that a family may be asked for runs on it, and draws something else than its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from diffusers import UniPCMultistepScheduler

from studio.adapters.diffusers_video import DiffusersVideoAdapter
from studio.adapters.scheduler_tap import built_scheduler
from studio.models.folders import spec_of_folder
from tests.adapters.drawing_jobs import Inputs
from tests.adapters.tiny.registry import TINY, build_tiny
from tests.contract.contexts import RecordingContext

pytestmark = pytest.mark.filterwarnings("ignore:In CPU autocast")
# One for each network; others of a family share it.
_NAMES = (
    "wan",
    "wan-5b",
    "ltx",
    "ltx-2",
    "hunyuan",
    "cogvideox",
    "animatediff",
    "mochi",
    "kandinsky",
    "sana",
)


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    return Inputs(tmp_path_factory.mktemp("inputs"))


@pytest.mark.parametrize("name", _NAMES)
def test_every_scheduler_on_the_list_runs_and_counts(name: str, inputs: Inputs, tmp_path: Path) -> None:
    adapter = DiffusersVideoAdapter()
    spec = spec_of_folder(build_tiny(name, tmp_path))
    adapter.load(spec)

    def drawn(**changes: object) -> np.ndarray:
        job = inputs.job(spec.capabilities[0], TINY[name].frames, num_inference_steps=3, **changes)
        context = RecordingContext(tmp_path, previews=True)
        frames = np.stack(list(adapter.run(job, context).frames))
        assert len(context.previews) == 2, changes
        return frames

    plain = drawn()
    assert spec.limits.schedulers
    different = [
        scheduler for scheduler in spec.limits.schedulers if (drawn(scheduler=scheduler) != plain).any()
    ]
    # The model's own is on the list, and Euler's steps are DDIM's under another name.
    assert len(different) >= len(spec.limits.schedulers) - 2, different
    if spec.defaults.flow_shift is not None:
        assert (drawn(flow_shift=11.0) != plain).any()
    assert np.array_equal(drawn(), plain)


def test_a_distilled_models_steps_are_those_it_was_trained_on() -> None:
    """Wan 2.2 Lightning: 1000, 937.5, 833.3, 625 (its makers, Wan2.2-Lightning issue 3)."""
    own = UniPCMultistepScheduler(prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=3.0)
    for name in ("euler trailing", "lcm trailing"):
        scheduler = built_scheduler(own, name, 5.0, predicts_flow=True)
        scheduler.set_timesteps(4)
        assert np.allclose(scheduler.timesteps, [1000, 937.5, 2500 / 3, 625], atol=0.01)
        assert scheduler.sigmas[-1] == 0
    plain = built_scheduler(own, "euler", 5.0, predicts_flow=True)
    plain.set_timesteps(4)
    assert plain.timesteps[-1] < 50, "diffusers' own way: then the trailing ones are not needed any more"
