"""What is remembered of prompts, and for how long."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from studio.adapters import prompt_memory
from studio.adapters.prompt_memory import PromptMemory


class Encoder:
    """As much of a pipeline as is needed here."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode_prompt(self, prompt: str, embeds: torch.Tensor | None = None) -> Any:
        self.asked.append(prompt)
        return torch.zeros(1000), {"mask": [torch.zeros(1000)]}


def test_a_prompt_is_encoded_once_and_a_call_with_tensors_always() -> None:
    memory, pipe = PromptMemory(), Encoder()
    for _ in range(2):
        with memory.used_by(pipe):
            pipe.encode_prompt("a")
            pipe.encode_prompt(prompt="b")
            pipe.encode_prompt("c", embeds=torch.zeros(1))
    assert pipe.asked == ["a", "b", "c", "c"]
    memory.forget()
    with memory.used_by(pipe):
        pipe.encode_prompt("a")
    assert pipe.asked[-1] == "a"
    assert "encode_prompt" not in vars(pipe)


def test_the_last_prompt_is_kept_however_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prompt_memory, "_KEPT_BYTES", 10_000)
    memory, pipe = PromptMemory(), Encoder()
    with memory.used_by(pipe):
        for prompt in ("a", "b", "b", "a", "a"):
            pipe.encode_prompt(prompt)
    assert pipe.asked == ["a", "b", "a"]


def test_a_pipeline_without_prompts_is_left_alone() -> None:
    with PromptMemory().used_by(object()):
        pass
