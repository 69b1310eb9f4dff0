"""Datasets for worker processes, which import them from here."""

import os

import numpy as np

import keras_core as keras


class Squares(keras.utils.PyDataset):
    """Its batches say by which process, and on which backend, they were made."""

    bad = crash = -1
    epoch = 0

    def __len__(self):
        return 6

    def __getitem__(self, index):
        if index == self.bad:
            raise RuntimeError(f"no file {index}")
        if index == self.crash:
            os._exit(3)
        x = np.full((2, 1), float(index + 10 * self.epoch))
        return x, np.array([[os.getpid()], [len(keras.backend.backend())]])

    def on_epoch_end(self):
        self.epoch += 1


class Endless(Squares):
    """It has no length."""

    def __len__(self):
        raise NotImplementedError
