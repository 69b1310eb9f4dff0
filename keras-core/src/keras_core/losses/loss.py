"""The base class of losses, and how values become one number."""

from collections.abc import Callable
from typing import Any, ClassVar

from keras_core import dtype_policies, ops
from keras_core.core.base import config, tree
from keras_core.core.base.names import auto_name
from keras_core.core.base.public import public
from keras_core.core.execution import replicas
from keras_core.core.objects import serialization
from keras_core.core.tensors import dtypes, masks, native
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.typing import DTypePolicyLike, Tensor, TensorLike, Tensors

_NUMBERS = (bool, int, float)
REDUCTIONS = ("sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none", None)


@public("keras.losses.Loss", "keras.Loss")
class Loss:
    """A number to minimise, from targets and outputs.

    A subclass defines `call`, which returns a value for each sample; the reduction, weights
    and masks are applied to it.

    Args:
        name: A name; made from the class by default.
        reduction: ``"sum_over_batch_size"`` (the same as ``"mean"``), ``"sum"``,
            ``"mean_with_sample_weight"`` (divided by the sum of the weights), or ``"none"``.
        dtype: What is computed in: a dtype or a policy; `floatx` by default.

    Example:

    >>> import keras_core as keras
    >>> class Distance(keras.losses.Loss):
    ...     def call(self, y_true, y_pred):
    ...         return keras.ops.sum(keras.ops.abs(y_true - y_pred), axis=-1)
    >>> float(Distance()([[0.0, 1.0]], [[1.0, 3.0]]))
    3.0
    """

    _keeps_targets = False
    """Whether targets stay integers: class indices need not fit into the computing dtype."""

    def __init__(
        self,
        name: str | None = None,
        reduction: str | None = "sum_over_batch_size",
        dtype: DTypePolicyLike = None,
    ) -> None:
        if reduction not in REDUCTIONS:
            raise ValueError(
                "Invalid value for argument `reduction`. Expected one of "
                f"{set(REDUCTIONS)}. Received: reduction={reduction}"
            )
        self.name = name or auto_name(type(self).__name__)
        self.reduction = reduction
        self._dtype_policy = dtype_policies.get(dtype or config.floatx())
        self._dtype = self._dtype_policy.compute_dtype

    @property
    def dtype(self) -> str:
        """What is computed in."""
        return self._dtype

    def __call__(
        self, y_true: Tensors, y_pred: Tensors, sample_weight: TensorLike | None = None
    ) -> Tensor:
        """The loss.

        Args:
            y_true: Targets.
            y_pred: Outputs; a mask that they have is applied.
            sample_weight: A weight for each sample, or for each value that `call` returns.
        """
        mask = masks.get_mask(y_pred)
        y_pred = tree.map_structure(self._convert, whole(y_pred))
        y_true = tree.map_structure(self._convert_target, whole(y_true))
        if sample_weight is not None:
            sample_weight = convert(sample_weight, self._dtype)
        losses, mask = self._values(y_true, y_pred, sample_weight, mask)
        mask = both(mask, masks.get_mask(losses))
        return reduce_weighted_values(losses, sample_weight, mask, self.reduction, self._dtype)

    def _values(self, y_true: Any, y_pred: Any, sample_weight: Any, mask: Any) -> tuple[Any, Any]:
        """The values that weights and a mask are for, and what is left of the mask."""
        return self.call(y_true, y_pred), mask

    def _convert(self, x: Any) -> Any:
        return convert(x, self._dtype)

    def _convert_target(self, x: Any) -> Any:
        if self._keeps_targets and not dtypes.is_float(_standard(x)):
            return convert(x, None)
        return convert(x, self._dtype)

    def call(self, y_true: Tensors, y_pred: Tensors) -> Tensor:
        """The values of the samples; a subclass defines it."""
        raise NotImplementedError(f"{type(self).__name__} does not define `call()`.")

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        out: dict[str, Any] = {"name": self.name, "reduction": self.reduction}
        if self._dtype_policy.name != config.floatx():
            out["dtype"] = self._dtype_policy.name
        return out

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Loss":
        """A loss from its config."""
        return cls(**config)


def whole(x: Any) -> Any:
    """A tensor for a nested list of numbers; nests of tensors as they are."""
    if isinstance(x, (list, tuple)) and all(isinstance(v, _NUMBERS) for v in tree.flatten(x)):
        return native.convert(x)
    return x


def _standard(x: Any) -> str:
    return ops.dtype(x)


def convert(x: Any, dtype: str | None) -> Any:
    """A tensor of ``dtype``, symbolic or not."""
    if isinstance(x, KerasTensor):
        return x if dtype is None or x.dtype == dtype else ops.cast(x, dtype)
    return native.convert(x, dtype)


