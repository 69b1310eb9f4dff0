"""Runs the programs of a file of samples in one process, and writes what came of each as JSON.

A file has sections: ``# %% title``, what the sample takes for granted, ``# --``, the sample as it
stands, ``# ++``, what has to hold after it; the latter two can be repeated.
"""

import contextlib
import io
import json
import os
import re
import sys
import tempfile
import traceback
import warnings
from pathlib import Path


def sections(path: Path) -> dict[str, str]:
    """The programs of a file by title."""
    parts = re.split(r"^# %% (.*)$", path.read_text(), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def run(title: str, code: str, backend: str) -> str | None:
    """Run one; returns what went wrong."""
    if "(warns)" not in title:  # samples that choose a backend choose the one under test
        code = re.sub(r'(environ\["KERAS_BACKEND"\] = )"(tensorflow|jax)"', rf'\1"{backend}"', code)
    environment = dict(os.environ)
    scope: dict[str, object] = {"__name__": "sample"}
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        try:
            with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings(record=True):
                exec(compile(code, title, "exec"), scope)
        except Exception as error:
            refused = "(refused)" in title or ", refused)" in title
            return None if refused and str(error) else traceback.format_exc()
        finally:
            os.environ.clear()
            os.environ.update(environment)
    return "It was not refused." if "refused)" in title else None


if __name__ == "__main__":
    backend = os.environ["KERAS_BACKEND"]
    results = {}
    for title, code in sections(Path(sys.argv[1])).items():
        only = re.search(r"\((tensorflow|openvino)\b", title)
        if only is None or only[1] == backend:
            results[title] = run(title, code, backend)
    print(json.dumps(results))
