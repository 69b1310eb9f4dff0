"""What machine this is, without any engine: for checks of ``keras-core doctor``."""

from pathlib import Path
from typing import Final

DRIVER: Final = Path("/proc/driver/nvidia/gpus")
"""Where the driver of NVIDIA lists its devices, a folder for each."""

DEVICES: Final = Path("/dev")


def nvidia_gpus() -> list[str]:
    """The models of the NVIDIA GPUs that the driver knows; none where there is no driver."""
    if DRIVER.is_dir():
        return [_model(folder) for folder in sorted(DRIVER.iterdir())]
    # Containers may show the devices and not the driver's list.
    return ["an NVIDIA GPU" for _ in DEVICES.glob("nvidia[0-9]*")]


def unused_gpus(engine: str, cure: str) -> list[str]:
    """What to say where there are GPUs, and an engine that cannot use them.

    Args:
        engine: The engine and its version, in words.
        cure: What to install.
    """
    gpus = nvidia_gpus()
    if not gpus:
        return []
    return [f"there is {', '.join(gpus)}, and {engine} computes on the CPU: {cure}"]


def _model(folder: Path) -> str:
    try:
        lines = (folder / "information").read_text(encoding="utf-8").splitlines()
    except OSError:
        return "an NVIDIA GPU"
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("Model:")]
    return models[0] if models else "an NVIDIA GPU"
