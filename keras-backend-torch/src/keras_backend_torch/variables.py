"""Variables are torch parameters, so that whatever torch does with those works on them."""

import torch

from keras_backend_torch.replicas import before_assignment, note


def create(
    value: torch.Tensor, trainable: bool, name: str, aggregation: str = "none"
) -> torch.nn.Parameter:
    """A parameter with memory of its own, since it will be written to."""
    data = value.detach().clone(memory_format=torch.contiguous_format)
    made = torch.nn.Parameter(data, _can_train(data) and trainable)
    note(made, aggregation)
    return made


def _can_train(x: torch.Tensor) -> bool:
    return x.is_floating_point() or x.is_complex()


def read(handle: torch.nn.Parameter) -> torch.Tensor:
    """The parameter itself."""
    return handle


def assign(handle: torch.nn.Parameter, value: torch.Tensor) -> torch.nn.Parameter:
    """Copy ``value`` into the parameter."""
    if value is not handle:
        before_assignment(handle)
        with torch.no_grad():
            try:
                handle.copy_(value)
            except RuntimeError:  # a view of the parameter itself, such as its transpose
                handle.copy_(value.clone())
    return handle


def set_trainable(handle: torch.nn.Parameter, trainable: bool) -> None:
    """Keep ``requires_grad`` in step."""
    handle.requires_grad_(trainable and _can_train(handle))
