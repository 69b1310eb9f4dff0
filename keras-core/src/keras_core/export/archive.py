"""Artifacts of functions and their variables."""

import functools
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Never

from keras_core.core.base import tree
from keras_core.core.base.public import public
from keras_core.core.execution import compiled
from keras_core.core.state.variables import Variable
from keras_core.core.tensors import native
from keras_core.core.tensors.scopes import StatelessScope
from keras_core.export.formats import (
    check_installed,
    check_options,
    check_path,
    check_sizes,
    find_format,
)
from keras_core.export.signature import make_signature, own_signature
from keras_core.layers.base.layer import Layer
from keras_core.layers.base.state import flattened
from keras_core.layers.core.input_layer import InputLayer
from keras_core.typing import FilePath, HasVariables
from keras_core_plugins.errors import ExportError, listed
from keras_core_plugins.protocol import Endpoint, ExportFormat, Program, TensorSpec


@public("keras.export.ExportArchive")
class ExportArchive:
    """A collection of functions to be exported together, for programs without Keras.

    `Model.export` makes one with the single endpoint ``serve``. Use the class itself for other
    functions, or several.

    An exported function computes what the original does in inference. A SavedModel holds state:
    its functions assign what the original would, and draw new random numbers in each call.
    Artifacts of other formats do not change: what the original would assign is lost, and random
    numbers are the same in each call.

    Args:
        format: A format of the backend; ``"saved_model"`` is another name of
            ``"tf_saved_model"``.
        **kwargs: Options of the format.

    Raises:
        CapabilityError: If another installed backend has the format.
        ImportError: If what the format takes is not installed; the message says how to get it.
        TypeError: If the format has no such option.
        ValueError: If no installed backend has it.

    Example:

    ```python
    archive = keras.export.ExportArchive()  # KERAS_BACKEND=tensorflow
    archive.track(model)
    archive.add_endpoint(
        "call",
        lambda x: model(x, training=False),
        input_signature=[keras.InputSpec(shape=(None, 3), dtype="float32")],
    )
    archive.write_out("artifact")

    tf.saved_model.load("artifact").call(x)  # anywhere
    ```
    """

    def __init__(self, format: str = "saved_model", **kwargs: Any) -> None:
        self._format = find_format(_ALIASES.get(format, format))
        check_installed(self._format)
        check_options(self._format, kwargs)
        self._options = kwargs
        self._variables: dict[int, Variable] = {}
        self._endpoints: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {}
        self._tracked: list[Layer] = []
        self._collections: dict[str, list[Variable]] = {}

    @property
    def variables(self) -> list[Variable]:
        """The variables of what is tracked."""
        return list(self._variables.values())

    @property
    def trainable_variables(self) -> list[Variable]:
        """Those that may be trained."""
        return [v for v in self.variables if v.trainable]

    @property
    def non_trainable_variables(self) -> list[Variable]:
        """All others."""
        return [v for v in self.variables if not v.trainable]

    def track(self, resource: HasVariables) -> None:
        """Export the variables of ``resource`` as such.

        Variables that an endpoint reads and nobody tracks are not offered by the artifact; where
        it does not hold state, they are constants.

        Args:
            resource: A layer, a model, a variable, or another object with ``variables``.

        Raises:
            ValueError: If it is none of these.
        """
        if isinstance(resource, Variable):
            found = [resource]
        elif isinstance(resource, Layer):  # without the state of metrics
            if not resource.built:
                own_signature(resource)
            self._tracked.append(resource)
            found = resource.trainable_variables + resource.non_trainable_variables
        elif isinstance(getattr(resource, "variables", None), (list, tuple)):
            found = list(resource.variables)
        else:
            raise ValueError(
                "Invalid resource type. Expected a Keras `Layer`, `Model` or `Variable`, or an "
                f"object with `variables`. Received object {resource!r} of type {type(resource)}."
            )
        self._track(found)

    def _track(self, variables: Iterable[Variable]) -> None:
        self._variables.update((id(v), v) for v in variables)

    def add_endpoint(
        self,
        name: str,
        fn: Callable[..., Any],
        input_signature: Sequence[Any] | None = None,
        **kwargs: Never,
    ) -> Callable[..., Any]:
        """Export a function.

        Args:
            name: What users of the artifact call it by.
            fn: A function of tensors that returns a tensor or a nest of them; `track` what it
                uses.
            input_signature: A list with an entry for each argument of ``fn``: an `InputSpec`, a
                `KerasTensor`, a tensor, or a nest of them. Layers and models that are built need
                none.
            **kwargs: None are known.

        Returns:
            The function, compiled.

        Raises:
            ValueError: If the name is taken, there is no signature, or the format holds one
                endpoint only.
        """
        if kwargs:
            raise TypeError(f"Unexpected arguments of `add_endpoint`: {', '.join(kwargs)}")
        if not isinstance(name, str) or not name.isidentifier():
            raise ValueError(f"An endpoint is named like a function. Received: name={name!r}")
        if name in self._endpoints or name in self._collections:
            raise ValueError(f"Endpoint name {name!r} is already taken.")
        if self._endpoints and not self._format.many:
            raise ValueError(
                f"An artifact of the format {self._format.name!r} has one endpoint, and "
                f"{next(iter(self._endpoints))!r} is there already. Write an artifact for each."
            )
        if input_signature is None:
            if not isinstance(fn, Layer):
                raise ValueError(
                    "You must provide an `input_signature` argument to specify the shape and dtype "
                    "of the function arguments. Example:\n\n"
                    "export_archive.add_endpoint(\n"
                    "    name='call',\n"
                    "    fn=model.call,\n"
                    "    input_signature=[keras.InputSpec(shape=(None, 3), dtype='float32')],\n"
                    ")"
                )
            input_signature = own_signature(fn)
        call = fn
        if isinstance(fn, Layer):
            self.track(fn)
            call, fn = fn.call, functools.partial(fn, training=False)
        self._endpoints[name] = fn, make_signature(call, input_signature)
        return compiled.jit(fn)

    def track_and_add_endpoint(
        self,
        name: str,
        resource: Layer,
        input_signature: Sequence[Any] | None,
        **kwargs: Never,
    ) -> Callable[..., Any]:
        """`track` and `add_endpoint` in one; for layers and models, which are called.

        Args:
            name: What users of the artifact call it by.
            resource: A layer or a model.
            input_signature: As in `add_endpoint`.
            **kwargs: None are known.
        """
        self.track(resource)
        return self.add_endpoint(name, resource, input_signature, **kwargs)

    def add_variable_collection(
        self, name: str, variables: Sequence[Variable] | set[Variable]
    ) -> None:
        """Offer variables under a name, so that users of the artifact can train them further.

        Args:
            name: The name of the list in the artifact.
            variables: A list, tuple or set of variables.

        Raises:
            TypeError: If these are no variables.
            ValueError: If the name is taken, or the format has no lists of variables.
        """
        if not isinstance(variables, (list, tuple, set)) or not all(
            isinstance(v, Variable) for v in variables
        ):
            raise TypeError(
                f"Expected `variables` to be a list of `keras.Variable`. Received: {variables!r}"
            )
        if not self._format.many:
            raise ValueError(
                f"An artifact of the format {self._format.name!r} has no lists of variables."
            )
        if name in self._endpoints or name in self._collections:
            raise ValueError(f"The name {name!r} is already taken.")
        self._track(variables)
        self._collections[name] = list(variables)

    def write_out(self, filepath: FilePath, options: Any = None, verbose: bool = True) -> None:
        """Write the artifact.

        Args:
            filepath: Where to; whatever is there is replaced.
            options: Passed to the format's writer, such as `tf.saved_model.SaveOptions`.
            verbose: Whether to print what the artifact holds.

        Raises:
            ExportError: If the format cannot hold an endpoint. The message names the layer, and
                the error of the format's writer is chained.
            ValueError: If there is no endpoint, the path does not end as the format needs it, or
                the format takes no inputs of open sizes.
        """
        if not self._endpoints:
            raise ValueError("No endpoints have been set yet. Call `add_endpoint()`.")
        filepath = os.fspath(filepath)
        check_path(self._format, filepath)
        chosen = self._options if options is None else {**self._options, "options": options}
        check_options(self._format, chosen)
        program = self._program()
        check_sizes(self._format, program)
        try:
            self._format.write(program, filepath, **chosen)
        except (OSError, MemoryError):
            raise
        except Exception as error:
            raise self._refusal(error) from error
        if verbose:
            print(_summary(program, filepath))

    def _refusal(self, error: Exception) -> ExportError:
        """What to say of an endpoint that could not be written: which layer of it it is."""
        for layer in self._tracked:
            if found := _unwritable(layer, self._format, self._options):
                layer, error = found
                what = f"the layer {layer.path!r} ({type(layer).__name__})"
                return ExportError(self._format.name, what, error)
        return ExportError(self._format.name, f"the endpoint {listed(self._endpoints)}", error)

    def _program(self) -> Program:
        names = _unique_paths(self.variables)
        return Program(
            endpoints=tuple(
                Endpoint(
                    name=name,
                    fn=_pure(fn, self.variables),
                    run=_converted(fn),
                    signature=signature,
                )
                for name, (fn, signature) in self._endpoints.items()
            ),
            state={names[id(v)]: v.engine_variable for v in self.variables},
            collections={
                name: tuple(names[id(v)] for v in variables)
                for name, variables in self._collections.items()
            },
        )


