"""docs/methodology.md: rendered from the scoring's definitions, with figures from evaluations."""

from collections.abc import Iterable, Mapping
from typing import Any

from scorer.scoring import definitions

Document = dict[str, Any]
FIGURES = ("health", "momentum", "insights")
"""Evaluations whose figures stand in the document."""


def render(figures: Mapping[str, str]) -> str:
    """Return the whole document; `figures` holds Markdown by evaluation."""
    known = definitions()
    sections = [
        _introduction(known),
        _health(known["health"]),
        _figures("health", figures),
        _momentum(known["momentum"]),
        _figures("momentum", figures),
        _labels(known["labels"]),
        _measures(known),
        _insights(known),
        _figures("insights", figures),
        _ranks(known),
        _facts(known["facts"]),
    ]
    return "\n\n".join(section.strip() for section in sections) + "\n"


def figures_in(document: str) -> dict[str, str]:
    """Return the figures that a document already holds."""
    return {
        name: document.partition(_begin(name))[2].partition(_end(name))[0].strip()
        for name in FIGURES
        if _begin(name) in document
    }


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Return a Markdown table."""
    titles = list(head)
    lines = [titles, ["---"] * len(titles), *([_cell(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: object) -> str:
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return text.replace("|", "\\|").replace("\n", " ")


def _begin(name: str) -> str:
    return f"<!-- {name} figures: made by the evaluation -->"


def _end(name: str) -> str:
    return f"<!-- end of {name} figures -->"


def _figures(name: str, figures: Mapping[str, str]) -> str:
    return f"{_begin(name)}\n{figures.get(name, '')}\n{_end(name)}"


def _introduction(known: Document) -> str:
    return f"""# Methodology

Rules version {known["rules_version"]}. Made by `python -m evaluation.scores` from the definitions
that compute the scores (`services/scorer/src/scorer/scoring`); not written by hand.

- What is not known is left out and said to be unknown; it never counts as zero.
- The facts of a repository count only where it is believed to be the package's own: a confidence
  of {known["health"]["repository_believed_from"]:g} or more.
- Every label is given by the first of its numbered rules that fires, and says which.
- Health looks at one package alone. Momentum looks at the others only through the market's
  median, which is taken once for all.
- {known["families"]}"""


def _health(health: Document) -> str:
    parts = table(
        ("part", "weight", "what it looks at", "share of its points", "origin"),
        (
            (p["name"], p["weight"], p["meaning"], p["curve"]["formula"], p["source"])
            for p in health["parts"]
        ),
    )
    words = ", ".join(f"{word} from {least:.0%}" for word, least in health["confidence"].items())
    adjustments = "\n\n".join(_adjustment(each) for each in health["adjustments"])
    return f"""## Health

{health["meaning"]} {health["formula"]}

{parts}

Confidence is {health["confidence_meaning"]}: {words}. Below {health["least_known"]:g} points of
weight no score is given.

### Adjustments

{adjustments}"""


def _adjustment(each: Document) -> str:
    verbs = {"factor": "multiply by", "floor": "raise to at least", "cap": "lower to at most"}
    amounts = ", ".join(
        f"{value}: {verbs[each['kind']]} {amount:g}" for value, amount in each["amounts"].items()
    )
    return f"**{each['title']}.** {each['meaning']} {amounts}.\n\n{_rules(each)}"


def _rules(label: Document) -> str:
    rows = ((rule["id"], rule["value"], rule["because"], _when(rule)) for rule in label["rules"])
    return table(("rule", "value", "because", "when"), rows)


def _when(rule: Document) -> str:
    return "; ".join(condition["words"] for condition in rule["when"]) or "otherwise"


def _momentum(momentum: Document) -> str:
    names = (
        ("steps", "four-week steps looked at"),
        ("cap", "largest growth of a step that counts (ln)"),
        ("half_life", "steps after which a step weighs half"),
        ("pseudo_count", "downloads added to each block"),
        ("least_downloads", "downloads that the newest block must have"),
        ("least_steps", "steps that must be known"),
        ("tie_share", "share of the uncut growth added, to break ties"),
        ("break", "unusual movement of the median package that is a break (ln)"),
    )
    return f"""## Momentum

{momentum["meaning"]} {momentum["formula"]}

{momentum["breaks"]}

{momentum["week"]}

{table(("constant", "value", "meaning"), ((n, momentum[n], words) for n, words in names))}"""


def _labels(labels: list[Document]) -> str:
    adjusting = {each["name"] for each in definitions()["health"]["adjustments"]}
    parts = [
        f"### {label['title']} (`{label['name']}`)\n\n{label['meaning']}\n\n{_rules(label)}"
        for label in labels
        if label["name"] not in adjusting
    ]
    return "## Labels\n\n" + "\n\n".join(parts)


def _measures(known: Document) -> str:
    engagement = known["engagement"]
    parts = table(
        ("part", "weight", "what it looks at", "share of its points"),
        (
            (p["name"], p["weight"], p["meaning"], p["curve"]["formula"])
            for p in engagement["parts"]
        ),
    )
    measures = "\n\n".join(
        f"**{each['title']}** (`{each['name']}`). {each['meaning']}\n\n{_rules(each)}"
        for each in known["measures"]
    )
    return f"""## Measures of a repository

**Engagement.** {engagement["meaning"]} {engagement["formula"]} At least
{engagement["least_known"]:g} points of weight must be known.

{parts}

{measures}"""


def _insights(known: Document) -> str:
    parts = [
        f"### {each['title']} (`{each['name']}`)\n\n{each['meaning']} Ordered by "
        f"{each['order'].replace('_', ' ')}, highest first.\n\n{_rules(each)}"
        for each in known["insights"]
    ]
    listable = known["insights"][0]["for_all"]
    return f"## Insight lists\n\nOnly packages that are {listable['because']}.\n\n" + "\n\n".join(
        parts
    )


def _ranks(known: Document) -> str:
    rankings = known["rankings"]
    rows = ((each["name"], each["meaning"]) for each in rankings["measures"])
    return f"## Ranks\n\n{rankings['rule']}\n\n{table(('rank by', 'measure'), rows)}"


def _facts(facts: list[Document]) -> str:
    rows = (
        (f["name"], f["meaning"], f["unit"], f["source"])
        for f in facts
        if f["name"] not in ("package_id", "name")
    )
    return f"## Facts\n\n{table(('fact', 'meaning', 'unit', 'source'), rows)}"
