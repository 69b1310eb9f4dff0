"""Layers that compute on the host, in NumPy: engines have no strings."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np

from keras_core.core.base import tree
from keras_core.core.tensors import dtypes, native, ragged, sparse
from keras_core.core.tensors.sparse import Coo
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.data.adapters import adapter_for
from keras_core.data.arrays import is_array_like
from keras_core.data.texts import host_array
from keras_core.layers.base.layer import Layer
from keras_core.layers.preprocessing.pipelines import in_pipeline, is_on_host, pipeline_of
from keras_core.typing import Array, Shape, Tensor, TensorLike
from keras_core_plugins.protocol import PipelineTensors


class HostLayer(Layer):
    """A layer whose computation is `transform`, a function of NumPy arrays.

    It takes strings, arrays, lists and tensors, in any thread or process, and returns tensors, or
    arrays of strings. Where data are prepared (in a `map` of tf.data, in workers, in threads of a
    `PyDataset`) it returns what belongs there: tensors of the pipeline, or arrays.
    """

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if any(isinstance(x, KerasTensor) for x in tree.flatten((args, kwargs))):
            return super().__call__(*args, **kwargs)
        return self.call(*args, **kwargs)

    def _computes_on_host(self) -> bool:
        return True

    def call(self, inputs: TensorLike) -> Tensor:
        """The result for strings or numbers."""
        if ragged.is_ragged(inputs):
            return self._call_on_rows(inputs)
        if in_trace(inputs):
            return self.traced(self.transform, [inputs])
        self.built = True
        return to_engine(self.transform(host_array(inputs)))

    def _call_on_rows(self, inputs: Any) -> Any:
        """The result for a ragged tensor: a ragged one, or a row for each of its rows."""
        if getattr(self, "output_mode", "int") in ("int", "one_hot"):
            return ragged.map_values(self.call, inputs)
        layer: Any = self
        if in_trace(ragged.values_of(inputs)) or ragged.ragged_rank(inputs) > 1 or layer.sparse:
            raise ValueError(
                f"{type(self).__name__} with output_mode={layer.output_mode!r} takes ragged "
                "tensors of two axes with values at hand, and makes dense ones. Call it before, on "
                "such, or with `output_mode='int'`."
            )
        ends = np.cumsum(ragged.row_lengths(inputs))[:-1]
        rows = np.split(host_array(ragged.values_of(inputs)), ends)
        self.built = True
        results: list[Any] = [self.transform(row) for row in rows]
        return to_engine(np.stack(results))

    def traced(self, fn: Callable[..., Any], tensors: Sequence[Any]) -> Any:
        """What ``fn`` of arrays makes of tensors without values."""
        if getattr(self, "sparse", False) or getattr(self, "ragged", False):
            raise ValueError(
                f"{type(self).__name__} makes dense tensors only in a function that is traced. "
                "Leave out `sparse` and `ragged`."
            )
        kind = pipeline_for(type(self).__name__, tensors)
        spec = self.output_shape_and_dtype(kind.spec(tensors[0])[0])
        return in_pipeline(kind, lambda *arrays: [fn(*arrays)], tensors, [spec])[0]

    def transform(self, x: np.ndarray[Any, Any]) -> Array | Coo:
        """The result as an array, or a `Coo` for a sparse tensor."""
        raise NotImplementedError

    def compute_output_spec(self, inputs: Any) -> Any:
        shape, dtype = self.output_shape_and_dtype(tuple(inputs.shape))
        return KerasTensor(shape, dtype if dtype == "string" else dtypes.narrow(dtype))

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return self.output_shape_and_dtype(tuple(input_shape))[0]

    def output_shape_and_dtype(self, shape: tuple[Any, ...]) -> tuple[tuple[Any, ...], str]:
        """What the outputs look like for inputs of a shape."""
        raise NotImplementedError


def in_trace(*inputs: Any) -> bool:
    """Whether inputs have no values: in a compiled function, or in a pipeline's."""
    return native.is_tracing() or pipeline_of(inputs) is not None


