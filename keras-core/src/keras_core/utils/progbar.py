"""A progress bar."""

import sys
import time
from typing import Any

from keras_core.engine import config, console


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


class Progbar:
    """A progress bar in the terminal.

    Args:
        target: The number of steps, None if it is not known.
        width: The width of the bar in characters.
        verbose: 0 for silence, 1 for a bar, 2 for a line at the end.
        interval: The least time between two updates in seconds.
        stateful_metrics: Names of values that are shown as they are, rather than averaged.
        stateless_metrics: Names of values that are averaged.
        unit_name: What a step is called.
    """

    def __init__(
        self,
        target: int | None,
        width: int = 20,
        verbose: int = 1,
        interval: float = 0.05,
        stateful_metrics: Any = None,
        stateless_metrics: Any = None,
        unit_name: str = "step",
    ) -> None:
        self.target, self.width, self.verbose = target, width, verbose
        self.interval, self.unit_name = interval, unit_name
        is_terminal = hasattr(sys.stdout, "isatty") and sys.stdout.isatty()
        self._dynamic = is_terminal and config.is_interactive_logging_enabled()
        self._begin = time.perf_counter()
        self._last = 0.0
        self._seen = 0

    def is_due(self, current: int) -> bool:
        """Whether an update would show something, so that values are worth computing."""
        if self.target is not None and current >= self.target:
            return True
        if self.verbose != 1 or not self._dynamic:
            return False
        return time.perf_counter() - self._last >= self.interval

    def update(self, current: int, values: Any = None, finalize: bool | None = None) -> None:
        """Show that ``current`` steps are done.

        Args:
            current: The number of steps.
            values: Pairs of a name and a value.
            finalize: Whether this is the last update; by default once the target is reached.
        """
        if finalize is None:
            finalize = self.target is not None and current >= self.target
        self._seen = current
        if self.verbose == 0:
            return
        now = time.perf_counter()
        if not finalize and (self.verbose == 2 or now - self._last < self.interval):
            return
        if not finalize and not self._dynamic:
            return
        self._last = now
        elapsed = now - self._begin
        each = elapsed / max(current, 1)
        text = "".join(f" - {k}: {_format(float(v))}" for k, v in values or () if v is not None)
        total = self.target if self.target is not None else current if finalize else None
        count = f"{current}/{total}" if total is not None else f"{current}/Unknown"
        if self.verbose == 2:
            line = f"{count} - {_duration(elapsed)} - {_per_step(each, self.unit_name)}{text}\n"
        else:
            filled = self.width if total is None else int(self.width * current / max(total, 1))
            bar = "━" * filled + " " * (self.width - filled)
            remaining = (
                ""
                if finalize or total is None
                else (f" ETA: {_duration(each * (total - current))}")
            )
            times = f"{_duration(elapsed)} {_per_step(each, self.unit_name)}"
            line = f"{count} {bar} {remaining or times}{text}"
            line = f"\r\x1b[2K{line}" if self._dynamic else line
            line += "\n" if finalize else ""
        console.write(line, end="")

    def add(self, n: int, values: Any = None) -> None:
        """Show that ``n`` more steps are done."""
        self.update(self._seen + n, values)