@public(
    "keras.src.losses.losses.LossFunctionWrapper",
    also_known_as=("keras.losses.LossFunctionWrapper",),
)
class LossFunctionWrapper(Loss):
    """A loss made from a function of targets and outputs.

    Args:
        fn: ``(y_true, y_pred, **kwargs) -> values``.
        reduction: See `Loss`.
        name: A name; made from the class by default.
        dtype: What is computed in.
        **kwargs: Given to ``fn``.
    """

    _defaults: ClassVar[dict[str, Any]] = {}
    """Options that are part of the config only where they differ: older readers lack them."""

    def __init__(
        self,
        fn: Callable[..., Any],
        reduction: str | None = "sum_over_batch_size",
        name: str | None = None,
        dtype: DTypePolicyLike = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        self.fn = fn
        self._fn_kwargs = kwargs

    def call(self, y_true: Tensors, y_pred: Tensors) -> Tensor:
        """The values of the function, after ranks that differ by an axis of size 1 are evened."""
        if not isinstance(y_pred, (list, tuple, dict)) and not isinstance(
            y_true, (list, tuple, dict)
        ):
            y_true, y_pred = squeeze_or_expand_to_same_rank(y_true, y_pred)
        return self.fn(y_true, y_pred, **self._fn_kwargs)

    def _values(self, y_true: Any, y_pred: Any, sample_weight: Any, mask: Any) -> tuple[Any, Any]:
        return values_for(self.fn, self.call, y_true, y_pred, sample_weight, mask), mask

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        out = super().get_config()
        if type(self) is LossFunctionWrapper:
            out["fn"] = serialization.serialize_keras_object(self.fn)
            out.update(serialization.serialize_keras_object(self._fn_kwargs))
            return out
        for key, value in self._fn_kwargs.items():
            if key not in self._defaults or value != self._defaults[key]:
                out[key] = serialization.serialize_keras_object(value)
        return out

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Loss":
        """A loss from its config."""
        config = {k: serialization.deserialize_keras_object(v) for k, v in config.items()}
        return cls(**config)

    def __repr__(self) -> str:
        return f"<LossFunctionWrapper({self.fn}, kwargs={self._fn_kwargs})>"


# -- Reduction -----------------------------------------------------------------------


def both(a: Any, b: Any) -> Any:
    """True where both masks are, either of which may be None."""
    if a is None or b is None:
        return b if a is None else a
    n = max(native.ndim_of(a), native.ndim_of(b))
    return ops.logical_and(append_axes(a, n), append_axes(b, n))


def append_axes(x: Any, ndim: int) -> Any:
    """``x`` with axes of size 1 behind its own, up to ``ndim``."""
    missing = ndim - native.ndim_of(x)
    if missing <= 0:
        return x
    return ops.reshape(x, (*native.shape_of(x), *(1,) * missing))


def squeeze_or_expand_to_same_rank(x1: Any, x2: Any, expand_rank_1: bool = True) -> tuple[Any, Any]:
    """Even out two ranks that differ by a last axis of size 1.

    Args:
        x1: A tensor.
        x2: A tensor.
        expand_rank_1: Whether a vector gets an axis, rather than the other losing one.
    """
    n1, n2 = native.ndim_of(x1), native.ndim_of(x2)
    if n1 == n2 + 1 and native.static_shape(x1)[-1] == 1:
        if n2 == 1 and expand_rank_1:
            x2 = ops.expand_dims(x2, -1)
        else:
            x1 = ops.squeeze(x1, -1)
    elif n2 == n1 + 1 and native.static_shape(x2)[-1] == 1:
        if n1 == 1 and expand_rank_1:
            x1 = ops.expand_dims(x1, -1)
        else:
            x2 = ops.squeeze(x2, -1)
    return x1, x2


_MEANS: set[Callable[..., Any]] = set()


def mean_of_elements(fn: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a function whose values are means over the last axis of what each element gives."""
    _MEANS.add(fn)
    return fn


def values_for(
    fn: Callable[..., Any],
    call: Callable[[Any, Any], Any],
    y_true: Any,
    y_pred: Any,
    *weights: Any,
) -> Any:
    """The values of a function that its weights are for.

    A weight for each element, rather than for each row of the last axis, needs the value of
    each element: that of a row of its own.

    Args:
        fn: The function.
        call: The function with its options.
        y_true: Targets.
        y_pred: Outputs.
        *weights: Weights and masks; None for none.
    """
    values = call(y_true, y_pred)
    if fn in _MEANS and any(w is not None and _is_finer(w, values) for w in weights):
        y_true, y_pred = squeeze_or_expand_to_same_rank(
            convert(y_true, None), convert(y_pred, None)
        )
        values = call(ops.expand_dims(y_true, -1), ops.expand_dims(y_pred, -1))
    return values


def _is_finer(weight: Any, values: Any) -> bool:
    extra = native.ndim_of(weight) - native.ndim_of(values)
    return extra > 1 or (extra == 1 and native.static_shape(weight)[-1] != 1)


def align_weight(weight: Any, values: Any) -> tuple[Any, Any]:
    """Weights and values of one rank; a weight for each sample goes to the samples.

    Raises:
        ValueError: If the shape of the weights does not broadcast to that of the values.
    """
    nw, nv = native.ndim_of(weight), native.ndim_of(values)
    if not nw or not nv:
        return weight, values
    have, want = native.static_shape(weight), native.static_shape(values)
    if nw == nv + 1 and have[-1] == 1:
        if nv == 1:
            return weight, ops.expand_dims(values, -1)
        weight, nw, have = ops.squeeze(weight, -1), nv, have[:-1]
    if nw < nv and _fits(have, want[:nw]):
        return append_axes(weight, nv), values
    if nw < nv and _fits(have, want[nv - nw :]):
        return ops.reshape(weight, (*(1,) * (nv - nw), *native.shape_of(weight))), values
    if nw > nv or not _fits(have, want):
        raise ValueError(
            "The weights do not fit the values that they are for: their shape has to broadcast "
            f"to that of the values, or to begin like it. Received: weights of shape {have}, "
            f"values of shape {want}."
        )
    return weight, values


def _fits(have: Any, want: Any) -> bool:
    return all(
        a is None or b is None or a == b or 1 in (a, b) for a, b in zip(have, want, strict=True)
    )


def align_mask(mask: Any, values: Any) -> Any:
    """A mask of the rank of the values, which count where any of their elements does."""
    mask, nv = convert(mask, None), native.ndim_of(values)
    extra = native.ndim_of(mask) - nv
    if extra > 0:
        return ops.any(ops.cast(mask, "bool"), axis=tuple(range(nv, nv + extra)))
    return append_axes(mask, nv)


def combine_weights(values: Any, sample_weight: Any, mask: Any, dtype: str) -> tuple[Any, Any]:
    """One weight from weights and a mask, or None; and the values, which it broadcasts to.

    Args:
        values: A tensor.
        sample_weight: Weights that broadcast to it, or one for each sample; or None.
        mask: True where values count; or None.
        dtype: What is computed in.
    """
    if sample_weight is not None:
        sample_weight, values = align_weight(convert(sample_weight, dtype), values)
    if mask is not None:
        mask = ops.cast(align_mask(mask, values), dtype)
        sample_weight = mask if sample_weight is None else ops.multiply(sample_weight, mask)
    return sample_weight, values


def reduce_values(
    values: Any, sample_weight: Any = None, reduction: str | None = "sum_over_batch_size"
) -> Any:
    """One number from values that were weighted already.

    Args:
        values: A tensor.
        sample_weight: The weights, for ``"mean_with_sample_weight"``.
        reduction: See `Loss`.
    """
    if reduction in (None, "none") or not native.ndim_of(values):
        return values
    if reduction == "sum":
        return replicas.of_sum(ops.sum(values))
    if reduction == "mean_with_sample_weight" and sample_weight is not None:
        weights = ops.broadcast_to(sample_weight, native.shape_of(values))
        (mean,) = replicas.over_all([_mean(weights)])
        return replicas.of_mean(ops.divide_no_nan(_mean(values), mean))
    return replicas.of_mean(_mean(values))


def _mean(values: Any) -> Any:
    """The mean, 0 for a replica that has no samples."""
    if not replicas.is_one_of_several():
        return ops.mean(values)
    count: Any = ops.size(values)
    size = ops.cast(count, native.dtype_of(values))
    return ops.divide_no_nan(ops.sum(values), size)


def reduce_weighted_values(
    values: Any,
    sample_weight: Any = None,
    mask: Any = None,
    reduction: str | None = "sum_over_batch_size",
    dtype: Any = None,
) -> Any:
    """Apply a mask and weights to values and reduce them.

    Args:
        values: A tensor.
        sample_weight: Weights that broadcast to it, or one for each sample.
        mask: True where values count.
        reduction: See `Loss`.
        dtype: What is computed in.
    """
    values = convert(values, dtype)
    dtype = native.dtype_of(values)
    weight, values = combine_weights(values, sample_weight, mask, dtype)
    if weight is None:
        return reduce_values(values, None, reduction)
    values = ops.multiply(values, weight)
    if mask is not None and reduction in ("mean", "sum_over_batch_size"):
        # so that the mean over all values is that over the valid ones
        (share,) = replicas.over_all([_mean(ops.cast(align_mask(mask, values), dtype))])
        values = ops.divide(values, ops.maximum(share, config.epsilon()))
    return reduce_values(values, weight, reduction)
