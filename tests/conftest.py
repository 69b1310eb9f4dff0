"""What all tests share."""

import sys
from pathlib import Path

# `import blackbox`, and what is in `tools`, from wherever the tests are started
sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "tools")]
