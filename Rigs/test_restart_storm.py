"""A program that ends badly again and again comes up in safe mode, and leaves it again (R-48)."""

import time

import pytest

from box import wait_until
from test_modbus import CURRENT, device, factory, state  # noqa: F401

BAD_ENDS = 5


def storm(box, ends):
    """The box ends as by a crash so many times, each time as soon as it was ready."""
    for _ in range(ends):
        box.kill()
        box.start()


def warnings(box):
    return box.api("/api/v1/about")["warnings"]


def is_safe(box):
    return [value for name, _, value in box.metrics() if name == "safe_mode"] == [1]


def asked(device):
    """How many requests the device has had."""
    return len(device.ledger.read_text().splitlines())


@pytest.mark.timeout(180)
def test_five_bad_ends_in_ten_minutes_mean_safe_mode_until_a_clean_stop(
    box, device, make_box, tmp_path):  # noqa: F811
    box.apply(factory(device.port, [], CURRENT))
    wait_until(lambda: state(box) == "running", 20, "the machine running")
    storm(box, BAD_ENDS - 1)
    assert not is_safe(box), "four bad ends are not five"
    storm(box, 1)

    # It says so everywhere where somebody looks.
    assert "Safe mode" in box.log and is_safe(box)
    assert any(words.startswith("Safe mode") for words in warnings(box))
    assert "Safe mode" in box.get("/about", accept="text/html").text
    status = box.run("status", code=1)
    assert "Safe mode" in status.stdout and "Not healthy." in status.stdout
    doctor = box.run("doctor", code=1)
    assert "Safe mode" in doctor.stdout
    # No machine is read; what programs send is taken, and pages answer.
    before = asked(device)
    time.sleep(3)  # three polls of before
    assert asked(device) == before and box.connections() == {}
    assert box.write("storm v=1i").status == 204
    assert box.get("/now", accept="text/html").status == 200

    # A backup can be made, proved and restored.
    path = box.run("backup", "create").stdout.strip()
    assert box.run("backup", "verify").stdout.startswith("Proved: ")
    key = tmp_path / "key"
    key.write_text(box.run("backup", "key").stdout)
    other = make_box()
    other.run("backup", "restore", path, "--key-file", key, "--yes")
    other.start()
    assert [m["id"] for m in other.api("/api/v1/machines")["items"]] == ["mill-7"]
    assert not is_safe(other)
    box.stop()
    box.run("backup", "restore", path, "--key-file", key, "--yes")
    assert box.run("verify").stdout.startswith("Sound: ")

    # An orderly end leaves it.
    box.start()
    assert not is_safe(box) and not any("Safe mode" in words for words in warnings(box))
    assert [m["id"] for m in box.api("/api/v1/machines")["items"]] == ["mill-7"]


@pytest.mark.timeout(120)
def test_doctor_ends_safe_mode_after_one_more_bad_end(box):
    """What the warning tells a person to do: doctor --fix, then start the box again."""
    storm(box, BAD_ENDS)
    assert is_safe(box)
    box.kill()
    box.run("doctor", "--fix", code=None)
    box.start()
    assert not is_safe(box)


@pytest.mark.timeout(120)
def test_three_bad_ends_accuse_no_connection_that_was_at_rest(box, device):  # noqa: F811
    """Only what was being read at the very end is left out, which no signal from outside can hit."""
    box.apply(factory(device.port, [], CURRENT))
    wait_until(lambda: state(box) == "running", 20, "the machine running")
    for _ in range(3):
        # Between two polls, which is nearly all of the time, nothing is being read.
        before = asked(device)
        wait_until(lambda: asked(device) > before + 1, 20, "the machine read again")
        box.kill()
        box.start()
    assert not is_safe(box) and not [words for words in warnings(box) if " is left out: " in words]
    before = asked(device)
    wait_until(lambda: asked(device) > before + 1, 20, "the machine read again")
