"""Export formats: what a plugin writes a model to, and what it gets for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from keras_core_plugins.protocol.services import Handle


@dataclass(frozen=True, kw_only=True)
class TensorSpec:
    """What is known of an input before there is one."""

    name: str
    """Letters, digits and underscores; no two inputs of an endpoint share one."""

    shape: tuple[int | None, ...]
    """None stands for a size that the exported function takes as it comes."""

    dtype: str


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """A function to be exported."""

    name: str
    """What users of the artifact call it by, such as ``"serve"``."""

    fn: Callable[..., Any]
    """``fn(state, *args)``: a pure function that returns a nest of tensors.

    ``state`` is a list of tensors, the values of `Program.state` in its order; ``args`` are nests
    as in ``signature``. The engine traces it as it would for its compiler.
    """

    run: Callable[..., Any]
    """``run(*args)``: the same on the variables themselves, which it may assign.

    For formats that hold state, of engines with stateful variables. What it touches may be more
    than `Program.state`: the seeds of random numbers, for example.
    """

    signature: tuple[Any, ...]
    """For each of ``args`` a `TensorSpec`, or a nest (dicts, lists, tuples) of them."""


@dataclass(frozen=True, kw_only=True)
class Program:
    """What is exported: functions, and the state that they share."""

    endpoints: tuple[Endpoint, ...]
    """At least one; exactly one for a format that does not say ``many``."""

    state: Mapping[str, Handle]
    """The variables as the backend stores them, by their paths.

    A path has letters, digits, underscores, and slashes between the names of layers.
    """

    collections: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """Lists of paths in ``state`` that the artifact should offer under a name."""


@dataclass(frozen=True, kw_only=True)
class ExportFormat:
    """A format that `Model.export` can write; what `keras_core_export_formats` returns."""

    name: str
    """What users ask for. A format that exists elsewhere has the name that it has in Keras."""

    write: Callable[..., None]
    """``write(program, filepath, **options)`` writes a `Program`.

    ``filepath`` is a string. The options, with defaults, are the format's own: users give them
    to `Model.export` by name.
    """

    suffix: str = ""
    """What paths have to end in; empty if any will do, such as that of a folder."""

    holds_state: bool = False
    """Whether an artifact has variables that its functions assign: those of `Endpoint.run`."""

    many: bool = False
    """Whether an artifact can hold several endpoints, and collections of variables."""

    open_sizes: bool = True
    """Whether sizes of inputs may be unknown; where not, the core asks for them."""

    modules: tuple[str, ...] = ()
    """The packages that do the conversion, such as ``("tf2onnx",)``: they need not be installed."""

    install: str = ""
    """What ``pip install`` takes for them: an extra, ``"keras-backend-tensorflow[onnx]"``."""
