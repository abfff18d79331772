"""Draws one clip: its body, name and badges, fades and level, and what is being made in its place."""

from __future__ import annotations

from pathlib import PurePath

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QImage, QPainter, QPen, QPolygonF

from studio.errors import MissingFileError
from studio.jobs.messages import Progress
from studio.project.timeline import Clip, External, Generator, ImageSequence, Missing, Title
from studio.ui.live_jobs import describe
from studio.ui.timeline.clip_layout import NAME_HEIGHT, level_y
from studio.ui.timeline.content_painting import ContentPainter
from studio.ui.timeline.geometry import Row
from studio.ui.timeline.ink import CORNER
from studio.ui.timeline.levels import level_curve
from studio.ui.timeline.scene import Scene, color_name_of

_LEAST_NAMED = 34
_LEAST_PICTURED = 14
_LEAST_ROUNDED = 20
_FURTHEST = 1 << 30
"""Qt counts pixels in 32 bits: an end further away (years, seen frame by frame) cannot be drawn from here."""
_LEVEL_STEP = 4
"""Pixels between two points of a level line that bends."""


class ClipPainter:
    """Draws clips of one row into a picture of it whose left edge is pixel `left` from frame 0."""

    def __init__(self, painter: QPainter, scene: Scene, row: Row, left: int, width: int) -> None:
        self._painter = painter
        self._scene = scene
        self._row = row
        self._width = width
        self._ink = scene.ink
        self._content = ContentPainter(painter, scene, row, width)
        self.waits_for = self._content.waits_for

    def paint(self, clip: Clip, left: int, width: int) -> None:
        """Draws `clip` over pixels [left, left + width) of the picture."""
        painter, ink, height = self._painter, self._ink, self._row.height
        name = color_name_of(self._row.track, clip)
        begin, end = max(left, -2), min(left + width, self._width + 2)
        painter.fillRect(begin, NAME_HEIGHT, end - begin, height - NAME_HEIGHT, ink.deep[name])
        if max(-left, left + width) > _FURTHEST:
            return
        problem = self._problem(clip)
        if width >= _LEAST_PICTURED:
            self._paint_content(clip, left, width, problem)
        painter.fillRect(begin, 0, end - begin, NAME_HEIGHT, ink.body[name])
        if width >= _LEAST_NAMED:
            self._paint_name(clip, left, width, problem)
        if clip.fade_in or clip.fade_out:
            self._paint_fades(clip, left, width)
        self._paint_level(clip, left, width)
        self._paint_ends(left, width)
        if clip.id in self._scene.selection:
            self._outline(left, width, QPen(ink.accent, 2))
        elif isinstance(clip.take.reference, Generator):
            self._outline(left, width, QPen(ink.line, 1, Qt.PenStyle.DashLine))

    def _paint_ends(self, left: int, width: int) -> None:
        """Rounds the ends where there is room, and keeps neighbours apart by a line."""
        painter, height = self._painter, self._row.height
        painter.fillRect(left + width - 1, 0, 1, height, self._ink.lane)
        if width < _LEAST_ROUNDED:
            return
        near, far = self._ink.corners
        right = left + width - 1 - CORNER
        for x, corner in ((left, near), (right, far)):
            if -CORNER < x < self._width:
                ratio = corner.devicePixelRatio()
                half = QRectF(0, 0, CORNER * ratio, CORNER * ratio)
                painter.drawPixmap(QPointF(x, 0), corner, half)
                painter.drawPixmap(QPointF(x, height - CORNER), corner, half.translated(0, CORNER * ratio))

    def _outline(self, left: int, width: int, pen: QPen) -> None:
        painter = self._painter
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        inset = pen.widthF() / 2
        # A dashed line of a day's length would be worked through dash by dash: only what is near is drawn.
        begin, end = max(left, -40), min(left + width - 1, self._width + 40)
        area = QRectF(begin, 0, end - begin, self._row.height).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(area, CORNER - 1, CORNER - 1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    # The name's band

    def _paint_name(self, clip: Clip, left: int, width: int, problem: str) -> None:
        painter, ink = self._painter, self._ink
        begin, right = left + 7, left + width - 7
        if begin > self._width or right < 0:
            return
        painter.setFont(ink.font)
        painter.setPen(ink.words)
        for icon, words in self._badges(clip):
            room = int(ink.metrics.horizontalAdvance(words)) + 22
            if right - begin < room + 40:
                # The icon alone still tells that there is something.
                words, room = "", 20
            if right - begin < room + 16:
                break
            painter.drawPixmap(QPoint(right - room + 6, 2), ink.icon(icon))
            painter.drawText(QPoint(right - room + 22, 13), words)
            right -= room
        if problem:
            painter.drawPixmap(QPoint(begin - 2, 2), ink.icon("warning"))
            begin += 16
        if right - begin > 10:
            painter.drawText(QPoint(begin, 13), ink.cut(clip.name, right - begin))

    def _badges(self, clip: Clip) -> list[tuple[str, str]]:
        """Icon and words of what is special about the clip, the most important first."""
        badges: list[tuple[str, str]] = []
        if clip.id in self._scene.stale:
            badges.append(("retry", "stale"))
        if len(clip.takes) > 1:
            badges.append(("takes", f"{clip.active + 1}/{len(clip.takes)}"))
        if clip.frozen:
            badges.append(("pause", "frozen"))
        elif clip.speed.numerator != clip.speed.denominator or clip.reverse:
            percent = f"{round(100 * float(clip.speed.fraction))} %"
            badges.append(("clock", f"{percent} reverse" if clip.reverse else percent))
        return badges

    # What lies below it

    def _problem(self, clip: Clip) -> str:
        """Why the clip cannot be shown; empty when nothing is known against it."""
        reference = clip.take.reference
        if isinstance(reference, Missing):
            return reference.reason
        if isinstance(reference, External):
            report = self._scene.pictures.problem(self._content.path_of(reference.path))
            if report is not None and report.kind == MissingFileError.__name__:
                return f"Missing: {PurePath(reference.path).name}"
            return report.message if report else ""
        return ""

    def _paint_content(self, clip: Clip, left: int, width: int, problem: str) -> None:
        reference = clip.take.reference
        inside = QRect(left, NAME_HEIGHT, width, self._row.height - NAME_HEIGHT)
        if isinstance(reference, Generator):
            self._paint_ghost(reference, inside)
        elif problem:
            self._painter.fillRect(inside, QBrush(self._ink.faint, Qt.BrushStyle.BDiagPattern))
            self._paint_words(problem, inside, "warning")
        elif isinstance(reference, Title):
            self._paint_words(" ".join(reference.text.split()) or "Empty title", inside, "title")
        elif self._row.track.kind == "audio":
            self._content.paint_wave(clip, left, width)
        elif isinstance(reference, External | ImageSequence):
            self._content.paint_filmstrip(clip, reference, left, width)
        for take in clip.takes:
            # Further takes under way while the clip shows an old one.
            if take is not clip.take and isinstance(take.reference, Generator):
                self.waits_for.add(take.reference.job_id)
                self._paint_progress(self._scene.live.progress(take.reference.job_id), inside)

    def _paint_ghost(self, reference: Generator, inside: QRect) -> None:
        """The picture so far, what the job is doing, and how far it is."""
        live, job_id = self._scene.live, reference.job_id
        self.waits_for.add(job_id)
        pictures = live.pictures(job_id)
        place = QRect(inside)
        if pictures:
            image: QImage = pictures[len(pictures) // 2]
            width = min(inside.height() * image.width() // max(1, image.height()), inside.width())
            self._painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            self._painter.drawImage(QRect(inside.left(), inside.top(), width, inside.height()), image)
            place.setLeft(inside.left() + width)
        failure = live.failure(job_id)
        progress = live.progress(job_id)
        if failure is not None:
            self._paint_words(f"Failed: {failure.message}", place, "error")
        else:
            self._paint_words(describe(progress), place)
        self._paint_progress(progress, inside)

    def _paint_progress(self, progress: Progress | None, inside: QRect) -> None:
        bar = QRect(inside.left(), inside.bottom() - 3, inside.width(), 4)
        self._painter.fillRect(bar, self._ink.shade)
        if progress is not None and progress.steps:
            bar.setWidth(round(bar.width() * min(1.0, progress.step / progress.steps)))
            self._painter.fillRect(bar, self._ink.accent)

    def _paint_words(self, words: str, inside: QRect, icon: str = "") -> None:
        """One line in the middle of `inside`, after an icon."""
        left, right = inside.left() + 8, inside.right() - 8
        middle = inside.center().y()
        if icon and right - left > 20:
            self._painter.drawPixmap(QPoint(left, middle - 7), self._ink.icon(icon))
            left += 20
        if right - left < 30:
            return
        self._painter.setPen(self._ink.words)
        self._painter.setFont(self._ink.font)
        self._painter.drawText(QPoint(left, middle + 5), self._ink.cut(words, right - left))

    # Fades and level

    def _paint_fades(self, clip: Clip, left: int, width: int) -> None:
        painter, scale = self._painter, self._scene.lens.scale
        top, bottom, right = NAME_HEIGHT, self._row.height, left + width - 1
        fade_in = left + min(clip.fade_in * scale, width)
        fade_out = right - min(clip.fade_out * scale, width)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for frames, corner, foot, head in (
            (clip.fade_in, left, left, fade_in),
            (clip.fade_out, right, right, fade_out),
        ):
            if frames:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(self._ink.shade)
                painter.drawPolygon(
                    QPolygonF([QPointF(corner, top), QPointF(head, top), QPointF(foot, bottom)])
                )
                painter.setPen(QPen(self._ink.line, 1))
                painter.drawLine(QPointF(foot, bottom), QPointF(head, top))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_level(self, clip: Clip, left: int, width: int) -> None:
        """The line of volume or opacity, where it is not simply full."""
        track, scale = self._row.track, self._scene.lens.scale
        curve = level_curve(track, clip)
        if (not curve.keyframes and curve.value == 1.0) or width < _LEAST_NAMED:
            return
        height = self._row.height - NAME_HEIGHT
        begin, end = max(left, -_LEVEL_STEP), min(left + width - 1, self._width + _LEVEL_STEP)
        xs = [*range(begin, end, _LEVEL_STEP), end] if curve.keyframes else [begin, end]
        points = [QPointF(x, level_y(track, NAME_HEIGHT, height, curve.at((x - left) / scale))) for x in xs]
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._painter.setPen(QPen(self._ink.line, 1.25))
        self._painter.drawPolyline(points)
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
