"""HDF5 files: one walk looks at all of one before anything is read, and one way writes them.

Of all that HDF5 can do, files of models need little: groups, hard links, arrays of numbers in one
piece or in chunks that are packed with gzip. The rest can make a reader open other files, take
memory that no model needs, or loop; it is refused.
"""

import itertools
import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import h5py
import numpy as np

from keras_core.core.base.file_errors import (
    CorruptFileError,
    LimitExceededError,
    ModelFileError,
    UnsafeFileError,
)
from keras_core.core.base.thread_value import Scoped
from keras_core.core.tensors import dtypes
from keras_core.saving.files import (
    MAX_TEXT,
    Window,
    append_checksum,
    checked_window,
    first_bytes,
    open_regular,
)
from keras_core.saving.hdf5_texts import texts_of
from keras_core.saving.notes import KEY, noted

FREE_BYTES = 1 << 26
MAX_RATIO = 250
"""Arrays in chunks may be this many times larger than what is stored of them, or `FREE_BYTES`."""

MAX_NESTING = 64
MAX_TEXTS = 1_000_000

_FILTERS = {h5py.h5z.FILTER_DEFLATE, h5py.h5z.FILTER_SHUFFLE, h5py.h5z.FILTER_FLETCHER32}
_DAMAGE = (
    OSError, RuntimeError, LookupError, ValueError, TypeError, ArithmeticError, MemoryError,
    SystemError, AttributeError,
)  # fmt: skip
"""What h5py raises if a file is not what it should be."""


def is_hdf5(path: Path) -> bool:
    """Whether a file begins as HDF5 files do."""
    return not path.is_dir() and first_bytes(path).startswith(b"\x89HDF")


@contextmanager
def _reading(what: str, place: str) -> Iterator[None]:
    """Errors of h5py in the words of this package."""
    try:
        yield
    except ModelFileError:
        raise
    except _DAMAGE as e:
        where = f" at {place!r}" if place else ""
        raise CorruptFileError(f"Cannot read {what!r} as an HDF5 file{where}: {e}") from e


