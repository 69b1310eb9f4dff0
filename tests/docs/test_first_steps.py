"""The first three minutes: the README's first program, and the notebook."""

import re
import subprocess
import sys
from pathlib import Path

import notebook

ROOT = Path(__file__).parents[2]


def test_first_program_of_the_readme(tmp_path: Path) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    match = re.search(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    assert match
    command = [sys.executable, "-c", match[1]]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    scores = done.stdout.splitlines()[-1]
    assert float(re.findall(r"'accuracy': ([\d.]+)", scores)[0]) > 0.7
    assert {path.name for path in tmp_path.iterdir()} == {"digits.keras", "learning_curve.png"}


def test_notebook(tmp_path: Path) -> None:
    done = notebook.run(ROOT / "examples/quickstart.ipynb", tmp_path)
    outputs = [output for cell in done.cells for output in cell.get("outputs", ())]
    pictures = [o for o in outputs if "image/png" in o.get("data", {})]
    assert len(pictures) == 2
    assert (tmp_path / "digits.keras").exists()
