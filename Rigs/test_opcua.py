"""OPC UA against asyncua: policies, user names, trust, a server that is killed, a network that breaks.

asyncua is asked for in RIG_OPCUA_PYTHON (an interpreter that has it); without it this rig is skipped.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from box import Peer, free_port, listens, wait_until
from test_s7 import Relay

HERE = Path(__file__).resolve().parent
PYTHON = os.environ.get("RIG_OPCUA_PYTHON", sys.executable)
HAS_PEER = subprocess.run([PYTHON, "-c", "import asyncua"], capture_output=True).returncode == 0
pytestmark = pytest.mark.skipif(not HAS_PEER, reason="asyncua is not installed")

SIGNALS = [
    ("count", "ns=2;s=Press.Counter0", ['every = "200ms"']),
    ("count-by-uri", "nsu=urn:millwright:rig:press;s=Press.Counter1", []),
    ("level", "ns=2;s=Press.Double", ['deadband = "0.5"']),
    ("lamp", "ns=2;s=Press.Bool", ['type = "flag"']),
    ("name", "ns=2;s=Press.Text", ['type = "text"']),
    ("shape", "ns=2;s=Press.Structure", []),
    ("absent", "ns=2;s=Press.Nothing", []),
]


def factory(port, **settings):
    lines = ["[[connection]]", 'id = "server"', 'kind = "opc-ua"',
             f'address = "opc.tcp://127.0.0.1:{port}/press"']  # fmt: skip
    lines += [f'{key} = "{value}"' for key, value in settings.items()]
    lines += ["", "[[machine]]", 'id = "press"', 'name = "Press"', ""]
    for name, read, more in SIGNALS:
        lines += ["  [[machine.signal]]", f'  id = "{name}"', '  connection = "server"',
                  f'  read = "{read}"', *("  " + line for line in more), ""]  # fmt: skip
    return "\n".join(lines)


@pytest.fixture
def server(tmp_path):
    port = free_port()
    peer = Peer(
        [PYTHON, HERE / "opcua_server.py", port, tmp_path / "server", "--variables", "3"],
        "opcua-server", ready=lambda: listens(port))  # fmt: skip
    peer.port = port
    yield peer
    peer.stop()


def good(box, name="count"):
    return [row for row in box.samples(f"press/{name}") if row[2] == "good"]


def fingerprint(box, port):
    """What the connection says when nobody has accepted the server's certificate."""
    box.apply(factory(port))
    line = wait_until(lambda: re.search(r'trusted = \\?"([0-9a-f]{64})', box.log), 30, "the line to add")
    return line.group(1)


def test_without_security_values_come_with_their_times(box, server):
    box.apply(factory(server.port, security="none"))
    wait_until(lambda: len(good(box)) > 10 and good(box, "name"), 30, "samples")
    now = {signal["slug"]: signal["value"] for signal in box.signals() if signal["machine"]}
    assert (now["level"], now["lamp"], now["name"]) == (3.25, True, "Größe µm")
    steps = [b[1] - a[1] for a, b in zip(good(box), good(box)[1:])]
    assert steps and all(step >= 1 for step in steps)
    assert "not read: a structure" in box.log and "BadNodeIdUnknown" in box.log
    assert box.log.count("not read: a structure") == 1


def test_security_needs_a_person_and_then_works(box, server):
    mark = fingerprint(box, server.port)
    box.apply(factory(server.port, trusted=mark))
    wait_until(lambda: len(good(box)) > 5, 30, "samples with the best security")
    folder = box.data / "secrets" / "connections"
    (folder / "press-password").write_text("wheel\n")
    (folder / "press-password").chmod(0o600)
    seen = len(good(box))
    box.apply(factory(
        server.port, trusted=mark, security="basic256sha256", username="operator",
        password="press-password"))  # fmt: skip
    wait_until(lambda: len(good(box)) > seen + 5, 30, "samples with a user name")
    keys = box.data / "secrets" / "opc-ua"
    assert {p.name: oct(p.stat().st_mode & 0o777) for p in keys.iterdir()} == {
        "certificate.pem": "0o600", "key.pem": "0o600"}  # fmt: skip
    (folder / "press-password").write_text("wrong\n")
    box.apply(factory(
        server.port, trusted=mark, security="basic256sha256", username="operator",
        password="press-password", sampling="2s"))  # fmt: skip
    wait_until(lambda: "BadUserAccessDenied" in box.log, 30, "the wrong password is told")


def test_a_killed_server_comes_back(box, server):
    mark = fingerprint(box, server.port)
    box.apply(factory(server.port, trusted=mark))
    wait_until(lambda: len(good(box)) > 5, 30, "samples")
    server.stop(hard=True)
    wait_until(lambda: not list(box.connections().values())[0]["is_up"], 30, "the connection lost")
    seen, still = len(good(box)), len(good(box, "level"))
    server.start()
    wait_until(lambda: len(good(box)) > seen + 5, 90, "samples again")
    assert len(good(box, "level")) > still, "a value that has not changed is told again"


def test_a_broken_network_loses_nothing_that_the_server_keeps(box, server):
    relay = Relay(server.port)
    try:
        mark = fingerprint(box, relay.port)
        box.apply(factory(relay.port, trusted=mark))
        wait_until(lambda: len(good(box)) > 5, 30, "samples")
        for _ in range(3):
            relay.say("drop")
            seen = len(good(box))
            wait_until(lambda: len(good(box)) > seen + 5, 60, "samples after a drop")
        counts = sorted(row[1] for row in good(box))
        missing = set(range(int(counts[0]), int(counts[-1]))) - {int(count) for count in counts}
        assert len(missing) < len(counts) / 10, missing
    finally:
        relay.stop()
