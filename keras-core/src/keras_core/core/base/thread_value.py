"""Values that hold for the code inside a ``with``, in one thread."""

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class Scoped(threading.local, Generic[T]):
    """A value of each thread, for scopes to set and put back.

    What `contextvars.ContextVar` is to tasks; torch.compile sees through this one.
    """

    def __init__(self, default: T) -> None:
        self.value = default

    def get(self) -> T:
        """The value in this thread."""
        return self.value

    def set(self, value: T) -> T:
        """Replace the value; returns the one before, for `reset`."""
        before = self.value
        self.value = value
        return before

    def reset(self, before: T) -> None:
        """Put back what `set` returned."""
        self.value = before