class Array(NamedTuple):
    """What is known of an array before it is read."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    offset: int | None
    """Where its bytes are in the file; None if they are in chunks."""

    @property
    def nbytes(self) -> int:
        """Its size in bytes once it is read."""
        return math.prod(self.shape) * self.dtype.itemsize


class Contents:
    """All of an HDF5 file, looked at in one walk.

    Args:
        source: The file.
        what: What it is called in messages.

    Raises:
        ModelFileError: If it holds what no file of a model does.
    """

    def __init__(self, source: Window, what: str) -> None:
        self.what = what
        self.arrays: dict[str, Array] = {}
        """The arrays by path, without a slash at the front."""
        self.groups: dict[str, list[str]] = {}
        """The groups by path, each with the names of its members; that of the root is empty."""
        self.checksum: str | None = None
        """What was found behind the end of the file, and is right."""
        self._source = source
        source.seek(0)
        if source.read(4) != b"\x89HDF":
            raise CorruptFileError(f"{what!r} is no HDF5 file, or truncated.")
        with _reading(what, ""):
            self._file = h5py.File(source, "r")
        try:
            with _reading(what, ""):
                if self._file.userblock_size:
                    raise UnsafeFileError(f"{what!r} holds something before its HDF5 part.")
                self._walk()
                self._check_sizes()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the HDF5 file, not what it is read from."""
        with _reading(self.what, ""):
            self._file.close()

    # -- The walk --------------------------------------------------------------------

    def _walk(self) -> None:
        root = h5py.h5g.open(self._file.id, b"/")
        seen = {h5py.h5o.get_info(root).addr}
        waiting: list[tuple[str, Any]] = [("", root)]
        while waiting:
            path, group = waiting.pop()
            if path.count("/") >= MAX_NESTING:
                raise LimitExceededError(
                    f"{self.what!r} nests groups more than {MAX_NESTING} levels deep."
                )
            names = self.groups[path] = []
            for name, inner, kind in self._members(path, group, seen):
                names.append(name.decode())
                if kind == h5py.h5o.TYPE_GROUP:
                    waiting.append((inner, h5py.h5g.open(group, name)))
                elif kind == h5py.h5o.TYPE_DATASET:
                    self.arrays[inner] = self._array(inner, h5py.h5d.open(group, name))
                else:
                    raise UnsafeFileError(
                        f"{self.what!r} holds at {inner!r} no group and no array."
                    )

    def _members(self, path: str, group: Any, seen: set[int]) -> list[tuple[bytes, str, int]]:
        links: list[tuple[bytes, int]] = []
        group.links.iterate(lambda name, info: links.append((name, info.type)), info=True)
        out = []
        for name, kind in links:
            inner = f"{path}/{name.decode()}" if path else name.decode()
            if kind != h5py.h5l.TYPE_HARD:
                raise UnsafeFileError(
                    f"{self.what!r} holds a link at {inner!r}, which is not followed. Save the "
                    "weights themselves."
                )
            info = h5py.h5o.get_info(group, name)
            if info.addr in seen:
                raise UnsafeFileError(f"{self.what!r} holds one object twice, again at {inner!r}.")
            seen.add(info.addr)
            out.append((name, inner, info.type))
        return out

    def _array(self, path: str, dataset: Any) -> Array:
        with _reading(self.what, path):
            plan = dataset.get_create_plist()
            layout = plan.get_layout()
            if layout not in (h5py.h5d.CONTIGUOUS, h5py.h5d.CHUNKED) or plan.get_external_count():
                raise UnsafeFileError(
                    f"The data of the array {path!r} in {self.what!r} lie in another file, or "
                    "are laid out as no saver does."
                )
            filters = {plan.get_filter(i)[0] for i in range(plan.get_nfilters())}
            if filters - _FILTERS:
                raise UnsafeFileError(
                    f"The array {path!r} in {self.what!r} is packed with the filters "
                    f"{sorted(filters)}. Only gzip, shuffle and fletcher32 are undone."
                )
            kind = dataset.get_type().get_class()
            dtype = _dtype_of(dataset)
            is_number = (
                dtype in NAMED or kind in (h5py.h5t.INTEGER, h5py.h5t.FLOAT) or dtype.kind == "b"
            )
            if not is_number or dtype.kind not in "biufV" or dtype.itemsize > 8:
                raise UnsafeFileError(
                    f"The array {path!r} in {self.what!r} has the dtype {dtype}. Weights are "
                    "integers, floats or bools."
                )
            if dataset.get_space().get_simple_extent_type() == h5py.h5s.NULL:
                raise CorruptFileError(f"The array {path!r} in {self.what!r} has no shape.")
            offset = dataset.get_offset() if layout == h5py.h5d.CONTIGUOUS else None
            array = Array(tuple(dataset.shape), dtype, offset)
            stored = dataset.get_storage_size()
            if not array.nbytes:
                return array._replace(offset=0)
            if layout == h5py.h5d.CONTIGUOUS:
                whole = offset is not None and stored == array.nbytes
                whole = whole and offset + stored <= self._source.size
            else:
                whole = stored > 0
                chunk = math.prod(plan.get_chunk()) * dtype.itemsize
                if max(chunk, array.nbytes) > max(FREE_BYTES, MAX_RATIO * stored):
                    raise LimitExceededError(
                        f"The array {path!r} in {self.what!r} takes {array.nbytes} bytes, of which "
                        f"{stored} are in the file."
                    )
            if not whole:
                raise CorruptFileError(
                    f"The array {path!r} in {self.what!r} takes {array.nbytes} bytes, of which "
                    f"{stored} are in the file: it is truncated, or was never whole."
                )
            return array

    def _check_sizes(self) -> None:
        spans = [(a.offset, a.nbytes, p) for p, a in self.arrays.items() if a.offset and a.nbytes]
        spans.sort()
        for (start, size, path), (following, _, _) in itertools.pairwise(spans):
            if start + size > following:
                raise CorruptFileError(f"The array {path!r} in {self.what!r} overlaps another one.")
        packed = sum(a.nbytes for a in self.arrays.values() if a.offset is None)
        if packed > max(FREE_BYTES, MAX_RATIO * self._source.size):
            raise LimitExceededError(
                f"The arrays in {self.what!r} take {packed} bytes, and it has {self._source.size}."
            )

    # -- What is in it ---------------------------------------------------------------

    @property
    def nbytes(self) -> int:
        """The size of all arrays, once they are read."""
        return sum(a.nbytes for a in self.arrays.values())

    def arrays_in(self, group: str) -> dict[str, Array] | None:
        """The arrays of a group by name; None if there is no such group."""
        if group in self.arrays:
            raise CorruptFileError(f"{group!r} in {self.what!r} is an array, not a group.")
        names = self.groups.get(group)
        if names is None:
            return None
        paths = {n: f"{group}/{n}" if group else n for n in names}
        return {n: self.arrays[p] for n, p in paths.items() if p in self.arrays}

    def read(self, path: str) -> np.ndarray[Any, Any]:
        """The values of an array."""
        array = self.arrays[path]
        if array.offset is None:
            with _reading(self.what, path):
                return np.asarray(self._file[path]).view(array.dtype)
        values = np.empty(array.shape, array.dtype)
        if array.nbytes:
            self._source.seek(array.offset)
            if self._source.readinto(values.reshape(-1).view("u1")) != array.nbytes:
                raise CorruptFileError(f"{self.what!r} ends within the array {path!r}.")
        return values

    def attribute(self, group: str, name: str) -> Any:
        """An attribute of a group: a text, a number, or an array of these; None if it has none.

        Raises:
            LimitExceededError: If it is longer than a config of a model.
            UnsafeFileError: If it is anything else.
        """
        with _reading(self.what, f"{group}@{name}"):
            held = h5py.h5g.open(self._file.id, f"/{group}".encode())
            if not h5py.h5a.exists(held, name.encode()):
                return None
            attribute = h5py.h5a.open(held, name.encode())
            kind = attribute.get_type()
            if kind.get_class() not in (h5py.h5t.STRING, h5py.h5t.INTEGER, h5py.h5t.FLOAT):
                raise UnsafeFileError(
                    f"The attribute {name!r} of {group!r} in {self.what!r} is neither texts nor "
                    "numbers."
                )
            count = math.prod(attribute.shape)
            if count and (
                attribute.get_storage_size() > min(MAX_TEXT, self._source.size) or count > MAX_TEXTS
            ):
                raise LimitExceededError(
                    f"The attribute {name!r} of {group!r} in {self.what!r} is longer than the "
                    "file, or than any config."
                )
            if not (kind.get_class() == h5py.h5t.STRING and kind.is_variable_str()):
                return self._file[f"/{group}"].attrs[name]
            address = h5py.h5o.get_info(held).addr
            found = texts_of(self._source, self.what, address, name.encode(), count)
            try:
                texts = [text.decode() for text in found]
            except UnicodeDecodeError as e:
                raise CorruptFileError(
                    f"The attribute {name!r} of {group!r} in {self.what!r} is no text: {e}"
                ) from e
            return np.array(texts, object).reshape(attribute.shape) if attribute.shape else texts[0]


