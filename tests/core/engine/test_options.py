"""Options of operations are held against their annotations."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from keras_core import Variable, ops
from keras_core.core.dispatch.op import op
from keras_core.core.dispatch.options import checked, option, sizes
from keras_core.core.execution import compiled
from keras_core.core.tensors.symbolic import Dim


@pytest.mark.parametrize(
    "annotation, given, expected",
    [
        (bool, True, True),
        (bool, 1, True),
        (bool, np.bool_(False), False),
        (int, np.int64(3), 3),
        (float, 2, 2),
        (float, np.float32(0.5), 0.5),
        (float | None, None, None),
        (str | float, "fro", "fro"),
        (str | float, 2.5, 2.5),
        (int | Sequence[int], 3, 3),
        (int | Sequence[int], [3, 4], (3, 4)),
        (tuple[int, ...], np.array([3, 4]), (3, 4)),
    ],
)
def test_plain_values(annotation: Any, given: Any, expected: Any) -> None:
    """What can be a plain value of Python becomes one, of the right type."""
    found = option(annotation).convert(given, "f", "a")
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    "annotation, kind, given, error, words",
    [
        (bool, "", "yes", TypeError, "a bool"),
        (bool, "", None, TypeError, "None"),
        (int, "", 2.5, TypeError, "an int"),
        (int, "size", -1, ValueError, "an int of at least 0"),
        (int | None, "count", 0, ValueError, "an int of at least 1 or None"),
        (float, "", "a", TypeError, "a number"),
        (float, "", (1.0, 2.0), TypeError, "(1.0, 2.0)"),
        (str, "", 3, TypeError, "a str"),
        (int | Sequence[int], "", (1, "a"), TypeError, "a tuple of ints"),
        (int | Sequence[int], "count", (1, 0), ValueError, "a tuple of ints of at least 1"),
    ],
)
def test_refused(annotation: Any, kind: str, given: Any, error: Any, words: str) -> None:
    """The message names the function, the argument, what was expected and what came in."""
    with pytest.raises(error) as caught:
        option(annotation, kind).convert(given, "function", "argument")
    for part in ("`function`", "`argument`", words, "Received: argument="):
        assert part in str(caught.value)


def test_unknown_annotations_are_not_checked() -> None:
    """There is nothing to hold an option against that may be anything."""
    assert option(Any) is None
    assert option(int | Any) is None


def test_sizes() -> None:
    """Shapes are tuples of ints and of dimensions that are not known."""
    d = Dim()
    assert sizes(3, "f", "shape") == (3,)
    assert sizes([2, np.int32(3)], "f", "shape") == (2, 3)
    assert sizes(ops.convert_to_tensor([2, 3]), "f", "shape") == (2, 3)
    assert sizes((d, 2), "f", "shape")[0] is d
    assert sizes((None, -1), "f", "shape", least=-1) == (-1, -1)
    for wrong, error in ((-1, ValueError), ((2, 0.5), TypeError), ("ab", TypeError)):
        with pytest.raises(error, match="`f` expected a tuple of ints"):
            sizes(wrong, "f", "shape")


def test_checked_functions() -> None:
    """A function that is no operation has options, too."""

    @checked("n:count")
    def repeated(text: str, n: int = 2) -> str:
        return text * n

    assert repeated("a", n=np.int8(3)) == "aaa"
    with pytest.raises(ValueError, match="at least 1"):
        repeated("a", 0)
    with pytest.raises(TypeError, match="`repeated` expected a str"):
        repeated(1)


def test_a_tensor_in_place_of_a_number() -> None:
    """It need not be a plain number."""
    x = ops.convert_to_tensor([-2.0, 3.0])
    expected = ops.convert_to_numpy(ops.leaky_relu(x, 0.5))
    for slope in (ops.convert_to_tensor(0.5), Variable(0.5)):
        np.testing.assert_allclose(ops.convert_to_numpy(ops.leaky_relu(x, slope)), expected)


@pytest.mark.skipif(compiled.AUTODIFF is None, reason="the backend has no gradients")
def test_a_tensor_in_place_of_a_number_has_a_gradient() -> None:
    """As if it were any argument."""
    x, slope = ops.convert_to_tensor([-2.0, 3.0]), ops.convert_to_tensor(0.5)
    gradient = ops.grad(lambda slope: ops.sum(ops.leaky_relu(x, slope)))(slope)
    assert float(gradient) == -2.0


def test_options_are_declared_with_the_operation() -> None:
    """Of one type, by the annotation; of a range, by the declaration."""

    @op("x:float n:size", register=False)
    def shifted(x: Any, n: int, up: bool = True) -> Any:
        return ops.add(x, n if up else -n)

    assert float(shifted(1.0, np.int32(2))) == 3.0
    assert float(shifted(ops.convert_to_tensor(1.0), 2, up=False)) == -1.0
    for options, error in (({"n": -1}, ValueError), ({"n": 1, "up": "no"}, TypeError)):
        with pytest.raises(error, match="`shifted` expected"):
            shifted(1.0, **options)
