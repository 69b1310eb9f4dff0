"""Loaders of torch feed other backends too."""

import os
import subprocess
import sys

import pytest

pytest.importorskip("torch")

CODE = """
import numpy as np, torch
from torch.utils.data import DataLoader, IterableDataset, TensorDataset
from keras_core.data import adapters

class Endless(IterableDataset):
    def __iter__(self):
        return iter(torch.arange(6.0).reshape(6, 1))

x = torch.arange(20.0).reshape(10, 2)
sized = DataLoader(TensorDataset(x, torch.arange(10)), batch_size=4)
weights = torch.nn.Parameter(x[:4])
mixed = DataLoader([{"a": x[0].bfloat16(), "b": weights[0]}], collate_fn=lambda rows: (rows[0],))
kinds = []
for taught in (adapters._far(), ()):
    adapters._far = lambda taught=taught: taught
    kinds.append(type(adapters.adapter_for(sized)).__name__)
    source = adapters.make_source(sized)
    batches = list(source.batches())
    assert source.num_batches == 3 == len(batches)
    assert all(type(v) is np.ndarray for b in batches for v in b), batches
    np.testing.assert_array_equal(np.concatenate([b[0] for b in batches]), x.numpy())
    unsized = adapters.make_source(DataLoader(Endless(), batch_size=4))
    assert unsized.num_batches is None
    assert [len(b) for b in unsized.batches()] == [4, 2]
    (got,) = next(iter(adapters.make_source(mixed).batches()))
    np.testing.assert_array_equal(got["a"], [0, 1])
    np.testing.assert_array_equal(got["b"], [0, 1])
print(kinds)
"""


def test_loaders_feed_another_backend():
    """By the plugin, and as any iterable where the plugin is not installed."""
    done = subprocess.run(
        [sys.executable, "-c", CODE],
        env={**os.environ, "KERAS_BACKEND": "numpy"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "['Contributed', 'Iterables']"
