"""Compares a year of running time by machine and shift with a plain count over the changes.

usage: state_check.py http://127.0.0.1:PORT KEY_FILE STATE.npy

STATE.npy holds machine, ts (milliseconds) and state, ordered by machine and time; the box holds
the same changes as line protocol `st,machine=mNN state=…`, each written once more before the next.
"""

import json
import pathlib
import re
import sys
import time
import urllib.parse
import urllib.request

import numpy as np

DAY_MS, SHIFT_MS, FIRST_SHIFT_MS, RUNNING = 86_400_000, 28_800_000, 21_600_000, 3


def counted(changes, edges, end):
    """Milliseconds of running in each cell, by walking each stretch through its cells."""
    starts = changes["ts"].astype(np.int64)
    ends = np.append(starts[1:], end - 1)
    cells = np.zeros(len(edges) - 1, dtype=np.int64)
    for begin, stop in zip(starts[changes["state"] == RUNNING], ends[changes["state"] == RUNNING]):
        place = np.searchsorted(edges, begin, side="right") - 1
        while begin < stop:
            cut = min(stop, edges[place + 1])
            cells[place] += cut - begin
            begin, place = cut, place + 1
    return cells


def main(base, key_file, state_file):
    changes = np.load(state_file)
    first = int(changes["ts"].min()) // DAY_MS * DAY_MS
    end = first + 365 * DAY_MS
    query = urllib.parse.urlencode({
        "signal": "line-protocol/st,* state", "state": RUNNING, "from": first, "to": end,
        "every": SHIFT_MS, "offset": FIRST_SHIFT_MS, "hold": "next"})  # fmt: skip
    key = pathlib.Path(key_file).read_text().strip()
    request = urllib.request.Request(
        f"{base}/api/v1/state-time?{query}", headers={"Authorization": f"Bearer {key}"})  # fmt: skip
    times = []
    for _ in range(5):
        begun = time.perf_counter()
        with urllib.request.urlopen(request) as answer:
            body = answer.read()
        times.append((time.perf_counter() - begun) * 1000)
    document = json.loads(body)
    edges = np.array([*document["starts_ms"], end], dtype=np.int64)
    different = cells = 0
    for signal in document["signals"]:
        machine = int(re.search(r"machine=m(\d+)", signal["name"]).group(1))
        expected = counted(changes[changes["machine"] == machine], edges, end)
        found = np.array([round(value * 1000) for value in signal["seconds"][str(RUNNING)]])
        different += int((found != expected).sum())
        cells += len(expected)
    print(json.dumps({
        "machines": len(document["signals"]), "cells": cells, "different": different,
        "answer_ms": round(sorted(times)[2], 1)}))  # fmt: skip
    return 1 if different or not cells else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
