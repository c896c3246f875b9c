"""HTTP against a small JSON device: rates, access, and what a broken device does."""

import os

import pytest

from box import wait_until
from commanded import CommandedPeer


def factory(port, every="500ms", extra=""):
    signals = [
        ("parts", "parts", 'type = "integer"'), ("power", "motor.power", 'unit = "W"'),
        ("warm", "motor.temperatures[1]", 'time = "at"'), ("running", "running", 'type = "flag"'),
        ("state", "state", 'type = "text"'), ("nothing", "nothing", ""),
        ("energy", "energy.total", 'path = "/slow-changing.json"\n  every = "2s"'),
    ]  # fmt: skip
    lines = [
        "[[connection]]", 'id = "device"', 'kind = "http"',
        f'address = "http://127.0.0.1:{port}"', 'path = "/status.json"', f'every = "{every}"',
        extra, "[[machine]]", 'id = "c-1"', 'name = "Compressor"',
    ]  # fmt: skip
    for name, read, option in signals:
        lines += [
            "  [[machine.signal]]", f'  id = "{name}"', '  connection = "device"',
            f'  read = "{read}"', f"  {option}",
        ]  # fmt: skip
    return "\n".join(lines) + "\n"


@pytest.fixture
def device(tmp_path):
    ledger = tmp_path / "requests.txt"
    ledger.touch()
    peer = CommandedPeer("http_device.py", ledger)
    peer.ledger = ledger
    yield peer
    peer.stop(hard=True)


def good(box, name):
    return [value for _, value, quality in box.samples(f"c-1/{name}") if quality == "good"]


def test_one_request_for_each_path_and_period_over_one_connection(box, device):
    box.apply(factory(device.port))
    wait_until(lambda: len(good(box, "parts")) > 10, 20, "ten polls")
    assert good(box, "power")[0] == 1250.5 and good(box, "warm")[0] == 40
    assert good(box, "running")[0] is True and good(box, "state")[0] == "ACTIVE"
    assert good(box, "nothing") == [], "null is missing, never 0"
    rows = [line.split() for line in device.ledger.read_text().splitlines()]
    assert len({row[1] for row in rows}) == 1, "more than one connection"
    status = [row for row in rows if row[2] == "/status.json"]
    assert len(status) <= len(box.samples("c-1/parts")) + 2
    assert len(rows) - len(status) <= len(status) / 3


@pytest.mark.parametrize("trouble", ["slow 3", "lie 4", "status 500", "nonsense", "gzip"])
def test_a_broken_device_gives_no_values_and_comes_back(box, device, trouble):
    box.apply(factory(device.port))
    wait_until(lambda: good(box, "parts"), 20, "the first value")
    device.say(trouble)
    wait_until(lambda: still(box), 20, f"no more values with {trouble}")
    device.say("well")
    before = len(good(box, "parts"))
    wait_until(lambda: len(good(box, "parts")) > before + 3, 90, "values again")


def still(box):
    """Whether no good value comes for as long as six polls."""
    before = len(good(box, "parts"))
    return not _comes(lambda: len(good(box, "parts")) > before, 3)


def _comes(fact, limit_s):
    try:
        return wait_until(fact, limit_s, "a value")
    except AssertionError:
        return False


def test_each_tenth_connection_cut_costs_only_those_polls(box, device):
    device.say("drop-each 10")
    box.apply(factory(device.port))
    wait_until(lambda: len(good(box, "parts")) > 30, 60, "thirty polls")
    assert "lost" not in box.log


def test_user_name_and_header_come_from_secrets(box, tmp_path):
    ledger = tmp_path / "requests.txt"
    ledger.touch()
    peer = CommandedPeer(
        "http_device.py", ledger, "--user", "me:secret", "--header", "X-Key:secret"
    )
    folder = box.data / "secrets" / "connections"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("device-password", "device-key"):
        (folder / name).write_text("secret")
        os.chmod(folder / name, 0o600)
    access = (
        'username = "me"\npassword = "device-password"\n'
        'header = "X-Key"\nheader_value = "device-key"'
    )
    try:
        box.apply(factory(peer.port, extra=access))
        wait_until(lambda: good(box, "parts"), 20, "values behind the password")
    finally:
        peer.stop(hard=True)
