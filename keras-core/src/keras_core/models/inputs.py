"""The inputs of a functional model, and how data is matched with them."""

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_core.core.base import tree
from keras_core.core.graph.nodes import history_of
from keras_core.core.tensors import masks, native
from keras_core.core.tensors.symbolic import KerasTensor, shapes_agree
from keras_core.data.texts import host_array
from keras_core.layers.base.input_spec import InputSpec
from keras_core.ops import cast, expand_dims, squeeze


class Inputs:
    """What a functional model takes.

    Args:
        model: The name of the model, for messages.
        nest: The symbolic inputs in their nest.
        names: The names of the input layers, in the order of the flat inputs.
    """

    def __init__(self, model: str, nest: Any, names: Sequence[str]) -> None:
        self._model = model
        self._nest = nest
        self._tensors: list[KerasTensor] = tree.flatten(nest)
        self._paths = [path for path, _ in tree.flatten_with_path(nest)]
        self._names = list(names)
        histories = [history_of(t) for t in self._tensors]
        self._optional = [getattr(h and h.operation, "optional", False) for h in histories]
        self._keys: list[Any] | None = None
        """What each input is called in a dict of data; None in a nest of nests."""
        if all(len(path) < 2 for path in self._paths):
            self._keys = [p[0] for p in self._paths] if isinstance(nest, dict) else self._names

    @property
    def specs(self) -> list[InputSpec] | None:
        """What is demanded of the inputs, None for a nest of nests."""
        if self._keys is None:
            return None
        return [
            InputSpec(shape=(None, *t.shape[1:]), allow_last_axis_squeeze=True, name=key)
            for t, key in zip(self._tensors, self._keys, strict=True)
        ]

    def match(self, data: Any, sizes: bool, on_host: frozenset[int] = frozenset()) -> list[Any]:
        """The data in the order of the flat inputs, in their ranks and dtypes.

        Args:
            data: A tensor, or a nest of tensors.
            sizes: Whether the sizes of all axes but the first have to be those of the inputs.
            on_host: The places of inputs that only layers on the host take: they become arrays.

        Raises:
            ValueError: If data is missing, cannot be matched, or has another shape.
        """
        flat = self._flatten(data)
        for i, (x, wanted) in enumerate(zip(flat, self._tensors, strict=True)):
            if x is None:
                if not self._optional[i]:
                    raise ValueError(
                        f"Input {self._names[i]!r} of model {self._model!r} got None, which only "
                        "an input with `optional=True` may be."
                    )
                continue
            if i in on_host:
                flat[i] = self._adjust_array(i, host_array(x), wanted)
            else:
                x = native.convert(x) if isinstance(x, np.ndarray) else x
                flat[i] = self._adjust(i, x, wanted, sizes)
        return flat

    def _adjust_array(self, index: int, x: Any, wanted: KerasTensor) -> Any:
        ndim = len(wanted.shape)
        if x.ndim == ndim + 1 and x.shape[-1] == 1:
            return x[..., 0]
        if x.ndim == ndim - 1 and wanted.shape[-1] == 1:
            return x[..., None]
        if x.ndim != ndim:
            raise ValueError(
                f"Input {index} with name {self._names[index]!r} of model {self._model!r} is "
                f"incompatible with the model: expected shape={wanted.shape}, found "
                f"shape={x.shape}."
            )
        return x

    def _flatten(self, data: Any) -> list[Any]:
        if not tree.is_nested(data):
            if len(self._tensors) == 1 and not isinstance(self._nest, dict):
                return [data]
            flat = [data]
        elif isinstance(data, dict) and self._keys is not None:
            return self._by_name(data)
        else:
            flat = tree.flatten(data)
        if len(flat) != len(self._tensors):
            raise ValueError(
                f"Model {self._model!r} expected {len(self._tensors)} input(s) "
                f"({', '.join(map(str, self._keys or self._names))}). Received {len(flat)} instead."
            )
        if [path for path, _ in tree.flatten_with_path(data)] != self._paths:
            self._note_structure(data)
        return flat

    def _by_name(self, data: dict[Any, Any]) -> list[Any]:
        keys = self._keys
        assert keys is not None
        missing = [key for key in keys if key not in data]
        if missing:
            raise ValueError(
                f"Missing data for input {missing[0]!r} of model {self._model!r}. You passed a "
                f"dictionary with keys {list(data)}. Expected: {keys}"
            )
        if isinstance(self._nest, dict) and len(data) > len(keys):
            self._note_structure(data)
        return [data[key] for key in keys]

    def _note_structure(self, data: Any) -> None:
        """Warn that the data comes in another nest, or refuse it where that is ambiguous."""
        names = tree.pack_sequence_as(self._nest, self._names)
        received = tree.map_structure(_shown, data)
        text = (
            f"The structure of `inputs` doesn't match that of model {self._model!r}.\n"
            f"Expected: {names}\nReceived: {received}"
        )
        nest = self._nest
        order = list(dict.fromkeys(path[0] for path in self._paths if path))
        if isinstance(nest, dict) and not isinstance(data, dict) and list(nest) != order:
            raise ValueError(
                f"{text}\nGive the data as a dict: the order of a list is that of the sorted keys, "
                "which is not the one in which the inputs were declared."
            )
        warnings.warn(text, stacklevel=2)

    def _adjust(self, index: int, x: Any, wanted: KerasTensor, sizes: bool) -> Any:
        shape = native.static_shape(x)
        if len(shape) == len(wanted.shape) + 1 and shape[-1] == 1:
            x = squeeze(x, -1)
        elif len(shape) == len(wanted.shape) - 1 and wanted.shape[-1] == 1:
            x = expand_dims(x, -1)
        elif len(shape) != len(wanted.shape) or (
            sizes and not shapes_agree(shape[1:], wanted.shape[1:])
        ):
            short = len(shape) == len(wanted.shape) - 1
            raise ValueError(
                f"Input {index} with name {self._names[index]!r} of model {self._model!r} is "
                f"incompatible with the model: expected shape={wanted.shape}, found shape={shape}."
                + (" Did you forget the batch axis?" if short else "")
            )
        if native.dtype_of(x) != wanted.dtype:
            mask = masks.get_mask(x)
            x = (
                cast(x, wanted.dtype)
                if isinstance(x, KerasTensor)
                else native.convert(x, wanted.dtype)
            )
            if mask is not None:
                masks.set_mask(x, mask)
        return x


def _shown(x: Any) -> str:
    return str(x) if x is None else f"Tensor(shape={tuple(getattr(x, 'shape', ()))})"
