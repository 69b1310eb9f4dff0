"""Misuses that pyright refuses; it is read, not run. Each comment has to be needed."""

# pyright: reportUnnecessaryTypeIgnoreComment=true

import numpy as np

from keras_core import layers, ops

x = np.ones((2, 3), "float32")

ops.softmax(x, axes=-1)  # pyright: ignore[reportCallIssue]
ops.top_k(x)  # pyright: ignore[reportCallIssue]
ops.add(x)  # pyright: ignore[reportCallIssue]
ops.sum(x, axis="rows")  # pyright: ignore[reportArgumentType]
ops.concatenate(x, axis=0, axes=1)  # pyright: ignore[reportCallIssue]
ops.top_k(x, k=2).values  # pyright: ignore[reportAttributeAccessIssue]
layers.Dense()  # pyright: ignore[reportCallIssue]
layers.Dense(3, activaton="relu").unit  # pyright: ignore[reportAttributeAccessIssue]
