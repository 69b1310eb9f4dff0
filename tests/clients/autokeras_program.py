"""AutoKeras: a search for a model of images, of two trials, and what it exports."""

import tempfile

import autokeras as ak
import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.uniform(0, 255, size=(64, 16, 16, 1)).astype("float32")
y = (x[:, :8].mean((1, 2, 3)) > x[:, 8:].mean((1, 2, 3))).astype("int64")

if __name__ == "__main__":
    print("keras", keras.__version__, "on", keras.backend.backend(), ak.__version__)
    with tempfile.TemporaryDirectory() as folder:
        inputs = ak.ImageInput()
        found = ak.ConvBlock()(ak.Normalization()(inputs))
        outputs = ak.ClassificationHead(dropout=0.0)(found)
        search = ak.AutoModel(
            inputs, outputs, max_trials=2, directory=folder, overwrite=True, seed=1
        )
        search.fit(x, y, epochs=2, batch_size=16, validation_split=0.25, verbose=0)
        print("evaluate", search.evaluate(x, y, verbose=0))
        assert search.predict(x, verbose=0).shape[0] == 64
        model = search.export_model()
        model.summary()
        path = f"{folder}/best.keras"
        model.save(path)
        again = keras.saving.load_model(path, custom_objects=ak.CUSTOM_OBJECTS)
        assert again.count_params() == model.count_params()
    print("exported")
