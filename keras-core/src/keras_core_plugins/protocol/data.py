"""What a plugin says of a kind of data that ``fit`` should take."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class DataAdapter:
    """A kind of data; what `keras_core_data_adapters` returns."""

    name: str
    """What the data are called, such as ``"tf.data"``."""

    accepts: Callable[[Any], bool]
    """Whether an object is of this kind. Asked of everything that a user passes as ``x``.

    It imports nothing: an object of a library that is not imported is not of its kind.
    """

    batches: Callable[[Any], Iterable[Any]]
    """The batches of such an object: ``x``, ``(x, y)`` or ``(x, y, sample_weight)`` of arrays.

    It is iterated once an epoch, and has a ``len`` if the number of batches is known.
    """
