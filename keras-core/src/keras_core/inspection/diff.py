"""Where a model gives other numbers on another backend: ``keras-core diff``."""

import argparse
import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from keras_core.inspection.models import InspectionError, add_arguments
from keras_core.inspection.workers import installed, run_on

TOLERANCE = 1e-3
"""The share of an output's largest value by which float32 on two engines may differ."""


@dataclass(frozen=True)
class Run:
    """What each layer of a model returned in one run.

    Attributes:
        name: The backend, or the file that the run was read from.
        outputs: For each call (the layer's path and class, and which of its calls it was) its
            arrays.
        inputs: What the model was given.
    """

    name: str
    outputs: dict[tuple[str, str, int], list[Any]]
    inputs: list[Any]

    @classmethod
    def read(cls, file: Path, name: str | None = None) -> "Run":
        """Read a run from a file that `recording` wrote.

        Raises:
            InspectionError: If it is no such file.
        """
        try:
            kept = np.load(file, allow_pickle=False)
            about = json.loads(str(kept["about"]))
            arrays: list[list[Any]] = [[] for _ in about["calls"]]
            for key in kept.files:
                if key.startswith("call_"):
                    arrays[int(key.split("_")[1])].append(kept[key])
            return cls(
                name or about["backend"],
                {
                    (call["path"], call["class"], call["number"]): found
                    for call, found in zip(about["calls"], arrays, strict=True)
                },
                [kept[f"input_{i}"] for i in range(about["inputs"])],
            )
        except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
            raise InspectionError(
                f"{file} is no run that `keras-core diff --save` wrote: {error!r}"
            ) from error


@dataclass(frozen=True)
class Difference:
    """How far apart the outputs of one call are.

    Attributes:
        layer: The layer's path.
        kind: Its class.
        number: Which of its calls.
        shape: Of the output that differs most.
        share: The largest difference, as a share of the largest absolute value of the two; infinite
            where only one has such an output, a NaN there, or shapes differ.
        index: Where.
        values: What the two have there.
        problem: Why the outputs cannot be compared.
    """

    layer: str
    kind: str
    number: int
    shape: tuple[int, ...] = ()
    share: float = 0.0
    index: tuple[int, ...] = ()
    values: tuple[Any, Any] | None = None
    problem: str = ""

    @property
    def title(self) -> str:
        """The layer in words."""
        again = f", call {self.number}" if self.number > 1 else ""
        return f"{self.layer} ({self.kind}{again})"

    def words(self, first: str, second: str) -> str:
        """The difference in a line."""
        if self.problem:
            return f"{self.title}: {self.problem}"
        assert self.values is not None
        place = ", ".join(map(str, self.index))
        a, b = (f"{x:.6g}" if isinstance(x, np.number) else repr(x) for x in self.values)
        return (
            f"{self.title}, output {self.shape}: {self.share:.2g} of its largest value, at "
            f"[{place}]: {first} {a}, {second} {b}"
        )


def compare(first: Run, second: Run) -> list[Difference]:
    """The differences between two runs, for each call in the order of the first."""
    found = [
        _compare_call(call, arrays, second.outputs.get(call), second.name)
        for call, arrays in first.outputs.items()
    ]
    return found + [
        Difference(*call, share=np.inf, problem=f"only called on {second.name}")
        for call in second.outputs
        if call not in first.outputs
    ]


def _compare_call(
    call: tuple[str, str, int], arrays: list[Any], others: list[Any] | None, other: str
) -> Difference:
    if others is None:
        return Difference(*call, share=np.inf, problem=f"not called on {other}")
    shapes, other_shapes = [a.shape for a in arrays], [b.shape for b in others]
    if shapes != other_shapes:
        problem = f"outputs of shapes {shapes}, and {other_shapes} on {other}"
        return Difference(*call, share=np.inf, problem=problem)
    pairs = zip(arrays, others, strict=True)
    return max(
        (_compare_arrays(call, a, b) for a, b in pairs),
        key=lambda difference: difference.share,
        default=Difference(*call),
    )


