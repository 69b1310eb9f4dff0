"""Complex numbers: their parts, angles and pairs of real numbers."""

from typing import Any

from keras_core.core import primitives as p
from keras_core.core.base.public import public
from keras_core.core.dispatch.op import op
from keras_core.core.tensors import dtypes, native
from keras_core.core.tensors.native import ndim_of, shape_of
from keras_core.ops.shaping import slice_axis
from keras_core.typing import Tensor, TensorLike


def _is_complex(x: Any) -> bool:
    return p.dtype_of(x) in dtypes.COMPLEX


@public("keras.ops.real", "keras.ops.numpy.real")
@op("x:promote")
def real(x: TensorLike) -> Tensor:
    """The real part.

    Args:
        x: A tensor.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.real(ops.array([1 + 2j], dtype="complex64"))).tolist()
    [1.0]
    """
    whole: Any = x
    return p.real(x) if _is_complex(x) else whole


@public("keras.ops.imag", "keras.ops.numpy.imag")
@op("x:promote")
def imag(x: TensorLike) -> Tensor:
    """The imaginary part; zeros for a real tensor.

    Args:
        x: A tensor.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.imag(ops.array([1 + 2j], dtype="complex64"))).tolist()
    [2.0]
    """
    return p.imag(x) if _is_complex(x) else p.zeros_like(x)


@public("keras.ops.conjugate", "keras.ops.numpy.conjugate")
@op("x:promote")
def conjugate(x: TensorLike) -> Tensor:
    """The complex conjugate.

    Args:
        x: A tensor.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.conjugate(ops.array([1 + 2j], dtype="complex64"))).tolist()
    [(1-2j)]
    """
    whole: Any = x
    return p.conj(x) if _is_complex(x) else whole


@public("keras.ops.conj", "keras.ops.numpy.conj")
@op("x:promote")
def conj(x: TensorLike) -> Tensor:
    """The complex conjugate; the same as `conjugate`.

    Args:
        x: A tensor.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.conj(ops.array([1 + 2j], dtype="complex64"))).tolist()
    [(1-2j)]
    """
    return conjugate(x)


@public("keras.ops.angle", "keras.ops.numpy.angle")
@op("x:float")
def angle(x: TensorLike) -> Tensor:
    """The angle of complex numbers, in radians.

    Args:
        x: A tensor; negative real numbers have the angle pi.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.angle([1.0, -1.0])).tolist()
    [0.0, 3.1415...]
    """
    if _is_complex(x):
        return p.arctan2(p.imag(x), p.real(x))
    return p.arctan2(p.zeros_like(x), x)


def complex_of(real: Any, imag: Any) -> Any:
    """Complex numbers from their parts; those of half precision become single."""
    if p.dtype_of(real) in ("float16", "bfloat16"):
        real, imag = p.cast(real, "float32"), p.cast(imag, "float32")
    return p.complex(real, imag)


@public("keras.ops.polar", "keras.ops.nn.polar")
@op("abs_:float angle:float")
def polar(abs_: TensorLike, angle: TensorLike) -> tuple[Tensor, Tensor]:
    """Complex numbers from their absolute values and angles.

    Args:
        abs_: Absolute values.
        angle: Angles in radians.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.polar(ops.array([2.0]), ops.array([0.0]))).tolist()
    [(2+0j)]
    """
    return complex_of(p.multiply(abs_, p.cos(angle)), p.multiply(abs_, p.sin(angle)))


@public("keras.ops.isreal", "keras.ops.numpy.isreal")
@op("x:promote")
def isreal(x: TensorLike) -> Tensor:
    """Where the imaginary part is 0.

    Args:
        x: A tensor.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.isreal([1.0, 2.0])).tolist()
    [True, True]
    """
    if _is_complex(x):
        part = p.imag(x)
        return p.equal(part, p.zeros_like(part))
    return p.cast(p.ones_like(x), "bool")


@public("keras.ops.view_as_complex")
@op("x:float")
def view_as_complex(x: TensorLike) -> tuple[Tensor, Tensor]:
    """Complex numbers from a last axis of their two parts.

    Args:
        x: A tensor whose last axis has size 2.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.view_as_complex([[1.0, 2.0]])).tolist()
    [(1+2j)]
    """
    if not ndim_of(x) or native.static_shape(x)[-1] != 2:
        raise ValueError(
            "Last dimension of input must be size 2 (real and imaginary). Received: shape "
            f"{native.static_shape(x)}"
        )
    rest, last = shape_of(x)[:-1], ndim_of(x) - 1
    first, second = (p.reshape(slice_axis(x, last, i, i + 1), rest) for i in range(2))
    return complex_of(first, second)


@public("keras.ops.view_as_real")
@op("x:any")
def view_as_real(x: TensorLike) -> Tensor:
    """The two parts of complex numbers as a last axis.

    Args:
        x: A complex tensor.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.view_as_real(ops.array([1 + 2j], dtype="complex64"))).tolist()
    [[1.0, 2.0]]
    """
    if p.dtype_of(x) not in dtypes.COMPLEX:
        raise TypeError(f"`view_as_real` expects complex numbers. Received: dtype {p.dtype_of(x)}")
    shape = (*shape_of(x), 1)
    return p.concatenate([p.reshape(p.real(x), shape), p.reshape(p.imag(x), shape)], len(shape) - 1)
