"""Which clips were made from something that has changed since: their shown take's recipe is stale."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, cast

from studio.project.timeline import Project


def stale_clips(project: Project, current_hash: Callable[[str], str | None]) -> tuple[str, ...]:
    """The ids of clips whose shown take was made from a file that is not the same any more.

    A recipe names its inputs by path and content hash, at any depth; `current_hash` tells the hash of
    the file at a path now, None where there is none (which is not stale, but missing). It is asked once
    for each path.
    """
    hash_of = cache(current_hash)
    return tuple(
        clip.id
        for _, clip in project.clips()
        if clip.take.recipe is not None
        and any(hash_of(path) not in (content_hash, None) for path, content_hash in inputs(clip.take.recipe))
    )


def inputs(recipe: Any) -> Iterator[tuple[str, str]]:
    """The (path, content hash) of every input that `recipe` (JSON) names by both."""
    if isinstance(recipe, dict):
        named = cast(dict[str, Any], recipe)
        path, content_hash = named.get("path"), named.get("content_hash")
        if isinstance(path, str) and isinstance(content_hash, str) and path and content_hash:
            yield path, content_hash
        for value in named.values():
            yield from inputs(value)
    elif isinstance(recipe, list | tuple):
        for value in cast(list[Any], recipe):
            yield from inputs(value)
