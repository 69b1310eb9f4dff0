"""What is kept from Keras 2: `keras.legacy`."""

from keras_core.legacy import backend_network as _backend_network  # noqa: F401  # it registers things
from keras_core.legacy import backend_state as _backend_state  # noqa: F401  # it registers things
from keras_core.legacy import backend_tensors as _backend_tensors  # noqa: F401  # it registers things
from keras_core.legacy import layers as _layers  # noqa: F401  # it registers things
from keras_core.legacy import losses as _losses  # noqa: F401  # it registers things
from keras_core.legacy import methods as _methods  # noqa: F401  # it registers things
from keras_core.legacy import saving

__all__ = [
    "saving",
]
