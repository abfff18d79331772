"""The choice of the model that draws: what is installed, and, once the list is opened, what could be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from studio.models.amounts import amount
from studio.models.spec import Capability, ModelSpec
from studio.ui import icons
from studio.ui.fields import Choice

if TYPE_CHECKING:
    from studio.ui.session import Session

_VISIBLE = 14
_BAR = 40
"""Room beside the names for the scroll bar and the frames."""
_DRAWS = frozenset(
    (
        Capability.TEXT_TO_VIDEO,
        Capability.IMAGE_TO_VIDEO,
        Capability.FIRST_LAST,
        Capability.KEYFRAMES,
        Capability.VIDEO_TO_VIDEO,
        Capability.CONTROL,
        Capability.INPAINT,
    )
)


class ModelChoice(Choice):
    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.setMaxVisibleItems(_VISIBLE)

    def list_models(self) -> None:
        """Offers what is installed now."""
        self.set_options([(label_of(spec), spec) for spec in self._installed()])

    def choose_last(self) -> None:
        """Chooses the model that drew the last time, where it is installed."""
        last = self._session.settings.last_model
        if (spec := next((one for one in self._values if one.id == last), None)) is not None:
            self.choose(spec)

    def remember(self) -> None:
        """The chosen model is the last one from now on."""
        settings, spec = self._session.settings, self.value()
        if spec is not None and spec.id != settings.last_model:
            self._session.change_settings(replace(settings, last_model=spec.id))

    def fresh(self, model_id: str) -> ModelSpec | None:
        """The model of that id as the catalog knows it now; None where it is gone."""
        return next((spec for spec in self._drawing() if spec.id == model_id), None)

    def able(self, wanted: Capability) -> ModelSpec | None:
        """The chosen model if it can do `wanted`, else the first installed one that can."""
        chosen: ModelSpec | None = self.value()
        here = [spec for spec in (chosen, *self._installed()) if spec is not None]
        return next((spec for spec in here if wanted in spec.capabilities), None)

    def choose(self, spec: ModelSpec) -> None:
        self.set_value(spec, label_of(spec))

    def showPopup(self) -> None:  # noqa: N802 - Qt's name
        self._list_absent()
        # Names are told apart by their ends: the list may be wider than the field.
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + _BAR)
        super().showPopup()

    # Inside

    def _drawing(self) -> list[ModelSpec]:
        return [spec for spec in self._session.catalog.all() if _draws(spec)]

    def _installed(self) -> list[ModelSpec]:
        """Those ready for use first, from words before others: the one on top is chosen at the start."""
        here = [spec for spec in self._session.catalog.installed() if _draws(spec) and not spec.hidden]
        return sorted(
            here,
            key=lambda spec: (bool(spec.missing_files()), Capability.TEXT_TO_VIDEO not in spec.capabilities),
        )

    def _list_absent(self) -> None:
        """Puts what can be fetched below what is here."""
        known = {spec.id for spec in self._values if spec is not None}
        absent = [spec for spec in self._drawing() if not spec.hidden and not spec.is_installed]
        missing = sorted((spec for spec in absent if spec.id not in known), key=lambda spec: spec.title)
        if not missing:
            return
        self.insertSeparator(self.count())
        self._values.append(None)
        for spec in missing:
            self._values.append(spec)
            self.addItem(icons.icon("import", "secondary"), label_of(spec))


def _draws(spec: ModelSpec) -> bool:
    return not _DRAWS.isdisjoint(spec.capabilities)


def label_of(spec: ModelSpec) -> str:
    """Its title, and how much there is to fetch where it is not here."""
    if not spec.is_installed:
        return f"{spec.title} · {amount(spec.download_bytes)}" if spec.download_bytes else spec.title
    return f"{spec.title} (not complete)" if spec.missing_files() else spec.title
