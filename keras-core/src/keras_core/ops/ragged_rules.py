"""What operations do with ragged tensors, each written once, on their values.

A rule gets the arguments of its operation with the ragged tensors among them, and returns a ragged
or a dense tensor, or NotImplemented where the operation has no meaning for rows of many lengths.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from keras_core.core.base.axes import canonical_axes, canonical_axis
from keras_core.core.base.public import part_of
from keras_core.core.dispatch.op import operation_named
from keras_core.core.tensors import dtypes, native
from keras_core.core.tensors.ragged import (
    concatenate,
    is_ragged,
    map_values,
    ragged_rank,
    reduce,
    spread,
    take,
    values_of,
)
from keras_core.core.tensors.ragged import expand_dims as new_axis
from keras_core.ops.casting import cast
from keras_core.ops.shaping import expand_dims, reshape

part_of("keras.ops")

ELEMENTWISE = (
    "abs absolute add angle arccos arccosh arcsin arcsinh arctan arctan2 arctanh "
    "binary_crossentropy bitwise_and bitwise_invert bitwise_left_shift bitwise_not bitwise_or "
    "bitwise_right_shift bitwise_xor cast cbrt ceil celu clip conj conjugate copy copysign cos "
    "cosh deg2rad digamma divide divide_no_nan elu equal erf erfc erfinv exp exp2 expm1 fabs "
    "float_power floor floor_divide fmax fmin fmod full_like gelu greater greater_equal "
    "hard_shrink hard_sigmoid hard_silu hard_swish hard_tanh heaviside hypot imag isclose "
    "isfinite isinf isnan isneginf isposinf isreal leaky_relu left_shift less less_equal lgamma "
    "log log10 log1p log2 log_sigmoid logaddexp logaddexp2 logical_and logical_not logical_or "
    "logical_xor maximum minimum mod multiply nan_to_num negative nextafter not_equal ones_like "
    "power rad2deg real reciprocal relu relu6 right_shift round rsqrt saturate_cast selu sigmoid "
    "sign signbit silu sin sinc sinh soft_shrink softplus softsign sparse_plus sparse_sigmoid "
    "sqrt square squareplus stop_gradient subtract swish tan tanh tanh_shrink threshold "
    "true_divide trunc where zeros_like"
).split()
"""Operations each element of whose result depends on one of each argument."""

ALONG_AN_AXIS = (
    "argmax argmin argsort batch_normalization cumprod cumsum flip glu layer_normalization "
    "log_softmax logsumexp median normalize one_hot rms_normalization softmax sort sparsemax std "
    "var"
).split()
"""Operations along an axis, or some, that do not care about those before."""

REDUCTIONS = "all any max mean min prod sum".split()


def _rule(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make a function of the operation's name the maker of the ragged rules of operations."""

    def set_rules(make: Callable[[str], Callable[..., Any]]) -> Callable[..., Any]:
        for name in names:
            operation_named(name).ragged_rule = make(name)
        return make

    return set_rules


def _rows_within(x: Any) -> int:
    """The axes of a ragged tensor that its values do not have, with the first of these."""
    return ragged_rank(x) + 1


@_rule(*ELEMENTWISE)
def _elementwise(name: str) -> Callable[..., Any]:
    front = operation_named(name).front
    operation_named(name).keeps_rows = True

    def rule(*args: Any) -> Any:
        like = next(filter(is_ragged, args))
        fitted = [_fitted(x, like) if native.is_engine_tensor(x) else x for x in args]
        if any(x is NotImplemented for x in fitted):
            return NotImplemented
        return map_values(front, *fitted)

    return rule


def _fitted(x: Any, like: Any) -> Any:
    """A dense tensor with the axes of the values of ``like``, with which it is to broadcast."""
    shape, inner = native.static_shape(x), native.ndim_of(like) - _rows_within(like)
    if len(shape) <= inner:
        return x
    rows, own = shape[: len(shape) - inner], shape[len(shape) - inner :]
    if all(d == 1 for d in rows):
        return reshape(x, own)
    if len(shape) != native.ndim_of(like) or any(d != 1 for d in rows[1:]):
        return NotImplemented
    return spread(reshape(x, (-1, *own)), like)


