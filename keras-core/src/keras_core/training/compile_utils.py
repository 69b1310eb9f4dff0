"""The losses and metrics of `compile`, matched with the outputs of the model."""

import inspect
from typing import Any

import numpy as np

from keras_core import losses as losses_module
from keras_core import metrics as metrics_module
from keras_core import ops
from keras_core.core.base import tree
from keras_core.core.execution import replicas
from keras_core.core.tensors import native, scopes
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.losses.loss import LossFunctionWrapper


def _spread(
    given: Any, outputs: Any, names: list[str], what: str, single: bool = True
) -> list[Any]:
    """What was given for the outputs, one entry for each output.

    Args:
        given: One thing for all outputs, or a nest like theirs: lists, dicts by key, or a dict by
            the names of the outputs. A list may stand for a dict in the order of its keys.
        outputs: The nest of the outputs.
        names: A name for each output.
        what: The name of the argument, for messages.
        single: Whether an output takes one thing, rather than a list of them.
    """
    count = len(names)
    if not tree.is_nested(outputs):
        while single and isinstance(given, (list, tuple, dict)) and len(given) == 1:
            given = next(iter(given.values() if isinstance(given, dict) else given))
        return [given]
    if given is None or not isinstance(given, (list, tuple, dict)):
        return [given] * count
    parts = _parts(outputs)
    if isinstance(given, dict):
        if isinstance(outputs, dict) and all(k in outputs for k in given):
            entries = [given.get(k) for k in parts]
        elif all(k in names for k in given):
            return _one_each([given.get(n) for n in names], outputs, names, what, single)
        else:
            unknown = [k for k in given if k not in names and k not in parts]
            raise ValueError(
                f"In the dict argument `{what}`, the keys {unknown} do not correspond to any model "
                f"output. Expected some of {names}. Received: {what}={given}"
            )
    elif len(given) == len(parts):
        entries = list(given)
    elif len(given) == count:
        return _one_each(given, outputs, names, what, single)
    else:
        raise ValueError(
            f"For a model with multiple outputs, when providing the `{what}` argument as a "
            "list, it should have as many entries as the model has outputs. Received: "
            f"{what}={given} of length {len(given)}, whereas the model has {count} outputs."
        )
    out: list[Any] = []
    for entry, part in zip(entries, parts.values(), strict=True):
        size = len(tree.flatten(part))
        out += _spread(entry, part, names[len(out) : len(out) + size], what, single)
    return out


def _parts(outputs: Any) -> dict[Any, Any]:
    """The entries of a dict or a list by key or place, in the order of their leaves."""
    if isinstance(outputs, dict):
        return {k: outputs[k] for k in sorted(outputs)}
    return dict(enumerate(outputs))


def _one_each(given: Any, outputs: Any, names: list[str], what: str, single: bool) -> list[Any]:
    leaves = zip(given, tree.flatten(outputs), names, strict=True)
    return [x for g, leaf, n in leaves for x in _spread(g, leaf, [n], what, single)]


def _paths(outputs: Any, names: list[str] | None) -> list[tuple[str, str | None]]:
    """What stands before the name of each output, and the name: None if it has none."""
    paths = [path for path, _ in tree.flatten_with_path(outputs)]
    own: list[Any] = [None] * len(paths)
    if names and len(names) == len(paths):
        own = list(names)
    out = []
    for name, path in zip(own, paths, strict=True):
        folders = "".join(f"{p}/" for p in path[:-1])
        out.append((folders, path[-1] if path and isinstance(path[-1], str) else name))
    return out


def _names(outputs: Any, names: list[str] | None) -> list[str]:
    """A name for each output: keys in dicts, names of layers in lists."""
    return [
        f"{folders}{f'output_{i}' if name is None else name}"
        for i, (folders, name) in enumerate(_paths(outputs, names))
    ]


def _layer_names(outputs: Any, names: list[str] | None) -> list[str]:
    """What a dict may call the outputs."""
    flat = tree.flatten(outputs)
    if names and len(names) == len(flat) and not isinstance(outputs, dict):
        return list(names)
    return _names(outputs, names)


