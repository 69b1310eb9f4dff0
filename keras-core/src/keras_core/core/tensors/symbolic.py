"""Symbolic tensors, and dimensions that are not known yet."""

import itertools
import traceback
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from keras_core.core.base.names import auto_name
from keras_core.core.base.public import public
from keras_core.core.tensors import dtypes, runtime
from keras_core.core.tensors.operations import operations
from keras_core.typing import Axes, DTypeLike, ShapeLike, Tensor
from keras_core_plugins import operators

next_serial = itertools.count().__next__
"""Numbers in the order in which symbolic tensors are made."""


class SymbolicEscapeError(TypeError):
    """A symbolic tensor was given to something that needs values."""


class SymbolicAttributeError(SymbolicEscapeError, AttributeError):
    """A symbolic tensor was asked for something that only tensors of an engine have."""


def is_escape(error: BaseException) -> bool:
    """Whether an error comes of a symbolic tensor in place of one of the engine.

    It may be a `SymbolicEscapeError`, which the engine may have wrapped, an error of the engine's
    own functions, or that of code that asks a shape or a dtype for what those of the engine have.
    """
    if _raised_by_engine(error) or (
        isinstance(error, AttributeError) and isinstance(error.obj, (tuple, str))
    ):
        return True
    seen: set[int] = set()
    rest: list[BaseException | None] = [error]
    while rest:
        e = rest.pop()
        if isinstance(e, SymbolicEscapeError):
            return True
        if e is not None and id(e) not in seen:
            seen.add(id(e))
            rest += [e.__cause__, e.__context__]
    return False


def _raised_by_engine(error: BaseException) -> bool:
    """Whether the code that raised an error is the engine's."""
    engine = runtime.BACKEND.info.engine
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    home = frames[-1].f_globals.get("__name__", "") if frames else ""
    return engine is not None and home.partition(".")[0] == engine.module.partition(".")[0]


class Dim:
    """A dimension that is not known. Arithmetic with it gives another one.

    It equals None, as which the shapes of `KerasTensor`s show it. It remembers how it was
    computed, so that a functional model can compute it again from its inputs.
    """

    __slots__ = ("args", "fn")

    def __init__(self, fn: Any = None, args: tuple[Any, ...] = ()) -> None:
        self.fn = fn  # "dim" of (tensor, axis), "value" of (tensor,), or the name of an operator
        self.args = args

    def __eq__(self, other: object) -> bool:
        return other is None or other is self

    def __hash__(self) -> int:
        return hash(None)

    def __repr__(self) -> str:
        return "None"

    def __index__(self) -> int:
        raise SymbolicEscapeError(
            "The size of this dimension is not known while the model is built. Use "
            "`ops.shape(x)` in computations instead of converting it to an int."
        )

    def _compare(self, other: Any) -> bool:
        raise SymbolicEscapeError(
            "This dimension is not known while the model is built, so it cannot be compared. "
            "Give the input a fixed size, or use `ops.where` on `ops.shape(x)`."
        )

    __lt__ = __le__ = __gt__ = __ge__ = _compare


_DIM_OPERATORS = {
    "add": "add",
    "sub": "subtract",
    "mul": "multiply",
    "floordiv": "floor_divide",
    "mod": "mod",
    "truediv": "divide",
}


def _dim_operator(name: str, reflected: bool) -> Any:
    def apply(self: Dim, other: Any) -> Any:
        args = (other, self) if reflected else (self, other)
        if isinstance(other, (int, Dim)) and name != "truediv":
            return Dim(name, args)
        # a number that is no size
        is_number = isinstance(other, (int, float, Dim))
        run: Any = getattr(operations, _DIM_OPERATORS[name])
        return run(*args) if is_number else NotImplemented

    return apply


for _op in _DIM_OPERATORS:
    setattr(Dim, f"__{_op}__", _dim_operator(_op, False))
    setattr(Dim, f"__r{_op}__", _dim_operator(_op, True))
Dim.__neg__ = lambda self: Dim("sub", (0, self))  # type: ignore[attr-defined]


def is_static(d: Any) -> bool:
    """Whether a dimension is a plain number."""
    return isinstance(d, int)


