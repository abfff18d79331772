"""The sheet of keys: every command and its keys, searchable, and changed in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QKeyCombination, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio.settings import Settings
from studio.ui import surfaces
from studio.ui.shortcuts import COMMANDS, Command, conflicts, keys_of, portable, shown_keys, with_keys
from studio.ui.theme import tokens

if TYPE_CHECKING:
    from studio.ui.session import Session

_MOUSE = (
    ("Ctrl+Wheel", "Zoom at the pointer"),
    ("Alt while dragging", "No snapping"),
    ("Esc while dragging", "Leave all as it was"),
)
_COLUMNS = 2
_SIZE = (860, 620)
_MODIFIERS = frozenset(
    {Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr}
    | {Qt.Key.Key_CapsLock, Qt.Key.Key_NumLock, Qt.Key.Key_unknown}
)


class ShortcutSheet(QDialog):
    """Stays open while keys are changed; every change counts at once."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setWindowTitle("Keyboard shortcuts")
        self.resize(*_SIZE)
        self._search = QLineEdit()
        self._search.setPlaceholderText("Search commands or keys")
        self._search.setAccessibleName("Search commands or keys")
        self._search.setToolTip("Shows only the commands with these words or keys")
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(self._filter)
        self._reset = surfaces.button("Reset all", "", self._reset_all, "restore")
        self._reset.setAutoDefault(False)  # Enter in the search must not press it.
        self._nothing = surfaces.text("No command is called that, and no key.", "secondary")
        self.rows = [_Row(session, command) for command in COMMANDS]
        self._headings: dict[str, tuple[QWidget, list[_Row]]] = {}
        self._mouse = _mouse_lines()
        self._build()
        session.settings_changed.connect(self._refresh)
        self._refresh()
        self._filter("")

    def row(self, command_id: str) -> _Row:
        return next(row for row in self.rows if row.command.id == command_id)

    # Inside

    def _build(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._search, 1)
        head.addWidget(self._reset)
        page = surfaces.ScrollColumn()
        columns = QHBoxLayout()
        columns.setSpacing(tokens.space * 4)
        for names in _balanced(_groups()):
            column = QVBoxLayout()
            column.setSpacing(2)
            for name in names:
                self._add_group(column, name)
            column.addStretch(1)
            columns.addLayout(column, 1)
        page.column.addLayout(columns)
        page.column.addWidget(self._nothing)
        page.column.addWidget(self._mouse)
        page.column.addStretch(1)
        lesson = "Press a key's button, then the new keys. Esc leaves it as it was."
        outer = QVBoxLayout(self)
        outer.setContentsMargins(*[tokens.space * 2] * 4)
        outer.setSpacing(tokens.space)
        outer.addLayout(head)
        outer.addWidget(surfaces.text(lesson, "secondary"))
        outer.addWidget(page, 1)

    def _add_group(self, column: QVBoxLayout, name: str) -> None:
        rows = [row for row in self.rows if row.command.group == name]
        heading = surfaces.text(name, "heading", wrap=False)
        heading.setContentsMargins(0, tokens.space, 0, 0)
        column.addWidget(heading)
        for row in rows:
            column.addWidget(row)
        self._headings[name] = (heading, rows)

    def _filter(self, words: str) -> None:
        wanted = words.lower().split()
        for heading, rows in self._headings.values():
            for row in rows:
                row.setVisible(all(word in row.haystack() for word in wanted))
            heading.setVisible(any(not row.isHidden() for row in rows))
        self._nothing.setVisible(all(row.isHidden() for row in self.rows))
        self._mouse.setVisible(not wanted)

    def _refresh(self) -> None:
        changed = bool(self._session.settings.shortcuts)
        reason = "" if changed else "All keys are as shipped."
        surfaces.enable(self._reset, reason, "Gives every command the keys that it came with")
        for row in self.rows:
            row.refresh()

    def _reset_all(self) -> None:
        settings = self._session.settings
        for command in COMMANDS:
            settings = with_keys(settings, command.id, None)
        self._session.change_settings(settings)


