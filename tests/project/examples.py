"""Small projects that the tests edit."""

from __future__ import annotations

import msgspec

from studio.project.curves import Appearance, Curve, Keyframe
from studio.project.edits import (
    AddMarker,
    AddTrack,
    AddTransition,
    AdjustClips,
    ChangeSpeed,
    PlaceClips,
    Placement,
    Several,
)
from studio.project.timeline import (
    Clip,
    External,
    Generator,
    Marker,
    Project,
    Reference,
    Take,
    Title,
    Track,
    Transition,
    new_id,
    new_project,
)
from studio.timing import Rate, RationalTime

FILM = External(path="film.mp4", duration=RationalTime(500, Rate(30000, 1001)), rate=Rate(30000, 1001))
PICTURE = External(path="photo.jpg")
SONG = External(
    path="song.wav", duration=RationalTime(48000 * 20, Rate(48000)), has_video=False, has_audio=True
)
OTHER = External(path="other.mp4", duration=RationalTime(30, Rate(24)), rate=Rate(24), has_audio=True)


def clip(
    start: int, duration: int, *, link: str = "", reference: Reference = FILM, clip_id: str = ""
) -> Clip:
    """A clip that shows `reference` from its frame 40 on (at 24 frames per second)."""
    clip_id = clip_id or new_id()
    take = Take(id=f"{clip_id}-take", reference=reference, source_start=RationalTime(40, Rate(24)))
    return Clip(id=clip_id, name=f"clip {start}", start=start, duration=duration, takes=(take,), link=link)


def project_with_clips() -> Project:
    """Three tracks: picture and sound linked, a photo above them."""
    project = new_project()
    v1, v2, a1 = (track.id for track in project.tracks)
    placements = (
        Placement(v1, clip(0, 50, link="pair")),
        Placement(a1, clip(0, 50, link="pair")),
        Placement(v1, clip(60, 30)),
        Placement(v2, clip(20, 100, reference=PICTURE)),
    )
    return PlaceClips(placements=placements).apply(project)


def film() -> Project:
    """Shots with their sound cut against one another, a dissolve, a title over them, a photo, a song."""
    project = new_project()
    v1, v2, a1 = (track.id for track in project.tracks)
    song = Track(id=new_id(), name="A2", kind="audio")
    project = AddTrack(track=song, index=3).apply(project)
    shots = [clip(0, 50, link="one"), clip(50, 40, link="two"), clip(100, 30, link="three")]
    sounds = [clip(0, 50, link="one"), clip(45, 45, link="two"), clip(100, 30, link="three")]
    sounds[0] = msgspec.structs.replace(sounds[0], duration=45)
    title = clip(20, 40, reference=Title(text="Kinora"))
    ghost = clip(140, 24, reference=Generator(job_id="j"))
    placements = [Placement(v1, one) for one in shots] + [Placement(a1, one) for one in sounds]
    placements += [Placement(v2, title), Placement(v2, ghost), Placement(v2, clip(70, 60, reference=PICTURE))]
    placements.append(Placement(song.id, clip(0, 200, reference=SONG)))
    project = PlaceClips(placements=tuple(placements)).apply(project)
    dissolve = Transition(id=new_id(), left=shots[0].id, right=shots[1].id, before=6, after=6)
    cross = Transition(id=new_id(), left=sounds[0].id, right=sounds[1].id, before=3, after=2)
    keys = (Keyframe(frame=0, value=0.0), Keyframe(frame=12, value=1.0, ease="smooth"))
    return Several(
        name="film",
        edits=(
            AddTransition(track_id=v1, transition=dissolve),
            AddTransition(track_id=a1, transition=cross),
            AdjustClips(clip_ids=(title.id,), appearance=Appearance(opacity=Curve(1.0, keys)), fade_out=10),
            ChangeSpeed(clip_ids=(shots[2].id,), speed=Rate(3, 2), reverse=True),
            AddMarker(marker=Marker(id=new_id(), frame=30, name="beat")),
        ),
    ).apply(project)
