"""Attacks on the way in: headers by the thousand, smuggling, slow senders, foreign sites, bombs."""

import contextlib
import csv
import gzip
import http.client
import io
import json
import os
import re
import shutil
import socket
import ssl
import threading
import time
import zipfile

import pytest

from box import PASS_PHRASE, Box, rfc3339, wait_until
from test_doors import ask, cookies, own_address
from test_hostile import resident_bytes

MEMORY_GROWTH = 40 << 20
QUICK_S = 2.0
FORM = "application/x-www-form-urlencoded"
SECURE = {
    "Content-Security-Policy":
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; font-src 'self'; manifest-src 'self'; worker-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}  # fmt: skip


def send_raw(port, *pieces, limit_s=10):
    """Sends bytes as they are and reads until the other side closes or nothing more comes."""
    received = b""
    with socket.create_connection(("127.0.0.1", port), timeout=limit_s) as line:
        with contextlib.suppress(OSError):
            for piece in pieces:
                line.sendall(piece)
        line.settimeout(1.5)
        with contextlib.suppress(OSError):
            while part := line.recv(65536):
                received += part
    return received


def statuses(received):
    """The status of each answer on a connection."""
    return [int(code) for code in re.findall(rb"HTTP/1\.1 (\d{3}) ", received)]


def quick_answer(box):
    """How long a usual request takes now."""
    started = time.monotonic()
    assert ask(box, "GET", "/healthz")[0] == 200
    return time.monotonic() - started


class Listener:
    """Counts who connects, and keeps what they say first."""

    def __init__(self, answer=b""):
        self.calls = []
        self.answer = answer
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        with contextlib.suppress(OSError):
            while True:
                line, _ = self.socket.accept()
                with line, contextlib.suppress(OSError):
                    line.settimeout(2)
                    said = line.recv(4096)
                    self.calls.append(said)
                    line.sendall(self.answer)
                    line.shutdown(socket.SHUT_WR)
                    while line.recv(4096):
                        pass


# Header blocks (S-24, R-52)


def test_200_000_tiny_headers_end_the_connection_and_cost_no_memory(box):
    before = resident_bytes(box.process.pid)
    head = f"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{box.port}\r\n".encode()
    rows = [b"".join(b"a%d: 1\r\n" % i for i in range(n, n + 1000)) for n in range(0, 200_000, 1000)]
    received = send_raw(box.port, head, *rows, b"\r\n")
    assert all(status in (400, 413, 431) for status in statuses(received)), received[:300]
    assert resident_bytes(box.process.pid) - before < MEMORY_GROWTH
    assert quick_answer(box) < QUICK_S


@pytest.mark.parametrize(
    "fields, is_taken",
    [
        ([f"x-{i}: 1" for i in range(60)], True),
        ([f"x-{i}: 1" for i in range(70)], False),
        (["x: " + "a" * 15_000], True),
        (["x: " + "a" * 17_000], False),
        ([f"x-{i}: " + "a" * 1000 for i in range(17)], False),
    ],
    ids=["60 fields", "70 fields", "15 kB", "17 kB in one", "17 kB in many"],
)  # fmt: skip
def test_a_header_block_is_at_most_64_fields_and_16_kib(box, fields, is_taken):
    lines = ["GET /healthz HTTP/1.1", f"Host: 127.0.0.1:{box.port}", "Connection: close", *fields]
    found = statuses(send_raw(box.port, ("\r\n".join(lines) + "\r\n\r\n").encode()))
    assert found == [200] if is_taken else found in ([], [400], [413], [431]), found


# Smuggling


