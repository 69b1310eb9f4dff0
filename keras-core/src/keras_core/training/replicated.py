"""A step in several replicas, each of which has a part of the batch."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from keras_core.core.state.variables import Variable
from keras_core_plugins.protocol import Replicas


def replicated(
    step: Callable[[Any], Any],
    spread: Replicas,
    variables: Sequence[Variable],
    metrics: Sequence[Any],
    gather: bool,
) -> Callable[[Any], Any]:
    """``step`` for whole batches.

    What a step returns is put together, or the mean over the replicas. But results of metrics are
    those of the whole batch: they are computed anew from the variables, once these have been
    brought together.

    Args:
        step: A function of a part of a batch.
        spread: The replicas.
        variables: Those that it touches.
        metrics: The metrics whose results it may return by name.
        gather: Whether its results have an axis of samples.

    Raises:
        ValueError: If a variable was made outside of the scope of the replicas.
    """
    strangers = [v for v in variables if not spread.owns(v.engine_variable)]
    if strangers:
        raise ValueError(
            f"{len(strangers)} of {len(variables)} variables of the model, its optimizer "
            "and its metrics were made outside of the scope in which the model was made, "
            f"such as {strangers[0].path!r}: replicas cannot assign them. Make all of "
            "them, and call `compile()`, in the scope."
        )
    align = getattr(spread, "align", None)
    if align is not None:
        align([v.engine_variable for v in variables])

    def run(batch: Any) -> Any:
        found: dict[str, tuple[Any, str | None]] = {}

        def inside(part: Any) -> Any:
            logs = step(part)
            if not isinstance(logs, dict):
                return logs if gather or not isinstance(logs, list) else None
            found.update({k: results[id(v)][:2] for k, v in logs.items() if id(v) in results})
            return {k: v for k, v in logs.items() if k not in found}

        with _noted(metrics) as results:  # around all replicas, which may run in turns
            logs = spread.run(inside, batch, gather)
        for key, (metric, part) in found.items():
            result = metric.result()
            logs[key] = result if part is None else result[part]
        return logs

    return run


@contextmanager
def _noted(metrics: Sequence[Any]) -> Iterator[dict[int, tuple[Any, str | None, Any]]]:
    """By the identity of each result that is computed inside: the metric, and its key if it has."""
    results: dict[int, tuple[Any, str | None, Any]] = {}

    def noting(metric: Any) -> Callable[[], Any]:
        def result() -> Any:
            value = type(metric).result(metric)
            parts = value if isinstance(value, dict) else {None: value}
            results.update({id(v): (metric, key, v) for key, v in parts.items()})
            return value

        return result

    for metric in metrics:
        metric.__dict__["result"] = noting(metric)
    try:
        yield results
    finally:
        for metric in metrics:
            metric.__dict__.pop("result", None)
