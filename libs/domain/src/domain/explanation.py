"""From a score's record and the scoring's definitions to an explanation a reader understands.

The scorer stores the definitions once and a record of about a hundred bytes for each package;
who answers readers needs nothing else, and knows no rule itself.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from domain.score_record import Record, unpack

Document = dict[str, Any]
Dates = Mapping[str, Any]
"""When each source (`pypi`, `github`, `downloads`, `security`) was last observed."""

WORTH_TELLING = 0.5
"""Points below which nothing is said about how to gain them."""
DIGITS = 6
"""What single precision carries."""


def explain(
    definitions: Document,
    record: bytes,
    observed: Dates | None = None,
    topics: Sequence[str] = (),
) -> Document:
    """Return the health score, engagement, labels, measures and ranks of one package, explained.

    Points add up to the score before adjustments; an unknown part has none and is left out of
    the sum. `observed` dates the inputs by their source. `topics` are the package's own, in the
    order in which they were scored: the record knows only their places.
    """
    unpacked = unpack(definitions["record"], record)
    return _Explainer(definitions, unpacked, observed or {}).document() | {
        "ranks": ranks(definitions, unpacked, topics)
    }


def admission(definitions: Document, record: bytes, name: str) -> Document | None:
    """Return the rule of an insight list that admits a package and the numbers it met, or None."""
    insight = next(each for each in definitions["insights"] if each["name"] == name)
    explainer = _Explainer(definitions, unpack(definitions["record"], record), {})
    return explainer.insight(insight) if explainer.record.rules.get(name) else None


def ranks(definitions: Document, record: Record, topics: Sequence[str]) -> Document:
    """Return a package's ranks and percentiles among all packages and within its best topics."""
    rankings = definitions.get("rankings", {})
    names = [each["name"] for each in rankings.get("measures", [])]
    placed = [
        (int(place), f"topic_{k}_")
        for k in range(rankings.get("topics", 0))
        if (place := record.values.get(f"topic_{k}")) is not None
    ]
    return {
        "all": _standing(record, names, ""),
        "topics": [
            {"topic": topics[place], "ranks": _standing(record, names, prefix)}
            for place, prefix in placed
            if place < len(topics)
        ],
    }


def _standing(record: Record, names: Sequence[str], prefix: str) -> list[Document]:
    return [
        {
            "name": name,
            "rank": int(record.values[f"{prefix}{name}_rank"]),
            "percentile": _rounded(record.values[f"{prefix}{name}_percentile"], 2),
        }
        for name in names
        if f"{prefix}{name}_rank" in record.values
    ]