def _unwritable(
    layer: Layer, format: ExportFormat, options: dict[str, Any]
) -> tuple[Layer, Exception] | None:
    """The innermost layer of ``layer`` that cannot be exported on its own, and its error."""
    error = None
    try:
        archive = ExportArchive(format.name, **options)
        inputs = own_signature(layer)
        archive.add_endpoint("serve", layer, inputs)
        layer.compute_output_spec(*inputs)
    except Exception:  # it is not called on its own, or not like this
        pass
    else:
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "model" + format.suffix)
            try:
                format.write(archive._program(), path, **options)
                return None
            except (OSError, MemoryError):
                raise
            except Exception as e:
                error = e
    for each in flattened(layer, include_self=False, recursive=False):
        if not isinstance(each, InputLayer) and (found := _unwritable(each, format, options)):
            return found
    return error and (layer, error)


_ALIASES = {"saved_model": "tf_saved_model"}
"""Keras's `ExportArchive` has another name for the format than its `Model.export`."""


def _unique_paths(variables: list[Variable]) -> dict[int, str]:
    out: dict[int, str] = {}
    taken: set[str] = set()
    for v in variables:
        path = plain = re.sub(r"[^\w/]", "_", v.path)
        count = 0
        while path in taken:
            count += 1
            path = f"{plain}_{count}"
        taken.add(path)
        out[id(v)] = path
    return out


