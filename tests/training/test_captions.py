"""Captions, the words in them, and how the tokenizer reads other people's words."""

from __future__ import annotations

import re
from dataclasses import replace

import msgspec
import numpy as np
import pytest

from studio.models.vocabulary import Vocabulary
from studio.training.captions import (
    HELD_OUT_PATTERNS,
    PATTERNS,
    PLAIN,
    caption,
    known_words,
    split_words,
)
from studio.training.judge import unseen_prompts
from studio.training.text import build_tokenizer
from studio.training.vocabulary import EXAMPLES, reading_rules, related_words, vocabulary, word_kinds
from studio.training.words import IGNORED
from studio.training.world import Scene, is_held_out, sample_scene

CAT = Scene("cat", "orange", "play", "sunflowers")


@pytest.fixture(scope="module")
def word_list() -> Vocabulary:
    return msgspec.convert(vocabulary(), Vocabulary)


@pytest.mark.parametrize("held_out", [False, True])
def test_captions_use_known_words_only(held_out: bool) -> None:
    rng = np.random.default_rng(3)
    known = set(known_words())
    for _ in range(3000):
        text = caption(sample_scene(rng), rng, held_out)
        assert set(split_words(text)) <= known, text


def test_captions_read_like_sentences() -> None:
    rng = np.random.default_rng(4)
    for _ in range(2000):
        text = caption(sample_scene(rng), rng)
        assert not re.search(r"[{}]|  | ,|,,|^,|,$| is$|\ba [aeiou]", text), text


def test_wordings_vary() -> None:
    rng = np.random.default_rng(5)
    assert len({caption(CAT, rng) for _ in range(300)}) > 150


def test_a_caption_tells_what_is_unusual() -> None:
    rng = np.random.default_rng(6)
    scene = replace(CAT, colour="blue", place="city", light="night", style="crayon")
    for _ in range(200):
        words = set(split_words(caption(scene, rng)))
        assert "blue" in words
        assert words & {"city", "street", "buildings"}
        assert words & {"night", "moon", "dark"}
        assert words & {"crayon", "crayons", "sketch"}


def test_unseen_prompts_are_disjoint_from_training() -> None:
    asked = unseen_prompts(100)
    assert len({scene for _, scene in asked}) == 100
    assert not set(HELD_OUT_PATTERNS) & {*PATTERNS, PLAIN}
    for _, scene in asked:
        assert is_held_out(scene.object, scene.colour, scene.motion, scene.place)
    assert asked == unseen_prompts(100)


def test_every_word_of_a_caption_has_a_token_of_its_own() -> None:
    tokenizer = build_tokenizer()
    words = known_words()
    tokens = tokenizer(" ".join(words))["input_ids"]
    assert len(set(tokens)) == len(words) + 1
    assert tokenizer.unk_token_id not in tokens


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("A RED ball, bouncing!", ["a", "red", "ball", "bouncing"]),
        ("a dragon soars", ["a", "bird", "rising"]),
        ("two kittens' leap", ["<unk>", "kitten", "bouncing"]),
        ("the city's roofs at sunrise", ["the", "city", "city", "at", "sunset"]),
        ("3 zorblaxes", ["<unk>"]),
    ],
)
def test_other_words_are_read_as_the_nearest_known(said: str, read: list[str]) -> None:
    tokenizer = build_tokenizer()
    assert tokenizer.convert_ids_to_tokens(tokenizer(said)["input_ids"]) == [*read, "</s>"]


def test_the_app_is_told_of_words_the_model_does_not_know(word_list: Vocabulary) -> None:
    assert word_list.unknown_words("a dragon leaps over the forest") == [
        ("dragon", "bird"),
        ("leaps", "bouncing"),
        ("forest", "sunflowers"),
    ]
    assert word_list.unknown_words("an anime robin at sunrise") == [
        ("anime", "cartoon"),
        ("robin", "bird"),
        ("sunrise", "sunset"),
    ]
    for example in EXAMPLES:
        assert word_list.unknown_words(example) == []


def test_the_word_list_is_thorough_and_consistent() -> None:
    rules, kinds, known = reading_rules(), word_kinds(), set(known_words())
    assert len(rules) > 900
    assert set(rules.values()) <= known
    assert not set(rules) & known, set(rules) & known
    related = [word for table in related_words().values() for words in table.values() for word in words]
    assert len(related) == len(set(related))
    assert not set(related) & (set(kinds) | set(IGNORED.split()))
    assert all(re.fullmatch("[a-z]+", word) for word in related)
