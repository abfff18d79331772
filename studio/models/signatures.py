"""What a pipeline class of diffusers that no table knows can do, read from the text of its `__call__`.

The text, not the class: importing diffusers takes seconds and torch, and the window lists models too.
"""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from studio.models.families import FAMILIES, Family, route
from studio.models.spec import Capability, Defaults, Limits
from studio.timing import FrameGrid, Rate

_LENGTHS = ("num_frames", "frames", "video_length")
_CLASS = re.compile(r"[A-Za-z]\w*Pipeline")
_REQUIRED = object()


def family_called(name: str) -> Family | None:
    """The family that a model's description names: of the table, or "class:Name"; None for any other."""
    return FAMILIES.get(name) or family_of_class(name.removeprefix("class:"))


@lru_cache(maxsize=64)
def family_of_class(class_name: str) -> Family | None:
    """The facts that the signature of diffusers' class `class_name` tells; None when it makes no video."""
    arguments = call_arguments(class_name)
    if arguments is None or not any(name in arguments for name in (*_LENGTHS, "video")):
        return None
    able = _abilities(arguments)
    if not able:
        return None
    steps, guidance = arguments.get("num_inference_steps"), arguments.get("guidance_scale")
    width, height = arguments.get("width"), arguments.get("height")
    length = next((arguments[name] for name in _LENGTHS if isinstance(arguments.get(name), int)), 49)
    defaults = Defaults(
        width=width if isinstance(width, int) else 512,
        height=height if isinstance(height, int) else 512,
        num_frames=length if isinstance(length, int) else 49,
        frame_rate=Rate(16),
        num_inference_steps=steps if isinstance(steps, int) else 50,
        guidance_scale=float(guidance) if isinstance(guidance, int | float) else 1.0,
    )
    return Family(
        title=class_name,
        routes=(route(class_name, *able, held=1 if Capability.IMAGE_TO_VIDEO in able else 0),),
        # Which grid it wants only its pipeline knows; the adapter asks it and says what it changed.
        limits=Limits(min_size=64, max_size=2048, size_multiple=16, frames=FrameGrid(1, 0, 1, 257)),
        defaults=defaults,
        reads_prompt="prompt" in arguments,
    )


def _abilities(arguments: dict[str, object]) -> set[Capability]:
    able: set[Capability] = set()
    needs_picture = arguments.get("image") is _REQUIRED
    needs_video = arguments.get("video") is _REQUIRED or ("video" in arguments and "strength" in arguments)
    if "prompt" in arguments and not needs_picture and not needs_video:
        able.add(Capability.TEXT_TO_VIDEO)
    if "image" in arguments:
        able.add(Capability.IMAGE_TO_VIDEO)
    if "image" in arguments and "last_image" in arguments:
        able.add(Capability.FIRST_LAST)
    if needs_video and "strength" in arguments:
        able.add(Capability.VIDEO_TO_VIDEO)
    return able


def call_arguments(class_name: str) -> dict[str, object] | None:
    """The parameters of the class's `__call__` with their plain defaults; None: there is no such class."""
    if not _CLASS.fullmatch(class_name):
        return None
    package = find_spec("diffusers")
    if package is None or package.origin is None:
        return None
    wanted = f"class {class_name}("
    for file in sorted((Path(package.origin).parent / "pipelines").rglob("pipeline_*.py")):
        text = file.read_text("utf-8")
        if wanted in text:
            return _parameters(ast.parse(text), class_name)
    return None


def _parameters(tree: ast.Module, class_name: str) -> dict[str, object] | None:
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name == class_name:
            for part in node.body:
                if isinstance(part, ast.FunctionDef) and part.name == "__call__":
                    return _defaults(part.args)
    return None


def _defaults(arguments: ast.arguments) -> dict[str, object]:
    names = [argument.arg for argument in arguments.args[1:]]
    values = [_plain(value) for value in arguments.defaults]
    required: list[object] = [_REQUIRED] * (len(names) - len(values))
    return dict(zip(names, [*required, *values], strict=True))


def _plain(value: ast.expr) -> object:
    return value.value if isinstance(value, ast.Constant) else None
