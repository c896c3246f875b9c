"""Modbus TCP against pymodbus: every encoding, no poll lost, and what a dead or broken device does."""

import os
import socket
import sys
import threading
import time
from pathlib import Path

import pytest

import modbus_device
from box import Peer, free_port, listens, wait_until

DEVICE = Path(modbus_device.__file__)
POLL_SECONDS = int(os.environ.get("RIG_SECONDS", "20"))


def factory(port, signals, extra=""):
    """factory.toml of one machine on a device."""
    lines = [
        "[[machine]]", 'id = "mill-7"', 'name = "Mill 7"',
        f'connect = {{ modbus = "127.0.0.1:{port}", unit = 1, timeout = "500ms" }}', "",
    ]  # fmt: skip
    for name, read, kind, order, _ in signals:
        lines += ["  [[machine.signal]]", f'  id = "{name}"', f'  read = "{read}"']
        lines += [f'  type = "{kind}"'] if kind else []
        lines += [f'  order = "{order}"'] if order and kind != "ascii" else []
        lines += ['  kind = "text"', "  length = 16"] if kind == "ascii" else []
        lines += ['  every = "1s"', ""]
    return "\n".join(lines) + extra


COUNTER = """
  [[machine.signal]]
  id = "parts"
  read = "holding:10"
  type = "uint16"
  every = "1s"
"""

CURRENT = """
  [[machine.signal]]
  id = "motor-current"
  read = "input:12"
  type = "int16"
  scale = 0.1
  unit = "A"
  every = "1s"

  [[machine.signal]]
  id = "coil-0"
  read = "coil:0"
  every = "1s"

  [[machine.signal]]
  id = "discrete-1"
  read = "discrete:1"
  every = "1s"

  [machine.state]
  silent_after = "5s"
  running_after = "1s"
  running = { signal = "motor-current", above = 4.0 }
"""


@pytest.fixture
def device(tmp_path):
    """A pymodbus device in a process of its own; `port` and `ledger` belong to it."""
    port = free_port()
    ledger = tmp_path / "requests.txt"
    peer = Peer(
        [sys.executable, DEVICE, port, ledger], "modbus-device", ready=lambda: listens(port)
    )
    peer.port, peer.ledger = port, ledger
    yield peer
    peer.stop()


def values(box):
    return {signal["slug"]: signal for signal in box.signals() if signal["machine"]}


@pytest.mark.alone
def test_every_encoding_is_right_and_no_poll_is_lost(box, device):
    signals, _ = modbus_device.layout()
    box.apply(factory(device.port, signals, COUNTER + CURRENT))
    wait_until(lambda: len(values(box)) > 30 and box.samples("mill-7/parts"), 20, "first samples")
    time.sleep(POLL_SECONDS)  # the length of the measurement, not a wait
    now = values(box)
    wrong = {}
    for name, _, _, _, expected in signals:
        value = now[name]["value"]
        exact = isinstance(expected, (str, bool, int))
        if value != expected if exact else value != pytest.approx(expected, rel=1e-7):
            wrong[name] = (value, expected)
    assert wrong == {}
    assert now["motor-current"]["value"] == pytest.approx(41.7)
    assert (now["coil-0"]["value"], now["discrete-1"]["value"]) == (True, False)

    rows = box.samples("mill-7/parts")
    assert all(quality == "good" for _, _, quality in rows)
    counts = [value for _, value, _ in rows]
    assert POLL_SECONDS <= len(rows) <= POLL_SECONDS + 5
    steps = [b - a for a, b in zip(counts, counts[1:])]
    assert all(7 <= step <= 13 for step in steps), f"polls are not a second apart: {steps}"
    (health,) = box.connections().values()
    assert health["polls"] >= POLL_SECONDS and health["lost_polls"] == 0, health
    requests = [line.split() for line in device.ledger.read_text().splitlines()]
    ends = sorted(float(r[0]) for r in requests if r[1:3] == ["3", str(modbus_device.COUNTER)])
    assert len(ends) <= len(rows) + 2, "the device was asked more often than values were stored"
    assert {int(r[1]) for r in requests} <= {1, 2, 3, 4}, "only reading requests are sent"


def state(box):
    return box.machine("mill-7")["state"]


def test_a_device_that_goes_away_makes_the_state_unknown_until_it_is_back(box, device):
    box.apply(factory(device.port, [], CURRENT))
    wait_until(lambda: state(box) == "running", 20, "the machine running")
    device.stop(hard=True)
    wait_until(lambda: state(box) == "unknown", 30, "the state unknown")
    device.start()
    wait_until(lambda: state(box) == "running", 90, "the machine running again")
    lost = [line for line in box.log.splitlines() if "mill-7" in line or str(device.port) in line]
    assert len(lost) < 10, "a lost connection is logged once, not at each attempt"


def talk(listener, answers, stop):
    """Answers each connection with bytes from a list, whatever was asked."""
    turn = 0
    while not stop.is_set():
        try:
            link, _ = listener.accept()
        except OSError:
            return
        with link:
            link.settimeout(2)
            try:
                request = link.recv(512)
                if request:
                    link.sendall(answers[turn % len(answers)](request))
            except OSError:
                pass
        turn += 1


BROKEN = [
    lambda request: b"",
    lambda request: request[:3],
    lambda request: request[:4] + b"\xff\xff" + request[6:],
    lambda request: request[:2] + b"\x00\x01\x00\x03\x01\x03\x02",
    lambda request: b"HTTP/1.1 400 Bad Request\r\n\r\n",
    lambda request: request[:4] + b"\x00\x03" + request[6:7] + b"\x83\x0b",
    lambda request: b"\x00" * 300,
    lambda request: request[:4] + b"\x00\x05" + request[6:8] + b"\xff\x00",
]


def test_a_device_that_talks_nonsense_harms_nobody(box, device):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        stop = threading.Event()
        talker = threading.Thread(target=talk, args=(listener, BROKEN, stop), daemon=True)
        talker.start()
        port = listener.getsockname()[1]
        bad = factory(port, [], CURRENT).replace("mill-7", "mill-8").replace("Mill 7", "Mill 8")
        box.apply(factory(device.port, [], CURRENT) + "\n" + bad)
        wait_until(lambda: state(box) == "running", 20, "the healthy machine running")
        seen = len(box.samples("mill-7/motor-current"))
        wait_until(
            lambda: len(box.samples("mill-7/motor-current")) >= seen + 8, 20, "samples go on"
        )
        assert box.is_alive
        assert box.machine("mill-8")["state"] == "unknown"
        assert sorted(c["is_up"] for c in box.connections().values()) == [False, True]
        page = box.get("/machines", accept="text/html").text
        assert str(port) in page, "the page Machines names the broken connection"
        stop.set()
