"""What functions that make datasets return: ours, or the one of a library, by its name."""

import dataclasses
from typing import Any

from keras_core.core.base import tree
from keras_core.data.pipeline import Pipeline
from keras_core_plugins import ArraySpec, DatasetFormat, catalog, current
from keras_core_plugins.contributions import contributions, gathered

_HOOK = "keras_core_dataset_formats"


class _Default(str):
    """A default that is told from the same word when a user says it."""


DEFAULT = _Default("tf")
"""Keras's default. Unsaid, it stands for the kind of the backend, or else for a `PyDataset`."""


def _grain(elements: Any, spec: Any) -> Any:
    try:
        import grain
    except ImportError as e:
        raise ImportError('`format="grain"` needs grain: pip install grain') from e
    return grain.MapDataset.source(elements).to_iter_dataset()


_OURS = (DatasetFormat(name="grain", build=_grain),)


def built(elements: Pipeline, spec: Any, format: str) -> Any:
    """A dataset of the kind that was asked for.

    Args:
        elements: The dataset.
        spec: A nest of `ArraySpec` for its elements.
        format: `DEFAULT`, ``"tf"`` or ``"grain"``.

    Raises:
        ValueError: If there is no such kind.
        ImportError: If the library that was asked for is not there.
    """
    record = current()
    chosen = None
    if format is DEFAULT:
        own = [] if record is None else contributions(record.installed, _HOOK)
        chosen = next((f for f in own if f.by_default), None)
        if chosen is None:
            return elements
    else:
        found = list(_OURS)
        if record is not None:
            found += gathered(catalog(), record.installed, _HOOK)
            if not any(f.name == format for f in found):
                found += gathered(catalog(), record.installed, _HOOK, others=True)
        chosen = next((f for f in found if f.name == format), None)
        if chosen is None and format not in ("tf", "torch"):
            names = sorted({f.name for f in found} | {"tf", "grain"})
            raise ValueError(f"`format` should be one of {names}. Received: format={format}")
        if chosen is None:
            raise ImportError(
                f'`format="{format}"` needs a plugin that makes such datasets, and none is '
                "installed: pip install the backend of that library, or leave out `format` for a "
                "`keras.utils.PyDataset`."
            )
    dataset = chosen.build(elements, spec)
    for name in ("class_names", "file_paths"):
        if getattr(elements, name) is not None:
            setattr(dataset, name, getattr(elements, name))
    return dataset


def batched(spec: Any) -> Any:
    """The spec of batches of elements."""
    if isinstance(spec, ArraySpec):
        return dataclasses.replace(spec, shape=(None, *spec.shape))
    return tree.map_structure(batched, spec)
