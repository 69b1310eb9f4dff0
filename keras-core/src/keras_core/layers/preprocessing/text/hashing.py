"""Categories put in bins by a hash."""

from collections.abc import Sequence
from typing import Any, Unpack

import numpy as np

from keras_core.core.base.public import public
from keras_core.core.tensors.sparse import Coo
from keras_core.data.hashes import farmhash64, siphash64
from keras_core.data.texts import as_bytes, distinct, host_array
from keras_core.layers.preprocessing.text.host import HostLayer, encode, encoded_shape
from keras_core.layers.preprocessing.text.vocabulary import salt_of
from keras_core.typing import Array, LayerOptions

_MODES = ("int", "one_hot", "multi_hot", "count")


def check_bins(layer: str, num_bins: Any, output_mode: str, sparse: bool) -> None:
    """Raise a `ValueError` for arguments that do not go together."""
    if isinstance(num_bins, bool) or not isinstance(num_bins, int) or num_bins <= 0:
        raise ValueError(
            "The `num_bins` for `Hashing` cannot be `None` or non-positive values. "
            f"Received: num_bins={num_bins}."
        )
    if output_mode not in _MODES:
        raise ValueError(
            f"Unknown value for `output_mode` argument of {layer}. Allowed values are: {_MODES}. "
            f"Received: output_mode={output_mode}"
        )
    if sparse and output_mode == "int":
        raise ValueError(
            "`sparse=True` may only be used if `output_mode` is `'one_hot'`, `'multi_hot'`, or "
            f"`'count'`. Received: sparse={sparse} and output_mode={output_mode}"
        )


@public("keras.layers.Hashing")
class Hashing(HostLayer):
    """Puts strings and integers in bins by a hash, so that no vocabulary is needed.

    The hash is FarmHash64, or with a salt SipHash64: the same on every machine and backend. It
    runs on the host: in a pipeline, as in ``dataset.map``, on arrays, lists and columns, and in
    workers.

    Args:
        num_bins: Number of bins, that for `mask_value` included.
        mask_value: What is put in bin 0, where nothing else is. By default there is no such value.
        salt: Integer, or pair of integers: the key of SipHash64. By default the hash is
            FarmHash64, which has no key.
        output_mode: ``"int"`` (the default) for the numbers of bins; ``"one_hot"`` for a row of
            each; ``"multi_hot"`` or ``"count"`` for one row for the last axis, with ones or counts.
        sparse: Whether rows are sparse tensors, on backends that have these. False by default.
        **kwargs: Other arguments of `keras.layers.Layer`. The dtype is that of the output:
            ``"int64"``, or for rows floatx by default.

    Call arguments:
        inputs: Strings or integers of any shape.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> layer = keras.layers.Hashing(num_bins=3)
    >>> np.asarray(layer([["A"], ["B"], ["C"]])).tolist()
    [[1], [0], [1]]
    """

    def __init__(
        self,
        num_bins: int,
        mask_value: str | bytes | int | None = None,
        salt: int | Sequence[int] | None = None,
        output_mode: str = "int",
        sparse: bool = False,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        if output_mode == "int" and kwargs.get("dtype") is None:
            kwargs["dtype"] = "int64"
        super().__init__(**kwargs)
        check_bins(type(self).__name__, num_bins, output_mode, sparse)
        self.num_bins, self.mask_value, self.salt = num_bins, mask_value, salt_of(salt)
        self.output_mode, self.sparse = output_mode, sparse

    def transform(self, x: np.ndarray[Any, Any]) -> Array | Coo:
        if x.dtype.kind == "f":
            x = x.astype("int64")
        values, places = distinct(x)
        bins = self.num_bins - (self.mask_value is not None and self.num_bins > 1)
        hashes = farmhash64(values) if self.salt is None else siphash64(values, self.salt)
        out = (hashes % np.uint64(bins)).astype("int64")
        if self.mask_value is not None:
            (mask,) = as_bytes(host_array(self.mask_value))
            masked = np.fromiter((v == mask for v in values), bool, len(values))
            out = np.where(masked, 0, out + (self.num_bins > 1))
        return encode(
            out[places].reshape(x.shape),
            self.output_mode,
            self.num_bins,
            self.compute_dtype,
            is_sparse=self.sparse,
        )

    def output_shape_and_dtype(self, shape: tuple[Any, ...]) -> tuple[tuple[Any, ...], str]:
        return encoded_shape(shape, self.output_mode, self.num_bins), self.compute_dtype
