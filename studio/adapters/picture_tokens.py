"""Turns pictures into what Qwen3-VL reads, without torchvision: of its processor what MiniMax-H3 asks for."""

from __future__ import annotations

from pathlib import Path

from transformers import AutoTokenizer
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

_PICTURE = "<|image_pad|>"


class PictureTokens:
    """`folder` is a model's, with its `processor` and `tokenizer`."""

    def __init__(self, folder: Path) -> None:
        place = str(folder / "processor")
        self.image_processor = Qwen2VLImageProcessorPil.from_pretrained(place, local_files_only=True)
        tokenizer = AutoTokenizer.from_pretrained(str(folder / "tokenizer"), local_files_only=True)
        self._picture = tokenizer.convert_tokens_to_ids(_PICTURE)

    def create_mm_token_type_ids(self, input_ids: list[list[int]]) -> list[list[int]]:
        """1 for each token of a picture, 0 for those of words."""
        return [[int(token == self._picture) for token in row] for row in input_ids]
