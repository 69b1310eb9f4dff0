"""How the core's objects take part in OpenVINO's own world."""

from collections.abc import Callable, Sequence
from typing import Any

from keras_backend_openvino.graph import Tensor, Trace


def infer_spec(fn: Callable[..., Any], specs: Sequence[tuple[tuple[int | None, ...], str]]) -> Any:
    """Trace ``fn`` for the specs, without running it."""
    with Trace() as trace:
        return _specs(fn(*(trace.parameter(dtype, shape)[1] for shape, dtype in specs)))


def _specs(nest: Any) -> Any:
    if isinstance(nest, Tensor):
        return nest.static_shape, nest.dtype
    if isinstance(nest, dict):
        return {k: _specs(v) for k, v in nest.items()}
    if isinstance(nest, (list, tuple)):
        return type(nest)(_specs(v) for v in nest)
    return nest
