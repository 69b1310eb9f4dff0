"""What operations do with sparse tensors, each written once, on coordinates and values.

A rule gets the arguments of its operation with `Coo` in place of sparse tensors, returns `Coo`
or a dense tensor, or NotImplemented where the operation has to run on dense tensors. An
operation without a rule always does.
"""

from collections.abc import Callable, Sequence
from typing import Any

from keras_core.core import primitives as p
from keras_core.core.base.axes import canonical_axes, canonical_axis
from keras_core.core.base.public import part_of
from keras_core.core.dispatch.op import operation_named
from keras_core.core.tensors import native, sparse
from keras_core.core.tensors.native import dtype_of, shape_of, static_shape
from keras_core.core.tensors.sparse import Coo
from keras_core.core.tensors.symbolic import Dim, KerasTensor, is_static
from keras_core.ops.arithmetic import add, divide, floor_divide, mod, multiply
from keras_core.ops.casting import cast
from keras_core.ops.linear import matmul
from keras_core.ops.reductions import sum as sum_over
from keras_core.ops.shaping import (
    concatenate,
    expand_dims,
    moveaxis,
    reshape,
    squeeze,
    stack,
    swapaxes,
    transpose,
)

part_of("keras.ops")

_VANISHES_AT_ZERO = (
    "abs absolute arcsin arcsinh arctan arctanh cast cbrt ceil conj conjugate copy deg2rad elu erf "
    "expm1 fabs floor gelu hard_shrink hard_silu hard_swish hard_tanh imag isinf isnan leaky_relu "
    "log1p nan_to_num negative rad2deg real relu relu6 round selu sign signbit silu sin sinh "
    "soft_shrink softsign sqrt square stop_gradient swish tan tanh tanh_shrink trunc"
)


