"""How long the command takes to say what it can do, against importing the libraries it is made of.

    python benchmarks/cli_startup.py

Target: `atlas --help` and `atlas --version` take at most 1.5x the time of `python -c "import typer, rich"`.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROUNDS = 15
ATLAS = str(Path(sys.executable).with_name("atlas"))
FLOOR = [sys.executable, "-c", "import typer, rich"]
COMMANDS = {"atlas --help": [ATLAS, "--help"], "atlas --version": [ATLAS, "--version"]}


def seconds(command: list[str]) -> float:
    """Wall time of one run of a command."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def ratio(command: list[str]) -> float:
    """Median over pairs run in turn, so that a machine that slows down slows both."""
    seconds(command), seconds(FLOOR)
    return statistics.median(seconds(command) / seconds(FLOOR) for _ in range(ROUNDS))


if __name__ == "__main__":
    for name, command in COMMANDS.items():
        print(f"{name:16} {ratio(command):.2f}x the time of importing typer and rich   (target: at most 1.5x)")
