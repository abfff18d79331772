"""What is known about the video families of diffusers: which pipeline does which task, grids, usual settings.

A family is what `model.toml` names and what `folders.family_of` recognises in a folder's own files. Frame and
size rules stand here because the pipelines' own checks are silent or wrong for several families: they floor,
they crash late, or they decode NaN.
"""

from __future__ import annotations

from typing import Any

import msgspec

from studio.models.spec import Capability, Defaults, Limits
from studio.timing import FrameGrid, Rate

ADAPTER = "studio.adapters.diffusers_video:DiffusersVideoAdapter"

_TEXT, _IMAGE = Capability.TEXT_TO_VIDEO, Capability.IMAGE_TO_VIDEO
_ENDS, _KEYS = Capability.FIRST_LAST, Capability.KEYFRAMES
_VIDEO, _SOUND, _HEARS = Capability.VIDEO_TO_VIDEO, Capability.SOUND, Capability.SOUND_TO_VIDEO

# Schedulers that follow a flow: with the sigmas that a pipeline hands them, or choosing their own.
_GIVEN_SIGMAS = ("euler", "lcm", "unipc")
_FLOW = (*_GIVEN_SIGMAS, "heun")
_OWN_SIGMAS = (*_FLOW, "euler trailing", "lcm trailing", "dpm++", "dpm++ sde", "deis", "sa-solver")
_NOISE = ("ddim", "euler discrete", "euler ancestral", "dpm++", "unipc")


class Route(msgspec.Struct, frozen=True):
    """The pipeline class that carries out jobs which need no more than `able`."""

    pipeline: str
    able: frozenset[Capability]
    held: int = 0
    """How many frames of what came before it shows again when it goes on from them."""
    held_back: int = 0
    """How many frames of what comes after it shows already when it leads up to them."""
    needs: frozenset[Capability] = frozenset()
    """What it cannot do without."""


class Family(msgspec.Struct, frozen=True, kw_only=True):
    """`limits` and `defaults` are those of the released models; a model.toml may say others."""

    title: str
    routes: tuple[Route, ...]
    limits: Limits
    defaults: Defaults
    experts: int = 1
    reads_prompt: bool = True
    makes_sound: bool = False
    predicts_flow: bool = True
    weighs_pictures: bool = False
    """Whether it can be said how exactly each picture is kept."""
    picture_step: int = 1
    """Pictures stand at every so many frames only."""

    @property
    def capabilities(self) -> tuple[Capability, ...]:
        able = frozenset[Capability]().union(*(one.able for one in self.routes))
        return tuple(one for one in Capability if one in able or (one is _SOUND and self.makes_sound))

    def route_for(self, needed: tuple[Capability, ...]) -> Route | None:
        """The first route that can do all of `needed` at once; None: no one can."""
        fitting = (one for one in self.routes if one.able.issuperset(needed))
        return next((one for one in fitting if one.needs.issubset(needed)), None)

    def lacking(self, needed: tuple[Capability, ...]) -> tuple[Capability, ...]:
        """What has to be asked for besides `needed`; empty where more would not help."""
        found = next((one for one in self.routes if one.able.issuperset(needed)), None)
        return (
            () if found is None else tuple(one for one in Capability if one in found.needs.difference(needed))
        )

    def pipeline_for(self, needed: tuple[Capability, ...]) -> str | None:
        """The pipeline class of that route."""
        found = self.route_for(needed)
        return None if found is None else found.pipeline


def route(pipeline: str, *able: Capability, held: int = 0, held_back: int = 0) -> Route:
    """A route that can do all of `able`, and go on from frames where it holds some."""
    more = ((Capability.EXTEND, held), (Capability.EXTEND_BACK, held_back))
    return Route(pipeline, frozenset(able) | {one for one, count in more if count}, held, held_back)


_FOLLOWING = frozenset((Capability.CONTROL, Capability.REFERENCES))


def _limits(
    multiple: int,
    frames: FrameGrid,
    schedulers: tuple[str, ...] = (),
    *,
    sides: tuple[int, int] = (64, 1920),
    loras: int = 8,
    tokens: int = 512,
    rates: tuple[int, ...] = (),
) -> Limits:
    return Limits(
        min_size=sides[0],
        max_size=sides[1],
        size_multiple=multiple,
        frames=frames,
        schedulers=schedulers,
        max_loras=loras,
        prompt_tokens=tokens,
        frame_rates=tuple(map(Rate, rates)),
    )


