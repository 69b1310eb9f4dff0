"""The version of this package."""

from importlib.metadata import version as _of_distribution

from keras_core.core.base.public import public

__version__ = _of_distribution("keras-core")
public("keras.__version__")(__version__)


@public("keras.version")
def version() -> str:
    """The version of this package, ``__version__``.

    Example:

    >>> import keras_core as keras
    >>> isinstance(keras.version(), str)
    True
    """
    return __version__
