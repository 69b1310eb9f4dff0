"""What a step reports, computed when it is read."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from keras_core.core.tensors import native


class Logs(dict[str, Any]):
    """The logs of a batch, computed when they are first looked at.

    Reading a metric waits for the engine, so a loop that nobody watches does not do it.
    """

    def __init__(self, compute: Callable[[], dict[str, Any]]) -> None:
        super().__init__()
        self._compute: Callable[[], dict[str, Any]] | None = compute

    def _fill(self) -> None:
        if self._compute is not None:
            compute, self._compute = self._compute, None
            super().update(compute())

    def __getitem__(self, key: str) -> Any:
        self._fill()
        return super().__getitem__(key)

    def __iter__(self) -> Iterator[str]:
        self._fill()
        return super().__iter__()

    def __len__(self) -> int:
        self._fill()
        return super().__len__()

    def __contains__(self, key: object) -> bool:
        self._fill()
        return super().__contains__(key)

    def __bool__(self) -> bool:
        self._fill()
        return super().__len__() > 0

    def get(self, key: str, default: Any = None) -> Any:
        self._fill()
        return super().get(key, default)

    def keys(self) -> Any:
        self._fill()
        return super().keys()

    def values(self) -> Any:
        self._fill()
        return super().values()

    def items(self) -> Any:
        self._fill()
        return super().items()

    def copy(self) -> dict[str, Any]:
        self._fill()
        return dict(super().items())

    def __repr__(self) -> str:
        self._fill()
        return super().__repr__()


def _to_float(x: Any) -> Any:
    """A Python number for a scalar, an array for anything else."""
    if isinstance(x, (int, float)):
        return x
    array = native.to_numpy(x)
    return array.item() if array.ndim == 0 else array


def pythonify_logs(logs: Mapping[str, Any] | None) -> dict[str, Any]:
    """Logs in the order of their names, with Python numbers; dicts in them are spread out."""
    out: dict[str, Any] = {}
    for key, value in sorted((logs or {}).items()):
        if isinstance(value, dict):
            out.update(pythonify_logs(value))
        else:
            out[key] = _to_float(value)
    return out
