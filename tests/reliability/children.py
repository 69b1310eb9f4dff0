"""How much of a long test is run, and processes with limits."""

import os
import resource
import subprocess
import sys
from pathlib import Path

SCALE = float(os.environ.get("RELIABILITY_SCALE", "1"))
"""How many cases are made, in times of what is usual."""


def run_child(script, *args, file_size=None, timeout=60):
    """Run a script of this folder in a process of its own.

    Args:
        script: Its name.
        *args: Its arguments.
        file_size: The largest size of a file that it can write, in bytes.
        timeout: After how many seconds it fails.

    Returns:
        The exit status, what was printed, and what was printed as errors.
    """

    def limits():
        if file_size is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))

    found = subprocess.run(
        [sys.executable, Path(__file__).parent / script, *map(str, args)],
        capture_output=True,
        text=True,
        timeout=timeout,
        preexec_fn=limits,  # nothing here has threads
        env={**os.environ, "KERAS_BACKEND": "numpy", "OMP_NUM_THREADS": "1"},
    )
    return found.returncode, found.stdout, found.stderr