def smuggled(port):
    """Requests whose end two readers would see in two places, each with a second one inside."""
    host = f"Host: 127.0.0.1:{port}\r\n"
    inner = f"GET /ping HTTP/1.1\r\n{host}\r\n"
    post = f"POST /write HTTP/1.1\r\n{host}"
    chunks = f"0\r\n\r\n{inner}"
    size = len(inner)
    return {
        "length and chunks": f"{post}Content-Length: {len(chunks)}\r\n"
        f"Transfer-Encoding: chunked\r\n\r\n{chunks}",
        "chunks and length": f"{post}Transfer-Encoding: chunked\r\n"
        f"Content-Length: 5\r\n\r\n{chunks}",
        "two lengths": f"{post}Content-Length: 0\r\nContent-Length: {size}\r\n\r\n{inner}",
        "lengths in a list": f"{post}Content-Length: 0, {size}\r\n\r\n{inner}",
        "length with a sign": f"{post}Content-Length: +{size}\r\n\r\n{inner}",
        "length in hexadecimal": f"{post}Content-Length: 0x{size:x}\r\n\r\n{inner}",
        "blank before the colon": f"{post}Content-Length : {size}\r\n\r\n{inner}",
        "folded length": f"{post}X: y\r\n Content-Length: {size}\r\n\r\n{inner}",
        "folded encoding": f"{post}Transfer-Encoding:\r\n chunked\r\n\r\n{chunks}",
        "unknown encoding": f"{post}Transfer-Encoding: xchunked\r\n\r\n{chunks}",
        "encoding twice": f"{post}Transfer-Encoding: chunked\r\n"
        f"Transfer-Encoding: identity\r\n\r\n{chunks}",
        "chunk size too large": f"{post}Transfer-Encoding: chunked\r\n\r\n"
        f"{'f' * 17}\r\n{inner}",
        "chunk size with a sign": f"{post}Transfer-Encoding: chunked\r\n\r\n+0\r\n\r\n{inner}",
        "bare line feeds": f"{post}Content-Length: 0\n\n{inner}".replace("\r\n", "\n"),
        "bare line feed in a field": f"{post}X: a\nContent-Length: {size}\r\n\r\n{inner}",
        "bare carriage return": f"{post}X: a\rContent-Length: {size}\r\n\r\n{inner}",
        "zero byte": f"{post}X: a\0b\r\nContent-Length: 0\r\n\r\n{inner}",
        "two hosts": f"GET /ping HTTP/1.1\r\n{host}Host: evil.example\r\n\r\n",
        "no host": "GET /ping HTTP/1.1\r\n\r\n",
        "another protocol": f"GET /ping HTTP/9.9\r\n{host}\r\n",
        "a body as a request": f"{inner[:-2]}X y z\r\n\r\n",
    }  # fmt: skip


@pytest.fixture(scope="module")
def shared(tmp_path_factory, claimed_folder):
    """A box with an owner for the tests that leave it as it was."""
    made = Box(tmp_path_factory.mktemp("attacks"), "attacks")
    shutil.copytree(claimed_folder, made.data)
    made.start()
    made.run("machine", "add", "lathe-1", "--name", "Lathe 1")
    yield made
    made.stop()


def badly_answered(port):
    """Smuggled requests that were taken, or answered more than once.

    A request that is refused for its head alone may get one more 400 when its body does not read;
    the connection is closed with it, and nothing that was hidden in the body is answered.
    """
    found = {name: statuses(send_raw(port, text.encode("latin-1")))
             for name, text in smuggled(port).items()}  # fmt: skip
    return {name: answers for name, answers in found.items()
            if any(status < 400 for status in answers) or answers[1:] not in ([], [400])}  # fmt: skip


def test_smuggled_requests_are_refused_and_the_hidden_one_is_never_answered(shared):
    assert badly_answered(shared.port) == {}
    # The same reader sees two honest requests on one connection as two.
    honest = f"GET /ping HTTP/1.1\r\nHost: 127.0.0.1:{shared.port}\r\n\r\n"
    assert statuses(send_raw(shared.port, (honest * 2).encode())) == [204, 204]


def test_a_server_that_reads_loosely_is_noticed():
    """The check itself, against a server that splits at each empty line and answers every piece."""
    loose = Listener(answer=b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" * 2)
    try:
        assert len(badly_answered(loose.port)) == len(smuggled(loose.port))
    finally:
        loose.socket.close()


def test_what_is_no_http_gets_an_answer_without_a_body(shared):
    for text in (b"\x16\x03\x01\x02\x00\x01", b"GET\r\n\r\n", b"\0" * 500, b"* OK IMAP\r\n\r\n"):
        received = send_raw(shared.port, text)
        assert statuses(received) in ([], [400]), received[:200]
        assert received.partition(b"\r\n\r\n")[2] == b""


# Slow senders


def test_fifty_slow_senders_do_not_hold_up_anybody_else(shared):
    before = resident_bytes(shared.process.pid)
    head = f"POST /write HTTP/1.1\r\nHost: 127.0.0.1:{shared.port}\r\nX-Slow: ".encode()
    lines = [socket.create_connection(("127.0.0.1", shared.port)) for _ in range(50)]
    try:
        times = []
        for number in range(200):
            for line in lines:
                with contextlib.suppress(OSError):
                    line.send(head[number:number + 1] or b"x")
            if number % 10 == 0:
                times.append(quick_answer(shared))
        assert max(times) < QUICK_S
        assert resident_bytes(shared.process.pid) - before < MEMORY_GROWTH
    finally:
        for line in lines:
            line.close()


def test_a_stream_of_events_is_not_cut_off_for_asking_nothing_more(shared):
    """The time for a head runs between an answer and the next request, not while one is sent."""
    line = socket.create_connection(("127.0.0.1", shared.port), timeout=20)
    line.sendall(b"GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                 b"Authorization: Bearer " + shared.local_key.encode() + b"\r\n\r\n")
    started, seen = time.monotonic(), b""
    while time.monotonic() - started < 34:
        piece = line.recv(65536)
        assert piece, f"cut off after {time.monotonic() - started:.0f} s"
        seen += piece
    assert seen.startswith(b"HTTP/1.1 200") and b"text/event-stream" in seen, seen[:300]


# Hosts, sites, kinds of content (S-20, S-23)


@pytest.mark.alone
def test_heads_that_never_end_are_cut_off_and_an_address_has_its_share(make_claimed_box):
    """Half a head costs its sender the connection after 15 s; the 257th connection is closed."""
    box = make_claimed_box()
    box.start()
    lines = []
    for _ in range(300):
        line = socket.create_connection(("127.0.0.1", box.port), timeout=10)
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nA: ")
        lines.append(line)
    started = time.monotonic()
    open_now = []
    for line in lines:
        line.settimeout(0.05)
        try:
            if line.recv(1):
                raise AssertionError("half a head was answered")
            line.close()
        except (TimeoutError, BlockingIOError):
            open_now.append(line)
        except OSError:
            line.close()
    assert 200 <= len(open_now) <= 256, len(open_now)

    def are_cut_off():
        for line in open_now:
            try:
                line.sendall(b"b")
            except OSError:
                return True
        return False

    # A byte a second does not keep a head alive.
    wait_until(are_cut_off, 25, "the end of half a head", every_s=1)

    assert time.monotonic() - started > 10
    for line in open_now:
        line.close()
    wait_until(lambda: box.request("GET", "/healthz", token=None).status == 200, 20, "the box")


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "evil.example#127.0.0.1", "", "169.254.1.1",
             "127.0.0.1@evil.example", "evil.example:80:8420"])  # fmt: skip
