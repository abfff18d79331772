"""Models of several families that count as installed, for panels that ask what a model takes."""

from __future__ import annotations

from studio.paths import profile_folder
from studio.ui.session import Session

_TOML = """
id = "{id}"
title = "{title}"
description = "A test."
family = "{family}"
[licence]
name = "Test licence"
"""
FAMILIES = {
    "words": "mochi",
    "vace": "wan-vace",
    "condition": "ltx-condition",
    "experts": "wan-a14b-i2v",
    "redraw": "wan",
    "picture": "stable-video",
}


def describe_models(session: Session) -> None:
    """Writes a description of each of `FAMILIES` into the profile, as a package or a person would."""
    for name, family in FAMILIES.items():
        folder = profile_folder() / "models" / name
        folder.mkdir(parents=True)
        (folder / "model.toml").write_text(_TOML.format(id=name, title=name.capitalize(), family=family))
    session.catalog.refresh()