def shapes_agree(a: Sequence[int | None], b: Sequence[int | None]) -> bool:
    """Whether two shapes may be one: they have as many axes, of equal size where both are known."""
    return a == b or (
        len(a) == len(b)
        and all(m is None or n is None or m == n for m, n in zip(a, b, strict=True))
    )


def standardize_shape(shape: Any) -> tuple[int | None, ...]:
    """``shape`` as a tuple of ints and None.

    Raises:
        ValueError: If it is no sequence, or an entry is neither None nor an int >= 0.
    """
    if isinstance(shape, (int, Dim)) or not hasattr(shape, "__iter__"):
        raise ValueError(
            f"A shape must be a tuple of ints, or None for unknown sizes. Received: {shape!r}"
        )
    out: list[int | None] = []
    for d in shape:
        if d is None or isinstance(d, Dim):
            out.append(None)
            continue
        try:
            n = d.__index__()
        except (AttributeError, TypeError):
            raise ValueError(
                f"Cannot convert {tuple(shape)!r} to a shape: the entry {d!r} is neither an int "
                "nor None."
            ) from None
        if n < 0:
            raise ValueError(
                f"Cannot convert {tuple(shape)!r} to a shape: the entry {n} is negative."
            )
        out.append(n)
    return tuple(out)


if TYPE_CHECKING:
    _Base = Tensor  # operators are added below
else:
    _Base = object


