"""Random initializers."""

import copy
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_core.core.base.public import public
from keras_core.core.execution.seeds import SeedGenerator, make_default_seed
from keras_core.core.objects import serialization
from keras_core.initializers.base import Initializer
from keras_core.typing import SeedLike, Shaped


class RandomInitializer(Initializer):
    """The base of random initializers.

    Args:
        seed: An int, a `SeedGenerator`, or None for a random one. An initializer with an int
            gives the same values each time it is called with the same shape.
    """

    def __init__(self, seed: SeedLike = None) -> None:
        self._init_seed = seed
        if seed is None:
            seed = make_default_seed()
        elif isinstance(seed, dict):
            seed = serialization.deserialize_keras_object(seed)
        elif not isinstance(seed, (int, np.integer, SeedGenerator)) or isinstance(seed, bool):
            raise ValueError(
                "`seed` argument should be an instance of `keras.random.SeedGenerator()` or an "
                f"integer. Received: seed={seed!r}"
            )
        self.seed = seed

    @property
    def is_seeded(self) -> bool:
        """Whether it was given a seed, and so draws the same values each time."""
        return self._init_seed is not None

    def _rng(self) -> np.random.Generator:
        seed: Any = self.seed
        if isinstance(seed, SeedGenerator):
            state = seed.state.numpy()
            seed.next()
            return np.random.default_rng([int(v) % 2**32 for v in state])
        return np.random.default_rng(int(seed) % 2**64)

    def get_config(self) -> dict[str, Any]:
        return {"seed": serialization.serialize_keras_object(self._init_seed)}


def truncated_standard_normal(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    """Normal numbers, those beyond two deviations drawn again."""
    out = rng.standard_normal(shape, dtype="float32")
    while True:
        bad = np.abs(out) > 2.0
        n = int(np.count_nonzero(bad))
        if not n:
            return out
        if out.ndim == 0:
            out = rng.standard_normal(shape, dtype="float32")
            continue
        out[bad] = rng.standard_normal(n, dtype="float32")


@public(
    "keras.initializers.RandomNormal", "keras.initializers.random_normal", also_known_as=("normal",)
)
class RandomNormal(RandomInitializer):
    """Numbers of a normal distribution.

    Args:
        mean: The mean.
        stddev: The standard deviation.
        seed: See `RandomInitializer`.

    Example:

    >>> import keras_core as keras
    >>> tuple(keras.initializers.RandomNormal(mean=0.0, stddev=0.1, seed=0)((2, 3)).shape)
    (2, 3)
    """

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: SeedLike = None) -> None:
        self.mean, self.stddev = mean, stddev
        super().__init__(seed=seed)

    def sample(self, shape: tuple[int, ...], dtype: str) -> Shaped:
        values = self._rng().standard_normal(shape, dtype="float32")
        return values * np.float32(self.stddev) + np.float32(self.mean)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "mean": self.mean, "stddev": self.stddev}


@public("keras.initializers.TruncatedNormal", "keras.initializers.truncated_normal")
class TruncatedNormal(RandomNormal):
    """Numbers of a normal distribution, none beyond two standard deviations.

    Args:
        mean: The mean.
        stddev: The standard deviation before the cut.
        seed: See `RandomInitializer`.

    Example:

    >>> import keras_core as keras
    >>> values = keras.initializers.TruncatedNormal(stddev=1.0, seed=0)((100,))
    >>> bool(keras.ops.max(keras.ops.abs(values)) <= 2.0)
    True
    """

    def sample(self, shape: tuple[int, ...], dtype: str) -> Shaped:
        values = truncated_standard_normal(self._rng(), shape)
        return values * np.float32(self.stddev) + np.float32(self.mean)


@public(
    "keras.initializers.RandomUniform",
    "keras.initializers.random_uniform",
    also_known_as=("uniform",),
)
class RandomUniform(RandomInitializer):
    """Numbers of a uniform distribution.

    Args:
        minval: The least number.
        maxval: The bound above.
        seed: See `RandomInitializer`.

    Example:

    >>> import keras_core as keras
    >>> values = keras.initializers.RandomUniform(0.0, 1.0, seed=0)((2, 3))
    >>> bool(keras.ops.min(values) >= 0.0)
    True
    """

    def __init__(self, minval: float = -0.05, maxval: float = 0.05, seed: SeedLike = None) -> None:
        self.minval, self.maxval = minval, maxval
        super().__init__(seed=seed)

    def sample(self, shape: tuple[int, ...], dtype: str) -> Shaped:
        values = self._rng().random(shape, dtype="float32")
        return values * np.float32(self.maxval - self.minval) + np.float32(self.minval)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "minval": self.minval, "maxval": self.maxval}


