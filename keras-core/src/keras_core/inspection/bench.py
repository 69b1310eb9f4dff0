"""How long a model's predictions take on each installed backend: ``keras-core bench``."""

import argparse
import json
import sys
from typing import Any

from keras_core.inspection.models import InspectionError, add_arguments
from keras_core.inspection.workers import installed, run_on


def main() -> int:
    """Print the table; the exit status is 1 if a backend could not run the model."""
    parser = argparse.ArgumentParser(
        prog="keras-core bench",
        description=f"{__doc__} One backend after the other, each in a process of its own.",
    )
    add_arguments(parser)
    parser.add_argument(
        "--batch",
        type=_sizes,
        default="1,32",
        metavar="N,...",
        help="sizes of batches (default: %(default)s)",
    )
    parser.add_argument("--backends", nargs="+", metavar="NAME", help="default: all that are there")
    parser.add_argument(
        "--seconds", type=float, default=1.0, help="how long a size is repeated (default: 1)"
    )
    parser.add_argument("--json", action="store_true", help="write JSON")
    options = parser.parse_args()
    arguments = [f"--seed={options.seed}", f"--batch={options.batch}"]
    arguments += [f"--seconds={options.seconds}", *(f"--import={m}" for m in options.modules)]
    arguments += ["--unsafe"] * options.unsafe
    arguments += [f"--inputs={options.inputs}"] if options.inputs else []
    found: dict[str, Any] = {}
    for name in options.backends or installed():
        try:
            found[name] = json.loads(run_on(name, "timing", [*arguments, options.model]))
        except InspectionError as error:
            found[name] = {"error": str(error)}
    if options.json:
        json.dump(found, sys.stdout, indent=2)
        print()
    else:
        print("\n".join(_table(options.model, found)))
    return 1 if any("error" in one for one in found.values()) else 0


def _sizes(text: str) -> str:
    if not all(size.isdecimal() and int(size) for size in text.split(",")):
        raise argparse.ArgumentTypeError(f"positive numbers like 1,32 expected, got {text!r}")
    return text


def _table(model: str, found: dict[str, Any]) -> list[str]:
    """A line for each backend and size; the fastest of a size has a star."""
    runs = {name: one for name, one in found.items() if "error" not in one}
    rows = {(row["batch"], name): row for name, one in runs.items() for row in one["rows"]}
    fastest = {
        batch: min(
            (name for size, name in rows if size == batch),
            key=lambda name: rows[batch, name]["median"],
        )
        for batch, _ in rows
    }
    lines = [
        f"{model}: predict_on_batch, median; * the fastest; memory: the most that was taken beyond "
        "the imports",
        f"{'batch':>7}  {'backend':<12}{'load':>9}{'first':>11}{'median':>13}{'samples/s':>13}"
        f"{'memory':>11}",
    ]
    for batch, name in sorted(rows):
        row = rows[batch, name]
        star = "*" if fastest[batch] == name else " "
        lines.append(
            f"{batch:>7} {star}{name:<12}{runs[name]['load']:>7.2f} s{row['first'] * 1e3:>8.1f} ms"
            f"{row['median'] * 1e3:>10.3f} ms{batch / row['median']:>13,.0f}"
            f"{row['memory']:>8.0f} MB"
        )
    return lines + [one["error"] for one in found.values() if "error" in one]


if __name__ == "__main__":
    raise SystemExit(main())
