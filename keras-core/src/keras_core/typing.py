"""Names for the types in signatures: tensors, shapes, dtypes, nests, and objects by name.

They are for readers and for type checkers; nothing is checked at run time.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from os import PathLike
from typing import Any, Literal, Protocol, Self, TypeAlias, TypedDict, TypeVar, runtime_checkable

import numpy as np
import numpy.typing as npt

T = TypeVar("T")
R_co = TypeVar("R_co", covariant=True)
A = TypeVar("A")


@runtime_checkable
class Tensor(Protocol):
    """What operations return: a tensor of the engine, such as a ``torch.Tensor``.

    While a model is built it is a symbolic `KerasTensor`, which has the same operators. Any method
    of the engine's own class may be used beside these, which all engines have.

    Operators return ``Self``, since type checkers take minutes to compare a class with many
    overloads, such as ``numpy.ndarray``, with methods that return ``Tensor``.

    Example:

    >>> import numpy as np
    >>> from keras_core.typing import Tensor
    >>> isinstance(np.ones(2), Tensor)
    True
    """

    @property
    def shape(self) -> Any: ...
    @property
    def dtype(self) -> Any: ...
    @property
    def ndim(self) -> int: ...
    def __add__(self, other: Any, /) -> Self:
        return NotImplemented

    def __radd__(self, other: Any, /) -> Self:
        return NotImplemented

    def __sub__(self, other: Any, /) -> Self:
        return NotImplemented

    def __rsub__(self, other: Any, /) -> Self:
        return NotImplemented

    def __mul__(self, other: Any, /) -> Self:
        return NotImplemented

    def __rmul__(self, other: Any, /) -> Self:
        return NotImplemented

    def __truediv__(self, other: Any, /) -> Self:
        return NotImplemented

    def __rtruediv__(self, other: Any, /) -> Self:
        return NotImplemented

    def __floordiv__(self, other: Any, /) -> Self:
        return NotImplemented

    def __rfloordiv__(self, other: Any, /) -> Self:
        return NotImplemented

    def __mod__(self, other: Any, /) -> Self:
        return NotImplemented

    def __rmod__(self, other: Any, /) -> Self:
        return NotImplemented

    def __pow__(self, other: Any, /) -> Self:
        return NotImplemented

    def __rpow__(self, other: Any, /) -> Self:
        return NotImplemented

    def __matmul__(self, other: Any, /) -> Self:
        return NotImplemented

    def __rmatmul__(self, other: Any, /) -> Self:
        return NotImplemented

    def __and__(self, other: Any, /) -> Self:
        return NotImplemented

    def __or__(self, other: Any, /) -> Self:
        return NotImplemented

    def __xor__(self, other: Any, /) -> Self:
        return NotImplemented

    def __neg__(self) -> Self:
        return NotImplemented

    def __abs__(self) -> Self:
        return NotImplemented

    def __invert__(self) -> Self:
        return NotImplemented

    def __getitem__(self, key: Any, /) -> Self:
        return NotImplemented

    def __lt__(self, other: Any, /) -> Self:
        return NotImplemented

    def __le__(self, other: Any, /) -> Self:
        return NotImplemented

    def __gt__(self, other: Any, /) -> Self:
        return NotImplemented

    def __ge__(self, other: Any, /) -> Self:
        return NotImplemented

    def __iter__(self) -> Iterator[Any]: ...
    def __len__(self) -> int: ...
    def __bool__(self) -> bool: ...
    def __int__(self) -> int: ...
    def __float__(self) -> float: ...
    def __index__(self) -> int: ...
    def __array__(self, *args: Any, **kwargs: Any) -> np.ndarray[Any, Any]: ...


class Shaped(Protocol):
    """Anything with a shape and a dtype: tensors, variables, arrays, symbolic tensors."""

    @property
    def shape(self) -> Any: ...
    @property
    def dtype(self) -> Any: ...


TensorLike: TypeAlias = Shaped | npt.ArrayLike
"""What operations take for a tensor: also variables, arrays, numbers, nested lists of numbers."""

Array: TypeAlias = np.ndarray[Any, Any]
"""A NumPy array of any shape and dtype."""

Shape: TypeAlias = tuple[int | None, ...]
"""A shape, with None for sizes that are not known."""

ShapeLike: TypeAlias = int | Sequence[Any]
"""A size or several. While a function is compiled, a size may be a tensor."""

Shapes: TypeAlias = Sequence[Any] | Mapping[str, Any]
"""A shape, or a nest of shapes."""

PadWidth: TypeAlias = int | Sequence[int] | Sequence[Sequence[int]]
"""How much to add: everywhere, before and after all axes, or such a pair for each axis."""

DTypeName: TypeAlias = Literal[
    "bool", "uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64",
    "float8_e4m3fn", "float8_e5m2", "float16", "bfloat16", "float32", "float64",
    "complex64", "complex128", "string",
]  # fmt: skip
"""The standard names of dtypes."""


class _DTypeOfTorch(Protocol):
    @property
    def is_floating_point(self) -> bool: ...


class _DTypeOfTensorFlow(Protocol):
    @property
    def as_numpy_dtype(self) -> Any: ...


DTypeLike: TypeAlias = DTypeName | str | npt.DTypeLike | _DTypeOfTorch | _DTypeOfTensorFlow | None
"""A dtype: a standard name, or a dtype object of NumPy or of the engine; None for the default."""


class _Policy(Protocol):
    @property
    def compute_dtype(self) -> Any: ...
    @property
    def variable_dtype(self) -> Any: ...


DTypePolicyLike: TypeAlias = DTypeLike | _Policy | Mapping[str, Any]
"""What a layer computes in and stores its weights in: a dtype, a policy, or a policy's config."""

