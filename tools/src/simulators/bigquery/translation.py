"""BigQuery's SQL in DuckDB's terms, weighed by how many downloads a row stands for, and priced."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

TABLE = "file_downloads"
WEIGHT = "represented"

BYTES_OF_TYPE = {"timestamp": 8, "boolean": 1, "string": "2 + strlen({})"}
"""What BigQuery counts for a value of each type; null has none."""

COLUMNS = {
    "timestamp": "timestamp",
    "details.ci": "boolean",
    **dict.fromkeys(
        ("country_code", "url", "project", "file.filename", "file.project", "file.version",
         "file.type", "details.installer.name", "details.installer.version",
         "details.installer.subcommand", "details.python", "details.implementation.name",
         "details.implementation.version", "details.distro.name", "details.distro.version",
         "details.distro.id", "details.distro.libc.lib", "details.distro.libc.version",
         "details.system.name", "details.system.release", "details.cpu",
         "details.openssl_version", "details.setuptools_version", "details.rustc_version",
         "tls_protocol", "tls_cipher"),
        "string",
    ),
}  # fmt: skip
"""The table's columns by path, each with its type."""


class QueryError(Exception):
    """A query that BigQuery would refuse; carries its reason."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True)
class Translated:
    """A query for DuckDB, and one that prices it."""

    sql: str
    price_sql: str
    """Gives the bytes of the columns named, in all rows of the partitions read."""
    parameters: dict[str, Any]

    def used_by(self, sql: str) -> dict[str, Any]:
        """The parameters that a statement names: DuckDB refuses others."""
        named = set(re.findall(r"\$(\w+)", sql))
        return {name: value for name, value in self.parameters.items() if name in named}


def translate(sql: str, parameters: dict[str, Any], hidden: str = "") -> Translated:
    """Translate a query over the public table; QueryError where it is none.

    `hidden` is a condition on `timestamp` in DuckDB's terms that rows must meet to be there.
    """
    try:
        tree = sqlglot.parse_one(sql, read="bigquery")
    except SqlglotError as error:
        raise QueryError("invalidQuery", f"Syntax error: {error}") from error
    _check_tables(tree)
    scans = [select for select in tree.find_all(exp.Select) if _scans(select)]
    prices = [_price(select, hidden) for select in scans]
    for select in scans:
        _weigh(select)
        _hide(select, hidden)
    return Translated(tree.sql(dialect="duckdb"), f"SELECT {' + '.join(prices) or '0'}", parameters)


def hidden_days(freeze: date | None, hide: date | None) -> str:
    """The condition under which newer days, or one day, are not there."""
    conditions = []
    if freeze:
        conditions.append(f"timestamp::DATE <= DATE '{freeze}'")
    if hide:
        conditions.append(f"timestamp::DATE != DATE '{hide}'")
    return " AND ".join(conditions)


def _check_tables(tree: exp.Expr) -> None:
    """Only the public table is there; it may be named in full."""
    own = {each.alias for each in tree.find_all(exp.CTE)}
    for table in tree.find_all(exp.Table):
        if table.name == TABLE:
            table.set("db", None)
            table.set("catalog", None)
        elif table.name and table.name not in own:
            raise QueryError("notFound", f"Not found: Table {table.sql(dialect='bigquery')}")


def _scans(select: exp.Select) -> bool:
    source = select.args.get("from_")
    return source is not None and source.this.name == TABLE


def _weigh(select: exp.Select) -> None:
    """Count downloads where the query counts rows."""
    weight = exp.column(WEIGHT)
    for call in list(select.find_all(exp.Count, exp.CountIf, exp.Sum)):
        if isinstance(call.this, exp.Distinct):
            continue
        call.replace(exp.cast(exp.func("SUM", _weighed(call, weight)), "BIGINT", dialect="duckdb"))


def _weighed(call: exp.Expr, weight: exp.Expr) -> exp.Expr:
    argument = call.this
    if isinstance(call, exp.Sum):
        return exp.paren(argument) * weight
    if isinstance(call, exp.Count) and isinstance(argument, exp.Star):
        return weight
    counted = argument if isinstance(call, exp.CountIf) else argument.is_(exp.null()).not_()
    return exp.case().when(counted, weight).else_("0")


def _hide(select: exp.Select, hidden: str) -> None:
    if hidden:
        select.where(hidden, dialect="duckdb", copy=False)


def _price(select: exp.Select, hidden: str) -> str:
    """A scalar query for the bytes of one scan."""
    alias = select.args["from_"].this.alias
    sizes = [_size(path) for path in sorted(_named_columns(select, alias))]
    partitions = " AND ".join(
        [*_partition_conditions(select, alias), *([hidden] if hidden else [])]
    )
    return (
        f"(SELECT coalesce(sum({WEIGHT} * ({' + '.join(sizes) or '0'})), 0) FROM {TABLE} "
        f"WHERE timestamp::DATE IN (SELECT DISTINCT timestamp::DATE FROM {TABLE} "
        f"WHERE {partitions or 'true'}))"
    )


def _size(path: str) -> str:
    size = str(BYTES_OF_TYPE[COLUMNS[path]]).format(path)
    return f"CASE WHEN {path} IS NULL THEN 0 ELSE {size} END"


def _named_columns(select: exp.Select, alias: str) -> set[str]:
    """The leaves of every column that a scan names; a record names all below it."""
    if any(isinstance(each, exp.Star) for each in select.expressions):
        return set(COLUMNS)
    named: set[str] = set()
    for column in select.find_all(exp.Column):
        path = _path(column, alias)
        named |= {leaf for leaf in COLUMNS if f"{leaf}.".startswith(f"{path}.")}
    return named


def _path(column: exp.Column, alias: str) -> str:
    whole: exp.Expr = column
    while isinstance(whole.parent, exp.Dot):
        whole = whole.parent
    path = whole.sql(dialect="duckdb").replace('"', "")
    return path.removeprefix(f"{alias}.") if alias else path


def _partition_conditions(select: exp.Select, alias: str) -> list[str]:
    """The conditions that BigQuery prunes partitions by: those on `timestamp` alone."""
    where = select.args.get("where")
    if where is None:
        return []
    parts = where.this.flatten() if isinstance(where.this, exp.And) else [where.this]
    return [
        part.sql(dialect="duckdb").replace(f"{alias}.timestamp", "timestamp")
        for part in parts
        if {_path(column, alias) for column in part.find_all(exp.Column)} == {"timestamp"}
    ]
