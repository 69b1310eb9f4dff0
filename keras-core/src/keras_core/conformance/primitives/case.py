"""A case: one call of one primitive, what it must give, and how to run it on a backend."""

import inspect
import itertools
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from keras_core.conformance.compare import (
    EXACT,
    Array,
    Tolerance,
    assert_close,
    describe,
    mismatch,
    np_dtype,
)
from keras_core_plugins.protocol import Backend, Primitives

Arguments = tuple[Any, ...]
"""Arguments by position; arrays, also within lists, become tensors of the engine."""


@dataclass(frozen=True)
class Outcome:
    """What a property check gets to see."""

    arguments: Arguments
    """As NumPy arrays."""

    results: tuple[Array, ...]
    """As NumPy arrays; one for a primitive that returns a tensor."""

    call: Callable[..., tuple[Array, ...]]
    """Calls the primitive again, with NumPy arrays to NumPy arrays."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One call of a primitive. Its arguments depend on nothing but its id."""

    primitive: str
    label: str
    sample: Callable[[np.random.Generator], Arguments]
    """Draws the arguments."""

    reference: Callable[..., Any]
    """From the arguments to the result, or a tuple of results, in float64 where float."""

    dtypes: frozenset[str]
    """The dtypes that a backend has to have for this case, results included."""

    result_dtypes: tuple[str, ...]
    tolerance: Tolerance = EXACT
    check: Callable[[Outcome], None] | None = None
    """Takes the place of the comparison of values where the result is not unique."""

    @property
    def id(self) -> str:
        """A stable name, such as ``primitives::conv[2d-groups2-float32]``."""
        return f"primitives::{self.primitive}[{self.label}]"

    def arguments(self, draw: int = 0) -> Arguments:
        """The arguments, the same at each call; another ``draw`` has other values."""
        return self.sample(np.random.default_rng(zlib.crc32(self.id.encode()) + draw))


def arrays_in(arguments: Any) -> Iterator[Array]:
    """The arrays among the arguments, those in lists included."""
    if isinstance(arguments, np.ndarray):
        yield arguments
    elif isinstance(arguments, (list, tuple)):
        for item in arguments:
            yield from arrays_in(item)


@dataclass(frozen=True)
class Trial:
    """Two calls of a primitive: what it was given and what it returned, before anyone looked."""

    inputs: list[Any]
    """The tensors of the first call."""

    outputs: Any
    """What the first call returned."""

    values: list[Array]
    """The values of the outputs, copied before the second call, which had other arguments."""


def run_case(
    backend: Backend,
    case: Case,
    *,
    jit_options: dict[str, Any] | None = None,
    trial: Trial | None = None,
) -> None:
    """Run ``case`` on ``backend``; an `AssertionError` tells all if the result is wrong.

    Args:
        backend: The backend.
        case: The case.
        jit_options: With them the call goes through the backend's compiler, which gets them.
        trial: The calls, if they were made together with those of other cases.
    """
    arguments = case.arguments()
    runner = _Runner(backend, case.primitive, jit_options)
    try:
        with np.errstate(all="ignore"):
            wanted = case.reference(*case.arguments())
        several = isinstance(wanted, tuple)
        expected = tuple(np.asarray(item) for item in (wanted if several else (wanted,)))
        trial = trial or runner.trial(case)
        results = runner.arrays(trial, arguments, several)
        runner.check_results_stay(trial)
        _check_specs(results, expected, case.result_dtypes)
        if case.check is not None:
            case.check(Outcome(arguments, results, lambda *args: runner(args, several)))
        else:
            for i, (actual, target) in enumerate(zip(results, expected, strict=True)):
                label = f"result {i}" if several else "result"
                got = f"\n  got      {describe(actual)}\n  expected {describe(target)}"
                try:
                    assert_close(actual, target, case.tolerance, label)
                except AssertionError as error:
                    raise AssertionError(f"{error}{got}") from None
        runner.check_views(trial, arguments)
    except Exception as error:
        mode = "" if jit_options is None else ", compiled"
        called = f"{case.primitive}({_described(case.primitive, arguments)})"
        problem, cause = str(error), None
        if not isinstance(error, AssertionError):
            result = ", ".join(f"a tensor of dtype {dtype}" for dtype in case.result_dtypes)
            problem = f"raised {type(error).__name__}: {error}\n  expected {result}"
            cause = error
        raise AssertionError(
            f"{case.id} on backend {backend.info.name!r}{mode}\n  called   {called}\n  {problem}"
        ) from cause


