"""The options of `studio models` and its own verbs."""

from __future__ import annotations

import argparse

_VERBS = {
    "list": "the models: what each can do, and whether it is ready (the same as no verb)",
    "show": "all about one model: licence, sizes, tasks, limits, where it lies",
    "pull": "fetch a model; a fetch that was stopped goes on where it ended",
    "add": "use what you have: a diffusers folder, a .safetensors or .gguf file, a LoRA",
    "remove": "take a model away; what you added from elsewhere stays there",
    "verify": "compare every byte of a model with its checksums",
    "token": "keep your access token for the Hub in the system's keyring",
}


def add_models(verb: argparse.ArgumentParser) -> None:
    """Puts the verbs of `studio models` below `verb`."""
    verbs = verb.add_subparsers(dest="models_verb", metavar="VERB")
    parsers = {name: _add_verb(verbs, name, words) for name, words in _VERBS.items()}
    model = "its id, as 'studio models' lists it"
    _model(parsers["show"], model)
    _model(parsers["pull"], f"{model}, or a repository of the Hub: owner/name")
    parsers["pull"].add_argument("--revision", metavar="R", default="", help="a branch, tag or commit")
    parsers["pull"].add_argument(
        "--precision", metavar="P", default="", help="fetch the files of this precision, for example fp16"
    )
    parsers["pull"].add_argument(
        "--few-step", metavar="NAME", default="", help="only what this few-step setting of the model needs"
    )
    parsers["pull"].add_argument(
        "--accept-licence", action="store_true", help="you have read what the licence bars"
    )
    add = parsers["add"]
    add.add_argument("path", metavar="PATH", help="a folder or file; pickles (.bin, .ckpt, .pt) are refused")
    add.add_argument("--title", metavar="TEXT", default="", help="what to call it (default: its file name)")
    add.add_argument("--base", metavar="ID", default="", help="the model that a single file is a part of")
    add.add_argument("--copy", action="store_true", help="copy it instead of using it where it lies")
    _model(parsers["remove"], model)
    verify = parsers["verify"]
    verify.add_argument("model", metavar="MODEL", nargs="?", default="", help=f"{model} (default: all)")
    verify.add_argument("--repair", action="store_true", help="fetch damaged files again")
    parsers["token"].add_argument("--forget", action="store_true", help="remove it from the keyring")


def _add_verb(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser], name: str, words: str
) -> argparse.ArgumentParser:
    parser = verbs.add_parser(name, help=words, description=words[0].upper() + words[1:] + ".")
    # Left alone where they are not given, so that 'studio models --json list' works too.
    parser.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    parser.add_argument("--verbose", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    return parser


def _model(parser: argparse.ArgumentParser, words: str) -> None:
    parser.add_argument("model", metavar="MODEL", help=words)
