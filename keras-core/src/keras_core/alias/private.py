"""Functions and classes that libraries import from ``keras.src`` and that are nowhere else here."""

import sys
from collections.abc import Callable
from contextlib import ExitStack
from functools import wraps
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any

import h5py

from keras_core import saving
from keras_core.core.base import tree
from keras_core.core.base.config import standardize_data_format
from keras_core.core.base.trackable import set_aside
from keras_core.core.objects.serialization import in_safe_mode, safe_mode_scope
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.layers.base.configs import arguments_of
from keras_core.layers.base.layer import Layer
from keras_core.layers.convolution.conv import Conv
from keras_core.ops.convolution import conv
from keras_core.saving.hdf5 import Contents, opened
from keras_core.saving.weights_h5 import Reader, Writer

__all__ = [
    "BaseConv",
    "H5IOStore",
    "SafeModeScope",
    "any_symbolic_tensors",
    "compute_conv_output_shape",
    "compute_output_spec",
    "in_grain_data_pipeline",
    "in_safe_mode",
    "load_model",
    "no_automatic_dependency_tracking",
    "save_model",
]

SafeModeScope = safe_mode_scope


def compute_output_spec(fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """The shapes and dtypes of what a function returns, as `KerasTensor`s, from some of these.

    Args:
        fn: A function of tensors; it is run on what stands for them.
        *args: Its arguments; `KerasTensor`s may have sizes that are not known.
        **kwargs: The same, by name.
    """

    class _Call(Layer):
        def call(self, *args: Any, **kwargs: Any) -> Any:
            return fn(*args, **kwargs)

    return _Call().compute_output_spec(*args, **kwargs)


def any_symbolic_tensors(args: Any = None, kwargs: Any = None) -> bool:
    """Whether there is a `KerasTensor` among arguments, at any depth."""
    return any(isinstance(x, KerasTensor) for x in tree.flatten((args, kwargs)))


def compute_conv_output_shape(
    input_shape: Any,
    filters: int,
    kernel_size: Any,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str | None = "channels_last",
    dilation_rate: Any = 1,
) -> tuple[int | None, ...]:
    """The shape that a convolution gives.

    Args:
        input_shape: With the batch; None for sizes that are not known.
        filters: How many features it makes.
        kernel_size: A size for each axis of space.
        strides: One step, or one for each axis.
        padding: ``"valid"``, ``"same"`` or ``"causal"``.
        data_format: Where the features of the input are.
        dilation_rate: One distance between the elements of a window, or one for each axis.
    """
    features = input_shape[-1 if standardize_data_format(data_format) == "channels_last" else 1]
    out = conv(
        KerasTensor(input_shape),
        KerasTensor((*kernel_size, features, filters)),
        strides=strides,
        padding=padding,
        data_format=data_format,
        dilation_rate=dilation_rate,
    )
    return tuple(out.shape)


def no_automatic_dependency_tracking(fn: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate a method: layers and variables that it sets as attributes are no parts of it.

    Args:
        fn: A method of a layer. Attributes that it sets are kept as they are.
    """

    @wraps(fn)
    def untracked(self: Any, *args: Any, **kwargs: Any) -> Any:
        seen = _Untracked(self)
        return fn(seen, *args, **kwargs)

    return untracked


class _Untracked:
    """An object as its method sees it: what is set is put beside what is tracked."""

    def __init__(self, obj: Any) -> None:
        self.__dict__["_obj"] = obj

    def __getattr__(self, name: str) -> Any:
        return getattr(self._obj, name)

    def __setattr__(self, name: str, value: Any) -> None:
        set_aside(self._obj, name, value)

    @property
    def __class__(self) -> Any:  # for isinstance
        return type(self._obj)


class BaseConv(Conv):
    """A convolution whose number of spatial axes is an argument.

    Args:
        rank: How many spatial axes there are, 1 to 3.
        filters: Number of filters.
        kernel_size: Size of the windows: an int, or one for each spatial axis.
        **kwargs: The other arguments of `keras.layers.Conv2D`.
    """

    def __init__(self, rank: int, filters: int, kernel_size: Any, **kwargs: Any) -> None:
        self.__dict__["rank"] = rank  # before there is a layer that could hold it
        super().__init__(filters, kernel_size, **kwargs)

    def get_config(self) -> dict[str, Any]:
        """The arguments to make it with again, but for the rank, which a subclass knows."""
        omits, adds = self._config_omits, self._config_adds
        return {**super().get_config(), **arguments_of(self, Conv, omits, adds)}


class H5IOStore:
    """Arrays in groups of an HDF5 file.

    Args:
        path_or_io: The file, as a path or as something to read from or write to.
        archive: None; files in an archive are not opened by this class.
        mode: ``"r"`` to read, ``"w"`` to write anew.
    """

    def __init__(self, path_or_io: Any, archive: Any = None, mode: str = "r") -> None:
        if archive is not None:
            raise ValueError(
                "H5IOStore opens files, not members of archives. Received archive="
                f"{archive!r}: use `keras.saving.load_model`, which reads them."
            )
        self._written: h5py.File | None = None
        self._read: Contents | None = None
        self._stack = ExitStack()
        if mode == "r":
            self._read = self._stack.enter_context(opened(path_or_io, str(path_or_io)))
        else:
            self._written = self._stack.enter_context(h5py.File(path_or_io, mode))

    def make(self, path: str, metadata: dict[str, Any] | None = None) -> Writer:
        """A group to write arrays into, ``group["name"] = array``.

        Args:
            path: Where it is in the file.
            metadata: Written as attributes of the group; nothing by default.
        """
        if self._written is None:
            raise ValueError(f"The group {path!r} cannot be made: the file was opened to be read.")
        group = self._written.require_group(path).require_group("vars")
        for key, value in (metadata or {}).items():
            group.attrs[key] = value
        return Writer(lambda _: group)

    def get(self, path: str) -> Reader:
        """The arrays of a group, none if the file has no such group.

        Args:
            path: Where it is in the file.
        """
        if self._read is None:
            raise ValueError(f"The group {path!r} cannot be read: the file is being written.")
        return Reader([(self._read, f"{path}/vars")])

    def has_path(self, path: str) -> bool:
        """Whether the file has such a group."""
        inside = f"{path}/vars"
        return inside in (self._read.groups if self._read is not None else self._written or ())

    def keys(self) -> list[str]:
        """The groups at the top of the file."""
        return self._read.groups[""] if self._read is not None else list(self._written or ())

    def close(self) -> None:
        """Close the file; what was written is in it then."""
        self._stack.close()


def save_model(model: Any, filepath: Any, **kwargs: Any) -> None:
    """Save a model in a file, or in what is written to.

    Args:
        model: The model.
        filepath: A path, or something with a method ``write``, which gets a `.keras` archive.
        **kwargs: See `keras.saving.save_model`.
    """
    if not hasattr(filepath, "write"):
        saving.save_model(model, filepath, **kwargs)
        return
    with TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        saving.save_model(model, path, **kwargs)
        filepath.write(path.read_bytes())


def load_model(filepath: Any, **kwargs: Any) -> Any:
    """Load a model from a file, or from what is read.

    Args:
        filepath: A path, or something with a method ``read``, which gives a `.keras` archive.
        **kwargs: See `keras.saving.load_model`.
    """
    if not hasattr(filepath, "read"):
        return saving.load_model(filepath, **kwargs)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        path.write_bytes(filepath.read())
        return saving.load_model(path, **kwargs)


def in_grain_data_pipeline() -> bool:
    """Whether this is called by a pipeline of Grain, whose results have to be NumPy's."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_globals.get("__name__", "").partition(".")[0] == "grain":
            return True
        frame = frame.f_back
    return False
