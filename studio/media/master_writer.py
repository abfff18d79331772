"""The lossless form of a result: FFV1 and PCM in Matroska."""

from __future__ import annotations

from fractions import Fraction
from os import PathLike
from typing import TYPE_CHECKING

import numpy as np

from studio.media.film_writer import FilmWriter, stereo
from studio.timing import Rate

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.video.stream import VideoStream

# H.273 numbers: BT.709 primaries and transfer; GBR is the matrix of unmixed colours.
_BT709, _GBR, _FULL_RANGE = 1, 0, 2
_AUDIO_BLOCK_S = Fraction(1, 10)


class MasterWriter(FilmWriter):
    """The lossless form of a result: FFV1 level 3 and 16-bit PCM in Matroska, `comment` = the recipe.

    Decoded frames equal the written ones bit for bit. `audio` is float32 (samples, 2) at `sample_rate`; it
    is laid beside the picture as that grows, the rest at the end; with `audio_rate` instead, sound comes
    through `write_audio`. A context manager: a normal exit finishes the file, an exception leaves no
    trace. Raises StorageError, DiskFullError, MediaError.
    """

    _format = "matroska"

    def __init__(
        self,
        path: str | PathLike[str],
        width: int,
        height: int,
        rate: Rate,
        *,
        audio: np.ndarray | None = None,
        sample_rate: int = 48000,
        audio_rate: int | None = None,
        comment: str = "",
    ) -> None:
        from av.video.reformatter import VideoReformatter

        self._packer = VideoReformatter()
        self._whole = None if audio is None else stereo(audio)
        self._waiting = np.empty((0, 2), np.int16)
        super().__init__(path, width, height, rate, audio_rate if audio is None else sample_rate, comment)

    def _video_stream(self) -> VideoStream:
        # Four slices are coded side by side; a picture of a few pixels cannot be cut into so many.
        slices = "4" if min(self.width, self.height) >= 16 else "1"
        options = {"level": "3", "slices": slices, "slicecrc": "1", "g": "1"}
        stream = self._output.add_stream("ffv1", rate=self.rate.fraction, options=options)
        stream.width, stream.height, stream.pix_fmt = self.width, self.height, "bgr0"
        codec = stream.codec_context
        codec.color_primaries, codec.color_trc, codec.colorspace = _BT709, _BT709, _GBR
        codec.color_range = _FULL_RANGE
        codec.thread_type = "AUTO"
        return stream

    def _audio_stream(self, sample_rate: int) -> AudioStream:
        return self._output.add_stream("pcm_s16le", rate=sample_rate, layout="stereo")

    def write(self, image: np.ndarray) -> None:
        """Adds `image`, uint8 RGB (height, width, 3)."""
        # One reformatter and no threads: setting those up anew costs seven milliseconds on a busy machine,
        # a hundred times what repacking a small picture takes.
        self._encode(self._packer.reformat(self.rgb_frame(image), format="bgr0", threads=1))
        if self._whole is not None:
            self._lay_sound(int(self.frames_written / self.rate.fraction * self._sample_rate))

    def _lay_sound(self, end: int | None) -> None:
        """Writes of the sound given at the start what comes before sample `end`; None: all of it."""
        assert self._whole is not None
        self.write_audio(self._whole[self.samples_written + len(self._waiting) : end])

    def _encode_audio(self, samples: np.ndarray) -> None:
        # Blocks of 100 ms: Matroska's timestamps are whole milliseconds, so every block's is exact.
        block = int(self._sample_rate * _AUDIO_BLOCK_S)
        self._waiting = np.concatenate([self._waiting, samples])
        while len(self._waiting) >= block:
            super()._encode_audio(np.ascontiguousarray(self._waiting[:block]))
            self._waiting = self._waiting[block:]

    def _coded(self, samples: np.ndarray) -> np.ndarray:
        return np.round(np.clip(stereo(samples), -1, 1) * 32767).astype(np.int16)

    def _flush(self) -> None:
        if self._whole is not None:
            self._lay_sound(None)
        if len(self._waiting):
            super()._encode_audio(np.ascontiguousarray(self._waiting))
        super()._flush()
