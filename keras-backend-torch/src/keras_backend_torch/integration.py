"""How layers take part in torch: as modules."""

import functools
import os
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
from torch.nn.modules import module as torch_module
from torch.utils import _pytree as pytree

from keras_backend_torch import devices
from keras_backend_torch.compiler import inferring, not_inferring
from keras_backend_torch.replicas import (
    replica_count,
    replica_id,
    replica_share,
    sum_over_replicas,
)
from keras_backend_torch.tensors import DTYPES, NAMES

__all__ = ["replica_count", "replica_id", "replica_share", "sum_over_replicas"]


# The hooks of all modules, as torch holds them: tables that are filled and emptied.
_FORWARD_HOOKS = torch_module._global_forward_hooks
_FORWARD_PRE_HOOKS = torch_module._global_forward_pre_hooks
_BACKWARD_HOOKS = torch_module._global_backward_hooks
_BACKWARD_PRE_HOOKS = torch_module._global_backward_pre_hooks


class TorchModule(torch.nn.Module):
    """A base of layers that makes them modules: ``parameters()``, ``state_dict()``, ``to()``.

    Variables and sublayers are ordinary attributes of the layer, found without the look-up
    of `torch.nn.Module`, and are entered into the module's tables besides.
    """

    _parameters: dict[str, Any]
    variable_dtype: str
    _own_variables: Sequence[Any]
    _on_engine_cast: Callable[[str], None]
    _calls_train: bool | None

    _has_hooks = False

    def __init__(self) -> None:
        super().__init__()
        self._parameters = _Parameters(self)

    def _add_engine_variable(self, name: str, handle: torch.nn.Parameter) -> None:
        name = _enter(self._parameters, name, handle)
        for hook in torch_module._global_parameter_registration_hooks.values():
            changed = hook(self, name, self._parameters[name])
            if changed is not None:
                self._parameters[name] = changed

    def _remove_engine_variable(self, handle: torch.nn.Parameter) -> None:
        for name in [n for n, p in self._parameters.items() if p is handle]:
            del self._parameters[name]

    def _add_engine_layer(self, name: str, layer: torch.nn.Module) -> None:
        name = _enter(self._modules, name, layer)
        for hook in torch_module._global_module_registration_hooks.values():
            hook(self, name, layer)

    def _remove_engine_layer(self, layer: torch.nn.Module) -> None:
        for name in [n for n, m in self._modules.items() if m is layer]:
            del self._modules[name]

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, torch.nn.Parameter) and name in self._parameters:
            self._parameters[name] = value
        else:
            super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        entered = [table.pop(name, self) for table in (self._parameters, self._modules)]
        if name in self.__dict__ or entered == [self, self]:
            super().__delattr__(name)

    def __getstate__(self) -> dict[str, Any]:
        """What is copied and pickled: variables in place of the parameters that they hold."""
        state: dict[str, Any] = super().__getstate__()  # type: ignore[assignment]
        held = {id(v.engine_variable): v for v in self._own_variables}
        table = {name: held.get(id(p), p) for name, p in self._parameters.items()}
        return {**state, "_parameters": table}

    def __setstate__(self, state: dict[str, Any]) -> None:
        held = state["_parameters"].items()
        table = _Parameters(self, {k: getattr(p, "engine_variable", p) for k, p in held})
        super().__setstate__({**state, "_parameters": table})

    def train(self, mode: bool = True) -> Any:
        """Let calls train that do not say whether they do, here and in the layers below."""
        self._calls_train = mode
        return super().train(mode)

    def get_parameter(self, target: str) -> Any:
        """The parameter of that name, which an attribute of the layer holds in a variable."""
        path, _, name = target.rpartition(".")
        module = self.get_submodule(path)
        held = module._parameters.get(name)
        return super().get_parameter(target) if held is None else held

    def requires_grad_(self, requires_grad: bool = True) -> Any:
        """Train the variables of this layer and of those below, or do not."""
        self.trainable = requires_grad
        return self

    def _apply(self, fn: Callable[..., Any], recurse: bool = True) -> Any:
        out = super()._apply(fn, recurse)
        # `half()`, `to(torch.bfloat16)`: found out on an empty tensor, for layers without weights
        dtype = DTYPES[self.variable_dtype]
        cast = fn(torch.empty(0, dtype=dtype)).dtype
        if cast is not dtype:
            self._on_engine_cast(NAMES[cast])
        return out

    # -- Hooks ------------------------------------------------------------------------

    @property
    def _enters_engine(self) -> bool:
        """Whether there is a hook: of this layer, or one of all modules."""
        return bool(
            self._has_hooks
            or _FORWARD_HOOKS
            or _FORWARD_PRE_HOOKS
            or _BACKWARD_HOOKS
            or _BACKWARD_PRE_HOOKS
        )

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """The call itself: for what has run the hooks, and for what calls modules so."""
        _forwarding.module = self if self._enters_engine else None
        return self(*args, **kwargs)

    def _enter_engine(self) -> Callable[..., Any] | None:
        if _forwarding.module is self:
            _forwarding.module = None
            return None
        return self._call_impl


