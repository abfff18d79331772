"""Which model is in memory: the last one used stays, until a job asks for another."""

from __future__ import annotations

import importlib
import logging
from typing import cast

from studio.adapters.base import Economical, ModelAdapter
from studio.errors import ModelError
from studio.models.spec import ModelSpec

_LOG = logging.getLogger(__name__)


class Residency:
    """Belongs to the inference thread."""

    def __init__(self) -> None:
        self._spec: ModelSpec | None = None
        self._adapter: ModelAdapter | None = None

    def is_loaded(self, spec: ModelSpec) -> bool:
        return self._adapter is not None and self._spec == spec

    def adapter(self, spec: ModelSpec) -> ModelAdapter:
        """The loaded adapter of `spec`, after unloading any other; raises ModelError."""
        if self._adapter is not None and self._spec == spec:
            return self._adapter
        self.unload()
        adapter = _adapter_class(spec)()
        adapter.load(spec)
        self._spec, self._adapter = spec, adapter
        return adapter

    def economise(self) -> bool:
        """After an out-of-memory: makes the loaded model do with less; False when it cannot."""
        return isinstance(self._adapter, Economical) and self._adapter.economise()

    def unload(self) -> None:
        if self._adapter is not None:
            self._adapter.unload()
        self._spec = self._adapter = None


def _adapter_class(spec: ModelSpec) -> type[ModelAdapter]:
    module, _, name = spec.adapter.partition(":")
    try:
        return cast(type[ModelAdapter], getattr(importlib.import_module(module), name))
    except (ImportError, AttributeError) as error:
        raise ModelError(
            f"The program for '{spec.title}' cannot be loaded.",
            "Install Kinora again, or remove the model.",
            f"{spec.adapter}: {error}",
        ) from error
