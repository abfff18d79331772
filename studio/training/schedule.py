"""The learning rate over a run."""

from __future__ import annotations

import math

WARM_UP_STEPS = 100
FLOOR = 0.02  # last learning rate, as a share of the peak


def learning_rate(peak: float, step: int, steps: int) -> float:
    """Linear warm-up to `peak`, then a half cosine down to FLOOR · peak at the last step."""
    warm = min(1.0, (step + 1) / WARM_UP_STEPS)
    share = min(1.0, step / max(1, steps))
    return peak * warm * (FLOOR + (1 - FLOOR) * 0.5 * (1 + math.cos(math.pi * share)))
