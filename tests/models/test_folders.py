"""What a diffusers folder can do, read from its own files."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from studio.errors import ModelError
from studio.models.catalog import Catalog
from studio.models.completeness import MODULAR_CLASSES
from studio.models.families import FAMILIES
from studio.models.folders import spec_of_folder
from studio.models.schedulers import SCHEDULERS
from studio.models.signatures import call_arguments, family_of_class
from studio.models.spec import Capability
from tests.models.paper_folders import paper_folder

PATCHES = {"patch_size": [1, 2, 2]}


@pytest.mark.parametrize(
    ("class_name", "transformer", "index", "family"),
    [
        ("WanPipeline", {}, {}, "wan"),
        ("WanPipeline", {}, {"transformer_2": ["diffusers", "WanTransformer3DModel"]}, "wan-a14b"),
        ("WanPipeline", {}, {"transformer_2": [None, None], "expand_timesteps": True}, "wan-5b"),
        ("WanImageToVideoPipeline", {}, {}, "wan-i2v"),
        ("WanImageToVideoPipeline", {"pos_embed_seq_len": 514}, {}, "wan-first-last"),
        ("LTX2Pipeline", {}, {}, "ltx-2"),
        ("MochiPipeline", {}, {}, "mochi"),
    ],
)
def test_the_family_follows_from_class_and_settings(
    tmp_path: Path, class_name: str, transformer: dict[str, Any], index: dict[str, Any], family: str
) -> None:
    parts = {"transformer": {**PATCHES, **transformer}, "vae": {}}
    if (index.get("transformer_2") or [None])[0]:
        parts["transformer_2"] = PATCHES
    spec = spec_of_folder(paper_folder(tmp_path / "model", class_name, parts, **index))
    assert spec.family == family and spec.capabilities == FAMILIES[family].capabilities
    assert spec.id == spec.folder == str(tmp_path / "model")
    assert spec.missing_files() == []


def test_sizes_follow_the_folders_own_autoencoder(tmp_path: Path) -> None:
    parts = {"transformer": PATCHES, "vae": {"scale_factor_spatial": 16}}
    spec = spec_of_folder(paper_folder(tmp_path / "model", "WanPipeline", parts))
    assert spec.limits.size_multiple == 32


def test_the_catalog_knows_folders_by_their_path(tmp_path: Path) -> None:
    folder = paper_folder(tmp_path / "model", "WanPipeline")
    assert Catalog([]).get(str(folder)).title == "model"
    with pytest.raises(ModelError):
        Catalog([]).get(str(tmp_path))
    with pytest.raises(ModelError, match="no model called"):
        Catalog([]).get("model")


@pytest.mark.parametrize("class_name", ["FluxPipeline", "", "Nothing", "../../evil", "os.system"])
def test_what_makes_no_video_is_refused(tmp_path: Path, class_name: str) -> None:
    with pytest.raises(ModelError, match="does not make video"):
        spec_of_folder(paper_folder(tmp_path / "model", class_name))


def test_every_route_names_a_class_that_diffusers_has() -> None:
    for family in FAMILIES.values():
        for route in family.routes:
            assert route.pipeline in MODULAR_CLASSES or call_arguments(route.pipeline), route.pipeline
        first = family.capabilities[:1]
        assert (
            family.pipeline_for((*first, *family.lacking(first))) or Capability.SOUND in family.capabilities
        )
        assert family.limits.frames.snap(family.defaults.num_frames) == family.defaults.num_frames
        assert set(family.limits.schedulers) <= set(SCHEDULERS)


def test_unknown_classes_are_read_from_their_signatures() -> None:
    allegro = family_of_class("AllegroPipeline")
    assert allegro is not None and allegro.capabilities == (Capability.TEXT_TO_VIDEO,)
    skyreels = family_of_class("SkyReelsV2ImageToVideoPipeline")
    assert skyreels is not None
    assert set(skyreels.capabilities) == {
        Capability.IMAGE_TO_VIDEO,
        Capability.FIRST_LAST,
        Capability.EXTEND,
    }
    assert family_of_class("StableDiffusionPipeline") is None


@pytest.mark.parametrize("class_name", MODULAR_CLASSES)
def test_a_modular_index_counts_where_only_that_can_be_run(tmp_path: Path, class_name: str) -> None:
    """Their makers keep the index of another library beside it."""
    folder = paper_folder(tmp_path / "model", "SomebodysOwnPipeline")
    named = {"transformer": ["diffusers", "Some", {}], "transformer_ref": ["diffusers", "Some", {}]}
    (folder / "modular_model_index.json").write_text(json.dumps({"_class_name": class_name, **named}))
    spec = spec_of_folder(folder)
    assert FAMILIES[spec.family].routes[0].pipeline == class_name
    assert "modular_model_index.json" in spec.files


def test_nothing_heavy_is_loaded_for_it(tmp_path: Path) -> None:
    folder = paper_folder(tmp_path / "model", "AllegroPipeline")
    code = (
        "import sys; from pathlib import Path; from studio.models.folders import spec_of_folder; "
        f"spec_of_folder(Path({str(folder)!r})); print(*{{'torch', 'diffusers', 'numpy'}} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
