"""Reads and checks the header of a GGUF file, without torch and without trusting it.

The format, versions 2 and 3: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

from __future__ import annotations

import math
import struct
from pathlib import Path
from typing import BinaryIO

import msgspec

from studio.errors import ModelError, storage_error

_MAX_ENTRIES = 1_000_000
_MAX_TEXT_BYTES = 64 * 2**20
_MAX_DIMENSIONS = 4
_STRING, _ARRAY = 8, 9
_NUMBERS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
# (bytes, elements) of a block, by ggml's number of the type.
_BLOCKS = {
    0: (4, 1),
    1: (2, 1),
    24: (1, 1),
    25: (2, 1),
    26: (4, 1),
    27: (8, 1),
    28: (8, 1),
    30: (2, 1),
    2: (18, 32),
    3: (20, 32),
    6: (22, 32),
    7: (24, 32),
    8: (34, 32),
    9: (36, 32),
    20: (18, 32),
    10: (84, 256),
    11: (110, 256),
    12: (144, 256),
    13: (176, 256),
    14: (210, 256),
    15: (292, 256),
    16: (66, 256),
    17: (74, 256),
    18: (98, 256),
    19: (50, 256),
    21: (110, 256),
    22: (82, 256),
    23: (136, 256),
    29: (56, 256),
}
Value = str | int | float | bool


class GgufTensor(msgspec.Struct, frozen=True):
    """`shape` as the file says it (fastest dimension first), `kind` ggml's number of the type."""

    shape: tuple[int, ...]
    kind: int
    offset: int


class GgufHeader(msgspec.Struct, frozen=True):
    """`metadata` holds the plain values; lists are left out."""

    version: int
    metadata: dict[str, Value]
    tensors: dict[str, GgufTensor]

    @property
    def architecture(self) -> str:
        return str(self.metadata.get("general.architecture", ""))


def read_gguf_header(path: Path) -> GgufHeader:
    """The checked header of the file at `path`; raises ModelError where it is none, or is cut off."""
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            header = _Reader(stream, path, size).header()
            body_bytes = size - stream.tell()
    except OSError as error:
        raise storage_error(error, path) from error
    for name, tensor in header.tensors.items():
        if tensor.kind in _BLOCKS:
            block_bytes, elements = _BLOCKS[tensor.kind]
            if tensor.offset + math.prod(tensor.shape) // elements * block_bytes > body_bytes:
                raise _damaged(path, f"it ends before its tensor {name}")
    return header


class _Reader:
    def __init__(self, stream: BinaryIO, path: Path, size: int) -> None:
        self._stream = stream
        self._path = path
        self._size = size

    def header(self) -> GgufHeader:
        if self._bytes(4) != b"GGUF":
            raise _damaged(self._path, "it does not begin with GGUF")
        version = self._number("I")
        if version not in (2, 3):
            raise _damaged(self._path, f"its version is {version}")
        tensor_count, entry_count = self._count(), self._count()
        metadata: dict[str, Value] = {}
        for _ in range(entry_count):
            name = self._text()
            value = self._value(self._number("I"))
            if value is not None:
                metadata[name] = value
        return GgufHeader(version, metadata, {self._text(): self._tensor() for _ in range(tensor_count)})

    def _bytes(self, count: int) -> bytes:
        data = self._stream.read(count)
        if len(data) < count:
            raise _damaged(self._path, "it ends within its header")
        return data

    def _number(self, code: str) -> int:
        return struct.unpack(f"<{code}", self._bytes(struct.calcsize(code)))[0]

    def _count(self) -> int:
        count = self._number("Q")
        if count > _MAX_ENTRIES:
            raise _damaged(self._path, f"its header would have {count} entries")
        return count

    def _text(self) -> str:
        length = self._number("Q")
        if length > _MAX_TEXT_BYTES:
            raise _damaged(self._path, f"a name of {length} bytes")
        return self._bytes(length).decode("utf-8", "replace")

    def _value(self, kind: int) -> Value | None:
        """A plain value; None for a list, which is passed over."""
        if kind == _STRING:
            return self._text()
        if kind != _ARRAY:
            if kind not in _NUMBERS:
                raise _damaged(self._path, f"a value of the unknown type {kind}")
            return self._number(_NUMBERS[kind])
        kind, count = self._number("I"), self._number("Q")
        if kind in _NUMBERS:
            length = count * struct.calcsize(_NUMBERS[kind])
            if length > self._size:
                raise _damaged(self._path, f"a list of {count} numbers")
            self._stream.seek(length, 1)
        elif kind == _STRING and count <= _MAX_ENTRIES:
            for _ in range(count):
                self._text()
        else:
            raise _damaged(self._path, f"a list of {count} values of type {kind}")
        return None

    def _tensor(self) -> GgufTensor:
        dimensions = self._number("I")
        if dimensions > _MAX_DIMENSIONS:
            raise _damaged(self._path, f"a tensor of {dimensions} dimensions")
        shape = tuple(self._number("Q") for _ in range(dimensions))
        return GgufTensor(shape, self._number("I"), self._number("Q"))


def _damaged(path: Path, reason: str) -> ModelError:
    return ModelError(f"{path.name} is not a whole GGUF file.", "Fetch it again.", f"{path}: {reason}")
