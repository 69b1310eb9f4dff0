"""The formats that the backend, and plugins without one, can write."""

import importlib.util
import inspect
from collections.abc import Iterable
from typing import Any

from keras_core.core.tensors import runtime
from keras_core_plugins import catalog, current
from keras_core_plugins.contributions import gathered
from keras_core_plugins.errors import CapabilityError, listed
from keras_core_plugins.nest import leaves_of
from keras_core_plugins.probe import describe_apart
from keras_core_plugins.protocol import ExportFormat, Program


def find_format(name: str) -> ExportFormat:
    """The format of that name; the backend's own comes before that of another plugin.

    Raises:
        CapabilityError: If another installed backend has it.
        ValueError: If none has.
    """
    record = current()
    found = [] if record is None else gathered(catalog(), record.installed, _HOOK)
    for format in found:
        if format.name == name:
            return format
    here = listed(sorted(f.name for f in found))
    elsewhere = _elsewhere()
    writers = [backend for backend, names in elsewhere.items() if name in names]
    if not writers:
        others = "".join(f"; with {b}: {listed(sorted(n))}" for b, n in elsewhere.items() if n)
        raise ValueError(
            f"Unrecognized format={name!r}. Formats with backend {runtime.NAME!r}: {here}{others}. "
            "A format comes with the plugin that writes it: install one, such as "
            "keras-backend-tensorflow for 'tf_saved_model'."
        )
    raise CapabilityError(
        f"Exporting with format={name!r}",
        "a writer of that format",
        backend=runtime.NAME,
        provider=record.installed.provider if record else runtime.NAME,
        state=f"without one (its formats: {here})",
        cure=(
            f"Save the model to .keras, and load and export it with KERAS_BACKEND="
            f"{' or '.join(writers)}."
        ),
    )


_HOOK = "keras_core_export_formats"


def _elsewhere() -> dict[str, Iterable[str]]:
    """The formats of the installed backends that could be chosen instead of this one."""
    installed = catalog()
    described = describe_apart(
        claim for name in installed.names for claim in installed.claims[name]
    )
    return {
        d.installed.name: d.info.capabilities.export_formats
        for d in described
        if d.info is not None and d.available and d.installed.name != runtime.NAME
    }


def check_installed(format: ExportFormat) -> None:
    """Refuse a format whose converter is not there.

    Raises:
        ImportError: If it is not; the message says what to install.
    """
    missing = [name for name in format.modules if importlib.util.find_spec(name) is None]
    if missing:
        raise ImportError(
            f"Exporting with format={format.name!r} takes {listed(missing)}, which "
            f"{'is' if len(missing) == 1 else 'are'} not installed: pip install '{format.install}'",
            name=missing[0],
        )


def check_path(format: ExportFormat, filepath: str) -> None:
    """Refuse a path that the format cannot be written to.

    Raises:
        ValueError: If it does not end as it should.
    """
    if not filepath.endswith(format.suffix):
        raise ValueError(
            f"The format {format.name!r} needs a filepath that ends in {format.suffix!r}. "
            f"Received: filepath={filepath!r}"
        )


def check_sizes(format: ExportFormat, program: Program) -> None:
    """Refuse inputs of open sizes where the format has none.

    Raises:
        ValueError: If there are some.
    """
    if format.open_sizes:
        return
    inputs = (x for e in program.endpoints for x in leaves_of(e.signature))
    if found := [f"{x.name}: {x.shape}" for x in inputs if None in x.shape]:
        raise ValueError(
            f"The format {format.name!r} of this backend has no open sizes, that of the batch "
            f"included. Received: {listed(found)}. Fix them with `input_signature`, such as "
            "[keras.InputSpec(shape=(1, 28, 28), dtype='float32')]."
        )


def check_options(format: ExportFormat, options: dict[str, Any]) -> None:
    """Refuse options that the format does not have.

    Raises:
        TypeError: If there is one.
    """
    known = list(inspect.signature(format.write).parameters)[2:]
    if unknown := [name for name in options if name not in known]:
        raise TypeError(
            f"The format {format.name!r} has no option {listed(unknown)}. "
            f"Its options: {listed(known)}."
        )
