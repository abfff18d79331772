"""Pictures of latents without decoding them."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import torch

from studio.adapters.diffusers_video import DiffusersVideoAdapter
from studio.models.catalog import Catalog
from studio.models.folders import spec_of_folder
from studio.models.spec import Capability
from studio.paths import cache_folder, resources_folder
from tests.adapters.drawing_jobs import Inputs
from tests.adapters.tiny.registry import build_tiny
from tests.contract.contexts import RecordingContext


def maps() -> list[Path]:
    return list((cache_folder() / "latent-colours").glob("*.npy"))


def test_the_map_tells_colours_of_pictures_it_was_not_fitted_to() -> None:
    spec = Catalog([resources_folder() / "models"]).get("starter")
    adapter = DiffusersVideoAdapter()
    adapter.load(spec)
    preview, vae = adapter._preview, adapter._pipe.vae
    chance = np.random.default_rng(11)
    for _ in range(3):
        field = cv2.resize(chance.uniform(0, 255, (5, 6, 3)).astype(np.float32), (192, 192))
        picture = torch.from_numpy(field / 127.5 - 1).permute(2, 0, 1)[None, :, None]
        with torch.no_grad():
            cells = vae.encode(picture).latent_dist.mode()[0, :, 0].numpy()
        table = preview._known_map(adapter._pipe)
        colours = np.einsum("chw,ck->hwk", cells, table[:-1]) + table[-1]
        true = cv2.resize(field, colours.shape[1::-1], interpolation=cv2.INTER_AREA)
        assert np.corrcoef(colours.ravel(), true.ravel())[0, 1] > 0.9


def test_the_map_is_fitted_once_for_each_autoencoder(tmp_path: Path) -> None:
    inputs = Inputs(tmp_path)
    spec = spec_of_folder(build_tiny("ltx", tmp_path))
    job = inputs.job(Capability.TEXT_TO_VIDEO, 9, num_inference_steps=3)
    shown = []
    for _ in range(2):
        adapter = DiffusersVideoAdapter()
        adapter.load(spec)
        context = RecordingContext(tmp_path, previews=True)
        list(adapter.run(job, context).frames)
        shown.append(context.previews[0][0])
        assert len(maps()) == 1
    assert np.array_equal(shown[0], shown[1])
