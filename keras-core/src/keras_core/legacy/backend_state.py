"""What `keras.backend` had for variables, random numbers and graphs in Keras 2."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_core import ops, random
from keras_core.core.base import config
from keras_core.core.base.legacy import legacy
from keras_core.core.state.variables import Variable
from keras_core.core.tensors.scopes import name_scope as _name_scope

legacy("keras.backend.name_scope", today="`keras.name_scope`")(_name_scope)

# -- Variables ------------------------------------------------------------------------


@legacy("keras.backend.variable", today="`keras.Variable`")
def variable(value: Any, dtype: Any = None, name: str | None = None, constraint: Any = None) -> Any:
    """A variable.

    Args:
        value: Its first value.
        dtype: Its dtype, ``floatx()`` by default.
        name: Its name.
        constraint: What is done to its value after each update; nothing by default.
    """
    out = Variable(ops.convert_to_tensor(value, dtype or config.floatx()), name=name)
    out.constraint = constraint
    return out


@legacy("keras.backend.get_value", today="`keras.ops.convert_to_numpy`")
def get_value(x: Any) -> Any:
    """The value as an array."""
    value = ops.convert_to_numpy(x)
    return value[()] if value.ndim == 0 else value


@legacy("keras.backend.eval", today="`keras.ops.convert_to_numpy`")
def eval(x: Any) -> Any:
    """The value as an array."""
    return get_value(x)


@legacy("keras.backend.batch_get_value", today="`[keras.ops.convert_to_numpy(x) for x in ...]`")
def batch_get_value(tensors: Sequence[Any]) -> list[Any]:
    """The values as arrays."""
    return [get_value(x) for x in tensors]


@legacy("keras.backend.set_value", today="`variable.assign`")
def set_value(x: Any, value: Any) -> None:
    """Give a variable a value."""
    x.assign(value)


@legacy("keras.backend.batch_set_value", today="`variable.assign`")
def batch_set_value(tuples: Sequence[tuple[Any, Any]]) -> None:
    """Give each of some variables a value."""
    for x, value in tuples:
        x.assign(value)


@legacy("keras.backend.update", today="`variable.assign`")
def update(x: Any, new_x: Any) -> Any:
    """Give a variable a value, and return the variable."""
    x.assign(new_x)
    return x


@legacy("keras.backend.update_add", today="`variable.assign_add`")
def update_add(x: Any, increment: Any) -> Any:
    """Add to a variable, and return it."""
    x.assign_add(increment)
    return x


@legacy("keras.backend.update_sub", today="`variable.assign_sub`")
def update_sub(x: Any, decrement: Any) -> Any:
    """Subtract from a variable, and return it."""
    x.assign_sub(decrement)
    return x


@legacy("keras.backend.moving_average_update", today="`variable.assign`")
def moving_average_update(x: Any, value: Any, momentum: Any) -> Any:
    """Let a variable come nearer to a value, and return it.

    Args:
        x: The variable.
        value: The value.
        momentum: Which part of the variable stays, 0 to 1.
    """
    x.assign(x * momentum + ops.cast(value, x.dtype) * (1 - momentum))
    return x


@legacy("keras.backend.count_params", today="`math.prod(tensor.shape)`")
def count_params(x: Any) -> int:
    """How many numbers there are."""
    return int(np.prod(x.shape))


# -- Random numbers -------------------------------------------------------------------


@legacy("keras.backend.random_bernoulli", today="`keras.random.binomial`")
def random_bernoulli(shape: Any, p: float = 0.0, dtype: Any = None, seed: Any = None) -> Any:
    """1 with probability p, else 0."""
    chosen = random.uniform(shape, seed=seed) < p
    return ops.cast(chosen, dtype or config.floatx())


@legacy("keras.backend.random_normal", today="`keras.random.normal`")
def random_normal(
    shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: Any = None
) -> Any:
    """Normally distributed numbers."""
    return random.normal(shape, mean, stddev, dtype, seed)


@legacy("keras.backend.random_uniform", today="`keras.random.uniform`")
def random_uniform(
    shape: Any, minval: float = 0.0, maxval: float = 1.0, dtype: Any = None, seed: Any = None
) -> Any:
    """Evenly distributed numbers."""
    return random.uniform(shape, minval, maxval, dtype, seed)


@legacy("keras.backend.truncated_normal", today="`keras.random.truncated_normal`")
def truncated_normal(
    shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: Any = None
) -> Any:
    """Normally distributed numbers, none further than two deviations from the mean."""
    return random.truncated_normal(shape, mean, stddev, dtype, seed)


@legacy("keras.backend.random_normal_variable", today="`keras.Variable` and `keras.random.normal`")
def random_normal_variable(
    shape: Any, mean: float, scale: float, dtype: Any = None, name: Any = None, seed: Any = None
) -> Any:
    """A variable of normally distributed numbers; ``scale`` is their deviation."""
    return Variable(random.normal(shape, mean, scale, dtype, seed), name=name)


@legacy("keras.backend.random_uniform_variable", today="`keras.Variable`, `keras.random.uniform`")
def random_uniform_variable(
    shape: Any, low: float, high: float, dtype: Any = None, name: Any = None, seed: Any = None
) -> Any:
    """A variable of evenly distributed numbers."""
    return Variable(random.uniform(shape, low, high, dtype, seed), name=name)


# -- Graphs ---------------------------------------------------------------------------


@legacy("keras.backend.stop_gradient", today="`keras.ops.stop_gradient`")
def stop_gradient(variables: Any) -> Any:
    """Tensors that count as constants for gradients."""
    if isinstance(variables, list | tuple):
        return [ops.stop_gradient(x) for x in variables]
    return ops.stop_gradient(variables)


@legacy("keras.backend.gradients", today="`keras.ops.grad` or `keras.ops.value_and_grad`")
def gradients(loss: Any, variables: Any) -> Any:
    """Refused, as by Keras on tensors with values: these do not know how they were computed."""
    raise RuntimeError(
        "keras.backend.gradients needs the graph that a loss was computed by, and a tensor with a "
        "value has none. Write the computation as a function, and use `keras.ops.value_and_grad`."
    )
