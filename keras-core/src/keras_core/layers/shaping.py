"""Layers that change shapes, and layers that merge."""

from typing import Any

from keras_core import ops
from keras_core.core.base import config, tree
from keras_core.core.base.public import public
from keras_core.core.tensors.symbolic import shapes_agree
from keras_core.layers.core import positive_int
from keras_core.layers.input_spec import InputSpec
from keras_core.layers.layer import Layer
from keras_core.ops.convolution import tuple_of


@public("keras.layers.Flatten")
class Flatten(Layer):
    """All features along one axis; the batch stays.

    Args:
        data_format: ``"channels_last"`` or ``"channels_first"``.
        **kwargs: See `Layer`.

    Example:

    >>> import keras_core as keras
    >>> keras.ops.shape(keras.layers.Flatten()(keras.ops.ones((2, 3, 4))))
    (2, 12)
    """

    def __init__(self, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = config.standardize_data_format(data_format)
        self.input_spec = InputSpec(min_ndim=1)
        self._needs_no_build()

    def call(self, inputs: Any) -> Any:
        n = len(inputs.shape)
        if n > 1 and self.data_format == "channels_first":
            inputs = ops.transpose(inputs, (0, *range(2, n), 1))
        shape = ops.shape(inputs)
        total: Any = 1
        for d in shape[1:]:
            total = total * d
        return ops.reshape(inputs, (shape[0], total) if isinstance(total, int) else (shape[0], -1))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "data_format": self.data_format}


@public("keras.layers.Reshape")
class Reshape(Layer):
    """The features of each sample in another shape.

    Args:
        target_shape: The shape without the batch; one entry may be -1: what is left.
        **kwargs: See `Layer`.
    """

    def __init__(self, target_shape: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.target_shape = tuple(target_shape)
        if self.target_shape.count(-1) > 1:
            raise ValueError(
                "At most one entry of `target_shape` may be -1. "
                f"Received: target_shape={self.target_shape}"
            )
        self._needs_no_build()

    def call(self, inputs: Any) -> Any:
        shape = ops.shape(inputs)
        total: Any = 1
        for d in shape[1:]:
            total = total * d
        target = list(self.target_shape)
        if -1 in target and isinstance(total, int):
            rest = 1
            for d in target:
                rest *= d if d != -1 else 1
            if rest == 0 or total % rest:
                raise ValueError(
                    "The total size of the tensor must be unchanged. Received: "
                    f"input_shape={tuple(inputs.shape)[1:]}, target_shape={self.target_shape}"
                )
            target[target.index(-1)] = total // rest
        return ops.reshape(inputs, (shape[0], *target))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "target_shape": self.target_shape}


@public("keras.layers.Permute")
class Permute(Layer):
    """The axes of each sample in another order.

    Args:
        dims: The order, counted from 1 without the batch.
        **kwargs: See `Layer`.
    """

    def __init__(self, dims: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.dims = tuple(dims)
        if sorted(self.dims) != list(range(1, len(self.dims) + 1)):
            raise ValueError(
                "Invalid permutation argument `dims` for Permute Layer. The set of indices in "
                f"`dims` must be consecutive and start from 1. Received dims={dims}"
            )
        self.input_spec = InputSpec(ndim=len(self.dims) + 1)
        self._needs_no_build()

    def call(self, inputs: Any) -> Any:
        return ops.transpose(inputs, (0, *self.dims))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "dims": self.dims}


@public("keras.layers.RepeatVector")
class RepeatVector(Layer):
    """Each vector repeated: ``(batch, features)`` to ``(batch, n, features)``.

    Args:
        n: How often.
        **kwargs: See `Layer`.
    """

    def __init__(self, n: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not isinstance(n, int):
            raise TypeError(f"Expected an integer value for `n`, got {type(n)}.")
        self.n = positive_int("n", n)
        self.input_spec = InputSpec(ndim=2)
        self._needs_no_build()

    def call(self, inputs: Any) -> Any:
        return ops.repeat(ops.expand_dims(inputs, 1), self.n, axis=1)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "n": self.n}


