"""Rows and probes run by another process: on another backend, or with the overrides off.

A process has one backend, and its overrides are resolved when it is locked. What they are held
against is therefore computed by a child, for all rows at once, and handed over in a file.
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np

from keras_core.conformance.bundles import SIZE
from keras_core.conformance.calls import (
    BY_DEFAULT,
    call,
    calls_together,
    gradients,
    gradients_together,
    is_float,
    weights_of,
)
from keras_core.conformance.compare import Array
from keras_core.conformance.operations import Row, iter_rows
from keras_core.conformance.probes import Probe, iter_probes

TIMEOUT: Final = 600.0

_Found: TypeAlias = dict[str, list[Array]]


@dataclass(frozen=True)
class Computed:
    """What the other process got for one row or probe."""

    values: tuple[Array, ...] = ()
    gradients: tuple[Array, ...] = ()
    error: str = ""


def compute(
    rows: Sequence[Row | Probe],
    *,
    backend: str,
    dtype: str = "float32",
    overrides: bool = True,
    with_gradients: bool = False,
) -> dict[str, Computed]:
    """Run rows and probes in a child process; the results by their ids.

    Args:
        rows: Rows of the table, and probes.
        backend: What to give to ``KERAS_BACKEND``.
        dtype: The dtype of the float arguments.
        overrides: Whether the backend's overrides are on.
        with_gradients: Whether the gradients of rows are computed as well.
    """
    if not rows:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        job = {
            "rows": [row.id for row in rows if isinstance(row, Row)],
            "probes": [row.id for row in rows if isinstance(row, Probe)],
            "dtype": dtype,
            "gradients": with_gradients,
            "folder": folder,
        }
        environment = {
            **os.environ,
            "KERAS_BACKEND": backend,
            "KERAS_CORE_OVERRIDES": "1" if overrides else "0",
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        }
        child = subprocess.run(
            [sys.executable, "-m", __name__],
            input=json.dumps(job),
            env=environment,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
        )
        if child.returncode:
            raise RuntimeError(
                f"the child process with KERAS_BACKEND={backend} ended with status "
                f"{child.returncode}: {child.stderr.strip()[-2000:]}"
            )
        with open(os.path.join(folder, "errors.json"), encoding="utf-8") as file:
            errors = json.load(file)
        with np.load(os.path.join(folder, "arrays.npz")) as arrays:
            found = {name: arrays[name] for name in arrays.files}
    return {row.id: _collect(row.id, found, errors.get(row.id, "")) for row in rows}


def _collect(row: str, found: dict[str, Array], error: str) -> Computed:
    def parts(kind: str) -> tuple[Array, ...]:
        count = sum(name.startswith(f"{row}|{kind}|") for name in found)
        return tuple(found[f"{row}|{kind}|{i}"] for i in range(count))

    return Computed(parts("value"), parts("gradient"), error)


def _main(job: dict[str, Any]) -> None:
    arrays: dict[str, Array] = {}
    errors: dict[str, str] = {}
    wanted = set(job["rows"])
    subjects: list[Row | Probe] = [row for row in iter_rows() if row.id in wanted]
    wanted = set(job["probes"])
    subjects += [probe for probe in iter_probes() if probe.id in wanted]
    values, grads = _together([s for s in subjects if isinstance(s, Row)], job)
    for subject in subjects:
        try:
            known = values.get(subject.id), grads.get(subject.id)
            arrays.update(_run(subject, job["dtype"], job["gradients"], *known))
        except Exception:
            errors[subject.id] = traceback.format_exc(limit=-3)
    np.savez(os.path.join(job["folder"], "arrays.npz"), **arrays)
    with open(os.path.join(job["folder"], "errors.json"), "w", encoding="utf-8") as file:
        json.dump(errors, file)


def _together(rows: Sequence[Row], job: dict[str, Any]) -> tuple[_Found, _Found]:
    """The values and gradients of rows that can be compiled together, where that is the default.

    What is missing is run by itself, and not compiled: a composite may look at values.
    """
    values: _Found = {}
    grads: _Found = {}
    if BY_DEFAULT is None:
        return values, grads
    able = [row for row in rows if row.compiles and not row.branches]
    for start in range(0, len(able), SIZE):
        part = able[start : start + SIZE]
        with contextlib.suppress(Exception):
            values.update(calls_together(part, job["dtype"], BY_DEFAULT))
            slopes = [
                (row, weights_of(values[row.id]))
                for row in part
                if job["gradients"] and row.differentiable and any(map(is_float, row.draw()))
            ]
            grads.update(gradients_together(slopes, job["dtype"], BY_DEFAULT))
    return values, grads


def _run(
    subject: Row | Probe,
    dtype: str,
    with_gradients: bool,
    out: list[Array] | None,
    grads: list[Array] | None,
) -> dict[str, Array]:
    if isinstance(subject, Probe):
        return _named(subject.id, "value", subject.run(lambda function: function))
    values = subject.draw()
    if out is None:
        out = call(subject, values, dtype)
    found = _named(subject.id, "value", out)
    if with_gradients and subject.differentiable and any(map(is_float, values)):
        if grads is None:
            grads = gradients(subject, values, dtype, weights_of(out), None)
        found.update(_named(subject.id, "gradient", grads))
    return found


def _named(name: str, kind: str, arrays: Sequence[Array]) -> dict[str, Array]:
    return {f"{name}|{kind}|{i}": array for i, array in enumerate(arrays)}


if __name__ == "__main__":
    _main(json.load(sys.stdin))
