"""The losses and metrics of `compile`, matched with the outputs of the model."""

import inspect
from typing import Any

import numpy as np

from keras_core import losses as losses_module
from keras_core import metrics as metrics_module
from keras_core import ops
from keras_core.engine import tensors, tree
from keras_core.engine.symbolic import KerasTensor


def _is_one(x: Any) -> bool:
    """Whether there is one output, rather than a nest of them."""
    return not tree.is_nested(x)


def match(given: Any, outputs: Any, names: list[str] | None, what: str) -> list[Any]:
    """What was given for the outputs, as a flat list like them.

    Args:
        given: For one output: anything. For several: a list, or a dict by output name or key.
        outputs: The nest of the outputs.
        names: The names of the outputs.
        what: What is matched, for messages.
    """
    flat = tree.flatten(outputs)
    if len(flat) == 1 and _is_one(outputs):
        if isinstance(given, dict) and len(given) == 1:
            return list(given.values())
        return [given]
    keys = _keys(outputs, names)
    if given is None:
        return [None] * len(flat)
    if isinstance(given, dict):
        unknown = [k for k in given if k not in keys and k not in (names or ())]
        if unknown:
            raise ValueError(
                f"In the dict argument `{what}`, the keys {unknown} do not correspond to any model "
                f"output. Expected some of {keys}. Received: {what}={given}"
            )
        by_name = [names[i] if names and i < len(names) else None for i in range(len(flat))]
        return [given.get(k, given.get(n)) for k, n in zip(keys, by_name, strict=True)]
    if isinstance(given, (list, tuple)):
        if len(given) != len(flat):
            raise ValueError(
                f"For a model with multiple outputs, when providing the `{what}` argument as a "
                "list, it should have as many entries as the model has outputs. Received: "
                f"{what}={given} of length {len(given)}, whereas the model has {len(flat)} outputs."
            )
        return list(given)
    return [given] * len(flat)


def _keys(outputs: Any, names: list[str] | None) -> list[str]:
    if isinstance(outputs, dict):
        return [str(path[-1]) for path, _ in tree.flatten_with_path(outputs)]
    flat = tree.flatten(outputs)
    if names and len(names) == len(flat):
        return list(names)
    return [f"output_{i}" for i in range(len(flat))]


def _targets(y: Any, outputs: Any, names: list[str] | None) -> list[Any]:
    """The targets, flat, one for each output."""
    flat = tree.flatten(outputs)
    if isinstance(y, dict):
        if isinstance(outputs, dict):
            return [y.get(k) for k in _keys(outputs, names)]
        missing = [n for n in names or () if n not in y]
        if names and not missing:
            return [y[n] for n in names]
        return match(y, outputs, names, "y")
    values = tree.flatten(y)
    if len(values) != len(flat):
        raise ValueError(
            f"The model has {len(flat)} output(s), but {len(values)} target(s) were given in `y`. "
            "Give a list with a target for each output, or a dict by output name."
        )
    return values


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
        flat = tree.flatten(y_pred)
        if isinstance(self._given, dict) and len(flat) == 1 and self._names:
            unknown = [k for k in self._given if k not in _keys(y_pred, self._names)]
            if unknown:
                raise ValueError(
                    f"Expected keys {self._names} in loss dict, but found "
                    f"loss.keys()={list(self._given)}"
                )
        given = match(self._given, y_pred, self._names, "loss")
        if len(given) == 1 and isinstance(given[0], (list, tuple)):
            given = list(given[0]) if len(given[0]) == 1 else given
        if any(isinstance(g, (list, tuple)) for g in given):
            raise ValueError(
                f"Each output takes one loss. Received: loss={self._given!r} for {len(flat)} "
                "output(s). Add the losses in a function of your own."
            )
        self._losses = [self._as_loss(g) for g in given]
        weights = match(self._weights, y_pred, self._names, "loss_weights")
        self._factors = list(weights)
        if not any(x is not None for x in self._losses):
            raise ValueError("No output has a loss. Give `loss` for one at least in `compile()`.")
        if sum(x is not None for x in self._losses) > 1:
            names = _keys(y_pred, self._names)
            self._trackers = [
                metrics_module.Mean(name=f"{n}_loss") if x is not None else None
                for n, x in zip(names, self._losses, strict=True)
            ]
            self._by_output = self._trackers
            self._trackers = [t for t in self._trackers if t is not None]
        else:  # the loss of the only one is tracked as a whole
            self._by_output = [None] * len(flat)
        self.built = True

    def _as_loss(self, given: Any) -> Any:
        loss = losses_module.get(given)
        if loss is None or isinstance(loss, losses_module.Loss):
            return loss
        if inspect.isclass(loss):
            return loss()
        name = getattr(loss, "__name__", type(loss).__name__)
        return losses_module.LossFunctionWrapper(loss, name=name)

    def check(self, y: Any, y_pred: Any, overridden: bool = False) -> None:
        """Hold targets, which have values, against symbolic outputs.

        Raises:
            ValueError: Saying what does not fit, before the first step.
        """
        if overridden:
            return
        if y is None:
            raise ValueError(_NO_TARGETS)
        if not self.built:
            self.build(None, y_pred)
        names = _keys(y_pred, self._names)
        targets = _targets(y, y_pred, self._names)
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
        targets = _targets(y_true, y_pred, self._names)
        weights = _sample_weights(sample_weight, y_pred, self._names)
        total = None
        for target, output, loss, factor, weight, tracker in zip(
            targets, flat, self._losses, self._factors, weights, self._by_output, strict=True
        ):
            if loss is None:
                continue
            value = loss(target, output, weight)
            if value.shape:
                value = ops.mean(value)
            if tracker is not None:
                tracker.update_state(value, sample_weight=tensors.shape_of(output)[0])
            if factor is not None:
                value = ops.multiply(value, factor)
            total = value if total is None else ops.add(total, value)
        return total


