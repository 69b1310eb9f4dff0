"""Masks travel beside tensors: a registry by identity, emptied as the tensors go away.

Tensors of several engines take no attributes, but all can be weakly referenced. Where a tensor
does take attributes, its mask can be read as ``tensor._keras_mask``, as users' code does; while an
engine's compiler traces, that alone holds it, since one that reads Python code, as torch's does,
sees through attributes, but neither through identities nor through weak references.
"""

import weakref
from typing import Any

from keras_core.core.tensors.native import is_tracing

MASKS: dict[int, tuple[Any, Any]] = {}
"""A weak reference and a mask for the id of each tensor that has one; empty where none has."""

EVER: list[bool] = []
"""Holds something once any tensor has had a mask: programs without masks ask no further."""

_bare: set[type] = set()
"""Types of tensors that were found to take no attributes."""


def in_use() -> bool:
    """Whether any tensor may have a mask."""
    # in this order: a compiler that reads Python code would expect as many masks ever after
    return bool(EVER) and (is_tracing() or bool(MASKS))


def set_mask(x: Any, mask: Any) -> None:
    """Attach ``mask`` (bool, True where ``x`` counts) to a tensor, symbolic or not."""
    if mask is not None and not EVER:
        EVER.append(True)
    try:
        x._keras_mask = mask
    except AttributeError:
        _bare.add(type(x))
    else:
        if is_tracing():
            return
    if mask is None:
        MASKS.pop(id(x), None)
        return
    key = id(x)

    def forget(_: Any) -> None:
        MASKS.pop(key, None)

    MASKS[key] = (weakref.ref(x, forget), mask)


def get_mask(x: Any) -> Any:
    """The mask of a tensor, or None."""
    if not EVER:
        return None
    if is_tracing() and type(x) not in _bare:
        return getattr(x, "_keras_mask", None)
    held = MASKS.get(id(x))
    return None if held is None or held[0]() is not x else held[1]