def compute_fans(
    shape: tuple[int, ...],
    input_axes: Sequence[int] | None = None,
    output_axes: Sequence[int] | None = None,
) -> tuple[int, int]:
    """How many inputs and outputs a weight connects.

    Args:
        shape: The shape of the weight: a matrix, or a kernel with its channels last.
        input_axes: The axes of the inputs; None for those of a kernel of a convolution.
        output_axes: The axes of the outputs; given together with ``input_axes``.
    """
    if input_axes is not None and output_axes is not None:
        return math.prod(shape[i] for i in input_axes), math.prod(shape[i] for i in output_axes)
    if len(shape) < 1:
        return 1, 1
    if len(shape) == 1:
        return shape[0], shape[0]
    window = math.prod(shape[:-2])
    return shape[-2] * window, shape[-1] * window


@public("keras.initializers.VarianceScaling", "keras.initializers.variance_scaling")
class VarianceScaling(RandomInitializer):
    """Numbers whose variance depends on how many inputs and outputs the weight connects.

    Args:
        scale: The variance times the number.
        mode: ``"fan_in"``, ``"fan_out"`` or ``"fan_avg"``: which number counts.
        distribution: ``"truncated_normal"``, ``"untruncated_normal"`` or ``"uniform"``.
        seed: See `RandomInitializer`.
        input_axes: The axes of the weight whose sizes count as inputs, a tuple; by default all
            but the last, as for the kernel of a convolution.
        output_axes: The axes that count as outputs; only used together with ``input_axes``.

    Raises:
        ValueError: For other values.

    Example:

    >>> import keras_core as keras
    >>> scaled = keras.initializers.VarianceScaling(scale=0.1, mode="fan_in", seed=0)
    >>> tuple(scaled((2, 3)).shape)
    (2, 3)
    """

    def __init__(
        self,
        scale: float = 1.0,
        mode: str = "fan_in",
        distribution: str = "truncated_normal",
        seed: SeedLike = None,
        input_axes: Sequence[int] | None = None,
        output_axes: Sequence[int] | None = None,
    ) -> None:
        if scale <= 0.0:
            raise ValueError(f"Argument `scale` must be positive float. Received: scale={scale}")
        if mode not in ("fan_in", "fan_out", "fan_avg"):
            raise ValueError(
                "Invalid `mode` argument: expected 'fan_in', 'fan_out' or 'fan_avg'. "
                f"Received: mode={mode!r}"
            )
        distribution = distribution.lower()
        if distribution == "normal":
            distribution = "truncated_normal"
        if distribution not in ("uniform", "truncated_normal", "untruncated_normal"):
            raise ValueError(
                "Invalid `distribution` argument: expected 'truncated_normal', "
                f"'untruncated_normal' or 'uniform'. Received: distribution={distribution!r}"
            )
        self.scale, self.mode, self.distribution = scale, mode, distribution
        self.input_axes, self.output_axes = input_axes, output_axes
        super().__init__(seed=seed)

    def with_axes(
        self, input_axes: Sequence[int] | None, output_axes: Sequence[int] | None
    ) -> "VarianceScaling":
        """This initializer for a weight with these axes, unless it has axes already."""
        if self.input_axes is not None and self.output_axes is not None:
            return self
        out = copy.copy(self)
        out.input_axes, out.output_axes = input_axes, output_axes
        return out

    def sample(self, shape: tuple[int, ...], dtype: str) -> Shaped:
        fan_in, fan_out = compute_fans(shape, self.input_axes, self.output_axes)
        n = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2.0}
        scale = self.scale / max(1.0, n[self.mode])
        rng = self._rng()
        if self.distribution == "uniform":
            limit = math.sqrt(3.0 * scale)
            return rng.random(shape, dtype="float32") * np.float32(2 * limit) - np.float32(limit)
        stddev = math.sqrt(scale)
        if self.distribution == "untruncated_normal":
            return rng.standard_normal(shape, dtype="float32") * np.float32(stddev)
        # the cut at two deviations takes this share of the standard deviation away
        return truncated_standard_normal(rng, shape) * np.float32(stddev / 0.87962566103423978)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "scale": self.scale,
            "mode": self.mode,
            "distribution": self.distribution,
            "input_axes": self.input_axes,
            "output_axes": self.output_axes,
        }


class _Scaled(VarianceScaling):
    _scale = 1.0
    _mode = "fan_in"
    _distribution = "truncated_normal"

    def __init__(
        self,
        seed: SeedLike = None,
        input_axes: Sequence[int] | None = None,
        output_axes: Sequence[int] | None = None,
    ) -> None:
        super().__init__(self._scale, self._mode, self._distribution, seed, input_axes, output_axes)

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        return {k: config[k] for k in ("seed", "input_axes", "output_axes")}


