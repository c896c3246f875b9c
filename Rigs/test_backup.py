"""Backups from the command line: made while samples arrive, proved, restored on another box."""

import json
import random
import re
import threading
import time
import types
from pathlib import Path

import pytest

import backup_soak


def fill(box, start, rows):
    lines = "\n".join(
        f"mc,machine=m{k} a={i % 97}.5 {(start + i) * 10**9}" for k in range(4) for i in range(rows))
    box.write(lines)


@pytest.fixture
def claimed(make_claimed_box):
    box = make_claimed_box()
    box.start()
    box.run("machine", "add", "lathe-1", "--name", "Lathe 1")
    return box


def key_of(box):
    return box.run("backup", "key").stdout.strip()


def test_a_backup_made_while_samples_arrive_restores_what_was_there_before(
    claimed, make_box, tmp_path):  # fmt: skip
    now = int(time.time())
    fill(claimed, now - 40_000, 5_000)
    before = claimed.api("/api/v1/history")["samples"]
    stop = threading.Event()

    def more():
        start = now - 30_000
        while not stop.is_set():
            fill(claimed, start, 200)
            start += 200

    writer = threading.Thread(target=more)
    writer.start()
    try:
        made = claimed.run("backup", "create").stdout.strip()
    finally:
        stop.set()
        writer.join()
    after = claimed.api("/api/v1/history")["samples"]
    claimed.run("backup", "verify")
    listed = claimed.run_json("backup", "list")
    assert [item["path"] for item in listed["items"]] == [made]
    assert listed["last_proved"]
    key = tmp_path / "key"
    key.write_text(key_of(claimed))
    other = make_box()
    other.run("backup", "restore", made, "--key-file", key, "--yes")
    other.start()
    assert [m["id"] for m in other.api("/api/v1/machines")["items"]] == ["lathe-1"]
    assert before <= other.api("/api/v1/history")["samples"] <= after
    other.run("verify")


def test_a_wrong_key_and_a_damaged_file_are_told_apart_and_change_nothing(
    claimed, make_box, tmp_path):  # fmt: skip
    made = claimed.run("backup", "create").stdout.strip()
    wrong = tmp_path / "wrong"
    other = make_box()
    other.start()
    wrong.write_text(key_of(other))
    other.stop()
    refused = other.run(
        "backup", "restore", made, "--key-file", wrong, "--yes", code=None)  # fmt: skip
    assert refused.returncode == 1 and "key" in refused.stderr
    right = tmp_path / "key"
    right.write_text(key_of(claimed))
    content = bytearray(open(made, "rb").read())
    content[len(content) // 2] ^= 1
    damaged = tmp_path / "damaged.mwbackup"
    damaged.write_bytes(content)
    refused = other.run(
        "backup", "restore", damaged, "--key-file", right, "--yes", code=None)  # fmt: skip
    assert refused.returncode == 1 and "byte" in refused.stderr
    assert not (other.data / "restore.ready").exists()


def test_without_a_yes_nothing_is_restored(claimed, make_box, tmp_path):
    made = claimed.run("backup", "create").stdout.strip()
    key = tmp_path / "key"
    key.write_text(key_of(claimed))
    other = make_box()
    refused = other.run("backup", "restore", made, "--key-file", key, code=None)
    assert refused.returncode == 6 and "Hollins" not in refused.stdout
    assert not (other.data / "restore.ready").exists()


def test_a_store_of_megabytes_is_restored_equal_to_its_source(make_claimed_box, make_box):
    """What backup_soak.py does with gigabytes, with a few megabytes (T14, R-57)."""
    box, copy = make_claimed_box(), make_box()
    box.start()
    figures = backup_soak.back_up_and_compare(box, copy, goal=16e6, calm_s=1, bodies=1, numbers_s=0.3)
    backup_soak.tell(figures)
    before, kept, held = figures["live"]
    assert 0 < before <= kept <= held
    copy.stop()
    copy.run("verify")


class Restored:
    """What a restored box would answer; `lost` rows are missing and `turned` rows have another value."""

    def __init__(self, filler, lost=(), turned=()):
        self.filler, self.lost, self.turned = filler, lost, turned

    def get(self, path, **_):
        machine = int(re.search(r"machine%3Dw0m(\d)", path)[1])
        rows = [row for row in range(self.filler.rows) if row not in self.lost]
        step, start = backup_soak.STEP_NS // 10**6, backup_soak.START_NS // 10**6
        text = "".join(
            f"\r\n{start + row * step},{self.filler.bodies.value(machine, row) + (row in self.turned)!r}"
            for row in rows)  # fmt: skip
        return types.SimpleNamespace(text="time,value" + text)


@pytest.mark.parametrize("fault", [{}, {"lost": [700]}, {"turned": [7]}, {"lost": range(900, 1000)}])
def test_the_comparison_notices_a_sample_that_is_lost_or_another(fault):
    filler = types.SimpleNamespace(rows=backup_soak.ROWS, bodies=backup_soak.Bodies(0, 1))
    if not fault:
        return backup_soak.check_series(Restored(filler), filler, machine=3)
    with pytest.raises(AssertionError):
        backup_soak.check_series(Restored(filler, **fault), filler, machine=3)


def test_a_flipped_byte_in_forty_regions_of_a_backup_is_named(claimed, tmp_path):
    """From outside; the Swift tests of Backup change every byte of a small one (T14)."""
    fill(claimed, int(time.time()) - 40_000, 5_000)
    made = Path(claimed.run("backup", "create").stdout.strip())
    whole = made.read_bytes()
    damaged, silent = tmp_path / "damaged.mwbackup", []
    for region in range(40):
        start, end = region * len(whole) // 40, (region + 1) * len(whole) // 40
        place = random.Random(region).randrange(start, end)
        damaged.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << region % 8]) + whole[place + 1 :])
        answer = prove(claimed, damaged)
        if answer.status < 400 or "damaged.mwbackup" not in answer.text:
            silent.append((region, place, answer.status, answer.text[:300]))
    assert silent == [], f"{len(silent)} of 40: {silent[:3]}"
    refused = claimed.run("backup", "verify", damaged, code=None)
    assert refused.returncode not in (0, 8) and "Traceback" not in refused.stderr
    print(refused.stderr)
    assert prove(claimed, made).status == 200


def prove(box, path):
    return box.request(
        "POST", "/api/v1/backups/verify", json.dumps({"path": str(path)}).encode(),
        headers={"Content-Type": "application/json"}, limit_s=120)  # fmt: skip
