"""Pooling layers."""

from typing import Any

from keras_core import ops
from keras_core.core.base import config
from keras_core.core.base.public import public
from keras_core.layers.input_spec import InputSpec
from keras_core.layers.layer import Layer
from keras_core.ops.convolution import tuple_of


class _Pooling(Layer):
    _rank = 2
    _op: Any = None

    def __init__(
        self,
        pool_size: Any,
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        self.pool_size = tuple_of(pool_size, self._rank, "pool_size")
        self.strides = tuple_of(pool_size if strides is None else strides, self._rank, "strides")
        self.padding = str(padding).lower()
        if self.padding not in ("valid", "same"):
            raise ValueError(f"`padding` must be 'valid' or 'same'. Received: {padding!r}")
        self.data_format = config.standardize_data_format(data_format)
        self.input_spec = InputSpec(ndim=self._rank + 2)
        self._needs_no_build()

    def call(self, inputs: Any) -> Any:
        return type(self)._op(inputs, self.pool_size, self.strides, self.padding, self.data_format)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "pool_size": self.pool_size,
            "padding": self.padding,
            "strides": self.strides,
            "data_format": self.data_format,
        }


class _GlobalPooling(Layer):
    _rank = 2

    def __init__(
        self, data_format: str | None = None, keepdims: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.data_format = config.standardize_data_format(data_format)
        self.keepdims = keepdims
        self.input_spec = InputSpec(ndim=self._rank + 2)
        self._needs_no_build()

    def _axes(self) -> tuple[int, ...]:
        first = 2 if self.data_format == "channels_first" else 1
        return tuple(range(first, first + self._rank))

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "data_format": self.data_format,
            "keepdims": self.keepdims,
        }


