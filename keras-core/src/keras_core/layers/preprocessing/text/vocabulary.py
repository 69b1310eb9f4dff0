"""Tokens and their numbers: what the look-up layers share."""

import os
from collections import Counter
from collections.abc import Sequence
from itertools import repeat
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from keras_core.core.base import config
from keras_core.core.objects import serialization
from keras_core.core.tensors.sparse import Coo
from keras_core.data.hashes import farmhash64, siphash64
from keras_core.layers.preprocessing.text.host import (
    OUTPUT_MODES,
    HostLayer,
    batches_of,
    encode,
    encoded_shape,
)
from keras_core.typing import Array, Data, FilePath, Shaped, TensorLike

_FILE = "vocabulary.txt"


class _Held:
    """The vocabulary of a layer, and what it has counted. No container, so it is not tracked."""

    def __init__(self) -> None:
        self.tokens: list[Any] | None = None
        """Without special ones, in the order of their numbers."""

        self.numbers: dict[Any, int] = {}
        self.weights: Any = None
        """Inverse document frequencies of the tokens."""

        self.clear_counts()

    def clear_counts(self) -> None:
        self.counts: Counter[Any] = Counter()
        self.documents: Counter[Any] = Counter()
        self.total = 0


class IndexLookup(HostLayer):
    """Numbers for tokens, or tokens for numbers.

    A subclass says how tokens come from arrays (`tokens_of`), how they are shown and written
    (`shown`, `token_of`) and what arrays they make (`array_of`).
    """

    file_dtype = "string"
    """Dtype of the tokens."""

    _given: Any
    _announced: int | None

    def __init__(
        self,
        max_tokens: int | None,
        num_oov_indices: int,
        mask_token: Any,
        oov_token: Any,
        vocabulary: Sequence[Any] | FilePath | Shaped | None = None,
        idf_weights: Sequence[float] | npt.NDArray[Any] | None = None,
        invert: bool = False,
        output_mode: str = "int",
        sparse: bool = False,
        pad_to_max_tokens: bool = False,
        oov_method: str = "floormod",
        salt: int | Sequence[int] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        kind = type(self).__name__
        if max_tokens is not None and max_tokens <= 1:
            raise ValueError(
                f"If set, `max_tokens` must be greater than 1. Received: max_tokens={max_tokens}"
            )
        if pad_to_max_tokens and max_tokens is None:
            raise ValueError(
                "If pad_to_max_tokens is True, must set `max_tokens`. "
                f"Received: max_tokens={max_tokens}"
            )
        if num_oov_indices < 0:
            raise ValueError(
                "`num_oov_indices` must be greater than or equal to 0. "
                f"Received: num_oov_indices={num_oov_indices}"
            )
        if output_mode not in OUTPUT_MODES:
            raise ValueError(
                f"Unknown value for `output_mode` argument of {kind}. Allowed values are: "
                f"{OUTPUT_MODES}. Received: output_mode={output_mode}"
            )
        if invert and output_mode != "int":
            raise ValueError(
                "`output_mode` must be `'int'` when `invert` is true. "
                f"Received: output_mode={output_mode}"
            )
        if sparse and output_mode == "int":
            raise ValueError(
                "`sparse` may only be true if `output_mode` is `'one_hot'`, `'multi_hot'`, "
                f"`'count'` or `'tf_idf'`. Received: sparse={sparse} and output_mode={output_mode}"
            )
        if idf_weights is not None and output_mode != "tf_idf":
            raise ValueError(
                "`idf_weights` should only be set if `output_mode` is `'tf_idf'`. Received: "
                f"idf_weights={idf_weights} and output_mode={output_mode}"
            )
        if oov_method not in ("floormod", "farmhash"):
            raise ValueError(
                "`oov_method` must be 'floormod' or 'farmhash'. "
                f"Received: oov_method={oov_method!r}"
            )
        self.max_tokens, self.num_oov_indices = max_tokens, num_oov_indices
        self.mask_token, self.oov_token = mask_token, oov_token
        self.invert, self.output_mode, self.sparse = invert, output_mode, sparse
        self.pad_to_max_tokens, self.oov_method = pad_to_max_tokens, oov_method
        self.salt = salt_of(salt)
        self._held = _Held()
        self._keep(_given=None)
        """The vocabulary that the constructor was given, which is part of the config."""

        self._keep(_announced=None)
        """The size of the vocabulary that the config says will be read from a file."""

        if vocabulary is not None:
            self.set_vocabulary(vocabulary, idf_weights)
            named = isinstance(vocabulary, (str, os.PathLike))
            self._keep(_given=os.fspath(vocabulary) if named else self._held.tokens)
        elif idf_weights is not None:
            raise ValueError("`idf_weights` go with a `vocabulary`, which was not given.")

    # -- Tokens ----------------------------------------------------------------------

    def tokens_of(self, x: np.ndarray[Any, Any]) -> list[Any]:
        """The elements of an array as tokens, flat."""
        raise NotImplementedError

    def token_of(self, value: Any) -> Any:
        """One token of what a user gives, or of a line of a file."""
        raise NotImplementedError

    def shown(self, token: Any) -> Any:
        """A token as users see it."""
        raise NotImplementedError

    def array_of(self, tokens: list[Any], shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
        """An array of tokens."""
        raise NotImplementedError

    def hashed(self, tokens: list[Any]) -> Array:
        """Numbers from 0 to `num_oov_indices` for tokens out of the vocabulary."""
        texts = [t if isinstance(t, bytes) else str(t).encode() for t in tokens]
        hashes = farmhash64(texts) if self.salt is None else siphash64(texts, self.salt)
        return (hashes % np.uint64(self.num_oov_indices)).astype("int64")

    # -- The vocabulary --------------------------------------------------------------

    @property
    def _first_oov(self) -> int:
        return int(self.mask_token is not None and self.output_mode == "int")

    @property
    def _first_token(self) -> int:
        return self._first_oov + self.num_oov_indices

    def _specials(self) -> list[Any]:
        """The tokens before those of the vocabulary."""
        mask = [self.mask_token] if self._first_oov else []
        return mask + [self.oov_token] * self.num_oov_indices

    def get_vocabulary(self, include_special_tokens: bool = True) -> list[Any]:
        """The vocabulary, in the order of its numbers.

        Args:
            include_special_tokens: Whether the tokens for masking and for what is out of the
                vocabulary are part of it. True by default.
        """
        tokens = [self.shown(t) for t in self._held.tokens or ()]
        return self._specials() + tokens if include_special_tokens else tokens

    def vocabulary_size(self) -> int:
        """The number of tokens, special ones included."""
        return self._first_token + len(self._held.tokens or ())

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

        Raises:
            ValueError: If a token comes twice, there are too many, or the file cannot be read.
        """
        if isinstance(vocabulary, (str, os.PathLike)):
            vocabulary = _read(vocabulary)
        tokens = [
            self.token_of(t) for t in np.asarray(vocabulary, dtype=object).reshape(-1).tolist()
        ]
        if not tokens:
            raise ValueError(f"Cannot set an empty vocabulary. Received: vocabulary={vocabulary}")
        specials = [self.token_of(t) for t in self._specials()]
        if specials and tokens[: len(specials)] == specials:
            tokens = tokens[len(specials) :]
            if idf_weights is not None and len(idf_weights) == len(tokens) + len(specials):
                idf_weights = idf_weights[len(specials) :]
        for what, special in (("mask", self.mask_token), ("OOV", self.oov_token)):
            known = special is not None and (what == "OOV" or self._first_oov)
            if (
                known
                and self.num_oov_indices + self._first_oov
                and self.token_of(special) in tokens
            ):
                raise ValueError(
                    f"Found reserved {what} token {special!r} at an unexpected location of the "
                    f"vocabulary, {tokens.index(self.token_of(special))}. Leave it out: the layer "
                    f"puts it in. Received: vocabulary={_short(vocabulary)}"
                )
        repeated = [self.shown(t) for t, n in Counter(tokens).items() if n > 1]
        if repeated:
            raise ValueError(
                "The passed vocabulary has at least one repeated term. Please uniquify your "
                f"dataset. The repeated terms are: {_short(repeated)}"
            )
        size = self._first_token + len(tokens)
        if self.max_tokens is not None and size > self.max_tokens:
            raise ValueError(
                "Attempted to set a vocabulary larger than the maximum vocab size. Received "
                f"vocabulary size is {size}; `max_tokens` is {self.max_tokens}."
            )
        if self.output_mode == "tf_idf" and idf_weights is None:
            raise ValueError(
                "When specifying the `vocabulary` argument, in TF-IDF output mode, the "
                "`idf_weights` argument must also be provided."
            )
        if idf_weights is not None and len(idf_weights) != len(tokens):
            raise ValueError(
                "`idf_weights` must be the same length as vocabulary. len(idf_weights) is "
                f"{len(idf_weights)}; len(vocabulary) is {len(tokens)}"
            )
        self._hold(tokens, idf_weights)

    def _hold(self, tokens: list[Any], weights: Any) -> None:
        held = self._held
        first = self._first_token
        held.tokens = tokens
        held.numbers = {t: i for i, t in enumerate(tokens, first)}
        if self.mask_token is not None:
            held.numbers[self.token_of(self.mask_token)] = 0 if self._first_oov else -1
        held.weights = None if weights is None else np.asarray(weights, config.floatx())

    def share_with(self, twin: "IndexLookup") -> None:
        """Gives another layer the vocabulary."""
        twin._keep(_held=self._held)

    # -- Adapting --------------------------------------------------------------------

    def adapt(self, data: Data, steps: int | None = None) -> None:
        """Makes the vocabulary of all tokens in some data, the most frequent ones first.

        Args:
            data: Array, list or tensor of tokens; or whatever yields batches of such: a
                `PyDataset`, a ``tf.data.Dataset``, a loader of torch, a generator.
            steps: Number of batches to look at. By default all.
        """
        self.reset_state()
        for batch in batches_of(data, steps):
            self.update_state(batch)
        self.finalize_state()

    def update_state(self, data: TensorLike) -> None:
        """Counts the tokens of a batch."""
        x = np.asarray(data)
        tokens = self.tokens_of(x)
        width = x.shape[-1] if x.ndim > 1 else 1 if x.ndim else len(tokens)
        if x.ndim == 1:
            width = 1
        self.count(tokens, width)

    def count(self, tokens: list[Any], width: int) -> None:
        """Counts tokens, of which each ``width`` make a document."""
        held = self._held
        held.counts.update(tokens)
        if self.output_mode == "tf_idf":
            for i in range(0, len(tokens), width):
                held.documents.update(set(tokens[i : i + width]))
            held.total += -(-len(tokens) // max(width, 1))

    def count_documents(self, documents: list[list[Any]]) -> None:
        """Counts the tokens of documents."""
        held = self._held
        for document in documents:
            held.counts.update(document)
            if self.output_mode == "tf_idf":
                held.documents.update(set(document))
        held.total += len(documents)

    def finalize_state(self) -> None:
        """Makes the vocabulary of what was counted."""
        held = self._held
        if self._given is not None or not held.counts:
            return
        for special in (self.mask_token, self.oov_token):
            if special is not None:
                held.counts.pop(self.token_of(special), None)
        tokens = sorted(held.counts, reverse=True)
        tokens.sort(key=held.counts.__getitem__, reverse=True)
        if self.max_tokens is not None:
            tokens = tokens[: self.max_tokens - self._first_token]
        weights = None
        if self.output_mode == "tf_idf":
            found = np.array([held.documents[t] for t in tokens], "float64")
            weights = np.log(1 + held.total / (1 + found))
        self._hold(tokens, weights)
        held.clear_counts()

    def reset_state(self) -> None:
        """Forgets the vocabulary, unless the constructor was given it, and what was counted."""
        self._held.clear_counts()
        if self._given is None:
            self._held.tokens, self._held.numbers = None, {}

    # -- Computing -------------------------------------------------------------------

    def transform(self, x: np.ndarray[Any, Any]) -> Array | Coo:
        check_ready(self)
        if self.invert:
            return self._tokens_for(x)
        return self.encoded(self.numbers_of(x).reshape(x.shape))

    def numbers_of(self, x: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """The numbers of the elements of an array, flat."""
        return self.numbers_for(self.tokens_of(x))

    def numbers_for(self, tokens: list[Any]) -> np.ndarray[Any, Any]:
        """The numbers of tokens."""
        numbers, missing = self._held.numbers, -2
        one = self._first_oov if self.num_oov_indices == 1 else missing
        out = np.fromiter(map(numbers.get, tokens, repeat(one)), "int64", len(tokens))
        if self.num_oov_indices != 1:
            unknown = np.flatnonzero(out == missing)
            if len(unknown):
                others = [tokens[i] for i in unknown]
                if not self.num_oov_indices:
                    names = sorted({str(self.shown(t)) for t in others})
                    raise ValueError(
                        "When `num_oov_indices=0` all inputs should be in vocabulary, found OOV "
                        f"values {_short(names)}, consider setting `num_oov_indices=1`."
                    )
                out[unknown] = self._first_oov + self.hashed(others)
        return out

    def encoded(self, numbers: np.ndarray[Any, Any]) -> Array | Coo:
        """Numbers of tokens in the output mode."""
        mode = self.output_mode
        weights = None
        if mode == "tf_idf":
            weights = np.zeros(self._depth(), config.floatx())
            weights[: self.vocabulary_size()] = self._all_weights()
        dtype = config.floatx() if mode == "tf_idf" else "int64"
        return encode(numbers, mode, self._depth(), dtype, weights, self.sparse)

    def _all_weights(self) -> np.ndarray[Any, Any]:
        """The weights of all numbers: tokens out of the vocabulary count as one of mean weight."""
        own = self._held.weights
        return np.concatenate([np.full(self._first_token, own.mean()), own]).astype("float32")

    def _tokens_for(self, x: np.ndarray[Any, Any]) -> Any:
        vocabulary = [self.token_of(t) for t in self._specials()] + list(self._held.tokens or ())
        oov = self.token_of(self.oov_token)
        size = len(vocabulary)
        numbers = x.reshape(-1).astype("int64").tolist()
        return self.array_of([vocabulary[i] if 0 <= i < size else oov for i in numbers], x.shape)

    def _depth(self) -> int:
        if self.pad_to_max_tokens and self.max_tokens is not None:
            return self.max_tokens
        return self._size()

    def _is_sized(self) -> bool:
        """Whether it is known how many columns there are."""
        held = self._held.tokens is not None or self._announced is not None
        return held or self.pad_to_max_tokens

    def _size(self) -> int:
        """The size of the vocabulary, or of the one to come."""
        if self._held.tokens is None and self._announced is not None:
            return self._announced
        return self.vocabulary_size()

    def output_shape_and_dtype(self, shape: tuple[Any, ...]) -> tuple[tuple[Any, ...], str]:
        if self.invert:
            return shape, self.file_dtype
        out = encoded_shape(shape, self.output_mode, columns(self))
        return out, config.floatx() if self.output_mode == "tf_idf" else "int64"

    # -- Configs and files -----------------------------------------------------------

    def config_parts(self) -> dict[str, Any]:
        """What all look-up layers have in their config."""
        given = self._given
        if isinstance(given, list):
            given = [self.shown(t) for t in given]
        weights = self._held.weights
        return {
            **self._base_config(),
            "invert": self.invert,
            "max_tokens": self.max_tokens,
            "num_oov_indices": self.num_oov_indices,
            "oov_token": self.oov_token,
            "mask_token": self.mask_token,
            "output_mode": self.output_mode,
            "sparse": self.sparse,
            "pad_to_max_tokens": self.pad_to_max_tokens,
            "idf_weights": None if weights is None or given is None else weights.tolist(),
            "vocabulary": given,
            "vocabulary_size": self._size(),
            "oov_method": self.oov_method,
            "salt": None if self.salt is None else list(self.salt),
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """A layer from its config. The vocabulary that it was adapted to is in the assets.

        Raises:
            ValueError: If the config of a file names a vocabulary by a path, in safe mode.
        """
        config = dict(config)
        size = config.pop("vocabulary_size", None)
        check_no_path(config.get("vocabulary"))
        layer = cls(**config)
        layer._keep(_announced=size if layer._given is None else None)
        return layer

    def save_own_variables(self, store: Any) -> None:
        """Writes the inverse document frequencies, if there are any."""
        if self._held.weights is not None:
            store["idf_weights"] = self._all_weights()

    def load_own_variables(self, store: Any) -> None:
        """Reads the inverse document frequencies; the tokens come with the assets."""
        if self.output_mode == "tf_idf" and "idf_weights" in store:
            self._held.weights = np.asarray(store["idf_weights"])[self._first_token :]

    def save_assets(self, dir_path: FilePath) -> None:
        """Writes the vocabulary to a folder."""
        if self._given is None and self._held.tokens is not None:
            lines = [str(t) for t in self.get_vocabulary()]
            Path(dir_path, _FILE).write_bytes("\n".join(lines).encode())

    def load_assets(self, dir_path: FilePath) -> None:
        """Reads the vocabulary from a folder."""
        path, weights = Path(dir_path, _FILE), self._held.weights
        if self._given is not None or not path.is_file():
            return
        lines = path.read_bytes().decode().split("\n")
        tokens = [self.token_of(t) for t in lines][self._first_token :]
        if weights is not None and len(weights) != len(tokens):
            raise ValueError(
                f"The files of {self.name!r} do not go together: {len(weights)} weights for "
                f"{len(tokens)} tokens."
            )
        self._hold(tokens, weights)


def check_ready(lookup: IndexLookup) -> None:
    """Refuse to look anything up before there is a vocabulary."""
    if lookup._held.tokens is None:
        raise ValueError(
            f"The layer {lookup.name!r} has no vocabulary yet: `adapt` was not called, or what it "
            "was called on held no tokens. Call it on data that do, or give the layer a "
            "`vocabulary`, before it is used."
        )
    if lookup.output_mode == "tf_idf" and lookup._held.weights is None:
        raise ValueError(
            f"The layer {lookup.name!r} has no `idf_weights`: its file does not hold them. Call "
            "`adapt` again, or `set_vocabulary` with `idf_weights`."
        )


def columns(lookup: IndexLookup) -> int | None:
    """How many columns the encodings of a layer have, if that is known by now."""
    return lookup._depth() if lookup._is_sized() else None


def announce(lookup: IndexLookup, size: int) -> None:
    """Say how large the vocabulary will be that is loaded later."""
    lookup._keep(_announced=size)


def _read(path: str | os.PathLike[str]) -> list[str]:
    """The lines of a file with a vocabulary."""
    try:
        lines = Path(path).read_text("utf-8").split("\n")
    except UnicodeDecodeError as e:
        raise ValueError(f"Vocabulary file {path} is no text in UTF-8: {e}") from None
    except OSError as e:
        reason = "does not exist" if isinstance(e, FileNotFoundError) else f"cannot be read: {e}"
        raise ValueError(f"Vocabulary file {path} {reason}.") from None
    return lines[:-1] if lines and not lines[-1] else lines


def salt_of(salt: Any) -> tuple[int, int] | None:
    """A key for hashes: an integer stands for itself twice.

    Raises:
        ValueError: If it is neither an integer nor a pair of them.
    """
    if salt is None:
        return None
    if isinstance(salt, (int, np.integer)) and not isinstance(salt, bool):
        return int(salt), int(salt)
    if isinstance(salt, (tuple, list)) and len(salt) == 2:
        return int(salt[0]), int(salt[1])
    raise ValueError(
        "The `salt` argument can only be a tuple of size 2 integers, or a single integer. "
        f"Received: salt={salt!r}"
    )


def check_no_path(vocabulary: Any) -> None:
    """Refuse to open a file that a config names, unless the user trusts it.

    Raises:
        ValueError: If it is a path, and the effective mode is safe.
    """
    if isinstance(vocabulary, str) and serialization.in_safe_mode():
        raise ValueError(
            f"The config names a vocabulary by a path, {vocabulary!r}, which is not opened in safe "
            "mode. If you trust it, load with `safe_mode=False`, or inside "
            "`keras.config.enable_unsafe_deserialization()`."
        )


def _short(values: Any) -> str:
    text = str(values)
    return text if len(text) <= 300 else text[:300] + "..."
