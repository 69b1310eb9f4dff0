"""Whose error it is: what engines raise, in the words that are the same on every backend."""

from collections.abc import Callable, Sequence
from typing import Any

from keras_core.core.base import tree
from keras_core.core.tensors import native, runtime
from keras_core.core.tensors.scopes import SymbolicScope
from keras_core.core.tensors.symbolic import SymbolicEscapeError
from keras_core_plugins import current
from keras_core_plugins.errors import shown


def attempt(call: str, rule: str, kind: str, name: str, args: str, indent: str = "    ") -> str:
    """Source that returns ``call``, and explains what it raises; free where it raises nothing."""
    return (
        f"{indent}try:\n"
        f"{indent}    return {call}\n"
        f"{indent}except Exception as error:\n"
        f"{indent}    explain(error, {rule}, {kind!r}, {name!r}, ({args},))\n"
        f"{indent}    raise\n"
    )


def explain(
    error: Exception,
    rule: Callable[..., Any],
    kind: str,
    name: str,
    args: Sequence[Any],
    check: Callable[..., None] | None = None,
) -> None:
    """Raise what inference says to these arguments, on any backend; or note whose error it is.

    Engines check their arguments themselves, so a call that works is not checked twice.
    """
    if any(note.startswith(_BLAME) for note in getattr(error, "__notes__", ())):
        return  # by a primitive that this one calls
    try:
        with SymbolicScope():
            rule(*tree.map_structure(native.as_spec, list(args)))
    except Exception as refusal:
        is_about_values = isinstance(refusal, SymbolicEscapeError)
        if isinstance(refusal, (TypeError, ValueError)) and not is_about_values:
            raise refusal from error
    if check is not None:
        try:
            check(*args)
        except Exception as refusal:
            raise refusal from error
    record = current()
    provider = f" ({record.installed.provider})" if record is not None else ""
    arguments = ", ".join(map(_shown, args))
    error.add_note(f"{_BLAME} {runtime.NAME!r}{provider} ran its {kind} {name}({arguments})")


_BLAME = "Raised while backend"


def _shown(x: Any) -> str:
    if native.is_engine_tensor(x):
        shape = ", ".join("?" if d is None else str(d) for d in native.static_shape(x))
        return f"{native.dtype_of_tensor(x)}[{shape}]"
    if isinstance(x, (list, tuple)) and any(map(native.is_engine_tensor, x)):
        return f"[{', '.join(map(_shown, x))}]"
    return shown(x)
