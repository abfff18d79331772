"""Doing with less memory: the rungs in their order, and frames that do not change on the way down."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from studio.adapters.diffusers_video import DiffusersVideoAdapter
from studio.adapters.torch_device import devices, system_of, why_this_device
from studio.models.folders import spec_of_folder
from studio.models.spec import Capability
from tests.adapters.drawing_jobs import Inputs
from tests.adapters.tiny.registry import build_tiny
from tests.contract.contexts import RecordingContext


def loaded(name: str, folder: Path) -> DiffusersVideoAdapter:
    adapter = DiffusersVideoAdapter()
    adapter.load(spec_of_folder(build_tiny(name, folder)))
    return adapter


@pytest.mark.parametrize("name", ["wan", "ltx", "animatediff", "minimax-h3"])
def test_layer_by_layer_the_frames_are_the_same(name: str, tmp_path: Path) -> None:
    adapter = loaded(name, tmp_path)
    job = Inputs(tmp_path).job(Capability.TEXT_TO_VIDEO, 9)
    whole = np.stack(list(adapter.run(job, RecordingContext(tmp_path)).frames))
    # Moving to the processor's own memory and back: the same hooks as on an accelerator.
    assert adapter._ladder._one_layer()
    adapter._prompts.forget()
    again = np.stack(list(adapter.run(job, RecordingContext(tmp_path)).frames))
    assert np.array_equal(whole, again)


def test_on_a_processor_tiles_are_the_last_rung(tmp_path: Path) -> None:
    adapter = loaded("wan", tmp_path)
    if not devices():
        assert adapter.economise() and not adapter.economise()
    still = loaded("stable-video", tmp_path)
    if not devices():
        assert not still.economise()


def test_the_reason_for_the_device_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert torch.__version__ in why_this_device()
    monkeypatch.setattr(torch.accelerator, "current_accelerator", lambda check_available=False: None)
    assert devices() == [] and "processors only" in why_this_device()
    monkeypatch.setattr(torch.accelerator, "current_accelerator", lambda: torch.device("cuda"))
    monkeypatch.setattr(torch.accelerator, "is_available", lambda: False)
    assert "made for CUDA, and its driver shows no device" in why_this_device()
    monkeypatch.setattr(torch.version, "hip", "6.4")
    assert "made for ROCm" in why_this_device()
    assert [system_of(kind) for kind in ("cuda", "xpu", "mps", "cpu")] == [
        "ROCm",
        "XPU",
        "Metal",
        "processor",
    ]
