"""S7 against python-snap7: every type, a refused block, a controller that is killed, slow or mute."""

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

import s7_server
from box import Peer, free_port, listens, rfc3339, wait_until

HERE = Path(__file__).resolve().parent


def slug(address):
    """An id for a signal, made of its address."""
    return re.sub(r"[^a-z0-9]+", "-", address.lower()).strip("-")


def factory(port, signals, timeout="2s"):
    """factory.toml of one machine on a controller; signals are (id, read, more lines)."""
    lines = [
        "[[connection]]", 'id = "plc"', 'kind = "s7"', f'address = "127.0.0.1:{port}"',
        "slot = 2", f'timeout = "{timeout}"', "",
        "[[machine]]", 'id = "press"', 'name = "Press"', "",
    ]  # fmt: skip
    for name, read, more in signals:
        lines += ["  [[machine.signal]]", f'  id = "{name}"', '  connection = "plc"',
                  f'  read = "{read}"', *more, ""]  # fmt: skip
    return "\n".join(lines)


# Moments are texts of the controller's own clock, not the times that the server's list shows.
KNOWN = {a: v for a, v, _, _ in s7_server.VALUES if "DATE" not in a and "DTL" not in a}
TYPES = [(slug(a), a, ['  kind = "text"'] if "STRING" in a else []) for a in KNOWN]
COUNT = ("count", f"DB1.DBD{s7_server.COUNTER}:DINT", ['  every = "200ms"'])


@pytest.fixture
def controller():
    port = free_port()
    peer = Peer([sys.executable, HERE / "s7_server.py", port], "s7", ready=lambda: listens(port))
    peer.port = port
    yield peer
    peer.stop()


class Relay:
    """The relay of tcp_relay.py between the box and a controller."""

    def __init__(self, target):
        self.port = free_port()
        self.process = subprocess.Popen(
            [sys.executable, HERE / "tcp_relay.py", str(self.port), str(target)],
            stdin=subprocess.PIPE, text=True)  # fmt: skip
        wait_until(lambda: listens(self.port), 10, "the relay listens")

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def stop(self):
        self.process.kill()
        self.process.wait()


@pytest.fixture
def relay(controller):
    relay = Relay(controller.port)
    yield relay
    relay.stop()


def values(box):
    return {signal["slug"]: signal["value"] for signal in box.signals() if signal["machine"]}


def good(box):
    return [row for row in box.samples("press/count") if row[2] == "good"]


def test_every_type_is_right_and_a_refused_block_harms_nobody(box, controller):
    missing = [
        ("absent", "DB9.DBW0", []), ("beyond", "DB2.DBD12:DINT", []), ("last", "DB2.DBD8:DINT", []),
    ]  # fmt: skip
    box.apply(factory(controller.port, TYPES + missing + [COUNT]))
    wait_until(lambda: len(good(box)) > 10, 20, "samples")
    now = values(box)
    for name, address, _ in TYPES:
        expected = KNOWN[address].removesuffix(" ms")
        found = now[name]
        if expected in ("true", "false"):
            assert found in (expected == "true", float(expected == "true")), address
            continue
        if isinstance(found, str):
            assert found == expected, address
        else:
            assert found == pytest.approx(float(expected)), address
    assert now["last"] == 0
    assert "item code 0x0A" in box.log and "item code 0x05" in box.log
    steps = [b[1] - a[1] for a, b in zip(good(box), good(box)[1:])]
    assert all(1 <= step <= 4 for step in steps), steps


def test_a_killed_controller_comes_back(box, controller):
    box.apply(factory(controller.port, [COUNT]))
    wait_until(lambda: len(good(box)) > 5, 20, "samples")
    controller.stop(hard=True)
    stopped = time.time()
    wait_until(lambda: not list(box.connections().values())[0]["is_up"], 30, "the connection lost")
    seen = len(good(box))
    time.sleep(4)
    started = time.time()
    controller.start()
    wait_until(lambda: len(good(box)) > seen + 5, 90, "samples again")
    # Of the time in between nothing is told, neither a value nor a state.
    inside = box.samples("press/count", rfc3339(stopped + 1), rfc3339(started))
    assert [row for row in inside if row[2] == "good"] == []


def test_a_slow_and_a_mute_controller(box, relay):
    box.apply(factory(relay.port, [COUNT]))
    wait_until(lambda: len(good(box)) > 5, 20, "samples")
    relay.say("slow 0.6")
    seen = len(good(box))
    wait_until(lambda: len(good(box)) > seen + 3, 20, "samples of a slow controller")
    relay.say("clear")
    relay.say("mute")
    wait_until(lambda: not list(box.connections().values())[0]["is_up"], 30, "the connection lost")
    relay.say("clear")
    seen = len(good(box))
    wait_until(lambda: len(good(box)) > seen + 5, 90, "samples again")
    for _ in range(3):
        relay.say("drop")
        seen = len(good(box))
        wait_until(lambda: len(good(box)) > seen + 3, 60, "samples after a drop")
        time.sleep(1)
