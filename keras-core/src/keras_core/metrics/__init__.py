"""Metrics: `keras.metrics`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
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
    from keras_core.losses.classification import kl_divergence as kl_divergence
    from keras_core.losses.classification import poisson as poisson
    from keras_core.losses.classification import (
        sparse_categorical_crossentropy as sparse_categorical_crossentropy,
    )
    from keras_core.losses.margins import categorical_hinge as categorical_hinge
    from keras_core.losses.margins import hinge as hinge
    from keras_core.losses.margins import squared_hinge as squared_hinge
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
    from keras_core.metrics.accuracy import Accuracy as Accuracy
    from keras_core.metrics.accuracy import BinaryAccuracy as BinaryAccuracy
    from keras_core.metrics.accuracy import CategoricalAccuracy as CategoricalAccuracy
    from keras_core.metrics.accuracy import SparseCategoricalAccuracy as SparseCategoricalAccuracy
    from keras_core.metrics.accuracy import (
        SparseTopKCategoricalAccuracy as SparseTopKCategoricalAccuracy,
    )
    from keras_core.metrics.accuracy import TopKCategoricalAccuracy as TopKCategoricalAccuracy
    from keras_core.metrics.accuracy import binary_accuracy as binary_accuracy
    from keras_core.metrics.accuracy import categorical_accuracy as categorical_accuracy
    from keras_core.metrics.accuracy import (
        sparse_categorical_accuracy as sparse_categorical_accuracy,
    )
    from keras_core.metrics.accuracy import (
        sparse_top_k_categorical_accuracy as sparse_top_k_categorical_accuracy,
    )
    from keras_core.metrics.accuracy import top_k_categorical_accuracy as top_k_categorical_accuracy
    from keras_core.metrics.auc import AUC as AUC
    from keras_core.metrics.confusion import FalseNegatives as FalseNegatives
    from keras_core.metrics.confusion import FalsePositives as FalsePositives
    from keras_core.metrics.confusion import Precision as Precision
    from keras_core.metrics.confusion import PrecisionAtRecall as PrecisionAtRecall
    from keras_core.metrics.confusion import Recall as Recall
    from keras_core.metrics.confusion import RecallAtPrecision as RecallAtPrecision
    from keras_core.metrics.confusion import SensitivityAtSpecificity as SensitivityAtSpecificity
    from keras_core.metrics.confusion import SpecificityAtSensitivity as SpecificityAtSensitivity
    from keras_core.metrics.confusion import TrueNegatives as TrueNegatives
    from keras_core.metrics.confusion import TruePositives as TruePositives
    from keras_core.metrics.f_score import F1Score as F1Score
    from keras_core.metrics.f_score import FBetaScore as FBetaScore
    from keras_core.metrics.iou import BinaryIoU as BinaryIoU
    from keras_core.metrics.iou import IoU as IoU
    from keras_core.metrics.iou import MeanIoU as MeanIoU
    from keras_core.metrics.iou import OneHotIoU as OneHotIoU
    from keras_core.metrics.iou import OneHotMeanIoU as OneHotMeanIoU
    from keras_core.metrics.lookup import deserialize as deserialize
    from keras_core.metrics.lookup import get as get
    from keras_core.metrics.lookup import serialize as serialize
    from keras_core.metrics.metric import Metric as Metric
    from keras_core.metrics.probability import BinaryCrossentropy as BinaryCrossentropy
    from keras_core.metrics.probability import CategoricalCrossentropy as CategoricalCrossentropy
    from keras_core.metrics.probability import CategoricalHinge as CategoricalHinge
    from keras_core.metrics.probability import Hinge as Hinge
    from keras_core.metrics.probability import KLDivergence as KLDivergence
    from keras_core.metrics.probability import Poisson as Poisson
    from keras_core.metrics.probability import (
        SparseCategoricalCrossentropy as SparseCategoricalCrossentropy,
    )
    from keras_core.metrics.probability import SquaredHinge as SquaredHinge
    from keras_core.metrics.reduction import Mean as Mean
    from keras_core.metrics.reduction import MeanMetricWrapper as MeanMetricWrapper
    from keras_core.metrics.reduction import Sum as Sum
    from keras_core.metrics.regression import ConcordanceCorrelation as ConcordanceCorrelation
    from keras_core.metrics.regression import CosineSimilarity as CosineSimilarity
    from keras_core.metrics.regression import LogCoshError as LogCoshError
    from keras_core.metrics.regression import MeanAbsoluteError as MeanAbsoluteError
    from keras_core.metrics.regression import (
        MeanAbsolutePercentageError as MeanAbsolutePercentageError,
    )
    from keras_core.metrics.regression import MeanSquaredError as MeanSquaredError
    from keras_core.metrics.regression import (
        MeanSquaredLogarithmicError as MeanSquaredLogarithmicError,
    )
    from keras_core.metrics.regression import PearsonCorrelation as PearsonCorrelation
    from keras_core.metrics.regression import R2Score as R2Score
    from keras_core.metrics.regression import RootMeanSquaredError as RootMeanSquaredError
    from keras_core.metrics.regression import concordance_correlation as concordance_correlation
    from keras_core.metrics.regression import pearson_correlation as pearson_correlation
else:
    __getattr__, __dir__ = lazily(__name__)

__all__ = [
    "AUC",
    "Accuracy",
    "BinaryAccuracy",
    "BinaryCrossentropy",
    "BinaryIoU",
    "CategoricalAccuracy",
    "CategoricalCrossentropy",
    "CategoricalHinge",
    "ConcordanceCorrelation",
    "CosineSimilarity",
    "F1Score",
    "FBetaScore",
    "FalseNegatives",
    "FalsePositives",
    "Hinge",
    "IoU",
    "KLDivergence",
    "LogCoshError",
    "Mean",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanIoU",
    "MeanMetricWrapper",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "Metric",
    "OneHotIoU",
    "OneHotMeanIoU",
    "PearsonCorrelation",
    "Poisson",
    "Precision",
    "PrecisionAtRecall",
    "R2Score",
    "Recall",
    "RecallAtPrecision",
    "RootMeanSquaredError",
    "SensitivityAtSpecificity",
    "SparseCategoricalAccuracy",
    "SparseCategoricalCrossentropy",
    "SparseTopKCategoricalAccuracy",
    "SpecificityAtSensitivity",
    "SquaredHinge",
    "Sum",
    "TopKCategoricalAccuracy",
    "TrueNegatives",
    "TruePositives",
    "binary_accuracy",
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_accuracy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "categorical_hinge",
    "concordance_correlation",
    "deserialize",
    "get",
    "hinge",
    "huber",
    "kl_divergence",
    "log_cosh",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_error",
    "mean_squared_logarithmic_error",
    "pearson_correlation",
    "poisson",
    "serialize",
    "sparse_categorical_accuracy",
    "sparse_categorical_crossentropy",
    "sparse_top_k_categorical_accuracy",
    "squared_hinge",
    "top_k_categorical_accuracy",
]
