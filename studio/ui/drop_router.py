"""Where dropped files go: pictures to Images, sound to Audio, films to the timeline, models to theirs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from studio.errors import StudioError
from studio.jobs.job import Download, Export, Job, decode
from studio.models.completeness import INDEX_NAMES
from studio.models.selection import PICKLES
from studio.project.project_file import ENDING
from studio.ui.media_imports import import_groups

_WEIGHTS = (".safetensors", ".gguf", *PICKLES)

if TYPE_CHECKING:
    from studio.ui.panels.create import CreatePanel
    from studio.ui.session import Session


class Sorted(msgspec.Struct, frozen=True):
    """Dropped paths by what they are; `recipe` is the job that made the one film, where Kinora made it."""

    pictures: tuple[str, ...] = ()
    sounds: tuple[str, ...] = ()
    films: tuple[str, ...] = ()
    """And whatever else: importing it says what is wrong with it."""
    recipe: Job | None = None


class DropRouter:
    """`add_models` gets the folders and files of models."""

    def __init__(
        self, session: Session, create: CreatePanel, add_models: Callable[[Sequence[str]], None]
    ) -> None:
        self._session = session
        self._create = create
        self._add_models = add_models

    def take(self, paths: Sequence[str], frame: int | None = None) -> None:
        """Sends `paths` where they belong; films go to `frame` of the timeline, else to the playhead."""
        projects = [path for path in paths if path.rstrip("/").endswith(ENDING) and Path(path).is_dir()]
        models = [path for path in paths if is_model(path)]
        if projects:
            self._session.open(Path(projects[0]))
        elif models:
            self._add_models(models)
        elif paths:
            place = self._session.playhead if frame is None else frame
            count = len(paths)
            work = self._session.begin_work("Looking at it" if count == 1 else f"Looking at {count:,} files")
            work.run(
                lambda step: sort_paths(paths, lambda done: step(done, count)),
                lambda found: self._send(found, place),
                self._session.tell_report,
            )

    def _send(self, found: Sorted, frame: int) -> None:
        if found.recipe is not None:
            self._bring_back(found.recipe, found.films[0])
            return
        groups = [group for group in (found.films, found.sounds) if group]
        if groups:
            import_groups(self._session, groups, frame=frame)
        if found.sounds:
            self._create.show_sound(found.sounds[0])
        if found.pictures:
            self._create.show_pictures(found.pictures)

    def _bring_back(self, recipe: Job, path: str) -> None:
        """The settings of a film that Kinora made; the film itself goes into the library."""
        self._session.import_paths([path])
        self._create.load(recipe)
        name = Path(path).name
        message = f"The settings of {name} are back; the film is in the library."
        place = self._session.playhead
        put = ("Put it on the timeline", lambda: self._session.import_paths([path], frame=place))
        self._session.notify("info", message, action=put)


def is_model(path: str) -> bool:
    """Whether a dropped file or folder is an AI model; a pickle counts: it is said why it is refused."""
    place = Path(path)
    return place.suffix.lower() in _WEIGHTS or any((place / name).is_file() for name in INDEX_NAMES)


def sort_paths(paths: Sequence[str], on_done: Callable[[int], None] = lambda _: None) -> Sorted:
    """What the files and folders at `paths` are; looks into them, so not for the GUI thread.

    `on_done` hears how many are done; what it raises ends the work.
    """
    from studio.media.probe import probe
    from studio.media.sequence import is_picture

    pictures: list[str] = []
    sounds: list[str] = []
    films: list[str] = []
    comments: list[str] = []
    for count, path in enumerate(paths):
        on_done(count)
        if Path(path).is_dir() or is_picture(path):
            pictures.append(path)
            continue
        try:
            info = probe(path)
        except StudioError:
            # Importing meets the same error again and tells it, with its hint.
            films.append(path)
            continue
        (sounds if info.kind == "audio" else films).append(path)
        comments.append(info.comment)
    recipe = read_comment(comments[0]) if len(paths) == 1 and films and comments else None
    return Sorted(tuple(pictures), tuple(sounds), tuple(films), recipe)


def read_comment(comment: str) -> Job | None:
    """The job in a film's comment; None for others' films, and for exports, which no panel makes."""
    try:
        job = decode(comment)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return None
    return None if isinstance(job, Export | Download) else job
