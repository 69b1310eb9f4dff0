"""Level ``protocol``: the plugin and the services, before any operation is called."""

import importlib.metadata
from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
from packaging.requirements import Requirement

from keras_core.conformance.compare import COMPLEX, INTS, Array, describe, mismatch, np_dtype
from keras_core.conformance.light import Import, observe
from keras_core.conformance.plugin import RUN
from keras_core.core.tensors import runtime
from keras_core_plugins.check import check_backend
from keras_core_plugins.contributions import contributions
from keras_core_plugins.hooks import new_manager
from keras_core_plugins.loading import backend_info, import_reference
from keras_core_plugins.protocol import (
    PROTOCOL_VERSION,
    Backend,
    BackendInfo,
    Capabilities,
    DataAdapter,
    DatasetFormat,
    ExportFormat,
)
from keras_core_plugins.pytest_plugin import Subject

SECONDS = 2.0
"""How long the plugin module may take; a few milliseconds are usual."""


# -- The plugin ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def module(subject: Subject) -> str:
    """The module that the entry point names."""
    if subject.installed.plugin is not None:
        pytest.skip("the plugin was registered in this process")
    return subject.installed.entry_point.partition(":")[0]


@pytest.fixture(scope="module")
def light(module: str, subject: Subject) -> Import:
    """What importing the plugin module does."""
    seen = observe(module, subject.environment)
    if seen.failure:
        pytest.fail(f"importing {module}: {seen.failure}", pytrace=False)
    return seen


def test_loads(subject: Subject) -> None:
    """The plugin is imported, describes the backend, and loads one that keeps to the protocol."""
    if subject.error is not None:
        pytest.fail(str(subject.error), pytrace=False)


def test_plugin_imports_no_engine(module: str, light: Import) -> None:
    """Listing backends imports every plugin module, so it must cost nothing."""
    strangers = light.strangers(module)
    assert not strangers, (
        f"importing {module} imports {', '.join(strangers)} as well; expected nothing but the "
        "standard library and keras_core_plugins. Import the engine in keras_core_load_backend()."
    )


def test_plugin_prints_nothing(module: str, light: Import) -> None:
    """Whoever lists backends does not want to read what plugins have to say."""
    assert not light.output, f"importing {module} printed {light.output!r}; expected no output"


def test_plugin_changes_nothing(module: str, light: Import) -> None:
    """The environment and the import path belong to the user."""
    names = ", ".join(light.environment)
    assert not names, (
        f"importing {module} changed the environment variables {names}; expected no change. Set "
        "in keras_core_load_backend() what the engine has to find."
    )
    assert not light.path, f"importing {module} changed sys.path; expected no change"


def test_plugin_is_quick(module: str, light: Import) -> None:
    """Importing the plugin module takes next to no time."""
    assert light.seconds < SECONDS, (
        f"importing {module} took {light.seconds:.1f} seconds; expected less than {SECONDS:g}"
    )


def test_description(subject: Subject) -> None:
    """The description is the same each time, of the right types, and of a version spoken here."""
    if subject.error is not None:
        pytest.skip("the backend could not be loaded")
    info = backend_info(subject.installed)
    assert isinstance(info, BackendInfo)
    assert info == backend_info(subject.installed), (
        "keras_core_backend_info() returned another description the second time"
    )
    assert isinstance(info.capabilities, Capabilities), (
        f"BackendInfo.capabilities is {info.capabilities!r}; expected a Capabilities"
    )
    assert info.protocol <= PROTOCOL_VERSION, (
        f"the backend was written for protocol {info.protocol}, and this suite is of "
        f"{PROTOCOL_VERSION}: upgrade keras-core, or name the version that the backend needs"
    )


def test_hooks(subject: Subject) -> None:
    """The other hooks of the plugin, if it has them, return what they promise."""
    if subject.error is not None:
        pytest.skip("the backend could not be loaded")
    installed = subject.installed
    manager = new_manager()
    manager.register(installed.plugin or import_reference(installed.entry_point))
    for name in (
        "keras_core_data_adapters",
        "keras_core_dataset_formats",
        "keras_core_export_formats",
        "keras_core_doctor_checks",
    ):
        for found in getattr(manager.hook, name)():
            fits = isinstance(found, Iterable) and not isinstance(found, (str, bytes))
            assert fits, f"{name}() returned {found!r}; expected a list"
            kind = {
                "keras_core_data_adapters": DataAdapter,
                "keras_core_dataset_formats": DatasetFormat,
            }.get(name, object)
            for one in found:
                assert isinstance(one, kind), f"{name}() returned {one!r}; expected a {kind}"
            if name == "keras_core_doctor_checks":
                for check in found:
                    problems = list(check())
                    fits = all(isinstance(problem, str) for problem in problems)
                    assert fits, f"a check of the doctor gave {problems!r}; expected strings"


