"""Lines of a scale over a pseudo-terminal: every whole line is stored, and only `ask` is sent."""

import sys
import time
from pathlib import Path

import pytest

import serial_scale
from box import Peer, wait_until
from serial_lines import Line

SCALE = Path(serial_scale.__file__)
PATTERN = r"^S (?<status>[SDI+-]) *(?<value>[-0-9.]+)? *(?<unit>[a-z]+)?"


@pytest.fixture
def line(tmp_path):
    made = Line(tmp_path)
    yield made
    made.stop()


def scale(line, mode, tmp_path):
    ledger = tmp_path / f"{mode}.txt"
    peer = Peer(
        [sys.executable, SCALE, line.device, mode, ledger], f"scale-{mode}",
        ready=lambda: ledger.exists(),
    )  # fmt: skip
    peer.ledger = ledger
    return peer


def factory(line, extra=""):
    return f"""
[[connection]]
id = "scale"
kind = "serial-text"
port = "{line.box}"
pattern = '{PATTERN}'
{extra}

[[machine]]
id = "filler"
name = "Filler"
  [[machine.signal]]
  id = "weight"
  connection = "scale"
  read = "value"
"""


def sent(peer):
    words = [each.split() for each in peer.ledger.read_text().splitlines()]
    return [float(each[1]) for each in words if each[0] == "sent"]


def expected(values):
    """The values with the quality that `serial_scale.line` gives them."""
    kinds = {6: "missing"}
    for value in values:
        number = int(value - 0.25)
        yield value, kinds.get(number % 7, "doubtful" if number % 5 == 4 else "good")


def test_every_whole_line_of_a_talking_scale_is_stored(box, line, tmp_path):
    peer = scale(line, "stream", tmp_path)
    box.apply(factory(line))
    wait_until(lambda: len(box.samples("filler/weight")) > 30, 30, "thirty lines")
    peer.stop()
    last = sent(peer)[-2]
    wait_until(lambda: [v for _, v, _ in box.samples("filler/weight") if v is not None][-1] >= last - 1,
               10, "the last lines")  # fmt: skip
    rows = box.samples("filler/weight")
    whole = [value for value, quality in expected(sent(peer)) if quality != "missing"]
    stored = [value for _, value, quality in rows if quality != "missing"]
    assert stored == whole[whole.index(stored[0]) :][: len(stored)], "a line is missing or wrong"
    qualities = dict(expected(sent(peer)))
    assert all(qualities[value] == quality for _, value, quality in rows if quality != "missing")


def test_a_scale_that_is_asked_hears_nothing_else(box, line, tmp_path):
    peer = scale(line, "ask", tmp_path)
    box.apply(factory(line, 'ask = "SI"\nevery = "500ms"'))
    wait_until(lambda: len(box.samples("filler/weight")) >= 10, 20, "ten answers")
    texts = {each for each in peer.ledger.read_text().splitlines() if each.startswith("heard")}
    assert texts == {r"heard b'SI\r'"}
    peer.stop()
    wait_until(lambda: not box.is_connected(), 30, "the connection lost")
    time.sleep(1)
    assert box.is_alive
