"""Which of the codecs that Kinora uses this build of FFmpeg has."""

from __future__ import annotations

# What each is for: H.264 and AAC are the MP4, FFV1 and PCM the master, the rest what people bring.
ENCODERS = ("libx264", "aac", "ffv1", "pcm_s16le", "gif", "png")
DECODERS = ("h264", "hevc", "vp9", "av1", "prores", "mpeg4", "aac", "mp3", "opus", "flac")


def missing_codecs() -> dict[str, list[str]]:
    """The names of `ENCODERS` and `DECODERS` that are not there."""
    return {
        "encoders": [name for name in ENCODERS if not _exists(name, "w")],
        "decoders": [name for name in DECODERS if not _exists(name, "r")],
    }


def _exists(name: str, mode: str) -> bool:
    from av.codec import Codec
    from av.codec.codec import UnknownCodecError

    try:
        Codec(name, "w" if mode == "w" else "r")
    except UnknownCodecError:
        return False
    return True
