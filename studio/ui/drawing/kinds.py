"""The kinds of input that a drawing can have: which models take them, what stands for them in a form."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from studio.jobs.job import Generate
from studio.models.spec import Capability

if TYPE_CHECKING:
    from studio.ui.drawing.section import Section


class Kind(NamedTuple):
    title: str
    chip: str
    """On the button that opens it."""
    tip: str
    fields: tuple[str, ...]
    """The fields of Generate that it fills; their problems are shown with it."""
    needs: frozenset[Capability]
    """A model that can do one of these takes such an input."""
    place: str
    """`module:Class` of its section, imported when it is first wanted: most drawings start from words."""

    def section_class(self) -> type[Section]:
        module, _, name = self.place.partition(":")
        return getattr(import_module(module), name)

    def is_said_by(self, job: Generate) -> bool:
        """Whether `job` has such an input."""
        return bool(getattr(job, self.fields[0]))


def _needs(*able: Capability) -> frozenset[Capability]:
    return frozenset(able)


PICTURES = Kind(
    "Pictures",
    "Picture",
    "Pictures that the video shows: the first, the last, or at any frame",
    ("images",),
    _needs(Capability.IMAGE_TO_VIDEO, Capability.FIRST_LAST, Capability.KEYFRAMES),
    "studio.ui.drawing.picture_section:PictureSection",
)
VIDEO = Kind(
    "Video",
    "Video to redraw",
    "A video that is drawn anew, all of it or only a part of its picture",
    ("video", "mask", "painted", "strength"),
    _needs(Capability.VIDEO_TO_VIDEO, Capability.INPAINT),
    "studio.ui.drawing.video_section:VideoSection",
)
CONTROL = Kind(
    "Control video",
    "Control video",
    "A video that leads the drawing: outlines, depths, poses, or somebody who moves",
    ("control",),
    _needs(Capability.CONTROL),
    "studio.ui.drawing.film_sections:ControlSection",
)
REFERENCES = Kind(
    "References",
    "References",
    "Pictures of who or what should appear",
    ("references",),
    _needs(Capability.REFERENCES),
    "studio.ui.drawing.reference_section:ReferenceSection",
)
SOUND = Kind(
    "Sound",
    "Sound",
    "A sound that the video is drawn to, and keeps",
    ("sound",),
    _needs(Capability.SOUND_TO_VIDEO),
    "studio.ui.drawing.film_sections:SoundSection",
)
EXTENSION = Kind(
    "Continue a clip",
    "Clip to continue",
    "The video goes on where a clip ends, or leads up to where it begins",
    ("extend",),
    _needs(Capability.EXTEND, Capability.EXTEND_BACK),
    "studio.ui.drawing.film_sections:ExtensionSection",
)
PARTS = Kind(
    "And then",
    "Next part",
    "A long video from several prompts, one after the other",
    ("windows",),
    _needs(Capability.EXTEND),
    "studio.ui.drawing.parts_section:PartsSection",
)
KINDS = (PICTURES, VIDEO, CONTROL, REFERENCES, SOUND, EXTENSION, PARTS)
