"""`keras.preprocessing.sequence`."""

from keras_core.data.sequences import pad_sequences
from keras_core.data.timeseries_generator import TimeseriesGenerator
from keras_core.data.word_pairs import make_sampling_table, skipgrams

__all__ = [
    "TimeseriesGenerator",
    "make_sampling_table",
    "pad_sequences",
    "skipgrams",
]
