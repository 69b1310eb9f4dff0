"""Less memory for gradients, for more time: intermediate results that are computed again.

The forward pass keeps what the backward pass needs, for each operation. A function that is
rematerialized keeps its arguments alone and is run again in the backward pass. The engine does
that; here the state of variables is made part of the arguments and results, so that both runs see
the same: random numbers are drawn once, and moving averages move once.
"""

import functools
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias, get_args

from keras_core.core.base import tree
from keras_core.core.base.public import public
from keras_core.core.base.thread_value import ThreadScoped
from keras_core.core.execution.compiled import AUTODIFF
from keras_core.core.state.variables import Variable
from keras_core.core.tensors import native, runtime, scopes
from keras_core.core.tensors.symbolic import KerasTensor

Mode: TypeAlias = Literal["full", "activations", "larger_than", "list_of_layers"]

_CHECKPOINT: Final[Callable[..., Any] | None] = getattr(AUTODIFF, "checkpoint", None)

_STATEFUL: Final = runtime.CAPABILITIES.stateful_variables

_MODE: "ThreadScoped[RematScope | None]" = ThreadScoped(None)

_RUNNING: ThreadScoped[bool] = ThreadScoped(False)
"""Whether a rematerialized function runs: within it, nothing is computed a third time."""

ACTIVATIONS: ThreadScoped[bool] = ThreadScoped(False)
"""Whether activation functions are rematerialized that layers apply now."""


@public("keras.RematScope")
class RematScope:
    """Layers made inside compute their intermediate results again for gradients.

    That takes less memory and more time, on backends whose engines can do it: jax, torch and
    tensorflow. Elsewhere it changes nothing.

    A layer is computed again as a whole, with the layers in it; a model layer by layer.

    Args:
        mode: What is computed again: ``"full"``, all that a layer computes; ``"activations"``,
            the activation functions that layers apply; ``"larger_than"``, layers with an output
            of more elements than ``output_size_threshold``; ``"list_of_layers"``, the layers
            that ``layer_names`` names. With None, nothing, for layers within another scope.
        output_size_threshold: A number of elements, for ``"larger_than"``.
        layer_names: Names of layers, for ``"list_of_layers"``.

    Raises:
        ValueError: If there is no such mode.

    Reference:
        [Chen et al., 2016](https://arxiv.org/abs/1604.06174)

    Example:

    >>> import keras_core as keras
    >>> with keras.RematScope(mode="full"):
    ...     layer = keras.layers.Dense(4, activation="gelu")
    >>> layer(keras.ops.ones((2, 3))).shape[-1]
    4
    """

    def __init__(
        self,
        mode: Mode | None = "full",
        output_size_threshold: int = 1024,
        layer_names: Sequence[str] | None = None,
    ) -> None:
        if mode is not None and mode not in get_args(Mode):
            raise ValueError(
                f"Invalid mode {mode!r}. Supported modes are: "
                f"{', '.join(map(repr, get_args(Mode)))}, or None."
            )
        self.mode = mode
        self.output_size_threshold = output_size_threshold
        self.layer_names = list(layer_names or ())
        self._tokens: list[RematScope | None] = []

    def __enter__(self) -> "RematScope":
        self._tokens.append(_MODE.set(self))
        return self

    def __exit__(self, *exc: object) -> None:
        _MODE.reset(self._tokens.pop())

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_tokens": []}


def current() -> RematScope | None:
    """The innermost scope, if layers made in it are rematerialized."""
    scope = _MODE.value
    return None if scope is None or scope.mode is None else scope