def test_export_formats(subject: Subject) -> None:
    """The formats that the plugin can write are those that its capabilities name."""
    if subject.error is not None:
        pytest.skip("the backend could not be loaded")
    formats = contributions(subject.installed, "keras_core_export_formats")
    for format in formats:
        assert isinstance(format, ExportFormat), (
            f"keras_core_export_formats() returned {format!r}; expected an ExportFormat"
        )
    names = sorted(format.name for format in formats)
    declared = sorted(backend_info(subject.installed).capabilities.export_formats)
    assert names == declared, (
        f"keras_core_export_formats() returned the formats {names}, and "
        f"Capabilities.export_formats names {declared}"
    )


def test_requirement(subject: Subject) -> None:
    """The distribution requires a keras-core that has the protocol, and no other."""
    try:
        distribution = importlib.metadata.distribution(subject.installed.distribution)
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("the backend is in no distribution")
    name = distribution.metadata["Name"]
    if name == "keras-core":
        pytest.skip("the backend is part of keras-core itself")
    found = [r for r in map(Requirement, distribution.requires or []) if r.name == "keras-core"]
    assert found, (
        f"{name} does not require keras-core; expected a line such as 'keras-core>=1.0,<2'"
    )
    for requirement in found:
        assert not requirement.specifier.contains("0.1.7"), (
            f"{name} requires {str(requirement)!r}, which an older, unrelated series of that name "
            "fulfils; expected a lower bound, such as 'keras-core>=1.0,<2'"
        )


def test_declarations(request: pytest.FixtureRequest) -> None:
    """``conformance.toml`` is well-formed, and each pattern in it has a case."""
    problems = request.config.stash[RUN].declared.problems
    if problems:
        pytest.fail("\n".join(problems), pytrace=False)


# -- Capabilities --------------------------------------------------------------------


def test_members(backend: Backend) -> None:
    """Every primitive and service is there, and takes the protocol's parameters."""
    problems = check_backend(backend)
    assert not problems, "\n".join(problems)


def test_capabilities_fit_the_services(backend: Backend, capabilities: Capabilities) -> None:
    """What is declared is there, and what is there is declared."""
    assert capabilities.jit == (backend.compiler is not None), (
        f"capabilities.jit is {capabilities.jit}, and the compiler is {backend.compiler!r}"
    )
    assert (capabilities.autodiff == "native") == (backend.autodiff is not None), (
        f"capabilities.autodiff is {capabilities.autodiff!r}, and the service is "
        f"{backend.autodiff!r}; expected one if and only if it is 'native'"
    )
    assert capabilities.jit or not capabilities.dynamic_shapes, (
        "capabilities.dynamic_shapes is about compiled functions, and there is no compiler"
    )


@pytest.mark.needs("jit")
def test_compiler_knows_that_it_traces(backend: Backend, jit_options: dict[str, Any]) -> None:
    """``is_tracing()`` is true where tensors have no values, and there only."""
    compiler: Any = backend.compiler
    tensors: Any = backend.tensors
    seen: list[bool] = []

    def function(x: Any) -> Any:
        seen.append(compiler.is_tracing())
        if not seen[-1]:
            try:
                tensors.to_numpy(x)
            except TypeError as error:
                pytest.fail(f"is_tracing() is False inside jit, and there {error}")
        return x

    x = tensors.from_numpy(np.arange(3, dtype="float32"), "float32")
    assert compiler.is_tracing() is False, "compiler.is_tracing() is not False outside of jit"
    out = compiler.jit(function, donate_first=False, options=jit_options)(x)
    assert seen, "the compiler has returned a function that does not call the one it was given"
    assert compiler.is_tracing() is False, "compiler.is_tracing() is not False after jit"
    _assert_same(tensors.to_numpy(out), np.arange(3, dtype="float32"), "jit(lambda x: x)(x)")


def test_devices(backend: Backend) -> None:
    """Each device that is listed takes tensors."""
    devices: Any = backend.devices
    if devices is None:
        pytest.skip("the backend has no service `devices`")
    names = devices.list_devices()
    assert isinstance(names, list), f"list_devices() returned {names!r}; expected a list"
    assert names, "list_devices() returned an empty list; expected at least one device"
    tensors: Any = backend.tensors
    for name in names:
        with devices.device_scope(name):
            x = tensors.from_numpy(np.arange(3, dtype="float32"), "float32")
        _assert_same(tensors.to_numpy(x), np.arange(3, dtype="float32"), f"a tensor on {name}")


# -- Tensors -------------------------------------------------------------------------