def test_a_host_that_is_not_ours_gets_nothing(shared, host):
    for path in ("/healthz", "/now", "/api/v1/machines", "/assets/live.js"):
        text = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        received = send_raw(shared.port, text.encode())
        assert statuses(received) in ([], [400], [421]), received[:200]
        assert b"Lathe 1" not in received


def test_a_target_in_absolute_form_does_not_get_around_the_host(shared):
    """The HTTP library takes the path of such a target alone: the field Host decides, as always."""
    for host, is_ours in (("evil.example", False), (f"127.0.0.1:{shared.port}", True)):
        text = (f"GET http://127.0.0.1:{shared.port}/api/v1/machines HTTP/1.1\r\nHost: {host}\r\n"
                f"Authorization: Bearer {shared.local_key}\r\nConnection: close\r\n\r\n")  # fmt: skip
        received = send_raw(shared.port, text.encode())
        assert any(status < 400 for status in statuses(received)) == is_ours, received[:300]


def changing(box):
    """Every described address that changes something."""
    for path, methods in box.api("/api/openapi.json")["paths"].items():
        for method, operation in methods.items():
            if method != "get":
                target = re.sub(r"\{[a-z]+\}", "1", path)
                yield method.upper(), target, operation


@pytest.mark.parametrize(
    "fields",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"},
     {"Sec-Fetch-Site": "same-site"}, {"Origin": "http://127.0.0.1:1"}],
    ids=lambda fields: " ".join(f"{k} {v}" for k, v in fields.items()))  # fmt: skip
def test_no_address_changes_anything_for_another_site(shared, fields):
    before = shared.api("/api/v1/about")["entries"]
    key = {"Authorization": f"Bearer {shared.local_key}", "Content-Type": "application/json"}
    asked = 0
    for method, target, _ in changing(shared):
        status = ask(shared, method, target, b"{}", key | fields)[0]
        assert status == 403, (method, target, status)
        asked += 1
    assert asked > 20
    assert shared.api("/api/v1/about")["entries"] == before


ENTITIES = (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">'
            b'<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>')  # fmt: skip


@pytest.mark.parametrize("kind", ["application/xml", "text/xml", "image/svg+xml", "text/html", ""])
def test_no_address_takes_xml(shared, kind):
    key = {"Authorization": f"Bearer {shared.local_key}", "Content-Type": kind}
    taking = [
        (method, target, operation["x-needs"]) for method, target, operation in changing(shared)
        if "requestBody" in operation]
    assert len(taking) > 10
    for method, target, needs in taking:
        status, _, answer = ask(shared, method, target, ENTITIES, key)
        # Questions that may be asked by POST read a form or the address, and leave the rest unread.
        wanted = (200, 400) if needs == "read" else (400, 404, 415, 422)
        assert status in wanted, (method, target, kind, status, answer[:200])
        assert b"root:" not in answer


def test_json_is_taken_as_json_alone(shared):
    key = {"Authorization": f"Bearer {shared.local_key}"}
    for method, target, operation in changing(shared):
        if list(operation.get("requestBody", {}).get("content", {})) != ["application/json"]:
            continue
        for kind in ("text/plain", FORM, "multipart/form-data; boundary=x", "text/json"):
            status = ask(shared, method, target, b"{}", key | {"Content-Type": kind})[0]
            assert status in (404, 415), (method, target, kind, status)


# Headers of every answer (S-21), cookies (S-16)


