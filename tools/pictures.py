"""Draw the pictures of the documentation: ``python tools/pictures.py``.

They are drawn by the programs that they illustrate: the code of `docs/guides/first_model.md`.
"""

import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
BLOCK: Final = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def main() -> int:
    """Write `docs/assets/learning_curve.svg`."""
    os.environ["KERAS_BACKEND"] = "numpy"
    sys.path.insert(0, str(ROOT / "keras-core/src"))
    import matplotlib

    matplotlib.rcParams["svg.hashsalt"] = "learning_curve"  # the same file each time
    text = (ROOT / "docs/guides/first_model.md").read_text(encoding="utf-8")
    program = "\n".join(BLOCK.findall(text)).replace('"learning_curve.png"', "picture, **options")
    target = ROOT / "docs/assets/learning_curve.svg"
    options = {"metadata": {"Date": None}, "bbox_inches": "tight"}
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        names = {"__name__": "guide", "picture": str(target), "options": options}
        exec(compile(program, "first_model.md", "exec"), names)  # noqa: S102  # a page of ours
    return 0


if __name__ == "__main__":
    sys.exit(main())
