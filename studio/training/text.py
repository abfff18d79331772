"""The starter's reader: a word-level tokenizer and a small UMT5 encoder.

Its first lesson, telling from a caption what the scene shows, needs no pictures and takes a minute;
afterwards the encoder learns on together with the transformer.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import torch
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
from torch import Tensor, nn
from torch.nn import functional
from transformers import PreTrainedTokenizerFast, UMT5Config, UMT5EncoderModel

from studio.training import checkpoint, parallel
from studio.training.captions import caption, clutter, known_words
from studio.training.plan import TransformerPlan
from studio.training.schedule import learning_rate
from studio.training.vocabulary import reading_rules
from studio.training.world import COLOURS, LIGHTS, MOTIONS, OBJECTS, PLACES, STYLES, Scene, sample_scene

AXES = {
    "object": OBJECTS,
    "colour": COLOURS,
    "motion": MOTIONS,
    "place": PLACES,
    "light": LIGHTS,
    "style": STYLES,
}
LESSON_STEPS = 600
LESSON_BATCH = 64


def build_tokenizer() -> PreTrainedTokenizerFast:
    """Lower-cases, drops punctuation, reads related words as the nearest known one, others as <unk>."""
    words = ["<pad>", "</s>", "<unk>", *known_words()]
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(words)}, unk_token="<unk>"))
    nearest: dict[str, list[str]] = {}
    for word, known in reading_rules().items():
        nearest.setdefault(known, []).append(word)
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Lowercase(),
            normalizers.Replace(Regex("['’]s\\b|[^a-z]+"), " "),
            *(
                normalizers.Replace(Regex(rf"\b(?:{'|'.join(others)})\b"), known)
                for known, others in nearest.items()
            ),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", eos_token="</s>", unk_token="<unk>"
    )


def build_text_encoder(plan: TransformerPlan, vocabulary: int) -> UMT5EncoderModel:
    """An untrained encoder for `vocabulary` tokens."""
    config = UMT5Config(
        vocab_size=vocabulary,
        d_model=plan.text_dim,
        d_kv=plan.text_dim // 4,
        d_ff=plan.text_dim * 3,
        num_layers=plan.text_layers,
        num_heads=4,
        dropout_rate=0.0,
        pad_token_id=0,
        eos_token_id=1,
    )
    return UMT5EncoderModel(config)


def read(
    tokenizer: PreTrainedTokenizerFast, encoder: UMT5EncoderModel, texts: list[str], max_words: int
) -> tuple[Tensor, Tensor]:
    """Embeddings (B, max_words, text_dim), zero where there is no word, and the mask (B, max_words).

    The zeros are what WanPipeline pads with; the transformer has no other mask and must be trained on them.
    """
    tokens = tokenizer(
        texts, padding="max_length", max_length=max_words, truncation=True, return_tensors="pt"
    )
    device = encoder.device
    mask = tokens["attention_mask"].to(device)
    embeddings = encoder(tokens["input_ids"].to(device), mask).last_hidden_state
    return embeddings * mask[..., None], mask


class SceneReader(nn.Module):
    """One linear answer per axis from the words' mean embedding; thrown away after the lesson."""

    def __init__(self, width: int) -> None:
        """`width` is the text encoder's."""
        super().__init__()
        self.answers = nn.ModuleDict({axis: nn.Linear(width, len(all_)) for axis, all_ in AXES.items()})

    def forward(self, embeddings: Tensor, mask: Tensor) -> dict[str, Tensor]:
        """Logits per axis, each (B, choices)."""
        mean = embeddings.sum(1) / mask.sum(1, keepdim=True)
        return {axis: answer(mean) for axis, answer in self.answers.items()}


def labels(scenes: list[Scene], device: str | torch.device = "cpu") -> dict[str, Tensor]:
    """The scenes' choices as indices, per axis (B,), int64."""
    return {
        axis: torch.tensor([choices.index(getattr(scene, axis)) for scene in scenes], device=device)
        for axis, choices in AXES.items()
    }


def teach_reading(plan: TransformerPlan, work: Path, device: str = "cpu") -> UMT5EncoderModel:
    """Train encoder and SceneReader on captions alone; goes on from `work` after a kill."""
    torch.manual_seed(2)
    tokenizer = build_tokenizer()
    encoder = build_text_encoder(plan, len(tokenizer))
    nn.Module.to(encoder, device)
    reader = SceneReader(plan.text_dim).to(device)
    parts = {"encoder": encoder, "reader": reader}
    parameters = [*encoder.parameters(), *reader.parameters()]
    optimizer = torch.optim.AdamW(parameters, weight_decay=0.01)
    first = 0
    if saved := checkpoint.load(work / "reader"):
        checkpoint.unpack(saved[0], parts, optimizer)
        first = saved[1]
    started = time.monotonic()
    for step in range(first, LESSON_STEPS):
        rng = np.random.default_rng((2, step))
        scenes = [sample_scene(rng) for _ in range(LESSON_BATCH)]
        texts = [clutter(caption(scene, rng), rng) for scene in scenes]
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(2e-3, step, LESSON_STEPS)
        answers = reader(*read(tokenizer, encoder, texts, plan.max_words))
        truth = labels(scenes, device)
        loss = torch.stack([functional.cross_entropy(answers[axis], truth[axis]) for axis in AXES]).sum()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        if (step + 1) % 300 == 0 and parallel.rank() == 0:
            checkpoint.save(work / "reader", checkpoint.pack(parts, optimizer), step + 1)
            seconds = time.monotonic() - started
            print(f"reader step {step + 1}/{LESSON_STEPS} loss {loss.item():.4f} {seconds:.0f} s", flush=True)
    return encoder
