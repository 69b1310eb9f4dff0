"""How arrays take part in the core: operators that can be recorded, and shapes of results."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from keras_core_plugins.nest import map_leaves
from keras_core_plugins.operators import operation_of

_operators: Mapping[str, Callable[..., Any]] = {}
_is_recording: Callable[[], bool] = bool


class TracedArray(np.ndarray):
    """An array whose operators call the core's operations while gradients are recorded."""

    __slots__ = ()

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        """Operators of other arrays with this one, ``array *= traced``, and ``np.exp(traced)``."""
        if _is_recording():
            name = operation_of(ufunc, method, inputs, options)
            if name is None and method == "__call__" and not options:
                name = ufunc.__name__
            if name is not None and (operation := _operators.get(name)) is not None:
                return operation(*inputs)
        plain = [x.view(np.ndarray) if isinstance(x, TracedArray) else x for x in inputs]
        if "out" in options:
            options["out"] = tuple(
                x.view(np.ndarray) if isinstance(x, TracedArray) else x for x in options["out"]
            )
        return getattr(ufunc, method)(*plain, **options)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        """Functions of NumPy that there is an operation for: ``np.concatenate([traced])``."""
        operation = _operators.get(func.__name__) if _is_recording() else None
        if operation is None:
            return super().__array_function__(func, types, args, kwargs)
        return operation(*args, **kwargs)

    @property
    def T(self) -> Any:  # as NumPy names it
        """The transpose."""
        return self.transpose()


def bind_operators(
    operators: Mapping[str, Callable[..., Any]], is_recording: Callable[[], bool]
) -> None:
    """Take the functions that operators call while ``is_recording()``.

    The mapping is kept: the core fills it as it declares its operations.
    """
    global _is_recording, _operators
    _operators = operators
    _is_recording = is_recording


def traceable(x: np.ndarray[Any, Any]) -> TracedArray:
    """``x`` with operators that can be recorded; a new object over the same memory."""
    return x.view(TracedArray)


def _route(method: str, operation: str, reflected: bool) -> None:
    native = getattr(np.ndarray, method)

    def call(self: Any, *others: Any) -> Any:
        fn = _operators.get(operation)
        if fn is None or not _is_recording():
            return native(self, *others)
        return fn(*others, self) if reflected else fn(self, *others)

    call.__name__ = method
    setattr(TracedArray, method, call)


for _method, _operation in {
    "add": "add",
    "sub": "subtract",
    "mul": "multiply",
    "truediv": "true_divide",
    "floordiv": "floor_divide",
    "mod": "mod",
    "pow": "power",
    "matmul": "matmul",
}.items():
    _route(f"__{_method}__", _operation, reflected=False)
    _route(f"__r{_method}__", _operation, reflected=True)
    _route(f"__i{_method}__", _operation, reflected=False)
_route("__neg__", "negative", reflected=False)
_route("__abs__", "abs", reflected=False)
_route("__getitem__", "get_item", reflected=False)


def _route_method(name: str, operation: str, variadic: bool = False) -> None:
    native = getattr(np.ndarray, name)

    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        fn = _operators.get(operation)
        if fn is None or not _is_recording():
            return native(self, *args, **kwargs)
        if variadic and len(args) > 1:  # `x.reshape(2, 3)`
            args = (args,)
        return fn(self, *args, **kwargs)

    call.__name__ = name
    setattr(TracedArray, name, call)


for _method in (
    *("sum", "mean", "prod", "max", "min", "std", "var", "cumsum", "cumprod", "any", "all"),
    *("argmax", "argmin", "squeeze", "ravel", "dot", "swapaxes", "repeat", "clip", "round"),
    *("take", "diagonal", "trace", "conj"),
):
    _route_method(_method, _method)
_route_method("reshape", "reshape", variadic=True)
_route_method("transpose", "transpose", variadic=True)
_route_method("flatten", "ravel")
_route_method("astype", "cast")


# Unknown dimensions are tried out with two sizes; those of the results that differ are unknown
# as well. Both divide by what networks divide by. The first axis is the batch, most often.
_SIZES = ((8, 64), (24, 192))


def infer_spec(fn: Callable[..., Any], specs: Sequence[tuple[tuple[int | None, ...], str]]) -> Any:
    """The outputs of ``fn`` for inputs of these shapes and dtypes, by running it on ones."""
    small, large = (_run(fn, specs, *sizes) for sizes in _SIZES)
    others: list[Any] = []
    map_leaves(others.append, large)
    rest = iter(others)

    def spec(a: Any) -> Any:
        b = next(rest)
        if not isinstance(a, (np.ndarray, np.generic)):
            return a
        return tuple(m if m == n else None for m, n in zip(a.shape, b.shape, strict=True)), str(
            a.dtype
        )

    return map_leaves(spec, small)


def _run(
    fn: Callable[..., Any], specs: Sequence[tuple[tuple[int | None, ...], str]], n: int, m: int
) -> Any:
    inputs = [
        np.ones([d if d is not None else m if i else n for i, d in enumerate(shape)], dtype)
        for shape, dtype in specs
    ]
    with np.errstate(all="ignore"):
        return fn(*inputs)


def enable_determinism() -> None:
    """NumPy gives the same result in each run as it is."""
