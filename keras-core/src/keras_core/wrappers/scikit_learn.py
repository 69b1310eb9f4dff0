"""Models as estimators of scikit-learn: `keras.wrappers`."""

import inspect
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from keras_core.core.base.public import public
from keras_core.models.cloning import clone_model
from keras_core.models.model import Model
from keras_core.typing import TensorLike

try:
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin, TransformerMixin
    from sklearn.utils.multiclass import check_classification_targets
    from sklearn.utils.validation import check_is_fitted
    from sklearn.utils.validation import validate_data as _validate_data
except ImportError as error:
    raise ImportError(
        "`keras.wrappers` makes estimators of scikit-learn, which is not installed: "
        "pip install 'keras-core[sklearn]'"
    ) from error

validate_data: Any = _validate_data  # its types are those of its defaults


_DATA = ("self", "x", "y")


class _Wrapper(BaseEstimator):
    """What the estimators share: how the model is made, trained and asked."""

    # What scikit-learn can be asked to hand on to `fit`, by `set_fit_request(sample_weight=True)`:
    # the arguments of the model's own `fit`.
    __metadata_request__fit: ClassVar[dict[str, bool | str | None]] = {
        name: None for name in inspect.signature(Model.fit).parameters if name not in _DATA
    }

    _target_ndim: int

    def __init__(
        self,
        model: Model | Callable[..., Model],
        warm_start: bool = False,
        model_kwargs: dict[str, Any] | None = None,
        fit_kwargs: dict[str, Any] | None = None,
    ) -> None:
        self.model = model
        self.warm_start = warm_start
        self.model_kwargs = model_kwargs
        self.fit_kwargs = fit_kwargs

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.non_deterministic = True  # weights begin with random numbers
        return tags

    @property
    def epoch_(self) -> int:
        """For how many epochs the model was trained by the last `fit`."""
        check_is_fitted(self)
        return len(self.history_.epoch)

    def _made(self, x: Any, y: Any) -> Model:
        if isinstance(self.model, Model):
            if not self.model.compiled:
                raise RuntimeError(
                    "Given model needs to be compiled: call `model.compile` on it, or give a "
                    "function that returns a compiled model."
                )
            model = clone_model(self.model)
            model.compile_from_config(self.model.get_compile_config())
            return model
        if not callable(self.model):
            raise TypeError(
                "`model` must be a compiled Keras model, or a function of `X`, `y` and "
                f"`model_kwargs` that returns one. Received: model={self.model!r}"
            )
        model = self.model(x, y, **(self.model_kwargs or {}))
        if not isinstance(model, Model) or not model.compiled:
            raise TypeError(
                "The function that was given as `model` must return a compiled Keras model. "
                f"It returned: {model!r}"
            )
        return model

    def _trained(self, x: Any, y: Any, **kwargs: Any) -> Any:
        if not (self.warm_start and hasattr(self, "model_")):
            self.model_ = self._made(x, y)
        self.history_ = self.model_.fit(x, y, **{**(self.fit_kwargs or {}), **kwargs})
        return self

    def _asked(self, x: Any) -> np.ndarray[Any, Any]:
        check_is_fitted(self)
        x = validate_data(self, x, reset=False)
        return np.asarray(self.model_.predict(x, verbose=0))

    def predict(self, X: TensorLike) -> np.ndarray[Any, Any]:
        """Numbers for each sample, of the shape that the targets had.

        Args:
            X: Samples of shape ``(samples, features)``.
        """
        out = self._asked(X)
        return out[:, 0] if self._target_ndim == 1 and out.shape[1:] == (1,) else out


