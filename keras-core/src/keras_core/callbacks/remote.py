"""Callbacks that send results elsewhere."""

import json
import struct
import time
import urllib.error
import urllib.parse
import urllib.request
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from keras_core.callbacks.base import Callback
from keras_core.core.base.public import public


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, (np.ndarray, np.generic)) else value


@public("keras.callbacks.RemoteMonitor")
class RemoteMonitor(Callback):
    """Posts the results of each epoch to a server.

    Args:
        root: The address of the server.
        path: The path that is posted to.
        field: The field of the form that holds the results as JSON.
        headers: HTTP headers.
        send_as_json: Whether the results are the body, rather than a field of a form.

    Example:

    >>> import keras_core as keras
    >>> callback = keras.callbacks.RemoteMonitor(root="http://localhost:9000")
    """

    def __init__(
        self,
        root: str = "http://localhost:9000",
        path: str = "/publish/epoch/end/",
        field: str = "data",
        headers: dict[str, str] | None = None,
        send_as_json: bool = False,
    ) -> None:
        super().__init__()
        if not root.startswith(("http://", "https://")):
            raise ValueError(f"`root` must begin with http:// or https://. Received: {root!r}")
        self.root, self.path, self.field = root, path, field
        self.headers = headers
        self.send_as_json = send_as_json

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        text = json.dumps({"epoch": epoch, **{k: _plain(v) for k, v in (logs or {}).items()}})
        headers = dict(self.headers or {})
        if self.send_as_json:
            body = text.encode()
            headers.setdefault("Content-Type", "application/json")
        else:
            body = urllib.parse.urlencode({self.field: text}).encode()
        request = urllib.request.Request(self.root + self.path, body, headers, method="POST")
        try:
            urllib.request.urlopen(request, timeout=10).close()
        except (urllib.error.URLError, OSError):
            warnings.warn(f"Could not reach RemoteMonitor root server at {self.root}", stacklevel=1)


# -- TensorBoard ---------------------------------------------------------------------


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


class EventFile:
    """A file of scalars that TensorBoard reads.

    Args:
        folder: Where it is made.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        name = f"events.out.tfevents.{int(time.time())}.{time.monotonic_ns()}.keras"
        self._file = open(folder / name, "ab")  # noqa: SIM115  # see `close`
        self._write(_field(3, b"brain.Event:2"))

    def _write(self, payload: bytes) -> None:
        event = struct.pack("<Bd", 9, time.time()) + payload
        head = struct.pack("<Q", len(event))
        self._file.write(head + _masked_crc(head) + event + _masked_crc(event))
        self._file.flush()

    def scalar(self, tag: str, value: float, step: int) -> None:
        """Write one number."""
        entry = _field(1, tag.encode()) + struct.pack("<Bf", 2 << 3 | 5, value)
        self._write(_varint(2 << 3) + _varint(step) + _field(5, _field(1, entry)))

    def close(self) -> None:
        """Close the file."""
        self._file.close()


@public("keras.callbacks.TensorBoard")
class TensorBoard(Callback):
    """Writes results for TensorBoard, which shows them as curves.

    Scalars are written: results and the learning rate. Histograms, graphs, images, profiles and
    embeddings are not.

    Args:
        log_dir: The folder.
        histogram_freq: Taken for compatibility.
        write_graph: Taken for compatibility.
        write_images: Taken for compatibility.
        write_steps_per_second: Whether the speed is written too.
        update_freq: ``"epoch"``, ``"batch"``, or a number of batches.
        profile_batch: Taken for compatibility.
        embeddings_freq: Taken for compatibility.
        embeddings_metadata: Taken for compatibility.

    Example:

    >>> import keras_core as keras
    >>> callback = keras.callbacks.TensorBoard(log_dir="/tmp/logs")
    """

    def __init__(
        self,
        log_dir: Any = "logs",
        histogram_freq: int = 0,
        write_graph: bool = True,
        write_images: bool = False,
        write_steps_per_second: bool = False,
        update_freq: Any = "epoch",
        profile_batch: Any = 0,
        embeddings_freq: int = 0,
        embeddings_metadata: Any = None,
    ) -> None:
        super().__init__()
        left_out = {
            "histogram_freq": histogram_freq,
            "write_images": write_images,
            "profile_batch": profile_batch,
            "embeddings_freq": embeddings_freq,
        }
        asked = [k for k, v in left_out.items() if v]
        if asked:
            warnings.warn(
                f"TensorBoard writes scalars only here; {', '.join(asked)} will have no effect.",
                stacklevel=2,
            )
        self.log_dir = str(log_dir)
        self.write_steps_per_second = write_steps_per_second
        self.update_freq = 1 if update_freq == "batch" else update_freq
        self._files: dict[str, EventFile] = {}
        self._step = 0
        self._test_step = 0
        self._began = 0.0
        self._began_at = 0

    @property
    def summary(self) -> Any:
        """Writes a scalar: ``summary(part, tag, value, step)``."""
        return self._scalar

    def watches_batches(self) -> bool:
        """Batches matter only if they are written."""
        return self.update_freq != "epoch"

    def _scalar(self, part: str, tag: str, value: Any, step: int) -> None:
        if part not in self._files:
            self._files[part] = EventFile(Path(self.log_dir) / part)
        value = np.asarray(value)
        if value.ndim == 0:
            self._files[part].scalar(tag, float(value), step)

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._began, self._began_at = time.perf_counter(), self._step

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self._step += 1
        if self.update_freq != "epoch" and self._step % self.update_freq == 0:
            for key, value in (logs or {}).items():
                self._scalar("train", f"batch_{key}", value, self._step)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        for key, value in (logs or {}).items():
            if key.startswith("val_"):
                self._scalar("validation", f"epoch_{key[4:]}", value, epoch)
            else:
                self._scalar("train", f"epoch_{key}", value, epoch)
        optimizer = getattr(self.model, "optimizer", None)
        if optimizer is not None and "learning_rate" not in (logs or {}):
            rate = getattr(optimizer, "learning_rate", None)
            if rate is not None:
                self._scalar("train", "epoch_learning_rate", float(rate), epoch)
        if self.write_steps_per_second:
            steps = self._step - self._began_at or self.params.get("steps") or 0
            spent = max(time.perf_counter() - self._began, 1e-9)
            self._scalar("train", "epoch_steps_per_second", steps / spent, epoch)

    def on_test_end(self, logs: Any = None) -> None:
        iterations = getattr(getattr(self.model, "optimizer", None), "iterations", None)
        if iterations is None:
            return
        for key, value in (logs or {}).items():
            step = int(np.asarray(iterations))
            self._scalar("validation", f"evaluation_{key}_vs_iterations", value, step)

    def on_train_end(self, logs: Any = None) -> None:
        for file in self._files.values():
            file.close()
        self._files = {}
