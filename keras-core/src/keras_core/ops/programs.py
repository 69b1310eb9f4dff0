"""The primitives that a function or a layer runs."""

from collections.abc import Callable
from typing import Any

from keras_core.core.base.public import public
from keras_core.core.graph.program import Program, record
from keras_core.core.tensors.scopes import SymbolicScope
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.typing import Shape


@public("keras.ops.program")
def program(function: Callable[..., Any], *inputs: KerasTensor | Shape) -> Program:
    """Write down the primitives that a function runs, without running them.

    Each call names a primitive of the backend protocol, whatever overrides the backend has. A
    loop, a condition or a gradient is one call of the operation, `scan` for example, with the
    functions among its arguments.

    Args:
        function: A layer, a model, or a function of operations.
        *inputs: For each argument a `KerasTensor`, or a shape, which stands for one of `floatx`.

    Returns:
        A `Program`, whose ``calls`` are a list; `print` shows it.

    Example:

    >>> import keras_core as keras
    >>> print(keras.ops.program(lambda x: keras.ops.sum(keras.ops.exp(x), axis=-1), (2, 3)))
    x0 = input: float32[2, 3]
    t0 = exp(x0): float32[2, 3]
    t1 = sum(t0, [1], False): float32[2]
    return t1
    """
    specs = [x if isinstance(x, KerasTensor) else KerasTensor(x) for x in inputs]
    if not getattr(function, "built", True):
        function(*(KerasTensor(x.shape, x.dtype) for x in specs))

    def infer(*args: Any) -> Any:
        with SymbolicScope():
            return function(*args)

    return record(infer, specs)
