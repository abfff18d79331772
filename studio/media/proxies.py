"""Light stand-ins for heavy films: 540 lines, every picture by itself, in the cache under the film's hash.

Only looked at while editing: whatever is exported is read from the film itself.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from os import PathLike
from pathlib import Path

from studio.errors import StudioError
from studio.media.atomic_file import PartialFile
from studio.media.derived import derived_path
from studio.media.film_writer import picture_frame
from studio.media.info import MediaInfo
from studio.media.probe import probe
from studio.media.reader import VideoReader
from studio.timing import Rate

LINES = 540
_LARGE = 1920 * 1088
_FAST = 1920 * 1088 * 60
# MJPEG's quantiser, 2 (best) to 31: at 4 a proxy takes about 60 kB a picture.
_QUALITY = "4"
# Fine enough for any timestamps, and a whole number of ticks for all common rates.
_TICKS = 90_000


def is_heavy(info: MediaInfo) -> bool:
    """Whether the film is larger than 1080p, or so fast or deep that it decodes no quicker than that."""
    if info.kind != "video" or info.rate is None:
        return False
    work = info.width * info.height * info.rate.fraction * (2 if info.bit_depth > 8 else 1)
    return info.width * info.height > _LARGE or work > _FAST


def proxy_of(path: str | PathLike[str]) -> Path | None:
    """The stand-in for the film at `path`, if one has been made of its present content."""
    try:
        proxy = _place(path)
    except StudioError:
        # A film that is gone has none; whoever reads it says so.
        return None
    return proxy if proxy.exists() else None


def make_proxy(
    path: str | PathLike[str], on_progress: Callable[[int, int], None], raise_if_cancelled: Callable[[], None]
) -> Path:
    """Makes the stand-in for the film at `path`, or finds it made; told (done, all) after each picture.

    Its pictures are on the screen at the very times of the film's own. Raises MissingFileError, MediaError,
    StorageError, and whatever `raise_if_cancelled` raises; then no trace is left.
    """
    proxy = _place(path)
    if proxy.exists():
        return proxy
    info = probe(path)
    size = _size(info)
    proxy.parent.mkdir(parents=True, exist_ok=True)
    file = PartialFile(proxy)
    try:
        with VideoReader(path, size) as reader:
            _write(file.path, reader, size, on_progress, raise_if_cancelled)
    except BaseException:
        file.discard()
        raise
    file.commit()
    return proxy


def _write(
    target: Path,
    reader: VideoReader,
    size: tuple[int, int],
    on_progress: Callable[[int, int], None],
    raise_if_cancelled: Callable[[], None],
) -> None:
    import av

    rate = reader.info.rate or Rate(25)
    base = 1 / rate.fraction if not reader.info.variable_rate else Fraction(1, _TICKS)
    with av.open(str(target), "w", format="mov") as output:
        stream = output.add_stream("mjpeg", rate=rate.fraction, options={"qmin": _QUALITY, "qmax": _QUALITY})
        stream.width, stream.height, stream.pix_fmt = *size, "yuvj420p"
        codec = stream.codec_context
        codec.time_base, codec.thread_count = base, 1
        for done, frame in enumerate(reader.frames(), 1):
            raise_if_cancelled()
            picture = picture_frame(frame.image, *size).reformat(
                format="yuvj420p", dst_colorspace=5, dst_color_range=2
            )
            # Rounded down: a picture a tick late would not be there yet when its own time is asked for.
            picture.pts, picture.time_base = frame.time.seconds // base, base
            output.mux(stream.encode(picture))
            on_progress(done, reader.info.frame_count)
        output.mux(stream.encode(None))


def _size(info: MediaInfo) -> tuple[int, int]:
    """Even numbers, the shape as shown, never larger than the film."""
    height = min(LINES, info.height)
    return max(2, round(info.width * height / info.height / 2) * 2), max(2, height // 2 * 2)


def _place(path: str | PathLike[str]) -> Path:
    return derived_path(path, "proxies", f"{LINES}p.mov")
