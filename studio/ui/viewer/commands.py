"""The viewer's commands as actions, with the user's keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QWidget

from studio.ui.icons import icon
from studio.ui.shortcuts import bind, command

if TYPE_CHECKING:
    from studio.ui.session import Session

TRANSPORT = (
    "timeline.to-start",
    "timeline.frame-back",
    "viewer.play",
    "timeline.frame-forward",
    "timeline.to-end",
)
RIGHT = ("viewer.loop", "viewer.full-screen")
MENU = (
    ("viewer.full-screen", "viewer.zoom-fit", "viewer.safe-areas"),
    ("viewer.save-frame", "viewer.timecode", "viewer.loop", "viewer.mute"),
    ("viewer.proxies",),
)


class _Look(NamedTuple):
    icon: str = ""
    checkable: bool = False
    repeats: bool = True
    """Whether a key that is held down does it again and again."""


_LOOKS = {
    "timeline.to-start": _Look("to-start"),
    "timeline.frame-back": _Look("frame-back"),
    "viewer.play": _Look("play", repeats=False),
    "timeline.frame-forward": _Look("frame-forward"),
    "timeline.to-end": _Look("to-end"),
    "viewer.shuttle-back": _Look(repeats=False),
    "viewer.shuttle-stop": _Look(repeats=False),
    "viewer.shuttle-forward": _Look(repeats=False),
    "viewer.timecode": _Look(),
    "viewer.loop": _Look("loop", checkable=True),
    "viewer.mute": _Look("speaker", checkable=True),
    "viewer.full-screen": _Look("full-screen", repeats=False),
    "viewer.zoom-fit": _Look("fit"),
    "viewer.safe-areas": _Look("safe-areas", checkable=True),
    "viewer.save-frame": _Look("picture", repeats=False),
    "viewer.proxies": _Look(checkable=True),
}


def make_commands(
    session: Session, owner: QWidget, runs: Mapping[str, Callable[[], object]]
) -> dict[str, QAction]:
    """An action for every command of the viewer, owned by and added to `owner`; `runs` says what it does."""
    made: dict[str, QAction] = {}
    for name, look in _LOOKS.items():
        action = QAction(command(name).title, owner, checkable=look.checkable, autoRepeat=look.repeats)
        action.setObjectName(f"viewer-{name.split('.')[1]}")
        if look.icon:
            action.setIcon(icon(look.icon))
        bind(session, action, name)
        run = runs[name]
        action.triggered.connect(lambda _checked=False, run=run: run())
        made[name] = action
    owner.addActions(list(made.values()))
    return made


class HeldKey(QObject):
    """Whether the key that triggered an action is still down: K held is slow motion for J and L."""

    def __init__(self, on_release: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._on_release = on_release
        self._keys: frozenset[int] = frozenset()
        self.down = False

    def press(self, action: QAction) -> None:
        """`action` was triggered, perhaps by a key: watches until that is let go."""
        self._keys = frozenset(_last_key(keys) for keys in action.shortcuts())
        if not self.down:
            self.down = True
            app = QApplication.instance()
            assert app is not None
            app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ApplicationDeactivate:
            self._let_go()
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyRelease:
            ours = event.key() in self._keys and not event.isAutoRepeat()
            if ours:
                self._let_go()
        return False

    def _let_go(self) -> None:
        app = QApplication.instance()
        if self.down and app is not None:
            self.down = False
            app.removeEventFilter(self)
            self._on_release()


def _last_key(keys: QKeySequence) -> int:
    """The key itself, without Ctrl, Shift and Alt; 0 for none."""
    return int(keys[keys.count() - 1].key()) if keys.count() else 0  # pyright: ignore[reportIndexIssue]
