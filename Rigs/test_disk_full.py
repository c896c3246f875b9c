"""A full disk: clear refusals, nothing acknowledged is lost, recording resumes by itself (T7)."""

import contextlib
import os
import random
import subprocess
import time

import pytest

from box import wait_until
from conftest import need

START_NS = 1_700_000_000_000_000_000
START, END = "2023-11-14T00:00:00Z", "2023-11-16T00:00:00Z"
ROUNDS = int(os.environ.get("RIG_DISK_ROUNDS", "5"))
RESUMES_WITHIN_S = 10


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 24 MB in memory."""
    if os.geteuid() != 0:
        pytest.skip("needs root to mount a small disk")
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        [need("mount"), "-t", "tmpfs", "-o", "size=24m,mode=700", "rig", folder],
        capture_output=True, text=True)  # fmt: skip
    if mounted.returncode != 0:
        pytest.skip(f"this machine does not let us mount: {mounted.stderr.strip()}")
    yield folder
    subprocess.run([need("umount"), "-l", folder], check=False)


def fill(folder):
    """Takes every free byte of a disk."""
    with contextlib.suppress(OSError), open(folder / "ballast", "ab", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            with contextlib.suppress(OSError):
                while True:
                    file.write(b"x" * size)


@pytest.mark.timeout(120 + 40 * ROUNDS)
def test_a_full_disk_refuses_clearly_and_recording_resumes_without_a_restart(make_claimed_box, small_disk):
    box = make_claimed_box(folder=small_disk / "box")
    box.start()
    written, acknowledged = 0, set()

    def send(count):
        nonlocal written
        rows = range(written, written + count)
        written += count
        answer = box.write("\n".join(f"full v={n}i {START_NS + n * 10**6}" for n in rows))
        if answer.status == 204:
            acknowledged.update(rows)
        return answer

    assert send(100).status == 204
    dice, resumed = random.Random(20261126), []
    for round_number in range(ROUNDS):
        for _ in range(dice.randrange(8)):  # a point by chance: logs and files of any length
            assert send(dice.randrange(1, 500)).status == 204
        fill(small_disk)
        answers = [send(dice.randrange(500, 2500)) for _ in range(12)]
        refused = [answer for answer in answers if answer.status != 204]
        assert refused, "a full disk took everything"
        assert {answer.status for answer in refused} <= {507, 503}, refused[0].text
        problem = refused[-1].json
        assert "disk" in (problem["title"] + problem["detail"]).lower(), problem
        assert box.is_alive
        assert box.request("GET", "/healthz", token=None).status == 200
        (small_disk / "ballast").unlink()
        freed = time.monotonic()
        wait_until(
            lambda: send(10).status == 204, RESUMES_WITHIN_S, f"round {round_number}: recording again")
        resumed.append(time.monotonic() - freed)
    print(f"recording again after at most {max(resumed):.2f} s, {ROUNDS} rounds")

    (signal,) = box.signals()
    stored = [value for _, value, _ in box.samples(signal["id"], START, END)]
    assert acknowledged <= set(stored), "something acknowledged was lost"
    assert len(stored) == len(set(stored))
    box.stop()
    box.run("verify")
