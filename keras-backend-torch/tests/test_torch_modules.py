"""Layers as modules of torch."""

import numpy as np
import pytest

import keras_core as keras
from keras_core import ops

if keras.backend.backend() != "torch":
    pytest.skip("layers are modules on torch only", allow_module_level=True)

import torch  # only where it is the engine


@pytest.fixture(autouse=True)
def seeded():
    keras.utils.set_random_seed(0)
    torch.manual_seed(0)


@pytest.mark.parametrize("dtype", ["bfloat16", "float64"])
def test_a_module_that_torch_casts_computes_in_that_dtype(dtype):
    model = keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(3, activation="relu"),
            keras.layers.BatchNormalization(),
            keras.layers.Dropout(0.5),
            keras.layers.Dense(2),
        ]
    )
    x = torch.ones(5, 4)
    wide = model(x)
    kind = getattr(torch, dtype)
    model.to(kind)
    assert {v.dtype for v in model.weights} == {dtype}
    assert {layer.compute_dtype for layer in model.layers} == {dtype}
    narrow = model(x.to(kind))
    assert narrow.dtype is kind
    assert torch.allclose(narrow.to(torch.float32), wide, atol=0.05)
    model.weights[0].assign(np.ones((4, 3)))
    assert model.weights[0].value.dtype is kind


def test_a_compiled_model_gives_the_same():
    model = keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            keras.layers.Conv2D(4, 3, activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Flatten(),
            keras.layers.Dropout(0.5),
            keras.layers.Dense(2),
        ]
    )
    x = torch.randn(3, 8, 8, 3)
    compiled = torch.compile(model, backend="aot_eager", fullgraph=True)
    assert torch.allclose(compiled(x), model(x), atol=1e-5)


# What torch.compile itself does with tensors that are no leaves
@pytest.mark.one_in(8)
@pytest.mark.filterwarnings("ignore:The .grad attribute of a Tensor")
def test_a_compiled_step_trains():
    model = keras.Sequential(
        [keras.Input((8,)), keras.layers.Dense(16, activation="relu"), keras.layers.Dropout(0.1),
         keras.layers.Dense(1)]
    )  # fmt: skip
    x = np.random.default_rng(0).normal(size=(64, 8)).astype("float32")
    y = x[:, :1] * 2 + 1
    model.compile(keras.optimizers.Adam(0.05), "mse", jit_compile=True)
    losses = model.fit(x, y, batch_size=32, epochs=5, verbose=0).history["loss"]
    assert losses[-1] < losses[0]


def test_the_state_dict_travels():
    make = lambda: keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])  # noqa: E731
    one, two = make(), make()
    two.load_state_dict(one.state_dict())
    assert torch.equal(one(torch.ones(1, 4)), two(torch.ones(1, 4)))


def test_torch_trains_the_parameters_of_a_model():
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    x, y = torch.ones(8, 4), torch.full((8, 1), 3.0)
    losses = []
    for _ in range(20):
        loss = ((model(x) - y) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 1e-3 < losses[0]


TABLE = np.array([[1.0, 2.0], [3.0, 4.0]], "float32")

GRAPHS = {
    "a number": lambda x: ops.where(x > 0, x * 2, -1.5),
    "a list": lambda x: ops.matmul(x, [[1, 2], [3, 4]]),
    "an array": lambda x: ops.matmul(x, TABLE) + ops.convert_to_tensor(TABLE, "float64"),
    "an array of float64": lambda x: x + ops.convert_to_tensor(np.ones((2, 2))),
    "a loop": lambda x: ops.fori_loop(0, 3, lambda i, y: y + ops.cast(i, "float32"), x),
    "a condition": lambda x: ops.cond(True, lambda: x, lambda: -x),
    "a scan": lambda x: ops.scan(lambda c, v: (c + v, c * v), ops.zeros((2,)), x)[1],
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("run", GRAPHS.values(), ids=GRAPHS)
def test_compiled_functions_are_one_graph(run):
    x = ops.convert_to_tensor([[1.0, -2.0], [3.0, 0.5]])
    options = {"xla": True, "backend": "aot_eager", "fullgraph": True}  # a break is an error
    compiled = ops.jit(run, options=options)(x)
    torch.testing.assert_close(compiled, run(x))
