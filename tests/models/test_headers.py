"""Headers of weights: sound ones are read, lying ones are refused at once and without much memory."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import pytest

from studio.errors import ModelError
from studio.models.gguf_header import read_gguf_header
from studio.models.safetensors_header import read_safetensors_header
from studio.paths import resources_folder
from tests.models.repositories import safetensors


def written(path: Path, header: Any, body: bytes = b"", length: int | None = None) -> Path:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text) if length is None else length) + text + body)
    return path


def tensor(begin: int, end: int, shape: list[int] | None = None, dtype: str = "F32") -> dict[str, Any]:
    return {"dtype": dtype, "shape": shape or [(end - begin) // 4], "data_offsets": [begin, end]}


@pytest.mark.parametrize(
    "file", sorted(resources_folder().glob("models/**/*.safetensors")), ids=lambda file: file.name
)
def test_real_files_are_read_as_the_formats_own_library_reads_them(file: Path) -> None:
    from safetensors import safe_open

    header = read_safetensors_header(file)
    with safe_open(file, "numpy") as theirs:
        assert set(header.tensors) == set(theirs.keys())
        name = next(iter(header.tensors))
        assert list(header.tensors[name].shape) == theirs.get_slice(name).get_shape()


def test_a_sound_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a.safetensors"
    file.write_bytes(safetensors(["a", "b"], size=64))
    header = read_safetensors_header(file)
    assert header.tensors["b"].size_bytes == 64
    written(file, {"__metadata__": {"format": "pt"}, "e": tensor(0, 0, [0, 4])})
    assert read_safetensors_header(file).metadata == {"format": "pt"}


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"\x01",
        struct.pack("<Q", 0),
        struct.pack("<Q", 2**63) + b"{}",
        struct.pack("<Q", 90_000_000) + b"{}",
        struct.pack("<Q", 2) + b"[]",
        struct.pack("<Q", 5) + b'{"a":',
        b"PK\x03\x04 a zip archive, as pickles of torch are",
    ],
)
def test_what_is_no_header_is_refused(tmp_path: Path, damage: bytes) -> None:
    file = tmp_path / "a.safetensors"
    file.write_bytes(damage)
    with pytest.raises(ModelError, match="not a whole safetensors file"):
        read_safetensors_header(file)


@pytest.mark.parametrize(
    "header",
    [
        {"a": tensor(0, 64), "b": tensor(32, 96)},
        {"a": tensor(0, 32), "b": tensor(64, 96)},
        {"a": tensor(0, 64)},
        {"a": tensor(0, 960)},
        {"a": tensor(64, 0, [1])},
        {"a": tensor(0, 96, [2**40, 2**40])},
        {"a": tensor(0, 96, [-6, -4])},
        {"a": tensor(0, 96, dtype="Q7")},
        {"a": {"dtype": "F32", "shape": [24]}},
        {"a": {"dtype": "F32", "shape": ["24"], "data_offsets": [0, 96]}},
        {"a": {"dtype": "F32", "shape": [24], "data_offsets": [0, 2**70]}},
        {"__metadata__": {"a": 1}, "b": tensor(0, 96)},
        {"a": [[[[[[[[1]]]]]]]]},
    ],
)
def test_a_header_that_lies_is_refused(tmp_path: Path, header: Any) -> None:
    file = written(tmp_path / "a.safetensors", header, bytes(96))
    with pytest.raises(ModelError, match="not a whole safetensors file"):
        read_safetensors_header(file)


def text(words: str) -> bytes:
    return struct.pack("<Q", len(words)) + words.encode()


def gguf(architecture: str = "wan", tensors: dict[str, tuple[list[int], int]] | None = None) -> bytes:
    """A GGUF file with the metadata that real ones have, and its tensors' bytes (Q8_0 and F32)."""
    tensors = tensors or {"blocks.0.self_attn.q.weight": ([64, 2], 8), "blocks.0.bias": ([8], 0)}
    entries = [
        text("general.architecture") + struct.pack("<I", 8) + text(architecture),
        text("general.quantization_version") + struct.pack("<II", 4, 2),
        text("tokens") + struct.pack("<IIQ", 9, 8, 2) + text("a") + text("b"),
        text("scales") + struct.pack("<IIQ", 9, 6, 3) + bytes(12),
    ]
    infos, offset = b"", 0
    for name, (shape, kind) in tensors.items():
        infos += text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, kind, offset)
        offset += 160
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(entries)) + b"".join(entries) + infos
    return head + bytes(-len(head) % 32) + bytes(160 * len(tensors))


def test_a_gguf_header_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a.gguf"
    file.write_bytes(gguf())
    header = read_gguf_header(file)
    assert (header.version, header.architecture) == (3, "wan")
    assert header.tensors["blocks.0.self_attn.q.weight"].shape == (64, 2)
    assert header.metadata["general.quantization_version"] == 2


def test_every_cut_of_a_gguf_file_is_noticed(tmp_path: Path) -> None:
    whole = gguf()
    file = tmp_path / "a.gguf"
    for length in (*range(0, len(whole) - 320, 7), len(whole) - 200):
        file.write_bytes(whole[:length])
        with pytest.raises(ModelError, match="not a whole GGUF file"):
            read_gguf_header(file)


@pytest.mark.parametrize(
    "head",
    [
        b"GGML" + bytes(40),
        b"GGUF" + struct.pack("<IQQ", 99, 0, 0),
        b"GGUF" + struct.pack("<IQQ", 3, 2**60, 0),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 2**60),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + struct.pack("<Q", 2**62),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + text("a") + struct.pack("<IIQ", 9, 8, 2**60),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + text("a") + struct.pack("<IIQ", 9, 0, 2**62),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + text("a") + struct.pack("<I", 77),
        b"GGUF" + struct.pack("<IQQ", 3, 1, 0) + text("a") + struct.pack("<I", 2**31),
    ],
)
def test_a_gguf_header_that_lies_is_refused(tmp_path: Path, head: bytes) -> None:
    file = tmp_path / "a.gguf"
    file.write_bytes(head)
    with pytest.raises(ModelError, match="not a whole GGUF file"):
        read_gguf_header(file)
