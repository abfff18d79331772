"""The menu of the picture: how it is shown, and what can be made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from studio.ui.viewer.commands import MENU

if TYPE_CHECKING:
    from studio.ui.session import Session

_SIZES = ((1, "As large as it is shown"), (2, "Half: quicker"), (4, "A quarter: quickest"))


def build_menu(owner: QWidget, session: Session, commands: dict[str, QAction]) -> QMenu:
    """Opened by the transport's last button and by a click with the right one; filled when first opened."""
    menu = QMenu(owner)

    def fill() -> None:
        if menu.isEmpty():
            menu.setToolTipsVisible(True)
            for group in MENU:
                menu.addActions([commands[name] for name in group])
                menu.addSeparator()
            menu.addMenu(_sizes(menu, session))

    menu.aboutToShow.connect(fill)
    return menu


def _sizes(parent: QMenu, session: Session) -> QMenu:
    """How large frames are drawn."""
    sizes = QMenu("Preview size", parent)
    chosen = QActionGroup(sizes)
    for share, words in _SIZES:
        action = QAction(words, chosen, checkable=True)
        action.setData(share)
        action.triggered.connect(lambda _checked=False, share=share: _choose(session, share))
        sizes.addAction(action)

    def follow() -> None:
        for action in chosen.actions():
            action.setChecked(action.data() == session.settings.preview_share)

    sizes.aboutToShow.connect(follow)
    return sizes


def _choose(session: Session, share: int) -> None:
    session.change_settings(msgspec.structs.replace(session.settings, preview_share=share))