@public("keras.KerasTensor")
class KerasTensor(_Base):
    """A tensor without values: the shape and the dtype of what an operation will return.

    Args:
        shape: A tuple of ints; None for a dimension that is not known.
        dtype: Its dtype by name.
        sparse: Whether the values will be a sparse tensor.
        ragged: Whether the values will be a ragged tensor.
        record_history: Whether operations on it are recorded, so that a model can be made of
            them; True by default. If False, it stands for a shape and a dtype where these are
            inferred, and an operation on it outside of that raises a ValueError.
        name: A name; unique by default.
        **kwargs: ``ragged_rank`` and ``row_splits_dtype``, which are kept as attributes;
            any other name is an error.

    Example:

    >>> import keras_core as keras
    >>> x = keras.KerasTensor((None, 3))
    >>> keras.ops.matmul(x, keras.KerasTensor((3, 5))).shape
    (None, 5)
    """

    def __init__(
        self,
        shape: Sequence[Any],
        dtype: DTypeLike = "float32",
        sparse: bool = False,
        ragged: bool = False,
        record_history: bool = True,
        name: str | None = None,
        **kwargs: int | str | None,
    ) -> None:
        self._ragged_rank = kwargs.pop("ragged_rank", None)
        self._row_splits_dtype = kwargs.pop("row_splits_dtype", None)
        if kwargs:
            raise TypeError(f"Unexpected keyword arguments: {', '.join(kwargs)}")
        self._shape = standardize_shape(shape)
        self._dtype = dtypes.standardize_dtype(dtype)
        self._sparse = bool(sparse)
        self._ragged = bool(ragged)
        if sparse and ragged:
            raise ValueError(
                "KerasTensor cannot have `sparse=True` and `ragged=True` at the same time."
            )
        self._name = name
        self.serial = next_serial()
        self.record_history = record_history

    @property
    def name(self) -> str:
        """The name; made when it is first asked for, as most tensors need none."""
        if self._name is None:
            self._name = auto_name("keras_tensor")
        return self._name

    @name.setter
    def name(self, value: str) -> None:
        self._name = value

    @property
    def shape(self) -> tuple[int | None, ...]:
        """A tuple of ints, and None for dimensions that are not known."""
        return self._shape

    @property
    def dtype(self) -> str:
        """The dtype by name."""
        return self._dtype

    @property
    def sparse(self) -> bool:
        """Whether the values will be a sparse tensor."""
        return self._sparse

    @property
    def ragged(self) -> bool:
        """Whether the values will be a ragged tensor."""
        return self._ragged

    @property
    def ragged_rank(self) -> int | None:
        """How many axes of a ragged tensor vary; None if that is not known."""
        return self._ragged_rank

    @property
    def row_splits_dtype(self) -> str | None:
        """The dtype of the numbers by which a ragged tensor is cut into rows; None for any."""
        return self._row_splits_dtype

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self._shape)

    # A copy belongs to no graph until what holds the graph enters it there; see `models.function`.

    def __getstate__(self) -> dict[str, Any]:
        return {k: v for k, v in self.__dict__.items() if k != "_keras_history"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.serial = next_serial()  # the numbers of another process mean nothing here

    def __deepcopy__(self, memo: dict[int, Any]) -> "KerasTensor":
        twin = type(self).__new__(type(self))
        memo[id(self)] = twin
        twin.__dict__.update(self.__getstate__())  # its number, too: functions may hold it
        return twin

    def reshape(self, newshape: ShapeLike) -> Tensor:
        """See `ops.reshape`."""
        return operations.reshape(self, newshape)

    def squeeze(self, axis: Axes = None) -> Tensor:
        """See `ops.squeeze`."""
        return operations.squeeze(self, axis)

    def __repr__(self) -> str:
        return (
            f"<KerasTensor shape={self.shape}, dtype={self.dtype}, sparse={self.sparse}, "
            f"ragged={self.ragged}, name={self.name}>"
        )

    def __len__(self) -> int:
        if not self._shape or self._shape[0] is None:
            raise escape(self, "`len()`")
        return self._shape[0]

    def __iter__(self) -> Iterator[Tensor]:
        if not self._shape or self._shape[0] is None:
            raise SymbolicEscapeError(
                "A symbolic tensor can be iterated only over an axis of known size. "
                f"Received: {self!r}"
            )
        return (self[i] for i in range(self._shape[0]))

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        raise escape(self, "NumPy")

    def __tf_tensor__(self, *args: Any, **kwargs: Any) -> Any:
        raise escape(self, "TensorFlow")

    @property
    def __jax_array__(self) -> Any:  # JAX only looks whether it is there
        raise escape(self, "JAX")

    @classmethod
    def __torch_function__(cls, func: Any, *args: Any, **kwargs: Any) -> Any:
        raise SymbolicEscapeError(
            f"A symbolic `KerasTensor` has no values, so it cannot be given to {func}. Wrap "
            "the call in a layer."
        )

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # what other code asks about, such as a history or a protocol
            raise AttributeError(name)
        raise SymbolicAttributeError(
            f"A symbolic `KerasTensor` has no attribute {name!r}. Use a function of `keras.ops`, "
            "or wrap what needs a tensor of the engine in a layer."
        )

    def __bool__(self) -> bool:
        raise escape(self, "a Python condition")

    def __int__(self) -> int:
        raise escape(self, "`int()`")

    def __float__(self) -> float:
        raise escape(self, "`float()`")

    def __index__(self) -> int:
        raise escape(self, "an index")


def escape(x: "KerasTensor", what: str) -> SymbolicEscapeError:
    """The error for a symbolic tensor that was given to what needs values."""
    return SymbolicEscapeError(
        f"A symbolic `KerasTensor` has no values, so it cannot be given to {what}. "
        "It stands for the inputs and outputs of layers and of `keras.ops` functions while "
        "a model is built. To use something else, wrap it in a layer:\n\n"
        "class MyLayer(keras.layers.Layer):\n"
        "    def call(self, x):\n"
        "        return ...\n\n"
        f"Received: {x!r}"
    )


def add_operators(cls: type, comparisons: Sequence[str]) -> None:
    """Give ``cls`` the operators, each of which calls the public operation."""
    operators.add_operators(cls, operations.by_name, comparisons)
    setattr(  # noqa: B010
        cls,
        "__round__",
        lambda self, ndigits=None: operations.round(self, decimals=ndigits or 0),
    )


# Symbolic tensors are kept in sets and dicts by identity, so == stays identity for them.
add_operators(KerasTensor, ("lt", "le", "gt", "ge"))


@public("keras.backend.is_keras_tensor", "keras.utils.is_keras_tensor")
def is_keras_tensor(x: object) -> bool:
    """Whether ``x`` is a symbolic tensor.

    Args:
        x: Anything.

    Example:

    >>> import keras_core as keras
    >>> keras.utils.is_keras_tensor(keras.KerasTensor((2, 3)))
    True
    """
    return isinstance(x, KerasTensor)
