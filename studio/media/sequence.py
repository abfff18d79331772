"""Pictures as film: one held still, or many in order at a rate, behind the same interface as films."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterator
from collections.abc import Sequence as Listing
from os import PathLike
from pathlib import Path
from typing import Self

import msgspec
import numpy as np

from studio.errors import UsageError
from studio.media.container import checked_path
from studio.media.frame_reader import Frame
from studio.media.info import MediaInfo
from studio.media.picture import Picture, fit_picture, is_picture, load_picture, picture_info
from studio.timing import Rate, RationalTime, TimeRange

__all__ = [
    "Picture",
    "PictureReader",
    "Sequence",
    "SequenceReader",
    "collect",
    "fit_picture",
    "is_picture",
    "load_picture",
]

_NUMBER = re.compile(r"(\d+)")
_CACHED_PICTURES = 4


class Sequence(msgspec.Struct, frozen=True):
    """Pictures in the order in which they are shown."""

    paths: tuple[str, ...]
    missing: tuple[int, ...]
    """Numbers that are absent from an otherwise numbered series."""
    sizes: tuple[tuple[int, int], ...]
    """(width, height) of each picture, upright"""
    notes: tuple[str, ...]
    slots: tuple[int, ...]
    """For each frame of the film the index of its picture: before a hole the picture is held."""


def collect(paths: Listing[str | PathLike[str]]) -> Sequence:
    """The pictures among `paths`, which may be files and folders, in their natural order.

    Folders give the pictures directly inside them, 2 before 10. Files that form one numbered series are
    ordered by number, others keep the order given. A series that lacks less than a fifth of its numbers
    has holes, which are reported; with more it is taken for a choice of pictures. Raises MissingFileError,
    MediaError for a damaged picture, UsageError when there is no picture at all.
    """
    files: list[Path] = []
    skipped: list[str] = []
    for path in map(Path, paths):
        members = sorted(path.iterdir(), key=_natural) if path.is_dir() else [checked_path(path)]
        for member in members:
            if is_picture(member):
                files.append(member.absolute())
            elif member.is_file() and not member.name.startswith("."):
                skipped.append(member.name)
    if not files:
        raise UsageError(
            "There is no picture here.", "Choose PNG, JPEG, WebP or TIFF files, or a folder of them."
        )
    numbers = _series_numbers(files)
    if numbers:
        files = [file for _, file in sorted(zip(numbers, files, strict=True))]
        numbers.sort()
    missing = _holes(numbers)
    infos = [picture_info(file) for file in files]
    sizes = tuple((info.width, info.height) for info in infos)
    slots = tuple(_slots(numbers, missing, len(files)))
    notes = _notes(skipped, missing, infos)
    return Sequence(tuple(map(str, files)), tuple(missing), sizes, tuple(notes), slots)


def _natural(path: Path) -> list[tuple[int, int, str]]:
    """A key that sorts digits by value and letters without regard to case."""
    parts = _NUMBER.split(path.name.lower())
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part]


def _series_numbers(files: list[Path]) -> list[int]:
    """The numbers of files that are called alike but for their last number; empty when they are not."""
    matches = [re.fullmatch(r"(.*?)(\d+)(\D*)", file.name) for file in files]
    if len(files) < 2 or not all(matches):
        return []
    found = [match for match in matches if match]
    same = {(file.parent, match[1], match[3]) for file, match in zip(files, found, strict=True)}
    numbers = [int(match[2]) for match in found]
    return numbers if len(same) == 1 and len(set(numbers)) == len(numbers) else []


def _holes(numbers: list[int]) -> list[int]:
    if not numbers:
        return []
    span = numbers[-1] - numbers[0] + 1
    if span - len(numbers) >= span / 5:
        return []
    present = set(numbers)
    return [number for number in range(numbers[0], numbers[-1]) if number not in present]


def _slots(numbers: list[int], missing: list[int], count: int) -> Iterator[int]:
    if not missing:
        yield from range(count)
        return
    index = -1
    for number in range(numbers[0], numbers[-1] + 1):
        index += number in numbers[index + 1 : index + 2]
        yield index


def _notes(skipped: list[str], missing: list[int], infos: list[MediaInfo]) -> Iterator[str]:
    if skipped:
        names = ", ".join(skipped[:3]) + (" …" if len(skipped) > 3 else "")
        what = (
            "1 file is no picture and was"
            if len(skipped) == 1
            else f"{len(skipped)} files are no pictures and were"
        )
        yield f"{what} left out ({names})"
    if missing:
        what = "1 number is" if len(missing) == 1 else f"{len(missing)} numbers are"
        yield f"{what} missing ({spans(missing)})"
    seen: dict[str, int] = {}
    for info in infos:
        for note in info.notes:
            seen[note] = seen.get(note, 0) + 1
    for note, count in seen.items():
        yield note if count == 1 == len(infos) else f"{count} of {len(infos)} pictures: {note}"
    if any(info.has_alpha for info in infos):
        yield "transparency is laid over black"


def spans(numbers: list[int]) -> str:
    """[4, 7, 8, 9] as "4, 7–9", at most five spans."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and spans[-1][1] == number - 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    texts = [str(first) if first == last else f"{first}–{last}" for first, last in spans]
    return ", ".join(texts[:5]) + (" …" if len(texts) > 5 else "")


