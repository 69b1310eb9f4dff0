"""The targets of the Makefile that a change can affect: ``python tools/affected.py REV``.

It prints the targets, and to the standard error what it saw in each. Which cases of the
conformance suite are run is decided by the suite itself (``--affected-by``).
"""

import subprocess
import sys
from pathlib import Path
from typing import Final

ENGINES: Final = ("torch", "jax", "tensorflow", "openvino")
BACKENDS: Final = (*ENGINES, "numpy")
CONFORMANCE: Final = tuple(f"conformance-{name}" for name in BACKENDS)
ON_EACH: Final = tuple(f"test-{name}" for name in BACKENDS)
CORE: Final = "keras-core/src/"

RULES: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    *((f"keras-backend-{e}/tests/", (f"test-{e}",)) for e in ENGINES),
    *((f"keras-backend-{e}/", (f"test-{e}", f"conformance-{e}", "packaging")) for e in ENGINES),
    (f"{CORE}keras_backend_numpy/", ("test-core", "test-numpy", "conformance-numpy")),
    (f"{CORE}keras_core_plugins/protocol/", ("test",)),
    (f"{CORE}keras_core_plugins/scaffold/", ("test-plugins", "packaging")),
    (f"{CORE}keras_core_plugins/", ("test-plugins", "test-kit", "packaging")),
    (f"{CORE}keras_core/conformance/", ("test-kit", *CONFORMANCE)),
    (
        f"{CORE}keras_core/",
        ("test-core", "test-reference", "test-reliability", *ON_EACH, *CONFORMANCE),
    ),
    ("tests/core/", ("test-core",)),
    ("tests/reference/", ("test-reference",)),
    ("tests/reliability/", ("test-reliability",)),
    ("tests/backends/", ON_EACH),
    ("tests/plugins/", ("test-plugins",)),
    ("tests/scaffold/", ("test-plugins",)),
    ("tests/conformance/", ("test-kit",)),
    ("tests/docs/", ("test-docs",)),
    ("tests/packaging/", ("packaging",)),
    ("examples/keras-backend-", ("test-plugins",)),
    ("examples/", ON_EACH),
    ("docs/", ("test-docs",)),
    ("README.md", ("test-docs", "packaging")),
    ("benchmarks/", ()),
    ("tools/", ()),
    ("CHANGELOG.md", ()),
    ("CONTRIBUTING.md", ("test-docs",)),
)
"""The first rule whose beginning a path has says which targets it is for."""


def targets_of(path: str) -> tuple[str, ...]:
    """The targets that a changed file is for: all of them if no rule knows it."""
    return next((targets for start, targets in RULES if path.startswith(start)), ("test",))


def changed_files(revision: str) -> list[str]:
    """The files that differ from a revision, and those that git does not know yet."""
    found: list[str] = []
    for arguments in (
        ["diff", "--name-only", revision, "--"],
        ["ls-files", "--others", "--exclude-standard"],
    ):
        out = subprocess.run(
            ["git", *arguments],
            cwd=Path(__file__).parents[1],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        found += out.splitlines()
    return found


def main(revision: str) -> None:
    """Print the targets."""
    chosen: dict[str, None] = {}
    for path in changed_files(revision):
        targets = targets_of(path)
        chosen.update(dict.fromkeys(targets))
        print(f"{path}: {' '.join(targets) or 'nothing'}", file=sys.stderr)
    print("test" if "test" in chosen else " ".join(chosen))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(sys.argv[1])