def _pure(fn: Callable[..., Any], variables: list[Variable]) -> Callable[..., Any]:
    """``fn`` as a function of the values of the variables, too."""

    run = _converted(fn)

    def pure(state: Any, *args: Any) -> Any:
        with StatelessScope() as scope:
            scope.hold(variables, state)
            return run(*args)

    return pure


def _converted(fn: Callable[..., Any]) -> Callable[..., Any]:
    """``fn`` with outputs that are tensors of the engine."""
    return lambda *args: tree.map_structure(native.convert, fn(*args))


def _summary(program: Program, filepath: str) -> str:
    lines = [f"Saved artifact at {filepath!r}. The following endpoints are available:"]
    for endpoint in program.endpoints:
        lines += ["", f"* Endpoint {endpoint.name!r}"]
        lines += [f"  {x.name}: shape={x.shape}, dtype={x.dtype}" for x in _leaves(endpoint)]
    return "\n".join(lines)


def _leaves(endpoint: Endpoint) -> list[TensorSpec]:
    return tree.flatten(list(endpoint.signature))


def export_model(
    model: Layer,
    filepath: Any,
    format: str,
    verbose: bool,
    input_signature: Any,
    options: dict[str, Any],
) -> None:
    """Write a model in a format; see `Model.export`."""
    archive = ExportArchive(format, **options)
    archive.track_and_add_endpoint("serve", model, input_signature)
    archive.write_out(filepath, verbose=verbose)
