"""Windows of time series, beside those of the real Keras."""

import numpy as np
import pytest
from blackbox import RealKerasError, real_keras, scaled

import keras_core as keras

READ = """
d = keras.utils.timeseries_dataset_from_array(x, y, **kwargs)
result = [[np.asarray(v) for v in (e if isinstance(e, tuple) else (e,))] for e in d]
"""


@pytest.mark.parametrize("case", range(scaled(15)))
def test_windows(case):
    rng = np.random.default_rng(case)
    size = int(rng.integers(3, 30))
    x = rng.normal(size=(size, 2)) if case % 2 else np.arange(size)
    y = [None, np.arange(size), np.arange(max(size - 3, 1)), rng.normal(size=(size, 2))][case % 4]
    kwargs = {
        "sequence_length": int(rng.integers(1, 6)),
        "sequence_stride": int(rng.integers(1, 4)),
        "sampling_rate": int(rng.integers(1, 4)),
        "batch_size": [None, 3, 128][rng.integers(3)],
        "shuffle": bool(rng.integers(2)),
        "seed": 7,
    }
    if rng.integers(2):
        kwargs["start_index"] = int(rng.integers(0, size // 2))
    if rng.integers(2):
        kwargs["end_index"] = int(rng.integers(size // 2 + 1, size))
    try:
        want = real_keras(READ, x=x, y=y, kwargs=kwargs)
    except RealKerasError as e:
        if "is not in [0" in str(e):  # it goes beyond the last target
            return
        if "ValueError" not in str(e):
            raise
        with pytest.raises(ValueError, match=r"."):
            keras.utils.timeseries_dataset_from_array(x, y, **kwargs)
        return
    if not want:  # there an empty dataset
        with pytest.raises(ValueError, match=r"There is no window|lower than the length"):
            keras.utils.timeseries_dataset_from_array(x, y, **kwargs)
        return
    got = keras.utils.timeseries_dataset_from_array(x, y, **kwargs)
    got = [e if isinstance(e, tuple) else (e,) for e in got]
    assert len(got) == len(want)
    for a, b in zip(windows(got, kwargs), windows(want, kwargs), strict=True):
        assert a == b


def windows(elements, kwargs):
    """The single windows with their targets, in an order of their own if they are shuffled."""
    if kwargs["batch_size"] is not None:
        elements = [tuple(v[i] for v in e) for e in elements for i in range(len(e[0]))]
    out = [[np.asarray(v).tolist() for v in e] for e in elements]
    return sorted(out) if kwargs["shuffle"] else out
