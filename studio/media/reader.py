"""Frames of a film at exact times, as uint8 RGB; and the one interface behind which all pictures come."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np

from studio.errors import MediaError, UsageError
from studio.media.color import RgbConverter, tag_frame
from studio.media.decoder import FrameDecoder, TimedFrame
from studio.media.frame_reader import Frame, FrameReader
from studio.media.picture import is_picture
from studio.media.probe import examine
from studio.media.sequence import PictureReader, SequenceReader
from studio.media.stretch import Stretch
from studio.timing import Rate, RationalTime, TimeRange

if TYPE_CHECKING:
    from av.video.frame import VideoFrame


__all__ = ["Frame", "FrameReader", "SourceFrame", "VideoReader", "open_reader"]

# A step back of at most this much is taken as the first of several.
_BACKWARDS_S = Fraction(1, 2)
# On the way to a far frame, pictures that no other leans on are left out until this long before it.
_NEAR_S = Fraction(1, 2)


class SourceFrame(NamedTuple):
    """A decoded frame as the codec gave it, for an encoder that takes it without a way through RGB."""

    frame: VideoFrame
    time: RationalTime


class VideoReader:
    """Reads one film. Times count from its first frame; not to be shared between threads.

    `size` (width, height) asks for frames of that size from the fast scaler, for previews; without it
    frames come in the displayed size with interpolated chroma. With `alpha`, a film that has transparency
    gives (H, W, 4) RGBA, straight; with `deep`, one of more than 8 bits a colour gives uint16. Images may be
    handed out again by a later call: copy one before painting on it. Raises MissingFileError and MediaError.
    """

    def __init__(
        self,
        path: str | PathLike[str],
        size: tuple[int, int] | None = None,
        *,
        alpha: bool = False,
        deep: bool = False,
    ) -> None:
        found = examine(path)
        self.info = found.info
        self._times = found.times
        shown = size or (self.info.width, self.info.height)
        self._turns = self.info.rotation // 90
        stored = shown if self._turns % 2 == 0 else (shown[1], shown[0])
        self._converter = RgbConverter(
            self.info.color,
            stored,
            accurate=size is None,
            alpha=alpha and self.info.has_alpha,
            deep=deep and self.info.bit_depth > 8,
        )
        self._decoder = FrameDecoder(self.info.path, found.times, deinterlace=self.info.interlaced)
        self._shown: TimedFrame | None = None
        self._ahead: TimedFrame | None = None
        self._image: np.ndarray | None = None
        self._behind = Stretch()
        self._reach = Stretch.capacity(*shown) / found.times.rate.fraction
        self._asked = Fraction(-1)
        self.seeks = 0
        """How often it had to go to another place of the film."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._decoder.close()

    @property
    def damaged_packets(self) -> int:
        """How many packets could not be decoded so far; the frame before was held in their place."""
        return self._decoder.damaged_packets

    @property
    def is_plain(self) -> bool:
        """Whether H.264 takes the frames untouched: 8-bit 4:2:0, BT.709, limited range, upright."""
        info = self.info
        upright = info.rotation == 0 and info.pixel_aspect == Rate(1) and not info.interlaced
        colors = info.color.matrix == "bt709" and not info.color.full_range and not info.color.needs_table
        return upright and colors and info.pixel_format == "yuv420p"

    def at(self, time: RationalTime) -> np.ndarray:
        """The frame on the screen at `time`: the first before the start, the last after the end."""
        wanted = max(time.seconds, Fraction(0))
        asked, self._asked = self._asked, wanted
        kept = self._behind.at(wanted)
        if kept is not None:
            return kept
        if self._shown is not None and wanted < self._shown.time and 0 < asked - wanted <= _BACKWARDS_S:
            return self._look_back(wanted)
        return self._convert(self._source_at(wanted))

    def frames(self, time_range: TimeRange | None = None, rate: Rate | None = None) -> Iterator[Frame]:
        """The film's own frames that begin in `time_range` (all by default); with `rate` one per 1/rate s.

        With `rate`, times are start + k/rate and a slower film repeats frames. One walk at a time: `at`
        and a second walk move the same position.
        """
        for frame, time in self._walk(time_range, rate):
            yield Frame(self._convert(frame), time)

    def video_frames(
        self, time_range: TimeRange | None = None, rate: Rate | None = None
    ) -> Iterator[SourceFrame]:
        """Like `frames`, but unconverted and tagged with the matrix and range they are in.

        Rotation, pixel aspect and HDR are left to the caller (see `is_plain`).
        """
        for timed, time in self._walk(time_range, rate):
            tag_frame(timed.frame, self.info.color)
            yield SourceFrame(timed.frame, time)

    def _walk(
        self, time_range: TimeRange | None, rate: Rate | None
    ) -> Iterator[tuple[TimedFrame, RationalTime]]:
        start = time_range.start.seconds if time_range else Fraction(0)
        end = time_range.end.seconds if time_range else self._times.duration
        if rate is not None:
            for k in range(math.ceil((end - start) * rate.fraction)):
                time = start + k / rate.fraction
                yield self._source_at(time), RationalTime.from_seconds(time)
            return
        current = self._source_at(start)
        while current.time < end:
            if current.time >= start:
                yield current, self._rational(current.time)
            following = self._step()
            if following is None:
                return
            current = following

    def _rational(self, seconds: Fraction) -> RationalTime:
        frame = seconds * self._times.rate.fraction
        if frame.denominator == 1:
            return RationalTime(int(frame), self._times.rate)
        return RationalTime.from_seconds(seconds)

    def _convert(self, timed: TimedFrame) -> np.ndarray:
        if self._image is None:
            image = self._converter.convert(timed.frame)
            self._image = np.ascontiguousarray(np.rot90(image, self._turns)) if self._turns else image
        return self._image

    def _source_at(self, seconds: Fraction) -> TimedFrame:
        """Moves so that the frame shown at `seconds` is current, by the shorter way."""
        wanted = max(seconds, Fraction(0))
        if self._must_seek(wanted):
            self._behind.clear()
            near = min(wanted, self._times.duration) - _NEAR_S
            self._seek(wanted, near)
            self._step_to(wanted)
            if self._current().time < near:
                # A hole in the film: what is held over it may be a picture that was left out.
                self._seek(wanted)
        self._step_to(wanted)
        return self._current()

    def _look_back(self, wanted: Fraction) -> np.ndarray:
        """The frame at `wanted`, a little before the one asked for last; keeps those that lead up to it."""
        self._behind.clear()
        self._seek(wanted, wanted - self._reach - _NEAR_S)
        self._step_to(wanted - self._reach)
        while self._ahead is not None and self._ahead.time <= wanted:
            self._behind.add(self._current().time, self._convert(self._current()))
            self._step()
        image = self._convert(self._current())
        self._behind.add(self._current().time, image)
        self._behind.close(self._ahead.time if self._ahead else None)
        return image

    def _current(self) -> TimedFrame:
        assert self._shown is not None
        return self._shown

    def _step_to(self, wanted: Fraction) -> None:
        """Walks on to the last frame at or before `wanted`."""
        while self._ahead is not None and self._ahead.time <= wanted:
            self._step()

    def _must_seek(self, wanted: Fraction) -> bool:
        if self._shown is None or wanted < self._shown.time:
            return True
        return self._ahead is not None and self._decoder.jump_pays(self._ahead.time, wanted)

    def _step(self) -> TimedFrame | None:
        """One frame on; None, and nothing moved, at the end."""
        if self._ahead is None:
            return None
        self._shown, self._image = self._ahead, None
        self._ahead = self._decoder.next()
        return self._shown

    def _seek(self, wanted: Fraction, near: Fraction | None = None) -> None:
        """Lands on a cleanly decoded frame at or before `wanted`, looking further back until there is one.

        With `near`, frames before that time may be missing on the way.
        """
        back = Fraction(0)
        while True:
            from_start = wanted - back <= 0
            self._decoder.seek(wanted - back, near)
            self.seeks += 1
            first = self._decoder.next()
            if first is not None and (from_start or first.time <= wanted):
                break
            if from_start:
                raise _unreadable(self.info.path)
            back = back * 2 or Fraction(1)
        self._shown, self._image = first, None
        self._ahead = self._decoder.next()


def _unreadable(path: str) -> MediaError:
    return MediaError(f"{Path(path).name} can no longer be read.", "Was it changed or its drive taken away?")


def open_reader(
    source: str | PathLike[str] | Sequence[str | PathLike[str]],
    rate: Rate | None = None,
    size: tuple[int, int] | None = None,
    *,
    alpha: bool = False,
) -> FrameReader:
    """The reader for `source`: a film, a picture, or several pictures or a folder at `rate` (24 if None).

    With `alpha` a film or a picture that has transparency gives RGBA, straight. Raises MissingFileError,
    MediaError, and UsageError for an empty list.
    """
    if isinstance(source, (str, PathLike)):
        path = Path(source)
        if path.is_dir():
            return SequenceReader([path], rate or Rate(24), size)
        if is_picture(path):
            return PictureReader(path, size, alpha=alpha)
        return VideoReader(path, size, alpha=alpha)
    paths = list(source)
    if not paths:
        raise UsageError("No pictures were given.", "Choose at least one picture or a folder of pictures.")
    if len(paths) == 1:
        return open_reader(paths[0], rate, size, alpha=alpha)
    return SequenceReader(paths, rate or Rate(24), size)
