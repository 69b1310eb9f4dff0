"""Seeds: where random numbers begin."""

import contextlib
import random as python_random
from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from keras_core.core import primitives as p
from keras_core.core.base.names import auto_name
from keras_core.core.base.public import public
from keras_core.core.base.thread_value import Scoped
from keras_core.core.execution import processes
from keras_core.core.execution.replicas import own_seed
from keras_core.core.state.variables import Variable
from keras_core.core.tensors import native, runtime, scopes
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.typing import Tensor

_host = np.random.default_rng()
_host_of = 0
"""The number of the worker that it was made for."""

_APART: Final[Scoped[np.random.Generator | None]] = Scoped(None)
_default: list[Any] = []


@public("keras.utils.set_random_seed")
def set_random_seed(seed: int) -> None:
    """Seed everything: Python's and NumPy's generators, and those of the framework.

    Args:
        seed: A non-negative int below 2**32.

    Example:

    >>> import keras_core as keras
    >>> keras.utils.set_random_seed(0)
    """
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or not 0 <= seed < 2**32:
        raise ValueError(
            f"Argument `seed` must be a non-negative int below 2**32. Received: seed={seed!r}"
        )
    global _host
    python_random.seed(int(seed))
    np.random.seed(int(seed))  # users' code draws from it
    _host = np.random.default_rng(int(seed))
    _default.clear()


def host_generator() -> np.random.Generator:
    """The generator that initial weights, shuffles and unset seeds are drawn from."""
    global _host, _host_of
    number = processes.number_of_worker()
    if number != _host_of:
        _host, _host_of = np.random.default_rng(number), number
    return _APART.get() or _host


@contextlib.contextmanager
def drawing_apart() -> Iterator[None]:
    """What is drawn inside changes nothing of what is drawn after."""
    before = _APART.set(_host.spawn(1)[0])
    try:
        yield
    finally:
        _APART.reset(before)


def random_state() -> dict[str, Any]:
    """Where all generators are that `set_random_seed` sets: a nest of numbers, texts and arrays."""
    kind, keys, *numpy_rest = np.random.get_state(legacy=True)
    version, words, gauss = python_random.getstate()
    return {
        "host": _host.bit_generator.state,
        "numpy": [kind, np.asarray(keys), *numpy_rest],
        "python": [version, np.asarray(words, "uint32"), gauss],
        "default": _default[0].state.numpy() if _default else None,
    }


def set_random_state(state: dict[str, Any]) -> None:
    """Put all generators where they were when `random_state` returned ``state``."""
    if state["default"] is not None:
        global_seed_generator().state.assign(state["default"])
    kind, keys, *numpy_rest = state["numpy"]
    np.random.set_state((kind, keys, *numpy_rest))
    version, words, gauss = state["python"]
    python_random.setstate((version, tuple(words.tolist()), gauss))
    _host.bit_generator.state = state["host"]


def make_default_seed() -> int:
    """A seed for something that was given none."""
    return int(host_generator().integers(0, 2**31 - 1))


@public("keras.random.SeedGenerator")
class SeedGenerator(runtime.OBJECT_BASE):  # type: ignore[misc]  # the base is the backend's choice
    """A sequence of seeds, which is state: give it to random functions in a layer.

    Args:
        seed: Where to begin; random by default.
        name: A name; made from the class by default.
        **kwargs: Nothing more; a name that is unknown is an error.

    Example:

    >>> import keras_core as keras
    >>> generator = keras.random.SeedGenerator(1337)
    >>> a = keras.random.normal((2,), seed=generator)
    >>> b = keras.random.normal((2,), seed=generator)
    >>> bool(keras.ops.all(a == b))
    False
    """

    _tracked_as = "seed_generator"

    def __init__(self, seed: int | None = None, name: str | None = None, **kwargs: None) -> None:
        custom = kwargs.pop("backend", None)
        if kwargs:
            raise ValueError(f"Unrecognized keyword arguments: {kwargs}")
        del custom
        if seed is None:
            seed = make_default_seed()
        if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)):
            raise ValueError(
                f"Argument `seed` must be an integer. Received: {seed!r} (of type {type(seed)})"
            )
        self._initial_seed = int(seed)
        self.name = name or auto_name("seed_generator")
        with scopes.name_scope(self.name):
            self.state = Variable(
                np.array([int(seed) % 2**32, 0], "uint32"),
                dtype="uint32",
                trainable=False,
                aggregation="none",
                name="seed_generator_state",
            )

    def next(self, ordered: bool = True) -> Tensor:
        """The next seed, a uint32 tensor of shape ``[2]``."""
        seed = self.state.value
        if _STATEFUL:  # a tensor may be a view of the variable, which is about to change
            seed = runtime.COPY(seed)
        self.state.store(_advance(seed))
        return processes.own_seed(own_seed(seed))

    def _children_by_name(self) -> dict[str, Any]:
        """What is part of a checkpoint of the engine."""
        return {"state": self.state}

    def get_config(self) -> dict[str, Any]:
        """The seed to begin with."""
        return {"seed": self._initial_seed}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "SeedGenerator":
        """An instance made with ``config``."""
        return cls(**config)


def _advance(seed: Any) -> Any:
    """The counter, the second number of the seed, plus 1."""
    dtype = native.dtype_of(seed)
    # few engines add unsigned integers, all add signed ones
    wide = p.cast(seed, "int64" if "int64" in _INT64 else "int32")
    step = p.arange(0, 2, 1, native.dtype_of(wide))
    return p.cast(p.add(wide, step), dtype)


_INT64 = runtime.CAPABILITIES.dtypes
_STATEFUL = runtime.CAPABILITIES.stateful_variables


def global_seed_generator() -> SeedGenerator:
    """The generator behind random functions that are given no seed."""
    if not _default:
        _default.append(SeedGenerator(make_default_seed(), name="global_seed_generator"))
    return _default[0]


def draw_seed(seed: Any) -> Any:
    """A seed tensor from an int, a `SeedGenerator`, a tensor or None."""
    if isinstance(seed, SeedGenerator):
        return seed.next()
    if seed is None:
        return global_seed_generator().next()
    if isinstance(seed, (int, np.integer)) and not isinstance(seed, bool):
        return native.convert(np.array([int(seed) % 2**32, 0], "uint32"), "uint32")
    if isinstance(seed, KerasTensor) or native.is_engine_tensor(seed):
        return seed
    raise ValueError(
        "Argument `seed` must be either an integer or an instance of `SeedGenerator`. "
        f"Received: seed={seed!r} (of type {type(seed)})"
    )
