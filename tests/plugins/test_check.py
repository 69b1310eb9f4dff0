"""The check of a loaded backend: whatever is wrong is found, and all of it at once."""

import dataclasses
import types

import pytest

import keras_core_plugins as k
from keras_backend_numpy import plugin, primitives
from keras_core_plugins import check
from keras_core_plugins.protocol import Autodiff, Compiler, Variables

GOOD = plugin.keras_core_load_backend()


def supplied(**changes):
    """The reference backend's primitives, with changes; None takes one away."""
    members = {name: getattr(primitives, name) for name in k.PRIMITIVES} | changes
    module = types.ModuleType("fake_backend.primitives")
    for name, member in members.items():
        if member is not None:
            setattr(module, name, member)
    return module


def own(function):
    """``function`` as if it were defined in the backend under test."""
    function.__module__ = "fake_backend.primitives"
    return function


def problems(**changes):
    return k.check_backend(dataclasses.replace(GOOD, **changes))


def with_capabilities(**changes):
    return problems(capabilities=dataclasses.replace(GOOD.info.capabilities, **changes))


def test_reference_backend_is_right():
    assert k.check_backend(GOOD) == []


@pytest.mark.parametrize("name", k.PRIMITIVES)
def test_each_missing_primitive_is_noticed(name):
    (problem,) = problems(primitives=supplied(**{name: None}))
    assert problem.startswith(f"primitives: 1 of {len(k.PRIMITIVES)} are missing: {name} ")


def test_all_missing_primitives_are_in_one_line():
    (problem,) = problems(primitives=types.ModuleType("fake_backend"))
    assert all(name in problem for name in k.PRIMITIVES)


@pytest.mark.parametrize(
    "function, problem",
    [
        (lambda x2, x1: x1, "parameter 1 is 'x2', and 'x1' was expected, as in (x1, x2)"),
        (lambda a, b: a, "parameter 1 is 'a', and 'x1' was expected"),
        (lambda x1: x1, "cannot be called with the arguments (x1, x2)"),
        (lambda x1, x2, dtype: x1, "cannot be called with the arguments (x1, x2)"),
        (lambda x1, *, x2: x1, "cannot be called with the arguments (x1, x2)"),
        (lambda x1, x2, *, out: x1, "cannot be called with the arguments (x1, x2)"),
        (3, "is of type 'int', and no function"),
    ],
)
def test_wrong_parameters(function, problem):
    function = own(function) if callable(function) else function
    (found,) = problems(primitives=supplied(add=function))
    assert found.startswith("primitives.add")
    assert problem in found


@pytest.mark.parametrize(
    "function",
    [
        lambda x1, x2: x1,
        lambda x1, x2, out=None: x1,
        lambda a, b, /: a,
        lambda *args: args,
        lambda x1, *rest: x1,
        lambda x1, x2, **options: x1,
        k.unsupported("add", "the engine cannot count"),
        max,  # a builtin without a signature
    ],
)
def test_right_parameters(function):
    if isinstance(function, types.FunctionType) and k.unsupported_reason(function) is None:
        function = own(function)
    assert problems(primitives=supplied(add=function)) == []


def test_library_function_may_have_names_of_its_own():
    def add(left, right): ...

    add.__module__ = "engine.math"
    assert problems(primitives=supplied(add=add)) == []


def test_library_function_with_our_parameter_elsewhere():
    def total(x, axis, dtype=None, out=None, keepdims=False): ...

    total.__module__ = "engine.math"
    (found,) = problems(primitives=supplied(sum=total))
    assert "parameter 3 is 'dtype', and 'keepdims' was expected, as in (x, axis, keepdims)" in found


def test_methods_of_an_object_do_as_well_as_a_module():
    class Primitives:
        def add(self, x2, x1): ...

    for name in k.PRIMITIVES:
        if name != "add":
            setattr(Primitives, name, staticmethod(getattr(primitives, name)))
    (found,) = problems(primitives=Primitives())
    assert "primitives.add" in found


@pytest.mark.parametrize(
    "changes, service",
    [
        ({"autodiff": "native"}, "autodiff: the service is missing, and capabilities.autodiff"),
        ({"jit": True}, "compiler: the service is missing, and capabilities.jit"),
        ({"stateful_variables": True}, "variables: the service is missing, and capabilities.stat"),
    ],
)
def test_capability_without_its_service(changes, service):
    (found,) = with_capabilities(**changes)
    assert found.startswith(service)