def pipeline_for(layer: str, tensors: Sequence[Any]) -> PipelineTensors:
    """The pipeline that tensors without values belong to.

    Raises:
        ValueError: If they belong to none: a compiled function cannot wait for the host.
    """
    kind = pipeline_of(tensors)
    if kind is None or not all(map(kind.accepts, tensors)):
        raise ValueError(
            f"{layer} computes on the host, so it cannot be part of a compiled function. Call it "
            "on the data before, such as in `dataset.map`."
        )
    return kind


def to_engine(x: Any) -> Any:
    """A tensor for an array of numbers, but where data are prepared; strings stay as they are."""
    if isinstance(x, sparse.Coo):
        return sparse.batch(x)
    return x if x.dtype.kind == "O" or is_on_host() else native.convert(x)


OUTPUT_MODES = ("int", "one_hot", "multi_hot", "count", "tf_idf")


def encoded_shape(shape: tuple[Any, ...], mode: str, depth: int | None) -> tuple[Any, ...]:
    """The shape of encoded integers of a shape."""
    if mode == "int":
        return shape
    if mode == "one_hot":
        return (*(shape[:-1] if len(shape) > 1 and shape[-1] == 1 else shape), depth)
    return (*shape[:-1], depth)


def encode(
    x: np.ndarray[Any, Any],
    mode: str,
    depth: int,
    dtype: str,
    weights: Any = None,
    is_sparse: bool = False,
) -> Any:
    """Integers as one-hot, multi-hot, counted or weighted rows; those out of range are left out.

    Args:
        x: Integers of any shape; the last axis is that of a sample's tokens.
        mode: One of `OUTPUT_MODES`.
        depth: Number of columns.
        dtype: Dtype of the result.
        weights: A weight for each column, for ``"tf_idf"``.
        is_sparse: Whether the result is a `Coo`.
    """
    if mode == "int":
        return x.astype(dtype, copy=False)
    if mode == "one_hot":
        x = x if x.ndim > 1 and x.shape[-1] == 1 else x[..., None]
    elif not x.ndim:
        x = x[None]
    shape = x.shape[:-1]
    size = int(np.prod(shape))
    rows = np.arange(size).repeat(x.shape[-1])
    flat = x.reshape(-1)
    inside = (flat >= 0) & (flat < depth)
    rows, flat = rows[inside], flat[inside]
    places = rows * depth + flat
    if is_sparse:
        places, counts = np.unique(places, return_counts=True)
    else:
        counts = np.bincount(places, minlength=size * depth)
    if mode in ("one_hot", "multi_hot"):
        counts = np.minimum(counts, 1)
    values = counts.astype(dtype)
    if mode == "tf_idf":
        columns = places % depth if is_sparse else np.tile(np.arange(depth), size)
        values = (values * weights[columns]).astype(dtype)
    if not is_sparse:
        return values.reshape(*shape, depth)
    indices = np.stack(np.unravel_index(places, (*shape, depth)), -1)
    return sparse.Coo(indices.astype("int64"), values, (*shape, depth))


def batches_of(data: Any, steps: int | None = None) -> Iterator[np.ndarray[Any, Any]]:
    """The inputs to adapt a layer to: one array, or the batches of whatever yields some.

    Raises:
        ValueError: If there is nothing, or the batches have targets.
    """
    if is_array_like(data) or isinstance(data, (str, list, tuple)):
        found: Any = iter([data if ragged.is_ragged(data) else host_array(data)])
    else:
        found = adapter_for(data).elements(data)
    empty = True
    for batch in islice(found, steps):
        if isinstance(batch, tuple):
            raise ValueError(
                "Expected a dataset of inputs to adapt to. Received: batches that are tuples of "
                f"{len(batch)}. Take the inputs out first: `dataset.map(lambda x, y: x)`."
            )
        x = host_array(ragged.values_of(batch) if ragged.is_ragged(batch) else batch)
        if x.size:
            empty = False
            yield x
    if empty:
        raise ValueError("The data to adapt to hold nothing.")
