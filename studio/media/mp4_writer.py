"""The film that plays anywhere: H.264 and AAC in MP4."""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING

import numpy as np

from studio.media.film_writer import FilmWriter, picture_frame, stereo
from studio.timing import Rate

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

# H.273 numbers: BT.709 primaries, transfer and matrix; limited range.
_BT709, _LIMITED = 1, 1


class Mp4Writer(FilmWriter):
    """H.264 yuv420p tagged BT.709 and limited range, AAC at 192 kbit/s, index in front: plays anywhere.

    `crf` 0 (best) … 51, `preset` as x264 names them. An odd width or height is made even by repeating the
    edge (see `notes`). Sound is written in turn with the picture, at most ten seconds ahead or behind. A
    context manager like MasterWriter, raising the same.
    """

    _format = "mp4"
    _options = {"movflags": "+faststart"}

    def __init__(
        self,
        path: str | PathLike[str],
        width: int,
        height: int,
        rate: Rate,
        *,
        audio_rate: int | None,
        crf: int = 18,
        preset: str = "medium",
        comment: str = "",
    ) -> None:
        from av.video.reformatter import VideoReformatter

        self._quality = {"crf": str(crf), "preset": preset}
        self._scaler = VideoReformatter()
        self._padding = (height % 2, width % 2)
        super().__init__(path, width, height, rate, audio_rate, comment)
        if any(self._padding):
            even = f"{width + width % 2}×{height + height % 2}"
            self.notes = (f"made {even} by repeating the edge: H.264 needs even sizes",)

    def _video_stream(self) -> VideoStream:
        stream = self._output.add_stream("libx264", rate=self.rate.fraction, options=self._quality)
        stream.width, stream.height = self.width + self._padding[1], self.height + self._padding[0]
        stream.pix_fmt = "yuv420p"
        codec = stream.codec_context
        codec.color_primaries = codec.color_trc = codec.colorspace = _BT709
        codec.color_range = _LIMITED
        codec.thread_type = "AUTO"
        return stream

    def _audio_stream(self, sample_rate: int) -> AudioStream:
        stream = self._output.add_stream("aac", rate=sample_rate, layout="stereo")
        stream.bit_rate = 192_000
        return stream

    def write(self, image: np.ndarray) -> None:
        """Adds `image`, uint8 RGB (height, width, 3)."""
        frame = self.rgb_frame(image)
        if any(self._padding):
            down, right = self._padding
            padded = np.pad(image, ((0, down), (0, right), (0, 0)), mode="edge")
            frame = picture_frame(padded, self.width + right, self.height + down)
        self._encode(self._to_bt709(frame))

    def write_video_frame(self, frame: VideoFrame) -> None:
        """Adds a decoded frame: as it is when size and colours match, else scaled without RGB between.

        `frame` carries its matrix and range (VideoReader.video_frames writes them on it).
        """
        self._encode(self._to_bt709(frame))

    def _to_bt709(self, frame: VideoFrame) -> VideoFrame:
        return self._scaler.reformat(
            frame,
            self._video.width,
            self._video.height,
            "yuv420p",
            dst_colorspace=_BT709,
            dst_color_range=_LIMITED,
        )

    def _coded(self, samples: np.ndarray) -> np.ndarray:
        return np.clip(stereo(samples), -1, 1)
