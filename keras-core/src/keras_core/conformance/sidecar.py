"""Rows and probes run by another process: on numpy, with the overrides off.

A process has one backend, and its overrides are resolved when it is locked. What they are held
against is therefore computed by a child, for all rows at once, and handed over in a file. It is
the same whatever backend is tested, and numpy takes a few seconds where a compiler takes minutes.
"""

import json
import os
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pytest

from keras_core.conformance.calls import call, gradients, is_float, rounded, weights_of
from keras_core.conformance.compare import Array
from keras_core.conformance.operations import Row, iter_rows
from keras_core.conformance.overrides import long_rows_of, variants_of
from keras_core.conformance.probes import Probe, iter_probes
from keras_core_plugins.journal import JournalWriter
from keras_core_plugins.names import NUMPY

TIMEOUT: Final = 600.0


@dataclass(frozen=True)
class Computed:
    """What the other process got for one row or probe."""

    values: tuple[Array, ...] = ()
    gradients: tuple[Array, ...] = ()
    error: str = ""


def compute(
    rows: Sequence[Row | Probe],
    *,
    dtype: str = "float32",
    with_gradients: bool = False,
    of: Sequence[str] = (),
) -> dict[str, Computed]:
    """Run rows and probes in a child process; the results by their ids.

    Args:
        rows: Rows of the table, and probes.
        dtype: The dtype of the float arguments.
        with_gradients: Whether the gradients of rows are computed as well.
        of: The operations of which the rows are variants, if they are none of the table.
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
            "of": list(of),
        }
        environment = {
            **os.environ,
            "KERAS_BACKEND": NUMPY,
            "KERAS_CORE_OVERRIDES": "0",
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        }
        with JournalWriter().waiting(TIMEOUT):
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
                f"the child process on numpy ended with status {child.returncode}: "
                f"{child.stderr.strip()[-2000:]}"
            )
        with open(os.path.join(folder, "errors.json"), encoding="utf-8") as file:
            errors = json.load(file)
        with np.load(os.path.join(folder, "arrays.npz")) as arrays:
            found = {name: arrays[name] for name in arrays.files}
    return {row.id: _collect(row.id, found, errors.get(row.id, "")) for row in rows}


def of_composite(composites: dict[str, Computed], override: str, use: Row | Probe) -> Computed:
    """What a use gives without an override; the test fails if that is an error."""
    expected = composites[use.id]
    if expected.error:
        words = f"without the override {override!r}, {use.id} fails:\n{expected.error}"
        pytest.fail(words, pytrace=False)
    return expected


def _collect(row: str, found: dict[str, Array], error: str) -> Computed:
    def parts(kind: str) -> tuple[Array, ...]:
        count = sum(name.startswith(f"{row}|{kind}|") for name in found)
        return tuple(found[f"{row}|{kind}|{i}"] for i in range(count))

    return Computed(parts("value"), parts("gradient"), error)


def _main(job: dict[str, Any]) -> None:
    arrays: dict[str, Array] = {}
    errors: dict[str, str] = {}
    wanted = set(job["rows"])
    made = [row for name in job["of"] for row in (*variants_of(name), *long_rows_of(name))]
    subjects: list[Row | Probe] = [row for row in (made or iter_rows()) if row.id in wanted]
    wanted = set(job["probes"])
    subjects += [probe for probe in iter_probes() if probe.id in wanted]
    for subject in subjects:
        try:
            arrays.update(_run(subject, job["dtype"], job["gradients"]))
        except Exception:
            errors[subject.id] = traceback.format_exc(limit=-3)
    np.savez(os.path.join(job["folder"], "arrays.npz"), **arrays)
    with open(os.path.join(job["folder"], "errors.json"), "w", encoding="utf-8") as file:
        json.dump(errors, file)


def _run(subject: Row | Probe, dtype: str, with_gradients: bool) -> dict[str, Array]:
    if isinstance(subject, Probe):
        return _named(subject.id, "value", subject.run(lambda function: function))
    values = subject.draw()
    if subject.id.endswith("-long"):
        values = rounded(values, "float16")
    out = call(subject, values, dtype)
    found = _named(subject.id, "value", out)
    if with_gradients and subject.differentiable and any(map(is_float, values)):
        slopes = gradients(subject, values, dtype, weights_of(out), None)
        found.update(_named(subject.id, "gradient", slopes))
    return found


def _named(name: str, kind: str, arrays: Sequence[Array]) -> dict[str, Array]:
    return {f"{name}|{kind}|{i}": array for i, array in enumerate(arrays)}


if __name__ == "__main__":
    _main(json.load(sys.stdin))
