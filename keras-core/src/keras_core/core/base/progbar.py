"""A progress bar."""

import os
import sys
import time
from collections.abc import Collection, Iterable
from typing import Any

import numpy as np

from keras_core.core.base import config, console
from keras_core.core.base.public import public


def _format(value: float) -> str:
    return f"{value:.4f}" if abs(value) > 1e-3 else f"{value:.4e}"


def _duration(seconds: float) -> str:
    if seconds > 3600:
        return f"{int(seconds // 3600)}:{int(seconds % 3600 // 60):02d}:{int(seconds % 60):02d}"
    if seconds > 60:
        return f"{int(seconds // 60)}:{int(seconds % 60):02d}"
    return f"{int(seconds)}s"


def _per_step(seconds: float, unit: str) -> str:
    if seconds >= 1 or seconds == 0:
        return f"{seconds:.0f}s/{unit}"
    if seconds >= 1e-3:
        return f"{seconds * 1e3:.0f}ms/{unit}"
    return f"{seconds * 1e6:.0f}us/{unit}"


@public("keras.utils.Progbar")
class Progbar:
    """A progress bar in the terminal.

    Args:
        target: The number of steps, None if it is not known.
        width: The width of the bar in characters.
        verbose: 0 for silence, 1 for a bar, 2 for a line at the end.
        interval: The least time between two updates in seconds.
        stateful_metrics: Names of values that are shown as they are, rather than averaged over the
            steps so far.
        stateless_metrics: Names of values that are averaged; then all others are shown as they
            are. By default all are averaged.
        unit_name: What a step is called.

    Raises:
        ValueError: If both `stateful_metrics` and `stateless_metrics` are given.

    Example:

    >>> import keras_core as keras
    >>> bar = keras.utils.Progbar(target=2, verbose=0)
    >>> bar.update(1, [("loss", 0.5)])
    """

    def __init__(
        self,
        target: int | None,
        width: int = 20,
        verbose: int = 1,
        interval: float = 0.05,
        stateful_metrics: Collection[str] | None = None,
        stateless_metrics: Collection[str] | None = None,
        unit_name: str = "step",
    ) -> None:
        if stateful_metrics is not None and stateless_metrics is not None:
            raise ValueError(
                "Only one of `stateful_metrics` and `stateless_metrics` can be given. Received: "
                f"stateful_metrics={stateful_metrics}, stateless_metrics={stateless_metrics}"
            )
        self.target, self.width, self.verbose = target, width, verbose
        self.interval, self.unit_name = interval, unit_name
        self._live = config.is_interactive_logging_enabled()
        self._terminal = (
            hasattr(sys.stdout, "isatty")
            and sys.stdout.isatty()
            and os.environ.get("TERM") != "dumb"
        )
        self._stateful = None if stateful_metrics is None else set(stateful_metrics)
        self._stateless = None if stateless_metrics is None else set(stateless_metrics)
        self._values: dict[str, tuple[float, float]] = {}  # sums, and the steps in them
        self._begin = time.perf_counter()
        self._last = 0.0
        self._seen = 0

    def is_due(self, current: int) -> bool:
        """Whether an update would show something, so that values are worth computing."""
        if self.target is not None and current >= self.target:
            return True
        if self.verbose != 1 or not self._live:
            return False
        return time.perf_counter() - self._last >= self.interval

    def update(
        self,
        current: int,
        values: Iterable[tuple[str, Any]] | None = None,
        finalize: bool | None = None,
    ) -> None:
        """Show that ``current`` steps are done.

        Args:
            current: The number of steps.
            values: Pairs of a name and a value.
            finalize: Whether this is the last update; by default once the target is reached.
        """
        if finalize is None:
            finalize = self.target is not None and current >= self.target
        steps = max(current - self._seen, 1)
        self._seen = current
        if self.verbose == 0:
            return
        for key, value in values or ():
            if value is None:
                continue
            number = float(np.mean(value))
            total, count = self._values.get(key, (0.0, 0.0))
            if finalize or self._is_shown_as_it_is(key):
                self._values[key] = (number, 1.0)
            else:
                self._values[key] = (total + number * steps, count + steps)
        now = time.perf_counter()
        if not finalize and (
            self.verbose == 2 or not self._live or now - self._last < self.interval
        ):
            return
        self._last = now
        console.write(self._line(current, now - self._begin, finalize), end="")

    def _is_shown_as_it_is(self, key: str) -> bool:
        if self._stateless is not None:
            return key not in self._stateless
        return self._stateful is not None and key in self._stateful

    def _line(self, current: int, elapsed: float, finalize: bool) -> str:
        each = elapsed / max(current, 1)
        text = "".join(f" - {k}: {_format(v / n)}" for k, (v, n) in self._values.items())
        total = self.target
        if total is None:
            count = f"{current:>7}/Unknown"
        else:
            count = f"{current:>{len(str(total))}}/{total}"
        if self.verbose == 2:
            return f"{count} - {_duration(elapsed)} - {_per_step(each, self.unit_name)}{text}\n"
        bar = ""
        if total is not None:
            filled = int(self.width * current / max(total, 1))
            bar = " " + "━" * filled + " " * (self.width - filled)
            if not finalize:
                elapsed = each * (total - current)  # that is left
        line = f"{count}{bar} {_duration(elapsed)} {_per_step(each, self.unit_name)}{text}"
        if self._live:
            line = f"\r\x1b[2K{line}" if self._terminal else f"\r{line}"
        return line + ("\n" if finalize else "")

    def add(self, n: int, values: Iterable[tuple[str, Any]] | None = None) -> None:
        """Show that ``n`` more steps are done."""
        self.update(self._seen + n, values)
