"""Files that mean harm: each is made from a good one, by a function named for what it does."""

import io
import json
import struct
import zipfile

import h5py
import numpy as np

SECRET = 41.0
"""What stands in the file that a hostile one tries to read."""


# -- HDF5 --------------------------------------------------------------------------------


def _replace(path, place, make):
    with h5py.File(path, "r+") as f:
        shape = f[place].shape if place in f else (4, 4)
        if place in f:
            del f[place]
        make(f, place, shape)


def _secret(folder, shape):
    with h5py.File(folder / "secret.h5", "w") as f:
        f["d"] = np.full(shape, SECRET, "f4")
    np.full(shape, SECRET, "f4").tofile(folder / "secret.raw")
    return folder


def virtual(path, place, folder):
    def make(f, place, shape):
        layout = h5py.VirtualLayout(shape, "f4")
        layout[:] = h5py.VirtualSource(str(_secret(folder, shape) / "secret.h5"), "d", shape)
        f.create_virtual_dataset(place, layout)

    _replace(path, place, make)


def external(path, place, folder):
    def make(f, place, shape):
        name = str(_secret(folder, shape) / "secret.raw")
        f.create_dataset(place, shape, "f4", external=[(name, 0, 4 * int(np.prod(shape)))])

    _replace(path, place, make)


def external_link(path, place, folder):
    def make(f, place, shape):
        f[place] = h5py.ExternalLink(str(_secret(folder, shape) / "secret.h5"), "/d")

    _replace(path, place, make)


def soft_link(path, place, folder):
    _replace(path, place, lambda f, place, _: f.__setitem__(place, h5py.SoftLink("/nowhere")))


def pipe_link(path, place, folder):
    import os

    os.mkfifo(folder / "pipe")
    link = h5py.ExternalLink(str(folder / "pipe"), "/d")
    _replace(path, place, lambda f, place, _: f.__setitem__(place, link))


def loop(path, place, folder):
    _replace(path, place, lambda f, place, _: f.__setitem__(place, f["/"]))


def twice(path, place, folder):
    with h5py.File(path, "r+") as f:
        f[f"{place}_again"] = f[place]


def of_texts(path, place, folder):
    _replace(
        path,
        place,
        lambda f, place, shape: f.create_dataset(place, data=np.full(shape, b"x", object)),
    )


def compound(path, place, folder):
    kind = np.dtype([("a", "f4"), ("b", "f4")])
    _replace(path, place, lambda f, p, shape: f.create_dataset(p, data=np.zeros(shape, kind)))


def complex_numbers(path, place, folder):
    _replace(path, place, lambda f, p, shape: f.create_dataset(p, data=np.zeros(shape, "c8")))


def reference(path, place, folder):
    _replace(path, place, lambda f, p, shape: f.create_dataset(p, shape, h5py.ref_dtype))


def foreign_filter(path, place, folder):
    _replace(
        path,
        place,
        lambda f, p, shape: f.create_dataset(p, data=np.zeros(shape, "f4"), compression="lzf"),
    )


def compact(path, place, folder):
    def make(f, place, shape):
        plan = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plan.set_layout(h5py.h5d.COMPACT)
        space = h5py.h5s.create_simple(shape)
        h5py.h5d.create(f.id, place.encode(), h5py.h5t.NATIVE_FLOAT, space, plan)

    _replace(path, place, make)


def named_type(path, place, folder):
    _replace(path, place, lambda f, place, _: f.__setitem__(place, np.dtype("f8")))


def unwritten(path, place, folder):
    """8 GiB that are said to be there, in one piece."""
    _replace(path, place, lambda f, p, _: f.create_dataset(p, (1 << 20, 2048), "f4"))


def unwritten_chunks(path, place, folder):
    _replace(
        path,
        place,
        lambda f, p, _: f.create_dataset(
            p, (1 << 20, 2048), "f4", chunks=(1024, 1024), compression="gzip"
        ),
    )


def packed_zeros(path, place, folder):
    """A gigabyte of zeros in a few hundred kilobytes."""

    def make(f, place, _):
        made = f.create_dataset(place, (64, 1 << 22), "f4", chunks=(1, 1 << 22), compression="gzip")
        made[0] = 0

    _replace(path, place, make)


def deep(path, place, folder):
    with h5py.File(path, "r+") as f:
        f.create_group("/".join(["x"] * 1000))


REFUSED_HDF5 = [
    virtual, external, external_link, soft_link, pipe_link, loop, twice, of_texts, compound,
    complex_numbers, reference, foreign_filter, compact, named_type, unwritten, unwritten_chunks,
    packed_zeros, deep,
]  # fmt: skip


def user_block(path):
    data = path.read_bytes()
    path.write_bytes(b"#!/bin/sh\n".ljust(512, b"\0") + data)


# -- Archives ------------------------------------------------------------------------------


