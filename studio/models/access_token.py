"""The user's access token for the Hub: from the environment, the system's keyring, or the Hub's own file.

It is never part of a job, a setting or a log.
"""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import Any

from studio.errors import StorageError, UsageError

_SERVICE = "kinora"
_NAME = "huggingface"
_HINT = "Set the environment variable HF_TOKEN, or install the package 'keyring'."


def access_token() -> str | None:
    """HF_TOKEN, else what `keep_token` stored, else what `hf auth login` stored; None where there is none."""
    if token := os.environ.get("HF_TOKEN", "").strip():
        return token
    keyring = _keyring()
    if keyring is not None and (token := _stored(keyring)):
        return token
    try:
        return _token_file().read_text("utf-8").strip() or None
    except OSError:
        return None


def keep_token(token: str) -> None:
    """Stores `token` in the system's keyring, or removes it from there when it is empty.

    Raises UsageError for what cannot be a token, StorageError where there is no keyring.
    """
    token = token.strip()
    if any(not character.isprintable() or character.isspace() for character in token):
        raise UsageError("This is not an access token.", "Copy it from the Hub: it begins with hf_.")
    keyring = _keyring()
    if keyring is None:
        raise StorageError("This system's keyring cannot be used: no package for it is installed.", _HINT)
    try:
        if token:
            keyring.set_password(_SERVICE, _NAME, token)
        elif keyring.get_password(_SERVICE, _NAME) is not None:
            keyring.delete_password(_SERVICE, _NAME)
    except keyring.errors.KeyringError as error:
        raise StorageError("The system's keyring refuses the token.", _HINT, str(error)) from error


def has_keyring() -> bool:
    """Whether `keep_token` has somewhere to store it."""
    return _keyring() is not None


def _keyring() -> Any:
    """The optional package `keyring`; None where it is not installed."""
    try:
        keyring = importlib.import_module("keyring")
        importlib.import_module("keyring.errors")
    except ImportError:
        return None
    return keyring


def _stored(keyring: Any) -> str | None:
    try:
        return keyring.get_password(_SERVICE, _NAME)
    except keyring.errors.KeyringError:
        return None  # a locked or missing keyring: as if nothing were stored


def _token_file() -> Path:
    exact = os.environ.get("HF_TOKEN_PATH")
    home = Path(os.environ.get("HF_HOME") or "~/.cache/huggingface")
    return Path(exact).expanduser() if exact else home.expanduser() / "token"
