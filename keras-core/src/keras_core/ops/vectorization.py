"""Functions of single elements that take whole tensors."""

import re
from collections.abc import Callable, Collection
from typing import Any

from keras_core.core import primitives as p
from keras_core.core.base import tree
from keras_core.core.base.public import public
from keras_core.core.graph.nodes import recorded
from keras_core.core.tensors import native
from keras_core.core.tensors.native import ndim_of, shape_of
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.ops.control_flow import vectorized_map

_ARGUMENTS = r"\((?:\w+(?:,\w+)*)?\)(?:,\((?:\w+(?:,\w+)*)?\))*"
_SIGNATURE = re.compile(f"({_ARGUMENTS})->({_ARGUMENTS})")

_Cores = list[tuple[str, ...]]


def _parse(signature: str) -> tuple[_Cores, _Cores]:
    """The names of the core axes of the arguments and of the results."""
    match = _SIGNATURE.fullmatch(signature.replace(" ", ""))
    if match is None:
        raise ValueError(
            f"not a valid gufunc signature: {signature}. Expected one such as '(m,n),(n)->(m)'."
        )
    left, right = (
        [tuple(re.findall(r"\w+", group)) for group in re.findall(r"\([^)]*\)", side)]
        for side in match.groups()
    )
    return left, right


def _check_cores(xs: list[Any], cores: _Cores) -> None:
    sizes: dict[str, int] = {}
    for x, core in zip(xs, cores, strict=True):
        shape = native.static_shape(x)
        if len(shape) < len(core):
            raise ValueError(
                f"A tensor of shape {shape} has fewer axes than the core axes ({','.join(core)})."
            )
        for name, d in zip(core, shape[len(shape) - len(core) :], strict=True):
            if d is not None and sizes.setdefault(name, d) != d:
                raise ValueError(
                    f"inconsistent size for core dimension {name!r}: {d} vs {sizes[name]}"
                )


def _broadcast(shapes: list[tuple[Any, ...]]) -> tuple[Any, ...]:
    """The shape that all broadcast to; a size that is not known goes for any but 1."""
    n = max([0, *map(len, shapes)])
    out: list[Any] = [1] * n
    for shape in shapes:
        for i, d in enumerate(shape, n - len(shape)):
            if isinstance(out[i], int) and out[i] == 1:
                out[i] = d
            elif isinstance(d, int) and isinstance(out[i], int) and d not in (1, out[i]):
                raise ValueError(f"The shapes {shapes} of the loops cannot be broadcast.")
    return tuple(out)


def _map_loops(function: Callable[..., Any], xs: list[Any], cores: _Cores) -> Any:
    """``function`` over the axes in front of the core axes, which are broadcast."""
    _check_cores(xs, cores)
    shapes = [shape_of(x) for x in xs]
    cuts = [len(s) - len(c) for s, c in zip(shapes, cores, strict=True)]
    loop = _broadcast([s[:cut] for s, cut in zip(shapes, cuts, strict=True)])
    if not loop:
        return function(*xs)
    total: Any = 1
    for d in loop:
        total = total * d
    flat = []
    for x, shape, cut in zip(xs, shapes, cuts, strict=True):
        wide = p.broadcast_to(x, (*loop, *shape[cut:])) if shape[:cut] != loop else x
        flat.append(p.reshape(wide, (total, *shape[cut:])))
    out = vectorized_map(lambda row: function(*row), tuple(flat))
    return tree.map_structure(lambda y: p.reshape(y, (*loop, *shape_of(y)[1:])), out)


@public("keras.ops.vectorize", "keras.ops.numpy.vectorize")
def vectorize(
    pyfunc: Callable[..., Any],
    *,
    excluded: Collection[int | str] | None = None,
    signature: str | None = None,
) -> Callable[..., Any]:
    """A function of whole tensors from one of their elements, or of their last axes.

    Args:
        pyfunc: A function, written with operations.
        excluded: Positions and names of arguments that are passed on as they are.
        signature: The core axes that ``pyfunc`` takes and returns, such as ``"(m,n),(n)->(m)"``;
            scalars by default. The axes before them are broadcast.

    Returns:
        The function.

    Raises:
        ValueError: If ``pyfunc`` is not callable or the signature is not valid; when it is
            called, if the shapes do not fit the signature.

    Example:

    >>> from keras_core import ops
    >>> dot = ops.vectorize(lambda a, b: ops.sum(a * b), signature="(n),(n)->()")
    >>> ops.convert_to_numpy(dot([[1.0, 2.0], [3.0, 4.0]], [1.0, 1.0])).tolist()
    [3.0, 7.0]
    """
    if not callable(pyfunc):
        raise ValueError(f"Expected argument `pyfunc` to be a callable. Received: pyfunc={pyfunc}")
    left = None if signature is None else _parse(signature)[0]
    results = None if signature is None else _parse(signature)[1]
    skipped = set(excluded or ())

    @recorded
    def vectorized(*args: Any, **kwargs: Any) -> Any:
        given: dict[Any, Any] = {**dict(enumerate(args)), **kwargs}
        keys = [key for key in given if key not in skipped]
        xs = [x if isinstance(x, KerasTensor) else native.convert(x) for x in map(given.get, keys)]
        cores = [()] * len(xs) if left is None else left
        if len(cores) != len(xs):
            raise ValueError(
                f"The signature {signature!r} is for {len(cores)} arguments. Received: {len(xs)}"
            )

        def call(*elements: Any) -> Any:
            full = {**given, **dict(zip(keys, elements, strict=True))}
            out = pyfunc(
                *(full[i] for i in range(len(args))), **{name: full[name] for name in kwargs}
            )
            if results is not None:
                _check_results(out, results, str(signature))
            return out

        return _map_loops(call, xs, cores)

    return vectorized


def _check_results(out: Any, cores: _Cores, signature: str) -> None:
    parts = list(out) if isinstance(out, (tuple, list)) else [out]
    ranks = [0 if isinstance(x, (bool, int, float)) else ndim_of(x) for x in parts]
    if ranks != [len(core) for core in cores]:
        raise ValueError(
            f"The function must return what the signature {signature!r} says. Received: "
            f"results with {ranks} axes"
        )
