"""The identity of a file's content, whatever it is called and wherever it lies."""

from __future__ import annotations

from hashlib import blake2b
from os import PathLike

from studio.errors import MediaError
from studio.media.container import checked_path

_WHOLE_BYTES = 64 * 1024 * 1024
_BLOCKS = 64
_BLOCK_BYTES = 256 * 1024


def content_hash(path: str | PathLike[str]) -> str:
    """32 hexadecimal digits (BLAKE2b-128) that name the content of the file at `path`.

    The whole file counts up to 64 MiB; of a longer one its size and 64 evenly spaced blocks of
    256 KiB, first and last included, so that a film of any length takes about 16 MiB of reading.
    Raises MissingFileError and MediaError.
    """
    file = checked_path(path)
    digest = blake2b(digest_size=16)
    try:
        size = file.stat().st_size
        with file.open("rb") as stream:
            if size <= _WHOLE_BYTES:
                while block := stream.read(1 << 20):
                    digest.update(block)
            else:
                digest.update(size.to_bytes(8, "little"))
                for number in range(_BLOCKS):
                    stream.seek((size - _BLOCK_BYTES) * number // (_BLOCKS - 1))
                    digest.update(stream.read(_BLOCK_BYTES))
    except OSError as error:
        raise MediaError(f"Cannot read {file}: {error.strerror}", "Check the drive.", str(error)) from error
    return digest.hexdigest()