@public("keras.wrappers.SKLearnClassifier")
class SKLearnClassifier(ClassifierMixin, _Wrapper):
    """A model as a classifier of scikit-learn.

    Args:
        model: A compiled model, which is cloned for each `fit`; or a function of ``X``, ``y`` and
            ``model_kwargs`` that returns a compiled one. ``y`` has a column of zeros and ones for
            each class.
        warm_start: Whether `fit` trains the model of the last `fit` on, instead of a new one;
            False by default.
        model_kwargs: Dict of further arguments of the function. None by default.
        fit_kwargs: Dict of arguments of the model's own `fit`, such as ``epochs``. None by default.

    Attributes:
        model_: The trained model.
        history_: What the model's own `fit` returned.
        classes_: The classes, sorted.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> def make(X, y, width=8):
    ...     model = keras.Sequential(
    ...         [keras.layers.Dense(width), keras.layers.Dense(y.shape[1], activation="softmax")]
    ...     )
    ...     model.compile("sgd", "categorical_crossentropy")
    ...     return model
    >>> classifier = keras.wrappers.SKLearnClassifier(make, fit_kwargs={"verbose": 0})
    >>> X, y = np.random.rand(20, 3), np.array(["cat", "dog"] * 10)
    >>> classifier.fit(X, y).predict(X).shape
    (20,)
    """

    def fit(self, X: TensorLike, y: TensorLike | None, **kwargs: Any) -> "SKLearnClassifier":
        """Trains a model.

        Args:
            X: Samples of shape ``(samples, features)``.
            y: The class of each: strings or integers.
            **kwargs: Arguments of the model's own `fit`, which win over `fit_kwargs`.
        """
        x, targets = validate_data(self, X, y)
        check_classification_targets(targets)
        self.classes_, places = np.unique(targets, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(
                "Classifier can't train when only one class is present. "
                f"Received: y with the class {self.classes_.tolist()}"
            )
        self._trained(x, np.eye(len(self.classes_))[places], **kwargs)
        return self

    def _scores(self, X: Any) -> np.ndarray[Any, Any]:
        scores = self._asked(X)
        if scores.shape[1:] == (1,) and len(self.classes_) == 2:
            scores = np.concatenate([1 - scores, scores], axis=1)
        return scores

    def predict(self, X: TensorLike) -> np.ndarray[Any, Any]:
        """The class of each sample.

        Args:
            X: Samples of shape ``(samples, features)``.
        """
        scores = self._scores(X)
        return self.classes_[scores.argmax(axis=1)]

    def decision_function(self, X: TensorLike) -> np.ndarray[Any, Any]:
        """The output of the model for each class; of two classes, how much the second has more.

        Args:
            X: Samples of shape ``(samples, features)``.
        """
        scores = self._scores(X)
        return scores[:, 1] - scores[:, 0] if len(self.classes_) == 2 else scores

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.poor_score = True  # one epoch of a small model
        return tags


@public("keras.wrappers.SKLearnRegressor")
class SKLearnRegressor(RegressorMixin, _Wrapper):
    """A model as a regressor of scikit-learn.

    Args:
        model: A compiled model, which is cloned for each `fit`; or a function of ``X``, ``y`` and
            ``model_kwargs`` that returns a compiled one. ``y`` has the shape
            ``(samples, targets)``.
        warm_start: Whether `fit` trains the model of the last `fit` on, instead of a new one;
            False by default.
        model_kwargs: Dict of further arguments of the function. None by default.
        fit_kwargs: Dict of arguments of the model's own `fit`, such as ``epochs``. None by default.

    Attributes:
        model_: The trained model.
        history_: What the model's own `fit` returned.

    Example:

    >>> import keras_core as keras
    >>> def build(X, y):
    ...     model = keras.Sequential([keras.Input(X.shape[1:]), keras.layers.Dense(1)])
    ...     model.compile("sgd", "mse")
    ...     return model
    >>> import numpy as np
    >>> regressor = keras.wrappers.SKLearnRegressor(build, fit_kwargs={"verbose": 0})
    >>> X = np.ones((8, 3))
    >>> regressor.fit(X, X[:, 0]).predict(X).shape
    (8,)
    """

    def fit(self, X: TensorLike, y: TensorLike | None, **kwargs: Any) -> "SKLearnRegressor":
        """Trains a model.

        Args:
            X: Samples of shape ``(samples, features)``.
            y: Numbers of shape ``(samples,)`` or ``(samples, targets)``.
            **kwargs: Arguments of the model's own `fit`, which win over `fit_kwargs`.
        """
        x, targets = validate_data(self, X, y, multi_output=True, y_numeric=True)
        self._target_ndim = targets.ndim
        self._trained(x, targets.reshape(len(targets), -1), **kwargs)
        return self

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.regressor_tags.poor_score = True  # one epoch of a small model
        tags.target_tags.multi_output = True
        return tags


@public("keras.wrappers.SKLearnTransformer")
class SKLearnTransformer(TransformerMixin, _Wrapper):
    """A model as a transformer of scikit-learn.

    Args:
        model: A compiled model, which is cloned for each `fit`; or a function of ``X``, ``y`` and
            ``model_kwargs`` that returns a compiled one.
        warm_start: Whether `fit` trains the model of the last `fit` on, instead of a new one;
            False by default.
        model_kwargs: Dict of further arguments of the function. None by default.
        fit_kwargs: Dict of arguments of the model's own `fit`, such as ``epochs``. None by default.

    Attributes:
        model_: The trained model.
        history_: What the model's own `fit` returned.

    Example:

    >>> import keras_core as keras
    >>> def build(X, y):
    ...     model = keras.Sequential([keras.Input(X.shape[1:]), keras.layers.Dense(2)])
    ...     model.compile("sgd", "mse")
    ...     return model
    >>> import numpy as np
    >>> transformer = keras.wrappers.SKLearnTransformer(build, fit_kwargs={"verbose": 0})
    >>> X = np.ones((8, 3))
    >>> transformer.fit(X, X[:, :2]).transform(X).shape
    (8, 2)
    """

    def fit(
        self, X: TensorLike, y: TensorLike | None = None, **kwargs: Any
    ) -> "SKLearnTransformer":
        """Trains a model.

        Args:
            X: Samples of shape ``(samples, features)``.
            y: Targets, the samples themselves by default.
            **kwargs: Arguments of the model's own `fit`, which win over `fit_kwargs`.
        """
        if y is None:
            x = target = validate_data(self, X)
        else:
            x, targets = validate_data(self, X, y, multi_output=True)
            target = targets.reshape(len(targets), -1)
        self._target_ndim = target.ndim if y is None else targets.ndim
        self._trained(x, target, **kwargs)
        return self

    def transform(self, X: TensorLike) -> np.ndarray[Any, Any]:
        """The outputs of the model.

        Args:
            X: Samples of shape ``(samples, features)``.
        """
        return self._asked(X)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = []  # the outputs are in the model's dtype
        return tags
