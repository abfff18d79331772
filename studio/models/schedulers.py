"""The schedulers of diffusers by the names that people know."""

from __future__ import annotations

import msgspec


class Scheduler(msgspec.Struct, frozen=True):
    """A scheduler by the name that people know: a class of diffusers and what must be set on it."""

    class_name: str
    flow: dict[str, str | bool] = {}
    """What makes it follow a flow, for families that predict one."""
    trailing: bool = False
    """Its steps end where equal shares of the way end, as distilled models were trained. Diffusers' own way
    through a flow leads to the very end already before the last step."""


_SOLVES_FLOW: dict[str, str | bool] = {"prediction_type": "flow_prediction", "use_flow_sigmas": True}
SCHEDULERS: dict[str, Scheduler] = {
    "euler": Scheduler("FlowMatchEulerDiscreteScheduler"),
    "heun": Scheduler("FlowMatchHeunDiscreteScheduler"),
    "lcm": Scheduler("FlowMatchLCMScheduler"),
    "euler trailing": Scheduler("FlowMatchEulerDiscreteScheduler", trailing=True),
    "lcm trailing": Scheduler("FlowMatchLCMScheduler", trailing=True),
    "unipc": Scheduler("UniPCMultistepScheduler", _SOLVES_FLOW),
    "dpm++": Scheduler("DPMSolverMultistepScheduler", {**_SOLVES_FLOW, "algorithm_type": "dpmsolver++"}),
    "dpm++ sde": Scheduler(
        "DPMSolverMultistepScheduler", {**_SOLVES_FLOW, "algorithm_type": "sde-dpmsolver++"}
    ),
    "deis": Scheduler("DEISMultistepScheduler", _SOLVES_FLOW),
    "sa-solver": Scheduler("SASolverScheduler", _SOLVES_FLOW),
    "ddim": Scheduler("DDIMScheduler"),
    "euler discrete": Scheduler("EulerDiscreteScheduler"),
    "euler ancestral": Scheduler("EulerAncestralDiscreteScheduler"),
    "cogvideox ddim": Scheduler("CogVideoXDDIMScheduler"),
    "cogvideox dpm": Scheduler("CogVideoXDPMScheduler"),
}
