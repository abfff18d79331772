"""Starts the window: puts settings, catalog, engine, project and widgets together."""

from __future__ import annotations

import gc

# Start makes hardly any garbage, and looking for it took a twentieth of it; in `run`, Collecting takes over.
gc.disable()

import logging
import sys
import time
from pathlib import Path

from studio import log
from studio.engine.engine import Engine
from studio.engine.queue import Lane
from studio.errors import StudioError
from studio.models.catalog import default_catalog
from studio.models.spec import Capability
from studio.paths import profile_folder
from studio.project.project_file import ENDING, OpenProject, create_project, open_project
from studio.project.timeline import new_project
from studio.settings import Settings, load_settings
from studio.ui import theme
from studio.ui.collecting import Collecting
from studio.ui.main_window import MainWindow
from studio.ui.session import Session

# Late enough not to take the processor away from a window that is still being painted.
WARM_UP_MS = 1500

_log = logging.getLogger(__name__)


def run(project: Path | None = None) -> int:
    """Opens the window on `project` (else the last one, else a new one); returns the exit code."""
    # Imported here: at the top they would come before `studio.ui`, which makes the imports after it cheap.
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    profile = profile_folder()
    log.set_up(profile)
    # The style is named here, because setStyle() would hand its object to Python: 15 ms for QStyle's enums.
    application = QApplication.instance() or QApplication([*sys.argv[:1], "-style", "Fusion"])
    assert isinstance(application, QApplication)
    application.setApplicationName("Kinora")
    collecting = Collecting()
    settings = load_settings()
    theme.prepare(application, settings.theme)
    try:
        catalog = default_catalog()
        engine = Engine(catalog, profile / "queue.sqlite", profile / "scratch")
        opened, trouble = _first_project(settings, project)
    except StudioError as error:
        return _cannot_start(error)
    session = Session(engine, catalog, settings, opened)
    window = MainWindow(session)
    theme.dress(application)
    window.show()
    if trouble is not None:
        session.tell(trouble)
    session.tell_opening_notices()
    QTimer.singleShot(WARM_UP_MS, lambda: _warm_up(session))
    # What is there now stays as long as the window does: no search for garbage has to go through it.
    gc.freeze()
    code = application.exec()
    collecting.end()
    try:
        session.close()
    except StudioError as error:
        _log.error("%s %s", error.message, error.hint)
        code = 1
    engine.close()
    return code


def _warm_up(session: Session) -> None:
    """Has the worker load the prompt panel's first model, so that the first Generate starts at once."""
    ready = [
        spec
        for spec in session.catalog.installed()
        if Capability.TEXT_TO_VIDEO in spec.capabilities and not spec.hidden and not spec.missing_files()
    ]
    if ready:
        session.engine.prewarm(Lane.TORCH, ready[0].id)


def _first_project(settings: Settings, wanted: Path | None) -> tuple[OpenProject, StudioError | None]:
    """The project to begin with, and what kept the expected one from being opened."""
    folder = wanted or (Path(settings.last_project) if settings.last_project else None)
    trouble: StudioError | None = None
    if folder is not None:
        try:
            return open_project(folder), None
        except StudioError as error:
            trouble = error
    home = profile_folder() / "projects"
    latest = sorted(home.glob(f"*{ENDING}"), reverse=True)
    if folder is None and latest:
        try:
            return open_project(latest[0]), None
        except StudioError as error:
            trouble = error
    name = time.strftime("Film %Y-%m-%d %H%M%S")
    return create_project(home / f"{name}{ENDING}", new_project(name)), trouble


def _cannot_start(error: StudioError) -> int:
    """Says in a window why there is no window; the one box that may be modal."""
    from PySide6.QtWidgets import QMessageBox

    _log.error("%s %s %s", error.message, error.hint, error.details)
    QMessageBox.critical(None, "Kinora cannot start", f"{error.message}\n\n{error.hint}")
    return 1
