"""Event files, which TensorBoard reads: protocol buffers in the records of TFRecord files."""

import io
import struct
import time
from pathlib import Path
from typing import Any

import numpy as np

from keras_core.core.base.files import log_path, writes_here

_DOUBLE, _STRING = 2, 7  # of TensorFlow's `DataType`
_BUCKETS = 30


def _crc_table() -> list[int]:
    table = []
    for n in range(256):
        for _ in range(8):
            n = n >> 1 ^ (0x82F63B78 if n & 1 else 0)
        table.append(n)
    return table


_CRC = _crc_table()


def _masked_crc(data: bytes) -> bytes:
    """The checksum of TFRecord files: CRC-32C, rotated."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _CRC[(crc ^ byte) & 0xFF] ^ crc >> 8
    crc ^= 0xFFFFFFFF
    return struct.pack("<I", ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF)


def _varint(n: int) -> bytes:
    out = bytearray()
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    return bytes([*out, n])


def _field(number: int, data: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def _tensor(dtype: int, shape: tuple[int, ...], content: bytes) -> bytes:
    """A ``TensorProto``; ``content`` is the field with its values."""
    dims = b"".join(_field(2, _number(1, size)) for size in shape)
    return _number(1, dtype) + _field(2, dims) + content


class EventFile:
    """A file of results that TensorBoard reads.

    Args:
        folder: Where it is made.
    """

    def __init__(self, folder: Path) -> None:
        if writes_here():
            folder.mkdir(parents=True, exist_ok=True)
        name = f"events.out.tfevents.{int(time.time())}.{time.monotonic_ns()}.keras"
        self._file = open(log_path(folder / name), "ab")  # noqa: SIM115  # see `close`
        self._write(_field(3, b"brain.Event:2"))

    def _write(self, payload: bytes) -> None:
        event = struct.pack("<Bd", 9, time.time()) + payload
        head = struct.pack("<Q", len(event))
        self._file.write(head + _masked_crc(head) + event + _masked_crc(event))
        self._file.flush()

    def _add(self, step: int, tag: str, value: bytes) -> None:
        entry = _field(1, tag.encode()) + value
        self._write(_number(2, step) + _field(5, _field(1, entry)))

    def _add_tensor(
        self, step: int, tag: str, plugin: str, tensor: bytes, content: bytes = b""
    ) -> None:
        data = _field(1, plugin.encode()) + (_field(2, content) if content else b"")
        self._add(step, tag, _field(9, _field(1, data)) + _field(8, tensor))

    def scalar(self, tag: str, value: float, step: int) -> None:
        """Write one number."""
        self._add(step, tag, struct.pack("<Bf", 2 << 3 | 5, value))

    def histogram(self, tag: str, values: Any, step: int) -> None:
        """Write how many of some numbers lie in each of 30 intervals between their ends."""
        values = np.asarray(values, "float64").ravel()
        values = values[np.isfinite(values)]
        if values.size:
            counts, edges = np.histogram(values, _BUCKETS)
            rows = np.stack([edges[:-1], edges[1:], counts.astype("float64")], axis=1)
        else:
            rows = np.zeros((0, 3))
        content = _field(4, rows.astype("<f8").tobytes())
        self._add_tensor(step, tag, "histograms", _tensor(_DOUBLE, rows.shape, content))

    def images(self, tag: str, images: Any, step: int) -> None:
        """Write grey images.

        Args:
            tag: Their name.
            images: Numbers between 0 and 1, of shape ``(images, height, width)``.
            step: When they were seen.
        """
        try:
            from PIL import Image
        except ImportError as e:
            raise ImportError(
                "`write_images=True` needs Pillow: pip install 'keras-core[image]'"
            ) from e
        _, height, width = images.shape
        texts = [str(width).encode(), str(height).encode()]
        for image in images:
            buffer = io.BytesIO()
            Image.fromarray((image * 255).round().astype("uint8")).save(buffer, "PNG")
            texts.append(buffer.getvalue())
        self._add_strings(step, tag, "images", texts)

    def text(self, tag: str, text: str, step: int, plugin: str, content: bytes = b"") -> None:
        """Write a text for one of TensorBoard's plugins."""
        self._add_strings(step, tag, plugin, [text.encode()], content)

    def _add_strings(
        self, step: int, tag: str, plugin: str, texts: list[bytes], content: bytes = b""
    ) -> None:
        held = b"".join(_field(8, text) for text in texts)
        self._add_tensor(step, tag, plugin, _tensor(_STRING, (len(texts),), held), content)

    def close(self) -> None:
        """Close the file."""
        self._file.close()
