"""Integers, such as identifiers, and their numbers."""

from collections.abc import Sequence
from typing import Any, Unpack

import numpy as np
import numpy.typing as npt

from keras_core.core.base.public import public
from keras_core.layers.preprocessing.text.vocabulary import IndexLookup
from keras_core.typing import Array, FilePath, Shaped, UnnamedLayerOptions


@public("keras.layers.IntegerLookup")
class IntegerLookup(IndexLookup):
    """Maps integers, such as identifiers, to the numbers of a vocabulary, or back.

    It runs on the host, on every backend: in a pipeline, as in ``dataset.map``, on arrays, lists
    and columns, and in workers.

    Args:
        max_tokens: Largest size of the vocabulary, special tokens included. By default there is
            no limit.
        num_oov_indices: Numbers for integers that are out of the vocabulary, 1 by default. Of
            several, one is chosen by `oov_method`; with 0 such integers are an error.
        mask_token: Integer that becomes 0 in the output mode ``"int"`` and is left out in the
            others. By default there is none.
        oov_token: Integer that stands for those out of the vocabulary, -1 by default. Returned
            with `invert` for unknown numbers.
        vocabulary: Integers in the order of their numbers, or the path of a text file with one
            on each line. By default the vocabulary is made by `adapt`.
        vocabulary_dtype: Dtype of the integers, ``"int64"`` by default, or ``"int32"``.
        idf_weights: Inverse document frequency of each integer of `vocabulary`, for the output
            mode ``"tf_idf"``.
        invert: Whether numbers are mapped to integers of the vocabulary instead. False by default.
        output_mode: ``"int"`` (the default) for the numbers; ``"one_hot"`` for a row of each
            integer; ``"multi_hot"``, ``"count"`` or ``"tf_idf"`` for one row for the last axis,
            with ones, counts, or counts times inverse document frequencies.
        sparse: Whether rows are sparse tensors, on backends that have these. False by default.
        pad_to_max_tokens: Whether rows have `max_tokens` columns, even if the vocabulary is
            smaller. False by default.
        oov_method: How one of several numbers is chosen: by the remainder, with ``"floormod"``
            (the default), or by a hash, with ``"farmhash"``.
        salt: Integer, or pair of integers: a key for the hash, by which it is SipHash64. By
            default it is FarmHash64, without a key.
        name: Name of the layer.
        **kwargs: Other arguments of `keras.layers.Layer`.

    Call arguments:
        inputs: Integers of any shape.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> layer = keras.layers.IntegerLookup(vocabulary=[12, 36])
    >>> np.asarray(layer([[12, 36], [36, 5]])).tolist()
    [[1, 2], [2, 0]]
    """

    def __init__(
        self,
        max_tokens: int | None = None,
        num_oov_indices: int = 1,
        mask_token: int | None = None,
        oov_token: int = -1,
        vocabulary: Sequence[Any] | FilePath | Shaped | None = None,
        vocabulary_dtype: str = "int64",
        idf_weights: Sequence[float] | npt.NDArray[Any] | None = None,
        invert: bool = False,
        output_mode: str = "int",
        sparse: bool = False,
        pad_to_max_tokens: bool = False,
        oov_method: str = "floormod",
        salt: int | Sequence[int] | None = None,
        name: str | None = None,
        **kwargs: Unpack[UnnamedLayerOptions],
    ) -> None:
        if vocabulary_dtype not in ("int64", "int32"):
            raise ValueError(
                "`vocabulary_dtype` must be 'int64' or 'int32'. "
                f"Received: vocabulary_dtype={vocabulary_dtype!r}"
            )
        if salt is not None and oov_method != "farmhash":
            raise ValueError(
                "`salt` can only be used when `oov_method='farmhash'`. "
                f"Received: oov_method={oov_method}"
            )
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
            oov_method,
            salt,
            name=name,
            **kwargs,
        )
        self.vocabulary_dtype = self.file_dtype = vocabulary_dtype

    def tokens_of(self, x: np.ndarray[Any, Any]) -> list[int]:
        if x.dtype.kind not in "biuf" or (x.dtype.kind == "f" and (x != np.floor(x)).any()):
            raise ValueError(
                f"IntegerLookup takes integers. Received: an array of dtype {x.dtype}. Use "
                "StringLookup for strings, and Discretization for numbers that are not whole."
            )
        return x.reshape(-1).astype("int64").tolist()

    def token_of(self, value: Any) -> int:
        return int(value)

    def shown(self, token: int) -> int:
        return token

    def array_of(self, tokens: list[int], shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
        return np.array(tokens, self.vocabulary_dtype).reshape(shape)

    def hashed(self, tokens: list[int]) -> Array:
        if self.oov_method == "floormod":
            return np.array(tokens, "int64") % self.num_oov_indices
        return super().hashed(tokens)

    def get_config(self) -> dict[str, Any]:
        return {**self.config_parts(), "vocabulary_dtype": self.vocabulary_dtype}
