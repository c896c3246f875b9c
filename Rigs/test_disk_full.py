"""A full disk: clear refusals, nothing acknowledged is lost, recording resumes by itself (T7)."""

import contextlib
import os
import random
import shutil
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


def fill_to(folder, free):
    """Takes the room of a disk but for some bytes."""
    with open(folder / "ballast", "ab", buffering=0) as file:
        while (left := shutil.disk_usage(folder).free - free) > 0:
            file.write(b"x" * min(left, 1 << 20))


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


def test_a_nearly_full_disk_keeps_its_last_room_for_what_people_say(make_claimed_box, small_disk):
    """Under 2 % free (reliability 5.1): programs are refused, people are heard, pages say why."""
    box = make_claimed_box(folder=small_disk / "box")
    box.start()
    box.run("machine", "add", "press-1", "--name", "Press 1")
    line = f"near v=1i {START_NS}"
    assert box.write(line).status == 204
    fill_to(small_disk, 300_000)
    wait_until(lambda: box.request("GET", "/readyz", token=None).status == 503, 5, "the disk is watched")
    refused = box.write(f"near v=2i {START_NS + 10**6}")
    assert refused.status == 507 and "disk" in refused.text.lower(), refused.text
    page = box.request("GET", "/now")
    assert "Not recording." in page.text and "nearly full" in page.text
    seen = box.say("problem.seen", {"machine": "press-1", "at": "2026-01-05T06:00:00Z"})
    assert seen.status == 201, seen.text
    assert any("MB are free" in words for words in box.api("/api/v1/about")["warnings"])
    (small_disk / "ballast").unlink()
    freed = time.monotonic()
    wait_until(lambda: box.request("GET", "/readyz", token=None).status == 200, RESUMES_WITHIN_S, "recording again")
    assert box.write(f"near v=2i {START_NS + 10**6}").status == 204
    print(f"recording again after {time.monotonic() - freed:.2f} s")
    assert "Not recording." not in box.request("GET", "/now").text
    (signal,) = box.signals()
    assert [value for _, value, _ in box.samples(signal["id"], START, END)] == [1, 2]
    box.stop()
    box.run("verify")
