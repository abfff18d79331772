"""Films as files: the lossless master (FFV1 + PCM in Matroska) and the MP4 that plays anywhere (H.264 + AAC)."""

from __future__ import annotations

from fractions import Fraction
from os import PathLike
from types import TracebackType
from typing import TYPE_CHECKING, Self

import numpy as np

from studio.errors import MediaError, StudioError, UsageError, storage_error
from studio.media.atomic_file import PartialFile
from studio.media.container import film_stream, open_media
from studio.timing import Rate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.audio.stream import AudioStream
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

# H.273 numbers: BT.709 primaries, transfer and matrix; GBR is the matrix of unmixed colours.
_BT709, _GBR = 1, 0
_LIMITED, _FULL = 1, 2
_AUDIO_BLOCK_S = Fraction(1, 10)


class FilmWriter:
    """What both kinds of film have in common: one partial file, two streams, the check, the rename."""

    _format = ""
    _options: dict[str, str] = {}

    def __init__(
        self, path: str | PathLike[str], width: int, height: int, rate: Rate, audio_rate: int | None, comment: str
    ) -> None:
        import av

        if width < 1 or height < 1:
            raise UsageError(f"A film cannot be {width}×{height} pixels.")
        self.width, self.height, self.rate = width, height, rate
        self.frames_written = 0
        self.samples_written = 0
        self.notes: tuple[str, ...] = ()
        """What a person should know about the file."""
        self._file = PartialFile(path)
        try:
            self._output = av.open(str(self._file.path), "w", format=self._format, options=self._options)
            self._output.metadata["comment"] = comment
            self._video = self._video_stream()
            self._audio = self._audio_stream(audio_rate) if audio_rate else None
        except BaseException:
            self._file.discard()
            raise

    def _video_stream(self) -> VideoStream:
        raise NotImplementedError

    def _audio_stream(self, sample_rate: int) -> AudioStream:
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.finish()
        else:
            self.discard()

    def finish(self) -> None:
        """Completes the file, checks it by opening it again, and puts it in the target's place."""
        try:
            self._flush()
            self._verify()
        except BaseException:
            self.discard()
            raise
        self._file.commit()

    def discard(self) -> None:
        """Leaves no trace; the old target stays as it was."""
        import av

        try:
            self._output.close()
        except (av.FFmpegError, OSError):
            # The trailer does not fit on the full disk either; the file is removed all the same.
            self._file.discard()
            return
        self._file.discard()

    def _flush(self) -> None:
        with self._storage():
            self._output.mux(self._video.encode(None))
            if self._audio is not None:
                self._output.mux(self._audio.encode(None))
            self._output.close()

    def write_audio(self, samples: np.ndarray) -> None:
        """Adds `samples`, float32 (n, 2) in -1..1, at the rate given as `audio_rate`; raises UsageError without one."""
        if self._audio is None:
            raise UsageError("This film was opened without sound.", "Give audio_rate to have some.")
        if len(samples):
            self._encode_audio(self._coded(samples))

    def _coded(self, samples: np.ndarray) -> np.ndarray:
        """`samples` in the form that the sound encoder takes."""
        raise NotImplementedError

    def rgb_frame(self, image: np.ndarray) -> VideoFrame:
        """`image` as a frame for an encoder; raises UsageError unless it is uint8 (height, width, 3)."""
        return _rgb_frame(image, self.width, self.height)

    def _storage(self) -> _StorageErrors:
        return _StorageErrors(self._file)

    def _encode(self, frame: VideoFrame) -> None:
        frame.pts = self.frames_written
        frame.time_base = 1 / self.rate.fraction
        # A decoded frame remembers that it was I, P or B; the encoder must choose afresh.
        frame.pict_type = 0
        with self._storage():
            self._output.mux(self._video.encode(frame))
        self.frames_written += 1

    def _encode_audio(self, samples: np.ndarray) -> None:
        import av

        assert self._audio is not None
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format=_sample_format(samples), layout="stereo")
        frame.sample_rate = self._audio.codec_context.sample_rate
        frame.pts = self.samples_written
        frame.time_base = Fraction(1, frame.sample_rate)
        with self._storage():
            self._output.mux(self._audio.encode(frame))
        self.samples_written += len(samples)

    def _verify(self) -> None:
        """Opens the partial file: the frames are all there, the first decodes, picture and sound have their length."""
        with open_media(self._file.path) as container:
            stream = film_stream(container)
            if stream is None:
                raise self._broken("no picture in it")
            ends = {stream.index: Fraction(0)}
            frames = 0
            for packet in container.demux():
                if packet.pts is None or packet.size == 0 or packet.time_base is None:
                    continue
                end = (packet.pts + (packet.duration or 0)) * packet.time_base
                ends[packet.stream_index] = max(ends.get(packet.stream_index, Fraction(0)), end)
                frames += packet.stream_index == stream.index
            if frames != self.frames_written:
                raise self._broken(f"{frames} frames instead of {self.frames_written}")
            if abs(ends.pop(stream.index) - frames / self.rate.fraction) > 1 / self.rate.fraction:
                raise self._broken("the picture has the wrong length")
            self._verify_sound(list(ends.values()))
            container.seek(0)
            if frames and next(container.decode(stream), None) is None:
                raise self._broken("the first frame cannot be decoded")

    def _verify_sound(self, ends: list[Fraction]) -> None:
        if self._audio is None:
            return
        wanted = Fraction(self.samples_written, self._audio.codec_context.sample_rate)
        if wanted and not ends:
            raise self._broken("no sound in it")
        # AAC comes in blocks of 1024 samples; Matroska counts whole milliseconds.
        if wanted and abs(ends[0] - wanted) > Fraction(1, 20):
            raise self._broken("the sound has the wrong length")

    def _broken(self, what: str) -> MediaError:
        return MediaError(
            f"{self._file.target.name} was not written correctly: {what}.",
            "Try again; if it happens again, report it. The old file is untouched.",
        )


