"""Rules as data: from one list come the expressions, the explanations and the documents."""

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import polars as pl

Operand = bool | int | float | str | tuple[str, ...]


@dataclass(frozen=True)
class Test:
    """A way to compare: its words, and its expression over a column and a value."""

    words: str
    expr: Callable[[pl.Expr, Any], pl.Expr]


TESTS = {
    "<": Test("below", operator.lt),
    "<=": Test("at most", operator.le),
    ">": Test("above", operator.gt),
    ">=": Test("at least", operator.ge),
    "is": Test("is", operator.eq),
    "is not": Test("is not", lambda column, value: column.ne_missing(pl.lit(value))),
    "in": Test("is one of", lambda column, values: column.is_in(list(values))),
    "not in": Test(
        "is none of", lambda column, values: ~column.is_in(list(values)).fill_null(False)
    ),
    "known": Test("is known", lambda column, _: column.is_not_null()),
    "unknown": Test("is not known", lambda column, _: column.is_null()),
}
"""An unknown fact meets only `unknown`, `is not` and `not in`."""


@dataclass(frozen=True)
class Condition:
    """One comparison of a fact with a value; `test` is a key of `TESTS`."""

    fact: str
    test: str
    value: Operand = ""

    def expr(self) -> pl.Expr:
        """Return the comparison over the column of that fact; null where the fact is unknown."""
        return TESTS[self.test].expr(pl.col(self.fact), self.value)

    def described(self) -> dict[str, Any]:
        """Return the condition as JSON, with its words."""
        value = list(self.value) if isinstance(self.value, tuple) else self.value
        return {"fact": self.fact, "test": self.test, "value": value, "words": self.words()}

    def words(self) -> str:
        """Say it, as `days since commit at most 30`."""
        said = f"{self.fact.replace('_', ' ')} {TESTS[self.test].words}"
        return said if self.test in ("known", "unknown") else f"{said} {_shown(self.value)}"


def _shown(value: Operand) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case tuple():
            return ", ".join(value)
        case int():
            return f"{value:,}"
        case float():
            return f"{value:g}"
        case _:
            return value


@dataclass(frozen=True)
class Rule:
    """All conditions together give `value`; `because` is the sentence a reader sees."""

    value: str
    because: str
    when: tuple[Condition, ...] = ()

    def expr(self) -> pl.Expr:
        """Return the conjunction; a rule without conditions always fires."""
        return reduce(operator.and_, (condition.expr() for condition in self.when), pl.lit(True))

    def described(self) -> dict[str, Any]:
        """Return the rule as JSON."""
        return {
            "value": self.value,
            "because": self.because,
            "when": [condition.described() for condition in self.when],
        }


def first_true(tests: Sequence[pl.Expr], otherwise: int) -> pl.Expr:
    """Return the number, from 1, of the first expression that is true; null counts as false."""
    chain: Any = pl
    for number, test in enumerate(tests, start=1):
        chain = chain.when(test).then(pl.lit(number, dtype=pl.UInt8))
    last: pl.Expr = chain.otherwise(pl.lit(otherwise, dtype=pl.UInt8))
    return last


@dataclass(frozen=True)
class Label:
    """An ordered list of numbered rules: the first that fires gives the value.

    The last rule has no conditions, so that every package has a value or is told why not.
    """

    name: str
    title: str
    meaning: str
    rules: tuple[Rule, ...]

    @property
    def rule_column(self) -> str:
        """Column with the number of the rule that fired, counted from 1."""
        return f"{self.name}_rule"

    @property
    def values(self) -> list[str]:
        """Its values, each once, in the order of the rules."""
        return list(dict.fromkeys(rule.value for rule in self.rules))

    def number(self) -> pl.Expr:
        """Return the number of the first rule that fires."""
        tests = [rule.expr() for rule in self.rules[:-1]]
        return first_true(tests, otherwise=len(self.rules)).alias(self.rule_column)

    def value(self) -> pl.Expr:
        """Return the value from the column of rule numbers."""
        kind = pl.Enum(self.values)
        values = pl.Series([rule.value for rule in self.rules], dtype=kind)
        return self.looked_up(values).alias(self.name)

    def looked_up(self, by_rule: pl.Series) -> pl.Expr:
        """Return the entry of `by_rule` (one for each rule) for the rule that fired."""
        numbers = list(range(1, len(self.rules) + 1))
        return pl.col(self.rule_column).replace_strict(numbers, by_rule, return_dtype=by_rule.dtype)

    def described(self) -> dict[str, Any]:
        """Return the label as JSON; a rule's id is `label.number`."""
        rules = [
            {"number": number, "id": f"{self.name}.{number}", **rule.described()}
            for number, rule in enumerate(self.rules, start=1)
        ]
        return {
            "name": self.name,
            "title": self.title,
            "meaning": self.meaning,
            "values": self.values,
            "rules": rules,
        }
