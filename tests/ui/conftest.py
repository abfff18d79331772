"""What tests of the window share: a session on real workers, and the theme of the real application."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QThreadPool
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.ui import theme
from studio.ui.session import Session
from studio.ui.thumbnails import Thumbnails
from tests.ui.studio_session import running_session
from tests.ui.timeline_desk import Desk, set_up_desk


@pytest.fixture
def dark(qapp: QApplication) -> None:
    # A style sheet set again is worked through by every widget there is.
    if not qapp.styleSheet() or theme.tokens.background != theme.DARK.background:
        theme.apply(qapp, "dark")


@pytest.fixture
def session(tmp_path: Path, qtbot: QtBot) -> Iterator[Session]:
    with running_session(tmp_path) as running:
        yield running


@pytest.fixture
def thumbnails(qtbot: QtBot) -> Thumbnails:
    return Thumbnails()


@pytest.fixture
def desk(tmp_path: Path, qtbot: QtBot) -> Iterator[Desk]:
    with running_session(tmp_path) as running:
        yield set_up_desk(running, qtbot)
        QThreadPool.globalInstance().waitForDone()
