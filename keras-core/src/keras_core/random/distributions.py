"""Random numbers on the engine."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_core import ops
from keras_core.core import primitives as p
from keras_core.core.base.axes import canonical_axis
from keras_core.core.base.public import public
from keras_core.core.dispatch.options import checked, sizes
from keras_core.core.execution.seeds import draw_seed
from keras_core.core.graph.nodes import recorded
from keras_core.core.tensors import dtypes, native, runtime
from keras_core.core.tensors.concrete import at_hand
from keras_core.core.tensors.scopes import in_symbolic_scope
from keras_core.core.tensors.symbolic import Dim, KerasTensor
from keras_core.ops.casting import as_tensor
from keras_core.ops.noise import standard_normal
from keras_core.typing import DTypeLike, SeedLike, ShapeLike, Tensor, TensorLike


def _float(dtype: Any) -> str:
    dtype = dtypes.narrow(dtypes.standardize_dtype(dtype))
    if dtype not in dtypes.FLOATS:
        raise ValueError(
            "`keras.random` draws floats of dtype float16, bfloat16, float32 or float64 here. "
            f"Received: dtype={dtype}"
        )
    return dtype


def _half(dtype: str) -> str:
    """Half precision is drawn in single: its uniform numbers are too coarse."""
    return "float32" if dtype in ("float16", "bfloat16") else dtype


def _own(name: str, seed: Any, given: Sequence[Any], shape: Sequence[Any]) -> Any:
    """What the backend has of its own to draw with, where there is something to draw.

    Where shapes are inferred, tensors are symbolic, and sizes may not be known.
    """
    symbolic = any(isinstance(x, (KerasTensor, Dim)) for x in (seed, *given, *shape))
    return None if symbolic else runtime.OVERRIDES.get(name)


def _open_uniform(seed: Any, shape: Any, dtype: str) -> Any:
    """Uniform in (0, 1): neither end."""
    u = p.random_uniform(seed, shape, dtype)
    tiny = 2.0**-25 if dtype == "float32" else 2.0**-54
    return p.add(u, p.const(tiny, u))


def _is(argument: Any, value: int) -> bool:
    """Whether an argument is this number, which leaves what is drawn as it is."""
    return isinstance(argument, (int, float)) and argument == value


@public("keras.random.normal")
@recorded
def normal(
    shape: ShapeLike,
    mean: float = 0.0,
    stddev: float = 1.0,
    dtype: DTypeLike = None,
    seed: SeedLike = None,
) -> Tensor:
    """Random numbers of a normal distribution.

    Args:
        shape: The shape.
        mean: The mean.
        stddev: The standard deviation.
        dtype: The dtype, `floatx` by default.
        seed: An int (the same numbers each time), a `SeedGenerator`, or None.

    Example:

    >>> import keras_core as keras
    >>> keras.random.normal((2, 3), seed=1).shape[1]
    3
    """
    dtype = _float(dtype)
    wide = _half(dtype)
    out = standard_normal(draw_seed(seed), sizes(shape, "normal", "shape"), wide)
    if not _is(stddev, 1):
        out = ops.multiply(out, stddev)
    if not _is(mean, 0):
        out = ops.add(out, mean)
    return ops.cast(out, dtype)


@public("keras.random.uniform")
@recorded
def uniform(
    shape: ShapeLike,
    minval: TensorLike = 0.0,
    maxval: TensorLike = 1.0,
    dtype: DTypeLike = None,
    seed: SeedLike = None,
) -> Tensor:
    """Random numbers of a uniform distribution.

    Args:
        shape: The shape.
        minval: The least number.
        maxval: The bound above, not included.
        dtype: The dtype, `floatx` by default.
        seed: An int (the same numbers each time), a `SeedGenerator`, or None.

    Example:

    >>> import keras_core as keras
    >>> draws = keras.random.uniform((100,), 0.0, 1.0, seed=0)
    >>> bool(keras.ops.min(draws) >= 0), bool(keras.ops.max(draws) < 1)
    (True, True)
    """
    dtype = _float(dtype)
    u = p.random_uniform(draw_seed(seed), sizes(shape, "uniform", "shape"), _half(dtype))
    if isinstance(minval, (int, float)) and isinstance(maxval, (int, float)):
        if (minval, maxval) != (0.0, 1.0):
            u = ops.add(ops.multiply(u, maxval - minval), minval)
    else:
        u = ops.add(ops.multiply(u, ops.subtract(maxval, minval)), minval)
    return ops.cast(u, dtype)


@public("keras.random.randint")
@recorded
def randint(
    shape: ShapeLike,
    minval: TensorLike,
    maxval: TensorLike,
    dtype: DTypeLike = "int32",
    seed: SeedLike = None,
) -> Tensor:
    """Random integers of a uniform distribution.

    Args:
        shape: The shape.
        minval: The least integer.
        maxval: The bound above, not included.
        dtype: An integer dtype.
        seed: An int (the same numbers each time), a `SeedGenerator`, or None.

    Example:

    >>> import keras_core as keras
    >>> draws = keras.random.randint((100,), 0, 6, seed=0)
    >>> int(keras.ops.min(draws)) >= 0 and int(keras.ops.max(draws)) < 6
    True
    """
    dtype = dtypes.narrow(dtypes.standardize_dtype(dtype))
    if dtype not in dtypes.INTS:
        raise ValueError(f"`keras.random.randint` requires an integer `dtype`. Received: {dtype}")
    bounds = [as_tensor(v) for v in (minval, maxval)]
    low, high = map(at_hand, bounds)
    if low is not None and high is not None:
        whole = all((v == np.floor(v)).all() for v in (low, high))
        if not whole or not (low < high).all():
            raise ValueError(
                "`randint` expected whole numbers, `minval` less than `maxval`. Received: "
                f"minval={minval}, maxval={maxval}"
            )
    shape, seed = sizes(shape, "randint", "shape"), draw_seed(seed)
    override = _own("random_randint", seed, bounds, shape)
    if override is not None and not any(map(native.ndim_of, bounds)):
        return override(seed, shape, minval, maxval, dtype)
    wide = dtypes.narrow("float64")
    u = p.random_uniform(seed, shape, wide)
    span = ops.cast(ops.subtract(maxval, minval), wide)
    steps = ops.minimum(ops.floor(ops.multiply(u, span)), ops.subtract(span, 1.0))
    return ops.cast(ops.add(steps, ops.cast(minval, wide)), dtype)


@public("keras.random.truncated_normal")
@recorded
def truncated_normal(
    shape: ShapeLike,
    mean: float = 0.0,
    stddev: float = 1.0,
    dtype: DTypeLike = None,
    seed: SeedLike = None,
) -> Tensor:
    """Random numbers of a normal distribution, none further than two deviations from the mean.

    Args:
        shape: The shape.
        mean: The mean.
        stddev: The standard deviation before the cut.
        dtype: The dtype, `floatx` by default.
        seed: An int (the same numbers each time), a `SeedGenerator`, or None.

    Example:

    >>> import keras_core as keras
    >>> bool(keras.ops.max(keras.ops.abs(keras.random.truncated_normal((100,), seed=0))) <= 2)
    True
    """
    dtype = _float(dtype)
    wide = _half(dtype)
    u = _open_uniform(draw_seed(seed), sizes(shape, "truncated_normal", "shape"), wide)
    low = math.erf(-2.0 / math.sqrt(2.0))
    # the inverse of the distribution function between -2 and 2
    z = ops.multiply(ops.erfinv(ops.add(ops.multiply(u, -2.0 * low), low)), math.sqrt(2.0))
    out = ops.clip(z, -2.0, 2.0)
    return ops.cast(ops.add(ops.multiply(out, stddev), mean), dtype)


@public("keras.random.dropout")
@recorded
@checked()
def dropout(
    inputs: TensorLike,
    rate: float,
    noise_shape: Sequence[int | None] | None = None,
    seed: SeedLike = None,
) -> Tensor:
    """Elements set to 0 at random, the others scaled up to keep the sum (Srivastava et al., 2014).

    Args:
        inputs: A float tensor.
        rate: The share that is set to 0.
        noise_shape: The shape of the mask, which broadcasts to the inputs; None for theirs.
        seed: An int (the same numbers each time), a `SeedGenerator`, or None.

    Example:

    >>> import keras_core as keras
    >>> x = keras.random.dropout(keras.ops.ones(1000), rate=0.5, seed=0)
    >>> sorted({float(v) for v in x})
    [0.0, 2.0]
    """
    inputs = as_tensor(inputs)
    dtype = native.dtype_of(inputs)
    if dtype not in dtypes.FLOATS:
        raise ValueError(f"`dropout` expected a float tensor. Received: a tensor of dtype {dtype}")
    if not 0 <= rate <= 1:
        raise ValueError(f"`rate` must lie between 0 and 1. Received: rate={rate!r}")
    if rate == 1:
        return ops.zeros_like(inputs)
    shape = native.shape_of(inputs)
    if noise_shape is not None:
        wanted = sizes(noise_shape, "dropout", "noise_shape", least=-1)
        if len(wanted) != len(shape):
            raise ValueError(
                "`noise_shape` must have an entry for each axis of the inputs. Received: "
                f"noise_shape={noise_shape}, inputs.shape={native.static_shape(inputs)}"
            )
        shape = tuple(d if n == -1 else n for n, d in zip(wanted, shape, strict=True))
    u = p.random_uniform(draw_seed(seed), shape, "float32" if dtype in _HALVES else dtype)
    keep = p.less_equal(p.const(rate, u), u)
    scaled = p.multiply(inputs, p.const(1.0 / (1.0 - rate), inputs))
    return p.where(keep, scaled, p.zeros_like(scaled))


_HALVES = ("float16", "bfloat16")


@public("keras.random.categorical")
@recorded
@checked("num_samples:size")
def categorical(
    logits: TensorLike, num_samples: int, dtype: DTypeLike = "int32", seed: SeedLike = None
) -> Tensor:
    """Random classes, by the trick of Gumbel.

    Args:
        logits: Logarithms of the probabilities, of shape ``(batch, classes)``.
        num_samples: How many classes are drawn for each row.
        dtype: An integer dtype.
        seed: An int (the same numbers each time), a `SeedGenerator`, or None.

    Returns:
        A tensor of shape ``(batch, num_samples)``.

    Example:

    >>> import keras_core as keras
    >>> tuple(keras.random.categorical([[0.0, 1.0, 2.0]], num_samples=5, seed=0).shape)
    (1, 5)
    """
    logits = as_tensor(logits)
    if len(native.static_shape(logits)) != 2:
        raise ValueError(
            "`logits` should be a 2-D tensor with shape [batch_size, num_classes]. Received: "
            f"logits.shape={native.static_shape(logits)}"
        )
    logits = ops.cast(logits, _half(dtypes.float_result(native.dtype_of(logits))))
    batch, classes = native.shape_of(logits)
    u = _open_uniform(draw_seed(seed), (batch, num_samples, classes), native.dtype_of(logits))
    noise = ops.negative(ops.log(ops.negative(ops.log(u))))
    return ops.cast(ops.argmax(ops.add(ops.expand_dims(logits, 1), noise), -1), dtype)


@public("keras.random.shuffle")
@recorded
def shuffle(x: TensorLike, axis: int = 0, seed: SeedLike = None) -> Tensor:
    """The slices along an axis in random order.

    Args:
        x: A tensor.
        axis: The axis.
        seed: An int (the same order each time), a `SeedGenerator`, or None.

    Example:

    >>> import keras_core as keras
    >>> sorted(int(x) for x in keras.random.shuffle(keras.ops.arange(4), seed=0))
    [0, 1, 2, 3]
    """
    x = as_tensor(x)
    n = native.shape_of(x)[canonical_axis(axis, native.ndim_of(x))]
    keys = p.random_uniform(draw_seed(seed), (n,), "float32")
    return ops.take(x, ops.argsort(keys), axis=axis)


@public("keras.random.gamma")
@recorded
def gamma(
    shape: ShapeLike, alpha: TensorLike, dtype: DTypeLike = None, seed: SeedLike = None
) -> Tensor:
    """Random numbers of a gamma distribution of scale 1 (Marsaglia and Tsang, 2000).

    Args:
        shape: The shape.
        alpha: The shape parameter, which broadcasts to ``shape``.
        dtype: The dtype, `floatx` by default.
        seed: An int (the same numbers each time), a `SeedGenerator`, or None.

    Example:

    >>> import keras_core as keras
    >>> bool(keras.ops.min(keras.random.gamma((100,), alpha=2.0, seed=0)) > 0)
    True
    """
    dtype = _float(dtype)
    wide = _half(dtype)
    shape, seed = sizes(shape, "gamma", "shape"), draw_seed(seed)
    alpha = ops.broadcast_to(ops.cast(alpha, wide), shape)
    override = _own("random_gamma", seed, [alpha], shape)
    if override is not None:
        return ops.cast(override(seed, shape, alpha, wide), dtype)
    rounds = 16  # each accepts with a probability above 0.95
    z = standard_normal(_derived(seed, 1), (rounds, *shape), wide)
    u = _open_uniform(_derived(seed, 2), (rounds, *shape), wide)
    boost = _open_uniform(_derived(seed, 3), shape, wide)
    small = ops.less(alpha, 1.0)
    d = ops.subtract(ops.where(small, ops.add(alpha, 1.0), alpha), 1.0 / 3.0)
    c = ops.rsqrt(ops.multiply(d, 9.0))
    v = ops.power(ops.maximum(ops.add(ops.multiply(c, z), 1.0), 1e-30), 3.0)
    valid = ops.less(-1.0, ops.multiply(c, z))
    bound = ops.add(
        ops.multiply(0.5, ops.square(z)),
        ops.multiply(d, ops.add(ops.subtract(1.0, v), ops.log(v))),
    )
    accept = ops.logical_and(valid, ops.less(ops.log(u), bound))
    first = ops.argmax(ops.cast(accept, "int32"), axis=0)
    hot = ops.one_hot(first, rounds, axis=0, dtype=wide)
    out = ops.multiply(d, ops.sum(ops.multiply(hot, v), axis=0))
    out = ops.where(small, ops.multiply(out, ops.power(boost, ops.divide(1.0, alpha))), out)
    return ops.cast(out, dtype)


def log_gamma(shape: ShapeLike, alpha: TensorLike, dtype: str, seed: SeedLike) -> Tensor:
    """Logarithms of numbers of a gamma distribution: those of small parameters are no numbers.

    Args:
        shape: The shape.
        alpha: The shape parameter, which broadcasts to ``shape``.
        dtype: The dtype.
        seed: An int, a `SeedGenerator`, or None.
    """
    seed = draw_seed(seed)
    alpha = ops.cast(alpha, dtype)
    larger = gamma(shape, ops.add(alpha, 1.0), dtype, _derived(seed, 7))
    u = _open_uniform(_derived(seed, 8), shape, dtype)
    return ops.add(ops.log(larger), ops.divide(ops.log(u), alpha))


def _derived(seed: Any, k: Any) -> Any:
    """Another seed, made from one and a number."""
    wide = ops.cast(seed, "int32")
    if isinstance(k, int):
        other = ops.convert_to_tensor([k * 0x1E3779B1 % 2**31, k * 0x5851], "int32")
    else:
        other = ops.multiply(ops.stack([k, k]), ops.convert_to_tensor([0x1E3779B1, 0x5851]))
    mixed = ops.bitwise_xor(wide, other)
    return ops.cast(ops.bitwise_and(mixed, 0x7FFFFFFF), "uint32")


@public("keras.random.beta")
@recorded
def beta(
    shape: ShapeLike,
    alpha: TensorLike,
    beta: TensorLike,
    dtype: DTypeLike = None,
    seed: SeedLike = None,
) -> Tensor:
    """Random numbers of a beta distribution.

    Args:
        shape: The shape.
        alpha: The first parameter.
        beta: The second parameter.
        dtype: The dtype, `floatx` by default.
        seed: An int (the same numbers each time), a `SeedGenerator`, or None.

    Example:

    >>> import keras_core as keras
    >>> tuple(keras.random.beta((2, 3), alpha=2.0, beta=5.0, seed=0).shape)
    (2, 3)
    """
    dtype = _float(dtype)
    shape = sizes(shape, "beta", "shape")
    seed = draw_seed(seed)
    a = log_gamma(shape, alpha, _half(dtype), _derived(seed, 5))
    b = log_gamma(shape, beta, _half(dtype), _derived(seed, 6))
    return ops.cast(ops.sigmoid(ops.subtract(a, b)), dtype)


@public("keras.random.binomial")
@recorded
def binomial(
    shape: ShapeLike,
    counts: TensorLike,
    probabilities: TensorLike,
    dtype: DTypeLike = None,
    seed: SeedLike = None,
) -> Tensor:
    """Random numbers of a binomial distribution: successes in a number of trials.

    Args:
        shape: The shape.
        counts: The numbers of trials.
        probabilities: The probabilities of success.
        dtype: The dtype, `floatx` by default.
        seed: An int (the same numbers each time), a `SeedGenerator`, or None.

    Example:

    >>> import keras_core as keras
    >>> draws = keras.random.binomial((100,), counts=10.0, probabilities=0.5, seed=0)
    >>> bool(keras.ops.max(draws) <= 10)
    True
    """
    dtype = _float(dtype)
    wide = _half(dtype)
    shape, seed = sizes(shape, "binomial", "shape"), draw_seed(seed)
    numbers = _numbers(counts, as_tensor(counts))
    if numbers is not None and not (numbers >= 0).all():
        raise ValueError(f"`binomial` expected counts of at least 0. Received: counts={numbers}")
    counts = ops.broadcast_to(ops.cast(counts, wide), shape)
    probabilities = ops.broadcast_to(ops.cast(probabilities, wide), shape)
    if numbers is None:
        return ops.cast(_trials_one_by_one(seed, counts, probabilities), dtype)
    largest = int(numbers.max(initial=0))
    u = p.random_uniform(seed, (largest, *shape), wide)
    place = ops.reshape(ops.arange(largest, dtype=wide), (largest, *(1,) * len(shape)))
    hit = ops.logical_and(ops.less(u, probabilities), ops.less(place, counts))
    return ops.sum(ops.cast(hit, dtype), axis=0)


def _numbers(given: Any, tensor: Any) -> np.ndarray[Any, Any] | None:
    """The values of an argument, or None where there are none, as in compiled code."""
    if not native.is_tensor(given) and not isinstance(given, KerasTensor):
        return np.asarray(given)
    if isinstance(tensor, KerasTensor) or native.is_tracing() or in_symbolic_scope():
        return None
    return native.to_numpy(tensor)


def _trials_one_by_one(seed: Any, counts: Any, probabilities: Any) -> Any:
    """Successes in numbers of trials that are not known beforehand."""
    last = ops.max(counts, initial=0.0)

    def trial(i: Any, hits: Any) -> Any:
        number = ops.cast(i, "int32")
        u = p.random_uniform(
            _derived(seed, number), native.shape_of(probabilities), native.dtype_of(counts)
        )
        hit = ops.logical_and(ops.less(u, probabilities), ops.less(i, counts))
        return ops.add(i, 1.0), ops.add(hits, ops.cast(hit, native.dtype_of(counts)))

    start = (ops.zeros((), native.dtype_of(counts)), ops.zeros_like(counts))
    return ops.while_loop(lambda i, hits: ops.less(i, last), trial, start)[1]
