"""Products of vectors, matrices and tensors."""

from collections.abc import Sequence
from typing import Any

from keras_core.core import primitives as p
from keras_core.core.base.axes import canonical_axes, canonical_axis
from keras_core.core.base.public import public
from keras_core.core.dispatch.op import op
from keras_core.core.tensors import native
from keras_core.core.tensors.concrete import check_finite
from keras_core.core.tensors.native import ndim_of, shape_of
from keras_core.core.tensors.symbolic import KerasTensor, is_static
from keras_core.typing import Tensor, TensorLike


def _check_inner(a: Any, b: Any, name: str) -> None:
    x, y = native.static_shape(a), native.static_shape(b)
    if not x or not y:
        raise ValueError(
            f"`{name}` needs tensors with one axis or more. Received: shapes {x} and {y}"
        )
    inner = y[-2] if len(y) > 1 else y[0]
    if x[-1] is not None and inner is not None and x[-1] != inner:
        raise ValueError(
            f"Inner dimensions (`x1.shape[-1]` and `x2.shape[{-2 if len(y) > 1 else 0}]`) must be "
            f"equal, but received x1.shape={x} and x2.shape={y}."
        )


def _matrix_product(x1: Any, x2: Any) -> Any:
    """The product of tensors with two axes or more; what is wrong with shapes is said in words."""
    try:
        return p.matmul(x1, x2)
    except Exception as error:  # engines check the shapes anyway
        try:
            _check_inner(x1, x2, "matmul")
            p.broadcast_shapes(*(native.static_shape(x)[:-2] for x in (x1, x2)))
        except ValueError as clear:
            raise clear from error
        raise


@public("keras.ops.matmul", "keras.ops.numpy.matmul")
@op("x1:number x2:number")
def matmul(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The matrix product over the last two axes; 1-D tensors are vectors.

    Args:
        x1: A tensor of shape ``(..., m, k)`` or ``(k,)``.
        x2: A tensor of shape ``(..., k, n)`` or ``(k,)``; leading axes broadcast.

    Raises:
        ValueError: If the inner sizes differ, or leading axes do not broadcast.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.matmul([[1, 2]], [[3], [4]])).tolist()
    [[11]]
    """
    if p.dtype_of(x1) == "int8":  # products of small integers are summed in 32 bits
        x1, x2 = p.cast(x1, "int32"), p.cast(x2, "int32")
    n1, n2 = ndim_of(x1), ndim_of(x2)
    if n1 > 1 and n2 > 1:
        return _matrix_product(x1, x2)
    _check_inner(x1, x2, "matmul")
    row = p.reshape(x1, (1, *shape_of(x1))) if n1 == 1 else x1
    column = p.reshape(x2, (*shape_of(x2), 1)) if n2 == 1 else x2
    out = p.matmul(row, column)
    *batch, m, n = shape_of(out)
    return p.reshape(out, (*batch, *([m] if n1 > 1 else ()), *([n] if n2 > 1 else ())))


@op("inputs:float kernel:float bias:float")
def dense(inputs: TensorLike, kernel: TensorLike, bias: TensorLike) -> Any:
    """`matmul` with a matrix, plus a bias: one kernel in many engines.

    Args:
        inputs: ``(..., features)``, with two axes or more.
        kernel: ``(features, units)``.
        bias: ``(units,)``.
    """
    return p.add(_matrix_product(inputs, kernel), bias)


@op("inputs:any2+ kernel:any2")
def int8_matmul(inputs: TensorLike, kernel: TensorLike) -> Any:
    """The product of integers of 8 bits with a matrix of such, as float32.

    Sums of up to 1,000 products are exact, and so are others where an engine counts in integers.

    Args:
        inputs: ``(..., features)``, with two axes or more.
        kernel: ``(features, units)``.
    """
    return _matrix_product(p.cast(inputs, "float32"), p.cast(kernel, "float32"))


@public("keras.ops.dot", "keras.ops.numpy.dot")
@op("x1:number x2:number")
def dot(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The product over the last axis of ``x1`` and the last but one of ``x2``, as in NumPy.

    Args:
        x1: A tensor.
        x2: A tensor.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.dot([[1.0, 2.0]], [3.0, 4.0])).tolist()
    [11.0]
    """
    n1, n2 = ndim_of(x1), ndim_of(x2)
    if n1 == 0 or n2 == 0:
        return p.multiply(x1, x2)
    _check_inner(x1, x2, "dot")
    return _tensordot(x1, x2, [n1 - 1], [0 if n2 == 1 else n2 - 2])


def _product(dims: Any) -> Any:
    out: Any = 1
    for d in dims:
        out = out * d
    return out


