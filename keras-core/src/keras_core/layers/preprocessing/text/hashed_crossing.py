"""Combinations of categories put in bins by a hash."""

from collections.abc import Sequence
from typing import Any, Unpack

import numpy as np

from keras_core.core.base import tree
from keras_core.core.base.public import public
from keras_core.core.tensors import dtypes
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.data.hashes import concatenated, farmhash64
from keras_core.data.texts import distinct, host_array, is_string_dtype
from keras_core.layers.preprocessing.text.hashing import check_bins
from keras_core.layers.preprocessing.text.host import (
    HostLayer,
    encode,
    encoded_shape,
    in_trace,
    to_engine,
)
from keras_core.typing import (
    DTypePolicyLike,
    Shape,
    Tensor,
    TensorLike,
    UntypedLayerOptions,
)

_START = 0xDECAFCAFFE
"""The fingerprint that each combination begins with."""


@public("keras.layers.HashedCrossing")
class HashedCrossing(HostLayer):
    """Puts combinations of categories in bins by a hash.

    The combination of, say, a city and a weekday gets the bin ``hash((city, weekday)) %
    num_bins``. The hash is that of FarmHash64 fingerprints: the same on every machine and backend.
    It runs on the host: in a pipeline, as in ``dataset.map``, on arrays, lists and columns, and in
    workers.

    Args:
        num_bins: Number of bins.
        output_mode: ``"int"`` (the default) for the numbers of bins, ``"one_hot"`` for rows.
        sparse: Whether rows are sparse tensors, on backends that have these. False by default.
        name: Name of the layer.
        dtype: Dtype of the output: ``"int64"`` by default, or for rows floatx.
        **kwargs: Other arguments of `keras.layers.Layer`.

    Call arguments:
        inputs: A tuple or list of features, each of strings or integers of shape ``()``,
            ``(batch,)`` or ``(batch, 1)``.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> layer = keras.layers.HashedCrossing(num_bins=5)
    >>> cities, days = np.array(["A", "B", "A"]), np.array([101, 101, 102])
    >>> np.asarray(layer((cities, days))).tolist()
    [1, 4, 3]
    """

    def __init__(
        self,
        num_bins: int,
        output_mode: str = "int",
        sparse: bool = False,
        name: str | None = None,
        dtype: DTypePolicyLike = None,
        **kwargs: Unpack[UntypedLayerOptions],
    ) -> None:
        if output_mode == "int" and dtype is None:
            dtype = "int64"
        super().__init__(name=name, dtype=dtype, **kwargs)
        check_bins(type(self).__name__, num_bins, output_mode, sparse)
        if output_mode not in ("int", "one_hot"):
            raise ValueError(
                "Unknown value for `output_mode` argument of HashedCrossing. Allowed values are: "
                f"('int', 'one_hot'). Received: output_mode={output_mode}"
            )
        self.num_bins, self.output_mode, self.sparse = num_bins, output_mode, sparse

    def call(self, inputs: TensorLike) -> Tensor:
        if not isinstance(inputs, (list, tuple)) or len(inputs) < 2:
            raise ValueError(
                "`HashedCrossing` should be called on a list or tuple of at least two inputs. "
                f"Received: inputs={inputs}"
            )
        if in_trace(*inputs):
            return self.traced(self._crossed, inputs)
        self.built = True
        return to_engine(self._crossed(*map(host_array, inputs)))

    def _crossed(self, *features: np.ndarray[Any, Any]) -> Any:
        shape = features[0].shape
        if any(x.shape != shape for x in features) or not (
            len(shape) < 2 or (len(shape) == 2 and shape[1] == 1)
        ):
            raise ValueError(
                "All `HashedCrossing` inputs should have equal shape, which is (), (batch_size,) "
                f"or (batch_size, 1). Received: inputs of the shapes {[x.shape for x in features]}"
            )
        out = np.full(features[0].size, np.uint64(_START))
        for x in features:
            out = concatenated(out, _fingerprints(x))
        return encode(
            (out % np.uint64(self.num_bins)).astype("int64").reshape(shape),
            self.output_mode,
            self.num_bins,
            self.compute_dtype,
            is_sparse=self.sparse,
        )

    def output_shape_and_dtype(self, shape: tuple[Any, ...]) -> tuple[tuple[Any, ...], str]:
        return encoded_shape(shape, self.output_mode, self.num_bins), self.compute_dtype

    def compute_output_spec(self, inputs: Any) -> Any:
        shape, dtype = self.output_shape_and_dtype(tuple(tree.flatten(inputs)[0].shape))
        return KerasTensor(shape, dtypes.narrow(dtype))

    def compute_output_shape(self, input_shape: Sequence[Shape]) -> Shape:
        return self.output_shape_and_dtype(tuple(input_shape[0]))[0]

    def get_config(self) -> dict[str, Any]:
        return {
            "num_bins": self.num_bins,
            "output_mode": self.output_mode,
            "sparse": self.sparse,
            "name": self.name,
            "dtype": self.dtype,
        }


def _fingerprints(x: np.ndarray[Any, Any]) -> Any:
    if is_string_dtype(x.dtype):
        values, places = distinct(x)
        return farmhash64(values)[places]
    if x.dtype.kind in "biu":
        return x.reshape(-1).astype("int64").view("uint64")
    raise ValueError(
        "All `HashedCrossing` inputs should have an integer or string dtype. "
        f"Received: an input of dtype {x.dtype}"
    )
