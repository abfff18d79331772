"""Which model is in memory."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from studio.errors import ModelError
from studio.models.catalog import read_spec
from studio.paths import resources_folder
from studio.worker.residency import Residency

SPEC = read_spec(resources_folder() / "models" / "scripted")


def test_the_last_model_stays_until_another_is_asked_for() -> None:
    residency = Residency()
    first = residency.adapter(SPEC)
    assert residency.adapter(SPEC) is first and residency.is_loaded(SPEC)
    other = replace(SPEC, id="other")
    assert residency.adapter(other) is not first and not residency.is_loaded(SPEC)


def test_a_rung_down_is_taken_once() -> None:
    residency = Residency()
    assert not residency.economise()
    residency.adapter(SPEC)
    assert residency.economise() and not residency.economise()


@pytest.mark.parametrize("adapter", ["studio.adapters.nowhere:Adapter", "studio.adapters.scripted:Nothing"])
def test_a_program_that_is_not_there_is_named(adapter: str) -> None:
    with pytest.raises(ModelError, match="cannot be loaded") as caught:
        Residency().adapter(replace(SPEC, adapter=adapter))
    assert adapter in caught.value.details
