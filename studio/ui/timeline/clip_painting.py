"""Draws one clip: its body, name, filmstrip or waveform, and what is being made in its place."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QImage, QPainter, QPainterPath, QPen, QPixmap

from studio.jobs.messages import Progress
from studio.project.timeline import Clip, External, Generator, ImageSequence, Missing, Take, Track
from studio.ui import theme
from studio.ui.icons import paint_icon
from studio.ui.live_jobs import describe
from studio.ui.timeline.scene import Scene, color_name_of

NAME_HEIGHT = 18
_LEAST_NAMED_WIDTH = 28
_LEAST_PICTURED_WIDTH = 12
_LEAST_ROUNDED_WIDTH = 48
"""Clipping to a rounded shape costs half a millisecond, and nobody sees it on the many small ones."""
_PICTURE_SHAPE = 16 / 9
"""Width per height of a slot in the filmstrip; pictures of another shape are cut to it."""


def paint_clip(painter: QPainter, scene: Scene, track: Track, clip: Clip, rect: QRectF) -> None:
    """Draws `clip` into `rect` (canvas pixels, at least 3 wide)."""
    body = theme.color(color_name_of(track, clip))
    outline = QPainterPath()
    radius = min(theme.tokens.radius - 1, rect.width() / 3)
    outline.addRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    painter.save()
    if track.hidden or track.muted:
        painter.setOpacity(painter.opacity() * 0.5)
    if rect.width() >= _LEAST_ROUNDED_WIDTH:
        painter.setClipPath(outline, Qt.ClipOperation.IntersectClip)
    else:
        painter.setClipRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), Qt.ClipOperation.IntersectClip)
    painter.fillRect(rect, _deep(body))
    inside = rect.adjusted(0, NAME_HEIGHT, 0, 0)
    if rect.width() >= _LEAST_PICTURED_WIDTH:
        _paint_content(painter, scene, track, clip, inside)
    painter.fillRect(QRectF(rect.left(), rect.top(), rect.width(), NAME_HEIGHT), body)
    if rect.width() >= _LEAST_NAMED_WIDTH:
        _paint_name(painter, scene, clip, rect)
    painter.restore()
    _paint_outline(painter, scene, clip, outline, body)


def _deep(color: QColor) -> QColor:
    """The clip's colour far enough down that a waveform or picture on it stands out."""
    return color.darker(190)


def _paint_outline(painter: QPainter, scene: Scene, clip: Clip, outline: QPainterPath, body: QColor) -> None:
    selected = clip.id in scene.selection
    pen = QPen(theme.color("accent"), 2) if selected else QPen(theme.color("background", 0.7), 1)
    if isinstance(clip.take.reference, Generator) and not selected:
        pen = QPen(body.lighter(150), 1, Qt.PenStyle.DashLine)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(outline)


def _paint_name(painter: QPainter, scene: Scene, clip: Clip, rect: QRectF) -> None:
    # The name stays in sight while its clip is scrolled out to the left.
    left = max(rect.left(), 0.0) + 7
    right = rect.right() - 6
    painter.setPen(theme.color("on_clip"))
    painter.setFont(theme.font(theme.tokens.small_font_size))
    badge = f"{clip.active + 1}/{len(clip.takes)}" if len(clip.takes) > 1 else ""
    if badge and right - left > 70:
        width = QFontMetricsF(painter.font()).horizontalAdvance(badge)
        painter.drawText(QPointF(right - width, rect.top() + 13), badge)
        paint_icon(painter, QRectF(right - width - 17, rect.top() + 2, 14, 14), "takes", "on_clip")
        right -= width + 22
    problem = _problem(scene, clip)
    if problem and right - left > 20:
        paint_icon(painter, QRectF(left - 2, rect.top() + 2, 14, 14), "warning", "on_clip")
        left += 16
    if right - left > 10:
        metrics = QFontMetricsF(painter.font())
        text = metrics.elidedText(clip.name, Qt.TextElideMode.ElideRight, right - left)
        painter.drawText(QPointF(left, rect.top() + 13), text)


def _problem(scene: Scene, clip: Clip) -> str:
    """Why the clip cannot be shown; empty when nothing is known against it."""
    reference = clip.take.reference
    if isinstance(reference, Missing):
        return reference.reason
    if isinstance(reference, External):
        report = scene.pictures.problem(scene.folder / reference.path)
        return report.message if report else ""
    return ""


