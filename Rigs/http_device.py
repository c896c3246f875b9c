"""A device that answers HTTP with JSON, and misbehaves when told to.

Run as a process of its own:

    http_device.py PORT LEDGER [--user NAME:PASSWORD] [--header NAME:VALUE]

It appends one line to LEDGER for each request: time, connection, path. Pages: /status.json with a
counter, a nested power and a state; /slow-changing.json; anything else is 404. Commands come on
standard input: `slow SECONDS`, `lie BYTES`, `drop-each N`, `close` (a connection for each answer),
`keep`, `status CODE`, `gzip`, `redirect`, `nonsense`, `chunked`, `well`.
"""

import argparse
import base64
import gzip
import http.server
import json
import sys
import threading
import time

from mtconnect_agent import Server

STARTED = time.monotonic()


class Behaviour:
    def __init__(self):
        self.slow, self.lie, self.drop_each, self.status = 0.0, 0, 0, 200
        self.closes, self.mode, self.requests, self.connections = False, "", 0, 0


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    how = ledger = None
    wants = {}

    def setup(self):
        super().setup()
        self.how.connections += 1
        self.number = self.how.connections

    def log_message(self, *_):
        pass

    def page(self):
        age = time.monotonic() - STARTED
        if self.path.startswith("/status.json"):
            return {
                "parts": int(age * 10), "motor": {"power": 1250.5, "temperatures": [21.5, 40]},
                "running": True, "state": "ACTIVE", "nothing": None, "at": time.time(),
            }  # fmt: skip
        if self.path.startswith("/slow-changing.json"):
            return {"energy": {"total": 12345}}
        return None

    def do_GET(self):
        how = self.how
        how.requests += 1
        with open(self.ledger, "a") as ledger:
            ledger.write(f"{time.time():.3f} {self.number} {self.path}\n")
        time.sleep(how.slow)
        if any(self.headers.get(name) != value for name, value in self.wants.items()):
            return self.answer(401, b"no")
        if how.mode == "redirect":
            return self.answer(302, b"", {"Location": "/elsewhere"})
        page = self.page()
        if page is None:
            return self.answer(404, b"not here")
        data = b"<html>no JSON</html>" if how.mode == "nonsense" else json.dumps(page).encode()
        headers = {}
        if how.mode == "gzip":
            data, headers = gzip.compress(data), {"Content-Encoding": "gzip"}
        if how.mode == "chunked":
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for start in range(0, len(data), 7):
                piece = data[start : start + 7]
                self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
            self.wfile.write(b"0\r\n\r\n")
            return None
        return self.answer(how.status, data, headers)

    def answer(self, status, data, headers=()):
        how = self.how
        self.send_response(status)
        for name, value in dict(headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data) + how.lie))
        if how.closes:
            self.send_header("Connection", "close")
        self.end_headers()
        is_dropped = how.drop_each and how.requests % how.drop_each == 0
        self.wfile.write(data[: len(data) // 2] if is_dropped else data)
        if is_dropped or how.lie or how.closes:
            self.close_connection = True


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("ledger")
    parser.add_argument("--user")
    parser.add_argument("--header")
    options = parser.parse_args()
    how = Handler.how = Behaviour()
    Handler.ledger = options.ledger
    if options.user:
        word = base64.b64encode(options.user.encode()).decode()
        Handler.wants["Authorization"] = "Basic " + word
    if options.header:
        name, _, value = options.header.partition(":")
        Handler.wants[name] = value
    server = Server(("127.0.0.1", options.port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print("ready", flush=True)
    for text in sys.stdin:
        word, _, rest = text.strip().partition(" ")
        if word == "slow":
            how.slow = float(rest)
        elif word == "lie":
            how.lie = int(rest)
        elif word == "drop-each":
            how.drop_each = int(rest)
        elif word == "status":
            how.status = int(rest)
        elif word in ("close", "keep"):
            how.closes = word == "close"
        elif word == "well":
            how.slow, how.lie, how.drop_each, how.status = 0.0, 0, 0, 200
            how.closes, how.mode = False, ""
        else:
            how.mode = word
    threading.Event().wait()


if __name__ == "__main__":
    main()
