"""Python's operators on tensors that have none of their own: they call the core's operations."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

_BINARY = {
    "add": "add",
    "sub": "subtract",
    "mul": "multiply",
    "truediv": "true_divide",
    "floordiv": "floor_divide",
    "mod": "mod",
    "pow": "power",
    "matmul": "matmul",
    "and": "logical_and",
    "or": "logical_or",
    "xor": "logical_xor",
}
_COMPARISONS = {
    "lt": "less",
    "le": "less_equal",
    "gt": "greater",
    "ge": "greater_equal",
    "eq": "equal",
    "ne": "not_equal",
}
_OTHERS = {"neg": "negative", "abs": "abs", "invert": "logical_not", "getitem": "get_item"}

# What NumPy calls its functions of these operators.
_UFUNCS = {
    "divide": "true_divide",
    "remainder": "mod",
    "bitwise_and": "logical_and",
    "bitwise_or": "logical_or",
    "bitwise_xor": "logical_xor",
    "absolute": "abs",
    "invert": "logical_not",
}
_OPERATIONS = frozenset({*_BINARY.values(), *_COMPARISONS.values(), *_OTHERS.values()})


def operation_of(ufunc: Any, method: str, inputs: Sequence[Any], options: Any) -> str | None:
    """The operation that stands for a call of a ufunc, or None if the call is no operator.

    ``array * tensor`` and ``array *= tensor`` reach NumPy first, which asks the operand on the
    right in its ``__array_ufunc__``. An operator that assigns gives its left operand as ``out``;
    the name is then bound to what the operation returns, as with immutable tensors.

    Args:
        ufunc: The ufunc.
        method: How it is called: ``"__call__"``, ``"reduce"``, ...
        inputs: The operands.
        options: The keyword arguments of the call.
    """
    if method != "__call__":
        return None
    if options:
        # `array @= tensor` says which axes are meant: the last two.
        out = options.get("out", (None,))
        if not options.keys() <= {"out", "axes"} or len(out) != 1 or out[0] is not inputs[0]:
            return None
    name = _UFUNCS.get(ufunc.__name__, ufunc.__name__)
    return name if name in _OPERATIONS else None


def add_operators(
    cls: type,
    operations: Mapping[str, Callable[..., Any]],
    comparisons: Sequence[str] = tuple(_COMPARISONS),
) -> None:
    """Give ``cls`` the operators, each of which calls an operation.

    Tensors are values: ``x += y`` binds the name ``x`` to a new tensor, also where ``cls`` inherits
    an operator that writes in place.

    They take precedence over those of NumPy: ``array * tensor`` is the operation too. Other
    functions of NumPy get the values, by ``cls.__array__``.

    Args:
        cls: A class of tensors.
        operations: The operations by name, such as ``"add"``. They are looked up when an operator
            is used, so the mapping may fill up later, as that of `Integration.bind_operators` does.
        comparisons: Which of ``lt le gt ge eq ne`` to add. Without ``eq``, ``==`` is identity.

    Example:

    >>> class Tensor:
    ...     def __init__(self, value):
    ...         self.value = value
    >>> add_operators(Tensor, {"multiply": lambda x, y: Tensor(x.value * y)})
    >>> (Tensor(3) * 2).value
    6
    """

    def calling(op: str, reflected: bool = False) -> Callable[..., Any]:
        def call(self: Any, *others: Any) -> Any:
            if op in ("equal", "not_equal") and (others[0] is None or isinstance(others[0], str)):
                return NotImplemented  # no tensor equals these
            return operations[op](*others, self) if reflected else operations[op](self, *others)

        return call

    def quotient_and_rest(x: Any, y: Any) -> Any:
        return operations["floor_divide"](x, y), operations["mod"](x, y)

    def array_ufunc(self: Any, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        if ufunc.__name__ == "divmod" and method == "__call__" and not options:
            return quotient_and_rest(*inputs)
        op = operation_of(ufunc, method, inputs, options)
        if op in ("equal", "not_equal") and "eq" not in comparisons:
            return op == "not_equal"  # by identity, and an array is no tensor
        if op is not None:
            return operations[op](*inputs)
        if any(isinstance(x, cls) for x in options.get("out", ())):
            raise TypeError(f"NumPy cannot write into a {cls.__name__}. Received: out={self!r}")
        arrays = [x.__array__() if isinstance(x, cls) else x for x in inputs]
        return getattr(ufunc, method)(*arrays, **options)

    cls.__array_ufunc__ = array_ufunc  # type: ignore[attr-defined]
    chosen = {method: _COMPARISONS[method] for method in comparisons}
    for method, op in {**_BINARY, **chosen, **_OTHERS}.items():
        setattr(cls, f"__{method}__", calling(op))
    for method, op in _BINARY.items():
        setattr(cls, f"__r{method}__", calling(op, reflected=True))
        setattr(cls, f"__i{method}__", calling(op))

    cls.__divmod__ = quotient_and_rest  # type: ignore[attr-defined]
    cls.__rdivmod__ = lambda self, other: quotient_and_rest(other, self)  # type: ignore[attr-defined]
