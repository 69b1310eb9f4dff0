"""The functions of `keras.random`: how to call each, and what its numbers are held against."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import comb
from typing import Any

import numpy as np

import keras_core as keras

_LEAST = 1e-6
"""The probability that a sample this far off has, below which it is a mistake."""

_N = 4000


@dataclass(frozen=True)
class Draw:
    """One way to draw random numbers."""

    name: str
    options: dict[str, Any]
    check: Callable[[Any], float]
    """Takes an array that was drawn; the probability of one that looks no better."""

    label: str = ""
    dtypes: tuple[str, ...] = ("float32",)
    """The dtypes that it draws."""

    compiles: bool = True
    """Whether the amount of work does not depend on values, so that it can be compiled."""

    @property
    def id(self) -> str:
        """A stable name of the case."""
        return f"{self.name}-{self.label}" if self.label else self.name

    @property
    def function(self) -> Any:
        """What the name stands for."""
        return getattr(keras.random, self.name)

    def call(self, seed: Any, **options: Any) -> Any:
        """The numbers of a seed."""
        return self.function(**{**self.options, **options}, seed=seed)

    def is_likely(self, array: Any) -> bool:
        """Whether numbers look as if they were of this distribution."""
        return self.check(np.asarray(array, "float64")) > _LEAST


def _stats() -> Any:
    """SciPy's statistics, which to import takes longer than most levels: when they are needed."""
    from scipy import stats

    return stats


def _continuous(distribution: str, *parameters: float) -> Callable[[Any], float]:
    """The test of Kolmogorov and Smirnov, for one of SciPy's distributions."""
    return lambda x: float(_stats().kstest(x.ravel(), distribution, parameters).pvalue)


def _discrete(probabilities: Any, low: int = 0) -> Callable[[Any], float]:
    """The chi-squared test; no number may lie outside."""

    def check(x: Any) -> float:
        places = (x.ravel() - low).astype("int64")
        if not np.array_equal(places + low, x.ravel()) or places.min() < 0:
            return 0.0
        found = np.bincount(places, minlength=len(probabilities))
        if len(found) > len(probabilities):
            return 0.0
        expected = np.asarray(probabilities) / np.sum(probabilities) * x.size
        return float(_stats().chisquare(found, expected).pvalue)

    return check


_FLOATS = ("float16", "bfloat16", "float32", "float64")
_X = np.linspace(1.0, 2.0, _N, dtype="float32").reshape(40, 100)
_LOGITS = np.log(np.array([[0.1, 0.2, 0.3, 0.4]], "float32"))


def _dropped(rate: float, per_row: bool) -> Callable[[Any], float]:
    """Zeros of the right share, as many in each row as in the mask, the others scaled up."""

    def check(y: Any) -> float:
        kept = y != 0
        scaled = np.where(kept, _X / (1 - rate), 0.0)
        if not np.allclose(y, scaled, rtol=1e-5) or (per_row and (kept != kept[:1]).any()):
            return 0.0
        mask = kept[:1] if per_row else kept
        return float(_stats().binomtest(int(mask.sum()), mask.size, 1 - rate).pvalue)

    return check


def _shuffled(y: Any) -> float:
    """The same rows, with no connection to where they were."""
    if not np.array_equal(np.sort(y), np.arange(_N)):
        return 0.0
    return float(_stats().spearmanr(y, np.arange(_N)).pvalue)


def iter_draws() -> Iterator[Draw]:
    """All functions."""
    shape = (_N,)
    yield Draw(
        "normal",
        {"shape": shape, "mean": 1.0, "stddev": 2.0},
        _continuous("norm", 1, 2),
        dtypes=_FLOATS,
    )
    yield Draw(
        "uniform",
        {"shape": (40, 100), "minval": -1.0, "maxval": 3.0},
        _continuous("uniform", -1, 4),
        dtypes=_FLOATS,
    )
    yield Draw(
        "truncated_normal",
        {"shape": shape, "mean": 1.0, "stddev": 2.0},
        _continuous("truncnorm", -2, 2, 1, 2),
        dtypes=_FLOATS,
    )
    for alpha in (0.5, 2.5):
        yield Draw(
            "gamma",
            {"shape": shape, "alpha": alpha},
            _continuous("gamma", alpha),
            label=str(alpha),
            dtypes=_FLOATS,
        )
    yield Draw(
        "beta",
        {"shape": shape, "alpha": 0.7, "beta": 2.0},
        _continuous("beta", 0.7, 2),
        dtypes=_FLOATS,
    )
    yield Draw(
        "binomial",
        {"shape": shape, "counts": 5, "probabilities": 0.3},
        _discrete([comb(5, k) * 0.3**k * 0.7 ** (5 - k) for k in range(6)]),
        dtypes=_FLOATS,
        compiles=False,
    )
    yield Draw(
        "randint",
        {"shape": shape, "minval": 2, "maxval": 8},
        _discrete(np.ones(6), low=2),
        dtypes=("int32", "int64", "uint8"),
    )
    yield Draw(
        "categorical",
        {"logits": _LOGITS, "num_samples": _N},
        _discrete([0.1, 0.2, 0.3, 0.4]),
        dtypes=("int32",),
    )
    yield Draw("dropout", {"inputs": _X, "rate": 0.3}, _dropped(0.3, False))
    yield Draw(
        "dropout",
        {"inputs": _X, "rate": 0.3, "noise_shape": (1, None)},
        _dropped(0.3, True),
        label="noise_shape",
    )
    yield Draw("shuffle", {"x": np.arange(_N, dtype="float32")}, _shuffled)
