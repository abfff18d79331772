"""Reads and checks the header of a safetensors file, without torch and without trusting it.

The format: eight bytes with the header's length (little-endian), the header as JSON, then the tensors' bytes
without holes. https://huggingface.co/docs/safetensors/index#format
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import BinaryIO

import msgspec

from studio.errors import ModelError, storage_error

_MAX_HEADER_BYTES = 100_000_000  # the same limit as the format's own library
_LENGTH_BYTES = 8
_BITS = {
    **dict.fromkeys(("BOOL", "U8", "I8", "F8_E4M3", "F8_E5M2", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ"), 8),
    **dict.fromkeys(("U16", "I16", "F16", "BF16"), 16),
    **dict.fromkeys(("U32", "I32", "F32"), 32),
    **dict.fromkeys(("U64", "I64", "F64", "C64"), 64),
    **dict.fromkeys(("F6_E2M3", "F6_E3M2"), 6),
    "F4": 4,
}


class Tensor(msgspec.Struct, frozen=True):
    """One tensor as the header describes it; `data_offsets` is [begin, end) after the header."""

    dtype: str
    shape: tuple[int, ...]
    data_offsets: tuple[int, int]

    @property
    def size_bytes(self) -> int:
        return self.data_offsets[1] - self.data_offsets[0]


class SafetensorsHeader(msgspec.Struct, frozen=True):
    tensors: dict[str, Tensor]
    metadata: dict[str, str]


def read_safetensors_header(path: Path) -> SafetensorsHeader:
    """The checked header of the file at `path`.

    Raises ModelError where the file is none, is cut off, or where the header does not fit it: unknown
    types, sizes that do not follow from the shapes, tensors that overlap or leave holes.
    """
    try:
        with path.open("rb") as stream:
            raw = _raw_header(stream, path)
        body_bytes = path.stat().st_size - _LENGTH_BYTES - len(raw)
    except OSError as error:
        raise storage_error(error, path) from error
    try:
        table = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
        metadata = msgspec.json.decode(table.pop("__metadata__", b"{}"), type=dict[str, str])
        tensors = {name: msgspec.json.decode(entry, type=Tensor) for name, entry in table.items()}
    except (msgspec.DecodeError, RecursionError) as error:
        raise _damaged(path, f"its header cannot be read: {error}") from error
    _check_tensors(path, tensors, body_bytes)
    return SafetensorsHeader(tensors, metadata)


def _raw_header(stream: BinaryIO, path: Path) -> bytes:
    head = stream.read(_LENGTH_BYTES)
    length = int.from_bytes(head, "little")
    if len(head) < _LENGTH_BYTES or length < 2:
        raise _damaged(path, "it has no header")
    if length > _MAX_HEADER_BYTES:
        raise _damaged(path, f"its header would be {length} bytes long")
    raw = stream.read(length)
    if len(raw) < length:
        raise _damaged(path, "it ends within its header")
    if not raw.startswith(b"{"):
        raise _damaged(path, "its header is not JSON")
    return raw


def _check_tensors(path: Path, tensors: dict[str, Tensor], body_bytes: int) -> None:
    """Each tensor begins where the one before it ends, and the last one where the file ends."""
    place = 0
    for name, tensor in sorted(tensors.items(), key=lambda item: item[1].data_offsets):
        begin, end = tensor.data_offsets
        if begin != place or end < begin:
            raise _damaged(path, f"the tensor {name} lies at {begin} … {end}, where {place} is next")
        if any(side < 0 for side in tensor.shape) or tensor.dtype not in _BITS:
            raise _damaged(path, f"the tensor {name} is of shape {tensor.shape} and type {tensor.dtype}")
        if math.prod(tensor.shape) * _BITS[tensor.dtype] != 8 * (end - begin):
            raise _damaged(path, f"the tensor {name} has {end - begin} bytes for the shape {tensor.shape}")
        place = end
    if place != body_bytes:
        raise _damaged(path, f"its tensors end at byte {place} of {body_bytes}")


def _damaged(path: Path, reason: str) -> ModelError:
    return ModelError(f"{path.name} is not a whole safetensors file.", "Fetch it again.", f"{path}: {reason}")
