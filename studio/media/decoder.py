"""Decoded frames of one film in the order they are shown, from the start or from a keyframe."""

from __future__ import annotations

from collections import deque
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from studio.errors import MediaError
from studio.media.container import film_stream, open_media
from studio.media.deinterlacer import Deinterlacer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.packet import Packet
    from av.video.frame import VideoFrame

    from studio.media.frame_times import FrameTimes

# Without an index, decoding on is taken to be cheaper than seeking up to this far ahead.
_NEAR_S = Fraction(1, 2)
_BLIND_S = Fraction(2)


class TimedFrame(NamedTuple):
    time: Fraction
    """Seconds since the first shown frame."""
    frame: VideoFrame


class FrameDecoder:
    """A position in a film: `next` walks forward, `seek` and `restart` move it."""

    def __init__(self, path: str, times: FrameTimes, deinterlace: bool = False) -> None:
        self._path = path
        self._times = times
        self._deinterlace = deinterlace
        self.damaged_packets = 0
        """Packets that could not be decoded; their frames are missing, the one before is held."""
        self._open()

    def _open(self) -> None:
        from av.stream import Discard

        container = open_media(self._path)
        stream = film_stream(container)
        if stream is None:
            container.close()
            raise MediaError(f"{self._path} has no picture in it.")
        self._container, self._stream = container, stream
        stream.thread_type = "AUTO"
        for other in self._container.streams:
            if other.index != stream.index:
                other.discard = Discard.all  # sound packets are not even parsed
        self._begin(after_seek=False)

    def _begin(self, after_seek: bool) -> None:
        self._packets: Iterator[Packet] = self._container.demux(self._stream)
        self._waiting: deque[VideoFrame] = deque()
        self._deinterlacer = Deinterlacer() if self._deinterlace else None
        self._await_keyframe = after_seek
        self._near: int | None = None
        self._stream.codec_context.skip_frame = "DEFAULT"
        self._decoded = 0
        self._position = -1

    def close(self) -> None:
        self._container.close()

    def next(self) -> TimedFrame | None:
        """The next frame in order of display, or None at the end of what can be read."""
        while not self._waiting:
            if not self._decode_more():
                return None
        frame = self._waiting.popleft()
        if self._times.start is None or frame.pts is None:
            time = self._decoded / self._times.rate.fraction
        else:
            time = self._times.time_of(frame.pts)
        self._decoded += 1
        return TimedFrame(time, frame)

    def _decode_more(self) -> bool:
        from av.error import FFmpegError

        try:
            packet = next(self._packets, None)
        except FFmpegError:
            # A file that is cut off ends here; probe has said so in its notes.
            return False
        if packet is None:
            self._waiting.extend(self._deinterlacer.rest() if self._deinterlacer else ())
            return bool(self._waiting)
        self._position = packet.dts if packet.dts is not None else self._position
        self._leave_out(packet)
        try:
            frames = packet.decode()
        except FFmpegError:
            self.damaged_packets += 1
            return True
        for frame in frames:
            # After a jump, what comes before the first keyframe leans on frames that were not decoded.
            self._await_keyframe = self._await_keyframe and not frame.key_frame
            if not self._await_keyframe:
                self._waiting.extend(self._deinterlacer.whole(frame) if self._deinterlacer else (frame,))
        return True

    def _leave_out(self, packet: Packet) -> None:
        """Has the codec drop `packet` when it is on the way to a far place and nothing leans on it.

        In films with B-frames that saves a third of a long seek.
        """
        if self._near is None:
            return
        codec = self._stream.codec_context
        if packet.pts is not None and packet.pts < self._near:
            codec.skip_frame = "NONREF"
        else:
            codec.skip_frame, self._near = "DEFAULT", None

    def restart(self) -> None:
        """Back to the first frame, by opening again: exact in every format.

        Raises MissingFileError and MediaError when the file is gone; then it stays where it is.
        """
        old = self._container
        self._open()
        old.close()

    def seek(self, time: Fraction, near: Fraction | None = None) -> None:
        """To a keyframe at `time` or near it; where exactly, only what `next` gives tells.

        Until the time `near` (None: at once) `next` may leave out frames that no other leans on.
        """
        from av.error import FFmpegError

        if self._deinterlace:
            # The frame that is wanted looks at the one before it: land earlier than on it.
            time -= 2 / self._times.rate.fraction
        if time <= 0 or self._times.start is None:
            self.restart()
            return
        try:
            self._container.seek(self._times.timestamp(time), stream=self._stream, backward=True)
        except FFmpegError:
            # Formats that cannot seek (raw streams) are read from the start.
            self.restart()
            return
        self._begin(after_seek=True)
        self._near = None if near is None else self._times.timestamp(near)

    def jump_pays(self, now: Fraction, time: Fraction) -> bool:
        """Whether seeking to `time` is quicker than decoding on from `now` (both seconds, time > now)."""
        if time - now < _NEAR_S or self._times.start is None:
            return False
        index = self._stream.index_entries
        target = self._times.timestamp(time)
        if len(index) > 1 and index[len(index) - 1].timestamp >= target:
            keyframe = index.search_timestamp(target, backward=True)
            return keyframe >= 0 and index[keyframe].timestamp > self._position
        return time - now > _BLIND_S
