"""`keras.wrappers`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.wrappers.scikit_learn import (
        SKLearnClassifier,
        SKLearnRegressor,
        SKLearnTransformer,
    )

__getattr__ = lazily(
    __name__,
    {
        "SKLearnClassifier": "keras_core.wrappers.scikit_learn",
        "SKLearnRegressor": "keras_core.wrappers.scikit_learn",
        "SKLearnTransformer": "keras_core.wrappers.scikit_learn",
    },
)

__all__ = [
    "SKLearnClassifier",
    "SKLearnRegressor",
    "SKLearnTransformer",
]
