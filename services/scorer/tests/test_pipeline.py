"""Work side by side gives what it gives one after another, and fails as one."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from scorer.postgres.pipeline import side_by_side


async def numbers(count: int) -> AsyncIterator[int]:
    for number in range(count):
        yield number


async def test_results_keep_the_order_of_the_parts_and_no_more_run_at_once_than_the_limit() -> None:
    busy = most = 0

    async def work(number: int) -> int:
        nonlocal busy, most
        busy += 1
        most = max(most, busy)
        await asyncio.sleep(0.003 if number % 2 else 0.001)
        busy -= 1
        return number * number

    assert await side_by_side(numbers(9), work, limit=3) == [n * n for n in range(9)]
    assert most == 3


async def test_the_first_failure_is_raised_as_it_was_and_ends_the_rest() -> None:
    finished: list[int] = []

    async def work(number: int) -> None:
        if number == 1:
            raise ValueError("part 1")
        await asyncio.sleep(0.001 if number == 0 else 5)
        finished.append(number)

    with pytest.raises(ValueError, match="part 1"):
        await asyncio.wait_for(side_by_side(numbers(5), work), timeout=2)
    assert finished in ([], [0])
