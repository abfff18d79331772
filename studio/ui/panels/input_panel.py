"""What all input panels share: fields above, what will happen and the one primary button below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.errors import ModelError
from studio.jobs.job import Job, ModelJob
from studio.jobs.validate import Problem, problems
from studio.models.spec import ModelSpec
from studio.ui import surfaces
from studio.ui.fields import Field, worst_role
from studio.ui.theme import tokens

if TYPE_CHECKING:
    from studio.ui.session import Session


class AddField(Protocol):
    """How the parts of a panel make their fields: `InputPanel.add_field`."""

    def __call__(
        self, label: str, control: QWidget, tooltip: str, *names: str, corner: QWidget | None = None
    ) -> Field: ...


class InputPanel(QWidget):
    """A form that stands for one job. Subclasses say which: `job`, `load`, `send`, `summary`."""

    def __init__(self, session: Session, action: str, icon: str, tooltip: str) -> None:
        super().__init__()
        self.session = session
        self._tooltip = tooltip
        self._fields: dict[str, Field] = {}
        self._changing = 0
        surfaces.paint_surface(self, "panel")
        self._scroll = surfaces.ScrollColumn()
        self.body = self._scroll.column
        self._summary = surfaces.text("", "secondary")
        self._other = surfaces.text("", "error")
        self.primary = surfaces.button(action, tooltip, self.submit, icon, "primary")
        self.primary.setAccessibleDescription(tooltip)
        footer = QVBoxLayout()
        footer.setContentsMargins(tokens.space * 2, tokens.space, tokens.space * 2, tokens.space * 2)
        footer.setSpacing(tokens.space)
        for widget in (self._other, self._summary, self.primary):
            footer.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._scroll, 1)
        column.addLayout(footer)

    # What a panel is

    def job(self) -> Job:
        """The job as the form stands now; it may still have problems."""
        raise NotImplementedError

    def load(self, job: Job) -> None:
        """Sets the form so that `job()` gives `job` again."""
        raise NotImplementedError

    def send(self, job: Job) -> None:
        """Hands `job` to the session."""
        raise NotImplementedError

    def summary(self, job: Job) -> str:
        """One line that says what the job will make."""
        raise NotImplementedError

    def blocker(self) -> str:
        """Why there is no job at all yet ("" when there is one)."""
        return ""

    # What panels build on

    def add_field(
        self, label: str, control: QWidget, tooltip: str, *names: str, corner: QWidget | None = None
    ) -> Field:
        """A field that shows the problems of the job's fields `names`."""
        field = Field(label, control, tooltip, corner)
        for name in names:
            self._fields[name] = field
        return field

    @contextmanager
    def all_at_once(self) -> Iterator[None]:
        """Many fields change together: what follows from them is shown once, when all are set."""
        self._changing += 1
        try:
            yield
        finally:
            self._changing -= 1
        self.refresh()

    def spec(self, job: Job) -> ModelSpec | None:
        if not isinstance(job, ModelJob):
            return None
        try:
            return self.session.catalog.get(job.model)
        except ModelError:
            return None

    def submit(self) -> None:
        """What the primary button and Ctrl+Enter do; says why where it is not possible."""
        self.refresh()
        if self.primary.isEnabled():
            self.send(self.job())
        elif reason := self.primary.toolTip():
            self.session.notify("warning", reason)

    def refresh(self) -> None:
        """Shows what follows from the form: problems, summary, and whether the button can be pressed."""
        if self._changing:
            return
        if reason := self.blocker():
            self._show([])
            self._summary.setText("")
            surfaces.enable(self.primary, reason, self._tooltip)
            return
        job = self.job()
        found = problems(job, self.spec(job))
        self._show([problem for problem in found if not self.is_untouched(problem)])
        self._summary.setText(self.summary(job))
        errors = [problem for problem in found if problem.severity == "error"]
        reason = f"{errors[0].message} {errors[0].hint}".strip() if errors else ""
        surfaces.enable(self.primary, reason, self._tooltip)

    def is_untouched(self, problem: Problem) -> bool:
        """Whether `problem` is only that the user has not begun; then the button's tooltip says it."""
        return False

    def _show(self, found: Sequence[Problem]) -> None:
        for field in dict.fromkeys(self._fields.values()):
            field.show_problems([problem for problem in found if self._fields.get(problem.field) is field])
        # What is said at a field that is folded away is said below.
        seen = {name for name, field in self._fields.items() if field.isVisibleTo(self)}
        other = [problem for problem in found if problem.field not in seen]
        if other:
            surfaces.set_role(self._other, "role", worst_role(other))
        self._other.setText("\n".join(f"{problem.message} {problem.hint}".strip() for problem in other))
        self._other.setVisible(bool(other))