def sample_of_answers(box):
    """Pages, documents, files, redirects and every kind of refusal: name, status, headers."""
    key = {"Authorization": f"Bearer {box.local_key}"}
    jsons = {"Content-Type": "application/json"}
    forms = {"Content-Type": FORM}
    asked = [
        ("page", 200, "GET", "/now", None, key),
        ("page of a machine", 200, "GET", "/m/lathe-1", None, key),
        ("page of a stranger", 200, "GET", "/sign-in", None, {}),
        ("document", 200, "GET", "/api/v1/machines", None, key),
        ("description", 200, "GET", "/api/openapi.json", None, key),
        ("table", 200, "GET", "/api/v1/export/states?format=csv", None, key),
        ("metrics", 200, "GET", "/metrics", None, key),
        ("health", 200, "GET", "/healthz", None, {}),
        ("head", 200, "HEAD", "/healthz", None, {}),
        ("style", 200, "GET", "/assets/millwright.css", None, {}),
        ("script", 200, "GET", "/assets/live.js", None, {}),
        ("picture", 200, "GET", "/assets/icon.svg", None, {}),
        ("empty", 204, "GET", "/ping", None, {}),
        ("redirect", 303, "GET", "/now", None, {}),
        ("not read", 400, "GET", "/api/v1/machines/lathe-1/states?from=x", None, key),
        ("no key", 401, "GET", "/api/v1/machines", None, {}),
        ("another site", 403, "POST", "/api/v1/journal", b"{}",
         key | jsons | {"Origin": "https://evil.example"}),
        ("form without its token", 403, "POST", "/theme", b"theme=dark", forms),
        ("no page", 404, "GET", "/none-such", None, key),
        ("no document", 404, "GET", "/api/v1/none-such", None, key),
        ("no file", 404, "GET", "/assets/none-such.js", None, {}),
        ("too large", 413, "POST", "/api/v1/journal", b"{" * 70_000, key | jsons),
        ("wrong kind", 415, "POST", "/api/v1/journal", b"{}", key),
        ("another host", 421, "GET", "/now", None, key | {"Host": "evil.example"}),
        ("refused", 422, "POST", "/api/v1/people", b'{"name":"box","role":"viewer"}', key | jsons),
    ]  # fmt: skip
    for name, wanted, method, path, body, headers in asked:
        status, fields, _ = ask(box, method, path, body, headers)
        assert status == wanted, (name, status)
        yield name, fields


def test_every_kind_of_answer_carries_the_headers_of_protection(shared):
    for name, fields in sample_of_answers(shared):
        for header, value in SECURE.items():
            assert fields[header] == value, (name, header, fields[header])
        denied = fields["Permissions-Policy"]
        for feature in ("camera", "microphone", "geolocation", "usb", "serial"):
            assert f"{feature}=()" in denied, (name, denied)
        if name not in ("style", "script", "picture"):
            assert fields["Cache-Control"] == "no-store", (name, fields["Cache-Control"])
        for header in fields:
            assert not header.lower().startswith("access-control-"), (name, header)
        assert fields["Server"] is None and fields["X-Powered-By"] is None, name
        # Not with the box's own authority, and never over plain HTTP.
        assert fields["Strict-Transport-Security"] is None, name


def flags(cookie):
    """Name and flags of a Set-Cookie field."""
    name, *rest = [part.strip() for part in cookie.split(";")]
    return name.split("=")[0], {part.lower() for part in rest if not part.lower().startswith("max-age")}


def sign_in_owner(asking):
    """Signs the owner in through `asking(method, path, body, headers)`: its Set-Cookie fields."""
    page = asking("GET", "/sign-in", None, {})
    form = cookies(page[1])
    body = f"token={form.split('=', 1)[1]}&name=Rig&pass_phrase={PASS_PHRASE.replace(' ', '+')}"
    status, headers, _ = asking("POST", "/sign-in", body.encode(), {"Content-Type": FORM, "Cookie": form})
    assert status == 303
    return (page[1].get_all("Set-Cookie") or []) + headers.get_all("Set-Cookie")


def test_cookies_on_this_computer_are_kept_from_scripts_and_other_sites(shared):
    found = [flags(c) for c in sign_in_owner(lambda *words: ask(shared, *words))]
    assert {name for name, _ in found} == {"mw-form", "mw-session"}
    assert all(kept == {"httponly", "samesite=strict", "path=/"} for _, kept in found), found


@pytest.fixture
def secured(make_claimed_box):
    """A box that other devices reach, and the TLS context that trusts it."""
    address = own_address()
    box = make_claimed_box()
    box.flags += ["--listen", f"0.0.0.0:{box.port}"]
    box.start()
    def answers():
        with contextlib.suppress(OSError), socket.create_connection((address, box.port), timeout=2):
            return True

    wait_until(answers, 15, "pages on https")
    box.outside = address
    box.trust = ssl.create_default_context(cafile=str(box.data / "secrets" / "authority.pem"))
    return box