def _paint_content(painter: QPainter, scene: Scene, track: Track, clip: Clip, inside: QRectF) -> None:
    reference = clip.take.reference
    problem = _problem(scene, clip)
    if isinstance(reference, Generator):
        _paint_ghost(painter, scene, reference, inside)
    elif problem:
        _paint_problem(painter, problem, inside)
    elif track.kind == "audio":
        assert isinstance(reference, External)
        wave = scene.pictures.peaks(scene.folder / reference.path)
        if wave is not None:
            start = float(clip.take.source_start.seconds)
            per_pixel = 1 / (scene.lens.scale * float(scene.project.rate.fraction))
            # Only now: it needs numpy, which the start of the window does without.
            from studio.ui.timeline.waveform import draw_waveform

            draw_waveform(painter, inside, wave, start, per_pixel)
    else:
        _paint_filmstrip(painter, scene, clip.take, inside)
    for job_id in _takes_under_way(clip):
        _paint_progress(painter, scene.live.progress(job_id), inside)


def _takes_under_way(clip: Clip) -> list[str]:
    """The jobs that make further takes while the clip shows an old one."""
    return [
        take.reference.job_id
        for index, take in enumerate(clip.takes)
        if index != clip.active and isinstance(take.reference, Generator)
    ]


def _paint_filmstrip(painter: QPainter, scene: Scene, take: Take, inside: QRectF) -> None:
    """Pictures in slots counted from the clip's beginning; only those in sight are asked for."""
    slot = inside.height() * _PICTURE_SHAPE
    seen = painter.clipBoundingRect()
    first = max(0, int((seen.left() - inside.left()) // slot))
    per_pixel = 1 / (scene.lens.scale * float(scene.project.rate.fraction))
    start = float(take.source_start.seconds)
    index = first
    while inside.left() + index * slot < min(inside.right(), seen.right()):
        left = inside.left() + index * slot
        picture = _slot_picture(scene, take, start + index * slot * per_pixel, slot * per_pixel)
        if picture is not None:
            place = QRectF(left, inside.top(), slot, inside.height())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(
                place, picture, _cover(picture.width(), picture.height(), slot / inside.height())
            )
        index += 1


def _slot_picture(scene: Scene, take: Take, seconds: float, slot_seconds: float) -> QPixmap | None:
    reference = take.reference
    if isinstance(reference, ImageSequence):
        number = int(seconds * float(reference.rate.fraction))
        path = reference.paths[min(number, len(reference.paths) - 1)]
        return scene.pictures.still(scene.folder / path)
    assert isinstance(reference, External)
    path = scene.folder / reference.path
    if reference.duration is None:
        return scene.pictures.still(path)
    return scene.pictures.picture(path, seconds, slot_seconds)


def _cover(width: float, height: float, shape: float) -> QRectF:
    """The middle part of a picture that has `shape` (width per height)."""
    if width / height > shape:
        return QRectF((width - height * shape) / 2, 0, height * shape, height)
    return QRectF(0, (height - width / shape) / 2, width, width / shape)


def _paint_ghost(painter: QPainter, scene: Scene, reference: Generator, inside: QRectF) -> None:
    """The picture so far, what the job is doing, and how far it is."""
    pictures = scene.live.pictures(reference.job_id)
    left = max(inside.left(), 0.0)
    if pictures:
        image: QImage = pictures[len(pictures) // 2]
        width = min(inside.height() * image.width() / max(1, image.height()), inside.width())
        place = QRectF(left, inside.top(), width, inside.height())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, image, _cover(image.width(), image.height(), width / inside.height()))
        left += width
    failure = scene.live.failure(reference.job_id)
    progress = scene.live.progress(reference.job_id)
    words = f"Failed: {failure.message}" if failure is not None else describe(progress)
    _paint_words(painter, words, QRectF(left, inside.top(), inside.right() - left, inside.height() - 4))
    _paint_progress(painter, progress, inside)


def _paint_progress(painter: QPainter, progress: Progress | None, inside: QRectF) -> None:
    bar = QRectF(inside.left(), inside.bottom() - 4, inside.width(), 4)
    painter.fillRect(bar, theme.color("background", 0.6))
    if progress is not None and progress.steps:
        bar.setWidth(bar.width() * min(1.0, progress.step / progress.steps))
        painter.fillRect(bar, theme.color("accent"))


def _paint_words(painter: QPainter, words: str, area: QRectF) -> None:
    """One line in the middle of `area`, which keeps in sight when the area's left end is not."""
    area = area.adjusted(8 + max(0.0, -area.left()), 0, -8, 0)
    if area.width() < 40:
        return
    painter.setPen(theme.color("on_clip", 0.9))
    painter.setFont(theme.font(theme.tokens.small_font_size, figures=True))
    line = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(area.width()))
    painter.drawText(area, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), line)


def _paint_problem(painter: QPainter, problem: str, inside: QRectF) -> None:
    painter.fillRect(inside, QBrush(theme.color("on_clip", 0.12), Qt.BrushStyle.BDiagPattern))
    _paint_words(painter, problem, inside)
