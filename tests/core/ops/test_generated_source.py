"""The functions that are generated for operations and primitives can be read."""

import inspect
import traceback

import numpy as np
import pytest

from keras_core import ops
from keras_core.core.dispatch.op import PRIMITIVES, all_operations


@pytest.mark.parametrize("table", [{n: o.front for n, o in all_operations().items()}, PRIMITIVES])
def test_each_shows_its_source(table):
    for name, function in table.items():
        assert inspect.getsource(function).startswith(f"def {name}("), name


def test_tracebacks_show_the_line():
    with pytest.raises(ValueError, match="broadcast") as caught:
        ops.add(np.ones(2, "float32"), np.ones(3, "float32"))
    shown = "".join(traceback.format_exception(caught.value))
    assert 'File "<operation add>", line ' in shown
    assert "return CONVERT_AND_CALL(x1, x2)" in shown or "return RUN(x1_, x2_)" in shown
