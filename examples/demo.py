"""Train a small convolutional network on handwritten digits, save it, load it elsewhere.

    KERAS_BACKEND=numpy python examples/demo.py

The data are scikit-learn's 1,797 images of digits. The script is the same for every backend.
One without gradients loads the model that another backend has saved before.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

OUT = Path("demo_output")
MODEL = OUT / "model.keras"


def load_data():
    """Images of shape (8, 8, 1) between 0 and 1, and classes; a fixed split."""
    digits = load_digits()
    images = (digits.images / 16.0).astype("float32")[..., None]
    order = np.random.default_rng(0).permutation(len(images))
    images, classes = images[order], digits.target[order].astype("int32")
    return (images[:1438], classes[:1438]), (images[1438:], classes[1438:])


def build_model(keras):
    """Two convolutions, a dropout, a classifier."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(16, 3, padding="same", activation="relu"),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dropout(0.25),
            layers.Dense(64, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )


def plot(history, path):
    """The learning curves, as a picture."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(9, 3.5))
    for axis, name in zip(axes, ("loss", "accuracy"), strict=True):
        axis.plot(history[name], label="training")
        axis.plot(history[f"val_{name}"], label="validation")
        axis.set_xlabel("epoch")
        axis.set_title(name)
        axis.legend()
    figure.tight_layout()
    figure.savefig(path)


def check(path):
    """Load a model, predict the validation images, print a summary as JSON."""
    import keras_core as keras

    _, (x, y) = load_data()
    model = keras.models.load_model(path)
    predictions = model.predict(x, verbose=0)
    np.save(OUT / "predictions_loaded.npy", predictions)
    accuracy = float((predictions.argmax(-1) == y).mean())
    print(json.dumps({"backend": keras.config.backend(), "accuracy": accuracy}))


def check_elsewhere():
    """Run `check` in a new process and compare its predictions with those made here."""
    command = [sys.executable, __file__, "--check", str(MODEL)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        sys.exit(result.stderr)
    loaded = json.loads(result.stdout.strip().splitlines()[-1])
    return loaded, np.load(OUT / "predictions_loaded.npy")


def train(keras):
    (x, y), (x_val, y_val) = load_data()
    keras.utils.set_random_seed(0)
    model = build_model(keras)
    model.summary()
    model.compile(
        optimizer=keras.optimizers.Adam(2e-3),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    first = model.evaluate(x, y, batch_size=256, verbose=0)[0]
    print(
        f"Loss before training: {first:.6f}. The initial weights are drawn on the host, so this "
        "number is the same on every backend."
    )
    begin = time.perf_counter()
    history = model.fit(x, y, batch_size=32, epochs=15, validation_data=(x_val, y_val))
    seconds = time.perf_counter() - begin
    model.save(MODEL)
    predictions = model.predict(x_val, verbose=0)
    np.save(OUT / "predictions_saved.npy", predictions)
    plot(history.history, OUT / "learning_curve.png")

    accuracy = history.history["val_accuracy"][-1]
    print(f"Trained in {seconds:.1f} s. Validation accuracy: {accuracy:.4f}")
    loaded, again = check_elsewhere()
    difference = float(np.abs(again - predictions).max())
    print(
        f"Loaded {MODEL} in a new process on backend {loaded['backend']!r}: accuracy "
        f"{loaded['accuracy']:.4f}, largest difference of a prediction {difference:.1e}"
    )
    print(f"Learning curve: {OUT / 'learning_curve.png'}")
    if accuracy < 0.97 or difference > 1e-5:
        sys.exit("The demonstration did not reach what it should.")


def infer_only(keras):
    """What a backend without gradients does: explain, then load what another has saved."""
    (x, y), (x_val, _) = load_data()
    model = build_model(keras)
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    try:
        model.fit(x, y)
    except Exception as e:  # the message is what is shown here
        print(f"fit() on backend {keras.config.backend()!r}:\n  {type(e).__name__}: {e}")
    else:
        sys.exit("fit() should have been refused")
    if not MODEL.exists():
        print("There is no saved model yet, so the numpy backend trains one first.")
        subprocess.run(
            [sys.executable, __file__],
            env={**os.environ, "KERAS_BACKEND": "numpy"},
            check=True,
        )
    loaded = keras.models.load_model(MODEL)
    predictions = loaded.predict(x_val, verbose=0)
    saved = np.load(OUT / "predictions_saved.npy")
    difference = float(np.abs(predictions - saved).max())
    print(
        f"Loaded {MODEL} on backend {keras.config.backend()!r}: largest difference to the "
        f"predictions of the backend that trained it {difference:.1e}"
    )
    if difference > 1e-4:
        sys.exit("The predictions differ.")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", metavar="MODEL", help="load a model and predict, nothing else")
    arguments = parser.parse_args()
    OUT.mkdir(exist_ok=True)
    if arguments.check:
        check(arguments.check)
        return
    import keras_core as keras
    from keras_core_plugins import current

    print(f"Backend: {keras.config.backend()}")
    backend = current().backend
    capabilities = backend.capabilities or backend.info.capabilities
    if capabilities.autodiff == "none":
        infer_only(keras)
    else:
        train(keras)


if __name__ == "__main__":
    main()
