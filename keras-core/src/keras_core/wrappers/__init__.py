"""`keras.wrappers`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.wrappers.scikit_learn import SKLearnClassifier as SKLearnClassifier
    from keras_core.wrappers.scikit_learn import SKLearnRegressor as SKLearnRegressor
    from keras_core.wrappers.scikit_learn import SKLearnTransformer as SKLearnTransformer
else:
    __getattr__, __dir__ = lazily(__name__)

__all__ = [
    "SKLearnClassifier",
    "SKLearnRegressor",
    "SKLearnTransformer",
]
