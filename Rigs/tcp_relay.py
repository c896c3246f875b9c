"""A TCP relay that can drop its connections, hold answers back, or refuse: a bad network on demand.

Run as a process of its own:  tcp_relay.py PORT TARGET_PORT
Commands on its standard input, one a line: `drop` (end all connections), `slow SECONDS` (hold each
answer back), `mute` (pass nothing to the client), `refuse` / `accept` (new connections).
"""

import socket
import sys
import threading
import time


class Relay:
    def __init__(self, port, target):
        self.target = target
        self.links = set()
        self.delay, self.is_mute, self.is_refusing = 0.0, False, False
        self.listener = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            if self.is_refusing:
                client.close()
                continue
            try:
                server = socket.create_connection(("127.0.0.1", self.target), 2)
                server.settimeout(None)
            except OSError:
                client.close()
                continue
            self.links |= {client, server}
            for source, sink, answers in ((client, server, False), (server, client, True)):
                threading.Thread(
                    target=self.pump, args=(source, sink, answers), daemon=True).start()

    def pump(self, source, sink, answers):
        try:
            while data := source.recv(65_536):
                if answers:
                    time.sleep(self.delay)
                    if self.is_mute:
                        continue
                sink.sendall(data)
        except OSError:
            pass
        for link in (source, sink):
            self.end(link)

    def end(self, link):
        self.links.discard(link)
        try:
            link.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        link.close()

    def drop(self):
        for link in list(self.links):
            self.end(link)

    def obey(self, line):
        word, *rest = line.split() or [""]
        if word == "drop":
            self.drop()
        elif word == "slow":
            self.delay = float(rest[0])
        elif word == "mute":
            self.is_mute = True
        elif word == "clear":
            self.is_mute, self.delay = False, 0.0
        elif word in ("refuse", "accept"):
            self.is_refusing = word == "refuse"


if __name__ == "__main__":
    relay = Relay(int(sys.argv[1]), int(sys.argv[2]))
    print("ready", flush=True)
    for line in sys.stdin:
        relay.obey(line)
