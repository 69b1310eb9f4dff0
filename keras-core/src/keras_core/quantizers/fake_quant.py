"""Floats as quantisation leaves them, with a gradient to train through."""

from typing import Any

from keras_core.core import primitives as p
from keras_core.core.base.public import public
from keras_core.core.dispatch.op import op
from keras_core.core.tensors import dtypes, native
from keras_core.typing import Tensor, TensorLike


def _prepared(
    inputs: Any, min_vals: Any, max_vals: Any, num_bits: int, narrow_range: bool, axis: int | None
) -> tuple[Any, ...]:
    """The limits in the dtype to compute in, with the axes of the inputs."""
    if not 2 <= num_bits <= 16:
        raise ValueError(f"`num_bits` must be between 2 and 16. Received: num_bits={num_bits}")
    wide = dtypes.result_type(p.dtype_of(inputs), "float32")
    limits = [
        _limit(name, value, inputs, wide, axis)
        for name, value in (("min_vals", min_vals), ("max_vals", max_vals))
    ]
    return inputs, *limits, num_bits, narrow_range, axis


def _limit(name: str, value: Any, inputs: Any, dtype: str, axis: int | None) -> Any:
    shape, sizes = native.static_shape(value), native.static_shape(inputs)
    allowed = (1,) if axis is None else (1, sizes[axis])
    if len(shape) > 1 or (shape and None not in (*shape, *allowed) and shape[0] not in allowed):
        expected = "" if axis is None else f", or a vector with one for each index of axis {axis}"
        hint = "Give the axis they belong to as `axis`." if axis is None else ""
        raise ValueError(
            f"`{name}` must be one number for inputs of shape {sizes} and axis={axis}{expected}. "
            f"Received: {name} of shape {shape}. {hint}".rstrip()
        )
    size = native.shape_of(value)[0] if shape else 1
    target = tuple(size if i == axis else 1 for i in range(len(sizes)))
    return p.reshape(p.cast(value, dtype), target)


def _grid(low: Any, high: Any, num_bits: int, narrow_range: bool) -> tuple[Any, Any, Any, Any]:
    """The step, the place of 0, and the first and last place, which are Python numbers.

    In the order of TensorFlow's arithmetic: the place of 0 in a symmetric range is a half before
    it is rounded, so the last bit of the step decides.
    """
    first, last = int(narrow_range), 2**num_bits - 1
    width = p.subtract(high, low)
    empty, one = p.equal(width, p.const(0, width)), p.const(1, width)
    # by a number alone, a compiler would multiply with its reciprocal instead
    step = p.divide(width, p.where(empty, one, p.const(last - first, width)))
    below = p.divide(low, p.where(empty, one, step))
    zero = _half_up(p.subtract(p.const(first, below), below))
    zero = p.minimum(p.maximum(zero, p.const(first, zero)), p.const(last, zero))
    return step, zero, first, last


def _half_up(x: Any) -> Any:
    return p.floor(p.add(x, p.const(0.5, x)))


def _vjp(
    g: Any,
    y: Any,
    inputs: Any,
    low: Any,
    high: Any,
    num_bits: int,
    narrow_range: bool,
    axis: int | None,
) -> tuple[Any, Any, Any]:
    """Straight through within the range; what is outside goes to the limit that it exceeds."""
    wide = p.dtype_of(low)
    x, g = p.cast(inputs, wide), p.cast(g, wide)
    step, zero, first, last = _grid(low, high, num_bits, narrow_range)
    least = p.multiply(p.subtract(p.const(first, zero), zero), step)
    most = p.multiply(p.subtract(p.const(last, zero), zero), step)
    inside = p.logical_and(p.less_equal(least, x), p.less_equal(x, most))
    nothing = p.zeros_like(g)

    def total(mask: Any, like: Any) -> Any:
        axes = tuple(i for i, d in enumerate(native.static_shape(like)) if d == 1)
        return p.sum(p.where(mask, g, nothing), axes, True)

    passed = p.cast(p.where(inside, g, nothing), p.dtype_of(inputs))
    return passed, total(p.less(x, least), low), total(p.less(most, x), high)


@public("keras.quantizers.fake_quant_with_min_max_vars")
@op(
    "inputs:float min_vals:any max_vals:any axis:axis?",
    vjp=_vjp,
    prepare=_prepared,
)
def fake_quant_with_min_max_vars(
    inputs: TensorLike,
    min_vals: TensorLike,
    max_vals: TensorLike,
    num_bits: int = 8,
    narrow_range: bool = False,
    axis: int | None = None,
) -> Tensor:
    """The inputs rounded to evenly spaced numbers between two limits, still as floats.

    Quantisation as training sees it, as TensorFlow documents it
    (https://www.tensorflow.org/api_docs/python/tf/quantization/fake_quant_with_min_max_vars). The
    range is first moved so that 0 is one of its ``2**num_bits`` numbers: one between 1 and 6
    becomes one between 0 and 5. Halves are rounded up. What exceeds the range becomes its limit.

    The gradient goes straight through where the inputs are within the range; elsewhere it goes
    to the limit that they exceed. Half precision is computed in float32, and integers come back
    as floats.

    Args:
        inputs: A tensor of any shape.
        min_vals: The lower limit, a number; or with ``axis`` a vector, one for each index.
        max_vals: The upper limit, likewise; not below the lower one. Where both are equal, all
            results are 0.
        num_bits: How many bits quantised numbers have, from 2 to 16.
        narrow_range: Whether the lowest of the numbers is left out, so that a symmetric range
            stays symmetric.
        axis: The axis that vectors of limits belong to.

    Returns:
        A tensor of the shape and the float dtype of the inputs.

    Raises:
        ValueError: If ``num_bits`` or ``axis`` is out of range, or if there are neither one limit
            nor as many as the axis has indices.

    Example:

    >>> import keras_core as keras
    >>> y = keras.quantizers.fake_quant_with_min_max_vars([-9.0, -0.4, 1.4], -4.0, 3.0, num_bits=3)
    >>> keras.ops.convert_to_numpy(y).tolist()
    [-4.0, 0.0, 1.0]
    """
    x = p.cast(inputs, p.dtype_of(min_vals))
    step, zero, first, last = _grid(min_vals, max_vals, num_bits, narrow_range)
    safe = p.where(p.equal(step, p.const(0, step)), p.const(1, step), step)
    places = _half_up(p.add(p.divide(x, safe), zero))
    places = p.minimum(p.maximum(places, p.const(first, x)), p.const(last, x))
    return p.cast(p.multiply(p.subtract(places, zero), step), p.dtype_of(inputs))
