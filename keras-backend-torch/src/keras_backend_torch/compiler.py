"""torch.compile, for those who ask for it."""

import functools
import inspect
import itertools
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FunctionType
from typing import Any

import torch


class _State(threading.local):
    def __init__(self) -> None:
        self.inferring = False


_state = _State()

# torch compiles a piece of code a limited number of times and leaves it eager from then on, and
# takes for variable what has had two values in it. What compiled functions have in common, such
# as the body of the training loop, is to count for each of them by itself.
_SEPARATE = {
    name: True
    for name in inspect.signature(torch.compile).parameters
    if name == "isolate_recompiles"  # since torch 2.13
}

_number = itertools.count()


def _with_own_code(fn: Callable[..., Any]) -> Callable[..., Any]:
    if not isinstance(fn, FunctionType):
        return fn
    code = fn.__code__.replace(co_name=f"{fn.__name__}_{next(_number)}")
    copy = FunctionType(code, fn.__globals__, fn.__name__, fn.__defaults__, fn.__closure__)
    copy.__kwdefaults__ = fn.__kwdefaults__
    return copy


def jit(
    fn: Callable[..., Any], *, donate_first: bool, options: dict[str, Any]
) -> Callable[..., Any]:
    """``fn`` itself, or compiled if ``options`` have ``{"xla": True}``.

    Other options go to `torch.compile`, such as ``{"xla": True, "mode": "max-autotune"}``.
    """
    options = dict(options)
    if not options.pop("xla", False):
        return fn
    compiled: Callable[..., Any] = torch.compile(_with_own_code(fn), **{**_SEPARATE, **options})
    return compiled


def eager(fn: Callable[..., Any]) -> Callable[..., Any]:
    """``fn``, no part of which torch.compile is to compile.

    What it compiles can be differentiated once and not twice.
    """
    in_use = "torch._dynamo" in sys.modules  # to import it takes a second
    return torch._disable_dynamo(fn) if in_use else fn


def opaque(fn: Callable[..., Any], recursive: bool = True) -> Callable[..., Any]:
    """``fn``, which torch.compile is to call and not to trace.

    `torch.compiler.disable` does so too, but imports the compiler at once, which takes a second.
    """
    called = torch._disable_dynamo(fn, recursive=recursive)

    @functools.wraps(fn)
    def call(*args: Any, **kwargs: Any) -> Any:
        return (called if torch.compiler.is_compiling() else fn)(*args, **kwargs)

    return call


def is_tracing() -> bool:
    """Whether tensors have no values, since torch traces or infers shapes."""
    return torch.compiler.is_compiling() or _state.inferring


@contextmanager
def inferring() -> Iterator[None]:
    """Tensors made inside have shapes and dtypes, and no values."""
    from torch._subclasses.fake_tensor import FakeTensorMode  # takes a second to import

    before, _state.inferring = _state.inferring, True
    try:
        with FakeTensorMode(allow_non_fake_inputs=True):
            yield
    finally:
        _state.inferring = before


@contextmanager
def not_inferring() -> Iterator[None]:
    """Tensors made inside of `inferring` have values."""
    from torch._subclasses.fake_tensor import unset_fake_temporarily

    before, _state.inferring = _state.inferring, False
    try:
        with unset_fake_temporarily():
            yield
    finally:
        _state.inferring = before
