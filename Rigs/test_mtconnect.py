"""MTConnect against an agent that replays recorded machines: nothing lost, nothing twice."""

import os
from pathlib import Path

import pytest

from box import ROOT, wait_until
from commanded import CommandedPeer

DATA = Path(os.environ.get("MILLWRIGHT_REFERENCE_DATA", ROOT.parent / "shared" / "data"))
NIST = DATA / "nist-smstestbed"
LINES = NIST / "raw" / "Mazak03-20171011-20171012.txt"
pytestmark = pytest.mark.skipif(not LINES.exists(), reason=f"needs {NIST}")

SIGNALS = [("execution", "text"), ("Fact", "number"), ("Zabs", "number")]


def factory(port, signals=SIGNALS, extra=""):
    """factory.toml of one machine behind an agent."""
    lines = [
        "[[connection]]", 'id = "agent"', 'kind = "mtconnect"',
        f'address = "127.0.0.1:{port}"', 'interval = "100ms"', 'heartbeat = "2s"', extra,
        "[[machine]]", 'id = "mazak-3"', 'name = "Mazak 3"',
    ]  # fmt: skip
    for name, kind in signals:
        lines += [
            "  [[machine.signal]]", f'  id = "{name.lower()}"', '  connection = "agent"',
            f'  read = "Mazak03/{name}"', f'  type = "{kind}"',
        ]  # fmt: skip
    return "\n".join(lines) + "\n"


@pytest.fixture
def start():
    """Starts agents; all are ended."""
    peers = []

    def begin(*words, port=None, lines=LINES):
        model = NIST / "Devices.xml"
        peer = CommandedPeer(
            "mtconnect_agent.py", model, lines, "--device", "Mazak03", *words, port=port
        )
        peers.append(peer)
        return peer

    yield begin
    for peer in peers:
        peer.stop(hard=True)


def recorded(name):
    """What the recording says of a data item, in order; None where it is unavailable."""
    rows = [line.rstrip().split("|") for line in LINES.read_text(errors="replace").splitlines()]
    values = ["UNAVAILABLE"] + [r[2] for r in rows if len(r) == 3 and r[1] == name]
    return [None if value == "UNAVAILABLE" else value for value in values]


def stored(box, name):
    rows = box.samples(f"mazak-3/{name.lower()}")
    return [None if quality.startswith("missing") else value for _, value, quality in rows]


@pytest.mark.alone
def test_a_recorded_day_is_stored_whole_over_cuts_restarts_and_each_tenth_connection(box, start):
    agent = start("--rate", "400", "--drop-each", "10")
    box.apply(factory(agent.port))
    for turn in range(8):
        wait_until(lambda: box.is_connected(), 30, "connected again")
        if turn == 4:
            box.kill()
            box.start()
        agent.say("drop" if turn % 2 else "garble")
    for name, kind in SIGNALS:
        wanted = recorded(name)
        if kind == "number":
            wanted = [None if value is None else float(value) for value in wanted]
        # Equal values one after the other may be stored as one.
        wait_until(lambda: is_whole(stored(box, name), wanted), 60, f"all of {name}")


def is_whole(found, wanted):
    """Whether all is there from the first contact on; the replay began a little before it."""
    found, wanted = squeezed(found), squeezed(wanted)
    return len(found) >= len(wanted) * 0.8 and wanted[-len(found) :] == found


def squeezed(values):
    return [v for i, v in enumerate(values) if i == 0 or v != values[i - 1]]


def test_what_the_buffer_lost_is_told_with_its_count(box, start):
    agent = start("--limit", "500", "--capacity", "1000")
    box.apply(factory(agent.port))
    wait_until(lambda: box.is_connected(), 20, "connected")
    agent.say("add Mazak03:Fact 1.5")
    wait_until(lambda: 1.5 in stored(box, "Fact"), 10, "the value before the gap")
    agent.say("drop")
    agent.say("burst Mazak03:Fact 3000")
    wait_until(lambda: 2999 in stored(box, "Fact"), 30, "the value behind the gap")
    values = stored(box, "Fact")
    assert None in values[values.index(1.5) :], "the gap is not marked"
    wait_until(lambda: "2000 observations are lost" in box.log, 5, "the count of the lost")


def test_a_new_instance_is_read_from_its_beginning(box, start):
    agent = start("--limit", "300")
    box.apply(factory(agent.port))
    wait_until(lambda: box.is_connected(), 20, "connected")
    agent.stop(hard=True)
    again = start("--limit", "300", port=agent.port)
    again.say("add Mazak03:execution INTERRUPTED")
    wait_until(
        lambda: "INTERRUPTED" in stored(box, "execution"), 90, "the new agent's value"
    )
    assert "started anew" in box.log


def test_a_silent_agent_is_lost_and_comes_back(box, start):
    agent = start("--limit", "300")
    box.apply(factory(agent.port))
    wait_until(lambda: box.is_connected(), 20, "connected")
    agent.say("quiet")
    wait_until(lambda: not box.is_connected(), 10, "the loss after two heartbeats")
    agent.say("talk")
    wait_until(lambda: box.is_connected(), 70, "connected again")


def test_unavailable_is_missing_and_never_zero(box, start):
    agent = start("--limit", "10")
    box.apply(factory(agent.port))
    wait_until(lambda: box.samples("mazak-3/fact"), 20, "the first value")
    agent.say("add Mazak03:Fact UNAVAILABLE")
    wait_until(lambda: stored(box, "Fact")[-1] is None, 10, "the value is missing")
    assert 0 not in [v for v in stored(box, "Fact") if v is not None]


def test_answers_with_a_wrong_length_are_not_believed(box, start):
    agent = start("--limit", "300")
    agent.say("lie 5")
    box.apply(factory(agent.port))
    wait_until(lambda: "cut off" in box.log, 20, "the short answer is told")
    agent.say("lie 0")
    wait_until(lambda: box.is_connected(), 70, "connected")
