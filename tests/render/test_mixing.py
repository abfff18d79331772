"""A drawing over its frame: as much as asked, where asked, and in whose colours."""

from __future__ import annotations

import numpy as np
import pytest

from studio.render.mixing import mixed
from tests.render.pictures import texture

FRAME = texture(20, 30)
DRAWN = np.full((20, 30, 3), (0.9, 0.5, 0.1), np.float32)


def test_none_and_all_of_it() -> None:
    assert np.array_equal(mixed(FRAME, DRAWN, 0.0), FRAME)
    assert np.array_equal(mixed(FRAME, DRAWN, 1.0), (DRAWN * 255 + 0.5).astype(np.uint8))
    assert np.array_equal(mixed(FRAME, DRAWN, 7.0), mixed(FRAME, DRAWN, 1.0))


def test_a_region_says_where() -> None:
    share = np.zeros((20, 30), np.float32)
    share[:, 15:] = 1
    result = mixed(FRAME, DRAWN, share)
    assert np.array_equal(result[:, :15], FRAME[:, :15])
    assert np.array_equal(result[:, 15:], mixed(FRAME, DRAWN, 1.0)[:, 15:])


@pytest.mark.parametrize("share", [0.25, 0.75])
def test_kept_colours_leave_the_lightness(share: float) -> None:
    grey = np.full((20, 30, 3), 90, np.uint8)
    result = mixed(grey, DRAWN, 1.0, keep_colours=1.0).astype(float)
    assert np.ptp(result, axis=2).max() <= 1
    assert result.mean() == pytest.approx(255 * (0.299 * 0.9 + 0.587 * 0.5 + 0.114 * 0.1), abs=1)
    partly = mixed(grey, DRAWN, 1.0, keep_colours=share).astype(float)
    assert np.ptp(partly, axis=2).mean() == pytest.approx((1 - share) * 0.8 * 255, abs=2)
