"""The timeline as a picture: paints what is shown, and only what changed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy

from studio.project.timeline import Project
from studio.ui.live_jobs import LiveJobs
from studio.ui.session import Session
from studio.ui.timeline.clip_pictures import ClipPictures
from studio.ui.timeline.geometry import RULER_HEIGHT, Row
from studio.ui.timeline.ink import ink
from studio.ui.timeline.outlook import Outlook
from studio.ui.timeline.painting import PLAYHEAD_HALF_WIDTH, paint_timeline
from studio.ui.timeline.row_tiles import RowTiles
from studio.ui.timeline.scene import Drop, Scene, ToolName, silent_tracks

_BUDGET_S = 0.004
"""Time for new details in one repaint; with copying and the edit itself a frame stays under 16 ms."""
_FIRST_BUDGET_S = 0.04
"""For the very first picture, of which nothing is there to be shown meanwhile."""


class Surface(Outlook):
    """The canvas without its hand."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.live = LiveJobs(session, self)
        self.pictures = ClipPictures(self)
        self.tool: ToolName = "select"
        self.tiles = RowTiles()
        self._sharp = False
        self._hovered = ""
        self._blade: tuple[int, bool] | None = None
        self._row_under: Row | None = None
        self._snap_frame: int | None = None
        self._rubber: QRectF | None = None
        self._drop: Drop | None = None
        self._measure: tuple[str, QPointF] | None = None
        self._rendered: tuple[tuple[int, int], ...] = ()
        self._silent = silent_tracks(session.project)
        self._drawn_playhead = session.playhead
        self._sharpen = QTimer(self, singleShot=True, interval=0)
        self._sharpen.timeout.connect(self.update)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        session.stale_changed.connect(self.update)
        self.live.changed.connect(self._something_arrived)
        self.pictures.arrived.connect(self._something_arrived)

    def sizeHint(self) -> QSize:
        return QSize(720, 240)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 96)

    @property
    def sharp(self) -> bool:
        """Whether the last repaint had every detail; what it left out comes by itself."""
        return self._sharp

    @property
    def snap_frame(self) -> int | None:
        """Where the thin line stands that shows what an edge was caught by."""
        return self._snap_frame

    def show_project(self, project: Project) -> None:
        if project is not self.shown:
            self._silent = silent_tracks(project)
        super().show_project(project)

    def show_rubber(self, rect: QRectF | None) -> None:
        self._rubber = rect
        self.update()

    def show_rendered(self, stretches: Sequence[tuple[int, int]]) -> None:
        """Marks in the ruler the stretches [start, end) whose picture is rendered ahead."""
        self._rendered = tuple(stretches)
        self.update(0, 0, self.width(), RULER_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        budget = _FIRST_BUDGET_S if self.tiles.empty else _BUDGET_S
        painter = QPainter(self)
        complete = paint_timeline(painter, self.scene(), self.tiles, QRectF(event.rect()), budget)
        painter.end()
        if complete and event.rect() != self.rect():
            # A part in full says nothing of the rest.
            return
        self._sharp = complete
        if not complete:
            self._sharpen.start()

    def scene(self) -> Scene:
        """All that a painter needs to know now."""
        session = self.session
        return Scene(
            project=self.shown,
            rows=self.rows,
            lens=self.lens,
            folder=session.folder,
            pictures=self.pictures,
            live=self.live,
            ink=ink(self.devicePixelRatioF()),
            playhead=session.playhead,
            selection=session.selection,
            stale=session.stale,
            silent=self._silent,
            hovered=self._hovered,
            tool=self.tool,
            blade=self._blade,
            row_under=self._row_under,
            snap_frame=self._snap_frame,
            rubber=self._rubber,
            drop=self._drop,
            measure=self._measure,
            rendered=self._rendered,
        )

    def _something_arrived(self, name: str) -> None:
        """A file's pictures or a job's progress: only stretches that show it are painted anew."""
        if self.tiles.outdate(name):
            self.update()

    def _playhead_moved(self, frame: int) -> None:
        for position in (self._drawn_playhead, frame):
            x = round(self.lens.x_of(position))
            self.update(QRect(x - PLAYHEAD_HALF_WIDTH - 1, 0, 2 * PLAYHEAD_HALF_WIDTH + 3, self.height()))
        self._drawn_playhead = frame

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.DevicePixelRatioChange):
            self.tiles.clear()
            self.update()
