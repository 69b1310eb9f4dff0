"""Texts as numbers of their words."""

import string
from collections.abc import Callable, Sequence
from typing import Any, Self, Unpack

import numpy as np
import numpy.typing as npt

from keras_core.core.base import config as settings
from keras_core.core.base.public import public
from keras_core.core.objects import serialization
from keras_core.core.tensors import ragged as ragged_tensors
from keras_core.core.tensors import runtime
from keras_core.core.tensors.sparse import Coo
from keras_core.data.texts import as_bytes, host_array, text_array
from keras_core.layers.preprocessing.pipelines import in_pipeline, is_on_host
from keras_core.layers.preprocessing.text.host import (
    OUTPUT_MODES,
    HostLayer,
    batches_of,
    encoded_shape,
    in_trace,
    pipeline_for,
)
from keras_core.layers.preprocessing.text.string_lookup import StringLookup
from keras_core.layers.preprocessing.text.vocabulary import (
    announce,
    check_no_path,
    check_ready,
    columns,
)
from keras_core.typing import (
    Array,
    Data,
    FilePath,
    Shape,
    Shaped,
    Tensor,
    TensorLike,
    UnnamedLayerOptions,
)

_LOWER = bytes.maketrans(string.ascii_uppercase.encode(), string.ascii_lowercase.encode())
_PUNCTUATION = string.punctuation.encode()

_STANDARDIZE: dict[Any, Callable[[bytes], bytes]] = {
    "lower_and_strip_punctuation": lambda t: t.translate(_LOWER, _PUNCTUATION),
    "lower": lambda t: t.translate(_LOWER),
    "strip_punctuation": lambda t: t.translate(None, _PUNCTUATION),
}
"""On UTF-8, so that only letters and signs of ASCII are changed."""

_SPLIT: dict[Any, Callable[[bytes], list[bytes]]] = {
    "whitespace": bytes.split,
    "character": lambda t: [c.encode() for c in t.decode("utf-8", "replace")],
}


