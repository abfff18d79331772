"""The cache keeps to its limit and drops what was not used for the longest."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from studio.media.frame_cache import FrameCache


def test_the_oldest_goes_first_and_use_makes_young() -> None:
    cache: FrameCache[str] = FrameCache(30)
    for frame in range(3):
        cache.put("film", frame, f"picture {frame}", 10)
    assert cache.get("film", 0) == "picture 0"
    cache.put("film", 3, "picture 3", 10)
    assert cache.get("film", 1) is None
    assert [cache.get("film", frame) for frame in (0, 2, 3)] == ["picture 0", "picture 2", "picture 3"]


def test_keys_are_kept_apart_and_clear_empties() -> None:
    cache: FrameCache[str] = FrameCache(100)
    cache.put("small", 1, "s", 10)
    cache.put("large", 1, "l", 40)
    assert (cache.get("small", 1), cache.get("large", 1)) == ("s", "l")
    cache.clear()
    assert cache.get("small", 1) is None
    assert cache.size_bytes == len(cache) == 0


def test_what_is_larger_than_all_is_not_kept_and_drives_nothing_out() -> None:
    cache: FrameCache[str] = FrameCache(20)
    cache.put("film", 0, "a", 15)
    cache.put("film", 1, "b", 21)
    assert cache.get("film", 0) == "a"
    assert cache.get("film", 1) is None


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 40))))
def test_the_limit_holds_whatever_is_put(puts: list[tuple[int, int]]) -> None:
    cache: FrameCache[int] = FrameCache(100)
    for frame, size in puts:
        cache.put("film", frame, size, size)
        assert cache.size_bytes <= 100
    assert cache.size_bytes == sum(cache.get("film", frame) or 0 for frame in range(10))