def test_cookies_over_tls_are_bound_to_the_host_and_headers_are_the_same(secured):
    connection = http.client.HTTPSConnection(
        secured.outside, secured.port, context=secured.trust, timeout=30)
    seen = []

    def asking(method, path, body, headers):
        connection.request(method, path, body, headers)
        reply = connection.getresponse()
        seen.append(reply.headers)
        return reply.status, reply.headers, reply.read()

    found = [flags(c) for c in sign_in_owner(asking)]
    assert {name for name, _ in found} == {"__Host-mw-form", "__Host-mw"}
    wanted = {"httponly", "samesite=strict", "path=/", "secure"}
    assert all(kept == wanted for _, kept in found), found
    asking("GET", "/none-such", None, {})
    for headers in seen:
        assert {name: headers[name] for name in SECURE} == SECURE
        # The authority is the box's own: a promise for a year would shut browsers out.
        assert headers["Strict-Transport-Security"] is None


def test_http_2_refuses_200_000_tiny_headers_and_a_storm_of_resets(secured):
    from h2.config import H2Configuration
    from h2.connection import H2Connection
    from hpack import Encoder
    from hyperframe.frame import ContinuationFrame, HeadersFrame, RstStreamFrame

    secured.trust.set_alpn_protocols(["h2"])
    usual = [(":method", "GET"), (":path", "/healthz"), (":scheme", "https"),
             (":authority", f"{secured.outside}:{secured.port}")]  # fmt: skip

    def dial():
        plain = socket.create_connection((secured.outside, secured.port), timeout=10)
        line = secured.trust.wrap_socket(plain, server_hostname=secured.outside)
        assert line.selected_alpn_protocol() == "h2"
        connection = H2Connection(H2Configuration(client_side=True))
        connection.initiate_connection()
        line.sendall(connection.data_to_send())
        return line, connection

    def answer():
        """The status of a usual request over HTTP/2."""
        line, connection = dial()
        with line:
            connection.send_headers(1, usual, end_stream=True)
            line.sendall(connection.data_to_send())
            while True:
                for event in connection.receive_data(line.recv(65536)):
                    if headers := getattr(event, "headers", None):
                        return int(dict(headers)[b":status"])

    assert answer() == 200
    before = resident_bytes(secured.process.pid)
    line, _ = dial()
    encoder = Encoder()
    block = encoder.encode(usual + [(f"a{i}", "1") for i in range(200_000)])
    frames = [block[i:i + 16_000] for i in range(0, len(block), 16_000)]
    ended = False
    with line:
        try:
            for number, part in enumerate(frames):
                frame = (ContinuationFrame if number else HeadersFrame)(1)
                frame.data = part
                if number == len(frames) - 1:
                    frame.flags.add("END_HEADERS")
                if not number:
                    frame.flags.add("END_STREAM")
                line.sendall(frame.serialize())
            line.settimeout(5)
            received = b""
            while part := line.recv(65536):
                received += part
            ended = True
        except (ConnectionError, ssl.SSLError):
            ended = True
        except TimeoutError:
            pass
    assert ended, "the connection stayed open"
    line, _ = dial()
    small = Encoder().encode(usual)
    with line, contextlib.suppress(ConnectionError, ssl.SSLError, TimeoutError):
        for stream in range(1, 20_001, 2):
            head, reset = HeadersFrame(stream), RstStreamFrame(stream)
            head.data, reset.error_code = small, 8
            head.flags |= {"END_HEADERS", "END_STREAM"}
            line.sendall(head.serialize() + reset.serialize())
    started = time.monotonic()
    assert answer() == 200
    assert time.monotonic() - started < QUICK_S
    assert resident_bytes(secured.process.pid) - before < MEMORY_GROWTH


def test_x4_tls_refuses_every_weak_suite(secured):
    everything = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    everything.set_ciphers("ALL:COMPLEMENTOFALL:@SECLEVEL=0")
    names = [c["name"] for c in everything.get_ciphers() if not c["name"].startswith("TLS_")]
    strong = re.compile(r"^ECDHE-.*(GCM-SHA|CHACHA20)")

    def is_taken(name):
        context = ssl.create_default_context(cafile=str(secured.data / "secrets" / "authority.pem"))
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers(name + ":@SECLEVEL=0")
        with socket.create_connection((secured.outside, secured.port), timeout=10) as plain:
            try:
                context.wrap_socket(plain, server_hostname=secured.outside).close()
            except (ssl.SSLError, OSError):
                return False
        return True

    taken = [name for name in names if is_taken(name)]
    assert "ECDHE-ECDSA-AES128-GCM-SHA256" in taken
    assert [name for name in taken if not strong.search(name)] == []


# Paths


