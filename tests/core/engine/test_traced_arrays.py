"""Tensors of the numpy backend are arrays: what NumPy does with them has a gradient, too."""

import numpy as np
import pytest

from keras_core import ops

METHODS = {
    "sum": lambda x: x.sum(),
    "sum of an axis": lambda x: x.sum(axis=0, keepdims=True),
    "mean": lambda x: x.mean(1),
    "prod": lambda x: x.prod(axis=1),
    "max": lambda x: x.max(axis=0),
    "min": lambda x: x.min(),
    "std": lambda x: x.std(axis=0),
    "var": lambda x: x.var(),
    "cumsum": lambda x: x.cumsum(0),
    "reshape": lambda x: x.reshape(4),
    "reshape of numbers": lambda x: x.reshape(1, 4),
    "transpose": lambda x: x.transpose() * TABLE,
    "transpose of numbers": lambda x: x.transpose(1, 0) * TABLE,
    "T": lambda x: x.T * TABLE,
    "ravel": lambda x: x.ravel()[1:],
    "flatten": lambda x: x.flatten() ** 2,
    "astype": lambda x: x.astype("float64"),
    "dot": lambda x: x.dot(TABLE),
    "swapaxes": lambda x: x.swapaxes(0, 1) * TABLE,
    "clip": lambda x: x.clip(0, 1),
    "take": lambda x: x.take([0], axis=1),
    "diagonal": lambda x: x.diagonal(),
    "np.exp": lambda x: np.exp(x),
    "np.tanh": lambda x: np.tanh(x),
    "np.square": lambda x: np.square(x),
    "np.maximum": lambda x: np.maximum(x, TABLE),
    "np.sum": lambda x: np.sum(x, axis=0),
    "np.mean": lambda x: np.mean(x),
    "np.concatenate": lambda x: np.concatenate([x * x, TABLE]),
    "np.stack": lambda x: np.stack([TABLE, x], axis=-1),
    "np.where": lambda x: np.where(TABLE > 0.5, x, TABLE),
    "np.transpose": lambda x: np.transpose(x) * TABLE,
    "np.reshape": lambda x: np.reshape(x, (4,)),
    "np.matmul": lambda x: np.matmul(TABLE, x),
    "np.linalg.norm": lambda x: np.linalg.norm(x),
    "np.expand_dims": lambda x: np.expand_dims(x, 0),
}
TABLE = np.array([[0.3, 0.9], [1.4, -0.6]], "float32")


@pytest.mark.parametrize("name", METHODS)
def test_methods_and_functions_of_numpy_are_differentiated(name):
    """NumPy's own methods of tensors, as those of torch's and jax's: gradients by differences."""
    f = METHODS[name]
    start = np.array([[0.2, 0.7], [1.3, 0.5]], "float32")
    found = ops.grad(lambda x: ops.sum(ops.cast(f(ops.tanh(x)), "float32") * 1.5))(start)
    wide, step = start.astype("float64"), 1e-5

    def value(x):
        return float(np.sum(np.asarray(f(np.tanh(x)), "float64") * 1.5))

    for i in np.ndindex(start.shape):
        shift = np.zeros_like(wide)
        shift[i] = step
        slope = (value(wide + shift) - value(wide - shift)) / (2 * step)
        np.testing.assert_allclose(np.asarray(found)[i], slope, atol=1e-3)