class _Explainer:
    def __init__(self, definitions: Document, record: Record, observed: Dates) -> None:
        self.definitions = definitions
        self.record = record
        self.observed = observed
        self.facts = {fact["name"]: fact for fact in definitions["facts"]}

    def document(self) -> Document:
        aside = {each["name"] for each in self.definitions["health"]["adjustments"]}
        labels = [each for each in self.definitions["labels"] if each["name"] not in aside]
        return {
            "health": self.health(),
            "engagement": self.engagement(),
            "labels": [self.label(each) for each in labels],
            "measures": [self.measure(each) for each in self.definitions["measures"]],
            "insights": [
                self.insight(each)
                for each in self.definitions["insights"]
                if self.record.rules.get(each["name"])
            ],
        }

    def health(self) -> Document:
        health = self.definitions["health"]
        known, before = self.weighed(health)
        score, changes = self.adjusted(health["adjustments"], before)
        share = known / sum(part["weight"] for part in health["parts"])
        return {
            "score": _rounded(score, 1),
            "before": _rounded(before, 1),
            "confidence": _word(health["confidence"], share),
            "known": _rounded(share, 2),
            "rules_version": self.definitions["rules_version"],
            "parts": self.parts(health, known, before),
            "multipliers": changes,
        }

    def engagement(self) -> Document:
        engagement = self.definitions["engagement"]
        known, score = self.weighed(engagement)
        return {"score": _rounded(score, 1), "parts": self.parts(engagement, known, score)}

    def weighed(self, scored: Document) -> tuple[float, float | None]:
        """Return the weight that is known, and the score it makes where that is enough."""
        shares = self.record.values
        present = [part for part in scored["parts"] if part["share"] in shares]
        known = sum(part["weight"] for part in present)
        points = sum(part["weight"] * shares[part["share"]] for part in present)
        return known, 100 * points / known if known >= scored["least_known"] else None

    def parts(self, scored: Document, known: float, score: float | None) -> list[Document]:
        """Return the parts; their points are of 100 where there is a score, else of the weight."""
        scale = 1.0 if score is None else 100 / known
        return [self.part(part, scale * part["weight"]) for part in scored["parts"]]

    def part(self, part: Document, of: float) -> Document:
        share = self.record.values.get(part["share"])
        if share is None:
            of = part["weight"]
        points = None if share is None else of * share
        return {
            "name": part["name"],
            "points": _rounded(points, 2),
            "of": _rounded(of, 2),
            "explanation": f"{part['meaning']}: {part['curve']['formula']}",
            "would_change": _advice(part["advice"], points, of),
            "inputs": [self.fact(name) for name in part["facts"]],
        }

    def fact(self, name: str) -> Document:
        fact = self.facts[name]
        return {
            "name": name,
            "value": _shown(self.record.values.get(name), fact.get("type")),
            "unit": fact["unit"],
            "observed": self.observed.get(fact["source"]),
        }

    def adjusted(
        self, adjustments: list[Document], score: float | None
    ) -> tuple[float | None, list[Document]]:
        """Apply the adjustments in order; give the score and those that changed it."""
        changes = []
        for each in adjustments:
            rule = self.fired(each)
            amount = each["amounts"].get(rule["value"])
            if score is None or amount is None:
                continue
            after = _applied(each["kind"], score, amount)
            if after != score:
                changes.append(_change(each, rule, score, after))
            score = after
        return score, changes

    def fired(self, label: Document) -> Document:
        rule: Document = label["rules"][self.record.rules[label["name"]] - 1]
        return rule

    def label(self, label: Document) -> Document:
        rule = self.fired(label)
        return {
            "name": label["name"],
            "title": label["title"],
            "value": rule["value"],
            "rule": rule["id"],
            "explanation": rule["because"],
            "would_change": _others(label, rule),
            "inputs": self.met(rule),
        }

    def met(self, rule: Document) -> list[Document]:
        """Return the known facts that a rule looks at, in its order; health is made, not known."""
        named = dict.fromkeys(condition["fact"] for condition in rule["when"])
        facts = [self.fact(name) for name in named if name in self.record.values]
        if "health" in named:
            score = self.health()["score"]
            facts.append({"name": "health", "value": score, "unit": "of 100", "observed": None})
        return facts

    def measure(self, measure: Document) -> Document:
        rule = self.fired(measure)
        given = rule["number"] == len(measure["rules"])
        value = self.record.values.get(measure["fact"]) if given else None
        return {
            "name": measure["name"],
            "title": measure["title"],
            "value": _rounded(value, 2),
            "rule": rule["id"],
            "explanation": measure["meaning"] if given else rule["because"],
        }

    def insight(self, insight: Document) -> Document:
        rule = self.fired(insight)
        return {
            "name": insight["name"],
            "title": insight["title"],
            "rule": rule["id"],
            "explanation": rule["because"],
            "inputs": self.met(rule),
        }


def _applied(kind: str, score: float, amount: float) -> float:
    match kind:
        case "factor":
            return score * amount
        case "floor":
            return max(score, amount)
        case _:
            return min(score, amount)


def _change(adjustment: Document, rule: Document, before: float, after: float) -> Document:
    return {
        "name": adjustment["title"],
        "kind": adjustment["kind"],
        "amount": adjustment["amounts"][rule["value"]],
        "factor": _rounded(after / before, 2) if before else None,
        "reason": rule["because"],
        "rule": rule["id"],
    }


def _advice(advice: str, points: float | None, of: float) -> str | None:
    if points is None:
        return "it is not known, so it counts for nothing; knowing it would raise the confidence"
    missing = of - points
    return f"{advice}, up to {missing:.1f} points more" if missing >= WORTH_TELLING else None


def _others(label: Document, fired: Document) -> list[str]:
    """Say what would give each other value: its first rule with conditions."""
    firsts: dict[str, str] = {}
    for rule in label["rules"]:
        if rule["when"] and rule["value"] not in (fired["value"], "unknown"):
            firsts.setdefault(rule["value"], rule["because"])
    return [f"{value}: {because}" for value, because in firsts.items()]


def _word(words: Mapping[str, float], share: float) -> str:
    """Return the highest word that the share reaches."""
    reached = [word for word, least in words.items() if share >= least]
    return max(reached, key=lambda word: words[word])


def _shown(value: float | None, kind: str | None) -> float | int | bool | None:
    """Return a number without the noise of single precision."""
    if value is None:
        return None
    if kind == "Boolean":
        return bool(value)
    plain = float(f"{value:.{DIGITS}g}")
    return int(plain) if plain.is_integer() else plain


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
