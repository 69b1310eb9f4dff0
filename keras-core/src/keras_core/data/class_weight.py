"""Weights of samples by their classes."""

from typing import Any

import numpy as np

from keras_core.core.base import config, tree
from keras_core.core.tensors import native


def class_weights(y: Any, class_weight: dict[Any, float]) -> np.ndarray[Any, Any]:
    """A weight for each sample, by its class.

    Args:
        y: Classes as integers or one-hot rows; an array or a tensor.
        class_weight: From class to weight; a class that is missing weighs 1.

    Raises:
        ValueError: If it is no dict, or there are several targets.
    """
    if not isinstance(class_weight, dict):
        raise ValueError(
            f"`class_weight` must be a dict from class to weight. Received: {class_weight!r}"
        )
    if tree.is_nested(y):
        raise ValueError("`class_weight` is only supported for models with a single output.")
    classes = native.to_numpy(y)
    if classes.ndim > 1 and classes.shape[-1] != 1:
        classes = classes.argmax(-1)
    classes = classes.reshape(classes.shape[0], -1)[:, 0] if classes.ndim > 1 else classes
    classes = np.round(classes).astype("int64")
    out = np.ones(classes.shape, config.floatx())
    for key, weight in class_weight.items():
        out[classes == int(key)] = weight
    return out
