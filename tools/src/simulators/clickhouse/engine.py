"""The embedded engine: one process, one folder, one handle for each query."""

import re
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import chdb

from simulators.clickhouse.load import (
    DATABASE,
    fill,
    keep_unmerged,
    mark_loaded,
    prepare_folder,
    tables,
)
from simulators.clickhouse.query import Query
from simulators.dataset import Dataset

STREAMED_FORMATS = frozenset(
    {"Native", "TabSeparated", "TSV", "TabSeparatedWithNames", "TabSeparatedWithNamesAndTypes",
     "CSV", "RowBinary", "JSONEachRow"}
)  # fmt: skip
"""Formats whose output may be cut between blocks; the others are made whole."""


class Engine:
    """The public database, filled from a data set and kept in a folder."""

    def __init__(self, folder: Path, dataset: Dataset) -> None:
        must_fill = prepare_folder(folder, dataset)
        self._path = str(folder / "engine")
        self._root = chdb.connect(self._path)
        self._tables = tables(dataset)
        if must_fill:
            fill(self._root.query, dataset)
            mark_loaded(folder, dataset)
        else:
            for table in self._tables:
                keep_unmerged(self._root.query, table)

    def __enter__(self) -> Self:
        """Nothing more to do: the constructor opened it."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the engine, so that another process may open the folder."""
        self._root.close()

    def run(self, query: Query) -> Iterator[bytes]:
        """The answer in pieces; the engine's own error where it refuses or fails."""
        handle = chdb.connect(self._path)
        try:
            self._apply(handle, query)
            yield from _streamed(handle, query) if _streams(query) else _whole(handle, query)
        finally:
            handle.close()

    def cancel(self, query: Query) -> None:
        """Stop a query that nobody waits for any more; one that has ended is left alone."""
        handle = chdb.connect(self._path)
        try:
            handle.query(f"KILL QUERY WHERE query LIKE '%/* {query.mark} */' ASYNC")
        finally:
            handle.close()

    def _apply(self, handle: Any, query: Query) -> None:
        """Parameters and hidden days first, then the user's limits, in the order that admits them.

        A user of level 1 may not change settings, so theirs come last and meet the engine's own
        refusal; one of level 2 may, so theirs come first.
        """
        if query.database:
            handle.query(f"USE {_identifier(query.database)}")
        _set(handle, {f"param_{name}": value for name, value in query.parameters.items()})
        if query.hidden_days:
            filters = {f"{DATABASE}.{table.name}": query.hidden_days for table in self._tables}
            handle.query(f"SET additional_table_filters = {_map(filters)}")
        if query.readonly == 1:
            handle.query("SET readonly = 1")
            _set(handle, query.settings)
        else:
            _set(handle, query.settings)
            handle.query(f"SET readonly = {query.readonly}")


def _streams(query: Query) -> bool:
    return query.selects and query.format in STREAMED_FORMATS


def _streamed(handle: Any, query: Query) -> Iterator[bytes]:
    with handle.send_query(query.marked_sql, query.format) as chunks:
        for chunk in chunks:
            yield chunk.bytes()


def _whole(handle: Any, query: Query) -> Iterator[bytes]:
    yield handle.query(query.marked_sql, query.format).bytes()


def _set(handle: Any, settings: dict[str, str]) -> None:
    if settings:
        handle.query(
            "SET " + ", ".join(f"{_identifier(k)} = {_quoted(v)}" for k, v in settings.items())
        )


def _map(values: dict[str, str]) -> str:
    inner = ", ".join(f"{_quoted(key)}: {_quoted(value)}" for key, value in values.items())
    return f"{{{inner}}}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _identifier(text: str) -> str:
    if not re.fullmatch(r"\w+", text):
        raise ValueError(f"Code: 62. DB::Exception: {text!r} is no name. (SYNTAX_ERROR)")
    return f"`{text}`"
