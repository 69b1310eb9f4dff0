"""Constraints: what weights are projected to after each update, `keras.constraints`."""

from keras_core.constraints.lookup import deserialize, get, serialize
from keras_core.constraints.projections import Constraint, MaxNorm, MinMaxNorm, NonNeg, UnitNorm
from keras_core.constraints.projections import MaxNorm as max_norm
from keras_core.constraints.projections import MinMaxNorm as min_max_norm
from keras_core.constraints.projections import NonNeg as non_neg
from keras_core.constraints.projections import UnitNorm as unit_norm

__all__ = [
    "Constraint",
    "MaxNorm",
    "MinMaxNorm",
    "NonNeg",
    "UnitNorm",
    "deserialize",
    "get",
    "max_norm",
    "min_max_norm",
    "non_neg",
    "serialize",
    "unit_norm",
]
