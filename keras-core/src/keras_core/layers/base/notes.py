"""What an error in a call of a layer says besides: which layer it was, and what it was given."""

import reprlib
from contextlib import suppress
from typing import Any

from keras_core.core.base import tree

_INTRODUCTION = "While the layer "
_repr = reprlib.Repr()
_repr.maxother = _repr.maxstring = 80


def explain(
    error: BaseException, layer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> None:
    """Note the layer and its arguments at the end of an error's message.

    The innermost layer has the say: an error that has such a note is left as it is.

    Args:
        error: The error, which keeps its type and its message.
        layer: The layer that was called.
        args: Its arguments by position.
        kwargs: Its arguments by name.
    """
    if any(note.startswith(_INTRODUCTION) for note in getattr(error, "__notes__", ())):
        return
    with suppress(Exception):  # what cannot be described must not hide the error
        name = getattr(layer, "_path", None) or getattr(layer, "name", "?")
        lines = [f"{_INTRODUCTION}{name!r} of class {type(layer).__name__} was called with"]
        given = layer.call_signature.by_name(args, kwargs)
        lines += [f"  {key} = {in_words(value)}" for key, value in given.items()]
        error.add_note("\n".join(lines))


def in_words(value: Any) -> str:
    """What was given: tensors, wherever they are in a nest, by shape and dtype."""
    if tree.is_nested(value):
        value = tree.map_structure(_Leaf, value)
        return _repr.repr(value)
    return repr(_Leaf(value))


class _Leaf:
    """Something that is no nest; of a tensor its shape and dtype, whose values would not help."""

    def __init__(self, value: Any) -> None:
        self._value = value

    def __repr__(self) -> str:
        shape, dtype = getattr(self._value, "shape", None), getattr(self._value, "dtype", None)
        if shape is None or dtype is None:
            return _repr.repr(self._value)
        name = getattr(dtype, "name", None) or str(dtype).rpartition(".")[2]
        return f"<{type(self._value).__name__} of shape {tuple(shape)}, {name}>"
