"""Features with mean 0 and variance 1, by statistics of some data."""

from typing import Any, Unpack

import numpy as np

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.layers.base.arguments import axis_number
from keras_core.layers.preprocessing.data_layer import DataLayer
from keras_core.layers.preprocessing.text.host import batches_of
from keras_core.typing import Data, LayerOptions, Shape, Tensor, TensorLike

_EPSILON = 1e-7  # no standard deviation is smaller, as nothing is divided by 0


def _as_array(value: Any) -> Any:
    """Numbers as they are given, since they are part of the config."""
    if value is None or isinstance(value, (int, float, list, tuple)):
        return None if value is None else np.asarray(value)
    return ops.convert_to_numpy(value)


@public("keras.layers.Normalization")
class Normalization(DataLayer):
    """Shifts and scales features to mean 0 and standard deviation 1.

    The mean and the variance are given to the constructor, or are weights of the layer: 0 and 1
    until they are loaded, or `adapt` computes them.

    Args:
        axis: The axis or axes that have a mean and a variance for each index, such as the
            features: an int or a tuple of ints, -1 by default. None for one mean of everything.
        mean: A number, or numbers that broadcast to the sizes of ``axis``. With ``variance``, the
            layer has no weights. None by default.
        variance: Of the shape of ``mean``. None by default.
        invert: Whether the inputs are scaled back instead: times the standard deviation, plus the
            mean. False by default.
        **kwargs: Arguments of `Layer`, such as ``name`` and ``dtype``.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.Normalization(mean=3.0, variance=4.0)
    >>> keras.ops.convert_to_numpy(layer(keras.ops.array([[1.0], [5.0]]))).tolist()
    [[-1.0], [1.0]]
    """

    _config_omits = frozenset({"mean", "variance"})

    _moments: tuple[int, Any, Any]
    """How many numbers `update_state` has seen, their mean and their variance."""

    def __init__(
        self,
        axis: int | tuple[int, ...] | None = -1,
        mean: TensorLike | None = None,
        variance: TensorLike | None = None,
        invert: bool = False,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(**kwargs)
        if (mean is None) != (variance is None):
            raise ValueError(
                "When setting values directly, both `mean` and `variance` must be set. Received: "
                f"mean={mean} and variance={variance}"
            )
        axes = () if axis is None else axis if isinstance(axis, (list, tuple)) else (axis,)
        self.axis = tuple(axis_number("axis", a) for a in axes)
        self.invert = bool(invert)
        self.mean: Any = None
        self.variance: Any = None
        self.input_mean: Any = _as_array(mean)
        self.input_variance: Any = _as_array(variance)
        if mean is not None and self.input_mean.shape != self.input_variance.shape:
            raise ValueError(
                "When setting values directly, `mean` and `variance` must have the same shape. "
                f"Received: mean shape {self.input_mean.shape} and variance shape "
                f"{self.input_variance.shape}"
            )
        self.supports_masking = True
        self.reset_state()

    def build(self, input_shape: Shape) -> None:
        ndim = len(input_shape)
        if any(not -ndim <= a < ndim for a in self.axis):
            raise ValueError(
                "All `axis` values must be in the range [-ndim, ndim). Received inputs with "
                f"ndim={ndim}, while axis={self.axis}"
            )
        kept = sorted({a % ndim for a in self.axis})
        self._keep(_kept=tuple(kept))
        for a in kept:
            if input_shape[a] is None:
                raise ValueError(
                    "All `axis` values to be kept must have a known shape. Received axis="
                    f"{self.axis}, inputs.shape={input_shape}, with unknown axis at index {a}"
                )
        self._line = tuple(input_shape[i] if i in kept else 1 for i in range(ndim))
        sizes = tuple(input_shape[a] for a in kept)
        if self.input_mean is None:
            for name, initial, dtype in (
                ("mean", "zeros", None),
                ("variance", "ones", None),
                ("count", "zeros", "int32"),  # of samples; part of the files, not of the result
            ):
                weight = self.add_weight(
                    name=name,
                    shape=() if name == "count" else sizes,
                    dtype=dtype,
                    initializer=initial,
                    trainable=False,
                )
                setattr(self, name, weight)
        else:
            self.mean, self.variance = self._of_sizes(sizes)

    def _of_sizes(self, sizes: tuple[int, ...]) -> Any:
        out = []
        for name, value in (("mean", self.input_mean), ("variance", self.input_variance)):
            if value.ndim > len(sizes):
                raise ValueError(
                    f"The rank of `{name}` must be less than or equal to the number of axes "
                    f"({len(sizes)}). Received: {name} shape {value.shape} for axis {self.axis}"
                )
            out.append(np.broadcast_to(value, sizes))
        return out

    def adapt(self, data: Data) -> None:
        """Computes the mean and the variance of some data.

        Args:
            data: Array or tensor; or whatever yields batches of such: a `PyDataset`, a
                ``tf.data.Dataset``, a loader of torch, a generator.

        Raises:
            ValueError: If the mean and the variance were given to the constructor.
        """
        if self.input_mean is not None:
            raise ValueError(
                "Cannot adapt a Normalization layer whose `mean` and `variance` were given. Leave "
                "them out, and call `adapt`."
            )
        self.reset_state()
        for batch in batches_of(data):
            self.update_state(batch)
        self.finalize_state()

    def update_state(self, data: TensorLike) -> None:
        """Adds a batch to what is known of the numbers."""
        x = np.asarray(data)
        if not self.built:
            self.build(x.shape)
        axes = tuple(i for i in range(x.ndim) if i not in self._kept)
        count = int(np.prod([x.shape[i] for i in axes]))
        total, mean, square = self._moments
        part = count / (total + count)
        shift = x.mean(axes, dtype="float64") - mean
        spread = x.var(axes, dtype="float64")
        square = square * (1 - part) + spread * part + shift**2 * part * (1 - part)
        self._keep(_moments=(total + count, mean + shift * part, square))

    def finalize_state(self) -> None:
        """Sets the mean and the variance to those of all batches."""
        total, mean, square = self._moments
        if self.input_mean is None and total:
            self.mean.assign(mean)
            self.variance.assign(square)

    def reset_state(self) -> None:
        """Forgets what is known of the numbers; the mean and the variance stay till the end."""
        self._keep(_moments=(0, np.float64(0), np.float64(0)))

    def call(self, inputs: TensorLike) -> Tensor:
        x = ops.cast(inputs, self.compute_dtype)
        mean, variance = (
            ops.reshape(ops.cast(v, self.compute_dtype), self._line)
            for v in (self.mean, self.variance)
        )
        deviation = ops.maximum(ops.sqrt(variance), _EPSILON)
        if self.invert:
            return ops.add(mean, ops.multiply(x, deviation))
        return ops.divide(ops.subtract(x, mean), deviation)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        mean, variance = (
            v if v is None else v.tolist() for v in (self.input_mean, self.input_variance)
        )
        return {
            **super().get_config(),
            "mean": mean,
            "variance": variance,
        }