@public("keras.layers.MaxPooling1D", "keras.layers.MaxPool1D")
class MaxPooling1D(_Pooling):
    """The largest element of each window of sequences.

    Args:
        pool_size: The size of the windows.
        strides: Their step; by default their size.
        padding: ``"valid"`` or ``"same"``.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        name: See `Layer`.
        **kwargs: See `Layer`.
    """

    _rank = 1
    _op = staticmethod(ops.max_pool)

    def __init__(
        self,
        pool_size: Any = 2,
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(pool_size, strides, padding, data_format, name, **kwargs)


@public("keras.layers.MaxPooling2D", "keras.layers.MaxPool2D")
class MaxPooling2D(_Pooling):
    """The largest element of each window of images.

    Args:
        pool_size: The size of the windows.
        strides: Their step; by default their size.
        padding: ``"valid"`` or ``"same"``.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        name: See `Layer`.
        **kwargs: See `Layer`.
    """

    _rank = 2
    _op = staticmethod(ops.max_pool)

    def __init__(
        self,
        pool_size: Any = (2, 2),
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(pool_size, strides, padding, data_format, name, **kwargs)


@public("keras.layers.MaxPooling3D", "keras.layers.MaxPool3D")
class MaxPooling3D(_Pooling):
    """The largest element of each window of volumes.

    Args:
        pool_size: The size of the windows.
        strides: Their step; by default their size.
        padding: ``"valid"`` or ``"same"``.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        name: See `Layer`.
        **kwargs: See `Layer`.
    """

    _rank = 3
    _op = staticmethod(ops.max_pool)

    def __init__(
        self,
        pool_size: Any = (2, 2, 2),
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(pool_size, strides, padding, data_format, name, **kwargs)


@public("keras.layers.AveragePooling1D", "keras.layers.AvgPool1D")
class AveragePooling1D(_Pooling):
    """The mean of each window of sequences.

    Args:
        pool_size: The size of the windows.
        strides: Their step; by default their size.
        padding: ``"valid"`` or ``"same"``.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        name: See `Layer`.
        **kwargs: See `Layer`.
    """

    _rank = 1
    _op = staticmethod(ops.average_pool)

    def __init__(
        self,
        pool_size: Any,
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(pool_size, strides, padding, data_format, name, **kwargs)


@public("keras.layers.AveragePooling2D", "keras.layers.AvgPool2D")
class AveragePooling2D(_Pooling):
    """The mean of each window of images.

    Args:
        pool_size: The size of the windows.
        strides: Their step; by default their size.
        padding: ``"valid"`` or ``"same"``.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        name: See `Layer`.
        **kwargs: See `Layer`.
    """

    _rank = 2
    _op = staticmethod(ops.average_pool)

    def __init__(
        self,
        pool_size: Any,
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(pool_size, strides, padding, data_format, name, **kwargs)


@public("keras.layers.AveragePooling3D", "keras.layers.AvgPool3D")
class AveragePooling3D(_Pooling):
    """The mean of each window of volumes.

    Args:
        pool_size: The size of the windows.
        strides: Their step; by default their size.
        padding: ``"valid"`` or ``"same"``.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        name: See `Layer`.
        **kwargs: See `Layer`.
    """

    _rank = 3
    _op = staticmethod(ops.average_pool)

    def __init__(
        self,
        pool_size: Any,
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(pool_size, strides, padding, data_format, name, **kwargs)


@public("keras.layers.GlobalMaxPooling1D", "keras.layers.GlobalMaxPool1D")
class GlobalMaxPooling1D(_GlobalPooling):
    """The largest element of each channel of sequences.

    Args:
        data_format: ``"channels_last"`` or ``"channels_first"``.
        keepdims: Whether the spatial axes stay, with size 1.
        **kwargs: See `Layer`.
    """

    _rank = 1

    def call(self, inputs: Any) -> Any:
        return ops.max(inputs, axis=self._axes(), keepdims=self.keepdims)


@public("keras.layers.GlobalMaxPooling2D", "keras.layers.GlobalMaxPool2D")
class GlobalMaxPooling2D(_GlobalPooling):
    """The largest element of each channel of images.

    Args:
        data_format: ``"channels_last"`` or ``"channels_first"``.
        keepdims: Whether the spatial axes stay, with size 1.
        **kwargs: See `Layer`.
    """

    _rank = 2

    def call(self, inputs: Any) -> Any:
        return ops.max(inputs, axis=self._axes(), keepdims=self.keepdims)


@public("keras.layers.GlobalMaxPooling3D", "keras.layers.GlobalMaxPool3D")
class GlobalMaxPooling3D(_GlobalPooling):
    """The largest element of each channel of volumes.

    Args:
        data_format: ``"channels_last"`` or ``"channels_first"``.
        keepdims: Whether the spatial axes stay, with size 1.
        **kwargs: See `Layer`.
    """

    _rank = 3

    def call(self, inputs: Any) -> Any:
        return ops.max(inputs, axis=self._axes(), keepdims=self.keepdims)


@public("keras.layers.GlobalAveragePooling1D", "keras.layers.GlobalAvgPool1D")
class GlobalAveragePooling1D(_GlobalPooling):
    """The mean of each channel of sequences.

    Args:
        data_format: ``"channels_last"`` or ``"channels_first"``.
        keepdims: Whether the spatial axes stay, with size 1.
        **kwargs: See `Layer`.
    """

    _rank = 1

    def __init__(
        self, data_format: str | None = None, keepdims: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(data_format, keepdims, **kwargs)
        self.supports_masking = True

    def call(self, inputs: Any, mask: Any = None) -> Any:
        axis = self._axes()[0]
        if mask is None:
            return ops.mean(inputs, axis=axis, keepdims=self.keepdims)
        keep = ops.cast(mask, ops.dtype(inputs))
        keep = ops.expand_dims(keep, 2 if self.data_format == "channels_last" else 1)
        total = ops.sum(ops.multiply(inputs, keep), axis=axis, keepdims=self.keepdims)
        return ops.divide(total, ops.sum(keep, axis=axis, keepdims=self.keepdims))

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        return None


@public("keras.layers.GlobalAveragePooling2D", "keras.layers.GlobalAvgPool2D")
class GlobalAveragePooling2D(_GlobalPooling):
    """The mean of each channel of images.

    Args:
        data_format: ``"channels_last"`` or ``"channels_first"``.
        keepdims: Whether the spatial axes stay, with size 1.
        **kwargs: See `Layer`.
    """

    _rank = 2

    def call(self, inputs: Any) -> Any:
        return ops.mean(inputs, axis=self._axes(), keepdims=self.keepdims)


@public("keras.layers.GlobalAveragePooling3D", "keras.layers.GlobalAvgPool3D")
class GlobalAveragePooling3D(_GlobalPooling):
    """The mean of each channel of volumes.

    Args:
        data_format: ``"channels_last"`` or ``"channels_first"``.
        keepdims: Whether the spatial axes stay, with size 1.
        **kwargs: See `Layer`.
    """

    _rank = 3

    def call(self, inputs: Any) -> Any:
        return ops.mean(inputs, axis=self._axes(), keepdims=self.keepdims)
