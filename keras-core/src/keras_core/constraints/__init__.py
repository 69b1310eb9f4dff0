"""Constraints: what weights are projected to after each update, `keras.constraints`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.constraints.lookup import deserialize as deserialize
    from keras_core.constraints.lookup import get as get
    from keras_core.constraints.lookup import serialize as serialize
    from keras_core.constraints.projections import Constraint as Constraint
    from keras_core.constraints.projections import MaxNorm as MaxNorm
    from keras_core.constraints.projections import MaxNorm as max_norm
    from keras_core.constraints.projections import MinMaxNorm as MinMaxNorm
    from keras_core.constraints.projections import MinMaxNorm as min_max_norm
    from keras_core.constraints.projections import NonNeg as NonNeg
    from keras_core.constraints.projections import NonNeg as non_neg
    from keras_core.constraints.projections import UnitNorm as UnitNorm
    from keras_core.constraints.projections import UnitNorm as unit_norm
else:
    __getattr__, __dir__ = lazily(__name__)

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