class PictureReader:
    """One picture, shown at every time; `size` (width, height) asks for it fitted into that size.

    With `alpha`, in its own size, one that has transparency is RGBA, straight; else it is laid over black.
    """

    def __init__(
        self, path: str | PathLike[str], size: tuple[int, int] | None = None, *, alpha: bool = False
    ) -> None:
        picture = load_picture(path)
        self.info = msgspec.structs.replace(picture_info(path), notes=picture.notes)
        width, height = size or (picture.image.shape[1], picture.image.shape[0])
        if alpha and size is None and self.info.has_alpha:
            self._image = _with_alpha(picture.image)
        else:
            self._image = fit_picture(picture.image, width, height, "contain")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Nothing is held open."""

    def at(self, time: RationalTime) -> np.ndarray:
        """The picture, whatever the time."""
        return self._image

    def frames(self, time_range: TimeRange | None = None, rate: Rate | None = None) -> Iterator[Frame]:
        """The picture once; with both `time_range` and `rate` once for every frame of the range."""
        if time_range is None or rate is None:
            yield Frame(self._image, time_range.start if time_range else RationalTime(0, Rate(1)))
            return
        for time in sampled(time_range.start, time_range.duration, rate):
            yield Frame(self._image, time)


def _with_alpha(image: np.ndarray) -> np.ndarray:
    """RGBA, also where the decoder has left a transparency out that the header speaks of."""
    if image.shape[2] == 4:
        return image
    return np.dstack((image, np.full(image.shape[:2], 255, np.uint8)))


class SequenceReader:
    """Pictures at `rate`, all in the size of the first one (or `size`), others fitted between black bars.

    `paths` as for `collect`; `missing` and `info.notes` tell what was found.
    """

    def __init__(
        self, paths: Listing[str | PathLike[str]], rate: Rate, size: tuple[int, int] | None = None
    ) -> None:
        self.sequence = collect(paths)
        first = picture_info(self.sequence.paths[0])
        self._size = size or self.sequence.sizes[0]
        self._rate = rate
        count = len(self.sequence.slots)
        sizes = len(set(self.sequence.sizes))
        fitted = f"{sizes} different sizes are fitted into {self._size[0]}×{self._size[1]}"
        held = ["of missing pictures the one before is held"] if self.sequence.missing else []
        self.info = msgspec.structs.replace(
            first,
            kind="video",
            duration=RationalTime(count, rate),
            rate=rate,
            frame_count=count,
            notes=(*self.sequence.notes, *held, *([fitted] if sizes > 1 else [])),
        )
        self._recent: OrderedDict[int, np.ndarray] = OrderedDict()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets the decoded pictures go."""
        self._recent.clear()

    def at(self, time: RationalTime) -> np.ndarray:
        """The picture on the screen at `time`: the first before the start, the last after the end."""
        slot = min(max(time.floor_frames(self._rate), 0), len(self.sequence.slots) - 1)
        return self._picture(self.sequence.slots[slot])

    def frames(self, time_range: TimeRange | None = None, rate: Rate | None = None) -> Iterator[Frame]:
        """The pictures that begin in `time_range` (all by default), or one per 1/rate seconds of it."""
        if rate is not None:
            whole = TimeRange(RationalTime(0, self._rate), RationalTime(len(self.sequence.slots), self._rate))
            span = time_range or whole
            for time in sampled(span.start, span.duration, rate):
                yield Frame(self.at(time), time)
            return
        for slot, picture in enumerate(self.sequence.slots):
            time = RationalTime(slot, self._rate)
            if time_range is None or time_range.contains(time):
                yield Frame(self._picture(picture), time)

    def _picture(self, index: int) -> np.ndarray:
        if index in self._recent:
            self._recent.move_to_end(index)
            return self._recent[index]
        image = fit_picture(load_picture(self.sequence.paths[index]).image, *self._size, "contain")
        self._recent[index] = image
        if len(self._recent) > _CACHED_PICTURES:
            self._recent.popitem(last=False)
        return image


def sampled(start: RationalTime, duration: RationalTime, rate: Rate) -> Iterator[RationalTime]:
    """start, start + 1/rate … while before start + duration."""
    for k in range(duration.ceil_frames(rate)):
        yield start + RationalTime(k, rate)
