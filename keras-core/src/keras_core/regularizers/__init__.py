"""Regularizers: penalties on weights and outputs, `keras.regularizers`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.regularizers.lookup import deserialize as deserialize
    from keras_core.regularizers.lookup import get as get
    from keras_core.regularizers.lookup import serialize as serialize
    from keras_core.regularizers.penalties import L1 as L1
    from keras_core.regularizers.penalties import L1 as l1
    from keras_core.regularizers.penalties import L1L2 as L1L2
    from keras_core.regularizers.penalties import L1L2 as l1_l2
    from keras_core.regularizers.penalties import L2 as L2
    from keras_core.regularizers.penalties import L2 as l2
    from keras_core.regularizers.penalties import OrthogonalRegularizer as OrthogonalRegularizer
    from keras_core.regularizers.penalties import OrthogonalRegularizer as orthogonal_regularizer
    from keras_core.regularizers.penalties import Regularizer as Regularizer
else:
    __getattr__, __dir__ = lazily(__name__)

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
