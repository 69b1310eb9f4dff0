"""Results for TensorBoard."""

import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from keras_core.callbacks.base import BatchCounter, Callback
from keras_core.callbacks.event_file import EventFile
from keras_core.core.base.public import public
from keras_core.typing import FilePath, Results

_MOST_IMAGES = 3


@public("keras.callbacks.TensorBoard")
class TensorBoard(Callback):
    """Writes results for TensorBoard, which shows them as curves, histograms and images.

    It needs no package of TensorBoard's. Profiles and embeddings are not written; asking for them
    is answered with a warning.

    Args:
        log_dir: Folder of the event files, ``"logs"`` by default.
        histogram_freq: Number of epochs between histograms of all weights, 0 (the default) for
            none.
        write_graph: Whether the model's layers are written, which TensorBoard draws as a graph.
            True by default.
        write_images: Whether weights are written as images too, when histograms are. False by
            default. It needs Pillow.
        write_steps_per_second: Whether the speed of each epoch is written, and that of batches
            with their results. False by default.
        update_freq: When results are written: ``"epoch"`` (the default), ``"batch"``, or a number
            of batches.
        profile_batch: Batches to profile: 0 for none; see above.
        embeddings_freq: Number of epochs between embeddings: 0 for none; see above.
        embeddings_metadata: Files with the names of embeddings: None; see above.

    Example:

    >>> import keras_core as keras
    >>> callback = keras.callbacks.TensorBoard(log_dir="/tmp/logs")
    """

    def __init__(
        self,
        log_dir: FilePath = "logs",
        histogram_freq: int = 0,
        write_graph: bool = True,
        write_images: bool = False,
        write_steps_per_second: bool = False,
        update_freq: int | str = "epoch",
        profile_batch: int | Sequence[int] = 0,
        embeddings_freq: int = 0,
        embeddings_metadata: FilePath | Mapping[str, FilePath] | None = None,
    ) -> None:
        super().__init__()
        left_out = {
            "profile_batch": profile_batch,
            "embeddings_freq": embeddings_freq,
            "embeddings_metadata": embeddings_metadata,
        }
        asked = [k for k, v in left_out.items() if v]
        if asked:
            warnings.warn(
                "TensorBoard writes no profiles and no embeddings here; without effect: "
                f"{', '.join(asked)}",
                stacklevel=2,
            )
        self.log_dir = str(log_dir)
        self.histogram_freq = histogram_freq
        self.write_graph, self.write_images = write_graph, write_images
        self.write_steps_per_second = write_steps_per_second
        if update_freq not in ("epoch", "batch") and (
            isinstance(update_freq, (bool, str)) or int(update_freq) < 1
        ):
            raise ValueError(
                '`update_freq` must be "epoch", "batch" or a positive number of batches. '
                f"Received: update_freq={update_freq!r}"
            )
        self.update_freq = 1 if update_freq == "batch" else update_freq
        self._batches = None if update_freq == "epoch" else BatchCounter(int(self.update_freq))
        self._files: dict[str, EventFile] = {}
        self._step = 0
        self._test_step = 0
        self._began = self._batch_ended = 0.0
        self._began_at = 0

    @property
    def summary(self) -> Callable[[str, str, Any, int], None]:
        """Writes a scalar: ``summary(part, tag, value, step)``."""
        return self._scalar

    def watches_batches(self) -> bool:
        """Batches matter only if they are written."""
        return self.update_freq != "epoch"

    def _file(self, part: str) -> EventFile:
        if part not in self._files:
            self._files[part] = EventFile(Path(self.log_dir) / part)
        return self._files[part]

    def _scalar(self, part: str, tag: str, value: Any, step: int) -> None:
        value = np.asarray(value)
        if value.ndim == 0:
            self._file(part).scalar(tag, float(value), step)

    def on_train_begin(self, logs: Results | None = None) -> None:
        if self.write_graph:
            try:
                text = self.model.to_json()
            except (NotImplementedError, TypeError, ValueError):
                return  # a subclass that has no config has no graph either
            self._file("train").text("keras", text, 0, "graph_keras_model", b"1")

    def _write_weights(self, epoch: int) -> None:
        file = self._file("train")
        for layer in self.model.layers:
            for weight in layer.weights:
                values = np.asarray(weight.numpy(), "float64")
                file.histogram(f"{weight.path}/histogram", values, epoch)
                if self.write_images and (images := _as_images(values)) is not None:
                    file.images(f"{weight.path}/image", images, epoch)

    def on_epoch_begin(self, epoch: int, logs: Results | None = None) -> None:
        self._began = self._batch_ended = time.perf_counter()
        self._began_at = self._step
        if self._batches is not None:
            self._batches.begin_epoch()

    def on_train_batch_end(self, batch: int, logs: Results | None = None) -> None:
        before, self._step = self._step, self._began_at + batch + 1
        now = time.perf_counter()
        spent, self._batch_ended = max(now - self._batch_ended, 1e-9), now
        if self._batches is not None and self._batches.is_due(batch):
            if self.write_steps_per_second:
                speed = (self._step - before) / spent
                self._scalar("train", "batch_steps_per_second", speed, self._step)
            for key, value in (logs or {}).items():
                self._scalar("train", f"batch_{key}", value, self._step)

    def on_epoch_end(self, epoch: int, logs: Results | None = None) -> None:
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
        if self.histogram_freq and epoch % self.histogram_freq == 0:
            self._write_weights(epoch)
        if self.write_steps_per_second:
            steps = self._step - self._began_at or self.params.get("steps") or 0
            spent = max(time.perf_counter() - self._began, 1e-9)
            self._scalar("train", "epoch_steps_per_second", steps / spent, epoch)

    def on_test_end(self, logs: Results | None = None) -> None:
        iterations = getattr(getattr(self.model, "optimizer", None), "iterations", None)
        if iterations is None:
            return
        for key, value in (logs or {}).items():
            step = int(np.asarray(iterations))
            self._scalar("validation", f"evaluation_{key}_vs_iterations", value, step)

    def on_train_end(self, logs: Results | None = None) -> None:
        for file in self._files.values():
            file.close()
        self._files = {}


def _as_images(weight: Any) -> Any:
    """A weight as up to three images, cut to 0 and 1; None if it has too many axes."""
    weight = np.squeeze(weight)
    if weight.ndim == 1:
        weight = weight[:, None]
    if weight.ndim == 2:
        weight = (weight.T if weight.shape[0] > weight.shape[1] > 1 else weight)[None]
    elif weight.ndim == 3:
        weight = np.moveaxis(weight, -1, 0)
    if weight.ndim != 3:
        return None
    return np.clip(weight[:_MOST_IMAGES], 0.0, 1.0)
