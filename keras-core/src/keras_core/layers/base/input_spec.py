"""What a layer demands of its inputs."""

from typing import Any

from keras_core.core.base import tree
from keras_core.core.base.public import public
from keras_core.core.tensors.dtypes import standardize_dtype
from keras_core.core.tensors.native import (
    TENSOR_TYPES,
    dtype_of,
    is_tensor,
    static_shape,
    static_shape_of_tensor,
)
from keras_core.core.tensors.symbolic import KerasTensor, shapes_agree
from keras_core.typing import DTypeLike, Shape


@public("keras.InputSpec", "keras.layers.InputSpec")
class InputSpec:
    """Rank, shape, dtype and axis sizes that a layer demands of an input.

    Args:
        dtype: The dtype.
        shape: The shape; None where any size will do. It includes the batch.
        ndim: The number of axes.
        max_ndim: The largest number of axes.
        min_ndim: The smallest number of axes.
        axes: Sizes by axis, as in ``{-1: 64}``.
        allow_last_axis_squeeze: Whether an input without the last axis, or with one more of
            size 1, will do.
        name: The key of the input where inputs come in a dict.
        optional: Whether None will do.

    Example:

    >>> import keras_core as keras
    >>> class Square(keras.layers.Layer):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.input_spec = keras.layers.InputSpec(min_ndim=2, axes={-1: 4})
    """

    def __init__(
        self,
        dtype: DTypeLike = None,
        shape: Shape | None = None,
        ndim: int | None = None,
        max_ndim: int | None = None,
        min_ndim: int | None = None,
        axes: dict[int, int | None] | None = None,
        allow_last_axis_squeeze: bool = False,
        name: str | None = None,
        optional: bool = False,
    ) -> None:
        self.dtype = standardize_dtype(dtype) if dtype is not None else None
        self.shape = None if shape is None else tuple(shape)
        self.ndim = ndim if shape is None else len(self.shape or ())
        self.max_ndim = max_ndim
        self.min_ndim = min_ndim
        self.name = name
        self.optional = optional
        self.allow_last_axis_squeeze = allow_last_axis_squeeze
        try:
            self.axes = {int(k): v for k, v in (axes or {}).items()}
        except (TypeError, ValueError, AttributeError):
            raise TypeError(
                f"Argument `axes` must be a dict with integer keys. Received: axes={axes!r}"
            ) from None
        limit = self.ndim if self.ndim is not None else max_ndim
        if self.axes and limit is not None:
            largest = max(self.axes)
            if largest > limit - 1:
                raise ValueError(
                    f"Axis {largest} is greater than the maximum allowed value: {limit - 1}"
                )

    def __repr__(self) -> str:
        parts = [
            f"{k}={v!r}"
            for k, v in vars(self).items()
            if v is not None and v is not False and v != {}
        ]
        return f"InputSpec({', '.join(parts)})"

    def get_config(self) -> dict[str, Any]:
        """The arguments to make it with again."""
        return {
            "dtype": self.dtype,
            "shape": self.shape,
            "ndim": self.ndim,
            "max_ndim": self.max_ndim,
            "min_ndim": self.min_ndim,
            "axes": self.axes,
            "optional": self.optional,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "InputSpec":
        """An instance made with ``config``."""
        return cls(**config)

    def mismatch(self, x: object) -> str:
        """What of ``x`` is not as demanded, in words; empty if it fits."""
        shape: tuple[int | None, ...]
        if type(x) in TENSOR_TYPES:
            shape = static_shape_of_tensor(x)
        elif x is None and self.optional:
            return ""
        elif isinstance(x, KerasTensor) or is_tensor(x):
            shape = static_shape(x)
        else:
            shape = tuple(x.shape)
        ndim = len(shape)
        squeezable = self.allow_last_axis_squeeze and self.shape is not None
        if self.ndim is not None and ndim != self.ndim and not squeezable:
            return f"expected ndim={self.ndim}, found ndim={ndim}{_hint(ndim, self.ndim, shape)}"
        if self.max_ndim is not None and ndim > self.max_ndim:
            return f"expected max_ndim={self.max_ndim}, found ndim={ndim}{_hint(ndim, 0, shape)}"
        if self.min_ndim is not None and ndim < self.min_ndim:
            hint = _hint(ndim, self.min_ndim, shape)
            return f"expected min_ndim={self.min_ndim}, found ndim={ndim}{hint}"
        if self.dtype is not None and dtype_of(x) != self.dtype:
            return f"expected dtype={self.dtype}, found dtype={dtype_of(x)}."
        for axis, size in self.axes.items():
            if size is not None and axis < ndim and shape[axis] not in (size, None):
                return (
                    f"expected axis {axis} of input shape to have value {size}, but received "
                    f"input with shape {shape}"
                )
        return "" if self.shape is None else self._other_shape(shape)

    def _other_shape(self, shape: tuple[int | None, ...]) -> str:
        wanted = self.shape
        assert wanted is not None
        if self.allow_last_axis_squeeze:
            if len(shape) == len(wanted) + 1 and shape[-1] == 1:
                shape = shape[:-1]
            elif len(shape) == len(wanted) - 1 and wanted[-1] == 1:
                wanted = wanted[:-1]
        if shapes_agree(wanted, shape):
            return ""
        return f"expected shape={self.shape}, found shape={shape}"


def _hint(found: int, wanted: int, shape: tuple[int | None, ...]) -> str:
    forgotten = " (did you forget the batch axis?)" if found == wanted - 1 else ""
    return f"{forgotten}. Full shape received: {shape}"


def check_inputs(input_spec: Any, inputs: Any, layer_name: str) -> None:
    """Hold inputs against specs.

    Args:
        input_spec: An `InputSpec`, or a nest of them.
        inputs: A tensor, or a nest of tensors; a dict is matched by the names of the specs.
        layer_name: The name of the layer, for messages.

    Raises:
        ValueError: If an input is missing, is no tensor, or has another shape, rank or dtype than
            demanded.
    """
    if input_spec.__class__ is InputSpec and type(inputs) in TENSOR_TYPES:
        specs, values = [input_spec], [inputs]  # the everyday case, without a look into nests
    else:
        specs, values = _matched(tree.flatten(input_spec), inputs, layer_name)
    for i, (x, spec) in enumerate(zip(values, specs, strict=True)):
        if spec is not None and (why := spec.mismatch(x)):
            raise ValueError(
                f"Input {i} with name {spec.name!r} of layer {layer_name!r} is incompatible with "
                f"the layer: {why}"
            )


def _matched(
    specs: list[InputSpec], inputs: Any, layer_name: str
) -> tuple[list[InputSpec], list[Any]]:
    """Specs and as many inputs, each of them a tensor or None."""
    if isinstance(inputs, dict) and all(s.name is not None for s in specs):
        missing = [s.name for s in specs if s.name not in inputs and not s.optional]
        if missing:
            raise ValueError(
                f"Missing data for input {missing[0]!r} of layer {layer_name!r}. You passed a "
                f"data dictionary with keys {list(inputs)}. Expected the following keys: "
                f"{[s.name for s in specs]}"
            )
        values = [inputs.get(s.name) for s in specs]
    else:
        values = tree.flatten(inputs)
    if len(values) != len(specs):
        raise ValueError(
            f"Layer {layer_name!r} expected {len(specs)} input(s). Received {len(values)} instead."
        )
    for x, spec in zip(values, specs, strict=True):
        if spec is not None and not hasattr(x, "shape") and not (x is None and spec.optional):
            raise ValueError(
                "Inputs to a layer should be tensors. Got "
                f"'{x}' (of type {type(x)}) as input for layer {layer_name!r}."
            )
    return specs, values
