"""The batches that steps take, from what users give."""

import warnings
from typing import Any

from keras_core.core.base import tree
from keras_core.core.state import placement
from keras_core.core.tensors import native
from keras_core.data.adapters import make_source
from keras_core.data.packing import unpack_x_y_sample_weight as unpack
from keras_core.data.source import Source
from keras_core.data.validation import validated
from keras_core.training.steps import Steps
from keras_core_plugins import check_environment_drift


class Batches(Steps):
    """The part of a trainer that makes data sources and single batches."""

    built: bool

    def _source_of(
        self, *args: Any, validate: bool = False, counts: bool = True, **kwargs: Any
    ) -> Source:
        """A source of batches, without what the model does on the host.

        Args:
            *args: What `make_source` takes.
            validate: Whether values that are not finite are an error.
            counts: Whether processes that compute together must have as many batches.
            **kwargs: What `make_source` takes.
        """
        check_environment_drift()
        source = make_source(*args, **kwargs, stage=self._stage if self._host_stage() else None)
        if counts and (in_force := placement.current()) is not None:
            in_force.check_batches(source.num_batches)
        return validated(source) if validate else source

    def _host_stage(self) -> bool:
        """Whether the model begins with layers that compute on the host."""
        return False

    def _on_host(self, x: Any) -> Any:
        """The inputs of what is compiled, for inputs of the model."""
        raise NotImplementedError

    def _stage(self, batch: Any) -> Any:
        x, *rest = unpack(batch)
        targets = [tree.map_structure(native.convert, v) for v in rest if v is not None]
        return (self._on_host(x), *targets)

    def _one_batch(
        self,
        x: Any,
        y: Any,
        sample_weight: Any,
        class_weight: Any,
        training: bool,
        build: bool = True,
    ) -> Any:
        size = next(int(v.shape[0]) for v in tree.flatten(x) if v is not None)
        source = self._source_of(
            x, y, sample_weight, batch_size=max(size, 1), class_weight=class_weight, counts=False
        )
        if build:
            self._prepare(source, training=training)
        batch = next(iter(source.batches()))
        source.close()
        return batch


NO_BATCH = (
    "`{method}` received a data source that yielded no batch. Check that it is not empty, and that "
    "a generator has not been used up."
)


def warn_of_end(seen: int, source: Source) -> None:
    """Warn of a source that had fewer batches than it said."""
    expected = "" if source.num_batches is None else f" of {source.num_batches}"
    warnings.warn(
        f"Your input ran out of data after {seen}{expected} batches. Make sure that your dataset "
        "or generator can yield all batches of all epochs, or give fewer steps.",
        stacklevel=3,
    )