def _tensordot(x1: Any, x2: Any, axes1: list[int], axes2: list[int]) -> Any:
    s1, s2 = shape_of(x1), shape_of(x2)
    free1 = [i for i in range(len(s1)) if i not in axes1]
    free2 = [i for i in range(len(s2)) if i not in axes2]
    if len(axes1) != len(axes2):
        raise ValueError(
            f"`axes` must name as many axes of `x1` as of `x2`. Received: axes={[axes1, axes2]}"
        )
    for i, j in zip(axes1, axes2, strict=True):
        if is_static(s1[i]) and is_static(s2[j]) and s1[i] != s2[j]:
            raise ValueError(
                f"The contracted axes {i} and {j} have different sizes. Received: shapes "
                f"{native.static_shape(x1)} and {native.static_shape(x2)}"
            )
    inner = _product(s1[i] for i in axes1)
    a = p.reshape(p.transpose(x1, (*free1, *axes1)), (_product(s1[i] for i in free1), inner))
    b = p.reshape(p.transpose(x2, (*axes2, *free2)), (inner, _product(s2[i] for i in free2)))
    return p.reshape(p.matmul(a, b), (*(s1[i] for i in free1), *(s2[i] for i in free2)))


@public("keras.ops.tensordot", "keras.ops.numpy.tensordot")
@op("x1:number x2:number")
def tensordot(x1: TensorLike, x2: TensorLike, axes: int | Sequence[Any] = 2) -> Tensor:
    """The product over given axes.

    Args:
        x1: A tensor.
        x2: A tensor.
        axes: How many: the last of ``x1`` and the first of ``x2``; or two lists of axes.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.tensordot([[1.0, 2.0]], [[3.0], [4.0]], axes=1)).tolist()
    [[11.0]]
    """
    n1, n2 = ndim_of(x1), ndim_of(x2)
    if isinstance(axes, int):
        if not 0 <= axes <= min(n1, n2):
            raise ValueError(
                f"`axes` must be at least 0 and at most the number of axes. Received: axes={axes}, "
                f"shapes {native.static_shape(x1)} and {native.static_shape(x2)}"
            )
        first, second = list(range(n1 - axes, n1)), list(range(axes))
    elif isinstance(axes, (list, tuple)) and len(axes) == 2:
        first, second = ([*a] if isinstance(a, (list, tuple)) else [a] for a in axes)
        first = [canonical_axis(a, n1, "axes") for a in first]
        second = [canonical_axis(a, n2, "axes") for a in second]
    else:
        raise TypeError(f"`axes` must be an int, or two lists of axes. Received: axes={axes!r}")
    return _tensordot(x1, x2, first, second)


@public("keras.ops.outer", "keras.ops.numpy.outer")
@op("x1:number x2:number")
def outer(x1: TensorLike, x2: TensorLike) -> Tensor:
    """All products of an element of one and an element of the other.

    Args:
        x1: A tensor, flattened to 1-D.
        x2: A tensor, flattened to 1-D.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.outer([1, 2], [3, 4])).tolist()
    [[3, 4], [6, 8]]
    """
    a, b = p.ravel(x1), p.ravel(x2)
    a, b = p.reshape(a, (shape_of(a)[0], 1)), p.reshape(b, (1, shape_of(b)[0]))
    return p.multiply(a, b)


@public("keras.ops.einsum", "keras.ops.numpy.einsum")
def einsum(subscripts: str, *operands: TensorLike, **kwargs: bool | str) -> Tensor:
    """Sums of products by Einstein's convention.

    Args:
        subscripts: Such as ``"ij,jk->ik"``; ``...`` stands for axes that broadcast.
        *operands: Tensors.
        **kwargs: ``optimize``, as of `numpy.einsum`: a hint on the order of the products, which
            changes no result. Others are refused.

    Raises:
        TypeError: If there are other arguments.
        ValueError: If the subscripts do not fit the operands.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.einsum("ij,ij->i", [[1, 2]], [[3, 4]])).tolist()
    [11]
    """
    if not isinstance(subscripts, str):
        raise ValueError(f"`subscripts` must be a string. Received: {subscripts!r}")
    if kwargs.keys() - {"optimize"}:
        raise TypeError(f"`einsum` got unexpected arguments: {', '.join(kwargs)}")
    wide = operands and all(native.natural_dtype(x) == "int8" for x in operands)
    if wide:  # products of small integers are summed in 32 bits
        operands = tuple(
            p.cast(x if isinstance(x, KerasTensor) else native.convert(x), "int32")
            for x in operands
        )
    return _einsum(list(operands), subscripts)


