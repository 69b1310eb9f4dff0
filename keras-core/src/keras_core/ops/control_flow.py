"""Control flow.

The bodies here are plain Python, right for an engine that runs eagerly. An engine that traces
overrides them. In a symbolic scope all calls are inferred from one run of the functions, which may
hold symbolic tensors that are no arguments.
"""

from collections.abc import Callable, Sequence
from typing import Any, overload

from keras_core.core import primitives as p
from keras_core.core.base import tree
from keras_core.core.base.public import public
from keras_core.core.graph.nodes import recorded
from keras_core.core.tensors import native, runtime
from keras_core.core.tensors.concrete import at_hand
from keras_core.core.tensors.native import convert_nest, shape_of
from keras_core.core.tensors.scopes import SymbolicScope, in_symbolic_scope
from keras_core.core.tensors.symbolic import KerasTensor, shapes_agree
from keras_core.ops.shaping import slice_axis, stack, unstack
from keras_core.typing import A, T, Tensor, TensorLike, Tensors


def _choose(name: str, body: Callable[..., Any]) -> Callable[..., Any]:
    """The backend's own implementation, or the one in Python."""
    return runtime.OVERRIDES.get(name, body)


@public("keras.ops.cond")
@recorded
def cond(pred: TensorLike, true_fn: Callable[[], T], false_fn: Callable[[], T]) -> T:
    """Call one of two functions.

    Args:
        pred: A bool scalar.
        true_fn: Called without arguments if ``pred`` is true.
        false_fn: Called otherwise; returns a nest like that of ``true_fn``.

    Example:

    >>> from keras_core import ops
    >>> float(ops.cond(True, lambda: ops.ones(()), lambda: ops.zeros(())))
    1.0
    """
    if not callable(true_fn) or not callable(false_fn):
        raise TypeError(
            f"`true_fn` and `false_fn` must be callable. Received: {true_fn!r}, {false_fn!r}"
        )
    if isinstance(pred, bool):
        return true_fn() if pred else false_fn()
    if in_symbolic_scope():
        return tree.map_structure(_merge, true_fn(), false_fn())
    pred = native.convert(pred, "bool")
    native.check_shapes("cond", pred=(pred, ()))
    if (value := at_hand(pred)) is not None:
        return true_fn() if value else false_fn()
    return _cond(pred, lambda: convert_nest(true_fn()), lambda: convert_nest(false_fn()))


def _merge(a: Any, b: Any) -> Any:
    """A symbolic tensor for either of two."""
    if a is None and b is None:
        return None
    a, b = (x if isinstance(x, KerasTensor) else _spec(x) for x in (a, b))
    if a.dtype != b.dtype or not shapes_agree(a.shape, b.shape):
        raise ValueError(
            "`true_fn` and `false_fn` should return outputs of the same kind (struct, dtype and "
            f"shape). Got {a} and {b} instead."
        )
    shape = [m if m == n else None for m, n in zip(a.shape, b.shape, strict=True)]
    return KerasTensor(shape, a.dtype)


def _spec(x: Any) -> KerasTensor:
    x = native.convert(x)
    return KerasTensor(native.static_shape(x), native.dtype_of(x))


_cond = _choose("cond", lambda pred, t, f: t() if bool(native.to_numpy(pred)) else f())


@public("keras.ops.switch")
@recorded
def switch(index: TensorLike, branches: Sequence[Callable[..., T]], *operands: Tensors) -> T:
    """Call one of several functions.

    Args:
        index: An int scalar, clamped to the range of ``branches``.
        branches: Functions of the operands that return nests of one structure.
        *operands: Given to the function.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.switch(1, [lambda x: x + 1, lambda x: x * 10], 4)).tolist()
    40
    """
    operands = convert_nest(operands)
    if not isinstance(index, KerasTensor):
        index = native.convert(index, "int32")
    native.check_shapes("switch", index=(index, ()))
    if in_symbolic_scope():
        out = branches[0](*operands)
        for branch in branches:
            out = tree.map_structure(_merge, out, branch(*operands))
        return out
    if (value := at_hand(index)) is not None:
        return branches[min(max(int(value), 0), len(branches) - 1)](*operands)
    return _switch(index, [_of_tensors(branch) for branch in branches], *operands)


