"""The whole read model as CSV, JSON lines or Parquet, in flat memory.

It is read in stretches, each a short statement: a reader that takes its time holds no lock that
would keep a new generation from being swapped in. When that happens meanwhile, the export breaks
off, so that nobody gets half of each.
"""

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
from starlette_compress import add_compress_type

from api.database import QUERIES, Connection, Database, Publication

STRETCH = 4000
"""Package numbers a statement."""
ROW_GROUP_STRETCHES = 25
"""Stretches in one row group of Parquet."""
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
}
for _compressible in ("text/csv", "application/x-ndjson"):
    add_compress_type(_compressible)
TEXT, WHOLE, REAL, FLAG = pa.string(), pa.int64(), pa.float32(), pa.bool_()
SCHEMA = pa.schema(
    [
        ("name", TEXT),
        ("display_name", TEXT),
        ("summary", TEXT),
        ("version", TEXT),
        ("released", pa.date32()),
        ("first_release", pa.date32()),
        ("requires_python", TEXT),
        ("license", TEXT),
        ("project_status", TEXT),
        ("stale", FLAG),
        *((column, WHOLE) for column in ("last_day", "last_week", "last_month", "total")),
        *(
            (column, WHOLE)
            for column in ("all_last_day", "all_last_week", "all_last_month", "all_total")
        ),
        ("first_day", pa.date32()),
        ("rank", WHOLE),
        ("health", REAL),
        ("health_confidence", REAL),
        ("momentum", REAL),
        ("week_over_week", REAL),
        ("enough_data", FLAG),
        ("maintenance", TEXT),
        ("category", TEXT),
        ("python_support", TEXT),
        ("license_class", TEXT),
        ("cadence", TEXT),
        ("contributor_risk", TEXT),
        ("engagement", REAL),
        ("insights", TEXT),
        ("repository", TEXT),
        ("stars", WHOLE),
        ("forks", WHOLE),
        ("open_issues", WHOLE),
        ("topics", TEXT),
        ("last_commit", TEXT),
        ("archived", FLAG),
        ("dependents", WHOLE),
        ("security_status", TEXT),
        ("last_push", TEXT),
    ]
)
"""Columns of every export, in order."""
READ = pacsv.ConvertOptions(
    column_types=SCHEMA,
    true_values=["t"],
    false_values=["f"],
    null_values=[""],
    strings_can_be_null=True,
    quoted_strings_can_be_null=False,
)


RUNS = r"^[-=+@\t\r\n＝＋－＠]"
"""How a cell begins that a spreadsheet would run as a formula, also in letters of full width."""


class ExportBrokenError(Exception):
    """A new generation was published while an export was under way."""


class Export:
    """One export; `begin` it, then iterate over `chunks`."""

    def __init__(self, database: Database, form: str) -> None:
        self._database = database
        self._form = form
        self.publication: Publication | None = None
        self._last = 0

    async def begin(self) -> Publication:
        """Learn what is to be exported; raises `UnavailableError`."""

        async def last_id(connection: Connection, _: Publication) -> int:
            return await QUERIES.last_id(connection) or 0

        self.publication, self._last = await self._database.read(last_id)
        return self.publication

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the bytes."""
        if self._form == "parquet":
            async for chunk in self._parquet():
                yield chunk
            return
        if self._form == "csv":
            yield (",".join(SCHEMA.names) + "\n").encode()
        copy = _copy_sheet if self._form == "csv" else _copy_json
        async for stretch in self._stretches(copy):
            yield stretch

    async def _stretches(
        self, copy: Callable[[Connection, str], Awaitable[bytes]]
    ) -> AsyncIterator[bytes]:
        template: str = QUERIES.export_rows.sql.rstrip().rstrip(";")
        for first in range(0, self._last + 1, STRETCH):
            statement = template.format(first=first, beyond=first + STRETCH)

            async def one(connection: Connection, _: Publication, sql: str = statement) -> bytes:
                return await copy(connection, sql)

            publication, body = await self._database.read(one)
            if publication is not self.publication:
                raise ExportBrokenError
            if body:
                yield body

    async def _parquet(self) -> AsyncIterator[bytes]:
        sink = _Sink()
        metadata = {
            "data_through": str(self.publication and self.publication.data_through),
            "generation": str(self.publication and self.publication.generation),
        }
        schema = SCHEMA.with_metadata(metadata)
        writer = pq.ParquetWriter(sink, schema, compression="zstd")
        waiting: list[bytes] = []
        async for stretch in self._stretches(_copy_csv):
            waiting.append(stretch)
            if len(waiting) == ROW_GROUP_STRETCHES:
                await asyncio.to_thread(_write_group, writer, waiting)
                waiting = []
                yield sink.take()
        if waiting:
            await asyncio.to_thread(_write_group, writer, waiting)
        await asyncio.to_thread(writer.close)
        yield sink.take()


async def _copy_csv(connection: Connection, statement: str) -> bytes:
    """Have PostgreSQL write a stretch as CSV."""
    sink = io.BytesIO()
    await connection.copy_from_query(statement, output=sink, format="csv")
    return sink.getvalue()


async def _copy_sheet(connection: Connection, statement: str) -> bytes:
    """Have PostgreSQL write a stretch as CSV that may be opened in a spreadsheet."""
    columns = ", ".join(_harmless(field) for field in SCHEMA)
    return await _copy_csv(connection, f"select {columns} from ({statement}) each")


def _harmless(field: pa.Field) -> str:
    """Return a column's SQL: an apostrophe before text that would run; numbers stay numbers."""
    name: str = field.name
    if field.type != TEXT:
        return name
    return f"case when {name} ~ '{RUNS}' then '''' || {name} else {name} end as {name}"


async def _copy_json(connection: Connection, statement: str) -> bytes:
    """Have PostgreSQL write a stretch as JSON, one package a line."""
    rows = await connection.fetch(f"select row_to_json(each)::text as line from ({statement}) each")
    return b"".join(row["line"].encode() + b"\n" for row in rows)


def _write_group(writer: Any, stretches: list[bytes]) -> None:
    table = pacsv.read_csv(
        io.BytesIO(b"".join(stretches)),
        read_options=pacsv.ReadOptions(column_names=SCHEMA.names),
        parse_options=pacsv.ParseOptions(newlines_in_values=True),
        convert_options=READ,
    )
    writer.write_table(table, row_group_size=len(table) or None)


class _Sink(io.RawIOBase):
    """A file that only grows: what was taken is forgotten, the position goes on."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._position = 0

    def writable(self) -> bool:
        return True

    def write(self, part: Any) -> int:
        self._parts.append(bytes(part))
        self._position += len(self._parts[-1])
        return len(self._parts[-1])

    def tell(self) -> int:
        return self._position

    def take(self) -> bytes:
        """Return what was written since the last time."""
        taken = b"".join(self._parts)
        self._parts.clear()
        return taken