Axes: TypeAlias = int | Sequence[int] | None
"""An axis, several, or None for all."""

Tensors: TypeAlias = TensorLike | Mapping[str, Any] | Sequence[Any]
"""A tensor, or a nest of tensors."""

Nest: TypeAlias = T | Sequence["Nest[T]"] | Mapping[str, "Nest[T]"]
"""A nest of lists, tuples and dicts."""

Padding: TypeAlias = Literal["valid", "same", "VALID", "SAME"]
"""Padding of windows."""

DataFormat: TypeAlias = Literal["channels_last", "channels_first"]
"""Where the axis of the channels is; ``keras.config.image_data_format()`` says the default."""


class Indexed(Protocol):
    """What has entries by number: a ``keras.utils.PyDataset``, a dataset of an engine."""

    def __getitem__(self, index: Any, /) -> Any: ...


Data: TypeAlias = Shaped | Iterable[Any] | Indexed | None
"""Data to train with or to predict for: tensors, nests of them, sources of batches."""


class Dataset(Protocol):
    """What ``*_dataset_from_directory`` return: a ``tf.data.Dataset``, or one that is like it."""

    class_names: list[str] | None

    def __iter__(self) -> Iterator[Any]: ...
    def __len__(self) -> int: ...
    def map(self, map_func: Callable[..., Any], /) -> "Dataset": ...
    def take(self, count: int, /) -> "Dataset": ...
    def skip(self, count: int, /) -> "Dataset": ...
    def shuffle(self, buffer_size: int, /) -> "Dataset": ...
    def batch(self, batch_size: int, /) -> "Dataset": ...
    def unbatch(self) -> "Dataset": ...
    def cache(self) -> "Dataset": ...
    def prefetch(self, buffer_size: int, /) -> "Dataset": ...


Results: TypeAlias = dict[str, Any]
"""Results by name, of a batch or an epoch."""

Mode: TypeAlias = bool | None
"""Whether a call trains; None to ask the layer around it."""

FilePath: TypeAlias = str | PathLike[str]
"""The path of a file or folder."""

# -- Objects, or their names ----------------------------------------------------------

Config: TypeAlias = Mapping[str, Any]
"""What ``serialize`` gives for an object."""

CustomObjects: TypeAlias = Mapping[str, Any]
"""Classes and functions by the names that configs have for them."""