def trials_together(
    backend: Backend, cases: Sequence[Case], jit_options: dict[str, Any]
) -> dict[str, Trial]:
    """The trials of several cases by id, made by one compiled function that calls all of them."""
    runners = [_Runner(backend, case.primitive, None) for case in cases]
    arguments = [case.arguments() for case in cases]
    functions = [r.function(a) for r, a in zip(runners, arguments, strict=True)]
    counts = [len(list(arrays_in(a))) for a in arguments]

    def call_all(*tensors: Any) -> list[Any]:
        rest = iter(tensors)
        return [
            function(*itertools.islice(rest, count))
            for function, count in zip(functions, counts, strict=True)
        ]

    compiler: Any = backend.compiler
    compiled = compiler.jit(call_all, donate_first=False, options=jit_options)
    inputs = [r.tensors_of(a) for r, a in zip(runners, arguments, strict=True)]
    outputs = compiled(*itertools.chain(*inputs))
    values = [r.values_of(out) for r, out in zip(runners, outputs, strict=True)]
    others = [r.tensors_of(c.arguments(1)) for r, c in zip(runners, cases, strict=True)]
    compiled(*itertools.chain(*others))
    parts = zip(cases, inputs, outputs, values, strict=True)
    return {case.id: Trial(*rest) for case, *rest in parts}


def _described(primitive: str, arguments: Arguments) -> str:
    names = list(inspect.signature(getattr(Primitives, primitive)).parameters)[1:]
    pairs = zip(names, arguments, strict=True)
    return ", ".join(f"{name}={describe(value)}" for name, value in pairs)


def _check_specs(
    results: tuple[Array, ...], expected: tuple[Array, ...], dtypes: tuple[str, ...]
) -> None:
    if len(results) != len(expected):
        raise AssertionError(f"returned {len(results)} tensors, expected {len(expected)}")
    for i, (result, target, dtype) in enumerate(zip(results, expected, dtypes, strict=True)):
        label = f"result {i}" if len(expected) > 1 else "result"
        if result.dtype != np_dtype(dtype):
            raise AssertionError(f"{label} has dtype {result.dtype.name}, expected {dtype}")
        if result.shape != target.shape:
            raise AssertionError(f"{label} has shape {result.shape}, expected {target.shape}")


