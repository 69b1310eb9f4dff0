"""Values that hold for the code inside a ``with``, in one task or in one thread."""

import threading
from contextvars import ContextVar
from typing import Generic, TypeVar

T = TypeVar("T")


class Scoped(Generic[T]):
    """A value for scopes to set and put back, which tasks and threads do not see of each other.

    A task of asyncio begins with the value where it was made, a thread with the default.
    """

    def __init__(self, default: T) -> None:
        self._variable: ContextVar[T] = ContextVar("scoped", default=default)
        self.get = self._variable.get

    def set(self, value: T) -> T:
        """Replace the value; returns the one before, for `reset`."""
        before = self.get()
        self._variable.set(value)
        return before

    def reset(self, before: T) -> None:
        """Put back what `set` returned."""
        self._variable.set(before)


class ThreadScoped(threading.local, Generic[T]):
    """The same for one thread, whose tasks share it.

    For what is read within a step: torch.compile sees through this, and not through a
    `contextvars.ContextVar`. No scope of it may be open where a task waits.
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
