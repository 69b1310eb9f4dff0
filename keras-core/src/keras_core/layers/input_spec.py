"""What a layer demands of its inputs."""

from typing import Any

from keras_core.core.base import tree
from keras_core.core.base.public import public
from keras_core.core.tensors.dtypes import standardize_dtype
from keras_core.core.tensors.native import dtype_of, is_tensor, static_shape
from keras_core.core.tensors.symbolic import KerasTensor, shapes_agree


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
        dtype: Any = None,
        shape: Any = None,
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


def check_inputs(input_spec: Any, inputs: Any, layer_name: str) -> None:
    """Hold inputs against specs.

    Raises:
        TypeError: If an input is no tensor.
        ValueError: If one has another shape, rank or dtype than demanded.
    """
    if input_spec is None:
        return
    specs = tree.flatten(input_spec)
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
    for i, (x, s) in enumerate(zip(values, specs, strict=True)):
        if s is not None:
            _check_one(i, x, s, layer_name)


def _check_one(index: int, x: Any, s: InputSpec, layer_name: str) -> None:
    if x is None and s.optional:
        return
    if not (isinstance(x, KerasTensor) or is_tensor(x)):
        if not hasattr(x, "shape"):
            raise ValueError(
                "Inputs to a layer should be tensors. Got "
                f"'{x}' (of type {type(x)}) as input for layer {layer_name!r}."
            )
        shape: tuple[int | None, ...] = tuple(x.shape)
    else:
        shape = static_shape(x)
    start = (
        f"Input {index} with name {s.name!r} of layer {layer_name!r} is incompatible with the "
        "layer: "
    )
    ndim = len(shape)
    squeezable = s.allow_last_axis_squeeze and s.shape is not None
    if s.ndim is not None and ndim != s.ndim and not squeezable:
        hint = " (did you forget the batch axis?)" if ndim == s.ndim - 1 else ""
        raise ValueError(
            f"{start}expected ndim={s.ndim}, found ndim={ndim}{hint}. Full shape received: {shape}"
        )
    if s.max_ndim is not None and ndim > s.max_ndim:
        raise ValueError(
            f"{start}expected max_ndim={s.max_ndim}, found ndim={ndim}. "
            f"Full shape received: {shape}"
        )
    if s.min_ndim is not None and ndim < s.min_ndim:
        hint = " (did you forget the batch axis?)" if ndim == s.min_ndim - 1 else ""
        raise ValueError(
            f"{start}expected min_ndim={s.min_ndim}, found ndim={ndim}{hint}. "
            f"Full shape received: {shape}"
        )
    if s.dtype is not None and dtype_of(x) != s.dtype:
        raise ValueError(f"{start}expected dtype={s.dtype}, found dtype={dtype_of(x)}.")
    for axis, size in s.axes.items():
        if size is not None and axis < ndim and shape[axis] not in (size, None):
            raise ValueError(
                f"{start}expected axis {axis} of input shape to have value {size}, but received "
                f"input with shape {shape}"
            )
    if s.shape is not None:
        wanted = s.shape
        if s.allow_last_axis_squeeze:
            if ndim == len(wanted) + 1 and shape[-1] == 1:
                shape = shape[:-1]
            elif ndim == len(wanted) - 1 and wanted[-1] == 1:
                wanted = wanted[:-1]
        if not shapes_agree(wanted, shape):
            raise ValueError(f"{start}expected shape={s.shape}, found shape={shape}")
