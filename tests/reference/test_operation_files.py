"""Functions of ``keras.ops`` in files: their classes, configs and calls are named as Keras's."""

import numpy as np
import pytest
from blackbox import real_keras

import keras_core as keras

pytestmark = [pytest.mark.interop, pytest.mark.one_in(3)]

FIXED, UNKNOWN = (6, 5, 3), (None, 5, 3)
ROWS = {
    "resize": ("ops.image.resize(x, (4, 4))", (None, None, 3)),
    "resize_padded": ("ops.image.resize(x, (4, 4), pad_to_aspect_ratio=True)", (None, None, 3)),
    "crop": ("ops.image.crop_images(x, 1, 1, target_height=3, target_width=3)", (None, None, 3)),
    "pad_images": ("ops.image.pad_images(x, 1, 1, target_height=9, target_width=9)", UNKNOWN),
    "gray": ("ops.image.rgb_to_grayscale(x)", FIXED),
    "hsv": ("ops.image.rgb_to_hsv(x)", FIXED),
    "ssim": ("ops.image.ssim(x, x, 1.0, filter_size=3)", FIXED),
    "affine": (
        "ops.image.affine_transform(x, np.array([[1.0, 0, 0, 0, 1, 0, 0, 0]] * 2, 'float32'))",
        FIXED,
    ),
    "split": ("ops.split(x, 2, axis=1)", UNKNOWN),
    "array_split": ("ops.array_split(x, 2, axis=2)", UNKNOWN),
    "reshape": ("ops.reshape(x, (-1, 15))", UNKNOWN),
    "roll": ("ops.roll(ops.flip(x, axis=1), 1, axis=2)", UNKNOWN),
    "pool": ("ops.max_pool(x, 2, 2, padding='same')", (None, None, 3)),
    "mean": ("ops.mean(x, axis=(1, 2))", UNKNOWN),
    "einsum": ("ops.einsum('bhwc,bhwd->bcd', x, x)", UNKNOWN),
    "meshgrid": ("ops.meshgrid(x[0, 0, 0], x[0, 0, 1])", FIXED),
    "get_item": ("x[:, -2:, ::2, ...]", UNKNOWN),
    "get_item_ints": ("x[:, -1, ::2, None, 1]", UNKNOWN),
    "where": ("ops.where(x > 0.5, x, 0.0)", UNKNOWN),
    "array": ("x * np.array([1.0, 2.0, 3.0], 'float32')", UNKNOWN),
    "matmul": ("ops.matmul(x, np.ones((3, 2), 'float32'))", UNKNOWN),
    "take": ("ops.take(x, np.array([0, 1]), axis=1)", FIXED),
    "normalize": ("ops.normalize(x, axis=-1)", UNKNOWN),
    "slice": ("ops.slice(x, (0, 0, 0, 0), (2, 2, 2, 3))", FIXED),
    "stack": ("ops.stack([x, x], axis=1)", UNKNOWN),
    "concatenate": ("ops.concatenate([x, x], axis=-1)", UNKNOWN),
    "fft": ("ops.fft((x[..., 0], x[..., 1]))", UNKNOWN),
    "rfft": ("ops.rfft(x[:, :, 0, 0])", FIXED),
    "stft": ("ops.stft(x[:, :, 0, 0], 4, 2, 4)", FIXED),
    "istft": ("ops.istft((x[:, :, 0], x[:, :, 1]), 4, 2, 4)", FIXED),
    "svd": ("ops.svd(x)[1]", FIXED),
    "pad": ("ops.pad(x, ((0, 0), (1, 1), (0, 0), (0, 0)), constant_values=2.0)", UNKNOWN),
    "pad_reflect": ("ops.pad(x, ((0, 0), (1, 1), (0, 0), (0, 0)), mode='reflect')", FIXED),
    "clip": ("ops.clip(x, 0.2, 0.7)", UNKNOWN),
    "isclose": ("ops.cast(ops.isclose(x, x + 1e-3, rtol=1e-2, atol=1e-2), 'int32')", UNKNOWN),
    "top_k": ("ops.top_k(x, 2)[0]", UNKNOWN),
    "bincount": ("ops.bincount(ops.cast(x[:, 0, 0, 0] * 3, 'int32'), minlength=5)", FIXED),
    "trapezoid": ("ops.trapezoid(x, dx=2.0)", FIXED),
    "attention": ("ops.dot_product_attention(x, x, x, scale=0.3)", FIXED),
    "isin": ("ops.cast(ops.isin(x, np.array([0.5], 'float32')), 'int32')", FIXED),
    "searchsorted": ("ops.searchsorted(np.array([0.1, 0.5], 'float32'), x[:, 0, 0, 0])", FIXED),
    "qr": ("ops.qr(x[:, :3, :3, 0])[1]", FIXED),
    "erfc": ("ops.erfc(x)", FIXED),
    "saturate": ("ops.saturate_cast(x * 300, 'uint8')", FIXED),
}
MAKE = """
ops = keras.ops
x = keras.Input(shape)
model = keras.Model(x, eval(text))
"""
RUN = "[keras.ops.convert_to_numpy(y) for y in keras.tree.flatten(model(data))]"
DATA = np.random.default_rng(0).random((2, 6, 5, 3)).astype("float32")


@pytest.mark.parametrize("name", ROWS)
def test_operations_travel_both_ways(name, tmp_path):
    code, shape = ROWS[name]
    theirs, mine = str(tmp_path / "theirs.keras"), str(tmp_path / "mine.keras")
    wanted = real_keras(
        f"{MAKE}\nmodel.save(path)\n{RUN}", text=code, shape=shape, data=DATA, path=theirs
    )
    scope = {"keras": keras, "np": np, "shape": shape, "text": code}
    exec(MAKE, scope)  # code of this file
    model = scope["model"]
    model.save(mine)
    found = real_keras(f"model = keras.saving.load_model(path)\n{RUN}", data=DATA, path=mine)
    for outputs in (
        keras.tree.flatten(model(DATA)),
        keras.tree.flatten(keras.saving.load_model(theirs)(DATA)),
        keras.tree.flatten(keras.saving.load_model(mine)(DATA)),
        found,
    ):
        for y, z in zip(outputs, wanted, strict=True):
            y = keras.ops.convert_to_numpy(y)
            np.testing.assert_allclose(y.astype("float64"), z, rtol=1e-3, atol=1e-3)


def test_every_operation_has_the_class_that_keras_gives_it():
    from keras_core.core.base import keras_operations
    from keras_core.core.dispatch.op import all_operations

    code = """
import sys
result = sorted(
    [module, name]
    for module, held in list(sys.modules.items()) if module.startswith("keras.src.ops.")
    for name, cls in vars(held).items()
    if isinstance(cls, type) and issubclass(cls, keras.Operation) and cls.__module__ == module
)
"""
    classes = {name.lower(): (module, name) for module, name in real_keras(code)}
    wrong = {}
    for name in all_operations():
        wanted = classes.get(name.replace("_", ""))
        found = keras_operations.module_of(name), keras_operations.class_of(name)
        if wanted is not None and found != wanted:
            wrong[name] = (found, wanted)
    assert not wrong
