"""Small libraries that stand between a program and the system: its wall clock, its sudden end."""

import mmap
import shutil
import struct
import subprocess
from pathlib import Path

import pytest

from box import ROOT, OUT


def library(name):
    """Compiles `name`.c of this folder; the compiler of the Swift tools will do."""
    compiler = shutil.which("cc") or shutil.which("clang")
    if compiler is None:
        pytest.skip(f"no C compiler for {name}.c")
    source = ROOT / "Rigs" / f"{name}.c"
    made = OUT / f"{name}.so"
    OUT.mkdir(parents=True, exist_ok=True)
    if not made.exists() or made.stat().st_mtime < source.stat().st_mtime:
        fresh = OUT / f".{name}.{id(source)}.so"
        subprocess.run([compiler, "-O1", "-shared", "-fPIC", source, "-o", fresh, "-ldl"], check=True)
        fresh.rename(made)
    return made


class Numbers:
    """Whole numbers in a file that a library reads and writes while its program runs."""

    def __init__(self, path, count):
        self.path = Path(path)
        self.path.write_bytes(bytes(8 * count))
        with open(self.path, "r+b") as file:
            self.memory = mmap.mmap(file.fileno(), 8 * count)

    def __getitem__(self, place):
        return struct.unpack_from("<q", self.memory, 8 * place)[0]

    def __setitem__(self, place, number):
        struct.pack_into("<q", self.memory, 8 * place, number)


class Clock:
    """The wall clock of one box, which can be set; its other clocks go on."""

    def __init__(self, folder):
        self.numbers = Numbers(Path(folder) / "clock", 2)
        self.environment = {"LD_PRELOAD": str(library("clock_shift")), "RIG_CLOCK": str(self.numbers.path)}

    def move(self, seconds):
        self.numbers[0] += round(seconds * 1e9)

    def serve(self, is_kept=True):
        """Says whether a time server keeps the clock right; at first none does."""
        self.numbers[1] = int(is_kept)


class End:
    """Ends a box at its request number `at` to files of a database; 0 only counts them."""

    def __init__(self, folder, files="core.db"):
        self.numbers = Numbers(Path(folder) / "end", 2)
        self.environment = {
            "LD_PRELOAD": str(library("end_at")), "RIG_END": str(self.numbers.path), "RIG_END_FILES": files,
        }  # fmt: skip

    def set(self, at):
        self.numbers[0], self.numbers[1] = at, 0

    @property
    def count(self):
        return self.numbers[1]
