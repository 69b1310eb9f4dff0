"""Losses: `keras.losses`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.losses.classification import BinaryCrossentropy as BinaryCrossentropy
    from keras_core.losses.classification import BinaryFocalCrossentropy as BinaryFocalCrossentropy
    from keras_core.losses.classification import CategoricalCrossentropy as CategoricalCrossentropy
    from keras_core.losses.classification import (
        CategoricalFocalCrossentropy as CategoricalFocalCrossentropy,
    )
    from keras_core.losses.classification import (
        CategoricalGeneralizedCrossEntropy as CategoricalGeneralizedCrossEntropy,
    )
    from keras_core.losses.classification import KLDivergence as KLDivergence
    from keras_core.losses.classification import Poisson as Poisson
    from keras_core.losses.classification import (
        SparseCategoricalCrossentropy as SparseCategoricalCrossentropy,
    )
    from keras_core.losses.classification import (
        SparseCategoricalFocalCrossentropy as SparseCategoricalFocalCrossentropy,
    )
    from keras_core.losses.classification import binary_crossentropy as binary_crossentropy
    from keras_core.losses.classification import (
        binary_focal_crossentropy as binary_focal_crossentropy,
    )
    from keras_core.losses.classification import (
        categorical_crossentropy as categorical_crossentropy,
    )
    from keras_core.losses.classification import (
        categorical_focal_crossentropy as categorical_focal_crossentropy,
    )
    from keras_core.losses.classification import (
        categorical_generalized_cross_entropy as categorical_generalized_cross_entropy,
    )
    from keras_core.losses.classification import kl_divergence as kl_divergence
    from keras_core.losses.classification import poisson as poisson
    from keras_core.losses.classification import (
        sparse_categorical_crossentropy as sparse_categorical_crossentropy,
    )
    from keras_core.losses.classification import (
        sparse_categorical_focal_crossentropy as sparse_categorical_focal_crossentropy,
    )
    from keras_core.losses.lookup import deserialize as deserialize
    from keras_core.losses.lookup import get as get
    from keras_core.losses.lookup import serialize as serialize
    from keras_core.losses.loss import Loss as Loss
    from keras_core.losses.margins import CategoricalHinge as CategoricalHinge
    from keras_core.losses.margins import Circle as Circle
    from keras_core.losses.margins import Dice as Dice
    from keras_core.losses.margins import Hinge as Hinge
    from keras_core.losses.margins import SquaredHinge as SquaredHinge
    from keras_core.losses.margins import Tversky as Tversky
    from keras_core.losses.margins import categorical_hinge as categorical_hinge
    from keras_core.losses.margins import circle as circle
    from keras_core.losses.margins import dice as dice
    from keras_core.losses.margins import hinge as hinge
    from keras_core.losses.margins import squared_hinge as squared_hinge
    from keras_core.losses.margins import tversky as tversky
    from keras_core.losses.regression import CosineSimilarity as CosineSimilarity
    from keras_core.losses.regression import Huber as Huber
    from keras_core.losses.regression import LogCosh as LogCosh
    from keras_core.losses.regression import MeanAbsoluteError as MeanAbsoluteError
    from keras_core.losses.regression import (
        MeanAbsolutePercentageError as MeanAbsolutePercentageError,
    )
    from keras_core.losses.regression import MeanSquaredError as MeanSquaredError
    from keras_core.losses.regression import (
        MeanSquaredLogarithmicError as MeanSquaredLogarithmicError,
    )
    from keras_core.losses.regression import cosine_similarity as cosine_similarity
    from keras_core.losses.regression import huber as huber
    from keras_core.losses.regression import log_cosh as log_cosh
    from keras_core.losses.regression import mean_absolute_error as mean_absolute_error
    from keras_core.losses.regression import (
        mean_absolute_percentage_error as mean_absolute_percentage_error,
    )
    from keras_core.losses.regression import mean_squared_error as mean_squared_error
    from keras_core.losses.regression import (
        mean_squared_logarithmic_error as mean_squared_logarithmic_error,
    )
    from keras_core.losses.sequences import CTC as CTC
    from keras_core.losses.sequences import ctc as ctc
else:
    __getattr__, __dir__ = lazily(__name__)

__all__ = [
    "BinaryCrossentropy",
    "BinaryFocalCrossentropy",
    "CTC",
    "CategoricalCrossentropy",
    "CategoricalFocalCrossentropy",
    "CategoricalGeneralizedCrossEntropy",
    "CategoricalHinge",
    "Circle",
    "CosineSimilarity",
    "Dice",
    "Hinge",
    "Huber",
    "KLDivergence",
    "LogCosh",
    "Loss",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "Poisson",
    "SparseCategoricalCrossentropy",
    "SparseCategoricalFocalCrossentropy",
    "SquaredHinge",
    "Tversky",
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "categorical_generalized_cross_entropy",
    "categorical_hinge",
    "circle",
    "cosine_similarity",
    "ctc",
    "deserialize",
    "dice",
    "get",
    "hinge",
    "huber",
    "kl_divergence",
    "log_cosh",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_error",
    "mean_squared_logarithmic_error",
    "poisson",
    "serialize",
    "sparse_categorical_crossentropy",
    "sparse_categorical_focal_crossentropy",
    "squared_hinge",
    "tversky",
]
