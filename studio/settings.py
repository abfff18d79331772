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
    proxies: Annotated[
        bool,
        Meta(
            title="Proxies",
            description="Small stand-ins for heavy films while editing. Exports always read the films.",
        ),
    ] = True
    preview_share: Annotated[
        Literal[1, 2, 4],
        Meta(title="Preview size", description="1: as large as it is shown; 2: half; 4: a quarter."),
    ] = 1
    frame_memory_mb: Annotated[
        int, Meta(title="Memory for frames", description="MB; counts from the next start.", ge=32, le=65536)
    ] = 512
    last_model: Annotated[
        str, Meta(title="Last model", description="Drew the last time, and is chosen at the next start.")
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
