"""What the viewer has made in advance while nobody waits: stand-ins for heavy films, composited pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, Signal, Slot

from studio.ui.viewer.drawing import Stage
from studio.ui.viewer.frame_server import FrameServer
from studio.ui.viewer.proxy_maker import ProxyMaker
from studio.ui.viewer.render_ahead import RenderAhead

if TYPE_CHECKING:
    from studio.ui.session import Session


class Preparing(QObject):
    """Follows the settings; both kinds of work rest while `frames` has something to draw or play."""

    stage_changed = Signal()
    """Frames may look or be had otherwise now."""
    rendered_changed = Signal()
    progressed = Signal(str)
    """What stand-in is being made and how far it is, in a few words; empty when none is."""

    def __init__(self, session: Session, frames: FrameServer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._frames = frames
        self._made = 0
        self._share = session.settings.preview_share
        self._using = session.settings.proxies
        self.maker = ProxyMaker(lambda: frames.idle, self)
        self.ahead = RenderAhead(lambda: frames.idle, lambda: session.playhead, self)
        self.maker.begun.connect(self._tell)
        self.maker.progressed.connect(self._tell_progress)
        self.maker.made.connect(self._proxy_made)
        self.ahead.changed.connect(self.rendered_changed)
        session.settings_changed.connect(self._follow_settings)

    @property
    def proxies(self) -> int:
        """0: films are read themselves; else stand-ins, and another number whenever there are more."""
        return self._made + 1 if self._using else 0

    def rendered_ranges(self) -> tuple[tuple[int, int], ...]:
        return self.ahead.rendered_ranges()

    def show(self, stage: Stage) -> None:
        """Works for this stage from now on."""
        if self._using:
            self.maker.follow(stage.project, stage.folder)
        else:
            self.maker.rest()
            self.progressed.emit("")
        self.ahead.show(stage)
        self._frames.use_rendered(self.ahead)

    def toggle_proxies(self) -> None:
        settings = self._session.settings
        self._session.change_settings(msgspec.structs.replace(settings, proxies=not settings.proxies))

    def close(self) -> None:
        self.maker.close()
        self.ahead.close()

    @Slot(str)
    def _tell(self, name: str) -> None:
        self._session.notify(
            "info",
            f"Making a proxy of {name}",
            "It is a heavy film: a small stand-in makes editing fluid. Exports use the film itself.",
        )

    @Slot(str, int, int)
    def _tell_progress(self, name: str, done: int, count: int) -> None:
        self.progressed.emit(f"{name}: {100 * done // count} %" if count else "")

    @Slot(str)
    def _proxy_made(self, name: str) -> None:
        self._made += 1
        self.progressed.emit("")
        self.stage_changed.emit()

    @Slot()
    def _follow_settings(self) -> None:
        settings = self._session.settings
        if (self._using, self._share) != (settings.proxies, settings.preview_share):
            self._using, self._share = settings.proxies, settings.preview_share
            self.stage_changed.emit()
