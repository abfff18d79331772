"""What every test has: a throw-away profile, no network, no display, one thread."""

from __future__ import annotations

import atexit
import os
import signal
import tempfile

import pytest

# Before anything of ours or Qt is imported. One torch thread: two on a busy machine are many times slower.
_first_profile = tempfile.TemporaryDirectory(prefix="kinora-test-profile-")
os.environ["STUDIO_PROFILE"] = _first_profile.name
atexit.register(_first_profile.cleanup)
# A shell hands SIGINT on as ignored to what it starts in the background; tests of Ctrl+C need it heard.
signal.signal(signal.SIGINT, signal.default_int_handler)
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(autouse=True)
def profile(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A profile of the test's own: settings, queue and caches of one test never meet another's."""
    folder = str(tmp_path_factory.mktemp("profile"))
    monkeypatch.setenv("STUDIO_PROFILE", folder)
    return folder
