"""Connectionist temporal classification (Graves et al., 2006)."""

from typing import Any

from keras_core.core import primitives as p
from keras_core.core.base.public import public
from keras_core.core.dispatch.op import op
from keras_core.core.tensors import native
from keras_core.core.tensors.concrete import at_hand, check_range
from keras_core.core.tensors.native import shape_of
from keras_core.ops.activations import log_softmax
from keras_core.ops.control_flow import scan
from keras_core.ops.indexing import one_hot, take_along_axis
from keras_core.ops.numbers import logaddexp
from keras_core.ops.reductions import dimension_tensor, logsumexp
from keras_core.ops.shaping import expand_dims, moveaxis, slice_axis
from keras_core.ops.sorting import argsort, top_k
from keras_core.typing import Tensor, TensorLike

_IMPOSSIBLE = -1e5  # the logarithm of a probability of 0: finite, hence with finite gradients


def _check(name: str, outputs: Any, *rest: tuple[str, Any, int]) -> None:
    """That the tensors have the ranks that they should, and one batch size."""
    batch = native.static_shape(outputs)[:1]
    for label, x, n in (("outputs", outputs, 3), *rest):
        shape = native.static_shape(x)
        if len(shape) != n or (batch[0] and shape[0] and shape[0] != batch[0]):
            raise ValueError(
                f"`{name}` expected a tensor of rank {n} for the {label}, with the batch first, "
                f"which has {batch[0] if batch else None} samples. Received: shape {shape}"
            )


def _wide(x: Any) -> Any:
    """Half precision is too coarse for sums over the steps."""
    return p.cast(x, "float32") if p.dtype_of(x) in ("float16", "bfloat16") else x


def _active(lengths: Any, steps: Any) -> Any:
    """Whether a step is one of the sequence, ``(batch, steps)``."""
    places = p.reshape(p.arange(0, steps, 1, "int32"), (1, steps))
    return p.less(places, expand_dims(p.cast(lengths, "int32"), 1))


def _labelled(
    target: Any, output: Any, target_length: Any, output_length: Any, mask_index: int
) -> tuple[Any, ...]:
    """What is behind the labels is made blanks; it need not be classes."""
    _check(
        "ctc_loss", output, ("target", target, 2), ("target_length", target_length, 1),
        ("output_length", output_length, 1),
    )  # fmt: skip
    count, (_, steps, classes) = shape_of(target)[1], native.static_shape(output)
    most = native.static_shape(target)[1]
    check_range("ctc_loss", "target_length", at_hand(target_length), 0, most)
    check_range("ctc_loss", "output_length", at_hand(output_length), 0, steps)
    target = p.where(_active(target_length, count), target, p.const(mask_index, target))
    check_range("ctc_loss", "target", at_hand(target), 0, classes and classes - 1, IndexError)
    return target, output, target_length, output_length, mask_index


@public("keras.ops.ctc_loss", "keras.ops.nn.ctc_loss")
@op("target:int output:float target_length:int output_length:int", prepare=_labelled)
def ctc_loss(
    target: TensorLike,
    output: TensorLike,
    target_length: TensorLike,
    output_length: TensorLike,
    mask_index: int = 0,
) -> Tensor:
    """The negative logarithm of the probability of label sequences without alignment.

    Args:
        target: Labels ``(batch, max_labels)``, integers.
        output: Logits ``(batch, max_steps, classes)``.
        target_length: How many labels there are, ``(batch,)``.
        output_length: How many steps there are, ``(batch,)``.
        mask_index: The class that stands for no label.

    Returns:
        A tensor ``(batch,)``, of float32 where the output is of half precision; about 1e5 where
        the steps are too few for the labels.

    Raises:
        ValueError: If the shapes do not fit, or lengths; where values are at hand.
        IndexError: If a label is no class; where values are at hand.

    Example:

    >>> from keras_core import ops
    >>> loss = ops.ctc_loss([[1, 2]], ops.zeros((1, 2, 3)), [2], [2])
    >>> round(float(loss[0]), 4)  # one alignment of two steps: 2 log 3
    2.1972
    """
    scores = log_softmax(_wide(output))
    b, steps, _ = shape_of(output)
    count = shape_of(target)[1]
    # blanks between the labels and around them
    labels = p.cast(target, "int32")
    pairs = p.concatenate([p.full((b, count, 1), mask_index, "int32"), expand_dims(labels, 2)], 2)
    ends = p.full((b, 1), mask_index, "int32")
    states = p.concatenate([p.reshape(pairs, (b, 2 * count)), ends], 1)
    size = 2 * count + 1
    emitted = take_along_axis(scores, expand_dims(states, 1), 2)

    impossible = p.const(_IMPOSSIBLE, scores)

    def shifted(x: Any, by: int, fill: float) -> Any:
        return slice_axis(p.pad(x, ((0, 0), (by, 0)), fill), 1, 0, size)

    same = p.equal(states, shifted(states, 2, mask_index))
    before = p.concatenate(
        [p.full((b, 1), 0, p.dtype_of(scores)), p.full((b, size - 1), _IMPOSSIBLE,
         p.dtype_of(scores))], 1,
    )  # fmt: skip

    def step(alpha: Any, x: Any) -> Any:
        emission, active = x
        skipped = p.where(same, impossible, shifted(alpha, 2, _IMPOSSIBLE))
        arrived = logaddexp(logaddexp(alpha, shifted(alpha, 1, _IMPOSSIBLE)), skipped)
        return p.where(expand_dims(active, 1), p.add(arrived, emission), alpha), None

    active = p.transpose(_active(output_length, steps), (1, 0))
    alpha, _ = scan(step, before, (moveaxis(emitted, 1, 0), active))

    final = expand_dims(p.add(*(p.cast(target_length, "int32"),) * 2), 1)
    zero = p.const(0, final)
    at_blank = take_along_axis(alpha, final, 1)
    previous = p.maximum(p.subtract(final, p.const(1, final)), zero)
    at_label = p.where(p.less(zero, final), take_along_axis(alpha, previous, 1), impossible)
    return p.negative(p.reshape(logaddexp(at_blank, at_label), (b,)))


