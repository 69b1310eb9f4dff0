"""Every operation inside `ops.vectorized_map`: one call of each for several elements at once."""

import numpy as np
import pytest

from keras_core import ops
from keras_core.conformance.calls import tensors_of
from keras_core.conformance.operations import iter_rows
from keras_core.engine import runtime, tree

if "vectorized_map" not in runtime.OVERRIDES:
    pytest.skip("the function is called for one element after the other", allow_module_level=True)

FIRST = {}
for _row in iter_rows():
    _lacking = {*_row.needed("float32", runtime.OVERRIDES)} - {*runtime.CAPABILITIES.dtypes}
    if _row.compiles and _row.arguments and not _lacking:
        FIRST.setdefault(_row.name, _row)


@pytest.mark.filterwarnings(
    "ignore:There is a performance drop"
)  # torch's own kernel knows no vmap
@pytest.mark.parametrize("name", FIRST)
def test_each_operation_in_a_vectorized_map(name):
    row = FIRST[name]
    values = tensors_of(row.draw(), "float32")
    try:
        expected = tree.flatten(row.call(values))
    except NotImplementedError as error:
        pytest.skip(str(error))
    found = ops.vectorized_map(
        lambda xs: row.call(list(xs)), tuple(ops.stack([x, x, x]) for x in values)
    )
    for several, one in zip(tree.flatten(found), expected, strict=True):
        assert ops.dtype(several) == ops.dtype(one)
        one = ops.convert_to_numpy(one)
        np.testing.assert_allclose(
            ops.convert_to_numpy(several),
            np.broadcast_to(one, (3, *one.shape)),
            rtol=2e-5 * row.tolerance,
            atol=2e-5 * row.tolerance,
        )
