"""A run of `fit` with a backup, in a process that may end in the middle of it."""

import os
import sys

import numpy as np

import keras_core as keras
from keras_core import callbacks, layers

folder, result, die_at = sys.argv[1:]
seen = 0


class Die(callbacks.Callback):
    def on_train_batch_begin(self, batch, logs=None):
        global seen
        if str(seen) == die_at:
            os.kill(os.getpid(), 9)
        seen += 1


rng = np.random.default_rng(0)
X = rng.normal(size=(16, 3)).astype("float32")
if die_at != "never" or not os.listdir(folder):
    keras.utils.set_random_seed(1)  # the run that is taken up does not need it
model = keras.Sequential([keras.Input((3,)), layers.Dropout(0.2), layers.Dense(1)])
model.compile("adam", "mse")
backup = callbacks.BackupAndRestore(folder, save_freq=3)
model.fit(X, X[:, :1], 4, epochs=3, verbose=0, callbacks=[backup, Die()])
np.savez(result, *model.get_weights())