def _targets(
    y: Any, outputs: Any, names: list[str] | None, losses: list[Any] | None = None
) -> list[Any]:
    """The targets, one for each output; outputs without a loss may go without."""
    flat = tree.flatten(outputs)
    if isinstance(y, dict):
        if isinstance(outputs, dict):
            return [
                v for k, part in _parts(outputs).items() for v in _targets(y.get(k), part, None)
            ]
        return _spread(y, outputs, _layer_names(outputs, names), "y")
    if y is None:
        return [None] * len(flat)
    values = tree.flatten(y)
    if len(values) == len(flat):
        return values
    if losses is not None and len(values) == sum(x is not None for x in losses):
        held = iter(values)
        return [None if x is None else next(held) for x in losses]
    raise ValueError(
        f"The model has {len(flat)} output(s), but {len(values)} target(s) were given in `y`. "
        "Give a list with a target for each output, or a dict by output name."
    )


_NO_TARGETS = (
    "The model is compiled with a loss, but no targets were given: `y` is None. Pass `y`, or a "
    "data source that yields `(x, y)`."
)


class CompileLoss:
    """The losses of `compile` as one.

    Args:
        loss: A loss, or a list or dict of them.
        loss_weights: A number for each output, by which its loss counts.
        output_names: The names of the outputs.
    """

    def __init__(
        self, loss: Any, loss_weights: Any = None, output_names: list[str] | None = None
    ) -> None:
        kinds = (list, tuple, dict, float, int, type(None))
        if not isinstance(loss_weights, kinds):
            raise ValueError(
                "Expected `loss_weights` argument to be a float, list, tuple or dict. Received: "
                f"loss_weights={loss_weights!r} (of type {type(loss_weights).__name__})"
            )
        self._given, self._weights, self._names = loss, loss_weights, output_names
        for leaf in tree.flatten(loss):
            losses_module.get(leaf)  # unknown names are found out now
        self.built = False
        self._losses: list[Any] = []
        self._factors: list[Any] = []
        self._trackers: list[Any] = []

    @property
    def metrics(self) -> list[Any]:
        """What tracks the loss of each output, if there are several."""
        return self._trackers

    def build(self, y_true: Any, y_pred: Any) -> None:
        """Match losses with outputs; symbolic tensors will do."""
        names = _names(y_pred, self._names)
        known = _layer_names(y_pred, self._names)
        by_name = isinstance(self._given, dict) and not isinstance(y_pred, dict)
        if by_name and self._names and set(self._given) != set(known):
            raise ValueError(
                f"Expected keys {known} in loss dict, but found "
                f"loss.keys()={list(self._given)}. An output without a loss is given None."
            )
        given = _spread(self._given, y_pred, known, "loss")
        for entry in given:
            if isinstance(entry, (list, tuple, dict)):
                raise ValueError(
                    f"Each output takes one loss. Received: loss={self._given!r} for {len(names)} "
                    "output(s). Add the losses in a function of your own."
                )
        self._losses = [self._as_loss(g) for g in given]
        self._factors = _spread(self._weights, y_pred, known, "loss_weights")
        if not any(x is not None for x in self._losses):
            raise ValueError("No output has a loss. Give `loss` for one at least in `compile()`.")
        self._by_output: list[Any] = [None] * len(names)
        if sum(x is not None for x in self._losses) > 1:  # otherwise the total says it all
            taken: dict[str, None] = {}
            for i, (folders, name) in enumerate(_paths(y_pred, self._names)):
                if self._losses[i] is None:
                    continue
                # outputs without a name are told apart by their losses
                name = name or (given[i] if isinstance(given[i], str) else self._losses[i].name)
                full = f"{folders}{name}_loss"
                full = _free_name(full, full, taken)
                taken[full] = None
                self._by_output[i] = metrics_module.Mean(name=full)
        self._trackers = [t for t in self._by_output if t is not None]
        self.built = True

    def _as_loss(self, given: Any) -> Any:
        loss = losses_module.get(given)
        if loss is None or isinstance(loss, losses_module.Loss):
            return loss
        if inspect.isclass(loss):
            return loss()
        name = getattr(loss, "__name__", type(loss).__name__)
        return LossFunctionWrapper(loss, name=name)

    def check(self, y: Any, y_pred: Any) -> None:
        """Hold targets, which have values, against symbolic outputs.

        Raises:
            ValueError: Saying what does not fit, before the first step.
        """
        if y is None:
            raise ValueError(_NO_TARGETS)
        if not self.built:
            self.build(None, y_pred)
        names = _names(y_pred, self._names)
        targets = _targets(y, y_pred, self._names, self._losses)
        for name, target, output, loss in zip(
            names, targets, tree.flatten(y_pred), self._losses, strict=True
        ):
            if loss is not None:
                _check_target(name, target, output, loss)

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """The sum of the losses of all outputs, weighted."""
        if y_true is None:
            raise ValueError(_NO_TARGETS)
        if not self.built:
            self.build(y_true, y_pred)
        flat = tree.flatten(y_pred)
        targets = _targets(y_true, y_pred, self._names, self._losses)
        weights = _sample_weights(sample_weight, y_pred, self._names)
        total = None
        for target, output, loss, factor, weight, tracker in zip(
            targets, flat, self._losses, self._factors, weights, self._by_output, strict=True
        ):
            if loss is None:
                continue
            value = loss(target, output, weight)
            if native.ndim_of(value):
                value = replicas.of_mean(ops.mean(value))
            if tracker is not None:
                samples = native.shape_of(output)[0]
                tracker.update_state(replicas.as_seen(value), sample_weight=samples)
            if factor is not None:
                value = ops.multiply(value, factor)
            total = value if total is None else ops.add(total, value)
        return total