def _sample_weights(sample_weight: Any, y_pred: Any, names: list[str] | None) -> list[Any]:
    flat = tree.flatten(y_pred)
    if sample_weight is None:
        return [None] * len(flat)
    if tree.is_nested(sample_weight):
        return match(sample_weight, y_pred, names, "sample_weight")
    return [sample_weight] * len(flat)


_PAIRWISE = (
    "mean_squared_error mean_absolute_error mean_absolute_percentage_error "
    "mean_squared_logarithmic_error binary_crossentropy categorical_crossentropy huber log_cosh "
    "hinge squared_hinge poisson kl_divergence binary_focal_crossentropy "
    "categorical_focal_crossentropy cosine_similarity categorical_hinge"
).split()


def _check_target(name: str, target: Any, output: KerasTensor, loss: Any) -> None:
    fn = getattr(getattr(loss, "fn", None), "__name__", "")
    if target is None:
        raise ValueError(f"The output {name!r} has a loss, but its target in `y` is None.")
    have = tuple(target.shape)[1:]
    want = output.shape[1:]
    if fn == "sparse_categorical_crossentropy":
        _check_classes(name, target, output, loss)
        return
    if fn not in _PAIRWISE:
        return

    def fits(a: tuple[Any, ...], b: tuple[Any, ...]) -> bool:
        return len(a) == len(b) and all(
            m is None or n is None or m == n for m, n in zip(a, b, strict=True)
        )

    squeezed = want[:-1] if want and want[-1] == 1 else want
    also = have[:-1] if have and have[-1] == 1 else have
    if not (fits(have, want) or fits(have, squeezed) or fits(also, want)):
        hint = ""
        if "categorical" in fn and (have == () or have == (1,)):
            hint = (
                " Integer classes go with the loss 'sparse_categorical_crossentropy'; or turn them "
                "into rows of zeros and ones with `keras.utils.to_categorical`."
            )
        raise ValueError(
            f"The targets of output {name!r} have the shape (batch, "
            f"{', '.join(map(str, have))}), but the outputs (batch, {', '.join(map(str, want))}). "
            f"The loss {fn!r} compares them element by element and does not broadcast.{hint}"
        )


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
    if classes is None or tensors.is_tracing():
        return
    values = tensors.to_numpy(target)
    if not values.size:
        return
    ignored = getattr(loss, "_fn_kwargs", {}).get("ignore_class")
    if ignored is not None:
        values = values[values != ignored]
        if not values.size:
            return
    low, high = values.min(), values.max()
    if np.isfinite(low) and (low < 0 or high >= classes):
        raise ValueError(
            f"The targets of output {name!r} hold class numbers from {low} to {high}, but the "
            f"model has {classes} outputs, for the classes 0 to {classes - 1}. Make the last layer "
            "wider, or number the classes from 0."
        )


class CompileMetrics:
    """The metrics of `compile` as one.

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
        names = _keys(y_pred, self._names)
        self._prefixes = [f"{n}_" if len(flat) > 1 else "" for n in names]
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
        flat = tree.flatten(y_pred)
        if not given:
            return [[] for _ in flat]
        if isinstance(given, dict):
            matched = match(given, y_pred, self._names, "metrics")
        elif len(flat) == 1:
            matched = [given[0] if len(given) == 1 and isinstance(given[0], list) else list(given)]
        elif any(isinstance(g, (list, tuple)) for g in given) or len(given) == len(flat):
            matched = match(list(given), y_pred, self._names, "metrics")
        else:
            raise ValueError(
                "For a model with multiple outputs, when providing the `metrics` argument as a "
                "list, it should have as many entries as the model has outputs. Received: "
                f"metrics={given} of length {len(given)}, whereas the model has {len(flat)} "
                "outputs."
            )
        return [
            [] if m is None else list(m) if isinstance(m, (list, tuple)) else [m] for m in matched
        ]

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
        for held, kind in ((self._plain, ""), (self._weighted, "weighted_")):
            for ms, prefix in zip(held, self._prefixes, strict=True):
                for m in ms:
                    value = m.result()
                    if isinstance(value, dict):
                        out.update({f"{prefix}{k}": v for k, v in value.items()})
                    else:
                        out[_free_name(f"{prefix}{m.name}", f"{prefix}{kind}{m.name}", out)] = value
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