@public("keras.remat")
def remat(f: Callable[..., Any]) -> Callable[..., Any]:
    """``f``, whose intermediate results are computed again for gradients instead of being kept.

    That takes less memory and more time, on backends whose engines can do it: jax, torch and
    tensorflow. Elsewhere ``f`` is called as it is, and a warning says so once. What ``f`` assigns
    to variables is assigned once, and random numbers are the same in both runs.

    Args:
        f: A function of nests of tensors that returns a nest of tensors.

    Returns:
        A function that gives what ``f`` gives.

    Reference:
        [Chen et al., 2016](https://arxiv.org/abs/1604.06174)

    Example:

    >>> import keras_core as keras
    >>> wave = keras.remat(lambda x: keras.ops.sin(keras.ops.exp(x)))
    >>> round(float(wave(0.0)), 3)
    0.841
    """
    if _CHECKPOINT is None:
        _warn_once()

    @functools.wraps(f)
    def rematerialized(*args: Any, **kwargs: Any) -> Any:
        return call_again(f, args, kwargs)

    return rematerialized


@functools.cache
def _warn_once() -> None:
    warnings.warn(
        f"The backend {runtime.NAME!r} keeps all intermediate results: rematerialization changes "
        "nothing on it. Choose jax, torch or tensorflow to save memory by it.",
        stacklevel=4,
    )


def call_again(
    f: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    add_loss: Callable[[Any], None] | None = None,
) -> Any:
    """``f(*args, **kwargs)``, rematerialized.

    Args:
        f: The function.
        args: Its arguments by position.
        kwargs: Its arguments by name.
        add_loss: Takes the losses that layers add in ``f``.
    """
    leaves = tree.flatten((args, kwargs))
    if _CHECKPOINT is None or _RUNNING.value or any(isinstance(x, KerasTensor) for x in leaves):
        return f(*args, **kwargs)
    run = _Run(f, (args, kwargs), leaves)
    dynamic = [x for x in leaves if native.is_engine_tensor(x)]
    results = list(_CHECKPOINT(run)(*dynamic))
    count = len(run.written)
    for variable, value in zip(run.written, results[:count], strict=True):
        variable.assign(value)
    for loss in results[count : count + run.losses]:
        if add_loss is not None:
            add_loss(loss)
    rest = iter(results[count + run.losses :])
    return tree.map_structure(lambda x: next(rest) if x is _TENSOR else x, run.outputs)


_TENSOR: Final = object()


@dataclass(eq=False)
class _Run:
    """A function of tensors alone, whose runs see the same state and write none."""

    f: Callable[..., Any]
    nest: Any
    leaves: list[Any]
    read: dict[int, tuple[Variable, Any]] = field(default_factory=dict)
    """What the first run read of variables that are not trained."""

    written: list[Variable] = field(default_factory=list)
    losses: int = 0
    outputs: Any = None
    """The nest of results of the last run, with `_TENSOR` in the places of tensors."""

    def __call__(self, *dynamic: Any) -> list[Any]:
        given = iter(dynamic)
        filled = [next(given) if native.is_engine_tensor(x) else x for x in self.leaves]
        args, kwargs = tree.pack_sequence_as(self.nest, filled)
        before = _RUNNING.set(True)
        try:
            with _SameState(self.read) as scope:
                out = self.f(*args, **kwargs)
        finally:
            _RUNNING.reset(before)
        written = scope.written()
        self.written = [variable for variable, _ in written]
        self.losses = len(scope.losses)
        flat = tree.flatten(out)
        is_tensor = [native.is_engine_tensor(x) for x in flat]
        places = [_TENSOR if yes else x for x, yes in zip(flat, is_tensor, strict=True)]
        self.outputs = tree.pack_sequence_as(out, places)
        results = [value for _, value in written] + scope.losses
        return results + [x for x, yes in zip(flat, is_tensor, strict=True) if yes]


class _SameState(scopes.StatelessScope):
    """Reads give what the first run read; writes and losses stay here.

    Variables that are trained are read anew, by the gradient that watches them.
    """

    takes_losses = True

    def __init__(self, read: dict[int, tuple[Variable, Any]]) -> None:
        super().__init__(collect_losses=True)
        self._first = read

    def read(self, variable: Variable) -> Any:
        if variable.trainable or id(variable) in self._written:
            return super().read(variable)
        if id(variable) not in self._first:
            value = super().read(variable)
            # The memory of a mutable variable is written to by the time of the second run.
            self._first[id(variable)] = variable, runtime.COPY(value) if _STATEFUL else value
        return self._first[id(variable)][1]
