"""What a child of a process runs first in which `keras` means Keras Core: it keeps the meaning.

Python imports one module of this name; the one that stands behind it on the path is run as well.
"""

import importlib.util
import sys
from importlib.machinery import PathFinder
from pathlib import Path

from keras_core_plugins.alias import switch

_HERE = Path(__file__).parent

switch()
if _next := PathFinder.find_spec(__name__, [p for p in sys.path if Path(p) != _HERE]):
    assert _next.loader is not None
    _next.loader.exec_module(importlib.util.module_from_spec(_next))
