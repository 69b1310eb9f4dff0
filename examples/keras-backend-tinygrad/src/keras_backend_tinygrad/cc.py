"""``keras-tinygrad-cc``: the clang of the ``ziglang`` wheel, called as tinygrad calls clang."""

import os
import sys
from pathlib import Path


def main() -> None:
    """Replace this process by ``zig cc``, with the arguments that it spells differently."""
    try:
        import ziglang
    except ImportError:
        sys.exit("keras-tinygrad-cc needs zig: pip install 'keras-backend-tinygrad[zig]'")
    arguments = []
    for argument in sys.argv[1:]:
        if argument.startswith("--target="):  # --target=x86_64-none-unknown-elf
            machine = argument.removeprefix("--target=").partition("-")[0]
            arguments += ["-target", f"{machine}-freestanding-none"]
        else:
            arguments.append(argument)
    # Debug sections and sanitizer calls are what tinygrad's loader does not know.
    zig = str(Path(ziglang.__file__).with_name("zig"))
    os.execv(zig, [zig, "cc", "-w", "-g0", "-fno-sanitize=all", *arguments])


if __name__ == "__main__":
    main()
