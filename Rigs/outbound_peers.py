"""Servers that take messages from the box, or fail to in every way, and the probe that sends them."""

import asyncio
import json
import os
import socket
import ssl
import subprocess
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from certificates import Authority

ROOT = Path(__file__).resolve().parent.parent
PROBE = Path(os.environ.get("MILLWRIGHT_PROBE", ROOT / ".build" / "debug" / "outbound-probe"))
USER, PASSWORD = "factory@example.org", "correct-horse-7"


def send(order, count=1, environment=None):
    """Has the probe send one message; its answer, or the list of them."""
    order = {"privateNetworks": ["127.0.0.0/8", "::1"], **order}
    done = subprocess.run(
        [PROBE], input=json.dumps(order).encode(), capture_output=True, timeout=60,
        env={**os.environ, **(environment or {})},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert PASSWORD not in done.stdout.decode()
    return answers if count > 1 else answers[0]


def context(file):
    """A server's side of TLS with the certificate and key of a file."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(file)
    return made


class MailBox:
    """What a mail server takes and how it fails; hooks of aiosmtpd."""

    def __init__(self):
        self.mails, self.sign_ins, self.fail = [], [], {}

    def authenticate(self, server, session, envelope, mechanism, data):
        self.sign_ins.append((mechanism, bool(server.transport.get_extra_info("sslcontext"))))
        good = isinstance(data, LoginPassword) and (data.login, data.password) == (
            USER.encode(),
            PASSWORD.encode(),
        )
        refusal = self.fail.get("auth") or "535 5.7.8 Error: authentication failed"
        if self.fail.get("auth") or not good:
            return AuthResult(success=False, handled=False, message=refusal)
        return AuthResult(success=True)

    async def handle_MAIL(self, server, session, envelope, address, options):
        if self.fail.get("mail"):
            return self.fail["mail"]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody@"):
            return "550 5.1.1 no such user"
        if self.fail.get("rcpt"):
            return self.fail["rcpt"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.fail.get("data"):
            return self.fail["data"]
        self.mails.append((envelope.mail_from, list(envelope.rcpt_tos), envelope.content))
        return "250 2.0.0 Ok: queued as 4711"


@contextmanager
def mail_server(security="none", certificate=None, sign_in=False, limit=None):
    """A mail server by aiosmtpd; `port` and `box` belong to it."""
    box = MailBox()
    tls = context(certificate) if certificate else None
    options = {"data_size_limit": limit} if limit else {}
    loop = asyncio.new_event_loop()

    def talk():
        return SMTP(
            box, loop=loop, hostname="peer.example.org",
            tls_context=tls if security == "starttls" else None,
            require_starttls=security == "starttls",
            authenticator=box.authenticate if sign_in else None,
            auth_required=sign_in, auth_require_tls=security == "starttls", **options,
        )  # fmt: skip

    outer = tls if security == "tls" else None
    # In a thread of its own: a browser may have a loop in this one.
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    made = loop.create_server(talk, "127.0.0.1", 0, ssl=outer)
    server = asyncio.run_coroutine_threadsafe(made, loop).result(10)
    box.port = server.sockets[0].getsockname()[1]
    try:
        yield box
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)


class Script(threading.Thread):
    """A server that follows a script: replies by verb, or silence, or an end at a given place."""

    def __init__(self, replies=None, greeting="220 ready", drop=None, hang=None, tls=None):
        super().__init__(daemon=True)
        self.replies, self.greeting, self.drop, self.hang = replies or {}, greeting, drop, hang
        self.tls, self.verbs, self.bodies, self.connections = tls, [], [], 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.start()

    def run(self):
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.talk, args=(client,), daemon=True).start()

    def act(self, client, place):
        """True when the talk ends here."""
        if self.drop == place:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            client.close()
            return True
        if self.hang == place:
            time.sleep(30)
            return True
        return False

    def talk(self, client):
        try:
            self.converse(client)
        except (OSError, ValueError):
            pass

    def converse(self, client):
        if self.act(client, "connect"):
            return
        client.sendall(self.greeting.encode() + b"\r\n")
        lines = client.makefile("rb")
        while line := lines.readline():
            verb = line.split()[0].decode().upper() if line.split() else ""
            self.verbs.append(verb)
            if self.act(client, verb):
                return
            usual = {"EHLO": "250-peer\r\n250 SIZE 50000000", "DATA": "354 go on", "QUIT": "221 bye"}
            client.sendall((self.replies.get(verb, usual.get(verb, "250 ok")) + "\r\n").encode())
            if verb == "QUIT":
                return
            if verb == "DATA" and self.replies.get("DATA", "354")[:3] == "354":
                if self.act(client, "body"):
                    return
                body = []
                while (part := lines.readline()) != b".\r\n":
                    if not part:
                        return
                    body.append(part)
                    if self.drop == "half" and len(body) > 20 and self.act(client, "half"):
                        return
                self.bodies.append(b"".join(body))
                if self.act(client, "dot"):
                    return
                client.sendall((self.replies.get(".", "250 2.0.0 queued") + "\r\n").encode())

    def close(self):
        self.socket.close()


@contextmanager
def script(**options):
    made = Script(**options)
    try:
        yield made
    finally:
        made.close()


class Receiver(BaseHTTPRequestHandler):
    """Takes posts, or fails as its server is told to."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        server = self.server
        if server.drop == "headers":
            return self.end()
        length = int(self.headers.get("Content-Length", 0))
        if server.drop == "half":
            self.rfile.read(length // 2)
            return self.end()
        body = self.rfile.read(length)
        server.posts.append((self.path, dict(self.headers), body))
        if server.drop == "body":
            return self.end()
        if server.hang == "body":
            time.sleep(30)
        if server.drop == "answer":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
            self.close_connection = True
            return None
        status, headers, answer = server.answer
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(answer))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer)

    def end(self):
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.connection.close()

    def log_message(self, *_):
        pass


class Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass


@contextmanager
def receiver(certificate=None, answer=(200, {}, b"ok"), drop=None, hang=None):
    """A receiver of posts; `port` and `posts` belong to it."""
    server = Quiet(("127.0.0.1", 0), Receiver)
    server.posts, server.answer, server.drop, server.hang = [], answer, drop, hang
    if certificate:
        server.socket = context(certificate).wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    server.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def closed_port():
    """A port of this computer at which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


@pytest.fixture(scope="session")
def papers(tmp_path_factory):
    """An authority and the certificates that it signed, good and not; made once."""
    assert PROBE.exists(), f"{PROBE} is not built; run: swift build"
    folder = tmp_path_factory.mktemp("papers")
    ours, other = Authority(folder), Authority(folder, "stranger")

    class Papers:
        authority = str(ours.file)
        missing = str(folder / "missing.pem")
        good = ours.server("good")
        expired = ours.server("expired", days=(-30, -1))
        early = ours.server("early", days=(2, 30))
        misnamed = ours.server("misnamed", hosts=("mail.example.org",))
        strange = other.server("strange")

    return Papers