def _compact(labels: Any, keep: Any) -> Any:
    """The labels that are kept, at the front of the last axis; -1 behind them."""
    labels = p.where(keep, labels, p.const(-1, labels))
    return take_along_axis(labels, argsort(p.logical_not(keep)), 1)


def _greedy(x: Any, active: Any, merge: bool, blank: int) -> tuple[Any, Any]:
    b, steps, _ = shape_of(x)
    best = p.cast(p.argmax(x, 2), "int32")
    keep = p.logical_and(active, p.logical_not(p.equal(best, p.const(blank, best))))
    if merge:
        previous = slice_axis(p.pad(best, ((0, 0), (1, 0)), -1), 1, 0, steps)
        keep = p.logical_and(keep, p.logical_not(p.equal(best, previous)))
    top = p.max(x, (2,), False)
    score = p.sum(p.where(active, top, p.zeros_like(top)), (1,), True)
    return p.reshape(_compact(best, keep), (1, b, steps)), p.negative(score)


_FACTORS = (1000003, 69069)  # two hashes of a prefix, 64 bits in all


def _beam_search(x: Any, active: Any, width: int, top_paths: int, blank: int) -> tuple[Any, Any]:
    """The most probable prefixes, those that end in a blank apart from those that do not."""
    b, steps, classes = shape_of(x)
    scores = log_softmax(x)
    dtype = p.dtype_of(scores)
    none = -1e30
    impossible = p.const(none, scores)
    places = p.reshape(p.arange(0, steps, 1, "int32"), (1, 1, steps))
    letters = p.reshape(p.arange(0, classes, 1, "int32"), (1, 1, classes))
    first = p.concatenate([p.full((b, 1), 0, dtype), p.full((b, width - 1), none, dtype)], 1)
    # a prefix: its labels, how many, the last one, hashes of it and of what precedes the last
    state = {
        "path": p.full((b, width, steps), -1, "int32"),
        "length": p.full((b, width), 0, "int32"),
        "last": p.full((b, width), -1, "int32"),
        "hashes": tuple(p.full((b, width), 0, "int32") for _ in _FACTORS),
        "parents": tuple(p.full((b, width), -1, "int32") for _ in _FACTORS),
        "blank": first,
        "label": p.full((b, width), none, dtype),
    }

    def pick(v: Any, at: Any) -> Any:
        return take_along_axis(v, at, 1)

    def step(s: Any, given: Any) -> Any:
        emission, active = given
        active = expand_dims(active, 1)
        total = logaddexp(s["blank"], s["label"])
        last = s["last"]
        is_empty = p.less(last, p.const(0, last))
        known = p.maximum(last, p.const(0, last))
        of_last = p.where(is_empty, impossible, take_along_axis(emission, known, 1))
        of_blank = slice_axis(emission, 1, blank, blank + 1)
        emission = expand_dims(emission, 1)
        # the prefix stays: by a blank, or by its last label again
        stay_blank = p.add(total, of_blank)
        stay_label = p.add(s["label"], of_last)
        # or it grows by a label; by its last one only after a blank
        hot = one_hot(last, classes, dtype="bool")
        grown = p.add(p.where(hot, expand_dims(s["blank"], 2), expand_dims(total, 2)), emission)
        grown = p.where(p.equal(letters, p.const(blank, letters)), impossible, grown)
        # a prefix that grew to another of the beam becomes that one
        becomes = p.logical_not(expand_dims(is_empty, 1))
        for own, parent in zip(s["hashes"], s["parents"], strict=True):
            same = p.equal(expand_dims(own, 2), expand_dims(parent, 1))
            becomes = p.logical_and(becomes, same)
        longer = p.add(s["length"], p.const(1, s["length"]))
        same = p.equal(expand_dims(longer, 2), expand_dims(s["length"], 1))
        becomes = p.logical_and(becomes, same)  # (b, from, to)
        same = p.equal(expand_dims(last, 2), expand_dims(last, 1))
        source = p.where(same, expand_dims(s["blank"], 2), expand_dims(total, 2))
        joined = p.where(becomes, p.add(source, expand_dims(of_last, 1)), impossible)
        stay_label = logaddexp(stay_label, logsumexp(joined, 1))
        gone = p.matmul(p.cast(becomes, dtype), p.cast(hot, dtype))
        grown = p.where(p.less(p.zeros_like(gone), gone), impossible, grown)

        stay_blank = p.where(active, stay_blank, s["blank"])
        stay_label = p.where(active, stay_label, s["label"])
        grown = p.where(expand_dims(active, 2), grown, impossible)
        candidates = p.concatenate(
            [logaddexp(stay_blank, stay_label), p.reshape(grown, (b, width * classes))], 1
        )
        best, at = top_k(candidates, width)
        grows = p.less_equal(p.const(width, at), at)
        shift = p.maximum(p.subtract(at, p.const(width, at)), p.const(0, at))
        origin = p.where(grows, p.floor_divide(shift, _as(classes)), at)
        letter = p.mod(shift, _as(classes))
        length = pick(s["length"], origin)
        new = p.logical_and(expand_dims(grows, 2), p.equal(expand_dims(length, 2), places))
        path = pick(s["path"], expand_dims(origin, 2))
        hashes = tuple(pick(v, origin) for v in s["hashes"])
        parents = tuple(pick(v, origin) for v in s["parents"])
        one = p.const(1, letter)
        return {
            "path": p.where(new, expand_dims(letter, 2), path),
            "length": p.where(grows, p.add(length, one), length),
            "last": p.where(grows, letter, pick(last, origin)),
            "hashes": tuple(
                p.where(grows, p.add(p.multiply(v, p.const(f, v)), p.add(letter, one)), v)
                for v, f in zip(hashes, _FACTORS, strict=True)
            ),
            "parents": tuple(p.where(grows, v, u) for v, u in zip(hashes, parents, strict=True)),
            "blank": p.where(grows, impossible, pick(stay_blank, origin)),
            "label": p.where(grows, best, pick(stay_label, origin)),
        }, None

    out, _ = scan(step, state, (moveaxis(scores, 1, 0), p.transpose(active, (1, 0))))
    best, at = top_k(logaddexp(out["blank"], out["label"]), top_paths)
    nobody = p.less(best, p.const(none / 2, best))  # there are not as many prefixes
    best = p.where(nobody, p.const(float("-inf"), best), best)
    return p.transpose(take_along_axis(out["path"], expand_dims(at, 2), 1), (1, 0, 2)), best


