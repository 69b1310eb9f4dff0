"""What holds for the numpy backend beyond the conformance suite."""

import threading
import warnings
from typing import Any

import ml_dtypes
import numpy as np
import pytest

from keras_backend_numpy import overrides, plugin, primitives, tensors, windows
from keras_core_plugins import check_backend


def test_the_backend_keeps_to_the_protocol() -> None:
    assert check_backend(plugin.keras_core_load_backend()) == []


def test_floating_point_is_quiet_in_every_thread_and_settings_are_left_alone() -> None:
    before = np.geterr()
    failures: list[BaseException] = []
    huge = np.array([3e38], np.float32)

    def work() -> None:
        try:
            for _ in range(200):
                assert np.isinf(primitives.divide(np.ones(3), np.zeros(3))).all()
                assert np.isnan(primitives.log(-np.ones(3, np.float16))).all()
                assert np.isinf(primitives.multiply(huge, huge)).all()
        except BaseException as error:
            failures.append(error)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        work()
    assert not failures
    assert np.geterr() == before
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        np.ones(1) / np.zeros(1)


def test_tensors_do_not_share_memory_that_someone_may_change() -> None:
    source = np.zeros(3)
    tensor = tensors.from_numpy(source, "float64")
    source[0] = 1
    assert tensor[0] == 0
    exported = tensors.to_numpy(tensor)
    assert exported.base is tensor
    with pytest.raises(ValueError, match="read-only"):
        exported[0] = 1


def test_scalars_are_arrays() -> None:
    assert not tensors.is_tensor(np.float64(1))
    scalar = tensors.from_numpy(np.asarray(2.0), "float64")
    for result in (
        primitives.add(scalar, scalar),
        primitives.equal(scalar, scalar),
        primitives.sum(np.ones(3), (0,), False),
        primitives.max(np.ones(3), (0,), False),
        primitives.argmax(np.ones(3), 0),
        primitives.take(np.ones(3), np.asarray(1), 0),
        primitives.gather_nd(np.ones((3, 3)), np.asarray([1, 2])),
        primitives.reshape(np.ones((1, 1)), ()),
        primitives.slice(scalar, (), (), ()),
        primitives.cast(scalar, "float64"),
    ):
        assert type(result) is np.ndarray
        assert result.shape == ()


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_precision_uniform_numbers_stay_below_one(dtype: str) -> None:
    seed = np.array([1, 2], np.uint32)
    numbers = primitives.random_uniform(seed, (1_000_000,), dtype)
    assert numbers.dtype.name == dtype
    assert numbers.astype(np.float32).max() < 1


@pytest.mark.parametrize("dtype", [np.float16, ml_dtypes.bfloat16])
def test_half_precision_accumulates_in_float32(dtype: Any) -> None:
    ones = np.ones(8192, dtype)
    assert primitives.sum(ones, (0,), False) == 8192
    assert primitives.cumsum(ones, 0)[-1] == 8192
    assert overrides.OVERRIDES["mean"](ones, (0,), False) == 1
    image, kernel = ones.reshape(1, 8192, 1), ones.reshape(8192, 1, 1)
    assert primitives.conv(image, kernel, (1,), ((0, 0),), (1,), 1).item() == 8192


@pytest.mark.parametrize("groups", [1, 2])
def test_convolution_is_the_same_in_pieces(groups: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    x, kernel = rng.random((5, 7, 6, 4)), rng.random((3, 2, 4 // groups, 6))
    arguments = ((1, 2), ((1, 1), (0, 1)), (2, 1), groups)
    whole = windows.conv(x, kernel, *arguments)
    for size in (1, 1000, 4000, 20000):
        monkeypatch.setattr(windows, "_COLUMNS_BYTES", size)
        np.testing.assert_allclose(windows.conv(x, kernel, *arguments), whole)


def test_integer_products_are_exact_beyond_float64() -> None:
    x = np.array([[2**40 + 1, 3]], np.int64)
    y = np.array([[2**20 + 1], [5]], np.int64)
    assert primitives.matmul(x, y).item() == (2**40 + 1) * (2**20 + 1) + 15


def test_indices_out_of_range_are_errors() -> None:
    with pytest.raises(IndexError):
        primitives.take(np.ones(3), np.asarray([3]), 0)
    with pytest.raises(ValueError, match="invalid entry"):
        primitives.scatter_nd(np.ones((3, 2)), np.asarray([[0, 2]]), np.ones(1), "add")


OVERRIDE_ARGUMENTS: dict[str, tuple[Any, ...]] = {
    "cholesky": (True,),
    "clip": (0.25, 0.5),
    "expand_dims": (1,),
    "mean": ((0,), True),
    "repeat": (2, 0),
    "searchsorted": (np.array([0.3]), "left"),
    "softmax": (0,),
    "squeeze": (None,),
    "stack": (0,),
    "swapaxes": (0, 0),
    "tile": ((2,),),
    "var": ((0,), False),
}


@pytest.mark.parametrize("name", sorted(overrides.OVERRIDES))
def test_overrides_return_new_arrays_quietly(name: str) -> None:
    override = overrides.OVERRIDES[name]
    x: Any = np.array([0.0, 0.5, 1.0])
    arguments: tuple[Any, ...] = OVERRIDE_ARGUMENTS.get(name, ())
    if name == "logical_xor":
        x = x > 0
    if name in ("cholesky", "inv", "lu_factor", "solve"):
        x = np.diag(x + 1)
    if not arguments and override.__code__.co_argcount == 2:
        arguments = (x,)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = override([x, x] if name == "stack" else x, *arguments)
    for array in result if isinstance(result, tuple) else [result]:
        assert type(array) is np.ndarray
        assert array is not x
