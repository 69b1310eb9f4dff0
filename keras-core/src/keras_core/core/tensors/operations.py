"""The public operations, as the rooms below their declarations use them.

The operators of tensors, conversions and configs need operations that stand above them. They find
them here: each is bound when it is declared, and declared when it is first asked for.
"""

import importlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from keras_core.core.base.index import OPERATIONS

Operation = Callable[..., Any]

_PACKAGE = __name__.partition(".")[0]


class _ByName(Mapping[str, Operation]):
    """All operations; the module of one that is looked up is imported."""

    def __init__(self) -> None:
        self.bound: dict[str, Operation] = {}

    def __getitem__(self, name: str) -> Operation:
        if name not in self.bound:
            importlib.import_module(f"{_PACKAGE}.{OPERATIONS[name]}")
        return self.bound[name]

    def __iter__(self) -> Iterator[str]:
        return iter({**OPERATIONS, **self.bound})

    def __len__(self) -> int:
        return len({**OPERATIONS, **self.bound})


class Operations:
    """Attributes are the public operations; ``by_name`` is all of them."""

    add: Operation
    cast: Operation
    convert_to_tensor: Operation
    expand_dims: Operation
    reshape: Operation
    round: Operation
    squeeze: Operation
    stack: Operation
    subtract: Operation

    def __init__(self) -> None:
        self.by_name = _ByName()

    def bind(self, name: str, function: Operation) -> None:
        """Take in an operation that has just been declared.

        Raises:
            ValueError: If there is one of that name.
        """
        if name in self.by_name.bound:
            raise ValueError(f"The operation {name!r} is declared twice")
        self.by_name.bound[name] = function
        setattr(self, name, function)

    def __getattr__(self, name: str) -> Operation:
        try:
            return self.by_name[name]
        except KeyError:
            raise AttributeError(f"No operation {name!r} is declared") from None


operations = Operations()
