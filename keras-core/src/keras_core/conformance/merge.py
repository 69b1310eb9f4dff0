"""Put the reports of several runs together: ``keras-core conformance --merge a.json b.json``."""

import argparse
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

from keras_core.conformance.page import write_files
from keras_core.conformance.report import Report, to_text


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the levels of the whole, and write what was asked for; 1 if a case failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reports", nargs="+", type=Path)
    for name in ("--report", "--html", "--badge"):
        parser.add_argument(name, metavar="FILE")
    options = parser.parse_args(arguments)
    try:
        parts = [
            Report.from_json(json.loads(path.read_text(encoding="utf-8")))
            for path in options.reports
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        parser.error(f"expected reports that `--report FILE` wrote; got {error!r}")
    whole = Report.merged(parts)
    for line in [*to_text(whole, shutil.get_terminal_size().columns), *write_files(whole, options)]:
        print(line)
    return 1 if whole.failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