TensorFunction: TypeAlias = Callable[..., Any]
"""A function of tensors whose result is a tensor."""

ActivationName: TypeAlias = Literal[
    "celu", "elu", "exponential", "gelu", "glu", "hard_shrink", "hard_sigmoid", "hard_silu",
    "hard_swish", "hard_tanh", "leaky_relu", "linear", "log_sigmoid", "log_softmax", "mish",
    "relu", "relu6", "selu", "sigmoid", "silu", "soft_shrink", "softmax", "softplus", "softsign",
    "sparse_plus", "sparse_sigmoid", "sparsemax", "squareplus", "swish", "tanh", "tanh_shrink",
    "threshold",
]  # fmt: skip

InitializerName: TypeAlias = Literal[
    "constant", "glorot_normal", "glorot_uniform", "he_normal", "he_uniform", "identity",
    "lecun_normal", "lecun_uniform", "ones", "orthogonal", "random_normal", "random_uniform",
    "stft", "truncated_normal", "variance_scaling", "zeros",
]  # fmt: skip

RegularizerName: TypeAlias = Literal["l1", "l1_l2", "l2", "orthogonal_regularizer"]

ConstraintName: TypeAlias = Literal["max_norm", "min_max_norm", "non_neg", "unit_norm"]

LossName: TypeAlias = Literal[
    "binary_crossentropy", "binary_focal_crossentropy", "categorical_crossentropy",
    "categorical_focal_crossentropy", "categorical_generalized_cross_entropy",
    "categorical_hinge", "circle", "cosine_similarity", "ctc", "dice", "hinge", "huber",
    "kl_divergence", "log_cosh", "mae", "mape", "mean_absolute_error",
    "mean_absolute_percentage_error", "mean_squared_error", "mean_squared_logarithmic_error",
    "mse", "msle", "poisson", "sparse_categorical_crossentropy",
    "sparse_categorical_focal_crossentropy", "squared_hinge", "tversky",
]  # fmt: skip

MetricName: TypeAlias = Literal[
    "acc", "accuracy", "binary_accuracy", "categorical_accuracy", "concordance_correlation",
    "pearson_correlation", "sparse_categorical_accuracy", "sparse_top_k_categorical_accuracy",
    "top_k_categorical_accuracy",
]  # fmt: skip

OptimizerName: TypeAlias = Literal[
    "adadelta", "adafactor", "adagrad", "adam", "adamax", "adamw", "ftrl", "lamb", "lion",
    "muon", "nadam", "rmsprop", "sgd",
]  # fmt: skip

# Beside the names of ours there are those that programs register.

ActivationLike: TypeAlias = ActivationName | str | TensorFunction | Config | None
"""An activation function, its name or config; None for the identity."""

InitializerLike: TypeAlias = InitializerName | str | Callable[..., Any] | Shaped | Config | None
"""An initializer, its name or config, or an array of the values; None for the default."""

RegularizerLike: TypeAlias = RegularizerName | str | TensorFunction | Config | None
"""A penalty, its name or config; None for no penalty."""

ConstraintLike: TypeAlias = ConstraintName | str | TensorFunction | Config | None
"""A projection of values, its name or config; None for none."""

LossLike: TypeAlias = LossName | str | Callable[..., Any] | Config | Sequence[Any] | None
"""A loss, its name or config; a list or dict of these for several outputs; None for no loss."""

MetricsLike: TypeAlias = Sequence[Any] | Mapping[str, Any] | None
"""Metrics, by themselves or by name; a list or dict of such lists for several outputs."""


class HasVariables(Protocol):
    """A layer, a model, an optimizer, or another object with variables."""

    @property
    def variables(self) -> Sequence[Any]: ...


class Saveable(Protocol):
    """A layer or model: what has a config and weights that files hold."""

    @property
    def name(self) -> str: ...
    @property
    def built(self) -> bool: ...
    @property
    def variables(self) -> Sequence[Any]: ...
    def get_config(self) -> dict[str, Any]: ...
    def save_own_variables(self, store: Any) -> None: ...
    def load_own_variables(self, store: Any) -> None: ...


