"""SHDR against an adapter that replays a recorded machine, with and without a heartbeat."""

import os
from pathlib import Path

import pytest

from box import ROOT, wait_until
from commanded import CommandedPeer

DATA = Path(os.environ.get("MILLWRIGHT_REFERENCE_DATA", ROOT.parent / "shared" / "data"))
LINES = DATA / "nist-smstestbed" / "raw" / "Mazak01-20170613-20170614.txt"
pytestmark = pytest.mark.skipif(not LINES.exists(), reason=f"needs {LINES}")


def factory(port):
    signals = [
        ("execution", "execution", "text", "value"), ("feed", "Fact", "number", "value"),
        ("servo", "servo", "text", "condition"), ("code", "servo#code", "text", "condition"),
        ("wave", "m1:wave", "number", "series"),
    ]  # fmt: skip
    lines = [
        "[[connection]]", 'id = "adapter"', 'kind = "shdr"', f'address = "127.0.0.1:{port}"', "",
        "[[machine]]", 'id = "mazak-1"', 'name = "Mazak 1"',
    ]  # fmt: skip
    for name, read, kind, form in signals:
        lines += [
            "  [[machine.signal]]", f'  id = "{name}"', '  connection = "adapter"',
            f'  read = "{read}"', f'  type = "{kind}"', f'  form = "{form}"',
        ]  # fmt: skip
    return "\n".join(lines) + "\n"


@pytest.fixture
def adapter():
    peer = CommandedPeer(
        "shdr_adapter.py", LINES, "--rate", "500", "--limit", "3000", "--heartbeat", "1000"
    )
    yield peer
    peer.stop(hard=True)


def values(box, name):
    return [value for _, value, quality in box.samples(f"mazak-1/{name}") if quality == "good"]


def test_values_conditions_and_series_arrive_with_their_times(box, adapter):
    box.apply(factory(adapter.port))
    wait_until(lambda: values(box, "feed"), 20, "the first value")
    adapter.say("say servo|FAULT|17|5||Servo too warm")
    adapter.say("say servo|WARNING|18|1||Low oil")
    adapter.say("say servo|NORMAL|17|||")
    adapter.say("say servo|NORMAL||||")
    adapter.say("say m1:wave|4|1000|1 2 3 4")
    wait_until(lambda: len(values(box, "wave")) == 4, 10, "the series")
    assert values(box, "servo") == ["Fault", "Fault", "Warning", "Normal"]
    assert values(box, "code") == ["17", "17", "18", ""]
    assert values(box, "wave") == [1, 2, 3, 4]


def test_an_adapter_that_goes_away_leaves_nothing_known(box, adapter):
    box.apply(factory(adapter.port))
    wait_until(lambda: values(box, "feed"), 20, "the first value")
    adapter.say("quiet")
    wait_until(lambda: not box.is_connected(), 15, "the loss after two heartbeats")
    wait_until(
        lambda: box.samples("mazak-1/feed")[-1][2].startswith("missing"), 5, "the missing value"
    )
    adapter.say("talk")
    wait_until(lambda: box.is_connected(), 70, "connected again")


def test_lines_that_cannot_be_read_are_told_and_passed_over(box, adapter):
    box.apply(factory(adapter.port))
    wait_until(lambda: values(box, "feed"), 20, "the first value")
    adapter.say("raw nonsense")
    adapter.say("say execution|FEED_HOLD")
    wait_until(lambda: "FEED_HOLD" in values(box, "execution"), 10, "the value behind it")
    assert "a line without" in box.log
