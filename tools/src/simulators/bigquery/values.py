"""Values as BigQuery's REST protocol writes and reads them: everything is a string."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from simulators.bigquery.translation import QueryError

Field = dict[str, Any]

TYPES = {
    "boolean": "BOOLEAN", "date": "DATE", "double": "FLOAT", "float": "FLOAT",
    "decimal": "FLOAT",
    "timestamp": "TIMESTAMP", "timestamp with time zone": "TIMESTAMP", "struct": "RECORD",
    "list": "RECORD",
    **dict.fromkeys(
        ("tinyint", "smallint", "integer", "bigint", "hugeint", "uinteger", "ubigint"), "INTEGER"
    ),
}  # fmt: skip
OTHER_TYPE = "STRING"
MICROSECONDS = 1_000_000


def field_of(name: str, kind: Any) -> Field:
    """The schema of a column, from DuckDB's type."""
    if kind.id == "list":
        return {**field_of(name, kind.children[0][1]), "mode": "REPEATED"}
    field: Field = {"name": name, "type": TYPES.get(kind.id, OTHER_TYPE), "mode": "NULLABLE"}
    if kind.id == "struct":
        field["fields"] = [field_of(child, below) for child, below in kind.children]
    return field


def row_of(values: tuple[Any, ...], int64_timestamps: bool) -> dict[str, Any]:
    """A row: `{"f": [{"v": ...}, ...]}`."""
    return {"f": [{"v": value_of(value, int64_timestamps)} for value in values]}


def value_of(value: Any, int64_timestamps: bool) -> Any:
    """One value, nested ones inside out."""
    match value:
        case None:
            return None
        case bool():
            return str(value).lower()
        case datetime():
            return _timestamp(value, int64_timestamps)
        case list():
            return [{"v": value_of(each, int64_timestamps)} for each in value]
        case dict():
            return row_of(tuple(value.values()), int64_timestamps)
    return str(value)


def parameters_of(given: list[dict[str, Any]]) -> dict[str, Any]:
    """Named query parameters as Python values; QueryError for what cannot be read."""
    try:
        return {
            str(each["name"]): _read(each["parameterType"], each["parameterValue"])
            for each in given
        }
    except (KeyError, ValueError) as error:
        raise QueryError("invalidQuery", f"Invalid query parameter: {error}") from error


def _read(kind: dict[str, Any], value: dict[str, Any]) -> Any:
    if kind["type"] == "ARRAY":
        return [_read(kind["arrayType"], each) for each in value.get("arrayValues", [])]
    text = value.get("value")
    if text is None:
        return None
    readers: dict[str, Callable[[str], Any]] = {
        "INT64": int,
        "FLOAT64": float,
        "BOOL": lambda told: told.lower() == "true",
        "DATE": date.fromisoformat,
        "TIMESTAMP": _read_timestamp,
    }
    return readers.get(kind["type"], str)(text)


def _read_timestamp(text: str) -> datetime:
    """In UTC and without a zone, as the table holds them."""
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _timestamp(value: datetime, int64_timestamps: bool) -> str:
    seconds = value.replace(tzinfo=value.tzinfo or UTC).timestamp()
    return str(round(seconds * MICROSECONDS)) if int64_timestamps else repr(seconds)
