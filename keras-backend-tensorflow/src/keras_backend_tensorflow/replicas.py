"""Replicas: strategies of `tf.distribute` in the scope of which models are made and fitted."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from keras_backend_tensorflow._engine import tf


class _State(threading.local):
    """Per thread, and each replica has one: its share of the batch, where that is known.

    And what it gives values of its own to, until the end of the step: the variable, the copy that
    is its own, and the value before; with the graph in which the step is traced.
    """

    def __init__(self) -> None:
        self.share: Any = None
        self.before: dict[int, tuple[Any, Any, Any]] = {}
        self.graph: Any = None


_state = _State()


def in_replica() -> bool:
    """Whether the caller computes in one of several replicas."""
    return tf.distribute.has_strategy() and not tf.distribute.in_cross_replica_context()


def joins_processes() -> bool:
    """Whether the strategy whose scope is open has replicas in several processes."""
    strategy = tf.distribute.get_strategy() if tf.distribute.has_strategy() else None
    return isinstance(strategy, tf.distribute.MultiWorkerMirroredStrategy)


def _number() -> int:
    return int(tf.get_static_value(tf.distribute.get_replica_context().replica_id_in_sync_group))


def component(handle: Any) -> Any:
    """The copy of a variable that belongs to the replica."""
    copies = tf.distribute.get_strategy().experimental_local_results(handle)
    return copies[_number() % len(copies)]  # those of this process


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


def adds(handle: Any) -> bool:
    """Whether the replicas' values of a variable are to be added up."""
    if hasattr(handle, "keras_aggregation"):
        return bool(handle.keras_aggregation == "sum")
    return bool(handle.aggregation == tf.VariableAggregation.SUM)


def before_assignment(handle: Any, own: Any, value: Any) -> Any:
    """What to assign to the copy of a variable of which each replica has a value of its own.

    In a step it is that value, until the step ends; in a loop that users write, that of all.
    """
    if _state.share is None:
        before = own.value()
        part = value - before if adds(handle) else value / replica_count()
        return before + _summed(part) if adds(handle) else _summed(part)
    if id(handle) not in _state.before:
        # Before the conditions and loops in which it may be assigned.
        with _state.graph.as_default() if _state.graph is not None else nullcontext():
            _state.before[id(handle)] = handle, own, own.value()
    return value


def _bring_together(share: Any) -> None:
    """Give the variables that replicas gave values of their own that of all of them."""
    changed = list(_state.before.values())
    parts = [
        own.value() - before if adds(handle) else own.value() * tf.cast(share, own.dtype)
        for handle, own, before in changed
    ]
    for (handle, own, before), total in zip(changed, _summed(parts) if parts else (), strict=True):
        own.assign(before + total if adds(handle) else total, read_value=False)


def replicas() -> "Replicas | None":
    """Those of the strategy whose scope is open."""
    strategy = tf.distribute.get_strategy() if tf.distribute.has_strategy() else None
    return None if strategy is None else Replicas(strategy)


class Replicas:
    """The replicas of a strategy.

    Args:
        strategy: The strategy.
        whole: Whether a batch is that of all processes; if not, it is the part of this one.
    """

    def __init__(self, strategy: Any, whole: bool = True) -> None:
        self.strategy = strategy
        self._whole = whole

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
        parts = count if self._whole else len(self.strategy.extended.worker_devices)
        sizes = [
            tf.shape(x, tf.int64)[0]
            for x in tf.nest.flatten(batch)
            if isinstance(x, (tf.Tensor, tf.SparseTensor)) and x.shape.rank
        ]

        def bounds(size: Any) -> tuple[Any, Any]:
            number = _number() % parts
            return size * number // parts, size * (number + 1) // parts

        def run_part() -> Any:
            if sizes:
                first, end = bounds(sizes[0])
                share = tf.cast(end - first, tf.float32)
                share /= tf.cast(sizes[0], tf.float32) if self._whole else _summed(share)
            else:
                first, end, share = 0, 1, tf.constant(1.0 / count)
            before = _state.share, _state.before, _state.graph
            graph = None if tf.executing_eagerly() else tf.compat.v1.get_default_graph()
            _state.share, _state.before, _state.graph = share, {}, graph
            try:
                outputs = step(tf.nest.map_structure(part, batch))
                _bring_together(share)
            finally:
                _state.share, _state.before, _state.graph = before
            if not gather:
                return _means(outputs, share)
            return tf.nest.map_structure(lambda x: _gathered(x[: end - first]), outputs)

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

        outputs = self.strategy.run(run_part)
        local = self.strategy.experimental_local_results
        return tf.nest.map_structure(lambda x: local(x)[0], outputs)


def _summed(x: Any) -> Any:
    return tf.distribute.get_replica_context().all_reduce(tf.distribute.ReduceOp.SUM, x)


def _gathered(x: Any) -> Any:
    """The parts of all replicas along the first axis."""
    return tf.distribute.get_replica_context().all_gather(x, axis=0)


def _means(outputs: Any, share: Any) -> Any:
    """What is counted in floats, as a mean over the replicas, each by its share of the batch."""
    leaves = tf.nest.flatten(outputs)
    kept = [i for i, x in enumerate(leaves) if isinstance(x, tf.Tensor) and x.dtype.is_floating]
    sums = _summed([leaves[i] * tf.cast(share, leaves[i].dtype) for i in kept]) if kept else ()
    for i, total in zip(kept, sums, strict=True):
        leaves[i] = total
    return tf.nest.pack_sequence_as(outputs, leaves)
