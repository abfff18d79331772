"""Interlaced frames, whose two fields are two moments, as whole frames of one moment."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from av.filter import Graph
    from av.video.frame import VideoFrame


class Deinterlacer:
    """Frames in, the same number of frames out, one later: each looks at its neighbours.

    FFmpeg's bwdif (after Weston and the BBC's w3fdif); frames that are not interlaced pass as they are.
    """

    def __init__(self) -> None:
        self._graph: Graph | None = None
        self._form = (0, 0, "")

    def whole(self, frame: VideoFrame) -> list[VideoFrame]:
        """The frames that are finished now that `frame` is known: none at first, then one."""
        form = frame.width, frame.height, frame.format.name
        # Broadcasts change their size in the middle.
        before = self.rest() if form != self._form else []
        if self._graph is None:
            self._graph, self._form = _graph_for(frame), form
        self._graph.push(frame)
        return before + self._finished()

    def rest(self) -> list[VideoFrame]:
        """What remains after the last frame; another film may follow."""
        if self._graph is None:
            return []
        self._graph.push(None)
        finished = self._finished()
        self._graph = None
        return finished

    def _finished(self) -> list[VideoFrame]:
        from av import error

        frames: list[VideoFrame] = []
        assert self._graph is not None
        while True:
            try:
                frame = cast("VideoFrame", self._graph.pull())
            except (error.BlockingIOError, error.EOFError):
                return frames
            frames.append(frame)


def _graph_for(frame: VideoFrame) -> Graph:
    from av.filter import Graph

    tick = frame.time_base or Fraction(1)
    graph = Graph()
    source = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=tick)
    # bwdif counts in halves of the time base, as if it gave a frame per field; settb undoes that.
    chain = [
        source,
        graph.add("bwdif", mode="send_frame", parity="auto", deint="interlaced"),
        graph.add("settb", expr=f"{tick.numerator}/{tick.denominator}"),
        graph.add("buffersink"),
    ]
    for one, following in pairwise(chain):
        one.link_to(following)
    graph.configure()
    return graph