def _as(d: Any) -> Any:
    return dimension_tensor(d, "int32")


@public("keras.ops.ctc_decode", "keras.ops.nn.ctc_decode")
@op("inputs:float sequence_lengths:int")
def ctc_decode(
    inputs: TensorLike,
    sequence_lengths: TensorLike,
    strategy: str = "greedy",
    beam_width: int = 100,
    top_paths: int = 1,
    merge_repeated: bool = True,
    mask_index: int = 0,
) -> tuple[Tensor, Tensor]:
    """The most probable label sequences of the outputs of a CTC model.

    Args:
        inputs: Logits ``(batch, max_steps, classes)``.
        sequence_lengths: How many steps there are, ``(batch,)``.
        strategy: ``"greedy"``, which takes the best class of each step, or ``"beam_search"``,
            which sums over the alignments of the prefixes of labels that it follows.
        beam_width: How many prefixes are followed.
        top_paths: How many sequences the beam search returns.
        merge_repeated: Whether the greedy strategy merges a class that repeats.
        mask_index: The class that stands for no label.

    Returns:
        Labels ``(paths, batch, max_steps)``, int32, with -1 behind them, and scores
        ``(batch, paths)``, of float32 for outputs of half precision: the logarithms of their
        probabilities for the beam search; for the greedy strategy the negative sum of the largest
        logits.

    Raises:
        ValueError: If the strategy is unknown, or the shapes do not fit.

    Example:

    >>> from keras_core import ops
    >>> x = ops.log([[[0.1, 0.8, 0.1], [0.1, 0.8, 0.1], [0.8, 0.1, 0.1], [0.1, 0.1, 0.8]]])
    >>> labels, scores = ops.ctc_decode(x, [4])
    >>> ops.convert_to_numpy(labels).tolist()
    [[[1, 2, -1, -1]]]
    """
    _check("ctc_decode", inputs, ("sequence_lengths", sequence_lengths, 1))
    if strategy not in ("greedy", "beam_search"):
        raise ValueError(
            f"Invalid strategy {strategy}. Supported values are 'greedy' and 'beam_search'."
        )
    if not 0 < top_paths <= beam_width:
        raise ValueError(
            "`top_paths` must lie between 1 and `beam_width`. Received: "
            f"top_paths={top_paths}, beam_width={beam_width}"
        )
    x = _wide(inputs)
    active = _active(sequence_lengths, shape_of(x)[1])
    if strategy == "greedy":
        return _greedy(x, active, merge_repeated, mask_index)
    return _beam_search(x, active, beam_width, top_paths, mask_index)


__all__ = ["ctc_decode", "ctc_loss"]
