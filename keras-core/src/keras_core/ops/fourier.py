"""Fourier transforms, and the frames and windows of signals."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_core.core import primitives as p
from keras_core.core.base.public import public
from keras_core.core.dispatch.op import op
from keras_core.core.tensors import native
from keras_core.core.tensors.native import ndim_of, shape_of
from keras_core.core.tensors.symbolic import is_static, shapes_agree
from keras_core.ops.complex_numbers import complex_of
from keras_core.ops.reductions import dimension_tensor
from keras_core.ops.shaping import pad, slice_axis
from keras_core.typing import Tensor, TensorLike


def _two_parts(x: list[Any], *rest: Any) -> tuple[Any, ...]:
    if len(x) != 2:
        raise ValueError(
            "Input `x` should be a tuple of two tensors - real and imaginary. "
            f"Received: {len(x)} tensors"
        )
    shapes = [native.static_shape(v) for v in x]
    if not shapes_agree(*shapes):
        raise ValueError(
            f"The real and the imaginary part must have one shape. Received: shapes {shapes}"
        )
    return x, *rest


@public("keras.ops.fft")
@op("x:*float1+", prepare=_two_parts)
def fft(x: Sequence[TensorLike]) -> tuple[Tensor, Tensor]:
    """The discrete Fourier transform along the last axis.

    Args:
        x: A pair of tensors: the real and the imaginary part.

    Returns:
        Such a pair.

    Example:

    >>> from keras_core import ops
    >>> real, imaginary = ops.fft((ops.ones(4), ops.zeros(4)))
    >>> ops.convert_to_numpy(real).tolist()
    [4.0, 0.0, 0.0, 0.0]
    """
    z = p.fft(complex_of(*x), False)
    return p.real(z), p.imag(z)


@public("keras.ops.fft2")
@op("x:*float2+", prepare=_two_parts)
def fft2(x: Sequence[TensorLike]) -> tuple[Tensor, Tensor]:
    """The discrete Fourier transform along the last two axes.

    Args:
        x: A pair of tensors: the real and the imaginary part.

    Returns:
        Such a pair.

    Example:

    >>> from keras_core import ops
    >>> real, imaginary = ops.fft2((ops.ones((2, 2)), ops.zeros((2, 2))))
    >>> ops.convert_to_numpy(real).tolist()
    [[4.0, 0.0], [0.0, 0.0]]
    """
    return _swapped(fft(_swapped(fft(x))))


def _swapped(x: Any) -> tuple[Any, Any]:
    return p.swap_last(x[0]), p.swap_last(x[1])


@public("keras.ops.ifft2")
@op("x:*float2+", prepare=_two_parts)
def ifft2(x: Sequence[TensorLike]) -> tuple[Tensor, Tensor]:
    """The inverse of `fft2`.

    Args:
        x: A pair of tensors: the real and the imaginary part.

    Returns:
        Such a pair.

    Example:

    >>> from keras_core import ops
    >>> real, imaginary = ops.ifft2((ops.ones((2, 2)), ops.zeros((2, 2))))
    >>> ops.convert_to_numpy(real).tolist()
    [[1.0, 0.0], [0.0, 0.0]]
    """
    re, im = fft2(_conjugate(x))
    *_, m, n = shape_of(re)
    size = dimension_tensor(m * n, p.dtype_of(re))
    return _conjugate((p.divide(re, size), p.divide(im, size)))


def _conjugate(x: Any) -> tuple[Any, Any]:
    return x[0], p.negative(x[1])


def _resized(x: Any, n: Any) -> Any:
    """The last axis cut or filled with zeros to size ``n``."""
    last = ndim_of(x) - 1
    d = shape_of(x)[-1]
    if not (is_static(d) and is_static(n)):  # one of both does nothing
        return slice_axis(p.pad(x, ((0, 0),) * last + ((0, n),), 0), last, 0, n)
    if d > n:
        return slice_axis(x, last, 0, n)
    return p.pad(x, ((0, 0),) * last + ((0, n - d),), 0) if d < n else x


@public("keras.ops.rfft")
@op("x:float1+ fft_length:count")
def rfft(x: TensorLike, fft_length: int | None = None) -> tuple[Tensor, Tensor]:
    """The first half of the discrete Fourier transform of real numbers along the last axis.

    Args:
        x: A tensor.
        fft_length: The length that the last axis is cut or filled with zeros to.

    Returns:
        The real and the imaginary part, ``fft_length // 2 + 1`` long.

    Example:

    >>> from keras_core import ops
    >>> real, imaginary = ops.rfft(ops.ones(4))
    >>> ops.convert_to_numpy(real).tolist()
    [4.0, 0.0, 0.0]
    """
    if fft_length is not None:
        x = _resized(x, fft_length)
    n = shape_of(x)[-1]
    re, im = fft((x, p.zeros_like(x)))
    last = ndim_of(re) - 1
    return slice_axis(re, last, 0, n // 2 + 1), slice_axis(im, last, 0, n // 2 + 1)


@public("keras.ops.irfft")
@op("x:*float1+ fft_length:count", prepare=_two_parts)
def irfft(x: Sequence[TensorLike], fft_length: int | None = None) -> Tensor:
    """The inverse of `rfft`.

    Args:
        x: A pair of tensors: the real and the imaginary part.
        fft_length: The length of the result, by default ``2 * (size - 1)``.

    Example:

    >>> from keras_core import ops
    >>> real, imaginary = ops.rfft(ops.ones(4))
    >>> ops.convert_to_numpy(ops.irfft((real, imaginary))).tolist()
    [1.0, 1.0, 1.0, 1.0]
    """
    n = 2 * (shape_of(x[0])[-1] - 1) if fft_length is None else fft_length
    re, im = (_resized(v, n // 2 + 1) for v in x)
    last = ndim_of(re) - 1
    rest = (n + 1) // 2
    mirrored = [p.flip(slice_axis(v, last, 1, rest), (last,)) for v in (re, im)]
    # the inverse is the transform of the conjugate, but for the size
    full = (
        p.concatenate([re, mirrored[0]], last),
        p.concatenate([p.negative(im), mirrored[1]], last),
    )
    out, _ = fft(full)
    return p.divide(out, dimension_tensor(n, p.dtype_of(out)))


@public("keras.ops.extract_sequences")
@op("x:any1+ sequence_length:count sequence_stride:count")
def extract_sequences(x: TensorLike, sequence_length: int, sequence_stride: int) -> Tensor:
    """The frames of signals along the last axis.

    Args:
        x: A tensor ``(..., n)``.
        sequence_length: The length of a frame.
        sequence_stride: The distance of the starts of two frames.

    Returns:
        A tensor ``(..., frames, sequence_length)``.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.extract_sequences(ops.arange(6, dtype="float32"), 4, 2)).tolist()
    [[0.0, 1.0, 2.0, 3.0], [2.0, 3.0, 4.0, 5.0]]
    """
    n = shape_of(x)[-1]
    if is_static(n) and n < sequence_length:
        raise ValueError(
            f"`extract_sequences` expected signals of at least `sequence_length={sequence_length}` "
            f"elements. Received: x.shape={native.static_shape(x)}"
        )
    frames = (n - sequence_length) // sequence_stride + 1
    starts = p.reshape(p.arange(0, frames, 1, "int32"), (frames, 1))
    starts = p.multiply(starts, p.const(sequence_stride, starts))
    places = p.add(starts, p.arange(0, sequence_length, 1, "int32"))
    return p.take(x, places, ndim_of(x) - 1)


_WINDOWS = {"hann": (0.5, 0.5), "hamming": (0.54, 0.46)}


def _check(sequence_length: int, fft_length: int, window: str | TensorLike | None) -> None:
    if fft_length < sequence_length:
        raise ValueError(
            "`fft_length` must equal or larger than `sequence_length`. Received: "
            f"sequence_length={sequence_length}, fft_length={fft_length}"
        )
    if isinstance(window, str) and window not in _WINDOWS:
        raise ValueError(
            f"If a string is passed to `window`, it must be one of 'hann', 'hamming'. Received: "
            f"window={window}"
        )


def _window(window: str | TensorLike | None, length: int, fft_length: int, dtype: str) -> Any:
    if window is None:
        return native.convert(np.ones(fft_length), dtype)
    if isinstance(window, str):
        a, b = _WINDOWS[window]
        line = a - b * np.cos(2 * np.pi * np.arange(length) / length)
        values = native.convert(line, dtype)
    else:
        values = native.convert(window, dtype)
        if native.static_shape(values) != (length,):
            raise ValueError(
                "The shape of `window` must be equal to [sequence_length]. Received: window "
                f"shape={native.static_shape(values)}, sequence_length={length}"
            )
    before = (fft_length - length) // 2
    return p.pad(values, ((before, fft_length - length - before),), 0)


@public("keras.ops.stft")
@op("x:float1+ sequence_length:count sequence_stride:count fft_length:count")
def stft(
    x: TensorLike,
    sequence_length: int,
    sequence_stride: int,
    fft_length: int,
    window: str | TensorLike | None = "hann",
    center: bool = True,
) -> tuple[Tensor, Tensor]:
    """The short-time Fourier transform along the last axis.

    Args:
        x: A tensor ``(..., n)``.
        sequence_length: The length of the window.
        sequence_stride: The distance of the starts of two frames.
        fft_length: The length of a frame.
        window: ``"hann"``, ``"hamming"``, a tensor, or None: then all of a frame counts alike.
        center: Whether the signal is reflected at its ends, so that frames are centred.

    Returns:
        The real and the imaginary part, ``(..., frames, fft_length // 2 + 1)``.

    Example:

    >>> from keras_core import ops
    >>> real, imaginary = ops.stft(ops.ones(16), sequence_length=8, sequence_stride=4, fft_length=8)
    >>> tuple(real.shape)
    (5, 5)
    """
    _check(sequence_length, fft_length, window)
    if center:
        half = fft_length // 2
        x = pad(x, ((0, 0),) * (ndim_of(x) - 1) + ((half, half),), "reflect")
    frames = extract_sequences(x, fft_length, sequence_stride)
    taper = _window(window, sequence_length, fft_length, p.dtype_of(x))
    return rfft(p.multiply(frames, taper), None)


def _overlap_add(frames: Any, stride: int) -> Any:
    *batch, count, length = shape_of(frames)
    total = (count - 1) * stride + length
    starts = p.multiply(p.arange(0, count, 1, "int32"), native.scalar(stride, "int32"))
    within = native.convert(np.arange(length), "int32")
    places = p.add(p.reshape(starts, (count, 1)), within)
    rows: Any = 1
    for d in batch:
        rows = rows * d
    flat = p.transpose(p.reshape(frames, (rows, count * length)), (1, 0))
    index = p.reshape(places, (count * length, 1))
    zeros = p.full((total, rows), 0, p.dtype_of(frames))
    out = p.transpose(p.scatter_nd(zeros, index, flat, "add"), (1, 0))
    return p.reshape(out, (*batch, total))


@public("keras.ops.istft")
@op(
    "x:*float2+ sequence_length:count sequence_stride:count fft_length:count length:size",
    prepare=_two_parts,
)
def istft(
    x: Sequence[TensorLike],
    sequence_length: int,
    sequence_stride: int,
    fft_length: int,
    length: int | None = None,
    window: str | TensorLike | None = "hann",
    center: bool = True,
) -> Tensor:
    """The inverse of `stft`.

    Args:
        x: A pair of tensors: the real and the imaginary part.
        sequence_length: The length of the window.
        sequence_stride: The distance of the starts of two frames.
        fft_length: The length of a frame.
        length: The length of the result; by default what the frames cover.
        window: As in `stft`.
        center: As in `stft`.

    Example:

    >>> from keras_core import ops
    >>> parts = ops.stft(ops.ones(16), sequence_length=8, sequence_stride=4, fft_length=8)
    >>> tuple(ops.istft(parts, sequence_length=8, sequence_stride=4, fft_length=8).shape)
    (16,)
    """
    _check(sequence_length, fft_length, window)
    frames = irfft(x, fft_length)
    taper = _window(window, sequence_length, fft_length, p.dtype_of(frames))
    out = _overlap_add(p.multiply(frames, taper), sequence_stride)
    square = p.broadcast_to(p.multiply(taper, taper), shape_of(frames)[-2:])
    weight = _overlap_add(square, sequence_stride)
    none = p.less_equal(weight, p.const(1e-11, weight))
    out = p.divide(out, p.where(none, p.ones_like(weight), weight))
    last, total = ndim_of(out) - 1, shape_of(out)[-1]
    start = fft_length // 2 if center else 0
    if length is not None:
        return _resized(slice_axis(out, last, start, total), length)
    return slice_axis(out, last, start, total - start)
