"""How tensors take part in the core's differentiation: their operators can be recorded."""

from collections.abc import Callable, Mapping
from typing import Any

from tinygrad import Tensor

from keras_backend_tinygrad.tensors import EngineTensor, plain, view

_operators: Mapping[str, Callable[..., Any]] = {}
_is_recording: Callable[[], bool] = bool


def bind_operators(
    operators: Mapping[str, Callable[..., Any]], is_recording: Callable[[], bool]
) -> None:
    """Take the functions that operators call while ``is_recording()``."""
    global _is_recording, _operators
    _operators = operators
    _is_recording = is_recording


traceable = view


_KNOWN = (Tensor, bool, int, float)


def _route(method: str, operation: str = "", reflected: bool = False) -> None:
    native = getattr(Tensor, method, None)
    if native is None:
        return

    def call(self: Any, *others: Any) -> Any:
        fn = _operators.get(operation)
        if fn is None or not _is_recording():
            if method != "__getitem__" and not all(isinstance(x, _KNOWN) for x in others):
                return NotImplemented  # a variable, which has operators of its own
            return native(plain(self), *map(plain, others))
        return fn(*others, self) if reflected else fn(self, *others)

    setattr(EngineTensor, method, call)


for _method, _operation in {
    "add": "add",
    "sub": "subtract",
    "mul": "multiply",
    "truediv": "true_divide",
    "floordiv": "floor_divide",
    "mod": "mod",
    "pow": "power",
    "matmul": "matmul",
}.items():
    _route(f"__{_method}__", _operation)
    _route(f"__r{_method}__", _operation, reflected=True)
_route("__neg__", "negative")
_route("__abs__", "abs")
_route("__getitem__", "get_item")
for _method in "lt le gt ge eq ne and or xor".split():  # they have no gradient
    _route(f"__{_method}__")
EngineTensor.__hash__ = Tensor.__hash__  # type: ignore[method-assign]
