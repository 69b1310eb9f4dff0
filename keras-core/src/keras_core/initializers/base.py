"""The base class of initializers, and the constant ones."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_core.core.base.public import public
from keras_core.core.objects import serialization
from keras_core.core.tensors import dtypes, native
from keras_core.typing import DTypeLike, Shaped, Tensor


@public("keras.Initializer", "keras.initializers.Initializer")
class Initializer:
    """What weights begin with. A subclass defines `sample` or `__call__`.

    Values are drawn on the host, with NumPy: the same seed gives the same weights on every
    backend, and building a model compiles nothing.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> class Ramp(keras.initializers.Initializer):
    ...     def sample(self, shape, dtype):
    ...         return np.linspace(0, 1, int(np.prod(shape))).reshape(shape)
    >>> Ramp()((3,)).shape[0]
    3
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "__call__" in cls.__dict__ and "sample" not in cls.__dict__:
            cls.sample = None  # type: ignore[assignment]  # its values are made by the engine

    def sample(self, shape: tuple[int, ...], dtype: str) -> Shaped:
        """The values as a NumPy array of ``shape``; the dtype is up to the caller."""
        raise NotImplementedError(
            f"Initializer {type(self).__name__} must implement `sample(shape, dtype)`, or "
            "`__call__`."
        )

    def __call__(self, shape: Sequence[int], dtype: DTypeLike = None) -> Tensor:
        """A tensor of initial values.

        Args:
            shape: The shape.
            dtype: The dtype, `floatx` by default.
        """
        dtype = dtypes.narrow(dtypes.standardize_dtype(dtype))
        array = np.asarray(self.sample(tuple(shape), dtype))
        return native.convert(np.ascontiguousarray(array).reshape(array.shape), dtype)

    def get_config(self) -> dict[str, Any]:
        """The arguments to make it with again."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Initializer":
        """An instance made with ``config``."""
        return cls(**config)

    def clone(self) -> "Initializer":
        """Another one with the same arguments."""
        return type(self).from_config(self.get_config())


@public("keras.initializers.Constant", "keras.initializers.constant")
class Constant(Initializer):
    """One value everywhere.

    Args:
        value: A number, or an array that broadcasts to the shape.

    Example:

    >>> import keras_core as keras
    >>> float(keras.initializers.Constant(2.0)((1,))[0])
    2.0
    """

    def __init__(self, value: Shaped | float = 0.0) -> None:
        self.value = value

    def sample(self, shape: tuple[int, ...], dtype: str) -> Shaped:
        return np.broadcast_to(native.to_numpy(self.value), shape).astype(dtypes.numpy_dtype(dtype))

    def get_config(self) -> dict[str, Any]:
        return {"value": serialization.serialize_keras_object(self.value)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Constant":
        return cls(serialization.deserialize_keras_object(config["value"]))


@public("keras.initializers.Zeros", "keras.initializers.zeros", also_known_as=("zero",))
class Zeros(Initializer):
    """Zeros.

    Example:

    >>> import keras_core as keras
    >>> float(keras.initializers.Zeros()((1,))[0])
    0.0
    """

    def sample(self, shape: tuple[int, ...], dtype: str) -> Shaped:
        return np.zeros(shape, dtypes.numpy_dtype(dtype))


@public("keras.initializers.Ones", "keras.initializers.ones", also_known_as=("one",))
class Ones(Initializer):
    """Ones.

    Example:

    >>> import keras_core as keras
    >>> float(keras.initializers.Ones()((1,))[0])
    1.0
    """

    def sample(self, shape: tuple[int, ...], dtype: str) -> Shaped:
        return np.ones(shape, dtypes.numpy_dtype(dtype))


@public(
    "keras.initializers.Identity",
    "keras.initializers.IdentityInitializer",
    "keras.initializers.identity",
)
class Identity(Initializer):
    """The identity matrix, times a factor.

    Args:
        gain: The factor.

    Raises:
        ValueError: When it is called for another shape than a matrix.

    Example:

    >>> import keras_core as keras
    >>> [[float(x) for x in row] for row in keras.initializers.Identity()((2, 2))]
    [[1.0, 0.0], [0.0, 1.0]]
    """

    def __init__(self, gain: float = 1.0) -> None:
        self.gain = gain

    def sample(self, shape: tuple[int, ...], dtype: str) -> Shaped:
        if len(shape) != 2:
            raise ValueError(
                "Identity matrix initializer can only be used for 2D matrices. "
                f"Received: shape={shape} of rank {len(shape)}."
            )
        return self.gain * np.eye(*shape)

    def get_config(self) -> dict[str, Any]:
        return {"gain": self.gain}
