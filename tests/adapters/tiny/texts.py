"""What reads prompts and pictures in the tiny pipelines: tokenizers made in memory, small encoders."""

from __future__ import annotations

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import (
    CLIPImageProcessor,
    CLIPTextConfig,
    CLIPTextModel,
    CLIPVisionConfig,
    CLIPVisionModelWithProjection,
    PreTrainedTokenizerFast,
    T5Config,
    T5EncoderModel,
    UMT5Config,
    UMT5EncoderModel,
)

WIDTH = 32
_WORDS = ["<pad>", "</s>", "<unk>", "<s>", "a", "red", "blue", "ball", "bouncing", "on", "the", "beach"]
# What Qwen's chat form looks like, as far as the pipelines use it.
_CHAT = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def word_tokenizer(longest: int = 512, padding: str = "right") -> PreTrainedTokenizerFast:
    """One token a word; words outside the list are one and the same."""
    words = Tokenizer(models.WordLevel({word: i for i, word in enumerate(_WORDS)}, unk_token="<unk>"))
    words.normalizer = normalizers.Lowercase()
    words.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    words.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    return PreTrainedTokenizerFast(
        tokenizer_object=words,
        pad_token="<pad>",
        eos_token="</s>",
        unk_token="<unk>",
        bos_token="<s>",
        model_max_length=longest,
        padding_side=padding,
    )


def byte_tokenizer() -> PreTrainedTokenizerFast:
    """One token a byte, and a chat form: long system prompts stay long, as pipelines that crop them need."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    table = {letter: i for i, letter in enumerate(["<pad>", *alphabet])}
    letters = Tokenizer(models.BPE(table, merges=[]))
    letters.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    letters.decoder = decoders.ByteLevel()
    return PreTrainedTokenizerFast(tokenizer_object=letters, pad_token="<pad>", chat_template=_CHAT)


def t5_encoder(width: int = WIDTH) -> T5EncoderModel:
    config = T5Config(vocab_size=64, d_model=width, d_kv=16, d_ff=32, num_layers=1, num_heads=2)
    return T5EncoderModel(config).eval()


def umt5_encoder() -> UMT5EncoderModel:
    config = UMT5Config(vocab_size=64, d_model=WIDTH, d_kv=16, d_ff=32, num_layers=1, num_heads=2)
    return UMT5EncoderModel(config).eval()


def clip_text_encoder(width: int = WIDTH) -> CLIPTextModel:
    config = CLIPTextConfig(
        vocab_size=64,
        hidden_size=width,
        intermediate_size=32,
        num_attention_heads=2,
        num_hidden_layers=2,
        bos_token_id=3,
        eos_token_id=1,
        pad_token_id=0,
        projection_dim=width,
    )
    return CLIPTextModel(config).eval()


def clip_picture_encoder(side: int, width: int = WIDTH, patch: int = 8) -> CLIPVisionModelWithProjection:
    config = CLIPVisionConfig(
        hidden_size=width,
        intermediate_size=32,
        num_attention_heads=2,
        num_hidden_layers=2,
        projection_dim=width,
        image_size=side,
        patch_size=patch,
    )
    return CLIPVisionModelWithProjection(config).eval()


def picture_processor(side: int) -> CLIPImageProcessor:
    return CLIPImageProcessor(crop_size=side, size=side)
