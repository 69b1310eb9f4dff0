"""Misuses that pyright and mypy refuse; it is read, not run.

Each line says with which error. Each comment has to be needed, so that a misuse that is not
refused any more is an error itself.
"""

# pyright: reportUnnecessaryTypeIgnoreComment=true

import numpy as np

from keras_core import layers, ops

x = np.ones((2, 3), "float32")

ops.softmax(x, axes=-1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
ops.top_k(x)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
ops.add(x)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
ops.sum(x, axis="rows")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
ops.concatenate([x], axis=0, axes=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
ops.top_k(x, k=2).values  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
layers.Dense()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
layers.Dense(3).unit  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