def _rule(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make the decorated function the sparse rule of operations."""

    def set_rule(rule: Callable[..., Any]) -> Callable[..., Any]:
        for name in names:
            operation_named(name).sparse_rule = rule
        return rule

    return set_rule


# -- Element by element ----------------------------------------------------------------


def _on_values(front: Callable[..., Any]) -> Callable[..., Any]:
    return lambda x, *rest: Coo(x.indices, front(x.values, *rest), x.shape)


for _name in _VANISHES_AT_ZERO.split():
    _rule(_name)(_on_values(operation_named(_name).front))


def _union(front: Callable[..., Any], x1: Any, x2: Any) -> Any:
    """``front`` at all places where one of two sparse tensors has a value."""
    if not (isinstance(x1, Coo) and isinstance(x2, Coo)) or _static(x1) != _static(x2):
        return NotImplemented
    if "bool" in (dtype_of(x1.values), dtype_of(x2.values)):
        return NotImplemented
    first = concatenate([x1.values, multiply(x2.values, 0)])
    second = concatenate([multiply(x1.values, 0), x2.values])
    both = Coo(
        concatenate([x1.indices, x2.indices]),
        stack([cast(first, dtype_of(second)), second], -1),
        x1.shape,
    )
    both = sparse.coalesce(both)
    return Coo(both.indices, front(both.values[:, 0], both.values[:, 1]), x1.shape)


def _union_of(front: Callable[..., Any]) -> Callable[..., Any]:
    return lambda x1, x2: _union(front, x1, x2)


for _name in ("add", "subtract", "maximum", "minimum"):
    _rule(_name)(_union_of(operation_named(_name).front))


@_rule("multiply")
def _multiply(x1: Any, x2: Any) -> Any:
    if not isinstance(x2, Coo):
        return _scaled(multiply, x1, x2)
    if not isinstance(x1, Coo):
        return _scaled(multiply, x2, x1)
    return _union(multiply, x1, x2)


@_rule("divide", "true_divide")
def _divide(x1: Any, x2: Any) -> Any:
    return NotImplemented if isinstance(x2, Coo) else _scaled(divide, x1, x2)


def _scaled(front: Callable[..., Any], x: Coo, y: Any) -> Any:
    """``front`` of a sparse tensor and a dense one that broadcasts to its shape."""
    if isinstance(y, (int, float)):
        return Coo(x.indices, front(x.values, y), x.shape)
    if not isinstance(y, KerasTensor):
        y = native.convert(y)
    sizes = static_shape(y)
    skipped = len(x.shape) - len(sizes)
    if skipped < 0 or any(
        b != 1 and a != b for a, b in zip(_static(x)[skipped:], sizes, strict=True)
    ):
        return NotImplemented
    columns = [multiply(x.indices[:, skipped + i], 0 if d == 1 else 1) for i, d in enumerate(sizes)]
    values = p.gather_nd(y, stack(columns, -1)) if columns else y
    return Coo(x.indices, front(x.values, values), x.shape)


# -- Sums ------------------------------------------------------------------------------


@_rule("sum")
def _sum(x: Coo, axis: Any, keepdims: bool) -> Any:
    axes = canonical_axes(axis, len(x.shape))
    if len(axes) == len(x.shape):  # one number, which is not worth a sparse tensor
        total = sum_over(x.values)
        return reshape(total, (1,) * len(axes)) if keepdims else total
    if dtype_of(x.values) == "bool":
        return NotImplemented
    values = sum_over(expand_dims(x.values, -1), -1)  # of the dtype that sums have
    x = Coo(x.indices, values, x.shape)
    for i in reversed(axes):
        x = _insert(_drop(x, i), i) if keepdims else _drop(x, i)
    return sparse.coalesce(x)


@_rule("mean")
def _mean(x: Coo, axis: Any, keepdims: bool) -> Any:
    total = _sum(x, axis, keepdims)
    if total is NotImplemented:
        return NotImplemented
    count: Any = 1
    for i in canonical_axes(axis, len(x.shape)):
        count = count * x.shape[i]
    if not isinstance(total, Coo):
        return divide(total, count)
    return Coo(total.indices, divide(total.values, count), total.shape)


# -- Shapes ----------------------------------------------------------------------------


def _static(x: Coo) -> tuple[int | None, ...]:
    return tuple(d if is_static(d) else None for d in x.shape)


def _columns(x: Coo) -> list[Any]:
    return [x.indices[:, i] for i in range(len(x.shape))]


def _from_columns(columns: Sequence[Any], values: Any, shape: Sequence[Any]) -> Coo:
    return Coo(stack(columns, -1), values, tuple(shape))


def _drop(x: Coo, axis: int) -> Coo:
    kept = [i for i in range(len(x.shape)) if i != axis]
    return _picked(x, kept)


def _picked(x: Coo, order: Sequence[int]) -> Coo:
    columns = _columns(x)
    return _from_columns([columns[i] for i in order], x.values, [x.shape[i] for i in order])


def _insert(x: Coo, axis: int) -> Coo:
    columns, shape = _columns(x), list(x.shape)
    columns.insert(axis, multiply(columns[0], 0))
    shape.insert(axis, 1)
    return _from_columns(columns, x.values, shape)


@_rule("transpose")
def _transpose(x: Coo, axes: Any) -> Coo:
    n = len(x.shape)
    if axes is None:
        return _picked(x, range(n - 1, -1, -1))
    return _picked(x, [canonical_axis(a, n, "axes") for a in axes])


@_rule("swapaxes")
def _swapaxes(x: Coo, axis1: int, axis2: int) -> Any:
    return _reordered(swapaxes, x, axis1, axis2)


@_rule("moveaxis")
def _moveaxis(x: Coo, source: Any, destination: Any) -> Any:
    return _reordered(moveaxis, x, source, destination)


def _reordered(front: Callable[..., Any], x: Coo, *args: Any) -> Coo:
    """The axes in the order that ``front`` gives to axes of the sizes 0, 1, 2, ..."""
    return _picked(x, front(KerasTensor(tuple(range(len(x.shape)))), *args).shape)


@_rule("expand_dims")
def _expand_dims(x: Coo, axis: Any) -> Coo:
    axes = axis if isinstance(axis, (tuple, list)) else [axis]
    n = len(x.shape) + len(axes)
    for i in sorted(canonical_axis(a, n) for a in axes):
        x = _insert(x, i)
    return x


@_rule("squeeze")
def _squeeze(x: Coo, axis: Any) -> Any:
    shape = _static(x)
    dense_shape = squeeze(KerasTensor(shape), axis).shape  # it checks the axes
    if axis is None:
        axes: tuple[int, ...] = tuple(i for i, d in enumerate(shape) if d == 1)
    else:
        axes = canonical_axes(axis, len(shape))
    if not dense_shape:
        return NotImplemented
    for i in reversed(axes):
        x = _drop(x, i)
    return x


@_rule("reshape")
def _reshape(x: Coo, newshape: Any) -> Any:
    given = (newshape,) if isinstance(newshape, (int, Dim)) else newshape
    if native.is_engine_tensor(given):
        given = native.to_numpy(given).tolist()
    reshape(KerasTensor(_static(x)), tuple(given))  # it checks the sizes
    if not given:
        return NotImplemented
    shape = list(given)
    total: Any = 1
    for d in x.shape:
        total = total * d
    rest: Any = 1
    for d in shape:
        if not (is_static(d) and d == -1):
            rest = rest * d
    shape = [total // rest if is_static(d) and d == -1 else d for d in shape]
    # The leading axes that stay as they are need no arithmetic, which might overflow.
    same = 0
    while same < min(len(shape), len(x.shape)) - 1 and _same(shape[same], x.shape[same]):
        same += 1
    columns = _columns(x)
    flat = columns[same]
    for column, d in zip(columns[same + 1 :], x.shape[same + 1 :], strict=True):
        flat = add(multiply(flat, d), column)
    tail: list[Any] = []
    for d in reversed(shape[same + 1 :]):
        tail.append(mod(flat, d))
        flat = floor_divide(flat, d)
    return _from_columns([*columns[:same], flat, *reversed(tail)], x.values, shape)


def _same(a: Any, b: Any) -> bool:
    return is_static(a) and is_static(b) and a == b


@_rule("concatenate")
def _concatenate(xs: list[Any], axis: int) -> Any:
    if isinstance(xs, Coo) or not all(isinstance(x, Coo) for x in xs):
        return NotImplemented
    axis = canonical_axis(axis, len(xs[0].shape))
    concatenate([KerasTensor(_static(x)) for x in xs], axis)  # it checks the shapes
    size: Any = 0
    indices: list[Any] = []
    for x in xs:
        columns = _columns(x)
        columns[axis] = add(columns[axis], size)
        indices.append(stack(columns, -1))
        size = size + x.shape[axis]
    shape = list(xs[0].shape)
    shape[axis] = size
    return Coo(concatenate(indices), concatenate([x.values for x in xs]), tuple(shape))


# -- Products --------------------------------------------------------------------------


@_rule("matmul")
def _matmul(x1: Any, x2: Any) -> Any:
    both = isinstance(x1, Coo) and isinstance(x2, Coo)
    n1, n2 = (len(x.shape) if isinstance(x, Coo) else len(_shape(x)) for x in (x1, x2))
    out = matmul(*(KerasTensor(_shape(x), _dtype(x)) for x in (x1, x2)))  # it checks them
    if n1 < 2 or n2 < 2 or (n2 > 2 if not both else n1 + n2 > 4):
        return NotImplemented
    if isinstance(_values(x1), KerasTensor) or isinstance(_values(x2), KerasTensor):
        return KerasTensor(out.shape, out.dtype, sparse=both)
    if not out.dtype.startswith(("float", "complex")):
        return NotImplemented
    a, b = _as(x1, out.dtype), _as(x2, out.dtype)
    if both:
        return sparse.matmul(sparse.put_together(a), sparse.put_together(b))
    leading = a.shape if isinstance(a, Coo) else shape_of(a)
    if n1 > 2:
        rows: Any = (-1, leading[-1])
        a = _reshape(a, rows) if isinstance(a, Coo) else reshape(a, rows)
    if isinstance(a, Coo):
        y = sparse.matmul(sparse.put_together(a), b)
    else:
        turned = sparse.put_together(_transpose(b, None))
        y = transpose(sparse.matmul(turned, transpose(a)))
    return reshape(y, (*leading[:-1], shape_of(y)[-1])) if n1 > 2 else y


@_rule("dense")
def _dense(inputs: Any, kernel: Any, bias: Any) -> Any:
    if not isinstance(inputs, Coo) or isinstance(kernel, Coo) or isinstance(bias, Coo):
        return NotImplemented
    return add(matmul(sparse.put_together(inputs), kernel), bias)


def _values(x: Any) -> Any:
    return x.values if isinstance(x, Coo) else x


def _shape(x: Any) -> tuple[int | None, ...]:
    return _static(x) if isinstance(x, Coo) else tuple(KerasTensor(x.shape).shape)


def _dtype(x: Any) -> str:
    return native.natural_dtype(_values(x))


def _as(x: Any, dtype: str) -> Any:
    if isinstance(x, Coo):
        return Coo(x.indices, cast(x.values, dtype), x.shape)
    return native.convert(x, dtype)
