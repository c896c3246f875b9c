"""Figures recomputed on another machine have the same bits: digests of every kind of analytic."""

import os
import subprocess

import pytest

from box import ROOT

# Instruction sets that mathematical libraries choose their functions by.
CHOICES = {
    "as it is": "",
    "without fused operations": "glibc.cpu.hwcaps=-FMA,-FMA4,-AVX2,-AVX512F,-FMA_Usable,-FMA4_Usable,-AVX2_Usable",
}


@pytest.mark.parametrize("tunables", CHOICES.values(), ids=CHOICES.keys())
def test_recomputation_gives_the_same_bits(tunables):
    program = ROOT / ".build" / "debug" / "benchmarks"
    if not program.exists():
        pytest.fail(f"{program} is missing; it is built with the tests")
    done = subprocess.run(
        [program, "digest"], capture_output=True, text=True, timeout=120,
        env={**os.environ, "GLIBC_TUNABLES": tunables})  # fmt: skip
    assert done.returncode == 0, done.stderr
    # Made on another machine and kept: a change of a definition changes its line on purpose.
    assert done.stdout == (ROOT / "Fixtures/recompute/digests.txt").read_text()
