"""HGQ2: layers that learn how many bits they need, trained, saved and loaded."""

import tempfile
from pathlib import Path

import keras
import numpy as np
from hgq.config import LayerConfigScope, QuantizerConfigScope
from hgq.layers import QConv2D, QDense
from hgq.utils import trace_minmax

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.uniform(-1, 1, size=(256, 8, 8, 1)).astype("float32")
y = (x.mean((1, 2, 3)) > 0).astype("int64")

if __name__ == "__main__":
    print("keras", keras.__version__, "on", keras.backend.backend())
    with (
        QuantizerConfigScope(place="all", default_q_type="kbi", overflow_mode="SAT_SYM"),
        QuantizerConfigScope(place="datalane", default_q_type="kif", overflow_mode="WRAP"),
        LayerConfigScope(enable_ebops=True, beta0=1e-5),
    ):
        model = keras.Sequential(
            [
                keras.Input((8, 8, 1)),
                QConv2D(4, 3, activation="relu"),
                keras.layers.Flatten(),
                QDense(2),
            ]
        )
    model.compile(
        keras.optimizers.Adam(0.01),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    history = model.fit(x, y, epochs=15, batch_size=64, verbose=0).history
    assert history["accuracy"][-1] > 0.85, history["accuracy"]
    trace_minmax(model, x, batch_size=64, verbose=0)
    bits = sum(float(layer.ebops) for layer in model.layers if hasattr(layer, "ebops"))
    assert bits > 0
    print("accuracy", round(history["accuracy"][-1], 3), "bit operations", bits)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        model.save(path)
        again = keras.saving.load_model(path)
        np.testing.assert_allclose(
            again.predict(x, verbose=0), model.predict(x, verbose=0), rtol=1e-4, atol=1e-5
        )
    print("saved and loaded")
