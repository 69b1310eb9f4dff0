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


def add_operators(
    cls: type,
    operations: Mapping[str, Callable[..., Any]],
    comparisons: Sequence[str] = tuple(_COMPARISONS),
) -> None:
    """Give ``cls`` the operators, each of which calls an operation.

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

    chosen = {method: _COMPARISONS[method] for method in comparisons}
    for method, op in {**_BINARY, **chosen, **_OTHERS}.items():
        setattr(cls, f"__{method}__", calling(op))
    for method, op in _BINARY.items():
        setattr(cls, f"__r{method}__", calling(op, reflected=True))
