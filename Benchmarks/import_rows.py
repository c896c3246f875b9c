"""How long a person waits for a spreadsheet: from the file's sending to the last row stored.

    MILLWRIGHT_BINARY=$(scripts/build-release --path) .venv-test/bin/python Benchmarks/import_rows.py [ROWS]

A new box with an owner; a CSV of stops of one machine; the steps of the page over HTTP.
"""

import os
import re
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "Rigs"))

from box import Box  # noqa: E402
from test_work import Owner, bring, set_up, store  # noqa: E402


def main(rows):
    box = Box(Path(tempfile.mkdtemp()), "import")
    box.claim()
    box.start()
    try:
        owner = Owner(box)
        set_up(owner)
        first = datetime(2023, 1, 9, 6)
        lines = ["Machine,Start,End,Reason"]
        for row in range(rows):
            at = first + timedelta(minutes=9 * row)
            why = "Tooling" if row % 2 else "No material"
            lines.append(f"Lathe 1,{at:%Y-%m-%d %H:%M},{at + timedelta(minutes=4):%Y-%m-%d %H:%M},{why}")
        content = "\n".join(lines).encode()
        began = time.monotonic()
        address, page, _ = bring(owner, "stops.csv", content, answers=("day first",))
        looked = time.monotonic()
        store(owner, address)
        done = time.monotonic()
        new = re.search(r"([\d,]+) rows are new", page)[1]
        print(f"{rows} rows, {len(content)} bytes: {new} new; preview {looked - began:.2f} s, "
              f"stored {done - looked:.2f} s, together {done - began:.2f} s")  # fmt: skip
    finally:
        box.stop()


if __name__ == "__main__":
    os.chdir(Path(__file__).resolve().parent.parent / "Rigs")
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
