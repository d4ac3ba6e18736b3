"""The probability that a name imitates another, from the weights in `weights.toml`."""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources


@dataclass(frozen=True)
class Model:
    """A logistic model: 1 / (1 + exp(-(intercept + sum of weight times feature)))."""

    intercept: float
    weights: Mapping[str, float]
    threshold: float
    """Probability from which a name is told to be close to another."""

    def probability(self, features: Mapping[str, float]) -> float:
        """Return the share of names with these features that were removed as malicious, 0 to 1.

        A feature without a weight counts nothing.
        """
        weights = self.weights
        score = self.intercept + sum(
            weights.get(name, 0.0) * value for name, value in features.items()
        )
        return 1.0 / (1.0 + math.exp(-score))


@lru_cache(maxsize=1)
def fitted() -> Model:
    """Return the model that ships with the service."""
    text = resources.files(__package__).joinpath("weights.toml").read_text("utf-8")
    return read(text)


def read(text: str) -> Model:
    """Return the model written in a table like `weights.toml`."""
    table = tomllib.loads(text)
    return Model(
        intercept=table["intercept"], weights=table["weights"], threshold=table["threshold"]
    )
