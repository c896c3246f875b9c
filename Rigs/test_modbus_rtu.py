"""Modbus RTU against pymodbus: a line of several devices, a silent one, a slow one, a pulled plug."""

import sys
import time
from pathlib import Path

import pytest

import modbus_device
import modbus_rtu_bus
from box import Peer, free_port, listens, wait_until
from serial_lines import Line

BUS = Path(modbus_rtu_bus.__file__)
SECONDS = 20


def connection(place):
    word = "port" if place.startswith("/dev/") else "address"
    return (
        f'[[connection]]\nid = "line"\nkind = "modbus-rtu"\n{word} = "{place}"\n'
        'timeout = "500ms"\n\n[[machine]]\nid = "mill-7"\nname = "Mill 7"\n'
    )


def signal(name, read, every="1s", **options):
    lines = [
        "  [[machine.signal]]", f'  id = "{name}"', '  connection = "line"',
        f'  read = "{read}"', f'  every = "{every}"',
    ]  # fmt: skip
    return "\n".join(lines + [f'  {k} = "{v}"' for k, v in options.items()]) + "\n"


@pytest.fixture
def line(tmp_path):
    made = Line(tmp_path)
    yield made
    made.stop()


@pytest.fixture
def bus(line, tmp_path):
    """Devices 1, 2 and the slow 100 on one line; nobody is 9."""
    ledger = tmp_path / "requests.txt"
    peer = Peer(
        [sys.executable, BUS, line.device, ledger, 1, 2, 100], "modbus-rtu-bus",
        ready=lambda: ledger.exists(),
    )  # fmt: skip
    peer.ledger = ledger
    yield peer
    peer.stop()


def values(box):
    return {each["slug"]: each["value"] for each in box.signals() if each["machine"]}


def good(box, name):
    return [row for row in box.samples(f"mill-7/{name}") if row[2] == "good"]


@pytest.fixture
def server(tmp_path):
    """A serial server: RTU frames over TCP; ends with the test, however that ends."""
    port = free_port()
    peer = Peer(
        [sys.executable, BUS, f"127.0.0.1:{port}", tmp_path / "requests.txt", 1],
        "modbus-rtu-tcp", ready=lambda: listens(port),
    )  # fmt: skip
    yield port
    peer.stop()


def test_every_encoding_is_right_over_a_serial_server(box, server):
    port = server
    signals, _ = modbus_device.layout()
    text = connection(f"127.0.0.1:{port}")
    for name, read, kind, order, _ in signals:
        options = {"type": kind} if kind else {}
        options |= {"order": order} if order and kind != "ascii" else {}
        options |= {"kind": "text", "length": "16"} if kind == "ascii" else {}
        text += signal(name, read, **options)
    box.apply(text)
    wait_until(lambda: len(values(box)) >= len(signals), 20, "first samples")
    wait_until(lambda: values(box).get("bit-3") in (True, 1), 20, "the last value")
    now = values(box)
    wrong = {
        name: now[name]
        for name, _, _, _, expected in signals
        if now[name] != expected and now[name] != pytest.approx(expected, rel=1e-7)
    }
    assert wrong == {}


@pytest.mark.alone
def test_silent_and_slow_devices_do_not_starve_the_others(box, line, bus):
    box.apply(
        connection(line.box)
        + signal("first", "holding:10", "500ms", device=1)
        + signal("second", "holding:0", device=2)
        + signal("current", "input:12", device=2, scale="0.1")
        + signal("slow", "holding:0", "500ms", device=100)
        + signal("dead", "holding:1", "500ms", device=9)
    )
    wait_until(lambda: good(box, "first"), 20, "first samples")
    time.sleep(SECONDS)  # the length of the measurement, not a wait
    assert len(good(box, "first")) >= SECONDS * 2 * 0.9
    assert len(good(box, "second")) >= SECONDS * 0.9
    assert SECONDS * 0.5 <= len(good(box, "slow")) <= SECONDS * 2
    assert good(box, "dead") == []
    assert values(box)["current"] == pytest.approx(41.9)
    requests = [each.split() for each in bus.ledger.read_text().splitlines()]
    assert {int(each[2]) for each in requests} <= {1, 2, 3, 4}, "only reading requests are sent"
    assert "0" not in {each[1] for each in requests}, "nothing is sent to all devices"
    dead = [float(each[0]) for each in requests if each[1] == "9"]
    waits = [b - a for a, b in zip(dead, dead[1:])]
    assert len(dead) <= 6 and waits == sorted(waits), f"asked ever more rarely: {waits}"


def test_a_pulled_plug_is_told_once(box, line, bus):
    box.apply(connection(line.box) + signal("first", "holding:10", device=1))
    wait_until(lambda: good(box, "first"), 20, "first samples")
    line.stop()
    wait_until(lambda: not box.is_connected(), 20, "the connection lost")
    assert box.is_alive
    time.sleep(5)  # several attempts
    assert sum("line" in each and "lost" in each for each in box.log.splitlines()) <= 3
