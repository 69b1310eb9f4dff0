"""HDF5 files that a process of its own reads, with limits: for files of strangers.

The HDF5 library is a program in C that does not promise to withstand every file. Here it runs in a
child that can write no file, take no more memory than a budget and no more time than a limit. The
child looks at the file as `hdf5.Contents` does, and hands over names, attributes and the bytes of
arrays, which this process holds against what was announced before it takes them.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from keras_core.core.base import file_errors
from keras_core.core.base.file_errors import CorruptFileError, LimitExceededError, ModelFileError
from keras_core.core.tensors import dtypes
from keras_core.saving import hdf5
from keras_core.saving.files import MAX_TEXT, Window, parse_json

SECONDS = 120
"""How long the child may compute, and how long one answer of it may take."""

MEMORY = 1 << 29
"""How many bytes the child may ask for, beside four times the size of the file."""

_CHILD = "from keras_core.saving.isolated import serve; serve()"
_LONGEST_ANSWER = 2 * MAX_TEXT


@contextmanager
def isolation() -> Iterator[None]:
    """A context in which HDF5 files are read by processes of their own."""
    before = hdf5.OPEN.set(Isolated)
    try:
        yield
    finally:
        hdf5.OPEN.reset(before)


class Isolated(hdf5.Contents):
    """The contents of an HDF5 file that a child reads.

    Args:
        source: The file.
        what: What it is called in messages.

    Raises:
        ModelFileError: If it holds what no file of a model does, or the child ends.
    """

    def __init__(self, source: Window, what: str) -> None:
        self.what, self._source = what, source
        self.checksum: str | None = None
        fd, start = source.place()
        environment = {
            **os.environ,
            "KERAS_BACKEND": "numpy",
            "OMP_NUM_THREADS": "1",
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        }
        self._child = subprocess.Popen(
            [sys.executable, "-P", "-c", _CHILD, str(fd), str(start), str(source.size)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pass_fds=(fd,),
            env=environment,
        )
        try:
            found = self._ask({"what": what})
            self.groups = {str(k): list(map(str, v)) for k, v in found["groups"].items()}
            self.arrays = {str(k): _array(*v) for k, v in found["arrays"].items()}
        except (KeyError, TypeError, ValueError, AttributeError) as e:
            self.close()
            raise e if isinstance(e, ModelFileError) else self._broken() from e
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the child."""
        self._child.kill()
        self._child.communicate()

    def _broken(self) -> CorruptFileError:
        return CorruptFileError(
            f"The process that reads {self.what!r} has ended or answers nonsense: the file makes "
            "the HDF5 library fail."
        )

    def _ask(self, question: dict[str, Any], size: int = 0) -> Any:
        """The answer of the child: a nest, or so many bytes as an array."""
        pipe, late = self._child.stdout, threading.Event()
        assert pipe is not None
        assert self._child.stdin is not None

        def end() -> None:
            late.set()
            self._child.kill()

        timer = threading.Timer(SECONDS, end)
        timer.daemon = True
        timer.start()
        try:
            self._child.stdin.write(json.dumps(question).encode() + b"\n")
            self._child.stdin.flush()
            line = pipe.readline(_LONGEST_ANSWER)
            if not line:
                raise EOFError
            answer = parse_json(line, f"answer of the reader of {self.what!r}")
            if "error" in answer:
                kind = getattr(file_errors, answer["error"], CorruptFileError)
                raise kind(str(answer["text"]))
            if "array" not in question:
                return answer
            values = np.empty(size, "u1")
            view = memoryview(values.data)
            while view:
                got = pipe.readinto(view)  # type: ignore[attr-defined]  # a buffered reader has it
                if not got:
                    raise EOFError
                view = view[got:]
            return values
        except ModelFileError:
            raise
        except (OSError, EOFError, ValueError, TypeError) as e:
            if late.is_set():
                raise LimitExceededError(
                    f"Reading {self.what!r} took longer than {SECONDS} seconds."
                ) from e
            raise self._broken() from e
        finally:
            timer.cancel()

    def read(self, path: str) -> np.ndarray[Any, Any]:
        """The values of an array."""
        array = self.arrays[path]
        values = self._ask({"array": path}, array.nbytes)
        return values.view(array.dtype).reshape(array.shape)

    def attribute(self, group: str, name: str) -> Any:
        """An attribute of a group; see `hdf5.Contents.attribute`."""
        answer = self._ask({"attribute": [group, name]})
        kind, value = answer.get("kind"), answer.get("value")
        if kind == "array":
            return np.array(value, object)
        return value


def _array(shape: Any, dtype: Any) -> hdf5.Array:
    if not all(type(n) is int and n >= 0 for n in shape):
        raise ValueError("a shape is made of sizes")
    return hdf5.Array(tuple(shape), dtypes.numpy_dtype(str(dtype)), None)


def serve() -> None:
    """Answer questions about the file that the command line names, as the child."""
    fd, start, size = map(int, sys.argv[1:])
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing else is to get between the answers
    _limit(4 * size + MEMORY)
    contents: hdf5.Contents | None = None
    for line in sys.stdin.buffer:
        question, data = json.loads(line), b""
        try:
            if contents is None:
                window = Window(os.fdopen(fd, "rb", buffering=0), start, size)
                contents = hdf5.Contents(window, question["what"])
                answer: Any = {
                    "groups": contents.groups,
                    "arrays": {k: [a.shape, a.dtype.name] for k, a in contents.arrays.items()},
                }
            elif "array" in question:
                values = contents.read(question["array"])
                answer, data = {}, np.ascontiguousarray(values).reshape(-1).view("u1").data
            else:
                value = contents.attribute(*question["attribute"])
                is_array = isinstance(value, np.ndarray)
                answer = {
                    "kind": "array" if is_array else "one",
                    "value": _plain(value.tolist() if is_array else value),
                }
        except ModelFileError as e:
            answer = {"error": type(e).__name__, "text": str(e)}
        except MemoryError:
            answer = {
                "error": "LimitExceededError",
                "text": f"{question.get('what', 'The file')!r} needs more memory than its size "
                "can explain.",
            }
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.write(data)
        answers.flush()


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, list):
        return [_plain(v) for v in value]
    return value.item() if isinstance(value, np.generic) else value


def _limit(memory: int) -> None:
    """Let this process take only so much memory from now on, and write no file."""
    import resource

    with open("/proc/self/statm") as file:
        used = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + memory, used + memory))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
