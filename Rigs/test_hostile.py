"""A thousand hostile requests for each group of routes: no 5xx, no trap, memory within bounds."""

import http.client
import random
import re
import string

import pytest

TRIES = 1_000
MEMORY_GROWTH = 60 << 20
PIECES = [
    "", "0", "-1", "9" * 400, "NaN", "1e999", "../../etc/passwd", "%2e%2e%2f", "%00", "\u202e",
    "<script>alert(1)</script>", "' OR 1=1 --", "${jndi:ldap://x}", "{{7*7}}", "=cmd|' /C calc'!A0",
    "http://169.254.169.254/", "file:///etc/passwd", "a" * 9_000, "lathe-1", "1", "true", "null",
    "2026-11-13T11:25:08Z", "9999-99-99T99:99:99Z", "\ud7ff", "é" * 300, "[" * 200, "{\"a\":" * 40,
]  # fmt: skip
BODIES = [
    b"", b"{}", b"[]", b"null", b"{\"kind\":\"site.named\",\"facts\":{}}", b"{" * 40_000,
    b"\xff\xfe\x00", b"a=1&b=%", b"m,a=b c=1 1\n" * 50, b"m \x00\n", b"{\"signal\":1e400}",
    b"<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><x>&a;</x>", b"PK\x03\x04" + b"A" * 99,
    b"\x1f\x8b\x08" + b"\x00" * 64, b"{\"name\":\"" + b"x" * 70_000 + b"\"}",
]  # fmt: skip
TYPES = [
    "application/json", "application/x-www-form-urlencoded", "text/plain", "application/toml",
    "multipart/form-data; boundary=x", "application/xml", "x" * 300, "",
]  # fmt: skip


def resident_bytes(pid):
    """Memory that a process holds."""
    for line in open(f"/proc/{pid}/status"):
        if line.startswith("VmRSS"):
            return int(line.split()[1]) << 10
    return 0


def groups(box):
    """Described routes by group, and pages as one more."""
    found = {}
    for path, methods in box.api("/api/openapi.json")["paths"].items():
        for method, operation in methods.items():
            # A stream stays open; a verification of everything is not for a thousand tries.
            if path in ("/api/v1/events", "/api/v1/verify", "/api/v1/backups"):
                continue
            found.setdefault(operation["tags"][0], []).append((method.upper(), path))
    found["Pages"] = [
        ("GET", page) for page in (
            "/now", "/time", "/quality", "/energy", "/machines", "/m/{machine}", "/how/{figure}",
            "/audit", "/certificate", "/pair", "/join", "/sign-in", "/quality/{signal}")
    ] + [("POST", page) for page in ("/sign-in", "/join", "/pair", "/setup", "/theme")]  # fmt: skip
    return found


def hostile(random_source, box, routes):
    """One request made of pieces that break programs."""
    method, path = random_source.choice(routes)
    pick = lambda: random_source.choice(PIECES)  # noqa: E731
    quoted = lambda text: "".join(  # noqa: E731
        c if c in string.ascii_letters + string.digits + "-._~%" else "".join(
            f"%{byte:02X}" for byte in c.encode("utf-8", "surrogatepass")) for c in text)  # fmt: skip
    target = re.sub(r"\{[a-z]+\}", lambda _: quoted(pick()[:2_000]) or "x", path)
    names = ["from", "to", "machine", "by", "signal", "format", "chart", "limit", "cursor", "every",
             "points", "kinds", "range", "query", "c", pick()[:50]]  # fmt: skip
    query = "&".join(
        f"{quoted(random_source.choice(names))}={quoted(pick()[:3_000])}"
        for _ in range(random_source.randrange(4)))
    headers = {
        "Authorization": f"Bearer {box.local_key}",
        "Content-Type": random_source.choice(TYPES),
        "Accept": random_source.choice(["*/*", "text/csv", "x" * 500, "application/json"]),
    }
    if random_source.random() < 0.2:
        headers["Cookie"] = "mw-session=" + "f" * random_source.randrange(6_000)
    if random_source.random() < 0.1:
        headers["Content-Encoding"] = "gzip"
    return method, target + ("?" + query if query else ""), headers


def test_hostile_requests_by_the_thousand_break_nothing(make_claimed_box):
    box = make_claimed_box()
    box.start()
    box.run("machine", "add", "lathe-1", "--name", "Lathe 1")
    source = random.Random(20261126)
    for name, routes in groups(box).items():
        before = resident_bytes(box.process.pid)
        for number in range(TRIES):
            method, target, headers = hostile(source, box, routes)
            body = source.choice(BODIES) if method in ("POST", "PUT") else None
            connection = http.client.HTTPConnection("127.0.0.1", box.port, timeout=30)
            try:
                connection.request(method, target[:15_000], body, headers)
                answer = connection.getresponse()
                content = answer.read(200_000)
            except (ConnectionError, http.client.HTTPException):
                continue  # Refused at the first byte, as too large a header is.
            finally:
                connection.close()
            assert answer.status < 500 or answer.status == 507, (
                name, number, method, target[:200], headers, body, content[:300])  # fmt: skip
        assert box.process.poll() is None
        grown = resident_bytes(box.process.pid) - before
        assert grown < MEMORY_GROWTH, f"{name}: {grown >> 20} MiB more"
    box.run("verify")
    assert "root:" not in box.log_path.read_text()


@pytest.mark.parametrize("site", ["http://evil.example", "null", "https://127.0.0.1:9"])
def test_a_change_that_another_site_sends_is_refused(box, site):
    answer = box.request(
        "POST", "/api/v1/journal", b"{}", headers={"Origin": site, "Content-Type": "application/json"})  # fmt: skip
    assert answer.status == 403
