"""Cross-entropies."""

from typing import Any

from keras_core.core import primitives as p
from keras_core.core.base import config
from keras_core.core.base.axes import canonical_axis
from keras_core.core.base.public import public
from keras_core.core.dispatch.op import op
from keras_core.core.tensors import native
from keras_core.core.tensors.native import ndim_of
from keras_core.core.tensors.symbolic import shapes_agree
from keras_core.ops.activations import log_softmax, softplus
from keras_core.ops.indexing import one_hot
from keras_core.ops.shaping import squeeze
from keras_core.typing import Tensor, TensorLike


def _clip(x: Any) -> Any:
    eps = config.epsilon()
    return p.minimum(p.maximum(x, p.const(eps, x)), p.const(1.0 - eps, x))


def _complain(name: str, target: Any, output: Any) -> ValueError:
    return ValueError(
        f"Arguments `target` and `output` of `{name}` must have the same shape. Received: "
        f"target.shape={native.static_shape(target)}, output.shape={native.static_shape(output)}"
    )


def _same(a: Any, b: Any) -> bool:
    return shapes_agree(native.static_shape(a), native.static_shape(b))


@public("keras.ops.binary_crossentropy", "keras.ops.nn.binary_crossentropy")
@op("target:float output:float")
def binary_crossentropy(
    target: TensorLike, output: TensorLike, from_logits: bool = False
) -> Tensor:
    """``-(target * log(output) + (1 - target) * log(1 - output))``, element by element.

    Args:
        target: Probabilities, of the shape of ``output``.
        output: Probabilities, or logits.
        from_logits: Whether ``output`` holds logits.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.binary_crossentropy([1.0, 0.0], [0.5, 0.25])).tolist()
    [0.6931..., 0.2876...]
    """
    if not _same(target, output):
        raise _complain("binary_crossentropy", target, output)
    if from_logits:  # max(x, 0) - x * t + log(1 + exp(-|x|))
        return p.subtract(softplus(output), p.multiply(output, target))
    output = _clip(output)
    one = p.const(1, output)
    yes = p.multiply(target, p.log(output))
    no = p.multiply(p.subtract(one, target), p.log(p.subtract(one, output)))
    return p.negative(p.add(yes, no))


def _log_probabilities(output: Any, from_logits: bool, axis: int) -> Any:
    if from_logits:
        return log_softmax(output, axis)
    output = p.divide(output, p.sum(output, (axis,), True))
    return p.log(_clip(output))


@public("keras.ops.categorical_crossentropy", "keras.ops.nn.categorical_crossentropy")
@op("target:float1+ output:float1+ axis:axis")
def categorical_crossentropy(
    target: TensorLike, output: TensorLike, from_logits: bool = False, axis: int = -1
) -> Tensor:
    """``-sum(target * log(output))`` over the axis of the classes.

    Args:
        target: Probabilities, of the shape of ``output``.
        output: Probabilities, or logits.
        from_logits: Whether ``output`` holds logits.
        axis: The axis of the classes.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.categorical_crossentropy([[0.0, 1.0]], [[0.5, 0.5]])).tolist()
    [0.6931...]
    """
    if not _same(target, output):
        raise _complain("categorical_crossentropy", target, output)
    logs = _log_probabilities(output, from_logits, axis)
    return p.negative(p.sum(p.multiply(target, logs), (axis,), False))


@public("keras.ops.sparse_categorical_crossentropy", "keras.ops.nn.sparse_categorical_crossentropy")
@op("target:any output:float1+")
def sparse_categorical_crossentropy(
    target: TensorLike, output: TensorLike, from_logits: bool = False, axis: int = -1
) -> Tensor:
    """``-log(output[target])`` along the axis of the classes.

    Args:
        target: Classes, integers of the shape of ``output`` without the axis.
        output: Probabilities, or logits.
        from_logits: Whether ``output`` holds logits.
        axis: The axis of the classes.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.sparse_categorical_crossentropy([1], [[0.5, 0.5]])).tolist()
    [0.6931...]
    """
    target = target if p.dtype_of(target).startswith(("int", "uint")) else p.cast(target, "int32")
    n = ndim_of(output)
    axis = canonical_axis(axis, n)
    if ndim_of(target) == n and native.static_shape(target)[-1] == 1:
        target = squeeze(target, -1)
    want = [d for i, d in enumerate(native.static_shape(output)) if i != axis]
    have = native.static_shape(target)
    if not shapes_agree(want, have):
        raise ValueError(
            "Arguments `target` and `output` must have the same shape up until the last dimension: "
            f"target.shape={have}, output.shape={native.static_shape(output)}"
        )
    classes = native.static_shape(output)[axis]
    if classes is None:
        raise ValueError("The number of classes must be known.")
    logs = _log_probabilities(output, from_logits, axis)
    hot = one_hot(target, classes, axis=axis, dtype=p.dtype_of(logs))
    return p.negative(p.sum(p.multiply(hot, logs), (axis,), False))