def _defaults(
    size: tuple[int, int],
    frames: int,
    rate: int,
    steps: int,
    guidance: float,
    shift: float | None = None,
    guidance_2: float | None = None,
) -> Defaults:
    return Defaults(
        width=size[0],
        height=size[1],
        num_frames=frames,
        frame_rate=Rate(rate),
        num_inference_steps=steps,
        guidance_scale=guidance,
        guidance_scale_2=guidance_2,
        flow_shift=shift,
    )


_FOURS = FrameGrid(step=4, offset=1, minimum=1, maximum=161)
_EIGHTS = FrameGrid(step=8, offset=1, minimum=1, maximum=257)
_WAN = _limits(16, _FOURS, _OWN_SIGMAS)
_WAN_USUAL = _defaults((832, 480), 81, 16, 50, 5.0, 3.0)
_VACE = (_TEXT, _IMAGE, _ENDS, _KEYS, Capability.CONTROL, Capability.INPAINT, Capability.REFERENCES)

FAMILIES: dict[str, Family] = {
    "wan": Family(
        title="Wan 2.1",
        routes=(
            route("WanPipeline", _TEXT, held=9, held_back=8),
            route("WanVideoToVideoPipeline", _VIDEO),
        ),
        limits=_WAN,
        defaults=_WAN_USUAL,
    ),
    "wan-i2v": Family(
        title="Wan 2.1 from a picture",
        routes=(route("WanImageToVideoPipeline", _IMAGE, held=1),),
        limits=_WAN,
        defaults=_WAN_USUAL,
    ),
    "wan-first-last": Family(
        title="Wan 2.1 from a first to a last picture",
        routes=(route("WanImageToVideoPipeline", _ENDS),),
        limits=_WAN,
        defaults=_WAN_USUAL,
    ),
    "wan-vace": Family(
        title="Wan VACE",
        routes=(route("WanVACEPipeline", *_VACE, held=9, held_back=9),),
        limits=_WAN,
        defaults=_WAN_USUAL,
    ),
    "wan-a14b": Family(
        title="Wan 2.2 A14B",
        routes=(route("WanPipeline", _TEXT, held=9, held_back=8),),
        limits=_WAN,
        defaults=_defaults((1280, 720), 81, 16, 40, 4.0, 12.0, 3.0),
        experts=2,
    ),
    "wan-a14b-i2v": Family(
        title="Wan 2.2 A14B from a picture",
        routes=(route("WanImageToVideoPipeline", _IMAGE, _ENDS, held=1),),
        limits=_WAN,
        defaults=_defaults((832, 480), 81, 16, 40, 3.5, 5.0, 3.5),
        experts=2,
    ),
    "wan-5b": Family(
        title="Wan 2.2 TI2V-5B",
        routes=(route("WanPipeline", _TEXT), route("WanImageToVideoPipeline", _IMAGE, held=1)),
        limits=_limits(32, _FOURS, _OWN_SIGMAS),
        defaults=_defaults((1280, 704), 121, 24, 50, 5.0, 5.0),
    ),
    "wan-skyreels-v2": Family(
        title="SkyReels V2",
        routes=(route("SkyReelsV2Pipeline", _TEXT, held=9, held_back=8),),
        limits=_limits(16, _FOURS, _OWN_SIGMAS),
        defaults=_defaults((960, 544), 97, 24, 50, 6.0, 8.0),
    ),
    "wan-animate-2": Family(
        title="Wan-Animate-2",
        routes=(Route("WanAnimate2ModularPipeline", _FOLLOWING, needs=_FOLLOWING),),
        # It goes on by itself, in parts of 81 frames; all its pictures are on the device at once. Diffusers
        # (0.42.1) trips over its settings when it loads a LoRA.
        limits=_limits(16, FrameGrid(4, 1, 5, 401), ("euler",), loras=0),
        defaults=_defaults((640, 800), 81, 24, 40, 3.0, 5.0),
    ),
    "wan-animate-2-distilled": Family(
        title="Wan-Animate-2, distilled",
        routes=(Route("WanAnimate2DistilledModularPipeline", _FOLLOWING, needs=_FOLLOWING),),
        limits=_limits(16, FrameGrid(4, 1, 5, 401), ("euler",), loras=0),
        defaults=_defaults((640, 800), 81, 24, 10, 1.0, 5.0),
    ),
    "minimax-h3": Family(
        title="MiniMax-H3",
        routes=(route("MiniMaxH3ModularPipeline", _TEXT, _IMAGE, _ENDS, held=1, held_back=1),),
        limits=_limits(32, FrameGrid(17, 5, 124, 345), rates=(24,)),
        defaults=_defaults((1344, 768), 124, 24, 50, 1.0, 12.0),
        makes_sound=True,
    ),
    "ltx": Family(
        title="LTX-Video",
        routes=(route("LTXPipeline", _TEXT), route("LTXImageToVideoPipeline", _IMAGE, held=1)),
        limits=_limits(32, _EIGHTS, ("euler", "lcm"), tokens=128),
        defaults=_defaults((704, 480), 161, 25, 50, 3.0),
    ),
    "ltx-condition": Family(
        title="LTX-Video 0.9.5 and later",
        routes=(route("LTXConditionPipeline", _TEXT, _IMAGE, _ENDS, _KEYS, held=9, held_back=9),),
        limits=_limits(32, _EIGHTS, tokens=256),
        defaults=_defaults((832, 480), 97, 24, 30, 3.0),
        weighs_pictures=True,
    ),
    "ltx-2": Family(
        title="LTX-2",
        routes=(
            route("LTX2Pipeline", _TEXT, _HEARS),
            route("LTX2ConditionPipeline", _IMAGE, _ENDS, _KEYS, _HEARS, held=9, held_back=1),
        ),
        limits=_limits(32, FrameGrid(8, 1, 9, 481), ("euler", "lcm"), sides=(64, 2560), tokens=1024),
        defaults=_defaults((768, 512), 121, 24, 40, 4.0),
        makes_sound=True,
        weighs_pictures=True,
        picture_step=8,
    ),
    "hunyuan": Family(
        title="HunyuanVideo",
        routes=(route("HunyuanVideoPipeline", _TEXT, held=9, held_back=8),),
        limits=_limits(16, _FOURS, _GIVEN_SIGMAS, tokens=256),
        defaults=_defaults((1280, 720), 129, 24, 50, 6.0, 7.0),
    ),
    "hunyuan-1.5": Family(
        title="HunyuanVideo 1.5",
        routes=(route("HunyuanVideo15Pipeline", _TEXT, held=9, held_back=8),),
        limits=_limits(16, _FOURS, _GIVEN_SIGMAS, loras=0, tokens=1000),
        defaults=_defaults((848, 480), 121, 24, 50, 6.0, 5.0),
    ),
    "hunyuan-1.5-i2v": Family(
        title="HunyuanVideo 1.5 from a picture",
        routes=(route("HunyuanVideo15ImageToVideoPipeline", _IMAGE, held=1),),
        limits=_limits(16, _FOURS, _GIVEN_SIGMAS, loras=0, tokens=1000),
        defaults=_defaults((848, 480), 121, 24, 50, 6.0, 5.0),
    ),
    "cogvideox": Family(
        title="CogVideoX",
        routes=(
            route("CogVideoXPipeline", _TEXT, held=9, held_back=8),
            route("CogVideoXVideoToVideoPipeline", _VIDEO),
        ),
        limits=_limits(16, FrameGrid(8, 1, 9, 161), ("cogvideox ddim", "cogvideox dpm"), tokens=226),
        defaults=_defaults((720, 480), 49, 8, 50, 6.0),
        predicts_flow=False,
    ),
    "cogvideox-i2v": Family(
        title="CogVideoX from a picture",
        routes=(route("CogVideoXImageToVideoPipeline", _IMAGE, held=1),),
        limits=_limits(16, FrameGrid(8, 1, 9, 161), ("cogvideox ddim", "cogvideox dpm"), tokens=226),
        defaults=_defaults((720, 480), 49, 8, 50, 6.0),
        predicts_flow=False,
    ),
    "animatediff": Family(
        title="AnimateDiff",
        routes=(
            route("AnimateDiffPipeline", _TEXT, held=4, held_back=4),
            route("AnimateDiffVideoToVideoPipeline", _VIDEO),
        ),
        limits=_limits(8, FrameGrid(1, 0, 2, 32), _NOISE, sides=(64, 1024), tokens=77),
        defaults=_defaults((512, 512), 16, 8, 25, 7.5),
        predicts_flow=False,
    ),
    "stable-video": Family(
        title="Stable Video Diffusion",
        routes=(route("StableVideoDiffusionPipeline", _IMAGE, held=1),),
        limits=_limits(64, FrameGrid(1, 0, 2, 25), sides=(64, 1024), loras=0, tokens=0),
        defaults=_defaults((1024, 576), 25, 7, 25, 3.0),
        reads_prompt=False,
        predicts_flow=False,
    ),
    "mochi": Family(
        title="Mochi 1",
        routes=(route("MochiPipeline", _TEXT, held=7, held_back=6),),
        limits=_limits(16, FrameGrid(6, 1, 7, 163), ("euler", "lcm"), sides=(64, 848), tokens=256),
        defaults=_defaults((848, 480), 85, 30, 64, 4.5),
    ),
    "kandinsky-5": Family(
        title="Kandinsky 5",
        routes=(route("Kandinsky5T2VPipeline", _TEXT, held=9, held_back=8),),
        limits=_limits(16, _FOURS, _FLOW, sides=(64, 1408)),
        defaults=_defaults((768, 512), 121, 24, 50, 5.0, 5.0),
    ),
    "kandinsky-5-i2v": Family(
        title="Kandinsky 5 from a picture",
        # Below five latent frames its first-frame correction divides by nothing: NaN, a black video.
        routes=(route("Kandinsky5I2VPipeline", _IMAGE, held=1),),
        limits=_limits(16, FrameGrid(4, 1, 17, 161), _FLOW, sides=(64, 1408)),
        defaults=_defaults((768, 512), 121, 24, 50, 5.0, 5.0),
    ),
    "sana-video": Family(
        title="SANA-Video",
        routes=(route("SanaVideoPipeline", _TEXT), route("SanaImageToVideoPipeline", _IMAGE, held=1)),
        limits=_limits(32, _FOURS, ("dpm++", "unipc", "euler"), tokens=300),
        defaults=_defaults((832, 480), 81, 16, 50, 6.0, 8.0),
    ),
}