def _expand_subscripts(xs: list[Any], subscripts: str) -> tuple[list[Any], str]:
    """Explicit subscripts: letters for ``...``, and an output."""
    text = subscripts.replace(" ", "")
    left, arrow, right = text.partition("->")
    terms = left.split(",")
    if len(terms) != len(xs):
        raise ValueError(
            f"`einsum` got {len(xs)} operands for {len(terms)} terms. "
            f"Received: subscripts={subscripts!r}"
        )
    spare = [c for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" if c not in text]
    widest = 0
    for x, term in zip(xs, terms, strict=True):
        if "..." in term:
            widest = max(widest, ndim_of(x) - len(term.replace("...", "")))
    dots = "".join(spare[:widest])
    out_terms = []
    for i, (x, term) in enumerate(zip(xs, terms, strict=True)):
        if "..." in term:
            k = ndim_of(x) - len(term.replace("...", ""))
            term = term.replace("...", dots[widest - k :])
        if len(term) != ndim_of(x):
            raise ValueError(
                f"Operand {i} of `einsum` has {ndim_of(x)} axes, but its subscripts name "
                f"{len(term)}. Received: subscripts={subscripts!r}, "
                f"shapes={[native.static_shape(v) for v in xs]}"
            )
        out_terms.append(term)
    sizes: dict[str, Any] = {}
    for x, term in zip(xs, out_terms, strict=True):
        for d, c in zip(shape_of(x), term, strict=True):
            if c not in sizes or (is_static(sizes[c]) and sizes[c] == 1):
                sizes[c] = d
            elif is_static(d) and is_static(sizes[c]) and d != 1 and d != sizes[c]:
                raise ValueError(
                    f"`einsum` found two sizes for {c!r}: {sizes[c]} and {d}. "
                    f"Received: subscripts={subscripts!r}, "
                    f"shapes={[native.static_shape(v) for v in xs]}"
                )
    if arrow:
        output = right.replace("...", dots)
    else:
        every = "".join(out_terms)
        single = sorted(c for c in set(every) if every.count(c) == 1 and c not in dots)
        output = dots + "".join(single)
    return xs, ",".join(out_terms) + "->" + output


@op("operands:*number", name="einsum", prepare=_expand_subscripts)
def _einsum(operands: list[Any], subscripts: str) -> Any:
    left, output = subscripts.split("->")
    terms = left.split(",")
    x, term = _diagonals(operands[0], terms[0])
    for i in range(1, len(operands)):
        y, other = _diagonals(operands[i], terms[i])
        later = set("".join(terms[i + 1 :])) | set(output)
        x, term = _contract(x, term, y, other, later)
    gone = tuple(i for i, c in enumerate(term) if c not in output)
    if gone:
        x = p.sum(x, gone, False)
        term = "".join(c for c in term if c in output)
    return _ordered(x, term, output)


def _ordered(x: Any, term: str, order: str) -> Any:
    """``x`` with the axes that ``term`` names in another order."""
    return x if term == order else p.transpose(x, tuple(term.index(c) for c in order))


def _diagonals(x: Any, term: str) -> tuple[Any, str]:
    """Repeated letters in one term mean the diagonal."""
    while len(set(term)) != len(term):
        c = next(c for c in term if term.count(c) > 1)
        i = term.index(c)
        j = term.index(c, i + 1)
        d = shape_of(x)[i]
        line_i = [1] * len(term)
        line_i[i] = d
        line_j = [1] * len(term)
        line_j[j] = d
        places = p.arange(0, d, 1, "int32")
        mask = p.equal(p.reshape(places, line_i), p.reshape(places, line_j))
        x = p.sum(p.where(mask, x, p.zeros_like(x)), (j,), False)
        term = term[:j] + term[j + 1 :]
    return x, term


def _contract(x: Any, a: str, y: Any, b: str, later: set[str]) -> tuple[Any, str]:
    """The product of two terms, summed over what is not needed later: one matrix product."""
    x, a = _presum(x, a, later | set(b))
    y, b = _presum(y, b, later | set(a))
    sx, sy = dict(zip(a, shape_of(x), strict=True)), dict(zip(b, shape_of(y), strict=True))
    shared = [c for c in a if c in b]
    batch = [c for c in shared if c in later]
    inner = [c for c in shared if c not in later]
    rows = [c for c in a if c not in b]
    columns = [c for c in b if c not in a]
    sizes = {**sx, **sy}
    for c in shared:
        if is_static(sy[c]) and sy[c] == 1:
            sizes[c] = sx[c]
        mixed = [d for d in (sx[c], sy[c]) if is_static(d)]
        if len(mixed) == 2 and mixed[0] != mixed[1]:  # a size of 1 broadcasts
            x = p.broadcast_to(x, tuple(sizes[d] if d == c else sx[d] for d in a))
            y = p.broadcast_to(y, tuple(sizes[d] if d == c else sy[d] for d in b))
            sx[c] = sy[c] = sizes[c]

    def matrices(t: Any, term: str, first: list[str], second: list[str]) -> Any:
        """A batch of matrices, the rows and columns of which go through several axes."""
        t = _ordered(t, term, "".join(batch + first + second))
        if len(first) == len(second) == 1:
            return t
        ends = (_product(sizes[c] for c in g) for g in (first, second))
        return p.reshape(t, (*(sizes[c] for c in batch), *ends))

    out = p.matmul(matrices(x, a, rows, inner), matrices(y, b, inner, columns))
    order = batch + rows + columns
    if not len(rows) == len(columns) == 1:
        out = p.reshape(out, tuple(sizes[c] for c in order))
    return out, "".join(order)


def _presum(x: Any, term: str, needed: set[str]) -> tuple[Any, str]:
    gone = tuple(i for i, c in enumerate(term) if c not in needed)
    if not gone:
        return x, term
    return p.sum(x, gone, False), "".join(c for c in term if c in needed)


def _norm_axes(x: Any, axis: Any) -> tuple[int, ...]:
    return canonical_axes(axis, ndim_of(x))


@public("keras.ops.norm", "keras.ops.linalg.norm")
@op("x:float")
def norm(
    x: TensorLike,
    ord: float | str | None = None,
    axis: int | Sequence[int] | None = None,
    keepdims: bool = False,
) -> Tensor:
    """The norm of vectors or matrices.

    Args:
        x: A tensor.
        ord: The order: None (2, or ``"fro"``), ``inf``, ``-inf``, a number, ``"fro"`` or
            ``"nuc"``.
        axis: The axis of the vectors, or the two axes of the matrices; all by default.
        keepdims: Whether the axes stay, with size 1.

    Raises:
        numpy.linalg.LinAlgError: If matrices hold inf or NaN, for the orders 2, -2 and ``"nuc"``;
            where values are at hand.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.norm([[3.0, 4.0]], axis=-1)).tolist()
    [5.0]
    """
    axes = _norm_axes(x, axis)
    if axis is not None and isinstance(axis, (tuple, list)):  # the order of two axes matters
        n = ndim_of(x)
        axes = tuple(canonical_axis(a, n) for a in axis)
    if ord is None or (ord == 2 and len(axes) == 1) or (ord == "fro" and len(axes) == 2):
        square = p.abs(x)
        total = p.sum(p.multiply(square, square), tuple(sorted(axes)), keepdims)
        return p.sqrt(total)
    if len(axes) == 1:
        return _vector_norm(x, ord, axes, keepdims)
    if len(axes) == 2:
        return _matrix_norm(x, ord, axes, keepdims)
    raise ValueError(
        f"Improper number of axes to norm: `ord`={ord} needs one or two axes. Received: axis={axis}"
    )


def _vector_norm(x: Any, order: Any, axes: tuple[int, ...], keepdims: bool) -> Any:
    if isinstance(order, str):
        raise ValueError(f"Invalid `ord` argument for vector norm. Received: ord={order!r}")
    a = p.abs(x)
    if order == float("inf"):
        return p.max(a, axes, keepdims)
    if order == float("-inf"):
        return p.min(a, axes, keepdims)
    if order == 0:
        counted = p.logical_not(p.equal(x, p.const(0, x)))
        return p.sum(p.cast(counted, p.dtype_of(a)), axes, keepdims)
    if order == 1:
        return p.sum(a, axes, keepdims)
    total = p.sum(p.power(a, p.const(float(order), a)), axes, keepdims)
    return p.power(total, p.const(1.0 / order, total))


def _matrix_norm(x: Any, order: Any, axes: tuple[int, ...], keepdims: bool) -> Any:
    row, column = axes
    a = p.abs(x)

    def keep(out: Any) -> Any:
        shape = shape_of(x)
        return p.reshape(out, tuple(1 if i in axes else d for i, d in enumerate(shape)))

    if order in (1, -1, float("inf"), float("-inf")):
        summed, rest = (row, column) if order in (1, -1) else (column, row)
        sums = p.sum(a, (summed,), True)
        out = (p.max if order > 0 else p.min)(sums, (rest,), True)
        return (
            out
            if keepdims
            else p.reshape(out, tuple(d for i, d in enumerate(shape_of(x)) if i not in axes))
        )
    if order in (2, -2, "nuc"):
        n = ndim_of(x)
        moved = p.transpose(x, (*(i for i in range(n) if i not in axes), row, column))
        check_finite("norm", x)
        s = p.svd(moved, False)[1]
        last = (ndim_of(s) - 1,)
        out = (
            p.sum(s, last, False)
            if order == "nuc"
            else (p.max if order == 2 else p.min)(s, last, False)
        )
        return keep(out) if keepdims else out
    raise ValueError(f"Invalid `ord` argument for matrix norm. Received: ord={order!r}")
