"""Replicas: strategies of `tf.distribute` in the scope of which models are made and fitted."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from keras_backend_tensorflow._engine import tf


class _State(threading.local):
    """Per thread, and each replica has one: its share of the batch, where that is known."""

    def __init__(self) -> None:
        self.share: Any = None


_state = _State()


def in_replica() -> bool:
    """Whether the caller computes in one of several replicas."""
    return tf.distribute.has_strategy() and not tf.distribute.in_cross_replica_context()


def _number() -> int:
    return int(tf.get_static_value(tf.distribute.get_replica_context().replica_id_in_sync_group))


def component(handle: Any) -> Any:
    """The copy of a variable that belongs to the replica."""
    copies = tf.distribute.get_strategy().experimental_local_results(handle)
    return copies[_number()] if len(copies) > 1 else copies[0]


def replica_count() -> int:
    """How many replicas there are, seen from one of them."""
    count: int = tf.distribute.get_strategy().num_replicas_in_sync if in_replica() else 1
    return count


def replica_share() -> Any:
    """The part of the batch that this replica has; None in loops that users write themselves."""
    return _state.share if in_replica() else None


def replica_id() -> int:
    """The number of this replica, 0 outside of any."""
    return _number() if in_replica() else 0


def sum_over_replicas(tensors: list[Any]) -> list[Any]:
    """The sums over all replicas; None stays None."""
    given = [tf.convert_to_tensor(x) for x in tensors if x is not None]
    context = tf.distribute.get_replica_context()
    sums = iter(context.all_reduce(tf.distribute.ReduceOp.SUM, given) if given else ())
    return [None if x is None else next(sums) for x in tensors]


def replicas() -> "Replicas | None":
    """Those of the strategy whose scope is open."""
    strategy = tf.distribute.get_strategy() if tf.distribute.has_strategy() else None
    return None if strategy is None else Replicas(strategy)


class Replicas:
    """The replicas of a strategy."""

    def __init__(self, strategy: Any) -> None:
        self.strategy = strategy

    def scope(self) -> AbstractContextManager[Any]:
        """Where variables are mirrored."""
        scope: AbstractContextManager[Any] = self.strategy.scope()
        return scope

    def owns(self, handle: Any) -> bool:
        """Whether a variable is mirrored here."""
        held: bool = self.strategy.extended.variable_created_in_scope(handle)
        return held

    def run(self, step: Callable[[Any], Any], batch: Any, gather: bool) -> Any:
        """The results of ``step`` on the parts of ``batch``.

        Where there are fewer samples than replicas, some compute one that counts for nothing.
        """
        count = self.strategy.num_replicas_in_sync
        sizes = [
            tf.shape(x, tf.int64)[0]
            for x in tf.nest.flatten(batch)
            if isinstance(x, (tf.Tensor, tf.SparseTensor)) and x.shape.rank
        ]

        def bounds(size: Any) -> tuple[Any, Any]:
            return size * _number() // count, size * (_number() + 1) // count

        def run_part() -> Any:
            if sizes:
                first, end = bounds(sizes[0])
                share = tf.cast(end - first, tf.float32) / tf.cast(sizes[0], tf.float32)
            else:
                first, end, share = 0, 1, tf.constant(1.0 / count)
            before, _state.share = _state.share, share
            try:
                outputs = step(tf.nest.map_structure(part, batch))
            finally:
                _state.share = before
            if gather:
                outputs = tf.nest.map_structure(lambda x: x[: end - first], outputs)
            return outputs, share

        def part(x: Any) -> Any:
            if not isinstance(x, (tf.Tensor, tf.SparseTensor)) or not x.shape.rank:
                return x
            size = tf.shape(x, tf.int64)[0]
            first, end = bounds(size)
            first = tf.minimum(first, tf.maximum(size - 1, 0))
            end = tf.maximum(end, tf.minimum(first + 1, size))
            if isinstance(x, tf.Tensor):
                return x[first:end]
            rest = tf.shape(x, tf.int64)[1:]
            start = tf.concat([[first], tf.zeros_like(rest)], 0)
            return tf.sparse.slice(x, start, tf.concat([[end - first], rest], 0))

        outputs, shares = self.strategy.run(run_part)
        if gather:
            return tf.nest.map_structure(self._gathered, outputs)
        weights = self.strategy.experimental_local_results(shares)
        return tf.nest.map_structure(lambda x: self._mean(x, weights), outputs)

    def _gathered(self, x: Any) -> Any:
        return tf.concat(self.strategy.experimental_local_results(x), 0)

    def _mean(self, x: Any, weights: Any) -> Any:
        values = self.strategy.experimental_local_results(x)
        if not isinstance(values[0], tf.Tensor) or not values[0].dtype.is_floating:
            return values[0]
        return tf.add_n([v * tf.cast(w, v.dtype) for v, w in zip(values, weights, strict=True)])
