"""Scopes hold for the code inside: not for other tasks, and not for other threads."""

import asyncio
import itertools
import threading

import pytest

import keras_core as keras
from keras_core.core.base.file_errors import UnsafeFileError
from keras_core.core.objects import serialization


def _thing():
    return None


SCOPES = {
    "custom objects": (
        lambda i: keras.saving.CustomObjectScope({f"thing{i}": _thing}),
        lambda: frozenset(
            name for name in ("thing0", "thing1") if keras.saving.get_registered_object(name)
        ),
    ),
    "safe mode": (
        lambda i: serialization.safe_mode_scope(bool(i)),
        serialization.in_safe_mode,
    ),
}


@pytest.mark.parametrize("name", SCOPES)
def test_tasks_do_not_see_the_scopes_of_each_other(name):
    make, read = SCOPES[name]
    default = read()

    async def task(i, order):
        with make(i):
            expected = read()
            for _ in range(3):
                await order.wait()
                assert read() == expected
        await order.wait()
        assert read() == default
        return expected

    async def run():
        order = asyncio.Barrier(2)
        return await asyncio.gather(task(0, order), task(1, order))

    a, b = asyncio.run(run())
    assert a != b
    assert read() == default


@pytest.mark.parametrize("name", SCOPES)
def test_a_task_begins_where_it_was_made_and_a_thread_with_the_defaults(name):
    make, read = SCOPES[name]
    default, found = read(), {}

    async def task():
        found["task"] = read()

    async def run():
        with make(0):
            found["scope"] = read()
            child = asyncio.create_task(task())
        await child

    asyncio.run(run())
    with make(0):
        thread = threading.Thread(target=lambda: found.update(thread=read()))
        thread.start()
        thread.join()
    assert found == {"task": found["scope"], "scope": found["scope"], "thread": default}
    assert found["scope"] != default


MODES = (True, False, None)


@pytest.mark.parametrize("unsafe", [False, True])
def test_the_strictest_of_switch_scopes_and_argument_holds(unsafe, monkeypatch):
    monkeypatch.setattr(serialization, "_unsafe_allowed", [unsafe])
    for outer, inner, argument in itertools.product(MODES, MODES, MODES):
        refuses = True in (outer, inner, argument)
        refuses = refuses or (argument is None and inner is None and not unsafe)
        with serialization.safe_mode_scope(outer), serialization.safe_mode_scope(inner):
            try:
                serialization.refuse_in_safe_mode("a lambda", argument)
            except UnsafeFileError:
                found = True
            else:
                found = False
        assert found is refuses, (outer, inner, argument)
