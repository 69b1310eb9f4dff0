"""Models that are written on one backend, and read on another; run as a program by a test.

    python between_program.py NAME FOLDER

writes its files, says so, waits for a line, and reads the files of all. With the real Keras the
two functions are called in its own process.
"""

import json
import sys
from pathlib import Path

import numpy as np


def images(keras):
    layers, x = keras.layers, keras.Input((6, 6, 2))
    a = layers.Conv2D(3, 3, padding="same", activation="relu")(x)
    b = layers.SeparableConv2D(3, 3, padding="same")(x)
    y = layers.BatchNormalization()(layers.Add()([a, b]))
    y = layers.Conv2DTranspose(2, 2, strides=2)(layers.MaxPooling2D()(y))
    y = layers.GlobalAveragePooling2D()(layers.GroupNormalization(2)(y))
    return keras.Model(x, [layers.Dense(2, name="left")(y), layers.Dense(1, name="right")(y)])


def steps(keras):
    layers, x = keras.layers, keras.Input((5,), dtype="int32")
    y = layers.Embedding(7, 4, mask_zero=True)(x)
    y = layers.Bidirectional(layers.LSTM(3, return_sequences=True))(y)
    y = layers.LayerNormalization()(layers.MultiHeadAttention(2, 3)(y, y) + y)
    y = layers.GRU(3)(layers.TimeDistributed(layers.Dense(4, "tanh"))(y))
    return keras.Model(x, layers.Dense(2)(layers.Dropout(0.5)(y)))


def stack(keras):
    layers = keras.layers
    inner = keras.Sequential([keras.Input((4,)), layers.Dense(3, "swish"), layers.PReLU()])
    frozen = keras.Sequential([keras.Input((3,)), layers.Dense(3), layers.UnitNormalization()])
    frozen.trainable = False
    return keras.Sequential([inner, frozen, layers.EinsumDense("ab,bc->ac", 2, bias_axes="c")])


MODELS = {"images": images, "steps": steps, "stack": stack}
FORMS = (".keras", ".h5", ".weights.h5")


def data(name):
    rng = np.random.default_rng(len(name))
    if name == "steps":
        return rng.integers(0, 7, (4, 5)).astype("int32")
    return rng.normal(size=(4, 6, 6, 2) if name == "images" else (4, 4)).astype("float32")


def arrays(keras, nest):
    parts = nest if isinstance(nest, (list, tuple)) else [nest]
    return [np.asarray(keras.ops.convert_to_numpy(x)) for x in parts]


def write(keras, writer, folder, trains):
    """Write each model in each form, and what it computes."""
    for name, make in MODELS.items():
        model, x = make(keras), data(name)
        rng = np.random.default_rng(3)
        for v in model.variables:
            if v.dtype == "float32":
                v.assign(np.abs(rng.normal(size=v.shape)))
        if trains:
            model.compile("adam", "mse", run_eagerly=True)
            outputs = [np.ones(y.shape) for y in arrays(keras, model(x))]
            model.train_on_batch(x, outputs if len(outputs) > 1 else outputs[0])
        path = str(Path(folder) / f"{name}.{writer}")
        for form in FORMS:
            (model.save_weights if "weights" in form else model.save)(path + form)
        wanted = {f"y{i}": y for i, y in enumerate(arrays(keras, model(x)))}
        wanted.update({f"w{i}": w for i, w in enumerate(model.get_weights())})
        if trains:
            state = arrays(keras, [v.value for v in model.optimizer.variables])
            wanted.update({f"o{i}": v for i, v in enumerate(state)})
        np.savez(path + ".npz", **wanted)


def read(keras, folder):
    """Read what all have written; what is not as it was, in words.

    Keras itself reads no legacy file with an operation, nor one that is compiled with a loss.
    """
    ours = keras.__name__ != "keras"
    wrong, count = [], 0
    for path in sorted(Path(folder).glob("*.npz")):
        name, wanted = path.name.partition(".")[0], dict(np.load(path))
        for form in FORMS:
            file = str(path)[: -len(".npz")] + form
            if form == ".h5" and name == "steps" and not ours:
                continue
            if "weights" in form:
                model = MODELS[name](keras)
                model.load_weights(file)
            else:
                model = keras.models.load_model(file, compile=ours or form != ".h5")
            found = {f"y{i}": y for i, y in enumerate(arrays(keras, model(data(name))))}
            found.update({f"w{i}": w for i, w in enumerate(model.get_weights())})
            if form == ".keras" and any(k[0] == "o" for k in wanted):
                state = arrays(keras, [v.value for v in model.optimizer.variables])
                found.update({f"o{i}": v for i, v in enumerate(state)})
            for key in wanted:
                if key[0] == "o" and form != ".keras":
                    continue
                close = {"rtol": 2e-3, "atol": 2e-4} if key[0] == "y" else {"rtol": 0, "atol": 0}
                if key not in found or not np.allclose(found[key], wanted[key], **close):
                    wrong.append(f"{Path(file).name}: {key}")
            count += 1
    return count, wrong


if __name__ == "__main__":
    import warnings

    warnings.simplefilter("ignore")
    import keras_core

    writer, folder = sys.argv[1:]
    write(keras_core, writer, folder, writer != "openvino")
    print("written", flush=True)
    input()
    print(json.dumps(read(keras_core, folder)))
