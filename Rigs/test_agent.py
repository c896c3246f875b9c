"""The MTConnect agent, read by a client of a few lines that knows nothing of the box."""

import base64
import threading
import time
import urllib.error

import pytest

from box import wait_until
from giving import FACTORY, Agent, Document, write


@pytest.fixture
def press(box):
    box.apply(FACTORY)
    write(box, 0.2, 212)
    return box


@pytest.fixture
def agent(press):
    return Agent(press, press.make_token(scope="read"))


def test_probe_names_devices_and_current_tells_them(press, agent):
    probe = agent.ask("/probe")
    assert probe.kind == "MTConnectDevices"
    (device,) = probe.every("Device")
    assert (device.attrib["name"], device.attrib["id"]) == ("press", "m-press")
    items = {e.attrib["id"]: e.attrib for e in probe.every("DataItem")}
    assert items["m-press.s.current"]["type"] == "AMPERAGE"
    assert items["m-press.s.oil"]["units"] == "CELSIUS"
    assert {"AVAILABILITY", "EXECUTION", "PART_COUNT"} <= {i["type"] for i in items.values()}
    for path in ("", "/press", "/press/probe"):
        assert {e.attrib["id"] for e in agent.ask(path).every("DataItem")} == set(items)
    current = agent.ask("/current")
    assert current.kind == "MTConnectStreams"
    assert set(current.now) == set(items), "every data item is told, known or not"
    assert float(current.now["m-press.s.current"]) == 0.2
    assert abs(float(current.now["m-press.s.oil"]) - 100) < 1e-9
    assert current.now["m-press.parts-all"] == "UNAVAILABLE", "nobody counts: not nought"

    def runs():
        # A state is believed once it has lasted from one sample to a later one.
        write(press, 9.5)
        return agent.ask("/press/current").now["m-press.execution"] == "ACTIVE"

    wait_until(runs, 20, "running", every_s=0.5)
    assert press.machine("press")["state"] == "running", "the agent says what the box says"


def test_a_client_reads_every_observation_once_however_it_reads(press, agent):
    """current, then sample from there, once by asking again and again and once by a stream."""
    start = agent.ask("/current").header["nextSequence"]
    streamed, polled, instances = [], [], set()
    done = threading.Event()

    def stream():
        for part in agent.parts(f"/sample?from={start}&interval=200&heartbeat=1000&count=7"):
            instances.add(part.header["instanceId"])
            streamed.extend(part.observations)
            if done.is_set():
                return

    def poll():
        following = start
        while not done.is_set():
            part = agent.ask(f"/sample?from={following}&count=5")
            instances.add(part.header["instanceId"])
            polled.extend(part.observations)
            following = part.header["nextSequence"]
            time.sleep(0.15)

    readers = [threading.Thread(target=stream), threading.Thread(target=poll)]
    for reader in readers:
        reader.start()
    for step in range(40):
        write(press, 5 + step, 200 + step)
        time.sleep(0.25)
    last = lambda rows: rows and float([t for _, i, t in rows if i == "m-press.s.current"][-1])  # noqa: E731
    wait_until(lambda: last(streamed) == 44 and last(polled) == 44, 20, "the last value by both ways")
    done.set()
    for reader in readers:
        reader.join(20)
    end = agent.ask("/current").header["nextSequence"]
    for rows in (streamed, polled):
        numbers = [number for number, _, _ in rows]
        assert numbers == list(range(start, start + len(numbers))), "lost, doubled or out of order"
        assert start + len(numbers) <= end
    assert len(instances) == 1
    assert dict((n, t) for n, _, t in streamed).items() >= dict((n, t) for n, _, t in polled).items() or \
        dict((n, t) for n, _, t in polled).items() >= dict((n, t) for n, _, t in streamed).items()


def test_a_silent_stream_shows_life_and_a_kill_gives_a_new_instance(press, agent):
    before = agent.ask("/current").header
    beats = []
    for part in agent.parts(f"/sample?from={before['nextSequence']}&interval=100&heartbeat=1000"):
        beats.append((time.monotonic(), part))
        if len(beats) == 4:
            break
    gaps = [b - a for (a, _), (b, _) in zip(beats, beats[1:])]
    assert all(gap < 2 for gap in gaps), gaps
    press.kill()
    press.start()
    after = agent.ask("/current").header
    assert after["instanceId"] > before["instanceId"]
    # The last value is back from the store, not lost with the program.
    assert float(agent.ask("/current").now["m-press.s.current"]) == 0.2


@pytest.mark.parametrize("target, status, code", [
    ("/press/current?at=99999999", 404, "OUT_OF_RANGE"),
    ("/sample?from=99999999", 404, "OUT_OF_RANGE"),
    ("/lathe/current", 404, "NO_DEVICE"),
    ("/current?colour=red", 400, "INVALID_REQUEST"),
    ("/sample?count=x", 400, "QUERY_ERROR"),
    ("/current?path=//Nothing", 400, "INVALID_XPATH"),
    ("/probe?deviceType=Agent", 400, "UNSUPPORTED"),
    ("/a/b/c/d", 404, "INVALID_URI"),
])  # fmt: skip
def test_what_cannot_be_answered_is_an_error_document(agent, target, status, code):
    with pytest.raises(urllib.error.HTTPError) as raised:
        agent.open(target)
    with raised.value as answer:
        found = Document(answer.read())
    assert (answer.code, found.kind, found.errors) == (status, "MTConnectError", [code])


def test_who_may_read(press, make_claimed_box):
    token = press.make_token(scope="read", name="reader")
    refused = press.request("GET", "/mtconnect/current", token=None)
    assert refused.status == 401 and refused.headers["WWW-Authenticate"].startswith("Basic")
    assert Document(refused.body).errors == ["UNAUTHORIZED"]
    # A client that knows a name and a password at most.
    basic = base64.b64encode(f"anybody:{token}".encode()).decode()
    taken = press.request(
        "GET", "/mtconnect/current", token=None, headers={"Authorization": f"Basic {basic}"})  # fmt: skip
    assert taken.status == 200
    writer = press.make_token(scope="write", name="writer")
    assert press.request("GET", "/mtconnect/current", token=writer).status == 403
    # A setting opens reading, and nothing else.
    opened = make_claimed_box(settings="[mtconnect]\nopen = true\n")
    opened.start()
    opened.apply(FACTORY)
    assert opened.request("GET", "/mtconnect/probe", token=None).status == 200
    assert opened.request("GET", "/mtconnect/probe", token="mw_wrong").status == 401
    assert opened.request("GET", "/api/v1/machines", token=None).status == 401
    assert opened.request("POST", "/mtconnect/probe", b"", token=None).status in (404, 405)


def test_open_streams_do_not_hold_up_the_stop(press, agent):
    parts = agent.parts("/current?interval=500")
    next(parts)
    started = time.monotonic()
    press.stop()
    assert time.monotonic() - started < 8
