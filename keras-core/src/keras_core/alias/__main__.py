"""``python -m keras_core.alias program.py [arguments]``."""

import subprocess
import sys

# The backend is locked by now, and the program may want to choose it: it gets a new process.
sys.exit(
    subprocess.run([sys.executable, "-m", "keras_core_plugins", "run", *sys.argv[1:]]).returncode
)
