"""A `fit`, `evaluate` or `predict` whose workers hang, for a signal to end it."""

import os
import pathlib
import signal
import sys
import time

import numpy as np

import keras_core as keras

method, kind, handler, folder = sys.argv[1:]


class Hangs(keras.utils.PyDataset):
    def __len__(self):
        return 20

    def __getitem__(self, index):
        if index >= 3:
            (pathlib.Path(folder) / str(os.getpid())).touch()
            time.sleep(600)
        return np.zeros((2, 3)), np.zeros((2, 1))


class End(keras.callbacks.Callback):
    def on_train_end(self, logs=None):
        print("end")

    on_test_end = on_predict_end = on_train_end


if __name__ == "__main__":
    # Programs in the background of a shell are started with this signal ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if handler == "raises":
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(3))
    options = {
        "alone": {},
        "threads": {"workers": 3},
        "processes": {"workers": 2, "use_multiprocessing": True},
    }[kind]
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    getattr(model, method)(Hangs(**options), verbose=0, callbacks=[End()])