@pytest.mark.parametrize(
    "changes, problem",
    [
        ({"autodiff": "yes"}, "capabilities.autodiff is 'yes'; one of"),
        ({"dtypes": k.Capabilities().dtypes | {"int7"}}, "unknown dtypes: int7"),
        ({"dtypes": frozenset({"int32", "bool"})}, "lacks float32"),
        ({"jit_by_default": True}, "jit_by_default is set, and capabilities.jit is not"),
    ],
)
def test_impossible_capabilities(changes, problem):
    (found,) = with_capabilities(**changes)
    assert problem in found


@pytest.mark.parametrize(
    "name, protocol", [("autodiff", Autodiff), ("compiler", Compiler), ("variables", Variables)]
)
def test_incomplete_service(name, protocol):
    members = [m for m in vars(protocol) if m[0] != "_" and callable(getattr(protocol, m))]
    found = problems(**{name: types.SimpleNamespace()})
    required = [m for m in members if not getattr(protocol, m).__doc__.startswith("Optional.")]
    missing = {f"{name}.{member} is missing" for member in required}
    assert set(found) == missing


def test_service_with_wrong_keywords():
    compiler = types.SimpleNamespace(jit=lambda fn, *, donate: fn, is_tracing=lambda: False)
    (found,) = problems(compiler=compiler)
    assert "cannot be called with the arguments (fn, *, donate_first, options)" in found


@pytest.mark.parametrize(
    "jit", [lambda fn, **options: fn, lambda fn, donate_first, options=None: fn]
)
def test_service_with_right_keywords(jit):
    assert problems(compiler=types.SimpleNamespace(jit=jit, is_tracing=lambda: False)) == []


def test_optional_members_of_services():
    variables = types.SimpleNamespace(
        create=lambda value, trainable, name, aggregation: value,
        read=lambda handle: handle,
        assign=lambda handle, value: value,
    )
    assert problems(variables=variables, integration=types.SimpleNamespace()) == []


@pytest.mark.parametrize(
    "overrides, problem",
    [
        (["softmax"], "a mapping from names to functions, or a module, expected; got"),
        ({"softmax": 3}, "overrides['softmax'] is of type 'int', and no function"),
        ({3: len}, "the key 3 is not a string"),
    ],
)
def test_wrong_overrides(overrides, problem):
    (found,) = problems(overrides=overrides)
    assert problem in found


def test_overrides_in_a_module():
    module = types.ModuleType("fake_backend.overrides")
    exec(
        "from math import sqrt\nimport math\nclass C: pass\ndef softmax(x): ...\ndef _h(): ...",
        vars(module),
    )
    for name in ("softmax", "_h", "C"):
        vars(module)[name].__module__ = module.__name__
    backend = dataclasses.replace(GOOD, overrides=module)
    assert set(k.overrides_of(backend)) == {"softmax"}
    module.__all__ = ["sqrt"]
    assert set(k.overrides_of(backend)) == {"sqrt"}
    module.__all__ = ["sqrt", "gone"]
    assert "'gone' is in __all__" in k.check_backend(backend)[0]


def test_older_backend_may_lack_younger_primitives(monkeypatch):
    monkeypatch.setattr(check, "SINCE", {"fft": (1, 1)})
    poor = supplied(fft=None)
    assert problems(primitives=poor) == []
    newer = dataclasses.replace(GOOD.info, protocol=(1, 1))
    (found,) = problems(primitives=poor, info=newer)
    assert "are missing: fft " in found


def test_everything_is_reported_together():
    found = problems(
        primitives=supplied(add=None, sum=own(lambda x: x)),
        overrides={"a": 1, "b": 2},
        capabilities=dataclasses.replace(GOOD.info.capabilities, jit=True, autodiff="native"),
        tensors=None,
    )
    assert len(found) == 7
    error = k.BackendConformanceError("fake", "fake-dist 1.0", found)
    assert "7 problems" in str(error)
    assert str(error).count("\n  - ") == 7
    assert error.problems == tuple(found)
