"""Backups from the command line: made while samples arrive, proved, restored on another box."""

import threading
import time

import pytest


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