@_rule(*ALONG_AN_AXIS)
def _along_an_axis(name: str) -> Callable[..., Any]:
    operation = operation_named(name)

    def rule(*args: Any) -> Any:
        place = operation.params.index("axis")
        first, given = args[0], args[place]
        if given is None or not is_ragged(first):
            return NotImplemented
        n = native.ndim_of(first) + (name == "one_hot")
        axes = canonical_axes(given, n)
        if any(a < _rows_within(first) for a in axes):
            return NotImplemented
        inner = tuple(a - n for a in axes)
        filled = list(args)
        filled[place] = inner if isinstance(given, (tuple, list)) else inner[0]
        return map_values(operation.front, *filled)

    return rule


@_rule(*REDUCTIONS)
def _reduction(name: str) -> Callable[..., Any]:
    operation = operation_named(name)

    def rule(*args: Any) -> Any:
        given = dict(zip(operation.params, args, strict=True))
        x, keepdims = given.pop("x"), given.pop("keepdims")
        axes = canonical_axes(given.pop("axis"), native.ndim_of(x))
        outer = range(_rows_within(x))

        def run(values: Any, axis: Any) -> Any:
            return operation.front(values, axis=axis, keepdims=keepdims, **given)

        if not set(axes) & set(outer):
            return map_values(lambda v: run(v, tuple(a - outer[-1] for a in axes)), x)
        if any(v is not None for v in given.values()):
            return NotImplemented
        # in the dtype of the result: that of a reduction over an axis of one
        x = map_values(lambda v: operation.front(expand_dims(v, -1), axis=-1), x)
        return reduce(name, x, axes, keepdims)

    return rule


@_rule("concatenate")
def _concatenate(name: str) -> Callable[..., Any]:
    front = operation_named(name).front

    def rule(xs: Any, axis: int) -> Any:
        like = next(filter(is_ragged, xs))
        n = native.ndim_of(like)
        axis = canonical_axis(axis, n)
        if axis >= _rows_within(like):
            if not all(map(is_ragged, xs)):
                return NotImplemented
            return map_values(lambda *values: front(values, axis=axis - n), *xs)
        dtype = dtypes.result_type(*map(native.dtype_of, xs))
        return concatenate([cast(x, dtype) for x in xs], axis)

    return rule


@_rule("stack")
def _stack(name: str) -> Callable[..., Any]:
    front, join = operation_named(name).front, operation_named("concatenate").front

    def rule(xs: Any, axis: int) -> Any:
        like = next(filter(is_ragged, xs))
        n = native.ndim_of(like) + 1
        axis = canonical_axis(axis, n)
        if axis < _rows_within(like):
            return join([_with_axis(x, axis) for x in xs], axis=axis)
        if not all(map(is_ragged, xs)):
            return NotImplemented
        return map_values(lambda *values: front(values, axis=axis - n), *xs)

    return rule


@_rule("append", "hstack", "vstack")
def _joined(name: str) -> Callable[..., Any]:
    join = operation_named("concatenate").front
    if name == "append":
        return lambda x1, x2, axis: NotImplemented if axis is None else join([x1, x2], axis=axis)
    return lambda xs: join(xs, axis=int(name == "hstack"))


@_rule("take")
def _take(name: str) -> Callable[..., Any]:
    front = operation_named(name).front

    def rule(x: Any, indices: Any, axis: int | None) -> Any:
        if is_ragged(x):
            fits = not is_ragged(indices) and axis is not None
            return take(x, native.convert(indices)) if fits and not axis else NotImplemented
        if axis is None:
            x = reshape(x, (-1,))
        return map_values(lambda i: front(x, i, axis=0), indices) if not axis else NotImplemented

    return rule


