"""How the core's objects take part in jax."""

import os
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

import jax
from jax.tree_util import register_pytree_node

from keras_backend_jax.tensors import DTYPES, NAMES


class PytreeVariable:
    """A base of variables that makes them pytrees, whose leaf is the value.

    So functions of jax take variables, and lists of them, wherever they take arrays; what they
    make of them are arrays.
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        register_pytree_node(cls, _values, _value)


def _values(variable: Any) -> tuple[tuple[Any], None]:
    return (variable.value,), None


def _value(_: None, values: Sequence[Any]) -> Any:
    return values[0]


variable_mixin = PytreeVariable


def outside_traces() -> AbstractContextManager[Any]:
    """Tensors made inside are values, and no part of what is traced."""
    scope: AbstractContextManager[Any] = jax.ensure_compile_time_eval()
    return scope


# Unknown dimensions are tried out with two sizes; those of the results that differ are unknown
# as well. Both divide by what networks divide by. The first axis is the batch, most often.
_SIZES = ((8, 64), (24, 192))


def infer_spec(fn: Callable[..., Any], specs: Sequence[tuple[tuple[int | None, ...], str]]) -> Any:
    """The outputs of ``fn`` for inputs of these shapes and dtypes, by tracing it."""

    def run(n: int, m: int) -> Any:
        inputs = [
            jax.ShapeDtypeStruct(
                tuple(d if d is not None else m if i else n for i, d in enumerate(shape)),
                DTYPES[dtype],
            )
            for shape, dtype in specs
        ]
        return jax.eval_shape(fn, *inputs)

    return jax.tree.map(
        lambda a, b: (
            tuple(m if m == n else None for m, n in zip(a.shape, b.shape, strict=True)),
            NAMES[a.dtype],
        ),
        *(run(*sizes) for sizes in _SIZES),
    )


def enable_determinism() -> None:
    """XLA reads its flags when the process starts to use it; CPUs and TPUs need none."""
    flag = "--xla_gpu_exclude_nondeterministic_ops=true"
    if jax.default_backend() == "gpu" and flag not in os.environ.get("XLA_FLAGS", ""):
        raise RuntimeError(
            "XLA has to be told before it starts: set the environment variable XLA_FLAGS to "
            f"{flag!r} for the process, or before jax is imported."
        )
