"""A backend that is watched: what it writes into the tensors that it is given is told at once."""

import functools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from keras_core.core.base import tree
from keras_core_plugins import current
from keras_core_plugins.errors import BackendConformanceError
from keras_core_plugins.protocol import Backend


def watched(backend: Backend, kind: str, name: str, function: Any) -> Any:
    """A function of a backend that raises an error if it changes one of its arguments.

    Tensors that have no values yet, since a step is compiled, are not looked at.

    Args:
        backend: The backend.
        kind: ``"primitive"`` or ``"override"``.
        name: What the function is called.
        function: The function.
    """

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        before = list(_values(backend, (args, kwargs)))
        out = function(*args, **kwargs)
        for x, values in before:
            now = np.asarray(backend.tensors.to_numpy(x))
            if now.tobytes() != values.tobytes():
                record = current()
                raise BackendConformanceError(
                    backend.info.name,
                    "" if record is None else record.installed.provider,
                    [
                        f"its {kind} {name}() wrote into a tensor of shape {now.shape} that it "
                        "was given"
                    ],
                )
        return out

    return call


class Watched:
    """The primitives of a backend, each of them watched."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def __getattr__(self, name: str) -> Any:
        made = getattr(self._backend.primitives, name)
        if callable(made):
            made = watched(self._backend, "primitive", name, made)
        setattr(self, name, made)
        return made


def _values(backend: Backend, arguments: Any) -> Iterator[tuple[Any, "np.ndarray[Any, Any]"]]:
    is_tracing: Callable[[], bool] | None = getattr(backend.compiler, "is_tracing", None)
    if is_tracing is not None and is_tracing():
        return
    for x in tree.flatten(arguments):
        if backend.tensors.is_tensor(x):
            try:
                values = np.array(backend.tensors.to_numpy(x))
            except Exception:
                continue  # inside a transformation of the engine: there are no values
            yield x, values
