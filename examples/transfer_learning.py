"""Teach a network that knows some pictures to tell others apart.

    KERAS_BACKEND=torch python examples/transfer_learning.py
    KERAS_BACKEND=jax python examples/transfer_learning.py --folder flowers --weights imagenet

Without a folder it runs offline and in a minute: a small network learns the digits from 0 to 4
that scikit-learn ships, and what it found there serves to learn those from 5 to 9 from few
examples. With a folder, which has a subfolder of images for each class, it starts with the weights
of ImageNet.

The way is the same: the network without its top, frozen, with a new classifier; then a part of it
is trained further, slowly.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np

import keras_core as keras
from keras_core import layers


def digits(classes, size=32):
    """Pictures of digits, as colours from 0 to 255, and which of ``classes`` each is."""
    from sklearn.datasets import load_digits

    data = load_digits()
    chosen = np.isin(data.target, classes)
    images = np.repeat(data.images[chosen][..., None] * (255.0 / 16.0), 3, axis=-1)
    images = keras.ops.image.resize(images.astype("float32"), (size, size))
    return keras.ops.convert_to_numpy(images), np.searchsorted(classes, data.target[chosen])


def network(input_shape, **options):
    """The network that both tasks share; any of `keras.applications` will do."""
    return keras.applications.MobileNet(input_shape, alpha=0.25, dropout=0.1, **options)


def pretrain(path, epochs):
    """Train the whole network on the first task, and write its weights to ``path``."""
    images, labels = digits([0, 1, 2, 3, 4])
    model = network(images.shape[1:], weights=None, classes=5)
    for layer in model.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.momentum = 0.9  # there are few steps for its means to settle in
    model.compile(
        keras.optimizers.Adam(3e-3), "sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    x = keras.applications.mobilenet.preprocess_input(images)
    history = model.fit(x, labels, batch_size=32, epochs=epochs, verbose=0)
    body = network(images.shape[1:], weights=None, include_top=False)
    for layer in body.layers:
        layer.set_weights(model.get_layer(layer.name).get_weights() if layer.weights else [])
    body.save_weights(path)
    return history.history["accuracy"][-1]


def classifier(base, classes):
    """A model of images from 0 to 255: the network ``base``, and a new top."""
    image = keras.Input(base.input_shape[1:])
    x = keras.applications.mobilenet.preprocess_input(image)
    x = base(x, training=False)  # batch normalisation goes on with what it knows
    x = layers.Dropout(0.2)(x)
    return keras.Model(image, layers.Dense(classes, activation="softmax")(x))


def transfer(base, data, validation, classes, epochs, batch_size=16):
    """Train a new top, then a part of the network; returns the model and both accuracies."""
    model = classifier(base, classes)
    fit = {"epochs": epochs, "verbose": 0, "validation_data": validation}
    if isinstance(data, tuple):
        fit["batch_size"], (x, y) = batch_size, data
    else:
        x, y = data, None

    base.trainable = False
    model.compile(
        keras.optimizers.Adam(1e-2), "sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    head = model.fit(x, y, **fit).history["val_accuracy"][-1]

    base.trainable = True
    for layer in base.layers[: len(base.layers) // 2]:
        layer.trainable = False
    model.compile(
        keras.optimizers.Adam(1e-3), "sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    tuned = model.fit(x, y, **fit).history["val_accuracy"][-1]
    return model, head, tuned


def main(epochs=10, folder=None, weights=None, output=None):
    """Run it, and return the results."""
    output = Path(output or tempfile.mkdtemp())
    known = None
    if folder is None:
        weights = weights or output / "pretrained.weights.h5"
        known = pretrain(weights, epochs) if not Path(weights).exists() else None
        images, labels = digits([5, 6, 7, 8, 9])
        few = 200  # forty of each
        data, validation = (images[:few], labels[:few]), (images[few:], labels[few:])
        shape, classes = images.shape[1:], 5
    else:
        shape = (160, 160, 3)
        parts = keras.utils.image_dataset_from_directory(
            folder, image_size=shape[:2], validation_split=0.2, subset="both", seed=1
        )
        (data, validation), classes = parts, len(parts[0].class_names)
    base = network(shape, weights=weights or "imagenet", include_top=False, pooling="avg")
    model, head, tuned = transfer(base, data, validation, classes, epochs)
    path = output / "model.keras"
    model.save(path)
    x = validation[0][:8] if folder is None else next(iter(validation))[0][:8]
    again = keras.models.load_model(path)
    difference = np.abs(again.predict(x, verbose=0) - model.predict(x, verbose=0)).max()
    if known is not None:
        print(f"the first task, after {epochs} epochs: {known:.1%}")
    print(f"a new top on the frozen network: {head:.1%}")
    print(f"after fine-tuning half of it: {tuned:.1%}")
    print(f"saved to {path}; the loaded model differs by {difference:.1e}")
    return {"known": known, "head": head, "tuned": tuned, "difference": difference, "path": path}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--folder", help="with a subfolder of images for each class")
    parser.add_argument("--weights", help='"imagenet", or a file of weights')
    parser.add_argument("--output", help="where the model is saved")
    main(**vars(parser.parse_args()))
