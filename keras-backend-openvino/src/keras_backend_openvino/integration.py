"""How the core's objects take part in OpenVINO's own world, and tensors in Python's."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from keras_backend_openvino.graph import Tensor, Trace
from keras_core_plugins.nest import map_leaves
from keras_core_plugins.operators import add_operators


def bind_operators(
    operators: Mapping[str, Callable[..., Any]], is_recording: Callable[[], bool]
) -> None:
    """Python's operators on tensors are the core's operations."""
    add_operators(Tensor, operators)


def infer_spec(fn: Callable[..., Any], specs: Sequence[tuple[tuple[int | None, ...], str]]) -> Any:
    """Trace ``fn`` for the specs, without running it."""
    with Trace() as trace:
        out = fn(*(trace.parameter(dtype, shape) for shape, dtype in specs))
    return map_leaves(lambda x: (x.static_shape, x.dtype) if isinstance(x, Tensor) else x, out)
