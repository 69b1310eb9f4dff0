"""Tests that are run on a fault: what mends it is taken out of the source, in other processes.

The replacement is made as a module is imported, in every process that the tests start, so nothing
on the disk is touched. A text that is no longer in the source is an error, so a table of faults
cannot become stale without a word.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
_HOOK = """
import importlib.machinery

CHANGES = {changes!r}
_get_code = importlib.machinery.SourceFileLoader.get_code

def get_code(loader, name):
    path = loader.get_filename(name)
    wanted = [(old, new) for end, old, new in CHANGES if path.endswith(end)]
    if wanted:
        with open(path) as file:
            source = file.read()
        for old, new in wanted:
            if source.count(old) != 1:
                raise SystemExit(f"STALE: {{old!r}} is {{source.count(old)}} times in {{path}}")
            source = source.replace(old, new)
        with open({applied!r}, "a") as file:
            file.write("applied")
        return compile(source, path, "exec", dont_inherit=True)
    return _get_code(loader, name)

importlib.machinery.SourceFileLoader.get_code = get_code
"""


def run_on(folder, changes, *tests, backend="numpy"):
    """Run tests on a changed source.

    Args:
        folder: An empty one.
        changes: For each change the end of a file's path, a text in it, and what stands there
            instead.
        *tests: What pytest is to run, by names from the root of the project.
        backend: The backend that they run on.

    Returns:
        The exit status and what was printed.
    """
    (folder / "sitecustomize.py").write_text(
        _HOOK.format(changes=changes, applied=str(folder / "applied"))
    )
    path = os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-x",
            "--assert=plain",  # pytest's own loader would pass over the hook
            "-p",
            "no:cacheprovider",
            *tests,
        ],
        cwd=ROOT,
        env={
            **{k: v for k, v in os.environ.items() if not k.startswith(("TEST_SLICE", "PYTEST_"))},
            "PYTHONPATH": path,
            "KERAS_BACKEND": backend,
        },
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


def assert_caught(folder, changes, *tests, backend="numpy"):
    """Assert that tests fail on a changed source, by an assertion or an error of one of them."""
    __tracebackhide__ = True
    status, output = run_on(folder, changes, *tests, backend=backend)
    assert "STALE" not in output, output[-2000:]
    assert (folder / "applied").exists(), "no module was changed"
    assert status == 1, (
        f"{tests} pass without what mends the fault, or do not run:\n{output[-3000:]}"
    )
    assert "1 failed" in output, output[-3000:]