CLIMBS = [
    "../../../etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "%252e%252e%252f%252e%252e%252fetc%252fpasswd", "..%5c..%5c..%5cetc%5cpasswd",
    "....//....//etc/passwd", "%c0%ae%c0%ae/%c0%ae%c0%ae/etc/passwd", "/etc/passwd",
    "live.js%00.css", "..;/..;/etc/passwd", "../secrets/local-key", "%2e%2e%2fcore.db", ".", "..",
    "live.js/..%2f..%2fcore.db", "~root/.profile", "file:///etc/passwd",
]  # fmt: skip
PLACES = ["/assets/", "/how/", "/m/", "/errors/", "/quality/", "/api/v1/machines/",
          "/api/v1/export/", "/api/v1/figures/", "/"]  # fmt: skip


def test_no_path_climbs_out(shared):
    head = f"Host: 127.0.0.1:{shared.port}\r\nAuthorization: Bearer {shared.local_key}\r\n"
    for place in PLACES:
        for climb in CLIMBS:
            text = f"GET {place}{climb} HTTP/1.1\r\n{head}Connection: close\r\n\r\n"
            received = send_raw(shared.port, text.encode())
            (status,) = statuses(received)
            # `.` alone in a path is the place itself to nobody here.
            assert status in (303, 400, 404), (place, climb, received[:200])
            assert b"root:" not in received and b"SQLite format" not in received
            assert shared.local_key.encode() not in received


def test_a_backup_is_read_and_written_only_where_the_process_may(shared, tmp_path):
    """Paths of backups come from whoever looks after the box; what is no backup stays unread."""
    key = {"Authorization": f"Bearer {shared.local_key}", "Content-Type": "application/json"}
    secret = tmp_path / "secret.txt"
    secret.write_text("a line that is nobody's business\n" * 100)
    for path in ("/etc/passwd", str(secret), "../secrets/local-key", "/dev/zero", "/proc/self/mem"):
        for act in ("verify", "restore"):
            body = json.dumps({"path": path, "key": "X"}).encode()
            status, _, answer = ask(shared, "POST", "/api/v1/backups/" + act, body, key)
            assert 400 <= status < 500, (path, act, status, answer[:300])
            assert b"root:" not in answer and b"nobody's business" not in answer


# Bombs


