"""TKAN: recurrent layers of Kolmogorov-Arnold networks, trained, saved and loaded."""

import tempfile
from pathlib import Path

import keras
import numpy as np
from tkan import TKAN

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.normal(size=(128, 8, 2)).astype("float32")
y = x[:, -1, :1] + 0.5 * x[:, -2, 1:]

if __name__ == "__main__":
    print("keras", keras.__version__, "on", keras.backend.backend())
    model = keras.Sequential(
        [
            keras.Input((8, 2)),
            TKAN(8, return_sequences=True),
            TKAN(8, sub_kan_configs=[{"spline_order": 2, "grid_size": 5}], sub_kan_output_dim=4),
            keras.layers.Dense(1),
        ]
    )
    model.compile(keras.optimizers.Adam(0.02), "mse")
    history = model.fit(x, y, epochs=12, batch_size=32, verbose=0).history
    assert history["loss"][-1] < 0.6 * history["loss"][0], history
    print("loss", round(history["loss"][0], 3), "->", round(history["loss"][-1], 3))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        model.save(path)
        again = keras.saving.load_model(path, custom_objects={"TKAN": TKAN})
        np.testing.assert_allclose(
            again.predict(x, verbose=0), model.predict(x, verbose=0), rtol=1e-4, atol=1e-5
        )
    print("saved and loaded")
