"""The public operations, as the rooms below their declarations use them.

The operators of tensors, conversions and configs need operations that stand above them. They find
them here, where each is bound when it is declared.
"""

from collections.abc import Callable
from typing import Any, NoReturn

Operation = Callable[..., Any]


class Operations:
    """Attributes are the public operations that are declared; ``by_name`` is all of them."""

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
        self.by_name: dict[str, Operation] = {}

    def bind(self, name: str, function: Operation) -> None:
        """Take in an operation that has just been declared.

        Raises:
            ValueError: If there is one of that name.
        """
        if name in self.by_name:
            raise ValueError(f"The operation {name!r} is declared twice")
        self.by_name[name] = function
        setattr(self, name, function)

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(
            f"No operation {name!r} is declared (yet): import `keras_core.ops` first"
        )


operations = Operations()
