"""Run the programs of an engine: ``python run_programs.py PACKAGE ENGINE [REPEATS]``.

Results go to the standard output, pickled, by the names of the programs: what each returned, or
the error, and, with repeats, the CPU seconds of the quickest run after the first.
"""

import importlib
import os
import pickle
import sys
import time
import warnings

package, engine, repeats = sys.argv[1], sys.argv[2], int((sys.argv[3:] or ["0"])[0])
out = os.fdopen(os.dup(1), "wb")
os.dup2(2, 1)
warnings.simplefilter("ignore")
os.environ["KERAS_BACKEND"] = engine
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
keras = importlib.import_module(package)


def once(program):
    started = time.process_time()
    result = program(keras)
    return result, time.process_time() - started


found = {}
for program in importlib.import_module(f"{engine}_programs").PROGRAMS:
    try:
        result, _ = once(program)
        times = [once(program)[1] for _ in range(repeats)]
        found[program.__name__] = (result, min(times, default=None))
    except Exception as error:
        found[program.__name__] = (f"{type(error).__name__}: {error}", None)
pickle.dump(found, out)
