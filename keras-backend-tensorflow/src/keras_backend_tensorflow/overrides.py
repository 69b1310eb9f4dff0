"""Composites that TensorFlow has natively: one kernel instead of several.

Names and parameters are those of `keras_core.ops`. What only renames a chain of TensorFlow's
own operations is left to the composite.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from keras_backend_tensorflow import control, updates
from keras_backend_tensorflow import primitives as p
from keras_backend_tensorflow._engine import (
    HALF_TO_SINGLE,
    dims,
    in_xla,
    ints,
    is_static,
    raw,
    tf,
    widened,
)
from keras_backend_tensorflow._engine import cast as _cast
from keras_backend_tensorflow.linalg import cholesky, lu_factor
from keras_backend_tensorflow.windows import conv_transpose


def _unary(op: Any) -> Callable[[Any], Any]:
    return lambda x: op(x=x)


def _feature(op: Any) -> Callable[[Any], Any]:
    return lambda x: op(features=x)


def _binary(op: Any) -> Callable[[Any, Any], Any]:
    return lambda x1, x2: op(x=x1, y=x2)


def _classify(op: Any, exact: bool) -> Callable[[Any], Any]:
    """`isnan` and the like; ``exact`` is the answer for integers."""

    def test(x: Any) -> Any:
        if x.dtype.is_floating:
            return op(x=x)
        if x.dtype.is_complex:
            both = op(x=p.real(x)), op(x=p.imag(x))
            return (
                raw.LogicalAnd(x=both[0], y=both[1])
                if exact
                else raw.LogicalOr(x=both[0], y=both[1])
            )
        return p.full(dims(x), exact, "bool")

    return test


# -- Shape and indexing ------------------------------------------------------------------


def _split(x: Any, indices_or_sections: Any, axis: int) -> list[Any]:
    # The gradient of a split is a concatenation; that of slices, a sum of padded tensors.
    total = dims(x)[axis]
    if isinstance(indices_or_sections, int):
        return list(raw.Split(axis=axis, value=x, num_split=indices_or_sections))
    places = [int(i) for i in np.asarray(indices_or_sections).reshape(-1)]
    if type(total) is int:
        places = [min(max(i + total if i < 0 else i, 0), total) for i in places]
    bounds = [0, *places]
    if places != sorted(places) or places[:1] < [0]:
        before: Any = (slice(None),) * axis
        known = type(total) is int  # else there may be places counted from the end
        ends = [*(max(a, b) if known else b for a, b in zip(bounds, places, strict=False)), None]
        return [x[(*before, slice(a, b))] for a, b in zip(bounds, ends, strict=True)]
    sizes = [b - a for a, b in zip(bounds, places, strict=False)]
    return list(
        raw.SplitV(value=x, size_splits=ints([*sizes, -1]), axis=axis, num_split=len(bounds))
    )


def _take_along_axis(x: Any, indices: Any, axis: int | None) -> Any:
    if axis is None:
        x, indices, axis = p.reshape(x, (-1,)), p.reshape(indices, (-1,)), 0
    rank = x.shape.rank
    if indices.shape.rank != rank:
        raise ValueError(
            "`take_along_axis` expects `x` and `indices` of the same rank. Received: shapes "
            f"{x.shape} and {indices.shape}"
        )
    indices = p.wrapped(indices, dims(x)[axis])
    if x.shape[:axis] + x.shape[axis + 1 :] != indices.shape[:axis] + indices.shape[axis + 1 :]:
        pairs = zip(dims(x), dims(indices), strict=True)
        full = [b if type(a) is int and a == 1 else a for a, b in pairs]
        x = p.broadcast_to(x, [*full[:axis], dims(x)[axis], *full[axis + 1 :]])
        indices = p.broadcast_to(indices, [*full[:axis], dims(indices)[axis], *full[axis + 1 :]])
    last = rank - 1
    swap = tuple(axis if i == last else last if i == axis else i for i in range(rank))
    if axis != last:
        x, indices = p.transpose(x, swap), p.transpose(indices, swap)
    out = tf.gather(x, indices, batch_dims=last)
    return p.transpose(out, swap) if axis != last else out


def _top_k(x: Any, k: int, sorted: bool, is_stable: bool) -> tuple[Any, Any]:
    if not x.dtype.is_floating and x.dtype not in (tf.bool, tf.uint16):
        return tuple(raw.TopKV2(input=x, k=k))

    def at(order: Any) -> tuple[Any, Any]:
        return tf.gather(x, order, batch_dims=x.shape.rank - 1), order

    def by_keys() -> Any:
        return raw.TopKV2(input=~p.descending_keys(x), k=k).indices

    if not x.dtype.is_floating or in_xla():
        return at(by_keys())
    n = x.shape[-1]
    if n and 0 < 64 * k <= n and not tf.executing_eagerly():
        return _top_k_of_blocks(x, k, lambda: at(by_keys()))
    return tf.cond(_has_nan(x), lambda: at(by_keys()), lambda: tuple(raw.TopKV2(input=x, k=k)))


def _has_nan(x: Any) -> Any:
    """The kernel has no place for NaN, which keys put first. A sum without NaN has had none."""
    return raw.IsNan(x=raw.Sum(input=x, axis=ints(range(x.shape.rank))))


def _top_k_of_blocks(x: Any, k: int, by_keys: Callable[[], Any]) -> tuple[Any, Any]:
    """The ``k`` largest and their places, which are in the ``k`` blocks with the largest maxima.

    The kernel compares element by element, maxima are found by whole vectors. Of equal blocks
    the first ones are taken, and in their order, so that the first of equal elements are found.
    """
    bits, n = 4, x.shape[-1]  # of a place in its block: to shift is quicker than to divide
    width = 1 << bits
    count = n // width
    rows = p.reshape(x, (-1, n))
    head, rest = (rows[:, : count * width], rows[:, count * width :]) if n % width else (rows, None)
    blocks = p.reshape(head, (-1, count, width))
    maxima = raw.Max(input=blocks, axis=-1)  # NaN if there is one

    def find() -> Any:
        chosen = raw.TopKV2(input=maxima, k=k, sorted=False).indices
        chosen = ~raw.TopKV2(input=~chosen, k=k).values  # in their order
        candidates = p.reshape(tf.gather(blocks, chosen, batch_dims=1), (-1, k * width))
        if rest is not None:
            candidates = tf.concat([candidates, rest], 1)
            chosen = p.pad(chosen, ((0, 0), (0, 1)), count)
        values, place = raw.TopKV2(input=candidates, k=k)
        block = tf.gather(chosen, raw.RightShift(x=place, y=bits), batch_dims=1)
        found = raw.LeftShift(x=block, y=bits) | (place & (width - 1))
        shape = [*dims(x)[:-1], k]
        return p.reshape(values, shape), p.reshape(found, shape)

    has_nan = _has_nan(maxima) if rest is None else _has_nan(maxima) | _has_nan(rest)
    return tf.cond(has_nan, by_keys, find)


def _searchsorted(sorted_sequence: Any, values: Any, side: str) -> Any:
    if sorted_sequence.shape.rank != 1:
        raise ValueError(
            "`searchsorted` only supports 1-D sorted sequences. You can use "
            "`keras.ops.vectorized_map` to extend it to N-D sequences. Received: "
            f"sorted_sequence.shape={sorted_sequence.shape}"
        )
    flat = tf.searchsorted(sorted_sequence, p.reshape(values, (-1,)), side)
    return p.reshape(flat, dims(values))


# -- Neural networks ---------------------------------------------------------------------


def _elu(x: Any, alpha: float) -> Any:
    y = raw.Elu(features=x)
    return y if alpha == 1 else tf.where(x > 0, y, tf.cast(alpha, x.dtype) * y)


def _softmax_along(op: Any) -> Callable[[Any, Any], Any]:
    def along(x: Any, axis: Any) -> Any:
        n = x.shape.rank
        if axis in (-1, n - 1) and 0 < n < 6:  # as many axes as oneDNN takes
            return op(logits=x)
        axes = range(n) if axis is None else [a % n for a in np.atleast_1d(axis)]
        order = (*(i for i in range(n) if i not in axes), *axes)
        y = p.transpose(x, order)
        shape, k = dims(y), n - len(axes)
        flat = p.reshape(y, (math.prod(shape[:k]), math.prod(shape[k:])))
        y = p.reshape(op(logits=flat), shape)
        return p.transpose(y, tuple(order.index(i) for i in range(n)))

    return along


# -- Convolution -------------------------------------------------------------------------


def _conv_transpose(
    inputs: Any,
    kernel: Any,
    strides: tuple[int, ...],
    padding: str,
    output_padding: tuple[int, ...] | None,
    data_format: str,
    dilation_rate: tuple[int, ...],
) -> Any:
    n = len(strides)
    first = data_format == "channels_first"
    x = p.transpose(inputs, (0, *range(2, n + 2), 1)) if first else inputs
    y = conv_transpose(x, kernel, strides, padding, output_padding, dilation_rate)
    return p.transpose(y, (0, n + 1, *range(1, n + 1))) if first else y


# -- Images ------------------------------------------------------------------------------


def _bilinear(x: Any, size: tuple[Any, Any]) -> Any:
    """TensorFlow's kernel, for ``(batch, rows, columns, channels)`` of float32.

    It is linear, but TensorFlow knows no second derivative of it.
    """
    sizes = ints(size)

    @tf.custom_gradient
    def forward(v: Any) -> Any:
        return raw.ResizeBilinear(images=v, size=sizes, half_pixel_centers=True), backward

    @tf.custom_gradient
    def backward(g: Any) -> Any:
        dx = raw.ResizeBilinearGrad(grads=g, original_image=x, half_pixel_centers=True)
        return dx, forward

    return forward(x)


def _resample(x: Any, rows: int, weights: Sequence[Any], kernel: str) -> Any:
    if kernel != "bilinear" or x.dtype == tf.float64:  # of which the kernel makes float32
        for axis, matrix in enumerate(weights, start=rows):
            if matrix is not None:
                y = tf.tensordot(x, tf.constant(matrix, x.dtype), ([axis], [0]))
                last = y.shape.rank - 1
                x = p.transpose(y, (*range(axis), last, *range(axis, last)))
        return x
    shape = dims(x)
    before, sizes, after = shape[:rows], shape[rows : rows + 2], shape[rows + 2 :]
    size = tuple(d if m is None else m.shape[1] for d, m in zip(sizes, weights, strict=True))
    y = _cast(x, tf.float32)
    if len(before) == len(after) == 1:
        return _cast(_bilinear(y, size), x.dtype)
    y = _bilinear(p.reshape(y, (math.prod(before), *sizes, math.prod(after))), size)
    return p.reshape(_cast(y, x.dtype), (*before, *size, *after))


# -- Linear algebra ----------------------------------------------------------------------


def _solve(a: Any, b: Any) -> Any:
    if b.shape.rank == a.shape.rank - 1:
        return _solve(a, b[..., None])[..., 0]
    if a.shape[:-2] != b.shape[:-2]:
        batch = tf.broadcast_dynamic_shape(tf.shape(a)[:-2], tf.shape(b)[:-2])
        a, b = (tf.broadcast_to(x, tf.concat([batch, tf.shape(x)[-2:]], 0)) for x in (a, b))
    return raw.MatrixSolve(matrix=a, rhs=b)


def _resized(x: Any, size: Any) -> Any:
    """``x`` with a last axis of ``size``: cut, or zeros added. TensorFlow's transforms do it too,
    but their gradients have the shape of what they took.
    """
    last = dims(x)[-1]
    missing = max(size - last, 0) if is_static((size, last)) else tf.maximum(size - last, 0)
    return p.pad(x, ((0, 0),) * (x.shape.rank - 1) + ((0, missing),), 0)[..., :size]


def _rfft(x: Any, fft_length: int | None) -> tuple[Any, Any]:
    x = _cast(x, HALF_TO_SINGLE.get(x.dtype, x.dtype))
    length = dims(x)[-1] if fft_length is None else fft_length
    kind = tf.complex128 if x.dtype == tf.float64 else tf.complex64
    z = raw.RFFT(input=_resized(x, length), fft_length=ints((length,)), Tcomplex=kind)
    return p.real(z), p.imag(z)


def _irfft(x: Sequence[Any], fft_length: int | None) -> Any:
    length = 2 * (dims(x[0])[-1] - 1) if fft_length is None else fft_length
    parts = [_cast(v, HALF_TO_SINGLE.get(v.dtype, v.dtype)) for v in x]
    z = p.complex(*(_resized(v, length // 2 + 1) for v in parts))
    kind = tf.float64 if z.dtype == tf.complex128 else tf.float32
    return raw.IRFFT(input=z, fft_length=ints((length,)), Treal=kind)


# -- Random numbers ----------------------------------------------------------------------


def _random_normal(seed: Any, shape: Sequence[Any], dtype: str) -> Any:
    return raw.StatelessRandomNormalV2(shape=ints(shape), **p.philox(seed), dtype=dtype)


def _random_randint(seed: Any, shape: Sequence[Any], minval: Any, maxval: Any, dtype: str) -> Any:
    kind = tf.int64 if dtype in ("int64", "uint32", "uint64") else tf.int32
    low, high = (tf.cast(v, kind) for v in (minval, maxval))
    out = raw.StatelessRandomUniformIntV2(
        shape=ints(shape), **p.philox(seed), minval=low, maxval=high
    )
    return _cast(out, tf.as_dtype(dtype))


OVERRIDES: dict[str, Callable[..., Any]] = {
    "arccos": _unary(raw.Acos),
    "arccosh": _unary(raw.Acosh),
    "arcsin": _unary(raw.Asin),
    "arcsinh": _unary(raw.Asinh),
    "arctan": _unary(raw.Atan),
    "arctanh": _unary(raw.Atanh),
    "cosh": _unary(raw.Cosh),
    "digamma": widened(_unary(raw.Digamma), HALF_TO_SINGLE),
    "erf": _unary(raw.Erf),
    "erfc": _unary(raw.Erfc),
    "erfinv": widened(_unary(raw.Erfinv), HALF_TO_SINGLE),
    "lgamma": widened(_unary(raw.Lgamma), HALF_TO_SINGLE),
    "reciprocal": _unary(raw.Reciprocal),
    "rsqrt": _unary(raw.Rsqrt),
    "sigmoid": _unary(raw.Sigmoid),
    "sinh": _unary(raw.Sinh),
    "square": _unary(raw.Square),
    "tan": _unary(raw.Tan),
    "isfinite": _classify(raw.IsFinite, True),
    "isinf": _classify(raw.IsInf, False),
    "isnan": _classify(raw.IsNan, False),
    "greater": _binary(raw.Greater),
    "greater_equal": _binary(raw.GreaterEqual),
    "logical_xor": _binary(raw.NotEqual),
    "not_equal": _binary(raw.NotEqual),
    "searchsorted": _searchsorted,
    "split": _split,
    "take_along_axis": _take_along_axis,
    "top_k": _top_k,
    "elu": _elu,
    "log_softmax": _softmax_along(raw.LogSoftmax),
    "relu": _feature(raw.Relu),
    "relu6": _feature(raw.Relu6),
    "selu": _feature(raw.Selu),
    "softmax": _softmax_along(raw.Softmax),
    "softplus": _feature(raw.Softplus),
    "conv_transpose": _conv_transpose,
    "resample": _resample,
    "cholesky": cholesky,
    "lu_factor": lu_factor,
    "inv": widened(lambda x: raw.MatrixInverse(input=x), HALF_TO_SINGLE),
    "irfft": _irfft,
    "rfft": _rfft,
    "solve": widened(_solve, HALF_TO_SINGLE),
    "random_normal": _random_normal,
    "random_randint": _random_randint,
    "cond": control.cond,
    "fori_loop": control.fori_loop,
    "scan": control.scan,
    "switch": control.switch,
    "vectorized_map": control.vectorized_map,
    "while_loop": control.while_loop,
    "adam_update": updates.adam_update,
    "sgd_update": updates.sgd_update,
}
"""Implementations by the name of the composite."""
