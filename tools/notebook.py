"""Run a notebook and keep what it prints and draws: ``python tools/notebook.py NOTEBOOK``."""

import os
import sys
import tempfile
from pathlib import Path
from typing import Any


def run(path: Path, folder: Path) -> Any:
    """The notebook after all of its cells were run in a folder, on the backend of the process."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    resources = {"metadata": {"path": str(folder)}}
    return NotebookClient(notebook, timeout=120, resources=resources).execute()


def main() -> int:
    """Run the notebook that is named on the command line, and write it with its results."""
    import nbformat

    path = Path(sys.argv[1])
    os.environ.setdefault("KERAS_BACKEND", "numpy")
    with tempfile.TemporaryDirectory() as folder:
        done = run(path, Path(folder))
    for cell in done.cells:
        cell.metadata.pop("execution", None)  # when it was run
    done.metadata.language_info = {"name": "python"}
    nbformat.write(done, path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