class _StorageErrors:
    """Turns what the disk says during a block into a StorageError about the target."""

    def __init__(self, file: PartialFile) -> None:
        self._file = file

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        import av

        if isinstance(error, StudioError) or error is None:
            return
        if isinstance(error, OSError):
            raise storage_error(error, self._file.target) from error
        if isinstance(error, av.FFmpegError):
            name = self._file.target.name
            raise MediaError(f"{name} could not be encoded.", "Try another size or format.", repr(error)) from error


class MasterWriter(FilmWriter):
    """The lossless form of a result: FFV1 level 3 and 16-bit PCM in Matroska, `comment` = the recipe.

    Decoded frames equal the written ones bit for bit. `audio` is float32 (samples, 2) at `sample_rate`; it
    is laid beside the picture as that grows, the rest at the end. With `audio_rate` instead, sound comes
    through `write_audio`, in blocks of whole 100 ms. A context manager: a normal exit finishes
    the file, an exception leaves no trace. Raises StorageError, DiskFullError, MediaError.
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
        sample_rate = audio_rate or sample_rate
        super().__init__(path, width, height, rate, audio_rate if audio is None else sample_rate, comment)
        self._sound: Iterator[np.ndarray] = iter(())
        self._sample_rate = sample_rate
        if audio is not None:
            whole = self._coded(audio)
            # Blocks of 100 ms: Matroska's timestamps are whole milliseconds, so every block's is exact.
            step = int(sample_rate * _AUDIO_BLOCK_S)
            self._sound = (whole[start : start + step] for start in range(0, len(whole), step))

    def _video_stream(self) -> VideoStream:
        options = {"level": "3", "slices": "4", "slicecrc": "1", "g": "1"}
        stream = self._output.add_stream("ffv1", rate=self.rate.fraction, options=options)
        stream.width, stream.height, stream.pix_fmt = self.width, self.height, "bgr0"
        codec = stream.codec_context
        codec.color_primaries, codec.color_trc, codec.colorspace = _BT709, _BT709, _GBR
        codec.color_range = _FULL
        codec.thread_type = "AUTO"
        return stream

    def _audio_stream(self, sample_rate: int) -> AudioStream:
        return self._output.add_stream("pcm_s16le", rate=sample_rate, layout="stereo")

    def write(self, image: np.ndarray) -> None:
        """Adds `image`, uint8 RGB (height, width, 3)."""
        source = self.rgb_frame(image)
        self._encode(source.reformat(format="bgr0"))
        while self.samples_written * self.rate.fraction < self.frames_written * self._sample_rate:
            if not self._write_sound_block():
                return

    def _coded(self, samples: np.ndarray) -> np.ndarray:
        return np.round(np.clip(_stereo(samples), -1, 1) * 32767).astype(np.int16)

    def _write_sound_block(self) -> bool:
        block = next(self._sound, None)
        if block is not None:
            self._encode_audio(block)
        return block is not None

    def _flush(self) -> None:
        while self._write_sound_block():
            pass
        super()._flush()


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
            frame = _rgb_frame(padded, self.width + right, self.height + down)
        self._encode(self._to_bt709(frame))

    def write_video_frame(self, frame: VideoFrame) -> None:
        """Adds a decoded frame as it is when size, format and colours match; else scales it, without RGB between.

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
        return np.clip(_stereo(samples), -1, 1)


def _sample_format(samples: np.ndarray) -> str:
    return "s16" if samples.dtype == np.int16 else "flt"


def _stereo(samples: np.ndarray) -> np.ndarray:
    """float32 (n, 2), contiguous, from (n,), (n, 1) or (n, 2)."""
    samples = np.asarray(samples, np.float32)
    if samples.ndim == 1:
        samples = samples[:, None]
    if samples.ndim != 2 or samples.shape[1] not in (1, 2):
        raise UsageError(f"Sound must be (samples, 1 or 2 channels), not {samples.shape}.")
    return np.ascontiguousarray(np.broadcast_to(samples, (len(samples), 2)))


def _rgb_frame(image: np.ndarray, width: int, height: int) -> VideoFrame:
    import av

    if image.dtype != np.uint8 or image.shape != (height, width, 3):
        raise UsageError(f"The film needs uint8 pictures of ({height}, {width}, 3), not {image.dtype} {image.shape}.")
    # The buffer is lent, not copied: every encoder here converts it first.
    return av.VideoFrame.from_numpy_buffer(np.ascontiguousarray(image), format="rgb24")
