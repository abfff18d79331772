"""Finding media again: another file in the place of one that moved or changed."""

from __future__ import annotations

import msgspec

from studio.errors import ProjectError
from studio.project import layout
from studio.project.edit import EditBase
from studio.project.timeline import Asset, Clip, External, Project, Reference

replace = msgspec.structs.replace


class RelinkMedia(EditBase, frozen=True, kw_only=True, tag="relink-media"):
    """Shows `reference` wherever the file at `path` was shown, in the library and on locked tracks too.

    Clips keep their place and length; what the new file does not have is held still (`relink_notices`).
    """

    path: str
    reference: External

    @property
    def label(self) -> str:
        return "Find media"

    def apply(self, project: Project) -> Project:
        users = [(track, clip) for track, clip in project.clips() if _shows(clip, self.path)]
        if not users and not any(_is_at(asset.reference, self.path) for asset in project.library):
            raise ProjectError(f"Nothing here shows {self.path}.", "It may have been found already.")
        for track, _ in users:
            if not (self.reference.has_video if track.kind == "video" else self.reference.has_audio):
                what = "picture" if track.kind == "video" else "sound"
                raise ProjectError(f"{self.reference.path} has no {what}.", "Choose a file of the same kind.")
        library = tuple(self._relinked_asset(asset) for asset in project.library)
        project = replace(project, library=library)
        return layout.with_changed(project, [self._relinked(clip) for _, clip in users])

    def _relinked_asset(self, asset: Asset) -> Asset:
        return replace(asset, reference=self.reference) if _is_at(asset.reference, self.path) else asset

    def _relinked(self, clip: Clip) -> Clip:
        takes = tuple(
            replace(take, reference=self.reference) if _is_at(take.reference, self.path) else take
            for take in clip.takes
        )
        return replace(clip, takes=takes)


def relink_notices(project: Project, path: str, reference: External) -> tuple[str, ...]:
    """What a person should know before or after the file at `path` becomes `reference`."""
    notices: list[str] = []
    old = next((one for one in _references(project) if _is_at(one, path)), None)
    if isinstance(old, External):
        if old.rate and reference.rate and old.rate != reference.rate:
            notices.append(f"{reference.path} has {reference.rate} frames per second, not {old.rate}.")
        if old.width and (old.width, old.height) != (reference.width, reference.height):
            was = f"{old.width}×{old.height}"
            notices.append(f"{reference.path} is {reference.width}×{reference.height}, not {was}.")
    for _, clip in project.clips():
        if _is_at(clip.take.reference, path) and outlasts(clip, reference, project):
            notices.append(f"'{clip.name}' is longer than {reference.path}: its last frame is held.")
    return tuple(notices)


def outlasts(clip: Clip, reference: External, project: Project) -> bool:
    """Whether `clip` shows more than `reference` has."""
    if reference.duration is None or clip.frozen:
        return False
    end = clip.take.source_start + clip.source_length(clip.duration - 1, project.rate)
    return end >= reference.duration


def _references(project: Project) -> list[Reference]:
    references: list[Reference] = [asset.reference for asset in project.library]
    return references + [take.reference for _, clip in project.clips() for take in clip.takes]


def _shows(clip: Clip, path: str) -> bool:
    return any(_is_at(take.reference, path) for take in clip.takes)


def _is_at(reference: Reference, path: str) -> bool:
    return isinstance(reference, External) and reference.path == path