def _of_tensors(branch: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *operands: convert_nest(branch(*operands))


def _python_switch(index: Any, branches: Sequence[Callable[..., Any]], *operands: Any) -> Any:
    if native.is_tracing():
        return _nested_cond(index, branches, operands)
    i = int(native.to_numpy(index))
    return branches[min(max(i, 0), len(branches) - 1)](*operands)


def _nested_cond(index: Any, branches: Sequence[Callable[..., Any]], operands: Any) -> Any:
    out = lambda: branches[-1](*operands)  # noqa: E731
    for i in reversed(range(len(branches) - 1)):
        out = _branch(index, i, branches[i], operands, out)
    return out()


def _branch(index: Any, i: int, fn: Any, operands: Any, otherwise: Any) -> Any:
    test = p.less_equal(index, p.const(i, index))
    return lambda: _cond(test, lambda: fn(*operands), otherwise)


_switch = _choose("switch", _python_switch)


@overload
def while_loop(
    cond: Callable[..., Any],
    body: Callable[..., Any],
    loop_vars: tuple[Any, ...],
    maximum_iterations: int | None = None,
) -> tuple[Any, ...]: ...


@overload
def while_loop(
    cond: Callable[..., Any],
    body: Callable[..., Any],
    loop_vars: list[Any],
    maximum_iterations: int | None = None,
) -> list[Any]: ...


@overload
def while_loop(
    cond: Callable[..., Any],
    body: Callable[..., Any],
    loop_vars: dict[str, Any],
    maximum_iterations: int | None = None,
) -> dict[str, Any]: ...


@overload
def while_loop(
    cond: Callable[..., Any],
    body: Callable[..., Any],
    loop_vars: TensorLike,
    maximum_iterations: int | None = None,
) -> Tensor: ...


@public("keras.ops.while_loop")
@recorded
def while_loop(
    cond: Callable[..., Any],
    body: Callable[..., Any],
    loop_vars: Any,
    maximum_iterations: int | None = None,
) -> Any:
    """Call ``body`` as long as ``cond`` holds.

    Args:
        cond: A function of the loop variables that returns a bool scalar.
        body: A function of the loop variables that returns their next values.
        loop_vars: A list or tuple of nests, or a tensor.
        maximum_iterations: The largest number of calls.

    Returns:
        The last values of the loop variables.

    Example:

    >>> from keras_core import ops
    >>> [int(v) for v in ops.while_loop(lambda i: i < 3, lambda i: (i + 1,), (0,))]
    [3]
    """
    is_one = not isinstance(loop_vars, (list, tuple))
    variables = convert_nest((loop_vars,) if is_one else tuple(loop_vars))
    if in_symbolic_scope():
        cond(*variables)  # for what it holds
        out = tree.map_structure(_loosen, variables, _as_tuple(body(*variables)))
    else:
        out = _while_loop(
            cond, lambda *v: tuple(convert_nest(_as_tuple(body(*v)))), variables, maximum_iterations
        )
    if is_one:
        return out[0]
    return type(loop_vars)(out) if isinstance(loop_vars, list) else tuple(out)


def _loosen(a: Any, b: Any) -> Any:
    if not isinstance(b, KerasTensor):
        b = _spec(b)
    if not isinstance(a, KerasTensor):
        a = _spec(a)
    if len(a.shape) != len(b.shape):
        return b
    return KerasTensor(
        [m if m == n else None for m, n in zip(a.shape, b.shape, strict=True)], b.dtype
    )


def _as_tuple(x: Any) -> tuple[Any, ...]:
    return tuple(x) if isinstance(x, (list, tuple)) else (x,)


def _python_while(cond: Any, body: Any, loop_vars: Any, maximum_iterations: int | None) -> Any:
    if maximum_iterations is not None and native.is_tracing():
        return _unrolled_while(cond, body, loop_vars, maximum_iterations)
    count = 0
    while bool(native.to_numpy(cond(*loop_vars))):
        if maximum_iterations is not None and count >= maximum_iterations:
            break
        loop_vars = body(*loop_vars)
        count += 1
    return loop_vars


def _unrolled_while(cond: Any, body: Any, loop_vars: Any, maximum_iterations: int) -> Any:
    """All iterations one after the other, for an engine that traces and has no loop."""
    for _ in range(maximum_iterations):
        due = cond(*loop_vars)
        loop_vars = tree.map_structure(
            lambda new, old, due=due: p.where(due, new, old), body(*loop_vars), loop_vars
        )
    return loop_vars


_while_loop = _choose("while_loop", _python_while)


@overload
def fori_loop(
    lower: TensorLike, upper: TensorLike, body_fun: Callable[..., Any], init_val: tuple[Any, ...]
) -> tuple[Any, ...]: ...


@overload
def fori_loop(
    lower: TensorLike, upper: TensorLike, body_fun: Callable[..., Any], init_val: list[Any]
) -> list[Any]: ...


@overload
def fori_loop(
    lower: TensorLike, upper: TensorLike, body_fun: Callable[..., Any], init_val: dict[str, Any]
) -> dict[str, Any]: ...


@overload
def fori_loop(
    lower: TensorLike, upper: TensorLike, body_fun: Callable[..., Any], init_val: TensorLike
) -> Tensor: ...


@public("keras.ops.fori_loop")
@recorded
def fori_loop(
    lower: TensorLike, upper: TensorLike, body_fun: Callable[..., Any], init_val: Any
) -> Any:
    """Call ``body_fun(i, value)`` for each ``i`` from ``lower`` to ``upper - 1``.

    Args:
        lower: Where to start.
        upper: Where to stop.
        body_fun: Returns the next value.
        init_val: The first value, a nest.

    Example:

    >>> from keras_core import ops
    >>> int(ops.fori_loop(0, 4, lambda i, total: total + i, 0))
    6
    """
    init_val = convert_nest(init_val)
    if in_symbolic_scope():
        out = body_fun(KerasTensor((), "int32"), init_val)
        return tree.map_structure(_loosen, init_val, out)
    return _fori_loop(lower, upper, lambda i, v: convert_nest(body_fun(i, v)), init_val)


def _python_fori(lower: Any, upper: Any, body: Any, value: Any) -> Any:
    if native.is_tracing():
        start, stop = native.convert(lower, "int32"), native.convert(upper, "int32")
        one = native.convert(1, "int32")
        is_known = isinstance(lower, int) and isinstance(upper, int)
        return _while_loop(
            lambda i, _: p.less(i, stop),
            lambda i, v: (p.add(i, one), body(i, v)),
            (start, value),
            max(upper - lower, 0) if is_known else None,
        )[1]
    for i in range(int(native.to_numpy(lower)), int(native.to_numpy(upper))):
        value = body(native.convert(i, "int32"), value)
    return value


_fori_loop = _choose("fori_loop", _python_fori)


@public("keras.ops.scan")
@recorded
def scan(
    f: Callable[[T, Any], tuple[T, A]],
    init: T,
    xs: Tensors | None = None,
    length: int | None = None,
    reverse: bool = False,
    unroll: int | bool = 1,
) -> tuple[T, A]:
    """Call ``f(carry, x) -> (carry, y)`` for the slices of ``xs`` along the first axis.

    Args:
        f: The function; the carry keeps its structure, shapes and dtypes.
        init: The first carry, a nest.
        xs: A nest of tensors, or None.
        length: The number of calls where ``xs`` is None.
        reverse: Whether to go from the last slice to the first.
        unroll: How many calls are compiled together.

    Returns:
        The last carry, and the ``y``s stacked along a new first axis.

    Example:

    >>> from keras_core import ops
    >>> total, sums = ops.scan(lambda c, x: (c + x, c + x), 0, ops.arange(4))
    >>> int(total), ops.convert_to_numpy(sums).tolist()
    (6, [0, 1, 3, 6])
    """
    if not callable(f):
        raise TypeError(f"`f` should be a callable. Received: f={f!r}")
    if not isinstance(unroll, bool) and (not isinstance(unroll, int) or unroll < 1):
        raise ValueError(f"`unroll` must be a positive integer or boolean. Received: {unroll}")
    if xs is None and length is None:
        raise ValueError("Got no `xs` to scan over and `length` not provided.")
    init, xs = convert_nest(init), convert_nest(xs)
    n = length if xs is None else _count("scan", xs)
    if in_symbolic_scope():
        return _infer_scan(f, init, xs, n)
    if n == 0:
        with SymbolicScope():
            _, ys = _infer_scan(f, init, xs, n)
        return init, tree.map_structure(_zeros, ys)

    def step(carry: Any, x: Any) -> Any:
        carry, y = f(carry, x)
        return convert_nest(carry), convert_nest(y)

    return _scan(step, init, xs, length, reverse, unroll)


def _count(name: str, xs: Any, axis: int = 0) -> int | None:
    """The number of slices of a nest of tensors, None if it is not known."""
    shapes = [() if x is None else native.static_shape(x) for x in tree.flatten(xs)]
    if not shapes or not all(-len(s) <= axis < len(s) for s in shapes):
        raise ValueError(
            f"`{name}` expected tensors with an axis {axis} to slice them along. Received: shapes "
            f"{shapes}"
        )
    if not all(shapes_agree([s[axis]], [shapes[0][axis]]) for s in shapes):
        raise ValueError(
            f"`{name}` expected tensors of one size along axis {axis}. Received: shapes {shapes}"
        )
    return shapes[0][axis]


def _zeros(spec: Any) -> Any:
    return None if spec is None else p.full(spec.shape, 0, spec.dtype)


def _infer_scan(f: Any, init: Any, xs: Any, n: int | None) -> Any:
    x = (
        tree.map_structure(
            lambda t: KerasTensor(native.static_shape(t)[1:], native.dtype_of(t)), xs
        )
        if xs is not None
        else None
    )
    carry, y = f(init, x)
    ys = tree.map_structure(
        lambda t: (
            None if t is None else KerasTensor((n, *native.static_shape(t)), native.dtype_of(t))
        ),
        y,
    )
    return tree.map_structure(_loosen, init, carry), ys


def _python_scan(f: Any, init: Any, xs: Any, length: Any, reverse: bool, unroll: Any) -> Any:
    if xs is None:
        steps: list[Any] = [None] * int(length)
    else:
        flat = [unstack(t) for t in tree.flatten(xs)]
        steps = [tree.pack_sequence_as(xs, list(row)) for row in zip(*flat, strict=True)]
    carry, ys = init, []
    for x in reversed(steps) if reverse else steps:
        carry, y = f(carry, x)
        ys.append(y)
    if reverse:
        ys.reverse()
    return carry, tree.map_structure(
        lambda *parts: None if parts[0] is None else stack(list(parts)), *ys
    )


_scan = _choose("scan", _python_scan)


@public("keras.ops.associative_scan")
@recorded
def associative_scan(f: Callable[[T, T], T], elems: T, reverse: bool = False, axis: int = 0) -> T:
    """Running combinations by an associative function, in a logarithmic number of steps.

    The method is that of Blelloch (1990), "Prefix sums and their applications".

    Args:
        f: ``f(a, b)`` combines two nests of slices, element by element.
        elems: A nest of tensors.
        reverse: Whether to go from the end.
        axis: The axis along which to go.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.associative_scan(ops.add, ops.arange(5))).tolist()
    [0, 1, 3, 6, 10]
    """
    elems = convert_nest(elems)
    flat = tree.flatten(elems)
    size = _count("associative_scan", elems, axis)
    axis = axis % native.ndim_of(flat[0])
    if size is None:
        return elems if in_symbolic_scope() else _prefixes_of_unknown(f, elems, axis, reverse)

    def combine(a: list[Any], b: list[Any]) -> list[Any]:
        out = f(tree.pack_sequence_as(elems, a), tree.pack_sequence_as(elems, b))
        return tree.flatten(convert_nest(out))

    if reverse:
        flat = [p.flip(t, (axis,)) for t in flat]
    flat = _prefixes(combine, flat, axis, size)
    if reverse:
        flat = [p.flip(t, (axis,)) for t in flat]
    return tree.pack_sequence_as(elems, flat)


def _prefixes(combine: Any, flat: list[Any], axis: int, n: int) -> list[Any]:
    if n < 2:
        return flat
    even = [slice_axis(t, axis, 0, n - 1, 2) for t in flat]
    odd = [slice_axis(t, axis, 1, n, 2) for t in flat]
    m = n // 2
    pairs = _prefixes(combine, combine(even, odd), axis, m)
    heads = [slice_axis(t, axis, 0, 1) for t in flat]
    rest = [slice_axis(t, axis, 2, n, 2) for t in flat]
    if n > 2:
        k = (n - 1) // 2
        evens = combine([slice_axis(t, axis, 0, k) for t in pairs], rest)
        evens = [p.concatenate([h, e], axis) for h, e in zip(heads, evens, strict=True)]
    else:
        evens = heads
    return [_interleave(e, o, axis, n, m) for e, o in zip(evens, pairs, strict=True)]


def _prefixes_of_unknown(f: Any, elems: Any, axis: int, reverse: bool) -> Any:
    """One after the other: how often halves can be taken is not known while a graph is made."""

    def moved(t: Any, source: int, target: int) -> Any:
        order = [i for i in range(native.ndim_of(t)) if i != source]
        order.insert(target, source)
        return p.transpose(t, tuple(order))

    def step(carry: Any, xs: Any) -> Any:
        out = f(carry, xs)
        return out, out

    flat = tree.map_structure(lambda t: moved(t, axis, 0), elems)
    if reverse:
        flat = tree.map_structure(lambda t: p.flip(t, (0,)), flat)
    first = tree.map_structure(lambda t: t[0], flat)
    _, rest = scan(step, first, tree.map_structure(lambda t: t[1:], flat))
    joined = tree.map_structure(lambda a, b: p.concatenate([a[None], b], 0), first, rest)
    if reverse:
        joined = tree.map_structure(lambda t: p.flip(t, (0,)), joined)
    return tree.map_structure(lambda t: moved(t, 0, axis), joined)


def _interleave(a: Any, b: Any, axis: int, n: int, m: int) -> Any:
    """``a[0], b[0], a[1], b[1], ...``"""
    shape = shape_of(a)
    head = slice_axis(a, axis, 0, m)
    both = stack([head, b], axis=axis + 1)
    out = p.reshape(both, (*shape[:axis], 2 * m, *shape[axis + 1 :]))
    if n > 2 * m:
        out = p.concatenate([out, slice_axis(a, axis, m, m + 1)], axis)
    return out


@public("keras.ops.map")
@recorded
def map(f: Callable[..., T], xs: Tensors) -> T:  # its public name
    """``f`` of each slice along the first axis, stacked.

    Args:
        f: A function of a nest of slices.
        xs: A nest of tensors.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.map(lambda x: x * 2, ops.arange(3))).tolist()
    [0, 2, 4]
    """
    _, ys = scan(lambda carry, x: (carry, f(x)), 0, xs)
    return ys


@public("keras.ops.vectorized_map")
@recorded
def vectorized_map(function: Callable[..., T], elements: Tensors) -> T:
    """``function`` of each slice along the first axis, computed at once where the engine can.

    Args:
        function: A function of a nest of slices.
        elements: A nest of tensors.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.vectorized_map(ops.sum, ops.ones((2, 3)))).tolist()
    [3.0, 3.0]
    """
    elements = convert_nest(elements)
    count = _count("vectorized_map", elements)
    if count == 0 or in_symbolic_scope():
        return map(function, elements)
    return _vectorized_map(lambda row: convert_nest(function(row)), elements)


_vectorized_map = _choose("vectorized_map", map)
