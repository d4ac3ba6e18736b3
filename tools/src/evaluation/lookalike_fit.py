"""Fit the weights of the look-alike model: `python -m evaluation.lookalike_fit`.

Needs scikit-learn, which only development installs. Malicious names are set against live ones;
of each name the most telling likeness counts. The threshold is where the names of all PyPI
would give the wanted number of flags; the curve beside it is measured on targets that the fit
had not seen, because one campaign makes many names from one target.
"""

import argparse
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path

from security_scan.lookalike.candidates import candidates
from security_scan.lookalike.features import features
from security_scan.lookalike.judge import POPULAR, USED_ENOUGH
from security_scan.lookalike.lists import first_column, lines, ranked
from security_scan.lookalike.model import Model
from security_scan.lookalike.targets import Targets

NAMES_ON_PYPI = 886_323
"""Live names, 2026-11: what a sample stands for."""

WANTED_FLAGS = 1_500
"""Flags over all live names that the threshold allows; 2,000 is the most that people bear."""

CURVE = (250, 500, 1_000, 1_500, 2_000, 3_000)
WEIGHTS = Path(str(resources.files("security_scan.lookalike") / "weights.toml"))
FOLDS = 5
ROUNDS = 3
"""Each round fits on what the round before found the most telling likeness of a name."""

REGULARISATION = 1.0
"""Inverse strength of the L2 penalty."""

UNFITTED = Model(0.0, {}, threshold=1.0)
"""Finds every likeness as telling as the next, so that the first is taken."""


@dataclass(frozen=True)
class Case:
    """A name with all its likenesses."""

    name: str
    malicious: bool
    likenesses: list[tuple[str, dict[str, float]]]
    """Package that is meant, and features, of each."""


def cases(names: Iterable[str], malicious: bool, targets: Targets) -> Iterator[Case]:
    """Yield a case for each name that is like another at all."""
    for name in names:
        found = [
            (each.target.package or each.target.name, features(each, targets))
            for each in candidates(name, targets)
        ]
        if found:
            yield Case(name, malicious, found)


def fit(chosen: Sequence[Case], live_weight: float) -> Model:
    """Return the model that tells malicious names from live ones; each live one counts so often."""
    model = UNFITTED
    for _ in range(ROUNDS):
        model = _fit_once(chosen, live_weight, model)
    return model


def _fit_once(chosen: Sequence[Case], live_weight: float, model: Model) -> Model:
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - development only

    rows = [most_telling(case, model)[1] for case in chosen]
    names = sorted({name for row in rows for name in row})
    logistic = LogisticRegression(C=REGULARISATION, max_iter=5_000)
    logistic.fit(
        [[row.get(name, 0.0) for name in names] for row in rows],
        [case.malicious for case in chosen],
        sample_weight=[1.0 if case.malicious else live_weight for case in chosen],
    )
    weights = dict(zip(names, map(float, logistic.coef_[0]), strict=True))
    return Model(float(logistic.intercept_[0]), weights, threshold=1.0)


def most_telling(case: Case, model: Model) -> tuple[str, dict[str, float]]:
    """Return the package and features of the name's most telling likeness."""
    return max(case.likenesses, key=lambda pair: model.probability(pair[1]))


def held_out(chosen: Sequence[Case], live_weight: float) -> dict[str, float]:
    """Return each name's probability from a fit that saw no other name made from its package's."""
    from sklearn.model_selection import GroupKFold  # noqa: PLC0415 - development only

    groups = [case.likenesses[0][0] for case in chosen]
    found: dict[str, float] = {}
    for seen, unseen in GroupKFold(FOLDS).split(groups, groups=groups):
        model = fit([chosen[i] for i in seen], live_weight)
        found |= {chosen[i].name: probability(chosen[i], model) for i in unseen}
    return found


def probability(case: Case, model: Model) -> float:
    """Return the probability of the name's most telling likeness."""
    return model.probability(most_telling(case, model)[1])


def threshold(live: Sequence[float], flags: int, live_weight: float) -> float:
    """Return the probability that so many of all live names reach."""
    place = min(int(flags / live_weight), len(live) - 1)
    return sorted(live, reverse=True)[place]


def table(model: Model, comments: Sequence[str]) -> str:
    """Return the model as the text of `weights.toml`."""
    weights = sorted(model.weights.items(), key=lambda pair: -pair[1])
    return "\n".join(
        [
            *(f"# {line}".rstrip() for line in comments),
            "",
            f"intercept = {model.intercept:.3f}",
            f"threshold = {model.threshold:.4f}",
            "",
            "[weights]",
            *(f'"{name}" = {weight:.3f}' for name, weight in weights),
            "",
        ]
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit, write the weights, and print the curve from which the threshold was taken."""
    options = _options(arguments)
    ranks = ranked(options.popular)
    targets = Targets([name for name, rank in ranks.items() if rank <= POPULAR])
    malicious = first_column(options.data / "malicious_names.tsv")
    near = set(first_column(options.data / "malicious_near_popular.tsv"))
    listed = list(lines(options.names or options.data / "live_names_sample.txt"))
    live_weight = NAMES_ON_PYPI / len(listed)
    used = {name for name, rank in ranks.items() if rank <= USED_ENOUGH}
    live = sorted(set(listed) - used - set(malicious))
    chosen = [*cases(malicious, True, targets), *cases(live, False, targets)]

    model = fit(chosen, live_weight)
    own = {case.name: probability(case, model) for case in chosen}
    unseen = held_out(chosen, live_weight)
    living = [case.name for case in chosen if not case.malicious]
    least = threshold([own[name] for name in living], WANTED_FLAGS, live_weight)
    curve = [
        f"{flags:>5} live names flagged: {recall(own, near, living, flags, live_weight):.3f}, "
        f"on packages not seen {recall(unseen, near, living, flags, live_weight):.3f}"
        for flags in CURVE
    ]
    comments = [
        "Weights of the look-alike model, written by `python -m evaluation.lookalike_fit`.",
        f"{sum(case.malicious for case in chosen)} malicious names against {len(living)} live ones",
        f"that are like a popular name; the threshold flags {WANTED_FLAGS} of {NAMES_ON_PYPI}.",
        f"Recall of the {len(near)} malicious names near a popular one:",
        *curve,
    ]
    print("\n".join(comments))
    options.out.write_text(table(replace(model, threshold=least), comments), "utf-8")


def recall(
    found: Mapping[str, float],
    near: Collection[str],
    live: Sequence[str],
    flags: int,
    live_weight: float,
) -> float:
    """Return the share of `near` that a threshold allowing so many live flags would find."""
    least = threshold([found[name] for name in live], flags, live_weight)
    return sum(found.get(name, 0.0) >= least for name in near) / max(len(near), 1)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m evaluation.lookalike_fit", description=__doc__)
    parser.add_argument(
        "--data", type=Path, required=True, help="folder of malicious and live names"
    )
    parser.add_argument("--popular", type=Path, required=True, help="lines of rank, name")
    parser.add_argument("--names", type=Path, help="all live names instead of the folder's sample")
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="table to write")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
