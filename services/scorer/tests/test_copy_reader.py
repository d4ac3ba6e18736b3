"""Rows read in parts: none may be cut in two, lost or doubled, wherever the parts end."""

import csv
import io
from typing import Any

import asyncpg
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorer.postgres import copy_reader

TEXT = st.text(alphabet='ab,"\n', max_size=6)


@given(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=8), st.integers(0, 80))
def test_a_part_ends_with_a_whole_row(rows: list[tuple[str, str]], length: int) -> None:
    text = pl.DataFrame(rows, schema=["a", "b"], orient="row").write_csv(include_header=False)
    part = text.encode()[:length]
    end = copy_reader.whole_rows(part)
    read = list(csv.reader(io.StringIO(part[:end].decode(), newline="")))
    assert read == [list(row) for row in rows[: len(read)]]


async def test_rows_come_whole_and_in_order_however_small_the_parts(
    pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copy_reader, "PART_BYTES", 1_000)
    sql = "select n, E'two\\nlines' as text from generate_series(1, 50000) as n order by n;"
    seen: list[int] = []

    def work(part: pl.DataFrame) -> pl.DataFrame:
        seen.append(len(part))
        return part

    rows: Any = pl.concat(await copy_reader.in_parts(pool, sql, work))
    assert rows["n"].cast(int).to_list() == list(range(1, 50_001))
    assert set(rows["text"]) == {"two\nlines"}
    assert len(seen) > 1


async def test_no_rows_are_one_empty_part(pool: asyncpg.Pool) -> None:
    (part,) = await copy_reader.in_parts(pool, "select 1 as n where false", lambda part: part)
    assert part.columns == ["n"]
    assert part.is_empty()
