"""Texts of any length in attributes of HDF5 files, read without the HDF5 library.

The library believes what a file says of such texts: one damaged number makes it loop for ever, or
ask for gigabytes. They are the configs and the lists of names in files of Keras 2, so they are
read here, where every number is held against the file first. What is read is what h5py writes
unless it is told otherwise: headers of objects of version 1.
"""

import struct
from collections.abc import Iterator
from typing import Any

from keras_core.core.base.file_errors import CorruptFileError, LimitExceededError
from keras_core.saving.files import MAX_TEXT

_CONTINUED, _ATTRIBUTE = 0x10, 0x0C
_MAX_BLOCKS = 1000


def texts_of(source: Any, what: str, address: int, name: bytes, count: int) -> list[bytes]:
    """The texts in an attribute of an object.

    Args:
        source: The file.
        what: What it is called in messages.
        address: Where the header of the object is.
        name: The name of the attribute, which exists.
        count: How many texts it holds.

    Raises:
        CorruptFileError: If the file is damaged.
        LimitExceededError: If the texts are longer than any config.
    """
    damaged = CorruptFileError(
        f"The attribute {name.decode(errors='replace')!r} in {what!r} is damaged, or written in a "
        "way that no saver uses."
    )
    try:
        return list(_texts(source, address, name, count))
    except (struct.error, IndexError) as e:
        raise damaged from e
    except _TooLongError:
        raise LimitExceededError(
            f"The attribute {name.decode(errors='replace')!r} in {what!r} is longer than "
            f"{MAX_TEXT} bytes."
        ) from None


class _TooLongError(Exception):
    pass


def _texts(source: Any, address: int, name: bytes, count: int) -> Iterator[bytes]:
    data = _data_of(source, address, name)
    heaps: dict[int, dict[int, bytes]] = {}
    left = MAX_TEXT
    for i in range(count):
        length, heap, index = struct.unpack_from("<IQI", data, 16 * i)
        left -= length
        if left < 0:
            raise _TooLongError
        if length == 0:
            yield b""
            continue
        if heap not in heaps:
            heaps[heap] = _heap(source, heap)
        text = heaps[heap].get(index, b"")
        if len(text) < length:
            raise IndexError("a text is longer than its place")
        yield text[:length]


def _read(source: Any, address: int, size: int) -> bytes:
    if address + size > source.size:
        raise IndexError("behind the end")
    source.seek(address)
    return source.read(size)


def _data_of(source: Any, address: int, name: bytes) -> bytes:
    """The data of an attribute, found in the header of its object."""
    for kind, body in _messages(source, address):
        if kind != _ATTRIBUTE:
            continue
        version, _, name_size, type_size, space_size = struct.unpack_from("<BBHHH", body)
        step = 8 if version == 1 else 1  # the parts of the first version are padded
        at = 9 if version == 3 else 8
        if body[at : at + name_size].rstrip(b"\0") == name:
            for size in (name_size, type_size, space_size):
                at += -(-size // step) * step
            return body[at:]
    raise IndexError("not there")


def _messages(source: Any, address: int) -> Iterator[tuple[int, bytes]]:
    version, _, _, _, size = struct.unpack("<BBHII", _read(source, address, 12))
    if version != 1:
        raise IndexError("another version")
    blocks = [(address + 16, size)]
    for start, size in blocks:
        block, at = _read(source, start, size), 0
        while at + 8 <= size:
            kind, length = struct.unpack_from("<HH", block, at)
            body = block[at + 8 : at + 8 + length]
            at += 8 + length
            if kind == _CONTINUED:
                blocks.append(struct.unpack_from("<QQ", body))
                if len(blocks) > _MAX_BLOCKS:
                    raise IndexError("no end")
            yield kind, body


def _heap(source: Any, address: int) -> dict[int, bytes]:
    """The objects of a collection by their numbers."""
    mark, version, size = struct.unpack("<4sB3xQ", _read(source, address, 16))
    if mark != b"GCOL" or version != 1:
        raise IndexError("no collection")
    if size > MAX_TEXT + (1 << 20):
        raise _TooLongError
    block, at = _read(source, address, size), 16
    held: dict[int, bytes] = {}
    while at + 16 <= size:
        index, length = struct.unpack_from("<H6xQ", block, at)
        if index == 0:  # the rest is free
            break
        held[index] = block[at + 16 : at + 16 + length]
        at += 16 + -(-length // 8) * 8
    return held