def _sample_weights(sample_weight: Any, y_pred: Any, names: list[str] | None) -> list[Any]:
    if sample_weight is None:
        return [None] * len(tree.flatten(y_pred))
    return _spread(sample_weight, y_pred, _layer_names(y_pred, names), "sample_weight")


def _check_target(name: str, target: Any, output: KerasTensor, loss: Any) -> None:
    """Try a loss of ours with the shapes, so that what does not fit is said in words."""
    if target is None:
        raise ValueError(f"The output {name!r} has a loss, but its target in `y` is None.")
    fn = getattr(loss, "fn", loss)
    if fn is losses_module.sparse_categorical_crossentropy:
        _check_classes(name, target, output, loss)
    if getattr(losses_module, getattr(fn, "__name__", ""), None) is not fn:
        return
    size = target.shape[0] if target.shape else None
    try:
        with scopes.SymbolicScope():
            loss(
                KerasTensor(tuple(target.shape), native.natural_dtype(target)),
                KerasTensor((size, *output.shape[1:]), output.dtype),
            )
    except ValueError as e:
        hint = ""
        if "categorical" in fn.__name__ and tuple(target.shape[1:]) in ((), (1,)):
            hint = (
                " Integer classes go with the loss 'sparse_categorical_crossentropy'; or turn them "
                "into rows of zeros and ones with `keras.utils.to_categorical`."
            )
        raise ValueError(
            f"The targets of output {name!r} have the shape (batch, "
            f"{', '.join(map(str, target.shape[1:]))}), but the outputs (batch, "
            f"{', '.join(map(str, output.shape[1:]))}), which do not go together in the loss "
            f"{fn.__name__!r}.{hint}"
        ) from e


