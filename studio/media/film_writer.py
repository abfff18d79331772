"""What all film files have in common: two streams into one partial file, the check, the rename."""

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
    from av.audio.stream import AudioStream
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream


class FilmWriter:
    """A film that is written; its kinds choose container and codecs. `finish` or `discard` ends it."""

    _format = ""
    _options: dict[str, str] = {}

    def __init__(
        self,
        path: str | PathLike[str],
        width: int,
        height: int,
        rate: Rate,
        audio_rate: int | None,
        comment: str,
    ) -> None:
        import av

        if width < 1 or height < 1:
            raise UsageError(f"A film cannot be {width}×{height} pixels.")
        self.width, self.height, self.rate = width, height, rate
        self.frames_written = 0
        self.samples_written = 0
        self._sample_rate = audio_rate or 0
        self.notes: tuple[str, ...] = ()
        """What a person should know about the file."""
        self._file = PartialFile(path)
        try:
            self._output = av.open(str(self._file.path), "w", format=self._format, options=self._options)
            self._output.metadata["comment"] = comment
            self._video = self._video_stream()
            self._audio = self._audio_stream(audio_rate) if audio_rate else None
            with self._storage():
                # At once, not with the first packet: what cannot be written is said before the work begins.
                self._output.start_encoding()
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
            if not self.frames_written:
                raise UsageError(f"{self._file.target.name} would be a film without frames.")
            self._flush()
            self._verify()
        except BaseException:
            self.discard()
            raise
        self._file.commit()

    def discard(self) -> None:
        """Leaves no trace; the old target stays as it was."""
        from av.error import FFmpegError

        try:
            self._output.close()
        except (FFmpegError, OSError):
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
        """Adds `samples`, float32 (n, 2) in -1..1 at `audio_rate`; raises UsageError where there is none."""
        if self._audio is None:
            raise UsageError("This film was opened without sound.", "Give audio_rate to have some.")
        if len(samples):
            self._encode_audio(self._coded(samples))

    def _coded(self, samples: np.ndarray) -> np.ndarray:
        """`samples` in the form that the sound encoder takes."""
        raise NotImplementedError

    def rgb_frame(self, image: np.ndarray) -> VideoFrame:
        """`image` as a frame for an encoder; raises UsageError unless it is uint8 (height, width, 3)."""
        return picture_frame(image, self.width, self.height)

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
        frame = av.AudioFrame.from_ndarray(
            samples.reshape(1, -1), format=_sample_format(samples), layout="stereo"
        )
        frame.sample_rate = self._sample_rate
        frame.pts = self.samples_written
        frame.time_base = Fraction(1, frame.sample_rate)
        with self._storage():
            self._output.mux(self._audio.encode(frame))
        self.samples_written += len(samples)

    def _verify(self) -> None:
        """Opens the file again: no frame missing, the first decodes, picture and sound have their length."""
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
        wanted = Fraction(self.samples_written, self._sample_rate)
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
        from av.error import FFmpegError

        if isinstance(error, StudioError) or error is None:
            return
        if isinstance(error, OSError):
            raise storage_error(error, self._file.target) from error
        if isinstance(error, FFmpegError):
            name = self._file.target.name
            raise MediaError(
                f"{name} could not be encoded.", "Try another size or format.", repr(error)
            ) from error


_FORMS = {(3, False): "rgb24", (4, False): "rgba", (3, True): "rgb48le", (4, True): "rgba64le"}


def _sample_format(samples: np.ndarray) -> str:
    return "s16" if samples.dtype == np.int16 else "flt"


def stereo(samples: np.ndarray) -> np.ndarray:
    """float32 (n, 2), contiguous, from (n,), (n, 1) or (n, 2)."""
    samples = np.asarray(samples, np.float32)
    if samples.ndim == 1:
        samples = samples[:, None]
    if samples.ndim != 2 or samples.shape[1] not in (1, 2):
        raise UsageError(f"Sound must be (samples, 1 or 2 channels), not {samples.shape}.")
    return np.ascontiguousarray(np.broadcast_to(samples, (len(samples), 2)))


def picture_frame(
    image: np.ndarray, width: int, height: int, channels: int = 3, *, deep: bool = False
) -> VideoFrame:
    """`image`, RGB or (`channels` 4) straight RGBA, uint8 or, if `deep`, uint16, for an encoder.

    Raises UsageError for any other.
    """
    import av

    wanted, kind = (height, width, channels), np.uint16 if deep else np.uint8
    if image.dtype != kind or image.shape != wanted:
        words = f"{np.dtype(kind)} pictures of {wanted}, not {image.dtype} {image.shape}"
        raise UsageError(f"The film needs {words}.")
    # The buffer is lent, not copied: every encoder here converts it first.
    form = _FORMS[channels, deep]
    return av.VideoFrame.from_numpy_buffer(np.ascontiguousarray(image), format=form)
