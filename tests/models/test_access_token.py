"""Where the token comes from, and where it is kept."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from studio.errors import StorageError, UsageError
from studio.models.access_token import access_token, has_keyring, keep_token

KEYRING = '''
"""A keyring in a file, with the interface of the package of that name."""
import json, pathlib
from . import errors
_FILE = pathlib.Path(__file__).with_name("kept.json")
def _all(): return json.loads(_FILE.read_text()) if _FILE.exists() else {}
def get_password(service, name): return _all().get(service + name)
def set_password(service, name, password):
    if password == "hf_locked": raise errors.KeyringLocked("locked")
    _FILE.write_text(json.dumps({**_all(), service + name: password}))
def delete_password(service, name):
    _FILE.write_text(json.dumps({key: value for key, value in _all().items() if key != service + name}))
'''


@pytest.fixture(autouse=True)
def nothing_yet(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    for name in ("keyring", "keyring.errors"):
        monkeypatch.setitem(sys.modules, name, None)


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The optional package, in a small form of its own: the real one may ask the desktop's user."""
    package = tmp_path / "site" / "keyring"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(KEYRING)
    (package / "errors.py").write_text(
        "class KeyringError(Exception): pass\nclass KeyringLocked(KeyringError): pass\n"
    )
    monkeypatch.syspath_prepend(str(package.parent))
    for name in ("keyring", "keyring.errors"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return package


def test_without_any_there_is_none_and_none_can_be_kept() -> None:
    assert access_token() is None
    assert not has_keyring()
    with pytest.raises(StorageError, match="keyring cannot be used"):
        keep_token("hf_x")


def test_the_hubs_own_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "hf").mkdir()
    (tmp_path / "hf" / "token").write_text("hf_file\n")
    assert access_token() == "hf_file"
    monkeypatch.setenv("HF_TOKEN", "hf_environment")
    assert access_token() == "hf_environment"


def test_the_keyring_keeps_and_forgets(keyring: Path) -> None:
    assert has_keyring()
    keep_token(" hf_kept\n")
    assert access_token() == "hf_kept"
    keep_token("")
    keep_token("")
    assert access_token() is None


def test_what_is_no_token_or_not_taken_is_said(keyring: Path) -> None:
    with pytest.raises(UsageError, match="not an access token"):
        keep_token("two words")
    with pytest.raises(StorageError, match="refuses the token"):
        keep_token("hf_locked")