def members_of(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(members, **options):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", **options) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return bytearray(buffer.getvalue())


def _central(data, name):
    """Where the entry of a member is in the directory."""
    return data.index(name.encode(), data.index(b"PK\1\2")) - 46


def _with_member(name, data=b"x", **attributes):
    def make(members):
        buffer = io.BytesIO(bytes(zipped(members)))
        with zipfile.ZipFile(buffer, "a") as archive:
            info = zipfile.ZipInfo(name)
            for key, value in attributes.items():
                setattr(info, key, value)
            archive.writestr(info, data)
        return buffer.getvalue()

    return make


def _changed(name, offset, form, value):
    def make(members):
        data = zipped(members)
        struct.pack_into(form, data, _central(data, name) + offset, value)
        return bytes(data)

    return make


def _twice(members):
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _with_member("config.json", members["config.json"])(members)


def _nul(members):
    data = zipped({**members, "assets/a_b": b"x"})
    return bytes(data.replace(b"assets/a_b", b"assets/a\0b"))


def _local_name(members):
    data = zipped(members)
    at = data.index(b"config.json")
    data[at : at + 11] = b"konfig.json"
    return bytes(data)


WEIGHTS = "model.weights.h5"
ARCHIVES = {
    "outside": _with_member("../evil"),
    "absolute": _with_member("/tmp/evil"),  # it is not written
    "drive": _with_member("assets/C:evil"),
    "backslash": _with_member("assets\\..\\evil"),
    "nul": _nul,
    "a folder up": _with_member("assets/../../evil"),
    "unknown": _with_member("evil.py"),
    "link": _with_member("assets/l", b"/etc/passwd", external_attr=0o120777 << 16),
    "twice": _twice,
    "same but for case": _with_member("CONFIG.JSON"),
    "encrypted": _changed(WEIGHTS, 8, "<H", 1),
    "unknown method": _changed(WEIGHTS, 10, "<H", 12),
    "wrong checksum": _changed(WEIGHTS, 16, "<I", 1),
    "wrong size": _changed(WEIGHTS, 24, "<I", 100),
    "huge size": _changed(WEIGHTS, 24, "<I", 0xFFFFFFF0),
    "overlap": _changed(WEIGHTS, 42, "<I", 0),
    "another name inside": _local_name,
    "before": lambda members: b"#!/bin/sh\n" + bytes(zipped(members)),
    "no config": lambda m: bytes(zipped({n: d for n, d in m.items() if n != "config.json"})),
    "10001 members": lambda m: bytes(zipped({**m, **{f"assets/{i}": b"" for i in range(10001)}})),
    "config of 300 MiB": lambda m: bytes(
        zipped({**m, "config.json": b" " * (300 << 20)}, compression=zipfile.ZIP_DEFLATED)
    ),
    "assets of 300 MiB": lambda m: bytes(
        zipped({**m, "assets/a": bytes(300 << 20)}, compression=zipfile.ZIP_DEFLATED)
    ),
    "a file that is a folder": lambda m: bytes(zipped({**m, "assets/a": b"", "assets/a/b": b""})),
}


# -- Configs -----------------------------------------------------------------------------


def _layers(change):
    def make(config):
        change(config["config"]["layers"])
        return json.dumps(config)

    return make


def _nested(depth):
    def make(config):
        value = [1]
        for _ in range(depth):
            value = {"class_name": "__tuple__", "config": {"value": [value]}}
        config["config"]["layers"][1]["config"]["units"] = value
        return json.dumps(config)

    return make


def _set(**values):
    return _layers(lambda layers: layers[1]["config"].update(values))


CONFIGS = {
    "no JSON": lambda c: "{",
    "a number": lambda c: "3",
    "a list": lambda c: "[]",
    "not UTF-8": lambda c: b"\xff\xfe\xfd",
    "a number of a million digits": lambda c: "1" * 10**6,
    "100,000 levels": lambda c: "[" * 10**5 + "]" * 10**5,
    "60 tuples": _nested(60),
    "200 tuples": _nested(200),
    "a key twice": lambda c: json.dumps(c)[:-1] + ', "class_name": "Dense"}',
    "10 million values": lambda c: "[" + "0," * 10**7 + "0]",
    "ends that are a text": lambda c: json.dumps(
        {**c, "config": {**c["config"], "output_layers": "d"}}
    ),
    "a layer that is a text": _layers(lambda layers: layers.__setitem__(1, "Dense")),
    "no calls": _layers(lambda layers: layers[1].pop("inbound_nodes")),
    "no layers": lambda c: json.dumps({**c, "config": {"name": "m"}}),
    "no config": lambda c: json.dumps({**c, "config": None}),
    "a class that is a number": _layers(lambda layers: layers[1].update(class_name=3)),
    "a module that is a list": _layers(lambda layers: layers[1].update(module=[])),
    "a billion units": _set(units=10**9),
    "a billion inputs": _layers(
        lambda layers: layers[0]["config"].update(batch_shape=[None, 10**9])
    ),
    "a billion in the build config": _layers(
        lambda layers: layers[1]["build_config"].update(input_shape=[None, 10**9])
    ),
    "an embedding of a billion": _layers(
        lambda layers: layers[1].update(
            class_name="Embedding",
            config={"name": "a", "input_dim": 10**9, "output_dim": 10},
            build_config=None,
        )
    ),
    "two names": _layers(lambda layers: layers[1].update(registered_name="mine>Special")),
    "a foreign module": _layers(lambda layers: layers[1].update(module="evil", class_name="Dense")),
    "a class for an object": _set(
        kernel_initializer={"module": "keras.layers", "class_name": "Dense", "config": None}
    ),
    "a layer for an initializer": _set(
        kernel_initializer={
            "module": "keras.layers",
            "class_name": "Dense",
            "config": {"units": 2},
        }
    ),
    "a function for an initializer": _set(
        kernel_initializer={"module": "builtins", "class_name": "function", "config": "softmax"}
    ),
}
