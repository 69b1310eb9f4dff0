from keras_core_plugins.cli import main


def test_conformance() -> None:
    assert main(["conformance", "--backend", "tinygrad", "--level", "training"]) == 0
