"""Strings and their numbers."""

from collections.abc import Sequence
from typing import Any, Unpack

import numpy as np
import numpy.typing as npt

from keras_core.core.base.public import public
from keras_core.data.texts import as_bytes, distinct, text_array
from keras_core.layers.preprocessing.text.vocabulary import IndexLookup
from keras_core.typing import FilePath, Shaped, UnnamedLayerOptions


@public("keras.layers.StringLookup")
class StringLookup(IndexLookup):
    """Maps strings to the numbers of a vocabulary, or back.

    It runs on the host, on every backend: in a pipeline, as in ``dataset.map``, on arrays, lists
    and columns, and in workers.

    Args:
        max_tokens: Largest size of the vocabulary, special tokens included. By default there is
            no limit.
        num_oov_indices: Numbers for strings that are out of the vocabulary, 1 by default. Of
            several, one is chosen by a hash; with 0 such strings are an error.
        mask_token: String that becomes 0 in the output mode ``"int"`` and is left out in the
            others. By default there is none.
        oov_token: String that stands for those out of the vocabulary, ``"[UNK]"`` by default.
            Returned with `invert` for unknown numbers.
        vocabulary: Strings in the order of their numbers, or the path of a text file with one on
            each line. By default the vocabulary is made by `adapt`.
        idf_weights: Inverse document frequency of each string of `vocabulary`, for the output
            mode ``"tf_idf"``.
        invert: Whether numbers are mapped to strings instead. False by default.
        output_mode: ``"int"`` (the default) for the numbers; ``"one_hot"`` for a row of each
            string; ``"multi_hot"``, ``"count"`` or ``"tf_idf"`` for one row for the last axis,
            with ones, counts, or counts times inverse document frequencies.
        pad_to_max_tokens: Whether rows have `max_tokens` columns, even if the vocabulary is
            smaller. False by default.
        sparse: Whether rows are sparse tensors, on backends that have these. False by default.
        encoding: Encoding of strings that are given as bytes; ``"utf-8"``, which is the default.
        name: Name of the layer.
        salt: Integer, or pair of integers: a key for the hash of strings out of the vocabulary,
            by which it is SipHash64. By default it is FarmHash64, without a key.
        **kwargs: Other arguments of `keras.layers.Layer`.

    Call arguments:
        inputs: Strings, or with `invert` integers, of any shape.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> layer = keras.layers.StringLookup(vocabulary=["a", "b"])
    >>> np.asarray(layer([["a", "b"], ["b", "?"]])).tolist()
    [[1, 2], [2, 0]]
    """

    def __init__(
        self,
        max_tokens: int | None = None,
        num_oov_indices: int = 1,
        mask_token: str | None = None,
        oov_token: str = "[UNK]",
        vocabulary: Sequence[Any] | FilePath | Shaped | None = None,
        idf_weights: Sequence[float] | npt.NDArray[Any] | None = None,
        invert: bool = False,
        output_mode: str = "int",
        pad_to_max_tokens: bool = False,
        sparse: bool = False,
        encoding: str = "utf-8",
        name: str | None = None,
        salt: int | Sequence[int] | None = None,
        **kwargs: Unpack[UnnamedLayerOptions],
    ) -> None:
        super().__init__(
            max_tokens,
            num_oov_indices,
            mask_token,
            oov_token,
            vocabulary,
            idf_weights,
            invert,
            output_mode,
            sparse,
            pad_to_max_tokens,
            salt=salt,
            name=name,
            **kwargs,
        )
        self.encoding = encoding

    def tokens_of(self, x: np.ndarray[Any, Any]) -> list[bytes]:
        return as_bytes(x)

    def numbers_of(self, x: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        values, places = distinct(x)
        return self.numbers_for(values)[places]

    def token_of(self, value: Any) -> bytes:
        return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")

    def shown(self, token: bytes) -> str:
        return token.decode("utf-8", "replace")

    def array_of(self, tokens: list[bytes], shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
        return text_array(tokens, shape)

    def get_config(self) -> dict[str, Any]:
        return {**self.config_parts(), "encoding": self.encoding}