def _check_classes(name: str, target: Any, output: KerasTensor, loss: Any) -> None:
    axis = getattr(loss, "_fn_kwargs", {}).get("axis", -1)
    classes = output.shape[axis]
    have, want = tuple(target.shape)[1:], output.shape[1:-1]
    if len(have) == len(want) + 1 and have[-1] == 1:
        have = have[:-1]
    if axis in (-1, len(output.shape) - 1) and len(have) != len(want):
        hint = ""
        if have and classes is not None and have[-1] == classes:
            hint = (
                " They look like rows of zeros and ones, which go with the loss "
                "'categorical_crossentropy'."
            )
        raise ValueError(
            f"The targets of output {name!r} should be class numbers of shape (batch"
            f"{''.join(f', {d}' for d in want)}). Received: shape {tuple(target.shape)}.{hint}"
        )
    if classes is None or native.is_tracing():
        return
    values = native.to_numpy(target)
    if not values.size:
        return
    ignored = getattr(loss, "_fn_kwargs", {}).get("ignore_class")
    if ignored is not None:
        values = values[values != ignored]
        if not values.size:
            return
    if values.dtype.kind not in "iub" and (values != np.floor(values)).any():
        wrong = values[values != np.floor(values)][0]
        raise ValueError(
            f"The targets of output {name!r} should be class numbers, which are whole. Received: "
            f"{wrong}. For shares of several classes use a loss such as "
            "'categorical_crossentropy'."
        )
    low, high = values.min(), values.max()
    if np.isfinite(low) and (low < 0 or high >= classes):
        raise ValueError(
            f"The targets of output {name!r} hold class numbers from {low} to {high}, but the "
            f"model has {classes} outputs, for the classes 0 to {classes - 1}. Make the last layer "
            "wider, or number the classes from 0."
        )


