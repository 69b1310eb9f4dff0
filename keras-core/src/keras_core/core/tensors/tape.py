"""The record of calls that the core's reverse-mode differentiation plays back.

While a `Tape` is active, each call of a primitive (or of a composite with a gradient rule
of its own) appends an entry: the rule, the arguments, the outputs. Tensors are known
by identity; an entry keeps its tensors alive, so an id is not used twice. See
`autodiff` for the playback.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from keras_core.core.base.thread_value import ThreadScoped
from keras_core.core.tensors import runtime
from keras_core.core.tensors.operations import operations

Rule = Callable[..., Any]
"""``rule(g, y, *args) -> gradients`` of the tensor arguments in order, None for no gradient."""


class _Entry(NamedTuple):
    rule: Rule
    args: tuple[Any, ...]
    inputs: tuple[Any, ...]
    outputs: tuple[Any, ...]
    single: bool


class Tape:
    """A record of the calls that depend on the watched tensors."""

    def __init__(self, watched: Sequence[Any]) -> None:
        self.entries: list[_Entry] = []
        self.tracked: set[int] = {id(x) for x in watched}
        self.alive: list[Any] = list(watched)

    def record(self, rule: Rule, args: tuple[Any, ...], inputs: tuple[Any, ...], out: Any) -> None:
        """Append a call if one of its inputs is tracked; its outputs are then tracked too."""
        tracked = self.tracked
        for x in inputs:
            if id(x) in tracked:
                break
        else:
            return
        single = not isinstance(out, (tuple, list))
        outputs = (out,) if single else tuple(out)
        self.entries.append(_Entry(rule, args, inputs, outputs, single))
        for y in outputs:
            tracked.add(id(y))


_tapes: ThreadScoped[tuple[Tape, ...]] = ThreadScoped(())


def is_recording() -> bool:
    """Whether a tape is active."""
    return bool(_tapes.get())


class recording:  # a context manager, named like a function
    """Record on ``tape`` inside, and on the tapes around it."""

    def __init__(self, tape: Tape | None) -> None:
        self._tape = tape

    def __enter__(self) -> None:
        tape = self._tape
        self._token = _tapes.set(() if tape is None else (*_tapes.get(), tape))

    def __exit__(self, *exc: object) -> None:
        _tapes.reset(self._token)


_traceable = runtime.TRACEABLE
runtime.BIND_OPERATORS(operations.by_name, is_recording)  # filled as operations are declared


def mark(x: Any) -> Any:
    """Tensors whose operators are recorded, where the backend offers that."""
    if _traceable is None:
        return x
    if isinstance(x, (tuple, list)):
        return type(x)(_traceable(v) for v in x)
    return _traceable(x)


def recorded(
    fn: Callable[..., Any], rule: Rule | None, tensor_args: Callable[[tuple[Any, ...]], Any]
) -> Callable[..., Any]:
    """``fn``, with its calls written to the active tapes.

    Args:
        fn: A function of canonical positional arguments.
        rule: Its gradient rule; None for a function without gradient, which is not recorded.
        tensor_args: Picks the tensors out of the arguments.
    """
    get = _tapes.get

    def call(*args: Any) -> Any:
        tapes = get()
        if not tapes:
            return fn(*args)
        token = _tapes.set(())  # what `fn` computes inside is covered by its rule, or constant
        try:
            out = fn(*args)
        finally:
            _tapes.reset(token)
        if rule is None:
            return out
        out = mark(out)
        inputs = tensor_args(args)
        for tape in tapes:
            tape.record(rule, args, inputs, out)
        return out

    return call


def record_call(rule: Rule, inputs: Sequence[Any], outputs: Sequence[Any]) -> None:
    """Write a call that has been made already to the active tapes (custom gradients)."""
    for tape in _tapes.get():
        tape.record(lambda g, y: rule(g), (), tuple(inputs), tuple(outputs))