def _samples(dtype: str) -> list[Array]:
    """Arrays of ``dtype``: extremes, no axes, no elements, elements that are not in a row."""
    kind = np_dtype(dtype)
    if dtype == "bool":
        values: list[Any] = [True, False, True, True]
    elif dtype in INTS:
        limits = np.iinfo(kind)
        values = [limits.min, 0, 1, limits.max]
    elif dtype in COMPLEX:
        values = [-1.5 + 2j, 0j, 1j, 3 - 0.5j]
    else:
        values = [-1.5, 0.0, float("inf"), float("nan")]
    row = np.array(values, kind)
    return [row, np.array(values[0], kind), row.reshape(2, 2).T, row[:0].reshape(0, 3), row[::-2]]


def _assert_same(actual: Any, expected: Array, what: str) -> None:
    assert isinstance(actual, np.ndarray), f"{what} is a {type(actual).__name__}, not an array"
    assert actual.dtype == expected.dtype, (
        f"{what} is {describe(actual)}: expected {expected.dtype}"
    )
    assert actual.shape == expected.shape, (
        f"{what} is {describe(actual)}: expected {expected.shape}"
    )
    problem = mismatch(actual, expected)
    assert problem is None, f"{what}: {problem}"


@pytest.mark.parametrize("dtype", sorted(runtime.CAPABILITIES.dtypes))
def test_round_trip(backend: Backend, dtype: str) -> None:
    """Arrays of each declared dtype become tensors, and come back as they were."""
    tensors: Any = backend.tensors
    for array in _samples(dtype):
        what = f"from_numpy({describe(array)}, {dtype!r})"
        x = tensors.from_numpy(array, dtype)
        assert tensors.is_tensor(x) is True, f"{what} returned {x!r}, which is no tensor"
        assert tensors.dtype(x) == dtype, (
            f"{what} returned a tensor of dtype {tensors.dtype(x)!r}; take the dtype out of "
            "capabilities.dtypes if the engine does not have it"
        )
        for name in ("shape", "static_shape"):
            shape = getattr(tensors, name)(x)
            assert shape == array.shape, f"{name}() of {what} is {shape!r}: expected {array.shape}"
            assert type(shape) is tuple, (
                f"{name}() of {what} is a {type(shape).__name__}: {shape!r}"
            )
        if hasattr(tensors, "ndim"):
            assert tensors.ndim(x) == array.ndim, f"ndim() of {what} is {tensors.ndim(x)!r}"
        _assert_same(tensors.to_numpy(x), array, f"to_numpy({what})")


@pytest.mark.parametrize("thing", [None, 1, 1.5, True, "text", [1.0], {}, object(), np.float32])
def test_is_no_tensor(backend: Backend, thing: Any) -> None:
    """Values of Python are no tensors."""
    tensors: Any = backend.tensors
    assert not tensors.is_tensor(thing), f"is_tensor({thing!r}) is true: expected false"


def test_tensors_have_memory_of_their_own(backend: Backend) -> None:
    """Who changes an array after `from_numpy` does not change the tensor."""
    tensors: Any = backend.tensors
    array = np.arange(6, dtype="float32").reshape(2, 3)
    x = tensors.from_numpy(array, "float32")
    array[...] = -1
    _assert_same(
        tensors.to_numpy(x),
        np.arange(6, dtype="float32").reshape(2, 3),
        "a tensor whose array was changed after from_numpy()",
    )


def test_arrays_have_memory_of_their_own(backend: Backend) -> None:
    """Who changes an array that `to_numpy` gave does not change the tensor."""
    tensors: Any = backend.tensors
    expected = np.arange(6, dtype="float32").reshape(2, 3)
    x = tensors.from_numpy(expected.copy(), "float32")
    array = tensors.to_numpy(x)
    if array.flags.writeable:
        array[...] = -1
    _assert_same(
        tensors.to_numpy(x),
        expected,
        "a tensor whose array of to_numpy(), which was not read-only, was changed",
    )


# -- Variables -----------------------------------------------------------------------


def test_variables(backend: Backend) -> None:
    """A variable holds what was assigned last, and no tensor that it was given changes."""
    variables: Any = backend.variables
    if variables is None:
        pytest.skip("the backend has no service `variables`; its variables are tensors")
    tensors: Any = backend.tensors
    first = np.arange(6, dtype="float32").reshape(2, 3)
    x = tensors.from_numpy(first, "float32")
    y = tensors.from_numpy(first + 10, "float32")
    handle = variables.create(x, True, "v")
    _assert_same(tensors.to_numpy(variables.read(handle)), first, "a new variable")
    handle = variables.assign(handle, y)
    _assert_same(tensors.to_numpy(variables.read(handle)), first + 10, "an assigned variable")
    handle = variables.assign(handle, tensors.from_numpy(first + 20, "float32"))
    _assert_same(tensors.to_numpy(x), first, "the tensor that a variable was created with")
    _assert_same(tensors.to_numpy(y), first + 10, "the tensor that was assigned before the last")
    assert tensors.is_tensor(variables.read(handle)) is True, "read() returned no tensor"
