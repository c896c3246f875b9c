"""An SHDR adapter that tells its state to whoever connects and replays recorded lines.

Run as a process of its own:  shdr_adapter.py PORT [LINES.txt] [--rate N] [--heartbeat MS]

Commands come on standard input, one a line: `say LINE` sends a line with the time of now in front,
`raw LINE` sends it as it is, `quiet` answers no more pings, `talk` answers again, `drop` cuts all
connections. Standard output says `ready`, and what clients send.
"""

import argparse
import socket
import sys
import threading
import time

from mtconnect_agent import now_text


class Adapter:
    def __init__(self, heartbeat):
        self.heartbeat, self.quiet = heartbeat, False
        self.clients, self.state, self.lock = [], {}, threading.Lock()

    def serve(self, port):
        listener = socket.create_server(("127.0.0.1", port))
        print("ready", flush=True)
        while True:
            client, _ = listener.accept()
            with self.lock:
                try:
                    for text in self.state.values():
                        client.sendall(text.encode())
                except OSError:
                    continue  # It only looked whether somebody listens.
                self.clients.append(client)
            threading.Thread(target=self.answer, args=(client,), daemon=True).start()

    def answer(self, client):
        try:
            for text in client.makefile():
                print(text.strip(), flush=True)
                if text.startswith("* PING") and self.heartbeat and not self.quiet:
                    client.sendall(f"* PONG {self.heartbeat}\n".encode())
        except OSError:
            pass
        with self.lock:
            if client in self.clients:
                self.clients.remove(client)
        client.close()

    def send(self, text):
        with self.lock:
            fields = text.split("|")
            if len(fields) > 2:
                self.state[fields[1]] = text
            for client in list(self.clients):
                try:
                    client.sendall(text.encode())
                except OSError:
                    self.clients.remove(client)

    def drop(self):
        with self.lock:
            for client in self.clients:
                client.shutdown(socket.SHUT_RDWR)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("lines", nargs="?")
    parser.add_argument("--rate", type=float, default=0)
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--own-times", action="store_true")
    parser.add_argument("--heartbeat", type=int, default=0, help="milliseconds; 0: none")
    options = parser.parse_args()
    adapter = Adapter(options.heartbeat)
    threading.Thread(target=adapter.serve, args=(options.port,), daemon=True).start()

    def replay():
        with open(options.lines, errors="replace") as file:
            for number, text in enumerate(file):
                if options.limit and number >= options.limit:
                    return
                if not options.own_times:
                    text = now_text() + "|" + text.split("|", 1)[1]
                adapter.send(text)
                if options.rate:
                    time.sleep(1 / options.rate)

    if options.lines:
        threading.Thread(target=replay, daemon=True).start()
    for text in sys.stdin:
        word, _, rest = text.rstrip("\n").partition(" ")
        if word == "say":
            adapter.send(f"{now_text()}|{rest}\n")
        elif word == "raw":
            adapter.send(rest + "\n")
        elif word in ("quiet", "talk"):
            adapter.quiet = word == "quiet"
        elif word == "drop":
            adapter.drop()
    threading.Event().wait()


if __name__ == "__main__":
    main()
