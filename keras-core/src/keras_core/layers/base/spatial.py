"""Families of layers over one, two or three spatial axes, of which each is written once."""

import inspect
from typing import Any, ClassVar

from keras_core.core.base import config
from keras_core.layers.base.layer import Layer


class Spatial(Layer):
    """A layer over sequences, images or volumes: the base of families.

    The constructor of a family is written once, with numbers for the arguments that may differ
    from axis to axis. Its members say how many axes they have, and have nothing else to add:

    >>> class Halved(Spatial):
    ...     _per_axis = ("size",)
    ...     def __init__(self, size=2, data_format=None, **kwargs):
    ...         super().__init__(data_format, **kwargs)
    >>> class Halved2D(Halved, rank=2):
    ...     pass
    >>> inspect.signature(Halved2D)
    <Signature (size=(2, 2), data_format=None, **kwargs)>

    Args:
        data_format: ``"channels_last"`` for inputs of shape ``(batch, *spatial, channels)``,
            ``"channels_first"`` for ``(batch, channels, *spatial)``. By default that of
            `keras.config.image_data_format`.
        **kwargs: Arguments of every layer; see `Layer`.
    """

    rank: ClassVar[int]
    """The number of spatial axes."""

    _per_axis: ClassVar[tuple[str, ...]] = ()
    """The arguments that are a number for all axes, or one for each."""

    data_format: str

    def __init_subclass__(cls, rank: int | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if rank is not None:
            cls.rank = rank
            cls.__signature__ = _SpelledOut(cls)  # type: ignore[attr-defined]  # for `inspect`

    def __init__(self, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = config.standardize_data_format(data_format)

    @property
    def _channel_axis(self) -> int:
        return -1 if self.data_format == "channels_last" else 1

    @property
    def _spatial_axes(self) -> tuple[int, ...]:
        first = 1 if self.data_format == "channels_last" else 2
        return tuple(range(first, first + self.rank))

    def _shape_with(self, input_shape: Any, spatial: Any, channels: Any) -> tuple[Any, ...]:
        """A shape like that of the inputs, with other spatial sizes and other channels."""
        if self.data_format == "channels_first":
            return (input_shape[0], channels, *spatial)
        return (input_shape[0], *spatial, channels)


class _SpelledOut:
    """The signature of a member of a family, with a number for each axis among its defaults.

    It is that of the class, neither that of its instances nor that of its subclasses.
    """

    def __init__(self, cls: type[Spatial]) -> None:
        self._cls = cls

    def __get__(self, instance: Any, owner: type) -> inspect.Signature:
        cls = self._cls
        if instance is not None or owner is not cls:
            raise AttributeError("__signature__")
        _, *parameters = inspect.signature(cls.__init__).parameters.values()
        return inspect.Signature(
            [
                p.replace(default=(p.default,) * cls.rank)
                if p.name in cls._per_axis and isinstance(p.default, int) and cls.rank > 1
                else p
                for p in parameters
            ]
        )
