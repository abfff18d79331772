"""What tests of the window share: a session on real workers, the window, its rooms, and the real theme."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QThreadPool
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.project.timeline import Clip
from studio.ui import theme
from studio.ui.main_window import MainWindow
from studio.ui.session import Session
from studio.ui.thumbnails import Thumbnails
from studio.ui.viewer.viewer import Viewer
from tests.render.footage import write_film
from tests.ui.studio_session import running_session
from tests.ui.timeline_desk import Desk, set_up_desk
from tests.ui.viewer_desk import shown_viewer


@pytest.fixture(scope="session", autouse=True)
def emptied_clipboard(qapp: QApplication) -> Iterator[None]:
    """Without a screen Qt keeps the clipboard longer than Python lives; a Python object there crashes."""
    yield
    qapp.clipboard().clear()


@pytest.fixture
def dark(qapp: QApplication) -> None:
    # A style sheet set again is worked through by every widget there is.
    if not qapp.styleSheet() or theme.tokens.background != theme.DARK.background:
        theme.apply(qapp, "dark")


@pytest.fixture
def session(tmp_path: Path, qtbot: QtBot) -> Iterator[Session]:
    with running_session(tmp_path) as running:
        yield running
        QThreadPool.globalInstance().waitForDone()


@pytest.fixture
def clip(session: Session, qtbot: QtBot, tmp_path: Path) -> Clip:
    """Twelve frames of a film that begin at frame 4 of the timeline."""
    session.import_paths([str(write_film(tmp_path / "film.mkv", 12))], frame=4)
    qtbot.waitUntil(lambda: session.project.duration > 0)
    [(_, clip)] = list(session.project.clips())
    return clip


@pytest.fixture
def window(session: Session, qtbot: QtBot, dark: None) -> Iterator[MainWindow]:
    window = MainWindow(session)
    window.resize(1280, 720)
    window.show()
    yield window
    window.close()
    window.deleteLater()
    # Else the windows of all tests before live on, and every change of theme paints them too.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def viewer(session: Session, qtbot: QtBot, dark: None) -> Viewer:
    return shown_viewer(session, qtbot)


@pytest.fixture
def thumbnails(qtbot: QtBot) -> Thumbnails:
    return Thumbnails()


@pytest.fixture
def desk(session: Session, qtbot: QtBot) -> Desk:
    return set_up_desk(session, qtbot)
