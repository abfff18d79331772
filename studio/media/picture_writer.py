"""Films as pictures: an animated GIF, or a numbered sequence of PNG files."""

from __future__ import annotations

import shutil
from fractions import Fraction
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, cast

import numpy as np

from studio.errors import StorageError, UsageError, storage_error
from studio.media.atomic_file import flush_folder, missing_folder, partial_path
from studio.media.film_writer import FilmWriter
from studio.timing import Rate

if TYPE_CHECKING:
    from av.filter import Graph
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

# Players treat a GIF frame shorter than 2/100 s as 1/10 s.
_FASTEST_GIF = Fraction(50)


class GifWriter(FilmWriter):
    """A looping GIF with 256 colours chosen afresh for each frame, which keeps memory flat and colours true.

    Times are rounded to 1/100 s; of rates over 50 fps frames are left out (see `notes`). Same manners as
    the other writers.
    """

    _format = "gif"

    def __init__(self, path: str | PathLike[str], width: int, height: int, rate: Rate) -> None:
        self._offered = 0
        self._source_rate = rate
        shown = rate if rate.fraction <= _FASTEST_GIF else Rate.of(_FASTEST_GIF)
        self._graph: Graph | None = None
        super().__init__(path, width, height, shown, None, "")
        if shown != rate:
            self.notes = (f"{shown} of {rate} frames a second: GIF knows no more",)

    def _video_stream(self) -> VideoStream:
        stream = self._output.add_stream("gif", rate=self.rate.fraction)
        stream.width, stream.height, stream.pix_fmt = self.width, self.height, "pal8"
        return stream

    def write(self, image: np.ndarray) -> None:
        """Adds `image`, uint8 RGB (height, width, 3)."""
        slot = self._offered / self._source_rate.fraction * self.rate.fraction
        self._offered += 1
        if slot < self.frames_written:
            return
        graph = self._palette_graph()
        graph.push(self.rgb_frame(image))
        self._encode(cast("VideoFrame", graph.pull()))

    def _palette_graph(self) -> Graph:
        if self._graph is None:
            from av.filter import Graph
            from av.video.format import VideoFormat

            graph = Graph()
            source = graph.add_buffer(
                width=self.width, height=self.height, format=VideoFormat("rgb24"), time_base=Fraction(1)
            )
            split = graph.add("split")
            palette = graph.add("palettegen", stats_mode="single")
            # An ordered pattern stays in place from frame to frame; error diffusion would crawl.
            use = graph.add("paletteuse", new="1", dither="bayer", bayer_scale="4")
            source.link_to(split)
            split.link_to(use, 0, 0)
            split.link_to(palette, 1, 0)
            palette.link_to(use, 0, 1)
            use.link_to(graph.add("buffersink"))
            graph.configure()
            self._graph = graph
        return self._graph


class PngSequenceWriter:
    """Numbered pictures: "out.png" becomes out_00001.png, out_00002.png …, all of them or none.

    They are written into a hidden folder beside the target and moved at the end; pictures of those names
    that were there before come back when a move fails. Same manners as the other writers.
    """

    def __init__(self, path: str | PathLike[str], width: int, height: int, rate: Rate) -> None:
        self.width, self.height, self.rate = width, height, rate
        self.frames_written = 0
        self.notes: tuple[str, ...] = ()
        self._target = Path(path).absolute()
        self._folder = partial_path(self._target)
        try:
            self._folder.mkdir()
        except FileNotFoundError as error:
            raise missing_folder(self._target) from error
        except OSError as error:
            raise storage_error(error, self._target) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.finish()
        else:
            self.discard()

    def path_of(self, number: int) -> Path:
        """Where picture `number` (from 1) will lie."""
        return self._target.with_name(f"{self._target.stem}_{number:05}{self._target.suffix}")

    def write(self, image: np.ndarray) -> None:
        """Adds `image`, uint8 RGB (height, width, 3)."""
        import cv2

        if image.dtype != np.uint8 or image.shape != (self.height, self.width, 3):
            raise UsageError(
                f"The pictures must be uint8 ({self.height}, {self.width}, 3), not {image.shape}."
            )
        # Level 1 is three times as fast as the default and a tenth larger.
        done, data = cv2.imencode(".png", image[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 1])
        if not done:
            raise StorageError(f"Picture {self.frames_written + 1} could not be encoded.")
        draft = self._folder / self.path_of(self.frames_written + 1).name
        try:
            draft.write_bytes(data.data)
        except OSError as error:
            raise storage_error(error, self._target) from error
        self.frames_written += 1

    def finish(self) -> None:
        """Moves the pictures into place."""
        replaced = self._folder / "replaced"
        moved: list[Path] = []
        try:
            replaced.mkdir()
            targets = [self.path_of(number) for number in range(1, self.frames_written + 1)]
            for target in targets:
                if target.exists():
                    target.replace(replaced / target.name)
                moved.append(target)
                (self._folder / target.name).replace(target)
        except OSError as error:
            _restore(moved, replaced)
            self.discard()
            raise storage_error(error, self._target) from error
        flush_folder(self._target.parent)
        self.discard()

    def discard(self) -> None:
        """Removes what has not been moved into place."""
        shutil.rmtree(self._folder, ignore_errors=True)


def _restore(moved: list[Path], replaced: Path) -> None:
    for target in moved:
        target.unlink(missing_ok=True)
        if (replaced / target.name).exists():
            (replaced / target.name).replace(target)
