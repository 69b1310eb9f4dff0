"""What the core computes differently in one of several replicas, each with a part of a batch.

A loss there is that of the part. The gradients of the whole batch are the sums of those of the
replicas, each times its share of the samples; so a mean over the samples needs nothing, and what is
no mean is made to fit here. In a loop that users of an engine write themselves nobody knows the
shares; there the engine's own convention holds, by which gradients are added up as they are.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_core.core import primitives as p
from keras_core.core.tensors import native, runtime


def is_one_of_several() -> bool:
    """Whether this is computed in one of several replicas."""
    return runtime.REPLICA_COUNT() > 1


def _by_hand() -> bool:
    """Whether it is computed in a loop that is not the trainer's."""
    return is_one_of_several() and runtime.REPLICA_SHARE() is None


def _times(x: Any, number: Any) -> Any:
    number = p.const(number, x) if isinstance(number, float) else p.cast(number, p.dtype_of(x))
    return p.multiply(x, number)


def _inverse(share: Any) -> Any:
    """One divided by a share; 1 for a replica without samples, the sums of which are 0."""
    if isinstance(share, float):
        return 1.0 / share if share else 1.0
    one = p.const(1.0, share)
    return p.divide(one, p.where(p.less_equal(share, p.const(0.0, share)), one, share))


def of_mean(mean: Any) -> Any:
    """A mean over the part of this replica, as its loss."""
    return _times(mean, 1.0 / runtime.REPLICA_COUNT()) if _by_hand() else mean


def of_sum(total: Any) -> Any:
    """A sum over the part of this replica, as its loss."""
    share = runtime.REPLICA_SHARE()
    return total if share is None else _times(total, _inverse(share))


def as_seen(loss: Any) -> Any:
    """The mean over the part of this replica that `of_mean` made a loss of, for metrics."""
    return _times(loss, float(runtime.REPLICA_COUNT())) if _by_hand() else loss


def sums_of_all(totals: Sequence[Any]) -> list[Any]:
    """The sums of what all replicas have, of each tensor; with the gradients of the whole batch."""
    if not is_one_of_several():
        return list(totals)
    share = runtime.REPLICA_SHARE()
    if share is None:
        return runtime.SUM_OVER_REPLICAS(list(totals))
    # On the way back what the losses of all replicas say is added up as if each counted the same.
    if isinstance(share, float):
        weight: Any = share * runtime.REPLICA_COUNT()
    else:
        weight = _times(share, float(runtime.REPLICA_COUNT()))
        empty = p.less_equal(share, p.const(0.0, share))
        totals = [p.where(empty, p.zeros_like(x), x) for x in totals]
    sums = runtime.SUM_OVER_REPLICAS([_counted(x, _inverse(weight)) for x in totals])
    return [_counted(x, weight) for x in sums]


def _counted(x: Any, weight: Any) -> Any:
    """``x``, the gradient of which is multiplied by a weight."""
    if isinstance(weight, float) and weight == 1.0:
        return x
    scaled = _times(x, weight)
    stop: Any = runtime.BACKEND.autodiff
    return p.add(scaled, stop.stop_gradient(p.subtract(x, scaled)))


def over_all(means: Sequence[Any]) -> list[Any]:
    """Means over the samples of all replicas, from those over the parts.

    Args:
        means: Tensors, each a mean over what this replica has.
    """
    if not is_one_of_several():
        return list(means)
    share = runtime.REPLICA_SHARE()
    share = 1.0 / runtime.REPLICA_COUNT() if share is None else share
    return sums_of_all([_times(x, share) for x in means])


def gradients_of_all(grads: Sequence[Any]) -> list[Any]:
    """The gradients of the whole batch from those of this replica; None stays None."""
    if not is_one_of_several():
        return list(grads)
    share = runtime.REPLICA_SHARE()
    if share is not None:
        grads = [None if g is None else _times(g, share) for g in grads]
    return runtime.SUM_OVER_REPLICAS(list(grads))


def own_seed(seed: Any) -> Any:
    """A seed, uint32 of shape ``[2]``, from which each replica draws other numbers."""
    number = runtime.REPLICA_ID()
    if not number:
        return seed
    other = np.array([number * 0x9E3779B1 % 2**32, 0], "uint32")
    return p.bitwise_xor(seed, native.convert(other, "uint32"))
