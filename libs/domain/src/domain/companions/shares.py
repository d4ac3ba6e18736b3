"""Least squares with bounds, many small problems at once."""

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from domain.companions.series import Reals

Doubles = npt.NDArray[np.float64]
ROUNDS = 60
"""Passes over the shares; each is then known to a thousandth."""
RIDGE = 1e-3
"""Of a dependent's own size, so that two that move alike have an answer."""


def fitted(own: Reals, others: Reals, bound: Doubles, blocks: int) -> Doubles:
    """Return the shares (1 + blocks x rows x candidates): of all days, and without each block.

    `own` (rows x days) is explained by `others` (rows x candidates x days) with shares of 0 to
    `bound` that together are at most 1. Blocks are stretches of days.
    """
    edges = np.linspace(0, own.shape[1], blocks + 1).astype(int)
    parts = [slice(*each) for each in pairwise(edges.tolist())]
    squares = np.stack([_squares(others[:, :, part]) for part in parts])
    products = np.stack([_products(own[:, part], others[:, :, part]) for part in parts])
    whole_squares, whole_products = squares.sum(axis=0), products.sum(axis=0)
    return _descend(
        np.concatenate([whole_squares[None], whole_squares - squares]),
        np.concatenate([whole_products[None], whole_products - products]),
        bound,
    )


def _squares(others: Reals) -> Doubles:
    squares: Doubles = (others @ others.transpose(0, 2, 1)).astype(np.float64)
    return squares


def _products(own: Reals, others: Reals) -> Doubles:
    products: Doubles = np.einsum("rd,rcd->rc", own, others).astype(np.float64)
    return products


def _descend(squares: Doubles, products: Doubles, bound: Doubles) -> Doubles:
    """Minimise s.A.s / 2 - b.s one share at a time."""
    shares = np.zeros(products.shape)
    count = products.shape[-1]
    size = squares[..., np.arange(count), np.arange(count)] * (1 + RIDGE)
    for _ in range(ROUNDS):
        for k in range(count):
            rest = np.einsum("brc,brc->br", squares[..., k, :], shares)
            rest -= squares[..., k, k] * shares[..., k]
            best = (products[..., k] - rest) / np.maximum(size[..., k], 1e-12)
            room = 1 - (shares.sum(axis=-1) - shares[..., k])
            shares[..., k] = np.clip(best, 0, np.minimum(bound[:, k], np.maximum(room, 0)))
    return shares
