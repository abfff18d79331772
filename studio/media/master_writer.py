"""The lossless form of a result: FFV1 and PCM in Matroska."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from os import PathLike
from typing import TYPE_CHECKING

import numpy as np

from studio.errors import MediaError
from studio.media.container import film_stream, open_media
from studio.media.film_writer import FilmWriter, picture_frame, stereo
from studio.timing import Rate

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.video.stream import VideoStream

# H.273 numbers: BT.709 primaries and transfer; GBR is the matrix of unmixed colours.
_BT709, _GBR, _FULL_RANGE = 1, 0, 2
_AUDIO_BLOCK_S = Fraction(1, 10)
# By the number of channels, and whether they have 16 bits.
_PACKED = {(3, False): "bgr0", (4, False): "bgra", (3, True): "gbrp16le", (4, True): "gbrap16le"}


class MasterWriter(FilmWriter):
    """The lossless form of a result: FFV1 level 3 and 16-bit PCM in Matroska, `comment` = the recipe.

    Decoded frames equal the written ones bit for bit. `audio` is float32 (samples, 2) at `sample_rate`, whole
    or in blocks; it is laid beside the picture as that grows, the rest at the end; with `audio_rate`
    instead, sound comes through `write_audio`. With `alpha` pictures are RGBA, with `deep` they have 16
    bits a colour. A context manager: a normal exit finishes the file, an exception leaves no trace. Raises
    StorageError, DiskFullError, MediaError.
    """

    _format = "matroska"

    def __init__(
        self,
        path: str | PathLike[str],
        width: int,
        height: int,
        rate: Rate,
        *,
        audio: np.ndarray | Iterator[np.ndarray] | None = None,
        sample_rate: int = 48000,
        audio_rate: int | None = None,
        comment: str = "",
        alpha: bool = False,
        deep: bool = False,
    ) -> None:
        from av.video.reformatter import VideoReformatter

        self._channels, self._deep = 4 if alpha else 3, deep
        self._packed = _PACKED[self._channels, deep]
        self._packer = VideoReformatter()
        self._blocks = iter([audio]) if isinstance(audio, np.ndarray) else audio
        self._spare = np.empty((0, 2), np.float32)
        self._waiting = np.empty((0, 2), np.int16)
        super().__init__(path, width, height, rate, audio_rate if audio is None else sample_rate, comment)

    def _video_stream(self) -> VideoStream:
        # Four slices are coded side by side; a picture of a few pixels cannot be cut into so many.
        slices = "4" if min(self.width, self.height) >= 16 else "1"
        options = {"level": "3", "slices": slices, "slicecrc": "1", "g": "1"}
        stream = self._output.add_stream("ffv1", rate=self.rate.fraction, options=options)
        stream.width, stream.height, stream.pix_fmt = self.width, self.height, self._packed
        codec = stream.codec_context
        codec.color_primaries, codec.color_trc, codec.colorspace = _BT709, _BT709, _GBR
        codec.color_range = _FULL_RANGE
        codec.thread_type = "AUTO"
        return stream

    def _audio_stream(self, sample_rate: int) -> AudioStream:
        return self._output.add_stream("pcm_s16le", rate=sample_rate, layout="stereo")

    def write(self, image: np.ndarray) -> None:
        """Adds `image`, RGB (height, width, 3) or straight RGBA (height, width, 4), uint8 or uint16."""
        frame = picture_frame(image, self.width, self.height, self._channels, deep=self._deep)
        # One reformatter and no threads: setting those up anew costs seven milliseconds on a busy machine,
        # a hundred times what repacking a small picture takes.
        self._encode(self._packer.reformat(frame, format=self._packed, threads=1))
        self._lay_sound(int(self.frames_written / self.rate.fraction * self._sample_rate))

    def append(self, master: str | PathLike[str]) -> None:
        """Adds the frames of another master as they lie in its file, undecoded; its sound is left out.

        Raises MediaError where size, rate or coding differ, so that the copy could not be read.
        """
        with open_media(master) as container:
            stream = film_stream(container)
            if stream is None or stream.codec_context.extradata != self._video.codec_context.extradata:
                raise MediaError(f"{master} cannot be joined: it is coded otherwise.", "Make it again.")
            if (stream.width, stream.height) != (self.width, self.height):
                raise MediaError(f"{master} cannot be joined: it has another size.", "Make it again.")
            for packet in container.demux(stream):
                if packet.size == 0:
                    continue
                # Counted anew: Matroska keeps whole milliseconds, and the exact time is a frame's number.
                packet.pts = packet.dts = self.frames_written
                packet.duration, packet.time_base = 1, 1 / self.rate.fraction
                packet.stream = self._video
                with self._storage():
                    self._output.mux(packet)
                self.frames_written += 1
                self._lay_sound(int(self.frames_written / self.rate.fraction * self._sample_rate))

    def _lay_sound(self, end: int | None) -> None:
        """Writes of the sound given at the start what comes before sample `end`; None: all of it."""
        while self._blocks is not None:
            if not len(self._spare):
                block = next(self._blocks, None)
                if block is None:
                    self._blocks = None
                    return
                self._spare = stereo(block)
            laid = self.samples_written + len(self._waiting)
            wanted = len(self._spare) if end is None else end - laid
            if wanted <= 0:
                return
            self.write_audio(self._spare[:wanted])
            self._spare = self._spare[wanted:]

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
        self._lay_sound(None)
        if len(self._waiting):
            super()._encode_audio(np.ascontiguousarray(self._waiting))
        super()._flush()
