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