@public("keras.layers.TextVectorization")
class TextVectorization(HostLayer):
    """Maps texts to the numbers of their words.

    A text is standardised, split into words, and, if that is asked for, these are joined to
    n-grams; each has a number in the vocabulary, which `adapt` makes of the most frequent ones.

    It runs on the host, on every backend: in a pipeline, as in ``dataset.map``, on arrays, lists
    and columns, and in workers.

    Args:
        max_tokens: Largest size of the vocabulary, special tokens included. By default there is
            no limit.
        standardize: ``"lower_and_strip_punctuation"`` (the default), ``"lower"`` or
            ``"strip_punctuation"``, all of which change letters and signs of ASCII only; None for
            texts as they are; or a function of an array of texts that returns another.
        split: ``"whitespace"`` (the default), ``"character"``; None for whole texts; or a
            function of an array of texts that returns a list of words for each.
        ngrams: Length of the longest sequences of words that are tokens too, or a tuple of all
            lengths. By default words are the tokens.
        output_mode: ``"int"`` (the default) for the numbers of the tokens, in a row padded with
            zeros; ``"multi_hot"``, ``"count"`` or ``"tf_idf"`` for a column for each token of the
            vocabulary, with ones, counts, or counts times inverse document frequencies.
        output_sequence_length: Number of tokens that rows are padded with zeros or cut to, in the
            output mode ``"int"``. By default that of the longest text of the batch.
        pad_to_max_tokens: Whether rows have `max_tokens` columns, even if the vocabulary is
            smaller. False by default.
        vocabulary: Tokens in the order of their numbers, or the path of a text file with one on
            each line. By default the vocabulary is made by `adapt`.
        idf_weights: Inverse document frequency of each token of `vocabulary`, for the output
            mode ``"tf_idf"``.
        sparse: Whether rows are sparse tensors, on backends that have these. False by default.
        ragged: Whether rows are not filled up: the result is a ragged tensor, or a list of arrays
            on backends that have no ragged tensors. False by default.
        encoding: Encoding of texts that are given as bytes; ``"utf-8"``, which is the default.
        name: Name of the layer.
        **kwargs: Other arguments of `keras.layers.Layer`.

    Call arguments:
        inputs: Texts of shape ``(batch,)`` or ``(batch, 1)``.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> layer = keras.layers.TextVectorization(output_sequence_length=4)
    >>> layer.adapt(["The quick fox.", "The lazy dog!"])
    >>> layer.get_vocabulary()
    ['', '[UNK]', 'the', 'quick', 'lazy', 'fox', 'dog']
    >>> np.asarray(layer(["the lazy cat"])).tolist()
    [[2, 4, 1, 0]]
    """

    _widths: tuple[int, ...] | None

    def __init__(
        self,
        max_tokens: int | None = None,
        standardize: str | Callable[..., Any] | None = "lower_and_strip_punctuation",
        split: str | Callable[..., Any] | None = "whitespace",
        ngrams: int | tuple[int, ...] | None = None,
        output_mode: str = "int",
        output_sequence_length: int | None = None,
        pad_to_max_tokens: bool = False,
        vocabulary: Sequence[Any] | FilePath | Shaped | None = None,
        idf_weights: Sequence[float] | npt.NDArray[Any] | None = None,
        sparse: bool = False,
        ragged: bool = False,
        encoding: str = "utf-8",
        name: str | None = None,
        **kwargs: Unpack[UnnamedLayerOptions],
    ) -> None:
        super().__init__(name=name, **kwargs)
        for what, value, known in (
            ("standardize", standardize, _STANDARDIZE),
            ("split", split, _SPLIT),
        ):
            if value is not None and not callable(value) and value not in known:
                raise ValueError(
                    f"Unknown value for `{what}` argument of TextVectorization. Allowed values "
                    f"are: {tuple(known)}, None or a function. Received: {what}={value}"
                )
        if output_mode not in OUTPUT_MODES:
            raise ValueError(
                "Unknown value for `output_mode` argument of TextVectorization. Allowed values "
                f"are: {OUTPUT_MODES}. Received: output_mode={output_mode}"
            )
        widths = range(1, ngrams + 1) if isinstance(ngrams, int) else ngrams
        if widths is not None and not (
            isinstance(widths, (range, tuple, list))
            and widths
            and all(isinstance(n, int) and n > 0 for n in widths)
        ):
            raise ValueError(
                "`ngrams` must be None, an integer, or a tuple of integers. "
                f"Received: ngrams={ngrams}"
            )
        length = output_sequence_length
        if length is not None and output_mode != "int":
            raise ValueError(
                "`output_sequence_length` must not be set if `output_mode` is not 'int'. "
                f"Received output_sequence_length={length}."
            )
        if length is not None and (not isinstance(length, int) or length < 1):
            raise ValueError(
                "`output_sequence_length` must be a positive integer or None. "
                f"Received: output_sequence_length={length!r}"
            )
        if ragged and output_mode != "int":
            raise ValueError(
                "`ragged` must not be true if `output_mode` is not `'int'`. "
                f"Received: ragged={ragged} and output_mode={output_mode}"
            )
        self.max_tokens, self.standardize, self.split = max_tokens, standardize, split
        self.ngrams, self.output_mode = ngrams, output_mode
        self.output_sequence_length, self.pad_to_max_tokens = length, pad_to_max_tokens
        self.sparse, self.ragged, self.encoding = sparse, ragged, encoding
        self._keep(_widths=None if widths is None else tuple(widths))
        self._lookup_layer = StringLookup(
            max_tokens=max_tokens,
            vocabulary=vocabulary,
            idf_weights=idf_weights,
            pad_to_max_tokens=pad_to_max_tokens,
            mask_token="",
            output_mode=output_mode,
            sparse=sparse,
            encoding=encoding,
        )

    def build(self, input_shape: Shape | None = None) -> None:
        """Take note that the layer is built: it has no weights, and takes texts of any shape.

        Args:
            input_shape: The shape of the texts; None, the default, if it is not known.
        """

    # -- The vocabulary --------------------------------------------------------------

    def get_vocabulary(self, include_special_tokens: bool = True) -> list[str]:
        """The vocabulary, in the order of its numbers.

        Args:
            include_special_tokens: Whether the tokens for padding and for what is out of the
                vocabulary are part of it. True by default.
        """
        return self._lookup_layer.get_vocabulary(include_special_tokens)

    def vocabulary_size(self) -> int:
        """The number of tokens, special ones included."""
        return self._lookup_layer.vocabulary_size()

    def set_vocabulary(
        self,
        vocabulary: Sequence[Any] | FilePath | Shaped,
        idf_weights: Sequence[float] | npt.NDArray[Any] | None = None,
    ) -> None:
        """Sets the vocabulary.

        Args:
            vocabulary: Tokens in the order of their numbers, with or without the special ones at
                the beginning; or the path of a text file with one on each line.
            idf_weights: Inverse document frequency of each token, for the output mode
                ``"tf_idf"``.
        """
        self._lookup_layer.set_vocabulary(vocabulary, idf_weights)

    def adapt(self, data: Data, batch_size: int | None = None, steps: int | None = None) -> None:
        """Makes the vocabulary of all tokens in some texts, the most frequent ones first.

        Args:
            data: Array, list or tensor of texts; or whatever yields batches of such: a
                `PyDataset`, a ``tf.data.Dataset``, a loader of torch, a generator.
            batch_size: Texts that are looked at at a time, 512 by default.
            steps: Number of batches to look at. By default all.
        """
        self.reset_state()
        for batch in batches_of(data, steps):
            size = batch_size or 512  # so many words that caches hold them
            for i in range(0, len(batch) if batch.ndim else 1, size):
                self.update_state(batch[i : i + size] if batch.ndim else batch)
        self.finalize_state()

    def update_state(self, data: TensorLike) -> None:
        """Counts the tokens of a batch of texts."""
        self._lookup_layer.count_documents(self._tokens(host_array(data)))

    def finalize_state(self) -> None:
        """Makes the vocabulary of what was counted."""
        self._lookup_layer.finalize_state()

    def reset_state(self) -> None:
        """Forgets the vocabulary, unless the constructor was given it, and what was counted."""
        self._lookup_layer.reset_state()

    # -- Computing -------------------------------------------------------------------

    def _tokens(self, x: np.ndarray[Any, Any]) -> list[list[bytes]]:
        """The tokens of each text."""
        if self.split is not None and x.ndim > 1:
            if x.shape[-1] != 1:
                raise ValueError(
                    "When using `TextVectorization` to tokenize strings, the input rank must be 1 "
                    f"or the last shape dimension must be 1. Received: inputs.shape={x.shape} "
                    f"with rank={x.ndim}"
                )
            x = x[..., 0]
        texts = as_bytes(x)
        if callable(self.standardize):
            made = host_array(self.standardize(text_array(texts, (len(texts),))))
            texts = as_bytes(made)
        elif self.standardize is not None:
            texts = list(map(_STANDARDIZE[self.standardize], texts))
        if self.split is None:
            tokens = [[t] for t in texts]
        elif callable(self.split):
            parts = self.split(text_array(texts, (len(texts),)))
            parts = parts.to_list() if hasattr(parts, "to_list") else parts
            tokens = [
                as_bytes(host_array(list(p) if not hasattr(p, "shape") else p)) for p in parts
            ]
        else:
            tokens = list(map(_SPLIT[self.split], texts))
        if self._widths is None:
            return tokens
        return [
            [b" ".join(t[i : i + n]) for n in self._widths for i in range(len(t) - n + 1)]
            for t in tokens
        ]

    def transform(self, x: np.ndarray[Any, Any]) -> Array | Coo:
        lookup = self._lookup_layer
        check_ready(lookup)
        if self.split is None and self._widths is None and self.output_mode == "int":
            tokens = [t[0] for t in self._tokens(x)]
            numbers = lookup.numbers_for(tokens).reshape(x.shape)
            return numbers if x.ndim < 2 else self._fitted(numbers)
        rows = self._tokens(x)
        lengths = np.fromiter(map(len, rows), "int64", len(rows))
        numbers = lookup.numbers_for([t for row in rows for t in row])
        width = self.output_sequence_length or int(lengths.max(initial=0))
        there = np.arange(int(lengths.max(initial=0))) < lengths[:, None]
        fill = 0 if self.output_mode == "int" else -1
        table = np.full(there.shape, fill, "int64")
        table[there] = numbers
        if self.output_mode != "int":
            return lookup.encoded(table)
        out = np.zeros((len(rows), width), "int64")
        kept = min(width, table.shape[1])
        out[:, :kept] = table[:, :kept]
        return out if x.ndim else out[0]

    def _fitted(self, numbers: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        width = self.output_sequence_length or numbers.shape[-1]
        out = np.zeros((*numbers.shape[:-1], width), "int64")
        kept = min(width, numbers.shape[-1])
        out[..., :kept] = numbers[..., :kept]
        return out

    def call(self, inputs: TensorLike) -> Tensor:
        if ragged_tensors.is_ragged(inputs):
            if self.split is None and self.ragged:
                return ragged_tensors.map_values(self._as_numbers, inputs)
            inputs = ragged_tensors.to_dense(inputs)
        if not self.ragged or self.split is None:
            return super().call(inputs)
        has_ragged = runtime.BACKEND.ragged is not None
        if has_ragged and in_trace(inputs):
            kind = pipeline_for(type(self).__name__, [inputs])
            specs = [((None,), "int64"), ((None,), "int64")]
            return ragged_tensors.from_rows(*in_pipeline(kind, self._rows, [inputs], specs))
        if in_trace(inputs):
            return super().call(inputs)
        self.built = True
        numbers, lengths = self._rows(host_array(inputs))
        if has_ragged and not is_on_host():
            return ragged_tensors.from_rows(numbers, lengths)
        return np.split(numbers, np.cumsum(lengths)[:-1])

    def _as_numbers(self, tokens: Any) -> Any:
        """The numbers of texts that are a token each."""
        return super().call(tokens)

    def _rows(self, x: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """The numbers of the tokens of all texts, and how many each text has."""
        rows = [row[: self.output_sequence_length] for row in self._tokens(x)]
        lengths = np.fromiter(map(len, rows), "int64", len(rows))
        return self._lookup_layer.numbers_for([t for row in rows for t in row]), lengths

    def output_shape_and_dtype(self, shape: tuple[Any, ...]) -> tuple[tuple[Any, ...], str]:
        lookup = self._lookup_layer
        if self.output_mode != "int":
            depth = columns(lookup)
            out = encoded_shape((*shape[:1], None), self.output_mode, depth)
            return out, settings.floatx() if self.output_mode == "tf_idf" else "int64"
        if self.split is None:
            return shape, "int64"
        return (*shape[:1], self.output_sequence_length), "int64"

    # -- Configs and files -----------------------------------------------------------

    def get_config(self) -> dict[str, Any]:
        inner = self._lookup_layer.get_config()
        return {
            **self._base_config(),
            "max_tokens": self.max_tokens,
            "standardize": self._function(self.standardize),
            "split": self._function(self.split),
            "ngrams": self.ngrams,
            "output_mode": self.output_mode,
            "output_sequence_length": self.output_sequence_length,
            "pad_to_max_tokens": self.pad_to_max_tokens,
            "sparse": self.sparse,
            "ragged": self.ragged,
            "vocabulary": inner["vocabulary"],
            "idf_weights": inner["idf_weights"],
            "encoding": self.encoding,
            "vocabulary_size": self.vocabulary_size(),
        }

    @staticmethod
    def _function(value: Any) -> Any:
        return serialization.serialize_keras_object(value) if callable(value) else value

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """A layer from its config. The vocabulary that it was adapted to is in the assets."""
        config = dict(config)
        size = config.pop("vocabulary_size", None)
        check_no_path(config.get("vocabulary"))
        for name in ("standardize", "split"):
            if isinstance(config.get(name), dict):
                config[name] = serialization.deserialize_keras_object(config[name])
        if isinstance(config.get("ngrams"), list):
            config["ngrams"] = tuple(config["ngrams"])
        layer = cls(**config)
        if config.get("vocabulary") is None and size:
            announce(layer._lookup_layer, size)
        return layer

    def save_own_variables(self, store: Any) -> None:
        """Writes the inverse document frequencies, if there are any."""
        self._lookup_layer.save_own_variables(store)

    def load_own_variables(self, store: Any) -> None:
        """Reads the inverse document frequencies; the tokens come with the assets."""
        self._lookup_layer.load_own_variables(store)

    def save_assets(self, dir_path: FilePath) -> None:
        """Writes the vocabulary to a folder."""
        self._lookup_layer.save_assets(dir_path)

    def load_assets(self, dir_path: FilePath) -> None:
        """Reads the vocabulary from a folder."""
        self._lookup_layer.load_assets(dir_path)
