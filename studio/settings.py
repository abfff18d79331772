"""The user's settings: one frozen struct whose fields carry default, title, help and limits."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from studio.errors import storage_error
from studio.paths import profile_folder


class Settings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    theme: Annotated[
        Literal["dark", "light"], Meta(title="Theme", description="Dark room or light room.")
    ] = "dark"
    snapping: Annotated[
        bool, Meta(title="Snapping", description="Edges snap to cuts, playhead and markers.")
    ] = True
    still_length_s: Annotated[
        float, Meta(title="Length of a still", description="Seconds that one picture lasts.", ge=0.2, le=600)
    ] = 4.0
    shortcuts: Annotated[
        dict[str, tuple[str, ...]],
        Meta(title="Shortcuts", description="Keys that the user has changed, by command."),
    ] = {}
    models_folder: Annotated[
        str,
        Meta(
            title="Models folder",
            description="Where downloaded models go; empty: the cache that other programs use too.",
        ),
    ] = ""
    last_project: Annotated[
        str, Meta(title="Last project", description="Opened again at the next start.")
    ] = ""


def settings_file() -> Path:
    return profile_folder() / "settings.json"


def load_settings() -> Settings:
    """The saved settings; the defaults when there are none.

    A damaged file is put aside as settings.json.damaged, so that nothing the user wrote is lost.
    """
    file = settings_file()
    try:
        return msgspec.json.decode(file.read_bytes(), type=Settings)
    except FileNotFoundError:
        return Settings()
    except (msgspec.DecodeError, msgspec.ValidationError):
        file.replace(file.with_suffix(".json.damaged"))
        return Settings()


def save_settings(settings: Settings) -> None:
    """Replaces the saved settings atomically; raises StorageError."""
    file = settings_file()
    try:
        with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as temporary:
            temporary.write(msgspec.json.format(msgspec.json.encode(settings), indent=2))
            temporary.flush()
            os.fsync(temporary.fileno())
        Path(temporary.name).replace(file)
    except OSError as error:
        raise storage_error(error, file) from error
