"""Figures that do not depend on how busy the machine is: allocations and bytes a sample."""

import json
import subprocess

import pytest

from box import ROOT


@pytest.fixture
def benchmarks():
    program = ROOT / ".build" / "debug" / "benchmarks"
    if not program.exists():
        pytest.fail(f"{program} is missing; it is built with the tests")
    return program


def test_a_sample_costs_no_more_than_its_limits(benchmarks):
    done = subprocess.run(
        [benchmarks, "thresholds"], capture_output=True, text=True, timeout=120)  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    figures = json.loads(done.stdout.splitlines()[0])
    assert figures["samples"] > 1_000_000
    assert 0 < figures["allocations_per_sample"] and 0 < figures["bytes_per_sample"]


def test_recordings_of_real_machines_come_back_bit_for_bit(benchmarks, reference):
    """Each value by its bits (the program exits with 1 otherwise), and smaller than zstd -19."""
    files = sorted(reference.glob("nab/data/**/*.csv"))
    files += sorted(reference.glob("steel-energy/*.csv"))
    files += sorted(reference.glob("nist-smstestbed/raw/*.txt"))
    assert len(files) >= 12, files
    done = subprocess.run(
        [benchmarks, "real", *files], capture_output=True, text=True, timeout=300)  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    print(done.stdout)
    figures = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(figures) == len(files)
    larger = [row for row in figures if row["bytes_per_sample"] > row["zstd_19_bytes_per_sample"]]
    assert not larger
