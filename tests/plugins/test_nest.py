"""Nests, for backends whose engine has no functions for them."""

from collections import namedtuple

from hypothesis import given
from hypothesis import strategies as st

from keras_core_plugins.nest import Nests, map_leaves

Pair = namedtuple("Pair", "a b")
NESTS = Nests(float, lambda x: "tensor")
leaves = st.floats(allow_nan=False) | st.integers() | st.none() | st.text(max_size=2)
nests = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.builds(Pair, inner, inner)
        | st.dictionaries(st.text(max_size=2), inner, max_size=3)
    ),
)


@given(nests)
def test_what_is_taken_apart_goes_together_again(nest):
    assert NESTS.rebuild(nest, NESTS.flatten(nest)) == nest
    assert map_leaves(lambda x: x, nest) == nest
    assert all(type(x) is float for x in NESTS.flatten(nest))


@given(nests)
def test_signature(nest):
    """It does not see which tensors these are, and sees everything else."""
    signature = NESTS.signature(nest)
    hash(signature)
    other = NESTS.rebuild(nest, [x + 1 for x in NESTS.flatten(nest)])
    assert NESTS.signature(other) == signature
    assert NESTS.signature([nest]) != signature


def test_kinds_of_containers():
    assert NESTS.rebuild(Pair(1.0, [2.0]), [3.0, 4.0]) == Pair(3.0, [4.0])
    assert NESTS.signature([1.0]) != NESTS.signature((1.0,))
    assert NESTS.signature(True) != NESTS.signature(1)