def family_table(name: str) -> dict[str, Any]:
    """What a model.toml of the family called `name` need not say, as msgspec would read it; {} if unknown."""
    family = FAMILIES.get(name)
    if family is None:
        return {}
    return {
        "capabilities": [one.value for one in family.capabilities],
        "adapter": ADAPTER,
        "experts": family.experts,
        "reads_prompt": family.reads_prompt,
        "limits": msgspec.to_builtins(family.limits),
        "defaults": msgspec.to_builtins(family.defaults),
    }


_BY_CLASS = {
    "WanAnimate2ModularPipeline": "wan-animate-2",
    "WanAnimate2DistilledModularPipeline": "wan-animate-2-distilled",
    "MiniMaxH3ModularPipeline": "minimax-h3",
    "SkyReelsV2Pipeline": "wan-skyreels-v2",
    "LTXPipeline": "ltx",
    "LTXImageToVideoPipeline": "ltx",
    "LTXConditionPipeline": "ltx-condition",
    "LTX2Pipeline": "ltx-2",
    "LTX2ImageToVideoPipeline": "ltx-2",
    "LTX2ConditionPipeline": "ltx-2",
    "HunyuanVideoPipeline": "hunyuan",
    "HunyuanVideo15Pipeline": "hunyuan-1.5",
    "HunyuanVideo15ImageToVideoPipeline": "hunyuan-1.5-i2v",
    "CogVideoXPipeline": "cogvideox",
    "CogVideoXVideoToVideoPipeline": "cogvideox",
    "CogVideoXImageToVideoPipeline": "cogvideox-i2v",
    "AnimateDiffPipeline": "animatediff",
    "AnimateDiffVideoToVideoPipeline": "animatediff",
    "StableVideoDiffusionPipeline": "stable-video",
    "MochiPipeline": "mochi",
    "Kandinsky5T2VPipeline": "kandinsky-5",
    "Kandinsky5I2VPipeline": "kandinsky-5-i2v",
    "SanaVideoPipeline": "sana-video",
    "SanaImageToVideoPipeline": "sana-video",
    "WanVACEPipeline": "wan-vace",
    "WanVideoToVideoPipeline": "wan",
}


def family_id(class_name: str, *, experts: int, expands_timesteps: bool, two_pictures: bool) -> str | None:
    """The family of a pipeline of that class; None for one that is not in the table.

    `experts`: how many transformers it has; `expands_timesteps`: one timestep a token (Wan 5B);
    `two_pictures`: its transformer has places for the tokens of two pictures.
    """
    if class_name in ("WanPipeline", "WanImageToVideoPipeline") and expands_timesteps:
        return "wan-5b"
    if class_name == "WanPipeline":
        return "wan-a14b" if experts > 1 else "wan"
    if class_name == "WanImageToVideoPipeline":
        if experts > 1:
            return "wan-a14b-i2v"
        return "wan-first-last" if two_pictures else "wan-i2v"
    return _BY_CLASS.get(class_name)
