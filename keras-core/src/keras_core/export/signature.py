"""What an exported function takes: names, shapes and dtypes of its inputs."""

import inspect
import re
from collections.abc import Callable
from typing import Any

from keras_core.core.base import config, tree
from keras_core.core.tensors import dtypes, native
from keras_core.core.tensors.symbolic import KerasTensor, standardize_shape
from keras_core.layers.base.calling import specs_of_inputs
from keras_core.layers.base.input_spec import InputSpec
from keras_core.layers.base.layer import Layer
from keras_core_plugins.protocol import TensorSpec


def make_signature(fn: Callable[..., Any], given: Any) -> tuple[Any, ...]:
    """A `TensorSpec`, or a nest of them, for each argument of ``fn``.

    Args:
        fn: The function, whose parameters name the inputs that have no name of their own.
        given: A list with an entry for each argument: an `InputSpec`, a `KerasTensor`, a tensor
            or an array, or a nest of them.

    Raises:
        TypeError: If something else is given.
        ValueError: If the shape of an input is not known.
    """
    if not isinstance(given, (list, tuple)):
        raise TypeError(
            "`input_signature` must be a list with an entry for each argument, such as "
            f"[keras.InputSpec(shape=(None, 3), dtype='float32')]. Received: {given!r}"
        )
    parameters = [
        p.name
        for p in inspect.signature(fn).parameters.values()
        if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
    ]
    parameters += [f"args_{i}" for i in range(len(parameters), len(given))]
    taken: set[str] = set()

    def named(x: Any, parameter: str, path: tuple[Any, ...]) -> TensorSpec:
        shape, dtype = _shape_and_dtype(x)
        keys = [key for key in path if isinstance(key, str)]
        name = getattr(x, "name", None) or (keys[-1] if keys else parameter)
        base = name = re.sub(r"\W", "_", str(name))
        count = 0
        while name in taken:
            count += 1
            name = f"{base}_{count}"
        taken.add(name)
        return TensorSpec(name=name, shape=shape, dtype=dtype)

    out = []
    for argument, parameter in zip(given, parameters, strict=False):
        leaves = [named(x, parameter, path) for path, x in tree.flatten_with_path(argument)]
        out.append(tree.pack_sequence_as(argument, leaves))
    return tuple(out)


def _shape_and_dtype(x: Any) -> tuple[tuple[int | None, ...], str]:
    if isinstance(x, InputSpec):
        if x.shape is None:
            raise ValueError(
                f"An InputSpec of `input_signature` must have a shape. Received: {x!r}"
            )
        return x.shape, x.dtype or config.floatx()
    if hasattr(x, "__array__") and not isinstance(x, KerasTensor):
        x = native.convert(x)
    if isinstance(x, KerasTensor) or native.is_engine_tensor(x):
        return native.static_shape(x), native.dtype_of(x)
    if hasattr(x, "shape") and hasattr(x, "dtype"):  # what an engine describes its inputs by
        return standardize_shape(x.shape), dtypes.standardize_dtype(x.dtype)
    raise TypeError(
        f"Unsupported entry of `input_signature`: {x!r} of the type {type(x).__name__}. Expected "
        "`keras.InputSpec`, `keras.KerasTensor`, a tensor or an array, or a nest of them."
    )


def own_signature(layer: Layer) -> list[Any]:
    """The inputs of a layer that is built: those it was made from, or last built for.

    The shapes of the latter come from data, so their first axes, the batch, are left open.

    Raises:
        ValueError: If the layer is not built, or its inputs are not known.
    """
    what = "model" if hasattr(layer, "export") else "layer"
    if not layer.built:
        raise ValueError(
            f"The {what} provided has not yet been built. It must be built before export. "
            f"Call {layer.name!r} on data, or build it."
        )
    try:
        return specs_of_inputs(layer)
    except ValueError as error:
        raise ValueError(
            f"{error} Give `input_signature`, such as "
            "[keras.InputSpec(shape=(None, 3), dtype='float32')]."
        ) from None
