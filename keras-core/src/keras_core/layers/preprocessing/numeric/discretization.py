"""Numbers put in bins by their size."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.core.objects import serialization
from keras_core.core.tensors import dtypes
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.layers.base.arguments import number
from keras_core.layers.preprocessing.data_layer import DataLayer
from keras_core.layers.preprocessing.numeric.category_encoding import rows_of, rows_shape
from keras_core.layers.preprocessing.text.host import batches_of
from keras_core.typing import Data, DTypePolicyLike, Shape, Tensor, TensorLike

_MODES = ("int", "one_hot", "multi_hot", "count")


@public("keras.layers.Discretization")
class Discretization(DataLayer):
    """Puts numbers in bins, and returns the numbers of the bins.

    Args:
        bin_boundaries: Increasing numbers between the bins: ``[0, 1, 2]`` makes the bins ``(-inf,
            0)``, ``[0, 1)``, ``[1, 2)`` and ``[2, inf)``.
        num_bins: Number of bins, whose boundaries `adapt` makes so that each gets as many of the
            numbers. Exactly one of `bin_boundaries` and `num_bins` is given.
        epsilon: Error that `adapt` may make in the fractions, 0.01 by default: the larger, the
            less memory it needs.
        output_mode: ``"int"`` (the default) for the numbers of bins; ``"one_hot"`` for a row of
            each; ``"multi_hot"`` or ``"count"`` for one row for the last axis, with ones or counts.
        sparse: Whether rows are sparse tensors, on backends that have these. False by default.
        dtype: Dtype of the rows, floatx by default. Bins are int32.
        name: Name of the layer.

    Call arguments:
        inputs: Numbers of any shape.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> layer = keras.layers.Discretization(bin_boundaries=[0.0, 1.0, 2.0])
    >>> keras.ops.convert_to_numpy(layer(np.array([[-1.5, 1.0, 3.4, 0.5]]))).tolist()
    [[0, 2, 3, 1]]
    """

    def __init__(
        self,
        bin_boundaries: Sequence[float] | None = None,
        num_bins: int | None = None,
        epsilon: float = 0.01,
        output_mode: str = "int",
        sparse: bool = False,
        dtype: DTypePolicyLike = None,
        name: str | None = None,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        if sparse and output_mode == "int":
            raise ValueError(
                "`sparse=True` may only be used if `output_mode` is `'one_hot'`, `'multi_hot'`, or "
                f"`'count'`. Received: sparse={sparse} and output_mode={output_mode}"
            )
        if output_mode not in _MODES:
            raise ValueError(
                "Unknown value for `output_mode` argument of Discretization. Allowed values are: "
                f"{_MODES}. Received: output_mode={output_mode}"
            )
        if num_bins is not None and (not isinstance(num_bins, int) or num_bins < 0):
            raise ValueError(
                "`num_bins` must be an integer greater than or equal to 0. Received: "
                f"`num_bins={num_bins}`"
            )
        if num_bins is not None and bin_boundaries is not None:
            raise ValueError(
                "Both `num_bins` and `bin_boundaries` should not be set. Received: "
                f"`num_bins={num_bins}` and `bin_boundaries={bin_boundaries}`"
            )
        if num_bins is None and bin_boundaries is None:
            raise ValueError("You need to set either `num_bins` or `bin_boundaries`.")
        if bin_boundaries is not None:
            bin_boundaries = np.asarray(bin_boundaries, "float64").tolist()
            if sorted(bin_boundaries) != bin_boundaries:
                raise ValueError(
                    f"`bin_boundaries` should increase. Received: bin_boundaries={bin_boundaries}"
                )
        self.num_bins, self.epsilon = num_bins, number("epsilon", epsilon, 0.0)
        self.output_mode, self.sparse = output_mode, sparse
        self._keep(bin_boundaries=bin_boundaries, _given=bin_boundaries is not None)
        self.reset_state()

    bin_boundaries: list[float] | None
    """The numbers between the bins, None before `adapt`."""

    # -- Adapting --------------------------------------------------------------------

    def adapt(self, data: Data, steps: int | None = None) -> None:
        """Makes the boundaries from all numbers in some data.

        Args:
            data: Array or tensor; or whatever yields batches of such: a `PyDataset`, a
                ``tf.data.Dataset``, a loader of torch, a generator.
            steps: Number of batches to look at. By default all.
        """
        if self._given:
            raise ValueError(
                "Cannot adapt a Discretization layer that has been initialized with "
                "`bin_boundaries`, use `num_bins` instead."
            )
        self.reset_state()
        for batch in batches_of(data, steps):
            self.update_state(batch)
        self.finalize_state()

    def update_state(self, data: TensorLike) -> None:
        """Adds a batch to the summary of the numbers."""
        batch = summarise(np.asarray(data, "float32"), self.epsilon)
        summary = np.concatenate([self.summary, batch], axis=1)
        summary = summary[:, np.lexsort((summary[1], summary[0]))]
        self._keep(summary=compress(summary, self.epsilon))

    def finalize_state(self) -> None:
        """Makes the boundaries from the summary."""
        if not self._given and self.num_bins:
            self._keep(bin_boundaries=boundaries(self.summary, self.num_bins).tolist())

    def reset_state(self) -> None:
        """Forgets the boundaries, unless the constructor was given them."""
        if not self._given:
            self._keep(bin_boundaries=None, summary=np.zeros((2, 0), "float32"))

    def share_with(self, twin: "Discretization") -> None:
        """Gives another layer the boundaries."""
        twin._keep(bin_boundaries=self.bin_boundaries)

    # -- Computing -------------------------------------------------------------------

    def call(self, inputs: TensorLike) -> Tensor:
        if self.bin_boundaries is None:
            raise ValueError(
                "You need to either pass the `bin_boundaries` argument at construction time or "
                "call `adapt(dataset)` before you can start using the `Discretization` layer."
            )
        bounds = ops.convert_to_tensor(np.asarray(self.bin_boundaries, "float32"))
        out = ops.digitize(ops.cast(inputs, "float32"), bounds)
        if self.output_mode == "int":
            return out
        depth = len(self.bin_boundaries) + 1
        return rows_of(out, depth, self.output_mode, self.compute_dtype, None, self.sparse)

    @property
    def output_dtype(self) -> str:
        """The dtype of the results: int32 for numbers of bins, that of the layer for rows."""
        return "int32" if self.output_mode == "int" else self.compute_dtype

    def _depth(self) -> int | None:
        return self.num_bins if self.bin_boundaries is None else len(self.bin_boundaries) + 1

    def compute_output_spec(self, inputs: Any) -> Any:
        dtype = self.output_dtype
        shape = self.compute_output_shape(inputs.shape)
        return KerasTensor(shape, dtypes.narrow(dtype), sparse=self.sparse)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        if self.output_mode == "int":
            return tuple(input_shape)
        return rows_shape(input_shape, self._depth(), self.output_mode)  # type: ignore[arg-type]  # one of the two is given

    def get_config(self) -> dict[str, Any]:
        return {
            "bin_boundaries": self.bin_boundaries,
            "num_bins": self.num_bins,
            "epsilon": self.epsilon,
            "output_mode": self.output_mode,
            "sparse": self.sparse,
            "name": self.name,
            "dtype": self.dtype,
        }

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None
    ) -> "Discretization":
        """A layer from its config, with the boundaries that `adapt` had made.

        Args:
            config: What `get_config` returned.
            custom_objects: Classes by name that are not registered, such as that of a dtype
                policy; none by default.
        """
        with serialization.CustomObjectScope(custom_objects):
            return cls._from(config)

    @classmethod
    def _from(cls, config: dict[str, Any]) -> "Discretization":
        if config.get("bin_boundaries") is None or config.get("num_bins") is None:
            return cls(**config)
        layer = cls(**{**config, "bin_boundaries": None})
        layer._keep(bin_boundaries=list(config["bin_boundaries"]))
        return layer


# -- Summaries of numbers ------------------------------------------------------------


def summarise(values: np.ndarray[Any, Any], epsilon: float) -> np.ndarray[Any, Any]:
    """Every so many-th of the sorted numbers, and how many each stands for."""
    values = np.sort(values.reshape(-1))
    step = max(int(epsilon * len(values)), 1)
    kept = values[step - 1 :: step]
    return np.stack([kept, np.full(len(kept), step)]).astype("float32")


def compress(summary: np.ndarray[Any, Any], epsilon: float) -> np.ndarray[Any, Any]:
    """A summary of no more than ``1 / epsilon`` numbers."""
    if summary.shape[1] * epsilon < 1:
        return summary
    wanted = epsilon + np.arange(0.0, 1.0, epsilon)
    totals = summary[1].cumsum()
    fractions = totals / totals[-1]
    values = np.interp(wanted, fractions, summary[0])
    ends = np.interp(wanted, fractions, totals)
    return np.stack([values, ends - np.concatenate([[0], ends[:-1]])]).astype("float32")


def boundaries(summary: np.ndarray[Any, Any], num_bins: int) -> np.ndarray[Any, Any]:
    """The numbers that cut a summary into bins of one size."""
    compressed = compress(summary, 1.0 / num_bins)
    return compressed[0, :-1]
