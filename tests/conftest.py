"""What all tests share."""

import sys
from pathlib import Path

# `import blackbox`, from wherever the tests are started
sys.path.insert(0, str(Path(__file__).parent))
