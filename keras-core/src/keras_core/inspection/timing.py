"""Times the predictions of a model: the child of ``keras-core bench``. Writes JSON."""

import argparse
import json
import resource
import statistics
import sys
import time
from typing import Any

from keras_core.inspection.models import (
    InspectionError,
    add_arguments,
    make_inputs,
    nest_inputs,
    open_model,
)

ROUNDS = 5
"""How many times at least a call is repeated."""


def peak() -> float:
    """The most memory that this process has had, in MB."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def time_calls(model: Any, inputs: Any, seconds: float) -> dict[str, float]:
    """The seconds of the first call of `predict_on_batch`, and the median of those after it."""
    start = time.perf_counter()
    model.predict_on_batch(inputs)
    first = time.perf_counter() - start
    model.predict_on_batch(inputs)
    times: list[float] = []
    end = time.perf_counter() + seconds
    while len(times) < ROUNDS or time.perf_counter() < end:
        start = time.perf_counter()
        model.predict_on_batch(inputs)  # returns NumPy arrays: the engine has finished
        times.append(time.perf_counter() - start)
    return {"first": first, "median": statistics.median(times), "calls": len(times)}


def main() -> int:
    """Run it; the exit status is 2, with words on standard error, if that cannot be done."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_arguments(parser)
    parser.add_argument("--batch", default="1,32")
    parser.add_argument("--seconds", type=float, default=1.0)
    options = parser.parse_args()
    before = peak()
    start = time.perf_counter()
    rows = []
    try:
        model = open_model(options)
        load = time.perf_counter() - start
        for batch in map(int, options.batch.split(",")):
            arrays = make_inputs(model, batch, options.seed, options.inputs)
            row = time_calls(model, nest_inputs(model, arrays), options.seconds)
            rows.append({"batch": len(arrays[0]), **row, "memory": peak() - before})
    except InspectionError as error:
        parser.exit(2, f"{error}\n")
    except Exception as error:
        parser.exit(2, f"The model cannot be run: {type(error).__name__}: {error}\n")
    json.dump({"load": load, "rows": rows}, sys.stdout)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
