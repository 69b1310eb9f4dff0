"""Calls of operations with mistakes, or unusual shapes, made from the rows of the table."""

import dis
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from keras_core.conformance.operations import Row
from keras_core.conformance.operations.random import Draw
from keras_core.conformance.operations.rows import added, as_list, one_by_one

_DIRECT = (one_by_one, as_list)


class Thing:
    """What is no number."""


_WRONG: dict[str, tuple[Any, type[Exception], str]] = {
    "none": (None, TypeError, "None"),
    "text": ("abc", TypeError, "abc"),
    "object": (Thing(), TypeError, "Thing"),
    "ragged": ([[1.0, 2.0], [3.0]], ValueError, "[[1.0, 2.0], [3.0]]"),
}
_NO_AXIS = {99: ValueError, -99: ValueError, 1.5: TypeError, "a": TypeError}
_NO_AXES = {((1.5,), (0,)): TypeError, "a": TypeError, 1.5: TypeError}


def wrong_kinds(row: Row) -> Iterator[tuple[list[Any], type[Exception], str]]:
    """Arguments one of which cannot be a tensor, the error, and what its message names."""
    if row.how not in _DIRECT:
        return
    values = row.draw()
    parameters = list(inspect.signature(row.function).parameters.values())
    for i in range(len(values)):
        parameter = parameters[i if row.how is one_by_one else 0]
        for label, (wrong, error, words) in _WRONG.items():
            if label == "none" and parameter.default is None:
                continue
            yield [*values[:i], wrong, *values[i + 1 :]], error, words


def wrong_options(row: Row) -> Iterator[tuple[dict[str, Any], type[Exception]]]:
    """Options one of which is no axis, or no dtype, and the error."""
    if row.how not in (*_DIRECT, added):
        return
    for name in inspect.signature(row.function).parameters:
        if name.startswith("axis") or name == "axes":
            wrong = _NO_AXES if name == "axes" else _NO_AXIS
            yield from (({**row.options, name: axis}, error) for axis, error in wrong.items())
        if name == "dtype":
            yield {**row.options, name: "float99"}, ValueError


_OTHERS = (-7, -1, 0, 2.5, "abc", None, (-1, 2), ())


def other_options(row: Row) -> Iterator[dict[str, Any]]:
    """Options one of which has another value; some of these calls are good ones."""
    if row.how not in (*_DIRECT, added):
        return
    parameters = list(inspect.signature(row.function).parameters.values())
    tensors = {one_by_one: len(row.arguments), as_list: 1, added: 0}[row.how]
    for parameter in parameters[tensors:]:
        name = parameter.name
        is_tested = name.startswith("axis") or name in ("axes", "dtype")
        if is_tested or parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        if not callable(row.options.get(name)):
            yield from ({**row.options, name: other} for other in _OTHERS)


def random_options(draw: Draw) -> Iterator[dict[str, Any]]:
    """Options one of which has another value; some of these calls are good ones."""
    for name in inspect.signature(draw.function).parameters:
        others = (*_OTHERS, 99) if name == "axis" else _OTHERS
        yield from ({name: other} for other in (*others, float("nan"), [[1.0, 2.0], [3.0]]))


def wrong_shapes(row: Row) -> Iterator[list[Any]]:
    """Arguments one of which has another shape; some of these calls are good ones."""
    values = row.draw()
    for i, value in enumerate(values):
        for other in _reshaped(np.asarray(value)):
            yield [*values[:i], other, *values[i + 1 :]]


def _reshaped(x: Any) -> Iterator[Any]:
    yield x.reshape(-1)[0] if x.size else np.zeros((), x.dtype)
    yield x[None]
    yield np.ones((1, 2, 1, 2, 1, 3), x.dtype)
    if x.ndim:
        yield x[:0]
        yield np.concatenate([x, x[..., :1]], -1)
        if len(x):
            yield x[0]
            yield np.concatenate([x, x[:1]])


def other_shapes(row: Row) -> Iterator[list[Any]]:
    """Arguments of which the first has no elements, no axes or three more; most calls work."""
    values = row.draw()
    if not values:
        return
    x = np.abs(values[0]) if row.arguments[0].kind == "definite" else np.asarray(values[0])
    others = [x[..., None, None, None]]
    if x.ndim:
        others += [x[:0], x.reshape(-1)[0] if x.size else np.zeros((), x.dtype)]
    for other in others:
        yield [other, *values[1:]]


def is_meant(error: BaseException) -> bool:
    """Whether the core says it: not Python, about a line of the core, and not the engine."""
    trace = error.__traceback__
    if trace is None:
        return False
    while trace.tb_next is not None:
        trace = trace.tb_next
    code = trace.tb_frame.f_code
    raised = code.co_code[trace.tb_lasti] == dis.opmap["RAISE_VARARGS"]
    return raised and trace.tb_frame.f_globals["__name__"].startswith("keras_core.")


def raised(action: Callable[[], Any]) -> Exception | None:
    """What ``action()`` raises."""
    return tried(action)[1]


def tried(action: Callable[[], Any]) -> tuple[Any, Exception | None]:
    """What ``action()`` returns, or what it raises."""
    try:
        return action(), None
    except Exception as error:
        return None, error
