"""The evaluator of pictures and its development clips, which lie beside the checkout and not in it."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

SHARED = Path(__file__).parent.parent.parent.parent / "shared"


def load_evaluator(what: str) -> Any | None:
    """The evaluator as a module; None, with a line that says so for `what`, where it is absent."""
    path = SHARED / "evaluate.py"
    if not path.is_file() or not (SHARED / "media" / "manifest.json").is_file():
        print(f"{what}: not measured, there are no development clips in {SHARED}")
        return None
    spec = importlib.util.spec_from_file_location("evaluate", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
