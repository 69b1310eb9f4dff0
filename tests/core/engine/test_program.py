"""Programs: what is written down computes what was run."""

import numpy as np
import pytest

import keras_core as keras
from keras_core import layers, ops
from keras_core.conformance.suite.layer_rows import iter_layer_rows
from keras_core.core.base import tree
from keras_core.core.dispatch.op import PRIMITIVES
from keras_core.core.tensors.symbolic import KerasTensor


def run(program, *values):
    """Run a program by the primitives it names."""
    held = {id(x): v for x, v in zip(program.inputs, values, strict=True)}
    held |= {key: v.value for key, (_, v) in program.variables.items()}
    held |= {key: x for key, (_, x) in program.constants.items()}

    def filled(nest):
        return tree.map_structure(lambda x: held[id(x)] if isinstance(x, KerasTensor) else x, nest)

    for call in program.calls:
        function = PRIMITIVES.get(call.primitive) or getattr(ops, call.primitive)
        out = function(*(filled(a) for a in call.arguments))
        found, known = tree.flatten(out), tree.flatten(call.results)
        held.update((id(k), f) for k, f in zip(known, found, strict=True))
    return filled(program.outputs)


ROWS = [
    row
    for row in iter_layer_rows()
    if not row.options
    and not row.as_list
    and len(row.inputs) == 1
    # the functions of their loops hold symbolic tensors that were made around them
    and row.name not in ("LSTM", "GRU", "Bidirectional")
    and not row.name.startswith("Random")  # they draw numbers at each call
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_layers_program_computes_what_the_layer_does(row):
    layer = row.make()
    (x,), _ = row.draw()
    expected = layer(x)
    program = ops.program(layer, KerasTensor(x.shape, keras.backend.standardize_dtype(x.dtype)))
    found = run(program, x)
    for a, b in zip(tree.flatten(found), tree.flatten(expected), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


def test_a_dense_is_three_primitives():
    program = ops.program(layers.Dense(3, activation="relu"), (None, 4))
    assert [call.primitive for call in program.calls] == ["matmul", "add", "maximum"]
    assert str(program).splitlines()[0] == "x0 = input: float32[None, 4]"
    assert str(program).splitlines()[-1] == "return t2"
    assert [v.name for _, v in program.variables.values()] == ["kernel", "bias"]


def test_casts_are_written_down():
    model = keras.Sequential([keras.Input((4,)), layers.Dense(1, dtype="mixed_float16")])
    program = ops.program(model, (2, 4))
    assert program.calls[0].primitive == "cast"
    x = np.ones((2, 4), "float32")
    np.testing.assert_allclose(run(program, x), model(x), rtol=1e-3)
