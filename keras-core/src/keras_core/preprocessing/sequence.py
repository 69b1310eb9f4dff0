"""`keras.preprocessing.sequence`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.data.sequences import pad_sequences as pad_sequences
    from keras_core.data.timeseries_generator import TimeseriesGenerator as TimeseriesGenerator
    from keras_core.data.word_pairs import make_sampling_table as make_sampling_table
    from keras_core.data.word_pairs import skipgrams as skipgrams
else:
    __getattr__, __dir__ = lazily(__name__)

__all__ = [
    "TimeseriesGenerator",
    "make_sampling_table",
    "pad_sequences",
    "skipgrams",
]
