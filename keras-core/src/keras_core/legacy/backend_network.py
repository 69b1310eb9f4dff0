"""What `keras.backend` had for layers in Keras 2: convolutions, pooling, activations, losses."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from keras_core import losses, ops, random
from keras_core.core.base.config import epsilon, standardize_data_format
from keras_core.core.base.legacy import legacy
from keras_core.core.tensors import sparse

# -- Activations ----------------------------------------------------------------------


@legacy("keras.backend.relu", today="`keras.activations.relu`")
def relu(x: Any, alpha: float = 0.0, max_value: float | None = None, threshold: float = 0.0) -> Any:
    """x where it reaches a threshold.

    Args:
        x: A tensor.
        alpha: The slope below the threshold.
        max_value: The largest value, None for no limit.
        threshold: Below it, the value is ``alpha * (x - threshold)``.
    """
    out = ops.where(ops.greater_equal(x, threshold), x, alpha * (x - threshold))
    return out if max_value is None else ops.minimum(out, ops.cast(max_value, out.dtype))


@legacy("keras.backend.elu", today="`keras.ops.elu`")
def elu(x: Any, alpha: float = 1.0) -> Any:
    """x where it is positive, ``alpha * (exp(x) - 1)`` elsewhere."""
    return ops.elu(x, alpha)


@legacy("keras.backend.hard_sigmoid", today="`keras.ops.hard_sigmoid`, whose slope is 1/6")
def hard_sigmoid(x: Any) -> Any:
    """``0.2 * x + 0.5``, between 0 and 1."""
    return ops.clip(0.2 * x + 0.5, 0.0, 1.0)


@legacy("keras.backend.sigmoid", today="`keras.ops.sigmoid`")
def sigmoid(x: Any) -> Any:
    """``1 / (1 + exp(-x))``."""
    return ops.sigmoid(x)


@legacy("keras.backend.softmax", today="`keras.ops.softmax`")
def softmax(x: Any, axis: int = -1) -> Any:
    """Exponentials that sum up to 1 along an axis."""
    return ops.softmax(x, axis)


@legacy("keras.backend.softplus", today="`keras.ops.softplus`")
def softplus(x: Any) -> Any:
    """``log(exp(x) + 1)``."""
    return ops.softplus(x)


@legacy("keras.backend.softsign", today="`keras.ops.softsign`")
def softsign(x: Any) -> Any:
    """``x / (abs(x) + 1)``."""
    return ops.softsign(x)


@legacy("keras.backend.tanh", today="`keras.ops.tanh`")
def tanh(x: Any) -> Any:
    """The hyperbolic tangent."""
    return ops.tanh(x)


@legacy("keras.backend.dropout", today="`keras.random.dropout`")
def dropout(x: Any, level: float, noise_shape: Any = None, seed: Any = None) -> Any:
    """Some elements become 0, and the others grow, so that the sum stays on average.

    Args:
        x: A tensor.
        level: Which part becomes 0.
        noise_shape: The shape of the choices; axes of size 1 choose for all of an axis.
        seed: Where the choices come from.
    """
    return random.dropout(x, level, noise_shape, seed)


# -- Convolutions and pooling ---------------------------------------------------------


@legacy("keras.backend.conv1d", today="`keras.ops.conv`")
def conv1d(
    x: Any,
    kernel: Any,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> Any:
    """A convolution over one axis; padding may be ``"causal"``."""
    if padding == "causal":
        rate = dilation_rate if isinstance(dilation_rate, int) else dilation_rate[0]
        widths = [(0, 0), (0, 0), (0, 0)]
        at = 1 if standardize_data_format(data_format) == "channels_last" else 2
        widths[at] = (rate * (kernel.shape[0] - 1), 0)
        x, padding = ops.pad(x, widths), "valid"
    return ops.conv(x, kernel, strides, padding, data_format, dilation_rate)


@legacy("keras.backend.conv2d", today="`keras.ops.conv`")
def conv2d(
    x: Any,
    kernel: Any,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = (1, 1),
) -> Any:
    """A convolution over two axes."""
    return ops.conv(x, kernel, strides, padding, data_format, dilation_rate)


@legacy("keras.backend.conv3d", today="`keras.ops.conv`")
def conv3d(
    x: Any,
    kernel: Any,
    strides: Any = (1, 1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = (1, 1, 1),
) -> Any:
    """A convolution over three axes."""
    return ops.conv(x, kernel, strides, padding, data_format, dilation_rate)


@legacy("keras.backend.conv2d_transpose", today="`keras.ops.conv_transpose`")
def conv2d_transpose(
    x: Any,
    kernel: Any,
    output_shape: Sequence[int | None],
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = (1, 1),
) -> Any:
    """The transpose of a convolution over two axes, which gives results of a shape.

    Args:
        x: The input.
        kernel: ``(height, width, features of the output, features of the input)``.
        output_shape: The shape of the result, with the batch.
        strides: The steps of the convolution whose transpose this is.
        padding: ``"valid"`` or ``"same"``.
        data_format: Where the features are.
        dilation_rate: The distances between the elements of the kernel.
    """
    last = standardize_data_format(data_format) == "channels_last"
    at = slice(1, 3) if last else slice(2, 4)
    steps, rates = ((n, n) if isinstance(n, int) else tuple(n) for n in (strides, dilation_rate))
    extra = []
    for size, want, width, step, rate in zip(
        x.shape[at], list(output_shape)[at], kernel.shape[:2], steps, rates, strict=True
    ):
        reach = rate * (width - 1) + 1
        cut = reach // 2 * 2 if padding == "same" else 0
        extra.append(None if size is None else want - (size - 1) * step - reach + cut)
    given = None if None in extra else tuple(extra)
    return ops.conv_transpose(x, kernel, steps, padding, given, data_format, rates)


@legacy("keras.backend.depthwise_conv2d", today="`keras.ops.depthwise_conv`")
def depthwise_conv2d(
    x: Any,
    depthwise_kernel: Any,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = (1, 1),
) -> Any:
    """A convolution over two axes, of each feature by itself."""
    return ops.depthwise_conv(x, depthwise_kernel, strides, padding, data_format, dilation_rate)


@legacy("keras.backend.separable_conv2d", today="`keras.ops.separable_conv`")
def separable_conv2d(
    x: Any,
    depthwise_kernel: Any,
    pointwise_kernel: Any,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = (1, 1),
) -> Any:
    """A convolution over two axes of each feature by itself, then one that mixes features."""
    return ops.separable_conv(
        x, depthwise_kernel, pointwise_kernel, strides, padding, data_format, dilation_rate
    )


@legacy("keras.backend.pool2d", today="`keras.ops.max_pool` or `keras.ops.average_pool`")
def pool2d(
    x: Any,
    pool_size: Any,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    pool_mode: str = "max",
) -> Any:
    """The largest values or the means (``"max"``, ``"avg"``) of windows over two axes."""
    return _pool(x, pool_size, strides, padding, data_format, pool_mode)


@legacy("keras.backend.pool3d", today="`keras.ops.max_pool` or `keras.ops.average_pool`")
def pool3d(
    x: Any,
    pool_size: Any,
    strides: Any = (1, 1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    pool_mode: str = "max",
) -> Any:
    """The largest values or the means (``"max"``, ``"avg"``) of windows over three axes."""
    return _pool(x, pool_size, strides, padding, data_format, pool_mode)


def _pool(x: Any, size: Any, strides: Any, padding: str, data_format: Any, mode: str) -> Any:
    kinds = {"max": ops.max_pool, "avg": ops.average_pool}
    if mode not in kinds:
        raise ValueError(f"Invalid pooling mode: {mode}. Expected 'max' or 'avg'.")
    return kinds[mode](x, size, strides, padding, data_format)


# -- Padding and sizes ----------------------------------------------------------------


@legacy("keras.backend.temporal_padding", today="`keras.ops.pad`")
def temporal_padding(x: Any, padding: tuple[int, int] = (1, 1)) -> Any:
    """Zeros before and after the middle axis."""
    return ops.pad(x, ((0, 0), tuple(padding), (0, 0)))


def _spatial_padding(x: Any, padding: Any, data_format: str | None) -> Any:
    widths = [tuple(p) for p in padding]
    last = standardize_data_format(data_format) == "channels_last"
    return ops.pad(x, [(0, 0), *widths, (0, 0)] if last else [(0, 0), (0, 0), *widths])


@legacy("keras.backend.spatial_2d_padding", today="`keras.ops.pad`")
def spatial_2d_padding(
    x: Any, padding: Any = ((1, 1), (1, 1)), data_format: str | None = None
) -> Any:
    """Zeros around images."""
    return _spatial_padding(x, padding, data_format)


@legacy("keras.backend.spatial_3d_padding", today="`keras.ops.pad`")
def spatial_3d_padding(
    x: Any, padding: Any = ((1, 1), (1, 1), (1, 1)), data_format: str | None = None
) -> Any:
    """Zeros around volumes."""
    return _spatial_padding(x, padding, data_format)


@legacy("keras.backend.resize_images", today="`keras.ops.image.resize`")
def resize_images(
    x: Any,
    height_factor: int,
    width_factor: int,
    data_format: str,
    interpolation: str = "nearest",
) -> Any:
    """Images, larger by whole factors."""
    at = 1 if data_format == "channels_last" else 2
    if interpolation == "nearest":
        return ops.repeat(ops.repeat(x, height_factor, axis=at), width_factor, axis=at + 1)
    height, width = ops.shape(x)[at : at + 2]
    size = (height * height_factor, width * width_factor)
    return ops.image.resize(x, size, interpolation, data_format=data_format)


@legacy("keras.backend.resize_volumes", today="`keras.ops.repeat`")
def resize_volumes(
    x: Any, depth_factor: int, height_factor: int, width_factor: int, data_format: str
) -> Any:
    """Volumes, larger by whole factors."""
    at = 1 if data_format == "channels_last" else 2
    for axis, factor in enumerate((depth_factor, height_factor, width_factor), at):
        x = ops.repeat(x, factor, axis=axis)
    return x


@legacy("keras.backend.bias_add", today="`keras.ops.add`")
def bias_add(x: Any, bias: Any, data_format: str | None = None) -> Any:
    """A tensor plus a bias.

    Args:
        x: A tensor.
        bias: One number for each feature, or numbers in the shape of x without the batch.
        data_format: Where the features of x are.
    """
    rank = len(x.shape)
    if len(bias.shape) not in (1, rank - 1):
        raise ValueError(
            f"Unexpected bias dimensions {len(bias.shape)}. Expected it to be 1 or {rank - 1}."
        )
    if standardize_data_format(data_format) == "channels_first":
        bias = ops.moveaxis(bias, -1, 0) if len(bias.shape) > 1 else bias
        bias = ops.reshape(bias, (*bias.shape, *[1] * (rank - 1 - len(bias.shape))))
    return ops.add(x, bias)


@legacy("keras.backend.batch_normalization", today="`keras.ops.batch_normalization`")
def batch_normalization(
    x: Any, mean: Any, var: Any, beta: Any, gamma: Any, axis: int = -1, epsilon: float = 1e-3
) -> Any:
    """``(x - mean) * gamma / sqrt(var + epsilon) + beta``.

    Args:
        x: A tensor.
        mean: What is subtracted; it and the following spread against x.
        var: The variances.
        beta: What is added, None for 0.
        gamma: What is multiplied with, None for 1.
        axis: The features of x, where the others are vectors.
        epsilon: Keeps from dividing by 0.
    """

    def spread(value: Any) -> Any:
        if len(getattr(value, "shape", ())) != 1 or axis in (-1, len(x.shape) - 1):
            return value
        return ops.reshape(value, [-1 if i == axis else 1 for i in range(len(x.shape))])

    scale = ops.rsqrt(spread(var) + ops.convert_to_tensor(epsilon, x.dtype))
    if gamma is not None:
        scale = scale * spread(gamma)
    out = (x - spread(mean)) * scale
    return out if beta is None else out + spread(beta)


@legacy("keras.backend.rnn", today="`keras.layers.RNN` or `keras.ops.scan`")
def rnn(
    step_function: Callable[..., Any],
    inputs: Any,
    initial_states: Sequence[Any],
    go_backwards: bool = False,
    mask: Any = None,
    constants: Sequence[Any] | None = None,
    unroll: bool = False,
    input_length: Any = None,
    time_major: bool = False,
    zero_output_for_mask: bool = False,
    return_all_outputs: bool = True,
) -> Any:
    """Call a function for the steps of sequences.

    Args:
        step_function: ``(inputs of a step, states) -> (outputs, states)``.
        inputs: ``(batch, steps, ...)``.
        initial_states: The states of the first step.
        go_backwards: Whether to begin with the last step.
        mask: ``(batch, steps)``; where it is False, outputs and states stay.
        constants: Put behind the states at each step.
        unroll: Whether all steps are compiled together.
        input_length: The number of steps; it follows from the inputs.
        time_major: Whether inputs, outputs and mask have the steps first.
        zero_output_for_mask: Whether outputs are 0 where the mask is False.
        return_all_outputs: False for the last outputs alone.

    Returns:
        The last outputs, all outputs, and the last states.
    """
    constants = list(constants or [])

    def turned(x: Any) -> Any:
        x = ops.convert_to_tensor(x)
        return x if time_major else ops.moveaxis(x, 1, 0)

    steps = turned(inputs)
    held = None if mask is None else ops.cast(turned(mask), "bool")
    if go_backwards:
        steps = ops.flip(steps, 0)
        held = None if held is None else ops.flip(held, 0)
    states = tuple(ops.convert_to_tensor(s) for s in initial_states)
    first, _ = step_function(steps[0], [*states, *constants])

    def chosen(counts: Any, new: Any, old: Any) -> Any:
        shape = (*ops.shape(counts), *[1] * (len(new.shape) - len(counts.shape)))
        return ops.where(ops.reshape(counts, shape), new, old)

    def step(carry: Any, given: Any) -> Any:
        output, states = carry
        x, counts = given if held is not None else (given, None)
        new_output, new_states = step_function(x, [*states, *constants])
        new_states = tuple(new_states)
        if counts is not None:
            seen = ops.zeros_like(output) if zero_output_for_mask else output
            seen = chosen(counts, new_output, seen)
            output = chosen(counts, new_output, output)
            states = tuple(chosen(counts, n, o) for n, o in zip(new_states, states, strict=True))
            return (output, states), seen
        return (new_output, new_states), new_output

    start = (ops.zeros_like(first), states)
    xs = steps if held is None else (steps, held)
    (last, states), outputs = ops.scan(step, start, xs, unroll=unroll or 1)
    if held is not None and zero_output_for_mask:
        last = outputs[-1]
    if not return_all_outputs:
        outputs = ops.expand_dims(last, 0)
    return last, outputs if time_major else ops.moveaxis(outputs, 0, 1), states


# -- Losses ---------------------------------------------------------------------------


@legacy("keras.backend.binary_crossentropy", today="`keras.ops.binary_crossentropy`")
def binary_crossentropy(target: Any, output: Any, from_logits: bool = False) -> Any:
    """The binary cross-entropy of each element."""
    return ops.binary_crossentropy(target, output, from_logits)


@legacy("keras.backend.categorical_crossentropy", today="`keras.ops.categorical_crossentropy`")
def categorical_crossentropy(
    target: Any, output: Any, from_logits: bool = False, axis: int = -1
) -> Any:
    """The cross-entropy of distributions along an axis."""
    return ops.categorical_crossentropy(target, output, from_logits, axis)


@legacy(
    "keras.backend.sparse_categorical_crossentropy",
    today="`keras.ops.sparse_categorical_crossentropy`",
)
def sparse_categorical_crossentropy(
    target: Any,
    output: Any,
    from_logits: bool = False,
    axis: int = -1,
    ignore_class: int | None = None,
) -> Any:
    """The cross-entropy of distributions along an axis, and of classes as numbers.

    Args:
        target: Classes.
        output: Their probabilities, or logits.
        from_logits: Whether these are logits.
        axis: The axis of the classes.
        ignore_class: A class for which the result is 0, None for none.
    """
    target = ops.cast(target, "int32")
    if ignore_class is None:
        return ops.sparse_categorical_crossentropy(target, output, from_logits, axis)
    counts = ops.not_equal(target, ignore_class)
    known = ops.where(counts, target, 0)
    out = ops.sparse_categorical_crossentropy(known, output, from_logits, axis)
    return ops.where(counts, out, ops.zeros_like(out))


@legacy("keras.backend.binary_focal_crossentropy", today="`keras.losses.binary_focal_crossentropy`")
def binary_focal_crossentropy(
    target: Any,
    output: Any,
    apply_class_balancing: bool = False,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
) -> Any:
    """The focal cross-entropy of each element; see `keras.losses.BinaryFocalCrossentropy`."""
    out = losses.binary_focal_crossentropy(
        ops.expand_dims(target, -1),
        ops.expand_dims(output, -1),
        apply_class_balancing=apply_class_balancing,
        alpha=alpha,
        gamma=gamma,
        from_logits=from_logits,
    )
    return ops.reshape(out, ops.shape(output))


@legacy(
    "keras.backend.categorical_focal_crossentropy",
    today="`keras.losses.categorical_focal_crossentropy`",
)
def categorical_focal_crossentropy(
    target: Any,
    output: Any,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    axis: int = -1,
) -> Any:
    """The focal cross-entropy of distributions; see `keras.losses.CategoricalFocalCrossentropy`."""
    return losses.categorical_focal_crossentropy(
        target, output, alpha=alpha, gamma=gamma, from_logits=from_logits, axis=axis
    )


@legacy("keras.backend.ctc_batch_cost", today="`keras.losses.CTC` or `keras.ops.ctc_loss`")
def ctc_batch_cost(y_true: Any, y_pred: Any, input_length: Any, label_length: Any) -> Any:
    """The CTC loss of each sequence, ``(batch, 1)``.

    Args:
        y_true: Labels, ``(batch, labels)``.
        y_pred: Probabilities, ``(batch, steps, classes)``; the last class stands for no label.
        input_length: How many steps count, ``(batch, 1)``.
        label_length: How many labels count, ``(batch, 1)``.
    """
    lengths = (ops.reshape(ops.cast(n, "int32"), (-1,)) for n in (label_length, input_length))
    logits = ops.log(ops.convert_to_tensor(y_pred) + epsilon())
    labels = ops.cast(y_true, "int32")
    loss = ops.ctc_loss(labels, logits, *lengths, mask_index=y_pred.shape[-1] - 1)
    return ops.expand_dims(loss, 1)


@legacy("keras.backend.ctc_decode", today="`keras.ops.ctc_decode`")
def ctc_decode(
    y_pred: Any,
    input_length: Any,
    greedy: bool = True,
    beam_width: int = 100,
    top_paths: int = 1,
) -> Any:
    """The most likely labels of sequences.

    Args:
        y_pred: Probabilities, ``(batch, steps, classes)``; the last class stands for no label.
        input_length: How many steps count, ``(batch,)``.
        greedy: Whether the likeliest class of each step is taken; else the beams are searched.
        beam_width: How many beams are kept.
        top_paths: How many results are given; one, if greedy.

    Returns:
        A list of labels, -1 behind the last of each sequence, and the scores of the results.
    """
    logits = ops.log(ops.convert_to_tensor(y_pred) + epsilon())
    labels, scores = ops.ctc_decode(
        logits,
        ops.cast(input_length, "int32"),
        strategy="greedy" if greedy else "beam_search",
        beam_width=beam_width,
        top_paths=1 if greedy else top_paths,
        mask_index=y_pred.shape[-1] - 1,
    )
    return list(ops.unstack(labels, axis=0)), scores


@legacy("keras.backend.ctc_label_dense_to_sparse", today="labels with their lengths, as they are")
def ctc_label_dense_to_sparse(labels: Any, label_lengths: Any) -> Any:
    """Labels as a sparse tensor, without what is behind the last of each sequence.

    Args:
        labels: ``(batch, labels)``.
        label_lengths: How many labels count, ``(batch,)``.
    """
    labels, lengths = ops.convert_to_numpy(labels), ops.convert_to_numpy(label_lengths)
    counts = np.arange(labels.shape[1])[None] < lengths.reshape(-1, 1)
    where = np.stack(np.nonzero(counts), axis=1)
    return sparse.put_together(sparse.Coo(where, labels[counts], labels.shape))


@legacy("keras.backend.in_top_k", today="`keras.ops.in_top_k(targets, predictions, k)`")
def in_top_k(predictions: Any, targets: Any, k: int) -> Any:
    """Whether each target is among the k largest predictions."""
    return ops.in_top_k(ops.cast(targets, "int32"), predictions, k)


# -- Sparse tensors -------------------------------------------------------------------


@legacy("keras.backend.is_sparse", today="`tensor.sparse` of a symbolic tensor")
def is_sparse(tensor: Any) -> bool:
    """Whether a tensor is sparse."""
    return sparse.is_sparse(tensor)


@legacy("keras.backend.to_dense", today="`keras.ops.convert_to_tensor(x, sparse=False)`")
def to_dense(tensor: Any) -> Any:
    """A dense tensor; one that is dense stays."""
    return ops.convert_to_tensor(tensor, sparse=False) if sparse.is_sparse(tensor) else tensor