def _compare_arrays(call: tuple[str, str, int], a: Any, b: Any) -> Difference:
    if not a.size:
        return Difference(*call, shape=a.shape)
    if a.dtype.kind in "USO":
        gaps = np.where(a == b, 0.0, np.inf)
    else:
        wide = "complex128" if "c" in a.dtype.kind + b.dtype.kind else "float64"
        x, y = a.astype(wide), b.astype(wide)
        same = (x == y) | (np.isnan(x) & np.isnan(y))
        with np.errstate(invalid="ignore"):
            gaps = np.where(same, 0.0, np.abs(x - y))
        gaps[np.isnan(gaps)] = np.inf
        largest = max(np.abs(z[np.isfinite(z)]).max(initial=0.0) for z in (x, y))
        gaps /= largest or 1.0
    place = np.unravel_index(np.argmax(gaps), gaps.shape)
    index = tuple(int(i) for i in place)
    return Difference(
        *call, shape=a.shape, share=float(gaps[place]), index=index, values=(a[place], b[place])
    )


def main() -> int:
    """Compare; the exit status is 1 if something differs by more than the tolerance."""
    parser = argparse.ArgumentParser(prog="keras-core diff", description=__doc__)
    add_arguments(parser)
    parser.add_argument("--batch", type=int, default=2, metavar="N", help="samples (default: 2)")
    parser.add_argument(
        "--backends",
        nargs="+",
        metavar="NAME",
        help="the others are held against the first",
    )
    parser.add_argument("--reference", type=Path, metavar="FILE", help="a run that --save wrote")
    parser.add_argument("--save", type=Path, metavar="FILE", help="keep the first run")
    parser.add_argument(
        "--tolerance",
        type=float,
        default=TOLERANCE,
        metavar="SHARE",
        help="of the largest value of an output (default: %(default)g)",
    )
    parser.add_argument("--all", action="store_true", help="show every layer")
    options = parser.parse_args()
    try:
        runs = _runs(options)
        if len(runs) < 2 and options.save:
            calls = len(runs[0].outputs)
            print(f"{runs[0].name}: {calls} calls of layers written to {options.save}")
            return 0
        differ = False
        for other in runs[1:]:
            differ |= _show(options, runs[0], other)
        return 1 if differ else 0
    except InspectionError as error:
        parser.exit(2, f"keras-core diff: {error}\n")


def _runs(options: argparse.Namespace) -> list[Run]:
    runs = []
    inputs = options.inputs
    if options.reference:
        runs.append(Run.read(options.reference, str(options.reference)))
    names = options.backends or (installed() if not options.save else installed()[:1])
    if len(names) + len(runs) < 2 and not options.save:
        raise InspectionError(
            f"two runs are needed, and there is only {', '.join(names)}. Name backends, or a file "
            "with --reference."
        )
    with tempfile.TemporaryDirectory() as folder:
        if runs:
            inputs = Path(folder) / "inputs.npz"
            np.savez(inputs, *runs[0].inputs)
        arguments = [f"--seed={options.seed}", f"--batch={options.batch}"]
        arguments += [f"--import={module}" for module in options.modules]
        arguments += ["--unsafe"] * options.unsafe + ([f"--inputs={inputs}"] if inputs else [])
        for name in names:
            file = Path(folder) / f"{name}.npz"
            run_on(name, "recording", [*arguments, options.model, str(file)])
            runs.append(Run.read(file))
            if options.save and name == names[0]:
                shutil.copyfile(file, options.save)
    return runs


def _show(options: argparse.Namespace, first: Run, second: Run) -> bool:
    """Print how two runs differ.

    Returns:
        Whether they differ by more than the tolerance.
    """
    differences = compare(first, second)
    samples = len(first.inputs[0]) if first.inputs else 0
    print(
        f"{options.model} on {first.name} and {second.name}: {samples} samples, "
        f"{len(differences)} calls of layers"
    )
    if options.all:
        for difference in differences:
            print(f"  {difference.share:9.2g}  {difference.title} {difference.shape}")
    beyond = [d for d in differences if d.share > options.tolerance]
    if not beyond:
        print(f"  no difference beyond {options.tolerance:g}")
        worst = max(differences, key=lambda d: d.share, default=None)
        if worst and worst.share:
            print(f"  the largest: {worst.words(first.name, second.name)}")
        return False
    print(f"  first beyond {options.tolerance:g}: {beyond[0].words(first.name, second.name)}")
    print(f"  {len(beyond)} of {len(differences)} calls differ; the last result:", end=" ")
    print(differences[-1].words(first.name, second.name))
    return True


if __name__ == "__main__":
    raise SystemExit(main())
