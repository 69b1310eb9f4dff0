"""Regularizers: penalties on weights and outputs, `keras.regularizers`."""

from keras_core.regularizers.lookup import deserialize, get, serialize
from keras_core.regularizers.penalties import L1, L1L2, L2, OrthogonalRegularizer, Regularizer
from keras_core.regularizers.penalties import L1 as l1
from keras_core.regularizers.penalties import L1L2 as l1_l2
from keras_core.regularizers.penalties import L2 as l2
from keras_core.regularizers.penalties import OrthogonalRegularizer as orthogonal_regularizer

__all__ = [
    "L1",
    "L1L2",
    "L2",
    "OrthogonalRegularizer",
    "Regularizer",
    "deserialize",
    "get",
    "l1",
    "l1_l2",
    "l2",
    "orthogonal_regularizer",
    "serialize",
]