class _Forwarding(threading.local):
    """The module whose hooks are running: its next call is the call itself."""

    module: Any = None


_forwarding = _Forwarding()


def _heard(register: Callable[..., Any]) -> Callable[..., Any]:
    """A method that registers a hook, after which calls of the layer run hooks."""

    @functools.wraps(register)
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        self._has_hooks = True
        return register(self, *args, **kwargs)

    return method


for _name in (
    "register_forward_hook",
    "register_forward_pre_hook",
    "register_backward_hook",
    "register_full_backward_hook",
    "register_full_backward_pre_hook",
):
    setattr(TorchModule, _name, _heard(getattr(torch.nn.Module, _name)))


class _Parameters(dict[str, Any]):
    """The parameters of a layer, whose variables hold what is put in their places.

    torch does so in `functional_call`, `load_state_dict(assign=True)` and some moves.
    """

    def __init__(self, owner: TorchModule, values: dict[str, Any] | None = None) -> None:
        super().__init__(values or {})
        self._owner = owner

    def __setitem__(self, name: str, value: Any) -> None:
        old = self.get(name)
        super().__setitem__(name, value)
        if old is not None and old is not value:
            for v in self._owner._own_variables:
                if v.engine_variable is old:
                    v.engine_variable = value
                    v.sync()


def _enter(table: dict[str, Any], name: str, value: Any) -> str:
    """Put a value into a table of a module, and return the name that it has there."""
    name = name.replace(".", "_")  # torch joins names with dots
    while table.get(name, value) is not value:
        name += "_"
    table[name] = value
    return name


layer_mixin = TorchModule


def outside_traces() -> AbstractContextManager[Any]:
    """Tensors made inside are real; in a function that torch compiles they are anyway."""
    return nullcontext() if torch.compiler.is_compiling() else not_inferring()


# Unknown dimensions are tried out with two sizes; those of the results that differ are unknown
# as well. Both divide by what networks divide by. The first axis is the batch, most often.
_SIZES = ((8, 64), (24, 192))


def infer_spec(fn: Callable[..., Any], specs: Sequence[tuple[tuple[int | None, ...], str]]) -> Any:
    """The outputs of ``fn`` for inputs of these shapes and dtypes, by running it on fakes."""
    small, large = (_run(fn, specs, *sizes) for sizes in _SIZES)
    leaves, structure = pytree.tree_flatten(small)
    out = [
        (
            tuple(m if m == n else None for m, n in zip(a.shape, b.shape, strict=True)),
            NAMES[a.dtype],
        )
        if isinstance(a, torch.Tensor)
        else a
        for a, b in zip(leaves, pytree.tree_leaves(large), strict=True)
    ]
    return pytree.tree_unflatten(out, structure)


def _run(
    fn: Callable[..., Any], specs: Sequence[tuple[tuple[int | None, ...], str]], n: int, m: int
) -> Any:
    with inferring(), torch.no_grad():
        inputs = [
            torch.empty(
                [d if d is not None else m if i else n for i, d in enumerate(shape)],
                dtype=DTYPES[dtype],
                device=devices.current(),
            )
            for shape, dtype in specs
        ]
        return fn(*inputs)


def enable_determinism() -> None:
    """Kernels that give the same result in each run, or an error of torch's; also of cuBLAS."""
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True)
    torch.backends.cudnn.benchmark = False