@_rule("split")
def _split(name: str) -> Callable[..., Any]:
    """Along the first axis, of a known number of rows."""

    def rule(x: Any, cuts: Any, axis: int) -> Any:
        total = native.static_shape(x)[0]
        if canonical_axis(axis, native.ndim_of(x)) or total is None:
            return NotImplemented
        if isinstance(cuts, int):
            if total % cuts:
                raise ValueError(
                    f"`x` cannot be split into {cuts} parts of one size: it has {total} rows. "
                    "Use `array_split`, or give the places to cut at."
                )
            cuts = range(total // cuts, total, total // cuts)
        rows = np.split(np.arange(total, dtype="int32"), list(cuts))
        return [take(x, native.convert(part)) for part in rows]

    return rule


@_rule("flip")
def _flip(name: str) -> Callable[..., Any]:
    """Of the rows too, if their number is known."""
    within = _along_an_axis(name)

    def rule(x: Any, axis: Any) -> Any:
        total = native.static_shape(x)[0]
        if not isinstance(axis, int) or canonical_axis(axis, native.ndim_of(x)) or total is None:
            return within(x, axis)
        return take(x, native.convert(np.arange(total, dtype="int32")[::-1].copy()))

    return rule


@_rule("tile")
def _tile(name: str) -> Callable[..., Any]:
    join = operation_named("concatenate").front

    def rule(x: Any, repeats: Any) -> Any:
        counts = [repeats] if isinstance(repeats, int) else list(repeats)
        counts = [1] * (native.ndim_of(x) - len(counts)) + counts
        for _ in range(len(counts) - native.ndim_of(x)):
            x = _with_axis(x, 0)
        for axis in reversed(range(len(counts))):
            if counts[axis] != 1:
                x = join([x] * counts[axis], axis=axis)
        return x

    return rule


@_rule("ravel", "reshape")
def _flat(name: str) -> Callable[..., Any]:
    """All elements, one after the other; there is no other shape."""

    def rule(x: Any, newshape: Any = (-1,)) -> Any:
        if newshape != -1 and tuple(newshape) != (-1,):
            return NotImplemented
        return reshape(values_of(x), (-1,))

    return rule


@_rule("digitize")
def _digitize(name: str) -> Callable[..., Any]:
    front = operation_named(name).front
    return lambda x, bins: NotImplemented if is_ragged(bins) else map_values(front, x, bins)


@_rule("moments")
def _moments(name: str) -> Callable[..., Any]:
    """Over all of the first axis and those that vary."""
    front = operation_named(name).front

    def rule(x: Any, axes: Any, keepdims: bool, synchronized: bool) -> Any:
        axes, outer = canonical_axes(axes, native.ndim_of(x)), range(_rows_within(x))
        if keepdims or not set(outer) <= set(axes):
            return NotImplemented
        inner = tuple(a - outer[-1] for a in axes if a >= outer[-1])
        return front(values_of(x), inner, synchronized=synchronized)

    return rule


@_rule("batch_normalization_training")
def _normalized_batch(name: str) -> Callable[..., Any]:
    front = operation_named(name).front

    def rule(x: Any, axis: int, *rest: Any) -> Any:
        axis = canonical_axis(axis, native.ndim_of(x))
        if axis < _rows_within(x):
            return NotImplemented
        y, *moments = front(values_of(x), axis - ragged_rank(x), *rest)
        return (map_values(lambda _: y, x), *moments)

    return rule


@_rule("expand_dims")
def _expand_dims(name: str) -> Callable[..., Any]:
    return lambda x, axis: _with_axis(x, axis) if isinstance(axis, int) else NotImplemented


def _with_axis(x: Any, axis: int) -> Any:
    """A tensor, ragged or dense, with a new axis of size 1."""
    n = native.ndim_of(x) + 1
    axis = canonical_axis(axis, n)
    if not is_ragged(x):
        return expand_dims(x, axis)
    if axis < _rows_within(x):
        return new_axis(x, axis)
    return map_values(lambda v: expand_dims(v, axis - n), x)


@_rule("squeeze")
def _squeeze(name: str) -> Callable[..., Any]:
    """Of axes after those that vary, which have to be named."""
    front = operation_named(name).front

    def rule(x: Any, axis: Any) -> Any:
        n = native.ndim_of(x)
        axes = () if axis is None else canonical_axes(axis, n)
        if not axes or min(axes) < _rows_within(x):
            return NotImplemented
        return map_values(lambda v: front(v, tuple(a - n for a in axes)), x)

    return rule


@_rule("matmul", "dense")
def _product(name: str) -> Callable[..., Any]:
    """With a matrix that all rows have in common."""
    front = operation_named(name).front

    def rule(x: Any, kernel: Any, *bias: Any) -> Any:
        if not is_ragged(x) or is_ragged(kernel) or native.ndim_of(x) <= _rows_within(x):
            return NotImplemented
        return map_values(front, x, kernel, *bias)

    return rule
