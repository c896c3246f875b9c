"""Line protocol over HTTP: what is stored, what is refused and with which words."""

import base64
import gzip
import http.client
import json
import socket
import time

import pytest

NOW_NS = time.time_ns() // 1_000_000_000 * 1_000_000_000


def series(box, word):
    """Signals whose series key holds a word."""
    return [s for s in box.signals() if word in json.dumps(s)]


def test_a_new_series_appears_as_a_signal_of_no_machine(box):
    answer = box.write(f"press,machine=p1 current=12.5 {NOW_NS}\n")
    assert answer.status == 204, answer.text
    (found,) = series(box, "press")
    assert not found.get("machine")
    assert found["value"] == 12.5


def test_a_signal_given_to_a_machine_brings_its_history_along(box):
    lines = "\n".join(f"press current={i} {NOW_NS - i * 10**9}" for i in range(60))
    assert box.write(lines).status == 204
    (found,) = series(box, "press")
    box.run("machine", "add", "press-1", "--name", "Press 1")
    box.run("signal", "assign", found["id"], "press-1/current")
    assert len(box.samples("press-1/current")) == 60


@pytest.mark.parametrize("precision, factor", [("ns", 1), ("us", 10**3), ("ms", 10**6), ("s", 10**9)])
def test_times_are_read_in_the_unit_that_was_said(box, precision, factor):
    assert box.write(f"m v=1i {NOW_NS // factor}", precision=precision).status == 204
    (found,) = series(box, '"m')
    stored = box.samples(found["id"])
    assert [time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(NOW_NS // 10**9))] == [
        t[:19] for t, _, _ in stored
    ]


def test_a_packed_body_and_the_old_address_are_understood(box):
    assert box.write(f"m a=1 {NOW_NS}", gzipped=True).status == 204
    assert box.write(f"m b=2 {NOW_NS}", path="/write").status == 204
    assert {s["value"] for s in box.signals()} == {1, 2}


def test_right_lines_are_stored_and_wrong_ones_named(box):
    body = f"m a=1 {NOW_NS}\nm a=\nm b=2 {NOW_NS}\nm c=3 tomorrow\n"
    answer = box.write(body)
    assert answer.status == 400
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    places = [error["field"] for error in answer.json["errors"]]
    assert [place.split(",")[0] for place in places] == ["line 2", "line 4"]
    assert (answer.json["stored"], answer.json["refused"]) == (2, 2)
    assert sorted(s["value"] for s in box.signals()) == [1, 2]


def test_what_lies_in_the_future_is_refused(box):
    answer = box.write(f"m a=1 {NOW_NS + 3600 * 10**9}")
    assert answer.status == 400, answer.text
    assert box.signals() == []


def test_without_a_token_nothing_is_taken(box):
    assert box.write(f"m a=1 {NOW_NS}", token=None).status == 401
    assert box.write(f"m a=1 {NOW_NS}", token="mw_wrong").status in (401, 403)
    assert box.signals() == []


def test_a_token_for_reading_does_not_write(box):
    token = box.make_token(scope="read")
    assert box.write(f"m a=1 {NOW_NS}", token=token).status == 403
    token = box.make_token(scope="write", name="writer")
    assert box.write(f"m a=1 {NOW_NS}", token=token).status == 204


def test_programs_here_may_write_without_a_token_when_the_setting_says_so(make_claimed_box):
    box = make_claimed_box(settings="[ingest]\nloopback_without_token = true\n")
    box.start()
    assert box.write(f"m a=1 {NOW_NS}", token=None).status == 204


def test_what_was_answered_with_204_survives_a_crash(box):
    for i in range(20):
        assert box.write(f"m a={i} {NOW_NS - i * 10**9}").status == 204
    box.kill()
    box.start()
    (found,) = series(box, '"m')
    assert len(box.samples(found["id"])) == 20


def corpus_cases(reference):
    """Texts of the corpus that must be refused, as bytes, with their unit."""
    corpus = json.loads((reference / "line-protocol-corpus" / "corpus-dev.json").read_text())
    units = {"1ns": "ns", "1µs": "us", "1ms": "ms", "1s": "s"}
    for case in corpus["decode"].values():
        text = case["input"]["text"]
        raw = base64.b64decode(text["binary"]) if isinstance(text, dict) else text.encode()
        if "error" in case["output"]:
            yield case["input"]["key"], raw, units[case["input"]["precision"]]


def test_the_broken_lines_of_the_corpus_are_refused_with_words(box, reference):
    token = box.make_token()
    link = http.client.HTTPConnection("127.0.0.1", box.port, timeout=30)
    taken, silent, count = [], [], 0
    for key, raw, unit in corpus_cases(reference):
        link.request(
            "POST", f"/api/v2/write?precision={unit}", raw,
            {"Authorization": f"Bearer {token}", "Content-Type": "text/plain"})  # fmt: skip
        reply = link.getresponse()
        body = reply.read()
        count += 1
        assert reply.status in (204, 400), (key, raw[:80], reply.status, body[:300])
        if reply.status == 204:
            taken.append((key, raw[:60]))
        elif not json.loads(body).get("errors"):
            silent.append((key, raw[:60]))
    link.close()
    assert count > 3000
    assert taken == [], f"{len(taken)} broken texts were taken: {taken[:5]}"
    assert silent == [], f"{len(silent)} refusals name no line: {silent[:5]}"
    assert box.request("GET", "/readyz", token=None).status == 200


def test_a_body_too_large_and_one_that_does_not_unpack_are_refused(box):
    with socket.create_connection(("127.0.0.1", box.port), timeout=20) as link:
        link.sendall(
            b"POST /api/v2/write HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 70000000\r\n"
            b"Authorization: Bearer " + box.local_key.encode() + b"\r\n\r\nm a=1 1\n"
        )
        assert link.recv(64).startswith(b"HTTP/1.1 413")
    bomb = gzip.compress(b"m a=1 1\n" * 5_000_000)
    packed = {"Content-Encoding": "gzip"}
    assert box.request("POST", "/api/v2/write", bomb, headers=packed).status == 413
    assert box.request("POST", "/api/v2/write", b"\x1f\x8b\x08broken", headers=packed).status == 400
    assert box.request("GET", "/readyz", token=None).status == 200