def test_a_packed_body_is_limited_in_size_unpacked_and_in_ratio(shared):
    before = resident_bytes(shared.process.pid)
    line = b"m,machine=p1 a=1 1700000000000000000\n"

    def status(packed, **headers):
        fields = {"Authorization": f"Bearer {shared.local_key}", "Content-Encoding": "gzip",
                  "Content-Type": "text/plain"} | headers  # fmt: skip
        return ask(shared, "POST", "/api/v2/write", packed, fields)[0]

    assert status(gzip.compress(line)) == 204
    # A ratio of a thousand, sixteen times over.
    bomb = gzip.compress(b"\n" * (64 << 20), 9)
    for _ in range(16):
        assert status(bomb) == 413
    assert status(bomb * 16) == 413, "several members in one body"
    # Within the ratio of 20, but 70 MiB unpacked.
    piece = os.urandom(700) + b"\n" * 10_000
    fat = gzip.compress(piece * ((70 << 20) // len(piece)), 1)
    wide = gzip.compress(b"".join(os.urandom(700) + b"\n" * 10_000 for _ in range(6_900)), 1)
    assert 4 << 20 < len(wide) < 8 << 20 and len(fat) < len(wide)
    assert status(fat) == 413
    assert status(wide) == 413
    # More than 8 MiB as sent: refused by its declared length, and by counting.
    assert status(os.urandom((8 << 20) + 1)) == 413
    assert status(bomb, **{"Content-Encoding": "gzip, gzip"}) == 415
    assert status(bomb, **{"Content-Encoding": "br"}) == 415
    assert status(bomb[:1000]) in (400, 413)
    grown = resident_bytes(shared.process.pid) - before
    assert grown < 160 << 20, f"{grown >> 20} MiB more"
    assert quick_answer(shared) < QUICK_S


def test_a_body_without_a_declared_length_is_counted(shared):
    host = (f"POST /api/v2/write HTTP/1.1\r\nHost: 127.0.0.1:{shared.port}\r\n"
            f"Authorization: Bearer {shared.local_key}\r\nTransfer-Encoding: chunked\r\n\r\n")  # fmt: skip
    chunk = b"100000\r\n" + b"\n" * (1 << 20) + b"\r\n"
    received = send_raw(shared.port, host.encode(), *[chunk] * 12, b"0\r\n\r\n")
    # Refused at 8 MiB; the answer may be lost when the connection is closed under the sender.
    assert statuses(received) in ([413], []), received[:300]
    assert quick_answer(shared) < QUICK_S


# Formulas in tables


FORMULAS = ["=HYPERLINK(\"http://evil.example\")", "+1+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0",
            "@SUM(1+1)*cmd|' /C calc'!A0", "\t=1+1", "=1+1,=2+2", "=\"a\"\"b\""]  # fmt: skip


def is_formula(cell):
    """Whether a spreadsheet would run a cell; a number is none."""
    if not cell.lstrip("\t\r\n ")[:1] in ("=", "+", "-", "@") and cell[:1] not in ("\t", "\r"):
        return False
    try:
        float(cell)
    except ValueError:
        return True
    return False


def test_names_that_are_formulas_leave_no_formula_in_any_table(box):
    now = int(time.time())
    box.apply(site_of_formulas())
    for number, formula in enumerate(FORMULAS):
        said = {
            "job.started": {"at": rfc3339(now - 600), "job": formula, "product": formula,
                            "ideal_per_part_ns": str(10**10), "estimate": False, "planned_parts": 9},
            "stop.reason": {"at": rfc3339(now - 60), "reason": f"r{number}", "detail": formula},
            "count.booked": {"from": rfc3339(now - 600), "to": rfc3339(now - 60), "good": 5,
                             "scrap": 1, "rework": 0, "cause": formula},
        }  # fmt: skip
        for kind, facts in said.items():
            answer = box.say(kind, {"machine": f"m{number}"} | facts)
            assert answer.status == 201, (kind, answer.text)
        name = re.sub(r"([,= ])", r"\\\1", formula.replace("\t", ""))
        box.write("".join(f"{name} v={i} {(now - 90 + i) * 10**9}\n" for i in range(30))
                  + "".join(f"m,machine=m{number} a={5 * (i < 30)} {(now - 90 + i) * 10**9}\n"
                            for i in range(80)))  # fmt: skip
    start, end = rfc3339(now - 7200), rfc3339(now + 60)
    span = f"from={start}&to={end}"
    tables = [f"/api/v1/export/{what}?{span}&format=csv"
              for what in ("states", "stops", "signals", "counts", "energy", "events")]  # fmt: skip
    tables += [f"/api/v1/machines/m{n}/states?{span}&format=csv" for n in range(len(FORMULAS))]
    tables += [f"/api/v1/time?{span}&format=csv", f"/api/v1/energy?{span}&format=csv"]
    tables += [f"/api/v1/figures?{span}&by={by}&format=csv"
               for by in ("site", "machine", "shift", "day", "job", "product")]  # fmt: skip
    tables += [f"/api/v1/signals/{s['id']}/samples?{span}&format=csv" for s in box.signals()]
    tables += [f"/api/v1/raw?{span}&signal=*/*"]
    seen = {}
    for path in tables:
        answer = box.request("GET", path, headers={"Accept": "text/csv"})
        assert answer.status == 200, (path, answer.status, answer.text[:300])
        cells = [cell for row in csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))) for cell in row]
        assert not [cell for cell in cells if is_formula(cell)], path
        seen[path.split("?")[0]] = any("cmd|" in cell for cell in cells)
    # The names did come out somewhere, or this shows nothing.
    assert seen["/api/v1/export/stops"] or seen["/api/v1/export/events"], seen
    for path in (f"/api/v1/time?{span}", f"/api/v1/figures?{span}&by=machine", f"/api/v1/energy?{span}"):
        book = box.request("GET", path + "&format=xlsx")
        assert book.status == 200, (path, book.status, book.text[:200])
        with zipfile.ZipFile(io.BytesIO(book.body)) as parts:
            for part in parts.namelist():
                assert b"<f>" not in parts.read(part) and b"<f " not in parts.read(part), part


def site_of_formulas():
    """A site description with formulas as the names of everything."""
    names = [json.dumps(formula) for formula in FORMULAS]
    lines = ["[site]", f"name = {names[0]}", 'zone = "UTC"', 'currency = "GBP"',
             "[[area]]", 'id = "hall"', f"name = {names[2]}", "[[shift]]", f"name = {names[3]}",
             'days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]',
             "from = 00:00:00", "to = 23:59:00"]  # fmt: skip
    for number, name in enumerate(names):
        lines += ["[[reason]]", f'id = "r{number}"', f"name = {name}", 'loss = "breakdown"']
        lines += ["[[machine]]", f'id = "m{number}"', f"name = {name}", 'area = "hall"',
                  "  [[machine.signal]]", '  id = "a"', '  connection = "line-protocol"',
                  f'  read = "m,machine=m{number} a"', f"  name = {name}",
                  "  [machine.state]", '  running = { signal = "a", above = 1.0 }',
                  '  running_after = "1s"', '  stopped_after = "1s"']  # fmt: skip
    return "\n".join(lines)


def test_the_check_of_formulas_can_fail():
    assert is_formula("=1+1") and is_formula("\t=1+1") and is_formula("-2+3+cmd")
    assert not is_formula("'=1+1") and not is_formula("-2.5") and not is_formula("Lathe 1")


# Addresses that the box would call (B12)


@pytest.fixture
def listener():
    made = Listener()
    yield made
    made.socket.close()


