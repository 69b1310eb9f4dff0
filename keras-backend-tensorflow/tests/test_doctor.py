"""What `keras-core doctor` says of a GPU that this backend's engine does not use."""

from pathlib import Path

import pytest

from keras_backend_tensorflow import plugin
from keras_core_plugins import Remark, machine


def findings() -> list[str]:
    return [finding for check in plugin.keras_core_doctor_checks() for finding in check()]


def test_an_unused_gpu_is_remarked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "0").mkdir()
    (tmp_path / "0" / "information").write_text("Model: NVIDIA H200\n")
    monkeypatch.setattr(plugin.importlib.util, "find_spec", lambda _: None)
    monkeypatch.setattr(machine, "DRIVER", tmp_path)
    (found,) = findings()
    assert isinstance(found, Remark)
    assert "NVIDIA H200" in found
    assert "pip install" in found


def test_without_a_gpu_there_is_nothing_to_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "DRIVER", tmp_path)
    assert findings() == []


def test_an_engine_for_gpus_is_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "0").mkdir()
    monkeypatch.setattr(machine, "DRIVER", tmp_path)
    monkeypatch.setattr(plugin.importlib.util, "find_spec", lambda name: name)
    assert findings() == []
