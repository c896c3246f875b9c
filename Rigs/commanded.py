"""Peers that take commands on standard input, such as agents that misbehave when told to."""

import subprocess
import sys
from pathlib import Path

from box import OUT, Peer, free_port, listens, wait_until


class CommandedPeer(Peer):
    """A Python file of this folder as a process; `say` gives it one command."""

    def __init__(self, file, *words, port=None):
        self.port = port or free_port()
        path = Path(__file__).parent / file
        name = file.removesuffix(".py")
        (OUT / f"{name}.log").unlink(missing_ok=True)
        super().__init__(
            [sys.executable, path, self.port, *words], name, ready=lambda: listens(self.port)
        )

    def start(self):
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                self.words, stdin=subprocess.PIPE, stdout=log, stderr=log, text=True
            )
        wait_until(self.ready, 20, f"{self.words[1]} ready; its log: {self.log_path}")

    def say(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()

    @property
    def log(self):
        return self.log_path.read_text(errors="replace")
