"""The opened sources of one canvas; the few most recently used stay open.

What cannot be opened or read becomes a slate that says so, and a `Problem`, so that one lost file
never takes the film away.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from studio.errors import StudioError
from studio.project.timeline import External, Reference
from studio.render.layers import Layer, Placed, Proxies, Still, open_layer
from studio.render.slate import Problem, draw_slate, name_of
from studio.render.stacking import Fitted
from studio.timing import RationalTime

if TYPE_CHECKING:
    from studio.media.reader import SourceFrame

_OPEN_SOURCES = 8


class _Key(NamedTuple):
    reference: Reference
    detail: int
    copy: int
    """Two places of one film shown in one frame need two positions in it."""


class LayerPool:
    """The layers of one canvas (width, height), opened when first asked for.

    `folder` is what relative paths start from. `quick` trades exact colours and edges for speed. `proxies`
    names the small file to read in place of a film, if there is one.
    """

    def __init__(self, folder: Path, canvas: tuple[int, int], quick: bool, proxies: Proxies | None) -> None:
        self.canvas = canvas
        self._folder = folder
        self._quick = quick
        self._proxies = proxies
        self._layers: OrderedDict[_Key, Layer] = OrderedDict()
        self._positions: dict[_Key, RationalTime] = {}
        self._used: set[_Key] = set()
        self._problems: dict[Reference, Problem] = {}
        self._lost: dict[tuple[Reference, int], Layer] = {}

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What could not be opened or read since the last `retry`."""
        return tuple(self._problems.values())

    def begin_frame(self) -> None:
        """What is asked for from now on is shown together."""
        self._used.clear()

    def at(
        self, reference: Reference, time: RationalTime, detail: int = 1, above: Sequence[Fitted] = ()
    ) -> Placed | None:
        """What `reference` shows at `time` in a canvas `detail` times as large; a slate where it cannot.

        None, and nothing is decoded, where one of the pictures `above` hides it.
        """
        if (reference, detail) in self._lost:
            return self._lost[reference, detail].at(time)
        try:
            layer = self._layer(reference, detail, time)
            hidden = any(upper.hides(layer.box) for upper in above)
            return None if hidden else layer.at(time)
        except StudioError as error:
            return self._failed(reference, error, detail).at(time)

    def stored_at(self, reference: Reference, time: RationalTime) -> SourceFrame | None:
        """The frame that `reference` shows at `time` as the file has it, where that fills the canvas."""
        if (reference, 1) in self._lost:
            return None
        try:
            return self._layer(reference, 1, time).stored_at(time)
        except StudioError as error:
            self._failed(reference, error, 1)
            return None

    def retry(self) -> None:
        """Forgets the problems, so that files that came back are found."""
        self._problems.clear()
        self._lost.clear()

    def close(self) -> None:
        for layer in self._layers.values():
            layer.close()
        self._layers.clear()
        self._positions.clear()

    def _layer(self, reference: Reference, detail: int, time: RationalTime) -> Layer:
        key = self._key(reference, detail, time)
        self._used.add(key)
        self._positions[key] = time
        if key not in self._layers:
            canvas = self.canvas[0] * detail, self.canvas[1] * detail
            self._layers[key] = open_layer(reference, self._folder, canvas, self._quick, self._proxies)
            if len(self._layers) > _OPEN_SOURCES:
                oldest, layer = self._layers.popitem(last=False)
                layer.close()
                self._positions.pop(oldest, None)
        self._layers.move_to_end(key)
        return self._layers[key]

    def _key(self, reference: Reference, detail: int, time: RationalTime) -> _Key:
        """The opened copy that is nearest to `time`, and not shown already at another."""
        if not isinstance(reference, External) or reference.duration is None:
            return _Key(reference, detail, 0)
        copies = [key for key in self._layers if key.detail == detail and key.reference == reference]
        free = [key for key in copies if key not in self._used or self._positions[key] == time]
        if free:
            return min(free, key=lambda key: abs(self._positions[key].seconds - time.seconds))
        taken = {key.copy for key in copies}
        return _Key(reference, detail, min(set(range(len(taken) + 1)) - taken))

    def _failed(self, reference: Reference, error: StudioError, detail: int) -> Layer:
        """Writes the problem down and gives the slate that stands in."""
        problem = Problem(name_of(reference), error.message, error.hint)
        self._problems[reference] = problem
        canvas = self.canvas[0] * detail, self.canvas[1] * detail
        slate = Still(Fitted(draw_slate(problem, canvas), 0, 0))
        if not any(key.reference == reference for key in self._layers):
            # It does not even open: do not try again for every frame.
            self._lost[reference, detail] = slate
        return slate
