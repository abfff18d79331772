"""The catalog: shipped models are sound, users' folders count, damage is told and hides nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.errors import ModelError
from studio.models.catalog import Catalog, default_catalog
from studio.models.families import ADAPTER, FAMILIES
from studio.models.schedulers import SCHEDULERS
from studio.models.spec import Capability, ModelSpec
from studio.models.vocabulary import Vocabulary
from studio.paths import profile_folder, resources_folder

TOML = """
id = "mine"
title = "Mine"
description = "A test."
family = "wan"
capabilities = ["text-to-video"]
adapter = "a:B"
[licence]
name = "MIT"
"""


def shipped() -> list[ModelSpec]:
    return Catalog([resources_folder() / "models"]).all()


def test_the_shipped_models_do_what_the_studio_offers() -> None:
    catalog = default_catalog()
    for capability in (
        Capability.TEXT_TO_VIDEO,
        Capability.ANIMATE,
        Capability.INTERPOLATE,
        Capability.STYLIZE,
    ):
        assert [spec for spec in catalog.able_to(capability) if not spec.hidden], capability
    assert catalog.problems == []


def test_what_is_installed_is_known_without_reading_the_rest() -> None:
    catalog, other = default_catalog(), default_catalog()
    assert catalog.installed() == [spec for spec in other.all() if spec.is_installed] == other.installed()
    hub = next(spec for spec in other.all() if spec.repo)
    assert catalog.get(hub.id) == hub
    damaged = profile_folder() / "models" / "bad"
    damaged.mkdir(parents=True)
    (damaged / "model.toml").write_text("id = ")
    catalog.refresh()
    assert catalog.installed() == other.installed() and len(catalog.problems) == 1


@pytest.mark.parametrize("spec", shipped(), ids=lambda spec: spec.id)
def test_every_shipped_model_is_complete_or_waits_to_be_fetched(spec: ModelSpec) -> None:
    assert spec.missing_files() == ([] if spec.is_installed else [spec.repo])
    assert spec.limits.frames.snap(spec.defaults.num_frames) == spec.defaults.num_frames
    assert Path(spec.folder).name == spec.id


@pytest.mark.parametrize("spec", [spec for spec in shipped() if spec.repo], ids=lambda spec: spec.id)
def test_a_model_of_the_hub_says_what_one_must_know_before_fetching_it(spec: ModelSpec) -> None:
    family, limits, usual = FAMILIES[spec.family], spec.limits, spec.defaults
    assert spec.capabilities == family.capabilities and spec.adapter == ADAPTER
    assert spec.repo.count("/") == 1 and spec.licence.link.startswith("https://")
    assert all(size > 1e9 for size in spec.sizes.values()) and spec.sizes
    assert (
        limits.min_size <= min(usual.width, usual.height) <= max(usual.width, usual.height) <= limits.max_size
    )
    assert set(limits.schedulers) <= set(SCHEDULERS)


def test_a_family_fills_in_what_a_description_leaves_out(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    text = TOML.replace('capabilities = ["text-to-video"]', "").replace('adapter = "a:B"', "")
    (tmp_path / "mine" / "model.toml").write_text(text + "[defaults]\nwidth = 640\n")
    spec = Catalog([tmp_path]).get("mine")
    assert (spec.defaults.width, spec.defaults.height, spec.limits.size_multiple) == (640, 480, 16)
    assert spec.capabilities == FAMILIES["wan"].capabilities


def test_the_users_folder_wins_and_an_unknown_id_lists_the_known(tmp_path: Path) -> None:
    for parent, title in (("shipped", "Mine"), ("user", "Mine too")):
        folder = tmp_path / parent / "mine"
        folder.mkdir(parents=True)
        (folder / "model.toml").write_text(TOML.replace('"Mine"', f'"{title}"'))
    catalog = Catalog([tmp_path / "shipped", tmp_path / "user"])
    assert catalog.get("mine").title == "Mine too"
    with pytest.raises(ModelError, match="no model called 'other'") as caught:
        catalog.get("other")
    assert "mine" in caught.value.hint


@pytest.mark.parametrize(
    "damage", ["id = ", 'id = "x"', TOML + 'colour = "red"\n', TOML.replace("text-to", "smell-to")]
)
def test_a_damaged_model_is_told_and_hides_no_other(damage: str) -> None:
    for name, text in (("bad", damage), ("good", TOML)):
        folder = profile_folder() / "models" / name
        folder.mkdir(parents=True)
        (folder / "model.toml").write_text(text)
    catalog = default_catalog()
    assert catalog.get("mine").title == "Mine"
    assert len(catalog.problems) == 1 and "bad" in catalog.problems[0].message


def test_nearest_words_are_found_by_meaning_and_by_spelling() -> None:
    words = Vocabulary(
        known={"ball": "object", "bouncing": "motion", "sunflower": "place"},
        objects={"bird": ("dragon", "plane")},
        ignored=frozenset({"the", "on"}),
    )
    assert words.unknown_words("The ball's bouncing on sunflowers!") == []
    assert words.unknown_words("dragons dragons bounzing xylophone") == [
        ("dragons", "bird"),
        ("bounzing", "bouncing"),
        ("xylophone", ""),
    ]
