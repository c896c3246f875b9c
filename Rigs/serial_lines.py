"""Serial lines without hardware: a pair of pseudo-terminals made by socat."""

import re
import subprocess
import time
from pathlib import Path

from conftest import need


class Line:
    """Two ends of a serial line: `box` for the program under test, `device` for its peer."""

    def __init__(self, folder):
        self.log = Path(folder) / "socat.log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [need("socat"), "-d", "-d", "pty,raw,echo=0", "pty,raw,echo=0"],
                stdin=subprocess.DEVNULL, stderr=log)  # fmt: skip
        deadline = time.monotonic() + 10
        while len(ends := re.findall(r"PTY is (\S+)", self.log.read_text())) < 2:
            if time.monotonic() > deadline:
                raise AssertionError(f"socat made no pair: {self.log.read_text()}")
            time.sleep(0.05)
        self.box, self.device = ends

    def stop(self):
        """Pulls the plug: both ends are gone."""
        self.process.terminate()
        self.process.wait(10)