class _Row(QWidget):
    """One command: its name, a button per key, and what is in the way of a new one."""

    def __init__(self, session: Session, command: Command) -> None:
        super().__init__()
        self._session = session
        self.command = command
        self._keys: tuple[str, ...] | None = None
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(4)
        self._again = surfaces.icon_button(
            "restore", f"Reset {command.title}", self._reset, "Back to the keys that it came with"
        )
        self._trouble = QWidget()
        self._trouble_words = surfaces.text("", "warning")
        self._trouble.hide()
        self._wish: Callable[[], None] = self._leave
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        line.addWidget(surfaces.text(command.title, wrap=False), 1)
        line.addWidget(self._again)
        line.addLayout(self._buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(line)
        column.addWidget(self._trouble)
        self._build_trouble()

    def haystack(self) -> str:
        """What the search looks through, in lower case."""
        keys = keys_of(self._session.settings, self.command.id)
        return f"{self.command.title} {self.command.group} {' '.join(keys)}".lower()

    def buttons(self) -> list[KeyButton]:
        """One per key, and last the one that adds a key."""
        items = (self._buttons.itemAt(index) for index in range(self._buttons.count()))
        found = [item.widget() for item in items if item is not None]
        return [widget for widget in found if isinstance(widget, KeyButton)]

    def trouble(self) -> str:
        """What stands in the way of the last wish; empty when nothing does."""
        return "" if self._trouble.isHidden() else self._trouble_words.text()

    def refresh(self) -> None:
        keys = keys_of(self._session.settings, self.command.id)
        self._again.setVisible(keys != self.command.keys)
        if keys == self._keys:
            return
        self._keys = keys
        for button in self.buttons():
            self._buttons.removeWidget(button)
            button.hide()  # Deleting waits for the event loop; the old key must not be seen until then.
            button.deleteLater()
        for key in (*keys, ""):
            button = KeyButton(self.command.title, key)
            button.caught.connect(lambda new, old=key: self._change(old, new))
            button.removed.connect(lambda old=key: self._store(old, ""))
            self._buttons.addWidget(button)

    # Inside

    def _build_trouble(self) -> None:
        take = surfaces.button("Move it here", "Takes the key from the other command", lambda: self._wish())
        leave = surfaces.button("Leave it", "Keeps the keys as they were", self._leave)
        for button in (take, leave):
            button.setProperty("kind", "link")
            button.setAutoDefault(False)
        line = QHBoxLayout(self._trouble)
        line.setContentsMargins(0, 0, 0, 4)
        line.setSpacing(4)
        line.addWidget(self._trouble_words, 1)
        line.addWidget(take)
        line.addWidget(leave)

    def _change(self, old: str, new: str) -> None:
        others = conflicts(self._session.settings, self.command.id, new)
        if not others:
            self._store(old, new)
            return
        names = " and ".join(f"“{other.title}”" for other in others)
        self._trouble_words.setText(f"{shown_keys((new,))} belongs to {names}.")
        self._trouble.show()
        self._wish = lambda: self._take(old, new, others)

    def _take(self, old: str, new: str, others: tuple[Command, ...]) -> None:
        self._store(old, new, _freed(self._session.settings, others, new))

    def _store(self, old: str, new: str, settings: Settings | None = None) -> None:
        """Puts `new` in the place of `old`; empty: no old one, or none in its place."""
        self._leave()
        changed = settings or self._session.settings
        keys = [key for key in keys_of(changed, self.command.id) if portable(key) != portable(new)]
        at = keys.index(old) if old in keys else len(keys)
        keys[at : at + 1] = [new] if new else []
        self._session.change_settings(with_keys(changed, self.command.id, tuple(keys)))

    def _reset(self) -> None:
        self._leave()
        settings = self._session.settings
        for key in self.command.keys:
            settings = _freed(settings, conflicts(settings, self.command.id, key), key)
        self._session.change_settings(with_keys(settings, self.command.id, None))

    def _leave(self) -> None:
        self._trouble.hide()
        self._wish = self._leave


class KeyButton(QPushButton):
    """Shows a key; pressed, it waits for another. Without a key it adds one."""

    caught = Signal(str)
    removed = Signal()

    def __init__(self, title: str, key: str) -> None:
        super().__init__()
        self._key = key
        self._listening = False
        self.setProperty("kind", "key")
        name = f"Change {shown_keys((key,))} of {title}" if key else f"Add a key to {title}"
        self.setAccessibleName(name)
        self.setToolTip(f"{name}; Delete or a right click takes it away" if key else name)
        self.setAutoDefault(False)
        self.clicked.connect(self._listen)
        self._show()

    @property
    def key(self) -> str:
        return self._key

    def event(self, event: QEvent) -> bool:
        if self._listening and isinstance(event, QKeyEvent):
            # No shortcut of the window and no Tab to the next button may take the key away.
            event.accept()
            if event.type() == QEvent.Type.KeyPress:
                self._hear(event)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._key and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self._key:
            self.removed.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._stop()
        super().focusOutEvent(event)

    def _listen(self) -> None:
        self._listening = True
        self._show()
        self.setFocus()

    def _hear(self, event: QKeyEvent) -> None:
        if event.key() in _MODIFIERS:
            return
        self._stop()
        if event.key() != Qt.Key.Key_Escape or event.modifiers() != Qt.KeyboardModifier.NoModifier:
            self.caught.emit(key_of(event))

    def _stop(self) -> None:
        self._listening = False
        self._show()

    def _show(self) -> None:
        self.setText("Press keys…" if self._listening else shown_keys((self._key,)) if self._key else "+")


def key_of(event: QKeyEvent) -> str:
    """The pressed keys in portable spelling; a sign that needs Shift is written without it: "?"."""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    key = Qt.Key(event.key())
    sign = 0x20 < key < 0x7F and not chr(key).isalnum()
    if sign:
        modifiers &= ~Qt.KeyboardModifier.ShiftModifier
    return QKeySequence(QKeyCombination(modifiers, key)).toString(QKeySequence.SequenceFormat.PortableText)


def _freed(settings: Settings, owners: tuple[Command, ...], key: str) -> Settings:
    """The settings in which none of `owners` has `key`."""
    for owner in owners:
        kept = tuple(own for own in keys_of(settings, owner.id) if portable(own) != portable(key))
        settings = with_keys(settings, owner.id, kept)
    return settings


def _groups() -> dict[str, int]:
    """The groups' names and how many commands they have, in the table's order."""
    counts: dict[str, int] = {}
    for command in COMMANDS:
        counts[command.group] = counts.get(command.group, 0) + 1
    return counts


def _balanced(groups: dict[str, int]) -> list[list[str]]:
    """The groups' names in columns of about equal length, in their order."""
    goal = sum(count + 2 for count in groups.values()) / _COLUMNS
    columns: list[list[str]] = [[]]
    used = 0
    for name, count in groups.items():
        if used and used + (count + 2) / 2 > goal and len(columns) < _COLUMNS:
            columns.append([])
            used = 0
        columns[-1].append(name)
        used += count + 2
    return columns


def _mouse_lines() -> QWidget:
    box = QWidget()
    grid = QGridLayout(box)
    grid.setContentsMargins(0, tokens.space, 0, 0)
    grid.setHorizontalSpacing(tokens.space * 2)
    grid.setVerticalSpacing(4)
    grid.addWidget(surfaces.text("Mouse", "heading", wrap=False), 0, 0, 1, 2)
    for row, (keys, words) in enumerate(_MOUSE, 1):
        label: QLabel = surfaces.text(keys, "key", wrap=False)
        grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(surfaces.text(words, wrap=False), row, 1)
    grid.setColumnStretch(1, 1)
    return box
