"""Save a model where no file can grow beyond a limit; run as a program, it says what happened.

python full_disk.py FOLDER NAME LIMIT...
"""

import json
import resource
import signal
import sys
from pathlib import Path


def main(folder, name, limits):
    """Save over a good file, first without and then with each of the limits."""
    import numpy as np

    import keras_core as keras
    from keras_core import layers

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    model = keras.Sequential([keras.Input((200,)), *(layers.Dense(200) for _ in range(4))])
    rng = np.random.default_rng(0)
    model.set_weights([rng.normal(size=v.shape) for v in model.weights])
    path = Path(folder) / name

    def save():
        if name.endswith(".weights.json"):
            model.save_weights(path, max_shard_size=1)
        elif name.endswith(".weights.h5"):
            model.save_weights(path)
        elif "." in name:
            model.save(path)
        else:
            keras.saving.save_model(model, path, zipped=False)

    save()
    good = {p: p.read_bytes() for p in Path(folder).rglob("*") if p.is_file()}
    found = []
    for limit in limits:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        try:
            save()
        except OSError as e:
            told = str(e)
        else:
            told = "nothing"
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
        left = {p: p.read_bytes() for p in Path(folder).rglob("*") if p.is_file()}
        found.append({"limit": limit, "whole": left == good, "told": told})
    print(json.dumps(found))
    save()
    if "weights" in name:
        model.load_weights(path)
    else:
        keras.models.load_model(path)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], [int(x) for x in sys.argv[3:]])