def test_no_field_makes_the_box_call_an_address(box, listener):
    """Only connections to machines take an address; everywhere else it is a text like any other."""
    url = f"http://127.0.0.1:{listener.port}/x"
    box.run("machine", "add", "lathe-1", "--name", url)
    key = {"Authorization": f"Bearer {box.local_key}"}
    names = ["name", "url", "address", "webhook", "callback", "to", "path", "key", "from", "host",
             "machine", "reason", "detail", "back", "signal", "mapping", "file", "text", "kind"]  # fmt: skip
    for method, target, operation in changing(box):
        content = list(operation.get("requestBody", {}).get("content", {"application/json": 0}))
        if target == "/api/v1/verify":
            continue
        bodies = [json.dumps({name: url for name in names}).encode(), url.encode()]
        query = "&".join(f"{name}={url}" for name in names)
        for body in bodies:
            ask(box, method, f"{target}?{query}", body, key | {
                "Content-Type": content[0], "Referer": url, "X-Forwarded-Host": url,
                "Forwarded": f"host={url}", "X-Original-URL": url})  # fmt: skip
    for path in ("/now", "/sign-in", "/pair", "/join", "/how/time-lost", "/errors/x"):
        ask(box, "GET", f"{path}?back={url}&c={url}&code={url}&from={url}", None, key)
    entity = b'<!DOCTYPE x SYSTEM "%s"><x/>' % url.encode()
    box.request("POST", "/write", entity)
    time.sleep(1)
    assert listener.calls == []
    # A connection to a machine does call, so the listener does hear.
    box.apply(f'[[machine]]\nid = "press-1"\nname = "Press 1"\n'
              f'connect = {{ modbus = "127.0.0.1:{listener.port}", unit = 1 }}\n'
              f'  [[machine.signal]]\n  id = "a"\n  read = "holding:1"\n  every = "500ms"\n')  # fmt: skip
    wait_until(lambda: listener.calls, 15, "the machine called")


@pytest.mark.parametrize("address", [
    "http://127.0.0.1:80/x", "file:///etc/passwd", "127.0.0.1:80/x", "unix:/run/x", "a b:502",
    "user@127.0.0.1:502", "127.0.0.1:99999", "127.0.0.1:502\\r\\nX: y"])  # fmt: skip
def test_a_connection_takes_a_host_and_a_port_and_nothing_else(shared, address):
    site = (f'[[machine]]\nid = "press-1"\nname = "Press 1"\n'
            f'connect = {{ modbus = "{address}", unit = 1 }}\n'
            f'  [[machine.signal]]\n  id = "a"\n  read = "holding:1"\n')  # fmt: skip
    answer = shared.request("POST", "/api/v1/factory?apply=0", site.encode(),
                            headers={"Content-Type": "application/toml"})  # fmt: skip
    assert answer.status in (400, 422), (answer.status, answer.text[:300])


def test_a_connection_sends_no_key_of_the_box_as_its_pass_word(box, listener):
    """Who may add a connection chooses the other side: the box's own keys are not for it."""
    box.run("backup", "create")
    folder = box.data / "secrets"
    for name in ("authority.key", "server.key", "setup-code"):
        (folder / name).write_text(f"planted as {name} and nowhere else\n")
    own = [path.name for path in folder.iterdir() if path.is_file()]
    assert {"local-key", "data-key", "backup-key"} <= set(own)
    secrets = {name: (folder / name).read_bytes().strip()[:30] for name in own}
    for number, name in enumerate([*own, "../core.db", "/etc/passwd", "../secrets/data-key", "."]):
        site = (f'[[connection]]\nid = "b{number}"\nkind = "mqtt"\n'
                f'address = "127.0.0.1:{listener.port}"\nusername = "x"\npassword = "{name}"\n'
                f'[[machine]]\nid = "saw"\nname = "Saw"\n  [[machine.signal]]\n  id = "a{number}"\n'
                f'  connection = "b{number}"\n  read = "saw/a"\n')  # fmt: skip
        box.request("POST", "/api/v1/factory?apply=1", site.encode(),
                    headers={"Content-Type": "application/toml"})  # fmt: skip
        time.sleep(0.5)
    time.sleep(2)
    said = b"".join(listener.calls)
    assert [name for name, secret in secrets.items() if secret in said] == []
    assert b"root:" not in said and b"SQLite" not in said


def test_the_pass_word_of_a_connection_reaches_its_broker(box, listener):
    """The other half of the test above: a secret of the site's own is sent."""
    secret = box.data / "secrets" / "connections" / "broker-password"
    secret.write_text("twelve small cogs\n")
    secret.chmod(0o600)
    box.apply(f'[[connection]]\nid = "broker"\nkind = "mqtt"\naddress = "127.0.0.1:{listener.port}"\n'
              'username = "x"\npassword = "broker-password"\n[[machine]]\nid = "saw"\nname = "Saw"\n'
              '  [[machine.signal]]\n  id = "a"\n  connection = "broker"\n  read = "saw/a"\n')  # fmt: skip
    wait_until(lambda: any(b"twelve small cogs" in said for said in listener.calls), 15, "the pass word")