NAMED = {dtypes.numpy_dtype(n): n for n in ("bfloat16", "float8_e4m3fn", "float8_e5m2")}
"""Dtypes that HDF5 has not: the bytes are stored, beside an attribute with the name."""


def _dtype_of(dataset: Any) -> np.dtype[Any]:
    """The dtype of the values."""
    stored: np.dtype[Any] = dataset.dtype
    if dataset.get_type().get_class() != h5py.h5t.OPAQUE:
        return stored
    name = b"bfloat16" if stored.itemsize == 2 else b""  # legacy files have no attribute
    if stored.itemsize == 1 and h5py.h5a.exists(dataset, b"dtype"):
        kind = h5py.h5a.open(dataset, b"dtype").get_type()
        if kind.get_class() == h5py.h5t.STRING and not kind.is_variable_str():
            name = h5py.Dataset(dataset).attrs["dtype"]
    return next((dtype for dtype, known in NAMED.items() if name == known.encode()), stored)


def write_array(group: h5py.Group, name: str, array: np.ndarray[Any, Any]) -> None:
    """Write an array of any dtype that weights have."""
    known = NAMED.get(array.dtype)
    if known is None:
        group.create_dataset(name, data=array)
        return
    size = array.dtype.itemsize
    stored = group.create_dataset(name, data=array.view(f"V{size}"))
    stored.attrs["dtype"] = known if size == 2 else np.bytes_(known)


OPEN: Scoped[type[Contents] | None] = Scoped(None)
"""What reads files, if it is not `Contents` itself."""


@contextmanager
def opened(source: Any, what: str) -> Iterator[Contents]:
    """The contents of an HDF5 file.

    Args:
        source: A path, or a window in an open file whose checksum was compared.
        what: What it is called in messages.

    Raises:
        ModelFileError: If it is damaged, or holds what no file of a model does.
    """
    if isinstance(source, Window):
        contents = (OPEN.get() or Contents)(source, what)
        try:
            yield contents
        finally:
            contents.close()
        return
    with open_regular(Path(source)) as file:
        window, checksum = checked_window(file, what)
        with opened(window, what) as contents:
            contents.checksum = checksum
            yield contents


@contextmanager
def written(target: Any) -> Iterator[h5py.File]:
    """A new HDF5 file to fill.

    Args:
        target: A path, where a checksum is put behind the end of the file, or a window in a file,
            whose writer takes care of that.

    Raises:
        OSError: If it cannot be written.
    """
    if not isinstance(target, Window):
        with Path(target).open("wb+", buffering=0) as file:
            with written(Window(file, 0)) as made:
                yield made
            append_checksum(file)
        return
    try:
        with h5py.File(target, "w") as made:
            if noted():
                made.attrs[KEY] = json.dumps(noted())
            yield made
    except _DAMAGE:
        if target.failure is None:
            raise
    if target.failure is not None:
        raise target.failure
