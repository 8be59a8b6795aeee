"""Sorting on the disk: the order is that of a sort in memory, and the memory is bounded."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import sorting
from kg.sorting import Kept, Sorter, gathered


def whole(word: bytes) -> bytes:
    return word


def grouped(lines: list[bytes]) -> list[list[bytes]]:
    words = sorted({line.split(b" ")[0] for line in lines})
    return [sorted(line for line in lines if line.split(b" ")[0] == word) for word in words]


_lines = st.lists(
    st.builds(
        lambda word, rest: f"{word} {rest}\n".encode(),
        st.one_of(st.text("ab<>", min_size=1, max_size=3), st.text("临江\x85\u2028", min_size=1, max_size=2)),
        st.text("ab 临\r\x0b\x85\u2028", max_size=5),
    ),
    max_size=60,
)


@given(_lines, st.integers(1, 2000), st.integers(1, 10))
def test_groups_come_in_order_whatever_the_room(lines: list[bytes], room: int, at_once: int) -> None:
    with Sorter(whole, room) as sorter:
        for start in range(0, len(lines), at_once):
            sorter.add(b"".join(lines[start : start + at_once]))
        groups = [sorted(group.split(b"\n")[:-1]) for group in sorter.groups()]
    assert [[line + b"\n" for line in group] for group in groups] == grouped(lines)


def test_many_runs_become_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sorting, "_FAN", 3)
    lines = [b"%d x\n" % (number * 7 % 50) for number in range(100)]
    with Sorter(whole, 1) as sorter:
        for line in lines:
            sorter.add(line)
        assert [len(runs) for runs in sorter._levels] == [1, 0, 2, 0, 1]  # 100 in base 3 from its end
        assert [sorted(group.splitlines(keepends=True)) for group in sorter.groups()] == grouped(lines)


def test_the_memory_is_bounded() -> None:
    lines = b"".join(b"%08d %s\n" % (number * 7919 % 100_000, b"x" * 200) for number in range(1000))
    tracemalloc.start()
    try:
        with Sorter(whole, 1 << 20) as sorter:
            for _ in range(100):  # 21 MB
                sorter.add(lines)
            assert sum(len(group) for group in sorter.groups()) == 100 * len(lines)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8 << 20


def test_what_is_kept_is_read_twice_and_by_lines() -> None:
    parts = [b"a\n" * 100_000, b"b" * 100_000, b"\n"]
    with Kept(parts) as kept:
        kept.write(b"c\n")
        expected = b"".join([*parts, b"c\n"])
        assert b"".join(kept.pieces()) == b"".join(kept.pieces()) == expected
        assert b"".join(kept.lines()) == expected
        assert all(piece.endswith(b"\n") for piece in kept.lines())


def test_small_chunks_are_gathered() -> None:
    chunks = list(gathered([b"x" * 1000] * 1000))
    assert b"".join(chunks) == b"x" * 1_000_000
    assert [len(chunk) >= sorting.PIECE for chunk in chunks] == [True] * (len(chunks) - 1) + [False]
    assert max(map(len, chunks)) < sorting.PIECE + 1000
