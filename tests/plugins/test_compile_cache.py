"""The folder in which engines keep what they compile."""

import logging
import os

import pytest

from keras_core_plugins import compile_cache as cache


@pytest.fixture(autouse=True)
def fresh(monkeypatch, tmp_path):
    monkeypatch.setattr(cache, "_set", [])
    monkeypatch.setattr(cache, "_given", {})
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.delenv(cache.VARIABLE, raising=False)


def test_each_engine_has_its_own_below_the_home_and_asking_makes_none(tmp_path):
    first = cache.compile_cache("jax", "0.9")
    assert first.parent == tmp_path / "compiled"
    assert len({first, cache.compile_cache("jax", "0.10"), cache.compile_cache("tf", "0.9")}) == 3
    assert first == cache.compile_cache("jax", "0.9")
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize("word", ["0", "off", " False "])
def test_the_environment_turns_it_off(monkeypatch, word):
    monkeypatch.setenv(cache.VARIABLE, word)
    assert cache.compile_cache("jax", "1") is None


def test_the_environment_names_another_folder(monkeypatch, tmp_path):
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "a"))
    assert cache.compile_cache("jax", "1").parent == tmp_path / "a" / cache.OWN


def test_the_program_comes_before_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "a"))
    cache.set_compile_cache(tmp_path / "b")
    assert cache.compile_cache("jax", "1").parent == tmp_path / "b" / cache.OWN


def test_the_program_turns_it_off(tmp_path):
    cache.set_compile_cache(None)
    assert cache.compile_cache("jax", "1") is None


def test_it_is_too_late_once_an_engine_knows():
    cache.compile_cache("jax", "1")
    with pytest.raises(cache.CompileCacheError, match=r"engine jax .* before keras_core"):
        cache.set_compile_cache(None)


def test_a_folder_that_cannot_be_written_to_is_said_and_nothing_fails(
    monkeypatch, tmp_path, caplog
):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "file"))
    with caplog.at_level(logging.WARNING, "keras_core"):
        assert cache.compile_cache("jax", "1") is None
    (record,) = caplog.records
    assert (
        f"{tmp_path / 'file' / cache.OWN} cannot be written to. Set KERAS_COMP"
        in record.getMessage()
    )


@pytest.mark.parametrize(("most", "left"), [(30, "bcd"), (29, "cd"), (10, "d"), (0, "")])
def test_the_oldest_files_of_all_engines_go_first(monkeypatch, tmp_path, most, left):
    for age, name in enumerate("dcba"):
        path = tmp_path / "compiled" / f"engine-{name in 'ac'}" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes(10))
        os.utime(path, (1000 - age, 1000 - age))
    monkeypatch.setattr(cache, "MAX_BYTES", most)
    cache.compile_cache("jax", "1")
    found = (p.name for p in (tmp_path / "compiled").rglob("*") if p.is_file())
    assert "".join(sorted(found)) == left


def test_files_of_others_stay(tmp_path, monkeypatch):
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path))
    monkeypatch.setattr(cache, "MAX_BYTES", 100)
    mine = tmp_path / "thesis.txt"
    mine.write_bytes(bytes(1000))
    folder = cache.compile_cache("jax", "1")
    folder.mkdir(parents=True)
    (folder / "program").write_bytes(bytes(1000))
    cache.compile_cache("jax", "1")
    assert mine.exists()
    assert not (folder / "program").exists()
