"""kill -9 under load, again and again: what was acknowledged is there exactly once (T1)."""

import json
import os
import random
import re
import threading
import time
import uuid

import pytest

from box import OUT

CYCLES = int(os.environ.get("RIG_CYCLES", "50"))
WRITERS = 2
START_NS = 1_700_000_000_000_000_000
START, END = "2023-11-14T00:00:00Z", "2023-11-16T00:00:00Z"


class Writer(threading.Thread):
    """Sends batches of line protocol until its box is gone; notes what was acknowledged."""

    def __init__(self, box, number, ledger):
        super().__init__(daemon=True)
        self.box, self.number, self.ledger = box, number, ledger
        self.stopped = threading.Event()

    def run(self):
        while not self.stopped.is_set():
            first = self.ledger["next"]
            self.ledger["next"] += 50
            lines = "\n".join(
                f"load,w={self.number} v={n}i {START_NS + n * 1_000_000}"
                for n in range(first, first + 50)
            )
            try:
                if self.box.write(lines).status == 204:
                    self.ledger["acknowledged"] += range(first, first + 50)
            except OSError:
                return


class Speaker(threading.Thread):
    """Says events with ids of its own; repeats the last one after each crash."""

    def __init__(self, box, ledger):
        super().__init__(daemon=True)
        self.box, self.ledger = box, ledger
        self.stopped = threading.Event()

    def run(self):
        while not self.stopped.is_set():
            event = self.ledger["pending"] or new_id()
            self.ledger["pending"] = event
            try:
                answer = self.box.say("count.booked", booking(event), event)
                if answer.status in (200, 201):
                    self.ledger["acknowledged"].append(event)
                    self.ledger["pending"] = None
                else:
                    self.ledger["refused"].append((answer.status, answer.text[:200]))
                    return
            except OSError:
                return


def booking(event, good=1):
    """A count that names its event."""
    return {
        "machine": "press-1", "from": "2026-01-05T06:00:00Z", "to": "2026-01-05T07:00:00Z",
        "good": good, "scrap": 0, "rework": 0, "cause": event,
    }  # fmt: skip


def new_id():
    """A UUID of version 7, made where the event is born."""
    bits = (time.time_ns() // 1_000_000) << 80 | random.getrandbits(80)
    bits = bits & ~(0xF << 76) | 0x7 << 76
    bits = bits & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=bits))


@pytest.mark.alone
@pytest.mark.timeout(300 + 10 * CYCLES)
def test_nothing_acknowledged_is_lost_or_doubled_by_kill_9(box):
    box.run("machine", "add", "press-1", "--name", "Press 1")
    dice = random.Random(20261125)
    ledgers = [{"next": 0, "acknowledged": []} for _ in range(WRITERS)]
    spoken = {"acknowledged": [], "pending": None, "refused": []}
    restarts = []
    for cycle in range(CYCLES):
        threads = [Writer(box, i, ledger) for i, ledger in enumerate(ledgers)]
        threads.append(Speaker(box, spoken))
        for thread in threads:
            thread.start()
        time.sleep(dice.uniform(0.02, 0.5))  # a random moment under load
        box.kill()
        for thread in threads:
            thread.stopped.set()
        for thread in threads:
            thread.join(30)
        restarts.append(box.start())
        assert spoken["refused"] == []
        if cycle % 10 == 9 or cycle == CYCLES - 1:
            check(box, ledgers, spoken, cycle)
    assert sum(len(ledger["acknowledged"]) for ledger in ledgers) > CYCLES * 50
    assert len(spoken["acknowledged"]) > CYCLES
    box.stop()
    report = box.run("verify", limit_s=300)
    assert report.returncode == 0
    figures = {
        "cycles": CYCLES, "restart_s_max": round(max(restarts), 2),
        "restart_s_median": round(sorted(restarts)[len(restarts) // 2], 2),
        "samples": sum(len(ledger["acknowledged"]) for ledger in ledgers),
        "events": len(spoken["acknowledged"]),
    }  # fmt: skip
    (OUT / "kill.json").write_text(json.dumps(figures))
    print(figures)
    assert max(restarts) <= 5, figures


def check(box, ledgers, spoken, cycle):
    """Compares what is stored with the ledgers."""
    numbers = {}
    for signal in box.signals():
        for writer in range(WRITERS):
            if f"w={writer}" in json.dumps(signal):
                numbers[writer] = signal["id"]
    for writer, ledger in enumerate(ledgers):
        stored = [value for _, value, _ in box.samples(numbers[writer], START, END)]
        lost = set(ledger["acknowledged"]) - set(stored)
        assert not lost, f"cycle {cycle}: writer {writer} lost {len(lost)}: {sorted(lost)[:5]}"
        assert len(stored) == len(set(stored)), f"cycle {cycle}: writer {writer} has doubles"
    kept = [entry["id"] for entry in box.items("/api/v1/journal?kinds=count.booked&limit=1000")]
    lost = set(spoken["acknowledged"]) - set(kept)
    assert not lost, f"cycle {cycle}: {len(lost)} events lost"
    assert len(kept) == len(set(kept)), f"cycle {cycle}: an event stands twice"


class Stored:
    """What a box would answer that stored some samples and events."""

    def __init__(self, samples, events):
        self.stored, self.events = samples, events

    def signals(self):
        return [{"id": w, "name": f"load w={w} v"} for w in range(WRITERS)]

    def samples(self, number, start, end):
        return [(START_NS + n * 1_000_000, n, "good") for n in self.stored[number]]

    def items(self, path):
        return [{"id": event} for event in self.events]


@pytest.mark.parametrize(
    ("fault", "samples", "events"),
    [
        ("writer 1 lost 1: [7]", [range(50), [*range(7), *range(8, 50)]], ["a", "b"]),
        ("writer 0 has doubles", [[*range(50), 49], range(50)], ["a", "b"]),
        ("1 events lost", [range(50), range(50)], ["a"]),
        ("an event stands twice", [range(50), range(50)], ["a", "b", "a"]),
        (None, [range(60), range(50)], ["a", "b", "not acknowledged"]),
    ],
)
def test_the_comparison_notices_what_is_lost_or_doubled(fault, samples, events):
    ledgers = [{"acknowledged": list(range(50))} for _ in range(WRITERS)]
    spoken = {"acknowledged": ["a", "b"]}
    if fault is None:
        check(Stored(samples, events), ledgers, spoken, cycle=0)
        return
    with pytest.raises(AssertionError, match=re.escape(fault)):
        check(Stored(samples, events), ledgers, spoken, cycle=0)


def test_a_repeated_event_counts_once_and_a_changed_one_is_refused(box):
    box.run("machine", "add", "press-1", "--name", "Press 1")
    event = new_id()
    first = box.say("count.booked", booking(event), event)
    again = box.say("count.booked", booking(event), event)
    assert first.status in (200, 201), first.text
    assert again.status in (200, 201), again.text
    assert again.json["sequence"] == first.json["sequence"]
    changed = box.say("count.booked", booking(event, good=2), event)
    assert changed.status in (409, 422), changed.text
    assert len(box.items("/api/v1/journal?kinds=count.booked")) == 1
