"""Saving and loading of models and of their weights, in the format that the path asks for."""

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from keras_core.core.base.file_errors import CorruptFileError
from keras_core.core.base.public import public
from keras_core.core.execution import seeds
from keras_core.core.objects import serialization
from keras_core.saving import formats, keras_archive
from keras_core.saving.files import require_regular
from keras_core.saving.isolated import isolation
from keras_core.typing import FilePath, Saveable
from keras_core_plugins.errors import listed
from keras_core_plugins.protocol import FileFormat


def _at_rest(model: Any) -> AbstractContextManager[Any]:
    """A context in which what is saved is of one step of training."""
    return model.at_rest() if hasattr(model, "at_rest") else nullcontext()


def _may_write(path: Path) -> bool:
    """Ask on the terminal whether a file may be replaced."""
    answer = input(f"[WARNING] {path} already exists - overwrite? [y/n] ").strip().lower()
    while answer not in ("y", "n"):
        answer = input('Enter "y" (overwrite) or "n" (cancel). ').strip().lower()
    return answer == "y"


@public("keras.models.save_model", "keras.saving.save_model")
def save_model(
    model: Saveable,
    filepath: FilePath,
    overwrite: bool = True,
    zipped: bool | None = None,
    **kwargs: bool | str,
) -> None:
    """Save a model: architecture, weights, state of the optimizer.

    The file takes the place of an older one at once, when it is whole.

    Args:
        model: The model.
        filepath: A path that ends in ``.keras``, or ``.h5`` for the legacy format; the path of a
            folder with ``zipped=False``.
        overwrite: Whether an existing file is replaced without asking.
        zipped: Whether the result is one file, which is the default, or a folder of what would
            be in it.
        **kwargs: ``include_optimizer`` for the legacy format.

    Raises:
        ValueError: For another suffix.

    Example:

    >>> import keras_core as keras
    >>> model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    >>> keras.models.save_model(model, "model.keras")
    >>> keras.models.load_model("model.keras").output_shape
    (None, 2)
    """
    kwargs.pop("save_format", None)  # the suffix says it
    path = Path(filepath)
    if zipped is False:
        if path.suffix.lower() == ".keras":
            raise ValueError(
                "With `zipped=False` a folder is written, whose name should not end in `.keras`. "
                f"Received: filepath={str(filepath)!r}"
            )
        format: FileFormat | None = keras_archive.FOLDER
    else:
        format = formats.format_to_write(path, "write")
    if format is None:
        raise ValueError(
            "Invalid filepath extension for saving. Please add either a `.keras` extension for the "
            "native Keras format (recommended) or a `.h5` extension for the legacy one. Use "
            f"`model.export(filepath)` for other formats. Received: filepath={str(filepath)!r}. "
            f"Known extensions: {listed(formats.suffixes('write'))}"
        )
    if path.exists() and not overwrite and not _may_write(path):
        return
    with _at_rest(model):
        formats.write(format, "write", model, path, **kwargs)


@public("keras.models.load_model", "keras.saving.load_model")
def load_model(
    filepath: FilePath,
    custom_objects: dict[str, Any] | None = None,
    compile: bool = True,  # its public name
    safe_mode: bool = True,
    isolate: bool = False,
) -> Any:
    """Load a model that `save_model` wrote, here or with Keras.

    Args:
        filepath: The path.
        custom_objects: Classes and functions by name, for those that are not registered.
        compile: Whether the model is compiled as it was.
        safe_mode: Whether a file with Python code in it is refused.
        isolate: Whether the weights are read by a process of its own, which has limits of memory
            and time and hands over what it finds: for files of strangers, which may make the HDF5
            library crash or hang. It takes about a second more, and needs Linux. False by default.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is no model, damaged, or refused in safe mode.

    Example:

    >>> import keras_core as keras
    >>> keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)]).save("model.keras")
    >>> keras.models.load_model("model.keras").output_shape
    (None, 2)
    """
    path = Path(filepath)
    if not path.exists():
        raise FileNotFoundError(f"File not found: filepath={str(filepath)!r}. Is it spelled right?")
    if not path.is_dir():
        require_regular(path)
    with (
        serialization.CustomObjectScope(custom_objects),
        serialization.safe_mode_scope(safe_mode),
        seeds.drawing_apart(),
        isolation() if isolate else nullcontext(),
    ):
        format = formats.format_to_read(path, "read")
        if format is not None:
            if isolate and format not in formats.OWN:
                raise ValueError(
                    f"`isolate=True` is for the formats of Keras, and {str(filepath)!r} is of the "
                    f"format {format.name!r}, which a plugin reads. Load it in a process of its "
                    "own."
                )
            return formats.run(format, "read", path, compile)
    if path.is_dir():
        raise ValueError(
            f"The folder {str(filepath)!r} holds no model: there is no config.json in it, and no "
            "checkpoint. TensorFlow SavedModels can be used with `keras.layers.TFSMLayer`."
        )
    if (weights := formats.format_to_read(path, "read_weights")) is not None:
        raise ValueError(
            f"{str(filepath)!r} holds weights only (its format is {weights.name!r}). Make the "
            "model and use `model.load_weights(filepath)`."
        )
    raise CorruptFileError(
        f"{str(filepath)!r} is neither a `.keras` archive nor an HDF5 file, nor of another known "
        f"format; it may be truncated. Known extensions: {listed(formats.suffixes('read'))}"
    )


