"""What a model has been compiled with, and what has been made of it: an object that it holds."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np

from keras_core.core.base import tree
from keras_core.core.execution import compiled
from keras_core.core.state import placement
from keras_core.core.tensors import native, runtime
from keras_core.training.compile_utils import CompileLoss, CompileMetrics


class TrainingState:
    """The losses and metrics of `compile`, how steps are run, and the steps that are ready.

    `compile` makes a new one; a model that was not compiled holds an empty one.

    Args:
        loss: The losses of the outputs; None if there are none.
        metrics: The metrics of the outputs; None if there are none.
        loss_tracker: The metric that averages the loss; None before the first `compile`.
        config: The arguments of `compile`; None if it was not called.
        run_eagerly: Whether steps are run without compilation.
        jit_compile: Whether the engine's strongest compiler is used; None for what is usual.
        replicas: The replicas on which steps run; None for those of the scope that is open.
    """

    def __init__(
        self,
        loss: CompileLoss | None = None,
        metrics: CompileMetrics | None = None,
        loss_tracker: Any = None,
        config: dict[str, Any] | None = None,
        run_eagerly: bool = False,
        jit_compile: bool | None = None,
        replicas: Any = None,
    ) -> None:
        self.loss = loss
        self.metrics = metrics
        self.loss_tracker = loss_tracker
        self.config = config
        self.run_eagerly = run_eagerly
        self.jit_compile = jit_compile
        in_force = placement.current()
        own = None if in_force is None else in_force.replicas()
        self.replicas = replicas or own or runtime.REPLICAS()
        self.seen: set[Any] = set()
        """The signatures of the data that have been held against the model."""

        self.functions: dict[Any, Callable[..., Any]] = {}
        """The steps that are ready to run, by what they depend on."""

        self.at_rest = threading.RLock()
        """Held by whoever changes variables, and by whoever needs all of one moment."""

        self.evaluating = threading.RLock()
        """Held while metrics are those of one evaluation."""

    def __getstate__(self) -> dict[str, Any]:
        """What is copied and pickled: steps are made again, on one device."""
        held = {**self.__dict__, "functions": {}, "replicas": None}
        del held["at_rest"], held["evaluating"]
        return held

    def __setstate__(self, held: dict[str, Any]) -> None:
        """Be a copy, with locks of its own."""
        self.__dict__.update(held)
        self.at_rest, self.evaluating = threading.RLock(), threading.RLock()

    def scope(self) -> AbstractContextManager[Any]:
        """Where variables of the model are made."""
        return nullcontext() if self.replicas is None else self.replicas.scope()

    @property
    def is_built(self) -> bool:
        """Whether the losses and metrics know the outputs that they are of."""
        return all(x is None or x.built for x in (self.loss, self.metrics))

    def function(
        self, key: Any, make: Callable[[], Callable[..., Any]], force: bool
    ) -> Callable[..., Any]:
        """The step that is kept by ``key``, made if there is none yet, or anew if ``force``."""
        if force or key not in self.functions:
            self.functions[key] = make()
        return self.functions[key]

    def compile_step(
        self, step: Callable[..., Any], variables: list[Any], trains: bool
    ) -> Callable[..., Any]:
        """``step``, compiled if that is asked for or usual.

        Args:
            step: A function of batches.
            variables: Those that it is known to touch.
            trains: Whether it changes most of them, and nobody else reads them meanwhile.
        """
        usual = compiled.compiles_by_default()
        wanted = usual or bool(self.jit_compile)
        if self.run_eagerly or not runtime.CAPABILITIES.jit or not wanted:
            run = _on_tensors(step)
        else:
            options = {"xla": True} if self.jit_compile else {}
            run = (
                compiled.Compiled(step, variables, options)
                if trains
                else compiled.Compiled(step, variables, options, True, self.at_rest)
            )
        in_force = placement.current()
        if in_force is None:
            return run
        in_force.check_processes()
        return _spread(run, in_force)


def _spread(run: Callable[..., Any], over: placement.Placement) -> Callable[..., Any]:
    """A step whose batches are laid out first."""

    def spread(*batches: Any) -> Any:
        with over.computing():
            return run(*map(over.put_batch, batches))

    return spread


def _on_tensors(step: Callable[..., Any]) -> Callable[..., Any]:
    """``step``, for batches that hold arrays: those for which a compiled step has no need."""
    if not runtime.CAPABILITIES.jit_takes_arrays:
        return step

    def convert(v: Any) -> Any:
        return native.convert(v) if isinstance(v, np.ndarray) else v

    return lambda *batches: step(*tree.map_structure(convert, batches))