class _Runner:
    """Calls a primitive with NumPy arrays, and checks what holds for every primitive."""

    def __init__(
        self, backend: Backend, primitive: str, jit_options: dict[str, Any] | None
    ) -> None:
        self.backend = backend
        self.tensors: Any = backend.tensors
        self.primitive: Callable[..., Any] = getattr(backend.primitives, primitive)
        self.jit_options = jit_options
        capabilities = backend.capabilities or backend.info.capabilities
        self.by_identity = capabilities.autodiff == "core" and jit_options is None

    def __call__(self, arguments: Arguments, several: bool) -> tuple[Array, ...]:
        """Another call of the primitive, for a property check."""
        inputs = self.tensors_of(arguments)
        outputs = self.function(arguments)(*inputs)
        return self.arrays(Trial(inputs, outputs, []), arguments, several)

    def function(self, arguments: Arguments) -> Callable[..., Any]:
        """The primitive as a function of the tensors among ``arguments``, compiled if asked for."""

        def function(*tensors: Any) -> Any:
            rest = iter(tensors)
            return self.primitive(*(_substituted(item, rest) for item in arguments))

        if self.jit_options is None:
            return function
        compiler: Any = self.backend.compiler
        return compiler.jit(function, donate_first=False, options=self.jit_options)

    def tensors_of(self, arguments: Arguments) -> list[Any]:
        """The arrays among the arguments as tensors in memory of their own."""
        copies = [array.copy() for array in arrays_in(arguments)]
        return [self.tensors.from_numpy(array, array.dtype.name) for array in copies]

    def values_of(self, outputs: Any) -> list[Array]:
        """Copies of what outputs hold; of those that are tensors."""
        return [
            self.tensors.to_numpy(result).copy()
            for result in _several(outputs)
            if self.tensors.is_tensor(result)
        ]

    def trial(self, case: Case) -> Trial:
        """Call the primitive, and once more with other values."""
        arguments = case.arguments()
        function = self.function(arguments)
        inputs = self.tensors_of(arguments)
        outputs = function(*inputs)
        values = self.values_of(outputs)
        function(*self.tensors_of(case.arguments(1)))
        return Trial(inputs, outputs, values)

    def arrays(self, trial: Trial, arguments: Arguments, several: bool) -> tuple[Array, ...]:
        """The results of a call as arrays; it has to have left its arguments alone."""
        originals = list(arrays_in(arguments))
        if several and not isinstance(trial.outputs, (tuple, list)):
            raise AssertionError(f"returned a {type(trial.outputs).__name__}, expected a tuple")
        results = tuple(trial.outputs) if several else (trial.outputs,)
        for result in results:
            if not self.tensors.is_tensor(result):
                raise AssertionError(
                    f"returned a {type(result).__name__} ({result!r}), which is no tensor"
                )
            if self.by_identity and any(result is tensor for tensor in trial.inputs):
                raise AssertionError(
                    "returned one of its arguments; the core's autodiff knows tensors by "
                    "their identity, so the result has to be a new object"
                )
        converted = tuple(self._to_numpy(result) for result in results)
        if (i := self._changed(trial.inputs, originals)) is not None:
            raise AssertionError(f"changed its tensor argument {i}, which was {originals[i]}")
        return converted

    def check_results_stay(self, trial: Trial) -> None:
        """Nothing writes to a result but who made it."""
        if (i := self._changed(_several(trial.outputs), trial.values)) is not None:
            raise AssertionError(
                f"result {i} changed when the primitive was called again, with other arguments; "
                "each call has to return tensors in memory that no later call writes to"
            )

    def check_views(self, trial: Trial, arguments: Arguments) -> None:
        """Nobody writes to an argument through a result."""
        for i, result in enumerate(_several(trial.outputs)):
            array = self.tensors.to_numpy(result)
            if array.flags.writeable:
                array[...] = array == 0
            if (k := self._changed(trial.inputs, list(arrays_in(arguments)))) is not None:
                raise AssertionError(
                    f"result {i} is a view of argument {k}, and who writes to the array that "
                    "to_numpy makes of it changes the argument; that array has to be read-only, "
                    "or a copy"
                )

    def _changed(self, tensors: list[Any], arrays: list[Array]) -> int | None:
        """The number of the first of ``tensors`` that has not the values of its array."""
        pairs = enumerate(zip(tensors, arrays, strict=True))
        return next((i for i, (t, a) in pairs if mismatch(self.tensors.to_numpy(t), a)), None)

    def _to_numpy(self, tensor: Any) -> Array:
        array = self.tensors.to_numpy(tensor)
        if not isinstance(array, np.ndarray):
            raise AssertionError(f"to_numpy returned a {type(array).__name__}, not an array")
        dtype, shape = self.tensors.dtype(tensor), tuple(self.tensors.shape(tensor))
        if dtype != array.dtype.name or shape != array.shape:
            raise AssertionError(
                f"tensors says {dtype}{list(shape)} where to_numpy gives {describe(array)}"
            )
        return array


def _several(outputs: Any) -> list[Any]:
    return list(outputs) if isinstance(outputs, (tuple, list)) else [outputs]


def _substituted(argument: Any, tensors: Iterator[Any]) -> Any:
    """``argument`` with the next of ``tensors`` in the place of each array."""
    if isinstance(argument, np.ndarray):
        return next(tensors)
    if isinstance(argument, list):
        return [_substituted(item, tensors) for item in argument]
    return argument