class CompileMetrics(metrics_module.Metric):
    """The metrics of `compile` as one, whose result is a dict.

    Args:
        metrics: A list of metrics, or a list or dict of such lists for several outputs.
        weighted_metrics: Metrics that sample weights are applied to.
        output_names: The names of the outputs.
    """

    def __init__(
        self, metrics: Any, weighted_metrics: Any, output_names: list[str] | None = None
    ) -> None:
        for what, given in (("metrics", metrics), ("weighted_metrics", weighted_metrics)):
            if given and not isinstance(given, (list, tuple, dict)):
                raise ValueError(
                    f"Expected {what} argument to be a list, tuple, or dict. Received instead: "
                    f"{what}={given} of type {type(given)}"
                )
        super().__init__(name="compile_metrics")
        self._given = (metrics, weighted_metrics)
        self._names = output_names
        self.built = False
        self._plain: list[list[Any]] = []
        self._weighted: list[list[Any]] = []
        self._prefixes: list[str] = []
        for leaf in [*tree.flatten(metrics or []), *tree.flatten(weighted_metrics or [])]:
            if isinstance(leaf, str) and leaf.lower() not in _AUTOMATIC:
                metrics_module.get(leaf)  # unknown names are found out now

    @property
    def metrics(self) -> list[Any]:
        """All metrics, those without weights first."""
        return [m for held in (self._plain, self._weighted) for ms in held for m in ms]

    @property
    def variables(self) -> list[Any]:
        """The variables of all metrics."""
        return [v for m in self.metrics for v in m.variables]

    def build(self, y_true: Any, y_pred: Any) -> None:
        """Match metrics with outputs; symbolic tensors will do."""
        flat = tree.flatten(y_pred)
        targets: list[Any] = [None] * len(flat)
        if y_true is not None:
            targets = _targets(y_true, y_pred, self._names)
        self._prefixes = [
            f"{folders}{name}_" if name is not None and len(flat) > 1 else folders
            for folders, name in _paths(y_pred, self._names)
        ]
        self._plain, self._weighted = (
            [
                [self._make(m, t, y) for m in ms if m is not None]
                for ms, t, y in zip(self._lists(given, y_pred), targets, flat, strict=True)
            ]
            for given in self._given
        )
        for held in (self._plain, self._weighted):
            for ms, t, y in zip(held, targets, flat, strict=True):
                for m in ms:
                    build = getattr(m, "build", None)
                    if build is not None and t is not None:
                        build(tuple(t.shape), tuple(y.shape))
        self.built = True

    def _lists(self, given: Any, y_pred: Any) -> list[list[Any]]:
        """A list of metrics for each output."""
        names = _layer_names(y_pred, self._names)
        if not given:
            return [[] for _ in names]
        if len(names) == 1:
            return [tree.flatten(given)]
        matched = _spread(given, y_pred, names, "metrics", single=False)
        return [tree.flatten(m) if m is not None else [] for m in matched]

    def _make(self, given: Any, y_true: Any, y_pred: Any) -> Any:
        if isinstance(given, str) and given.lower() in _AUTOMATIC and y_true is not None:
            family = _AUTOMATIC[given.lower()]
            if family == "accuracy":
                return _accuracy(y_true, y_pred, given)
            return _cross_entropy(y_true, y_pred, given)
        found = metrics_module.get(given)
        if inspect.isclass(found):
            found = found()
        if isinstance(found, metrics_module.Metric):
            if isinstance(given, str):
                found.name = given  # results are called what the user called the metric
            return found
        name = given if isinstance(given, str) else getattr(found, "__name__", None)
        name = "lambda" if name == "<lambda>" else name
        return metrics_module.MeanMetricWrapper(found, name=name or type(found).__name__)

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take in a batch."""
        if not self.built:
            self.build(y_true, y_pred)
        flat = tree.flatten(y_pred)
        targets: list[Any] = [None] * len(flat)
        if y_true is not None:
            targets = _targets(y_true, y_pred, self._names)
        weights = _sample_weights(sample_weight, y_pred, self._names)
        for ms, t, y in zip(self._plain, targets, flat, strict=True):
            for m in ms:
                if t is not None:
                    m.update_state(t, y)
        for ms, t, y, w in zip(self._weighted, targets, flat, weights, strict=True):
            for m in ms:
                if t is not None:
                    m.update_state(t, y, sample_weight=w)

    def result(self) -> dict[str, Any]:
        """The results by name; the names of several outputs come before them."""
        out: dict[str, Any] = {}
        for name, m in self.by_name().items():
            value = m.result()
            if isinstance(value, dict):
                prefix = name.removesuffix(m.name)
                out.update({f"{prefix}{k}": v for k, v in value.items()})
            else:
                out[name] = value
        return out

    def by_name(self) -> dict[str, Any]:
        """The metrics by the names of their results."""
        out: dict[str, Any] = {}
        for held, kind in ((self._plain, ""), (self._weighted, "weighted_")):
            for ms, prefix in zip(held, self._prefixes, strict=True):
                for m in ms:
                    out[_free_name(f"{prefix}{m.name}", f"{prefix}{kind}{m.name}", out)] = m
        return out

    def reset_state(self) -> None:
        """Start anew."""
        for m in self.metrics:
            m.reset_state()


def _free_name(name: str, other: str, taken: dict[str, Any]) -> str:
    """``name``, or ``other``, or that with a number: the first that is not taken."""
    if name not in taken:
        return name
    n, candidate = 0, other
    while candidate in taken:
        n += 1
        candidate = f"{other}_{n}"
    return candidate


_AUTOMATIC = {
    "accuracy": "accuracy",
    "acc": "accuracy",
    "crossentropy": "crossentropy",
    "ce": "crossentropy",
}


def _kind(y_true: Any, y_pred: Any) -> str:
    """Which of the three ways to write classes the shapes speak of."""
    y_true_shape, y_pred_shape = tuple(y_true.shape), tuple(y_pred.shape)
    if (len(y_pred_shape) and y_pred_shape[-1] == 1) or not len(y_pred_shape):
        return "binary"
    if len(y_true_shape) < len(y_pred_shape) or (
        len(y_true_shape) == len(y_pred_shape) and y_true_shape[-1] == 1 and y_pred_shape[-1] != 1
    ):
        return "sparse"
    if len(y_pred_shape) == 1:
        return "binary"
    return "categorical"


def _accuracy(y_true: Any, y_pred: Any, name: str) -> Any:
    cls = {
        "binary": metrics_module.BinaryAccuracy,
        "sparse": metrics_module.SparseCategoricalAccuracy,
        "categorical": metrics_module.CategoricalAccuracy,
    }[_kind(y_true, y_pred)]
    return cls(name=name)


def _cross_entropy(y_true: Any, y_pred: Any, name: str) -> Any:
    cls = {
        "binary": metrics_module.BinaryCrossentropy,
        "sparse": metrics_module.SparseCategoricalCrossentropy,
        "categorical": metrics_module.CategoricalCrossentropy,
    }[_kind(y_true, y_pred)]
    return cls(name=name)
