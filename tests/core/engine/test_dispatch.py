"""What becomes of the error of an engine."""

import numpy as np
import pytest

from keras_core import ops
from keras_core.core.dispatch.errors import explain
from keras_core.core.tensors.symbolic import SymbolicEscapeError
from keras_core_plugins.errors import UnsupportedOpError


def raising(refusal):
    def rule(x):
        raise refusal

    return rule


def test_inference_says_what_is_wrong_with_the_arguments():
    error, refusal = RuntimeError("shapes"), ValueError("The shapes do not fit.")
    with pytest.raises(ValueError, match="do not fit") as caught:
        explain(error, raising(refusal), "primitive", "add", [ops.ones(2)])
    assert caught.value.__cause__ is error


@pytest.mark.parametrize(
    "refusal",
    [SymbolicEscapeError("needs values"), UnsupportedOpError("eig", "no"), KeyError("x"), None],
    ids=["values", "unsupported", "other", "nothing"],
)
def test_what_inference_cannot_tell_hides_no_error(refusal):
    error = RuntimeError("out of memory")
    rule = raising(refusal) if refusal else lambda x: x
    explain(error, rule, "primitive", "add", [ops.convert_to_tensor(np.ones(2, "float32"))])
    (note,) = error.__notes__
    assert "ran its primitive add(float32[2])" in note