@public("keras.initializers.GlorotUniform", "keras.initializers.glorot_uniform")
class GlorotUniform(_Scaled):
    """Uniform numbers up to ``sqrt(6 / (fan_in + fan_out))`` (Glorot and Bengio, 2010).

    Args:
        seed: See `RandomInitializer`.
        input_axes: The axes of the inputs, by default the last but one.
        output_axes: The axes of the outputs, by default the last.

    Example:

    >>> import keras_core as keras
    >>> values = keras.initializers.GlorotUniform(seed=0)((3, 3))
    >>> bool(keras.ops.max(keras.ops.abs(values)) <= 1.0)
    True
    """

    _mode, _distribution = "fan_avg", "uniform"


@public("keras.initializers.GlorotNormal", "keras.initializers.glorot_normal")
class GlorotNormal(_Scaled):
    """Normal numbers of variance ``2 / (fan_in + fan_out)`` (Glorot and Bengio, 2010).

    Args:
        seed: See `RandomInitializer`.
        input_axes: The axes of the inputs, by default the last but one.
        output_axes: The axes of the outputs, by default the last.

    Example:

    >>> import keras_core as keras
    >>> tuple(keras.initializers.GlorotNormal(seed=0)((2, 3)).shape)
    (2, 3)
    """

    _mode = "fan_avg"


@public("keras.initializers.LecunNormal", "keras.initializers.lecun_normal")
class LecunNormal(_Scaled):
    """Normal numbers of variance ``1 / fan_in`` (LeCun et al., 1998).

    Args:
        seed: See `RandomInitializer`.
        input_axes: The axes of the inputs, by default the last but one.
        output_axes: The axes of the outputs, by default the last.

    Example:

    >>> import keras_core as keras
    >>> tuple(keras.initializers.LecunNormal(seed=0)((2, 3)).shape)
    (2, 3)
    """


@public("keras.initializers.LecunUniform", "keras.initializers.lecun_uniform")
class LecunUniform(_Scaled):
    """Uniform numbers up to ``sqrt(3 / fan_in)`` (LeCun et al., 1998).

    Args:
        seed: See `RandomInitializer`.
        input_axes: The axes of the inputs, by default the last but one.
        output_axes: The axes of the outputs, by default the last.

    Example:

    >>> import keras_core as keras
    >>> values = keras.initializers.LecunUniform(seed=0)((3, 3))
    >>> bool(keras.ops.max(keras.ops.abs(values)) <= 1.0)
    True
    """

    _distribution = "uniform"


@public("keras.initializers.HeNormal", "keras.initializers.he_normal")
class HeNormal(_Scaled):
    """Normal numbers of variance ``2 / fan_in`` (He et al., 2015).

    Args:
        seed: See `RandomInitializer`.
        input_axes: The axes of the inputs, by default the last but one.
        output_axes: The axes of the outputs, by default the last.

    Example:

    >>> import keras_core as keras
    >>> tuple(keras.initializers.HeNormal(seed=0)((2, 3)).shape)
    (2, 3)
    """

    _scale = 2.0


@public("keras.initializers.HeUniform", "keras.initializers.he_uniform")
class HeUniform(_Scaled):
    """Uniform numbers up to ``sqrt(6 / fan_in)`` (He et al., 2015).

    Args:
        seed: See `RandomInitializer`.
        input_axes: The axes of the inputs, by default the last but one.
        output_axes: The axes of the outputs, by default the last.

    Example:

    >>> import keras_core as keras
    >>> values = keras.initializers.HeUniform(seed=0)((6, 3))
    >>> bool(keras.ops.max(keras.ops.abs(values)) <= 1.0)
    True
    """

    _scale, _distribution = 2.0, "uniform"


@public(
    "keras.initializers.Orthogonal",
    "keras.initializers.OrthogonalInitializer",
    "keras.initializers.orthogonal",
)
class Orthogonal(RandomInitializer):
    """An orthogonal matrix, times a factor (Saxe et al., 2014).

    Args:
        gain: The factor.
        seed: See `RandomInitializer`.

    Example:

    >>> import keras_core as keras
    >>> q = keras.initializers.Orthogonal(seed=0)((3, 3))
    >>> bool(keras.ops.max(keras.ops.abs(q @ keras.ops.transpose(q) - keras.ops.eye(3))) < 1e-5)
    True
    """

    def __init__(self, gain: float = 1.0, seed: SeedLike = None) -> None:
        self.gain = gain
        super().__init__(seed=seed)

    def sample(self, shape: tuple[int, ...], dtype: str) -> Shaped:
        if len(shape) < 2:
            raise ValueError(
                "The tensor to initialize must be at least two-dimensional. Received: "
                f"shape={shape} of rank {len(shape)}."
            )
        rows, columns = math.prod(shape[:-1]), shape[-1]
        a = self._rng().standard_normal((max(rows, columns), min(rows, columns)))
        q, r = np.linalg.qr(a)
        q = q * np.sign(np.diag(r))
        q = q.T if rows < columns else q
        return (self.gain * q.reshape(shape)).astype("float32")

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "gain": self.gain}
