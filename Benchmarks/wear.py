#!/usr/bin/env python3
"""How many bytes a day the box writes to its disk: 20 machines with 20 signals once a second.

    Benchmarks/wear.py PROGRAM [MINUTES]

Reads what the kernel counts for the process (/proc/PID/io), so flushes, logs of the database and
what is written twice are in it. Needs no network and no root.
"""

import os
import subprocess
import sys
import tempfile
import time
import urllib.request


def written(pid):
    """Bytes that a process had written to disks so far."""
    for line in open(f"/proc/{pid}/io"):
        if line.startswith("write_bytes"):
            return int(line.split()[1])
    raise SystemExit("the kernel does not count")


def main():
    program, minutes = sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 10
    with tempfile.TemporaryDirectory() as folder:
        data = os.path.join(folder, "data")
        port = 8491
        box = subprocess.Popen(
            [program, "serve", "--data", data, "--listen", f"127.0.0.1:{port}", "--demo", "off"],
            env={**os.environ, "MILLWRIGHT_INGEST__LOOPBACK_WITHOUT_TOKEN": "true"},
            stderr=subprocess.DEVNULL)  # fmt: skip
        try:
            time.sleep(3)
            before, started, sent = None, time.monotonic(), 0
            while time.monotonic() - started < minutes * 60:
                second = int(time.time())
                lines = "\n".join(
                    f"mc,machine=m{m:02} "
                    + ",".join(f"s{s:02}={(second * (s + 1) + m) % 977 / 10}" for s in range(20))
                    + f" {second * 10**9}"
                    for m in range(20))  # fmt: skip
                request = urllib.request.Request(
                    f"http://127.0.0.1:{port}/api/v2/write", lines.encode(), method="POST")
                urllib.request.urlopen(request).close()
                sent += 400
                if before is None:  # The first second makes the signals.
                    before, sent, started = written(box.pid), 0, time.monotonic()
                time.sleep(max(0, 1 - time.time() % 1))
            passed = time.monotonic() - started
            amount = written(box.pid) - before
            print(
                f"{sent} samples in {passed:.0f} s, {amount} bytes written:"
                f" {amount / passed * 86_400 / 1e9:.2f} GB a day, {amount / sent:.1f} bytes a sample")
        finally:
            box.terminate()
            box.wait(10)


if __name__ == "__main__":
    main()
