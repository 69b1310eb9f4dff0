"""Dtypes by name, and the one lattice by which they are promoted.

The lattice is that of JAX (JEP 9407, https://docs.jax.dev/en/latest/jep/9407-type-promotion.html):
a directed graph whose least upper bounds are the results. Python scalars are *weak*:
they take part as ``int``, ``float`` or ``complex`` without a width, and get one only
when nothing else decides.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import ml_dtypes
import numpy as np

from keras_core.core.base import config
from keras_core.core.base.public import public
from keras_core.typing import DTypeLike
from keras_core_plugins import current
from keras_core_plugins.errors import CapabilityError

INTS = frozenset(["uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64"])
FLOATS = frozenset(["float16", "bfloat16", "float32", "float64", "float8_e4m3fn", "float8_e5m2"])
COMPLEX = frozenset(["complex64", "complex128"])
INEXACT = FLOATS | COMPLEX
ALLOWED_DTYPES = frozenset({"bool", "string"} | INTS | FLOATS | COMPLEX)

# Each node with the nodes directly above it; "int", "float" and "complex" are weak.
_ABOVE: dict[str, tuple[str, ...]] = {
    "bool": ("int",),
    "int": ("uint8", "int8"),
    "uint8": ("int16", "uint16"),
    "uint16": ("int32", "uint32"),
    "uint32": ("int64", "uint64"),
    "uint64": ("float",),
    "int8": ("int16",),
    "int16": ("int32",),
    "int32": ("int64",),
    "int64": ("float",),
    "float": ("float8_e4m3fn", "float8_e5m2", "bfloat16", "float16", "complex"),
    "float8_e4m3fn": (),
    "float8_e5m2": (),
    "bfloat16": ("float32",),
    "float16": ("float32",),
    "float32": ("float64", "complex64"),
    "float64": ("complex128",),
    "complex": ("complex64",),
    "complex64": ("complex128",),
    "complex128": (),
}


def _reachable(node: str) -> frozenset[str]:
    out = {node}
    for above in _ABOVE[node]:
        out |= _reachable(above)
    return frozenset(out)


_UPPER = {node: _reachable(node) for node in _ABOVE}

_WEAK: dict[type, str] = {bool: "bool", int: "int", float: "float", complex: "complex"}

_NARROWED = {
    "int64": "int32",
    "uint64": "uint32",
    "float64": "float32",
    "complex128": "complex64",
    "uint32": "int64",
    "uint16": "int32",
}

_NUMPY_EXTRA = {
    name: np.dtype(getattr(ml_dtypes, name))
    for name in ("bfloat16", "float8_e4m3fn", "float8_e5m2")
}


def numpy_dtype(dtype: str) -> np.dtype[Any]:
    """The NumPy dtype of that name, from ``ml_dtypes`` where NumPy has none."""
    return _NUMPY_EXTRA.get(dtype) or np.dtype(dtype)


# Tables, and not calls: compilers trace a look-up, and give up at NumPy's dtypes.
RANGE: dict[str, tuple[Any, Any]] = {
    "bool": (0, 1),
    **{name: (int(np.iinfo(name).min), int(np.iinfo(name).max)) for name in INTS},
    **{
        name: (-float(info.max), float(info.max))
        for name in INEXACT
        for info in [ml_dtypes.finfo(numpy_dtype(name))]
    },
}
"""The lowest and the largest number of each dtype."""

EPSILON = {name: float(ml_dtypes.finfo(numpy_dtype(name)).eps) for name in FLOATS}
"""The distance from 1 to the next number, of each dtype of floats."""


@lru_cache(maxsize=1024)
def _standardize(dtype: Any) -> str:
    if dtype is int or (type(dtype) is str and dtype == "int"):  # np.dtype("int64") equals int
        return _int
    if dtype is complex:
        return "complex64"
    name = getattr(dtype, "name", None)
    if not isinstance(name, str):
        name = getattr(dtype, "__name__", None) if isinstance(dtype, type) else str(dtype)
    name = str(name)
    name = name.removeprefix("torch.").removeprefix("dtypes.")
    if name in ("str", "str_") or name.startswith("str"):
        name = "string"
    elif name in ("bool_", "boolean"):
        name = "bool"
    if name in ALLOWED_DTYPES:
        return name
    if not isinstance(dtype, (str, type, np.dtype, int)):  # TensorFlow's equal numbers
        name = _engine_objects().get(dtype, "")
    if name not in ALLOWED_DTYPES:
        try:
            name = np.dtype(dtype).name
        except TypeError:
            name = ""
    if name not in ALLOWED_DTYPES:
        raise ValueError(
            f"Invalid dtype: {dtype!r}. Expected one of {', '.join(sorted(ALLOWED_DTYPES))}"
        )
    return name


@public("keras.backend.standardize_dtype", "keras.utils.standardize_dtype")
def standardize_dtype(dtype: DTypeLike) -> str:
    """The standard name of a dtype given by name, by NumPy, by an engine or by a Python type.

    Args:
        dtype: Such as ``"float32"``, ``np.float32``, ``torch.float32``, ``int``, or None for
            `floatx`.

    Raises:
        ValueError: If there is no such dtype.

    Example:

    >>> import numpy as np
    >>> from keras_core.core.tensors.dtypes import standardize_dtype
    >>> standardize_dtype(np.float16), standardize_dtype(None)
    ('float16', 'float32')
    """
    if dtype is None:
        return config.floatx()
    if type(dtype) is str and dtype in ALLOWED_DTYPES:
        return dtype
    if dtype is float:
        return config.floatx()
    try:
        return _standardize(dtype)
    except TypeError:  # not hashable
        raise ValueError(f"Invalid dtype: {dtype!r}. Expected a name such as 'float32'") from None


_joined: dict[tuple[str, ...], str] = {}  # torch.compile sees through a dict, not a lru_cache


def join(*nodes: str) -> str:
    """The least upper bound of the names in the lattice; may be a weak one."""
    found = _joined.get(nodes)
    if found is None:
        found = _joined[nodes] = _join(*nodes)
    return found


def _join(*nodes: str) -> str:
    common = frozenset.intersection(*(_UPPER[n] for n in nodes))
    for candidate in common:
        if common == _UPPER[candidate]:
            return candidate
    raise ValueError(
        f"The dtypes {nodes} have no common dtype. Cast one of them explicitly with `ops.cast`."
    )


def settle(node: str) -> str:
    """A dtype for a node of the lattice: a weak one gets the width of `floatx` or 32 bits."""
    if node == "float":
        return config.floatx()
    if node == "int":
        return "int16" if config.floatx() == "float16" else "int32"
    if node == "complex":
        return "complex64"
    return node


def node_of(value: Any) -> str:
    """The place in the lattice of a dtype, or of a Python type, which is weak."""
    if isinstance(value, type) and value in _WEAK:
        return _WEAK[value]
    name = standardize_dtype(value)
    if name == "string":
        raise TypeError("Expected numbers or booleans. Received: strings")
    return name


@public("keras.backend.result_type")
def result_type(*dtypes: DTypeLike) -> str:
    """The dtype of an operation over values of these dtypes.

    Args:
        *dtypes: Dtypes, or the Python types ``int``, ``float``, ``bool`` for Python scalars.

    Example:

    >>> from keras_core.core.tensors.dtypes import result_type
    >>> result_type("int32", "float16"), result_type("int8", float), result_type("uint8", int)
    ('float16', 'float32', 'uint8')
    """
    if not dtypes:
        return config.floatx()
    return _narrowed(settle(join(*(node_of(d) for d in dtypes))))


_available: frozenset[str] = ALLOWED_DTYPES
_engine_objects: Callable[[], dict[Any, str]] = dict
_int = "int32"


def set_available(
    names: frozenset[str], objects: Callable[[], dict[Any, str]], default_int: str
) -> None:
    """Declare the dtypes that the engine has.

    Args:
        names: Their standard names; `narrow` stays within them.
        objects: Returns the engine's own dtype objects with their standard names.
        default_int: What ``"int"`` stands for.
    """
    global _available, _engine_objects, _int
    _available, _engine_objects, _int = names, objects, default_int


def narrow(dtype: str) -> str:
    """``dtype``, or the one that stands in for it on an engine without it.

    Raises:
        CapabilityError: If none does.
    """
    narrowed = _narrowed(dtype)
    if narrowed not in _available:
        raise _lacking(dtype)
    return narrowed


def _narrowed(dtype: str) -> str:
    while dtype not in _available and dtype in _NARROWED:
        dtype = _NARROWED[dtype]
    return dtype


def _lacking(dtype: str) -> CapabilityError:
    record = current()
    return CapabilityError(
        f"A tensor of dtype {dtype!r}",
        "an engine that has this dtype",
        backend=record.backend.info.name if record else "",
        provider=record.installed.provider if record else "",
        state=f"one with {', '.join(sorted(_available - {'string'}))}",
        cure="Use one of these, or another backend.",
    )


@public("keras.backend.is_float_dtype")
def is_float(dtype: DTypeLike) -> bool:
    """Whether values are real floating-point numbers.

    Args:
        dtype: A dtype, or its name.

    Example:

    >>> import keras_core as keras
    >>> keras.backend.is_float_dtype("bfloat16")
    True
    """
    return standardize_dtype(dtype) in FLOATS


@public("keras.backend.is_int_dtype")
def is_int(dtype: DTypeLike) -> bool:
    """Whether values are integers, signed or not; booleans are none.

    Args:
        dtype: A dtype, or its name.

    Example:

    >>> import keras_core as keras
    >>> keras.backend.is_int_dtype("uint8")
    True
    """
    return standardize_dtype(dtype) in INTS


def float_result(*dtypes: Any) -> str:
    """The dtype of a floating-point operation over values of these dtypes."""
    return result_type(*dtypes, float)


def accumulator(dtype: str) -> str:
    """The dtype that sums and products of ``dtype`` are returned in: small integers widen."""
    if dtype in ("bool", "int8", "int16"):
        return "int32"
    if dtype in ("uint8", "uint16"):
        return narrow("uint32")
    return dtype
