"""Products of vectors and matrices by name."""

from typing import Any

from keras_core.core import primitives as p
from keras_core.core.base.axes import canonical_axis
from keras_core.core.base.public import public
from keras_core.core.dispatch.op import op
from keras_core.core.tensors import native
from keras_core.core.tensors.native import ndim_of, shape_of
from keras_core.ops.linear import tensordot
from keras_core.ops.shaping import moveaxis, slice_axis
from keras_core.typing import Tensor, TensorLike


@public("keras.ops.kron", "keras.ops.numpy.kron")
@op("x1:number x2:number")
def kron(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The Kronecker product.

    Args:
        x1: A tensor.
        x2: A tensor.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.kron([1, 2], [1, 10])).tolist()
    [1, 10, 2, 20]
    """
    s1, s2 = list(shape_of(x1)), list(shape_of(x2))
    n = max(len(s1), len(s2))
    s1, s2 = [1] * (n - len(s1)) + s1, [1] * (n - len(s2)) + s2
    a = p.reshape(x1, [d for s in s1 for d in (s, 1)])
    b = p.reshape(x2, [d for s in s2 for d in (1, s)])
    return p.reshape(p.multiply(a, b), [c * d for c, d in zip(s1, s2, strict=True)])


@public("keras.ops.cross", "keras.ops.numpy.cross")
@op("x1:number x2:number")
def cross(
    x1: TensorLike,
    x2: TensorLike,
    axisa: int = -1,
    axisb: int = -1,
    axisc: int = -1,
    axis: int | None = None,
) -> Tensor:
    """The cross product of vectors with two or three components.

    Args:
        x1: A tensor.
        x2: A tensor.
        axisa: The axis of the components of ``x1``.
        axisb: The axis of the components of ``x2``.
        axisc: The axis of the components of the result.
        axis: All three of them.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.cross([1.0, 0.0, 0.0], [0.0, 1.0, 0.0])).tolist()
    [0.0, 0.0, 1.0]
    """
    if axis is not None:
        axisa = axisb = axisc = axis
    a = moveaxis(x1, canonical_axis(axisa, ndim_of(x1), "axisa"), -1)
    b = moveaxis(x2, canonical_axis(axisb, ndim_of(x2), "axisb"), -1)
    sizes = native.static_shape(a)[-1], native.static_shape(b)[-1]
    if any(d not in (2, 3) for d in sizes):
        raise ValueError(
            f"`x1` must have size 2 or 3 along axis {axisa} and `x2` along {axisb}. Received: "
            f"shapes {native.static_shape(x1)} and {native.static_shape(x2)}"
        )

    def parts(v: Any) -> list[Any]:
        rest = shape_of(v)[:-1]
        last = ndim_of(v) - 1
        count = native.static_shape(v)[-1] or 0
        out = [p.reshape(slice_axis(v, last, i, i + 1), rest) for i in range(count)]
        return out if count == 3 else [*out, p.zeros_like(out[0])]

    a0, a1, a2 = parts(a)
    b0, b1, b2 = parts(b)

    def minor(u: Any, v: Any, w: Any, z: Any) -> Any:
        return p.subtract(p.multiply(u, v), p.multiply(w, z))

    third = minor(a0, b1, a1, b0)
    if sizes == (2, 2):
        return third
    out = [minor(a1, b2, a2, b1), minor(a2, b0, a0, b2), third]
    shape = (*shape_of(third), 1)
    return moveaxis(p.concatenate([p.reshape(v, shape) for v in out], len(shape) - 1), -1, axisc)


@public("keras.ops.inner", "keras.ops.numpy.inner")
@op("x1:number x2:number")
def inner(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The product over the last axes.

    Args:
        x1: A tensor.
        x2: A tensor.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.inner([1.0, 2.0], [3.0, 4.0])).tolist()
    11.0
    """
    if not ndim_of(x1) or not ndim_of(x2):
        return p.multiply(x1, x2)
    return tensordot(x1, x2, ([-1], [-1]))


@public("keras.ops.vdot", "keras.ops.numpy.vdot")
@op("x1:number x2:number")
def vdot(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The product of the flattened tensors, the first conjugated.

    Args:
        x1: A tensor.
        x2: A tensor.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.vdot([1.0, 2.0], [3.0, 4.0])).tolist()
    11.0
    """
    a, b = p.ravel(p.conj(x1)), p.ravel(x2)
    if p.static_shape(a) != p.static_shape(b) and None not in (
        *p.static_shape(a),
        *p.static_shape(b),
    ):
        raise ValueError(
            f"`vdot` takes two tensors of the same size. Received: shapes {p.static_shape(x1)} and "
            f"{p.static_shape(x2)}"
        )
    return p.sum(p.multiply(a, b), (0,), False)
