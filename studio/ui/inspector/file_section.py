"""What the selected clip's file is made of, and what is to be known about it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from studio.errors import ErrorReport
from studio.project.media_paths import resolve_path
from studio.project.timeline import Clip, External, ImageSequence, Missing
from studio.ui import surfaces
from studio.ui.bridge import run_in_background
from studio.ui.inspector.facts import media_facts, source_facts
from studio.ui.inspector.lines import Lines
from studio.ui.inspector.section import Section

if TYPE_CHECKING:
    from studio.media.probe import MediaInfo
    from studio.ui.session import Session

_KEPT = 200
"""Files whose facts are remembered."""


class FileSection(Section):
    title = "File"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._lines = Lines()
        self._notes = surfaces.text("", "secondary")
        self._trouble = surfaces.text("", "error")
        self._known: dict[tuple[Path, int], MediaInfo | ErrorReport] = {}
        self._asked: set[tuple[Path, int]] = set()
        for widget in (self._lines, self._notes, self._trouble):
            self.rows.addWidget(widget)

    def mine(self, clips: tuple[Clip, ...]) -> tuple[Clip, ...]:
        return tuple(c for c in clips[:1] if isinstance(c.take.reference, External | ImageSequence | Missing))

    def refresh(self) -> None:
        take = self.clips[0].take
        lines, notes, trouble = source_facts(take), "", ""
        if isinstance(take.reference, External):
            match self._facts_of(resolve_path(self.session.folder, take.reference.path)):
                case None:
                    pass
                case ErrorReport() as report:
                    trouble = f"{report.message} {report.hint}".strip()
                case info:
                    lines += media_facts(info)
                    notes = "\n".join(info.notes)
        self._lines.show_lines(lines)
        for label, words in ((self._notes, notes), (self._trouble, trouble)):
            label.setText(words)
            label.setVisible(bool(words))

    def _facts_of(self, path: Path) -> MediaInfo | ErrorReport | None:
        """What is known of the file; None while it is being read, in the background."""
        try:
            key = (path, path.stat().st_mtime_ns)
        except OSError:
            # Asked under no time at all, so that the reader says in its own words why there is nothing.
            key = (path, 0)
        if key not in self._known and key not in self._asked:
            self._asked.add(key)
            run_in_background(
                lambda: _probed(path),
                lambda info: self._take(key, info),
                lambda report: self._take(key, report),
                owner=self,
            )
        return self._known.get(key)

    def _take(self, key: tuple[Path, int], found: MediaInfo | ErrorReport) -> None:
        self._asked.discard(key)
        self._known[key] = found
        while len(self._known) > _KEPT:
            del self._known[next(iter(self._known))]
        if self.clips and self.is_open():
            self.refresh()


def _probed(path: Path) -> MediaInfo:
    from studio.media.probe import probe

    return probe(path)
