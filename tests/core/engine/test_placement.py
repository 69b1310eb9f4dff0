"""Variables are laid out by what is in force while they are made."""

from dataclasses import dataclass

import numpy as np

import keras_core as keras
from keras_core import layers
from keras_core.core.state.placement import PlacementScope


class Mesh:
    """A made-up mesh of two devices: kernels are cut along their last axis."""

    def __init__(self):
        self.shards = {}

    def layout_of(self, path, shape):
        return Columns(self, path) if path.endswith("kernel") else None


@dataclass(frozen=True)
class Columns:
    """The layout of what is cut along its last axis."""

    mesh: Mesh
    name: str

    def put(self, value, what):
        self.mesh.shards[self.name] = np.split(np.asarray(value), 2, axis=-1)
        return value


def test_a_dense_is_laid_out_with_the_slots_of_its_optimizer():
    mesh = Mesh()
    with PlacementScope(mesh):
        dense = layers.Dense(4, name="dense")
        dense.build((None, 3))
        optimizer = keras.optimizers.SGD(momentum=0.9)
        optimizer.build(dense.trainable_variables)
    left, right = mesh.shards["dense/kernel"]
    assert left.shape == right.shape == (3, 2)
    assert dense.kernel.layout == Columns(mesh, "dense/kernel")
    assert dense.bias.layout is None
    layouts = [v.layout for v in optimizer.variables if v.shape == (3, 4)]
    assert layouts == [Columns(mesh, "dense/kernel")]


def test_a_layout_that_is_asked_for_comes_first():
    mesh = Mesh()
    with PlacementScope(mesh):
        variable = keras.Variable(np.ones((2, 2)), layout=Columns(mesh, "mine"))
        with PlacementScope(None):
            apart = keras.Variable(np.ones((2, 2)), name="kernel")
    assert variable.layout == Columns(mesh, "mine")
    assert list(mesh.shards) == ["mine"]
    assert apart.layout is None