class SeedSource(Protocol):
    """A sequence of seeds: a ``keras.random.SeedGenerator``."""

    def next(self, ordered: bool = True) -> Any: ...


SeedLike: TypeAlias = int | SeedSource | None
"""A seed, or a sequence of seeds; None for random ones."""

LearningRate: TypeAlias = float | Callable[..., Any] | Shaped
"""A learning rate: a number, a schedule, or a function without arguments."""


class OldOptimizerOptions(TypedDict, total=False):
    """Arguments of optimizers in Keras 2: ``lr`` is ``learning_rate``, ``decay`` has no effect."""

    lr: float
    decay: float


class LoadOptions(TypedDict, total=False):
    """Arguments of `load_weights` for one kind of file each."""

    by_name: bool
    objects_to_skip: Sequence[Any]


# -- Layers --------------------------------------------------------------------------


class HasCall(Protocol[R_co]):
    """A layer, by the result of its ``call``."""

    @property
    def call(self) -> Callable[..., R_co]: ...


class HasResult(Protocol[R_co]):
    """A metric, by what its ``result`` returns."""

    def result(self) -> R_co: ...


class OldLayerOptions(TypedDict, total=False):
    """Arguments of layers in Keras 2, for the shape of the inputs and the first weights."""

    input_shape: Sequence[int | None]
    batch_input_shape: Sequence[int | None]
    input_dim: int
    weights: Sequence[Any]


class UntypedLayerOptions(OldLayerOptions, total=False):
    """Arguments of layers whose constructors name ``name`` and ``dtype`` themselves."""

    trainable: bool
    autocast: bool
    activity_regularizer: RegularizerLike


class UnnamedLayerOptions(UntypedLayerOptions, total=False):
    """Arguments of layers whose constructors name ``name`` themselves."""

    dtype: DTypePolicyLike


class ModelOptions(OldLayerOptions, total=False):
    """Arguments of models whose constructors name ``name`` and ``trainable`` themselves."""

    dtype: DTypePolicyLike
    autocast: bool
    activity_regularizer: RegularizerLike


class PlainLayerOptions(TypedDict, total=False):
    """Arguments of each layer, but `activity_regularizer`."""

    name: str | None
    dtype: DTypePolicyLike
    trainable: bool
    autocast: bool
    input_shape: Sequence[int | None]
    batch_input_shape: Sequence[int | None]
    input_dim: int
    weights: Sequence[Any]


class LayerOptions(PlainLayerOptions, total=False):
    """Arguments of each layer."""

    activity_regularizer: RegularizerLike


class OldActivationOptions(LayerOptions, total=False):
    """Arguments of activation layers in Keras 2: ``alpha`` is ``negative_slope``."""

    alpha: float


class OldCellOptions(LayerOptions, total=False):
    """Arguments of recurrent cells in Keras 2, where ``implementation`` chose one of several."""

    implementation: int


class OldRNNOptions(PlainLayerOptions, total=False):
    """Arguments of recurrent layers in Keras 2, where ``implementation`` chose one of several."""

    implementation: int


class OldInputOptions(TypedDict, total=False):
    """Arguments of `InputLayer` in Keras 2."""

    input_shape: Sequence[int | None]
    batch_input_shape: Sequence[int | None]


class UnweightedLayerOptions(TypedDict, total=False):
    """Arguments of layers whose constructors name ``weights`` or ``input_dim`` themselves."""

    name: str | None
    dtype: DTypePolicyLike
    trainable: bool
    autocast: bool
    input_shape: Sequence[int | None]
    batch_input_shape: Sequence[int | None]
    activity_regularizer: RegularizerLike


class EmbeddingOptions(UnweightedLayerOptions, total=False):
    """Arguments of each layer, but its weights, and ``input_length`` of Keras 2."""

    input_length: int | None


class NormalizationOptions(LayerOptions, total=False):
    """Arguments of each layer, and ``rms_scaling``, which the files of Keras name."""

    rms_scaling: bool