def _pairs(value: Any, n: int, name: str) -> tuple[tuple[int, int], ...]:
    """An int, an int for each axis, or a pair for each axis as pairs."""
    pairs = _paired(value, n, name)
    if any(not isinstance(v, int) or v < 0 for pair in pairs for v in pair):
        raise ValueError(f"`{name}` must hold ints that are not negative. Received: {value}.")
    return pairs


def _paired(value: Any, n: int, name: str) -> tuple[tuple[int, int], ...]:
    if isinstance(value, int):
        return ((value, value),) * n
    if n == 1 and len(value) == 2 and all(isinstance(v, int) for v in value):
        return ((value[0], value[1]),)
    if len(value) != n:
        raise ValueError(f"`{name}` should have {n} elements. Received: {value}.")
    return tuple((v, v) if isinstance(v, int) else (v[0], v[1]) for v in value)


class _ZeroPadding(Layer):
    _rank = 2

    def __init__(self, padding: Any, data_format: str | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = config.standardize_data_format(data_format)
        self.padding = _pairs(padding, self._rank, "padding")
        self.input_spec = InputSpec(ndim=self._rank + 2)
        self._needs_no_build()

    def call(self, inputs: Any) -> Any:
        pads = list(self.padding)
        widths = [(0, 0), *pads, (0, 0)]
        if self.data_format == "channels_first":
            widths = [(0, 0), (0, 0), *pads]
        return ops.pad(inputs, widths)

    def get_config(self) -> dict[str, Any]:
        padding = self.padding[0] if self._rank == 1 else self.padding
        return {**super().get_config(), "padding": padding, "data_format": self.data_format}


@public("keras.layers.ZeroPadding1D")
class ZeroPadding1D(_ZeroPadding):
    """Zeros before and after a sequence.

    Args:
        padding: How many: an int, or a pair.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        **kwargs: See `Layer`.
    """

    _rank = 1

    def __init__(self, padding: Any = 1, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(padding, data_format, **kwargs)


@public("keras.layers.ZeroPadding2D")
class ZeroPadding2D(_ZeroPadding):
    """Zeros around images.

    Args:
        padding: How many: an int, one for each axis, or a pair for each axis.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        **kwargs: See `Layer`.
    """

    def __init__(
        self, padding: Any = (1, 1), data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(padding, data_format, **kwargs)


@public("keras.layers.ZeroPadding3D")
class ZeroPadding3D(_ZeroPadding):
    """Zeros around volumes.

    Args:
        padding: How many: an int, one for each axis, or a pair for each axis.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        **kwargs: See `Layer`.
    """

    _rank = 3

    def __init__(
        self, padding: Any = ((1, 1), (1, 1), (1, 1)), data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(padding, data_format, **kwargs)


@public("keras.layers.UpSampling1D")
class UpSampling1D(Layer):
    """Each step of a sequence repeated.

    Args:
        size: How often.
        **kwargs: See `Layer`.
    """

    def __init__(self, size: int = 2, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.size = positive_int("size", int(size))
        self.input_spec = InputSpec(ndim=3)
        self._needs_no_build()

    def call(self, inputs: Any) -> Any:
        return ops.repeat(inputs, self.size, axis=1)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "size": self.size}


@public("keras.layers.UpSampling2D")
class UpSampling2D(Layer):
    """Larger images.

    Args:
        size: The factors of the rows and of the columns.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        interpolation: ``"nearest"``, or ``"bilinear"``, ``"bicubic"``, ``"lanczos3"`` or
            ``"lanczos5"``.
        **kwargs: See `Layer`.
    """

    def __init__(
        self,
        size: Any = (2, 2),
        data_format: str | None = None,
        interpolation: str = "nearest",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.data_format = config.standardize_data_format(data_format)
        self.size = tuple_of(size, 2, "size")
        known = ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")
        if interpolation.lower() not in known:
            raise ValueError(f"`interpolation` must be one of {known}. Received: {interpolation!r}")
        self.interpolation = interpolation.lower()
        self.input_spec = InputSpec(ndim=4)
        self._needs_no_build()

    def call(self, inputs: Any) -> Any:
        first = 2 if self.data_format == "channels_first" else 1
        if self.interpolation == "nearest":
            x = ops.repeat(inputs, self.size[0], axis=first)
            return ops.repeat(x, self.size[1], axis=first + 1)
        shape = ops.shape(inputs)
        return ops.image.resize(
            inputs,
            (shape[first] * self.size[0], shape[first + 1] * self.size[1]),
            interpolation=self.interpolation,
            data_format=self.data_format,
        )

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "size": self.size,
            "data_format": self.data_format,
            "interpolation": self.interpolation,
        }


# -- Merging -------------------------------------------------------------------------


_SMALL = ("int8", "uint8", "int16", "uint16")
"""Sums and products of images do not fit into their dtype."""


class _Merge(Layer):
    """The base of layers that combine a list of tensors."""

    _calculates = False

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True

    def build(self, input_shape: Any) -> None:
        if not isinstance(input_shape, (list, tuple)) or not isinstance(
            input_shape[0], (list, tuple)
        ):
            raise ValueError(
                "A merge layer should be called on a list of inputs. Received: input_shape="
                f"{input_shape} (not a list of shapes)"
            )
        if len(input_shape) < 1:
            raise ValueError(
                "A merge layer should be called on a list of at least 1 input. "
                f"Received {len(input_shape)} inputs."
            )
        self._check(input_shape)

    def _check(self, shapes: Any) -> None:
        widest = max(len(s) for s in shapes)
        aligned = [(*s[:1], *(1,) * (widest - len(s)), *s[1:]) for s in shapes]
        for sizes in zip(*aligned, strict=True):
            if len({n for n in sizes if n not in (None, 1)}) > 1:
                raise ValueError(
                    f"Inputs have incompatible shapes. Received shapes {list(map(tuple, shapes))}"
                )

    def combine(self, a: Any, b: Any) -> Any:
        """Two tensors into one."""
        raise NotImplementedError

    def call(self, inputs: Any) -> Any:
        if not isinstance(inputs, (list, tuple)):
            raise ValueError(
                f"A merge layer should be called on a list of inputs. Received: {inputs!r}"
            )
        inputs = self._same_rank(inputs)
        if self._calculates:
            inputs = [
                ops.cast(x, self.compute_dtype) if ops.dtype(x) in _SMALL else x for x in inputs
            ]
        out = inputs[0]
        for x in inputs[1:]:
            out = self.combine(out, x)
        return out

    def _same_rank(self, inputs: Any) -> Any:
        """Inputs of lower rank get axes of size 1 behind the batch."""
        ranks = [len(x.shape) for x in inputs]
        widest = max(ranks)
        out = []
        for x, n in zip(inputs, ranks, strict=True):
            for _ in range(widest - n):
                x = ops.expand_dims(x, axis=1)
            out.append(x)
        return out

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        if previous_mask is None:
            return None
        _check_masks(inputs, previous_mask)
        given = [m for m in tree.flatten(previous_mask) if m is not None]
        if len(given) != len(inputs):
            return None
        out = given[0]
        for m in given[1:]:
            out = ops.logical_or(out, m)
        return out


def _check_masks(inputs: Any, given: Any) -> None:
    for name, value in (("inputs", inputs), ("mask", given)):
        if not isinstance(value, (list, tuple)):
            raise ValueError(
                f"`{name}` of a merge layer should be a list. Received: {name}={value!r}"
            )
    if len(inputs) != len(given):
        raise ValueError(
            "A merge layer needs a mask, or None, for each of its inputs. Received: "
            f"{len(inputs)} inputs and {len(given)} masks."
        )


@public("keras.layers.Add")
class Add(_Merge):
    """The sum of tensors.

    Args:
        **kwargs: See `Layer`.

    Example:

    >>> import keras_core as keras
    >>> float(keras.layers.Add()([keras.ops.ones((1,)), keras.ops.ones((1,))])[0])
    2.0
    """

    _calculates = True

    def combine(self, a: Any, b: Any) -> Any:
        return ops.add(a, b)


@public("keras.layers.Subtract")
class Subtract(_Merge):
    """The difference of two tensors.

    Args:
        **kwargs: See `Layer`.
    """

    _calculates = True

    def build(self, input_shape: Any) -> None:
        super().build(input_shape)
        if len(input_shape) != 2:
            raise ValueError(
                "A `Subtract` layer should be called on exactly 2 inputs. "
                f"Received: input_shape={input_shape}"
            )

    def combine(self, a: Any, b: Any) -> Any:
        return ops.subtract(a, b)


@public("keras.layers.Multiply")
class Multiply(_Merge):
    """The product of tensors.

    Args:
        **kwargs: See `Layer`.
    """

    _calculates = True

    def combine(self, a: Any, b: Any) -> Any:
        return ops.multiply(a, b)


@public("keras.layers.Average")
class Average(_Merge):
    """The mean of tensors.

    Args:
        **kwargs: See `Layer`.
    """

    _calculates = True

    def combine(self, a: Any, b: Any) -> Any:
        return ops.add(a, b)

    def call(self, inputs: Any) -> Any:
        return ops.divide(super().call(inputs), len(inputs))


@public("keras.layers.Maximum")
class Maximum(_Merge):
    """The largest elements of tensors.

    Args:
        **kwargs: See `Layer`.
    """

    def combine(self, a: Any, b: Any) -> Any:
        return ops.maximum(a, b)


@public("keras.layers.Minimum")
class Minimum(_Merge):
    """The smallest elements of tensors.

    Args:
        **kwargs: See `Layer`.
    """

    def combine(self, a: Any, b: Any) -> Any:
        return ops.minimum(a, b)


@public("keras.layers.Concatenate")
class Concatenate(_Merge):
    """Tensors joined along an axis.

    Args:
        axis: The axis.
        **kwargs: See `Layer`.
    """

    def __init__(self, axis: int = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = axis

    def _check(self, shapes: Any) -> None:
        n = len(shapes[0])
        axis = self.axis % n if n else 0
        others = [(*s[:axis], *s[axis + 1 :]) for s in shapes]
        for s in others[1:]:
            if not shapes_agree(s, others[0]):
                raise ValueError(
                    "A `Concatenate` layer requires inputs with matching shapes except for the "
                    f"concatenation axis. Received: input_shape={list(map(tuple, shapes))}"
                )

    def call(self, inputs: Any) -> Any:
        return ops.concatenate(inputs, axis=self.axis)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        if previous_mask is None:
            return None
        _check_masks(inputs, previous_mask)
        if all(m is None for m in previous_mask):
            return None
        parts = []
        for x, m in zip(inputs, previous_mask, strict=True):
            if m is None:
                m = ops.ones_like(x, dtype="bool")
            elif len(m.shape) < len(x.shape):
                for _ in range(len(x.shape) - len(m.shape)):
                    m = ops.expand_dims(m, -1)
                m = ops.logical_or(m, ops.zeros_like(x, dtype="bool"))
            parts.append(m)
        return ops.any(ops.concatenate(parts, axis=self.axis), axis=-1)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "axis": self.axis}


def _functional(cls: type, name: str) -> Any:
    def merge(inputs: Any, **kwargs: Any) -> Any:
        return cls(**kwargs)(inputs)

    merge.__name__ = merge.__qualname__ = name
    merge.__doc__ = (
        f"`{cls.__name__}` as a function.\n\n    Args:\n        inputs: A list of tensors.\n"
        "        **kwargs: See `Layer`.\n    "
    )
    return merge


add = _functional(Add, "add")
public("keras.layers.add")(add)
subtract = _functional(Subtract, "subtract")
public("keras.layers.subtract")(subtract)
multiply = _functional(Multiply, "multiply")
public("keras.layers.multiply")(multiply)
average = _functional(Average, "average")
public("keras.layers.average")(average)
maximum = _functional(Maximum, "maximum")
public("keras.layers.maximum")(maximum)
minimum = _functional(Minimum, "minimum")
public("keras.layers.minimum")(minimum)


@public("keras.layers.concatenate")
def concatenate(inputs: Any, axis: int = -1, **kwargs: Any) -> Any:
    """`Concatenate` as a function.

    Args:
        inputs: A list of tensors.
        axis: The axis.
        **kwargs: See `Layer`.
    """
    return Concatenate(axis=axis, **kwargs)(inputs)