@public("keras.saving.save_weights")
def save_weights(
    model: Saveable,
    filepath: FilePath,
    overwrite: bool = True,
    max_shard_size: float | None = None,
    lora_only: bool = False,
) -> None:
    """Save the weights of a model.

    Args:
        model: The model.
        filepath: A path that ends in ``.weights.h5``, or in ``.weights.json`` for several files.
        overwrite: Whether an existing file is replaced without asking.
        max_shard_size: The largest size of a file in GiB. The weights go into
            ``NAME_00000.weights.h5`` and so on, and ``NAME.weights.json`` says which are where.
        lora_only: Whether only the low-rank updates are saved that `enable_lora` of layers made,
            in one ``.weights.h5`` or ``.safetensors`` file. `load_weights` sets them in a model
            whose layers have updates of the same rank. False by default: what is saved are the
            weights, with the updates added to them.

    Raises:
        ValueError: For another suffix, for a model without weights, if a variable is larger
            than ``max_shard_size``, or if there is no update with ``lora_only``.

    Example:

    >>> import keras_core as keras
    >>> model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    >>> keras.saving.save_weights(model, "model.weights.h5")
    """
    path = Path(filepath)
    if max_shard_size is not None and path.name.endswith(".weights.h5"):
        path = path.with_name(path.name.removesuffix(".h5") + ".json")
    format = formats.format_to_write(path, "write_weights")
    if format is None:
        raise ValueError(
            "The filename must end in `.weights.h5`, in `.weights.json` with `max_shard_size`, or "
            f"in {listed(formats.suffixes('write_weights'))}. Received: filepath={str(filepath)!r}"
        )
    if path.exists() and not overwrite and not _may_write(path):
        return
    if not model.built and not model.variables:
        raise ValueError(
            f"Model {model.name!r} has no weights yet. Build it, or call it on some data, before "
            "you save its weights."
        )
    with _at_rest(model):
        formats.write(
            format,
            "write_weights",
            model,
            path,
            max_shard_size=max_shard_size,
            lora_only=lora_only or None,
        )


@public("keras.saving.load_weights")
def load_weights(
    model: Saveable,
    filepath: FilePath,
    skip_mismatch: bool = False,
    by_name: bool | None = None,
    objects_to_skip: Iterable[Any] | None = None,
) -> None:
    """Load the weights of a model.

    Args:
        model: The model, built.
        filepath: A ``.weights.h5``, ``.weights.json``, ``.keras`` or legacy ``.h5`` file.
        skip_mismatch: Whether layers whose weights do not fit are left as they are.
        by_name: For the legacy format: whether layers are found by name, not by their order.
        objects_to_skip: For the other formats: layers that are left as they are, with all that
            only they hold.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If weights are missing or do not fit, or an argument is one for another format.

    Example:

    >>> import keras_core as keras
    >>> model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    >>> model.save_weights("model.weights.h5")
    >>> keras.saving.load_weights(model, "model.weights.h5")
    """
    path = Path(filepath)
    if not path.exists():
        raise FileNotFoundError(f"File not found: filepath={str(filepath)!r}.")
    if not path.is_dir():
        require_regular(path)
    format = formats.format_to_read(path, "read_weights")
    if format is None:
        raise CorruptFileError(
            f"{str(filepath)!r} is of no known format of weights, or it is damaged. Known "
            f"extensions: {listed(formats.suffixes('read_weights'))}"
        )
    if by_name is not None and objects_to_skip is not None:
        raise ValueError("`by_name` and `objects_to_skip` are for different formats: give one.")
    formats.run(
        format,
        "read_weights",
        model,
        path,
        skip_mismatch,
        by_name=by_name or None,
        objects_to_skip=None if objects_to_skip is None else tuple(objects_to_skip),
    )
