"""``python -m keras_core_plugins``: the command ``keras-core``."""

import sys

from keras_core_plugins.cli import main

if __name__ == "__main__":
    sys.exit(main())
