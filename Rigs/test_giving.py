"""What the box publishes: topics and Sparkplug through mosquitto, heard by readers of their own."""

import json
import os
import struct
import threading
import time

import paho.mqtt.client as mqtt
import pytest

from box import Peer, free_port, listens, wait_until
from certificates import Authority
from conftest import need
from giving import FACTORY, Heard, write
from test_mail import alert
from test_work import Owner, text_of

STATE = "millwright/v1/hollins/hall-1/press/state"
CURRENT = "millwright/v1/hollins/hall-1/press/signal/current"
ONLINE = "millwright/v1/hollins/online"


class Broker(Peer):
    """mosquitto without persistence, so that it forgets everything when it ends."""

    def __init__(self, folder, more="allow_anonymous true\n"):
        self.port = free_port()
        user = f"user {'root' if os.geteuid() == 0 else os.environ.get('USER', 'nobody')}\n"
        (folder / "mosquitto.conf").write_text(f"listener {self.port} 127.0.0.1\n{more}{user}")
        super().__init__(
            [need("mosquitto"), "-c", folder / "mosquitto.conf"], "mosquitto-giving",
            ready=lambda: listens(self.port))  # fmt: skip


@pytest.fixture
def broker(tmp_path):
    made = Broker(tmp_path)
    yield made
    made.stop()


class Listener:
    """Hears topics; keeps every message in its order, and the last of each topic."""

    def __init__(self, port, *filters):
        self.filters, self.messages, self.lock = filters, [], threading.Lock()
        self.client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
        self.client.on_message = self.heard
        self.client.on_connect = lambda c, *_: c.subscribe([(f, 1) for f in filters])
        self.client.connect("127.0.0.1", port, keepalive=20)
        self.client.loop_start()

    def heard(self, client, userdata, message):
        with self.lock:
            self.messages.append((message.topic, message.payload, message.retain))

    def all(self, topic=None):
        with self.lock:
            return [m for m in self.messages if topic in (None, m[0])]

    def last(self, topic):
        found = self.all(topic)
        return json.loads(found[-1][1]) if found and found[-1][1] else None

    def sparkplug(self, start=0):
        return [Heard(t, p) for t, p, _ in self.all()[start:] if t.startswith("spBv1.0/") and "CMD" not in t]

    def say(self, topic, content, retain=False):
        self.client.publish(topic, content, qos=1, retain=retain).wait_for_publish(10)

    def close(self):
        self.client.disconnect()
        self.client.loop_stop()


@pytest.fixture
def listen():
    made = []

    def new(port, *filters):
        made.append(Listener(port, *filters))
        return made[-1]

    yield new
    for each in made:
        each.close()


@pytest.fixture
def owner(box):
    box.apply(FACTORY)
    write(box, 9.5, 212)
    return Owner(box)


def form(port, **more):
    return {
        "on": "on", "broker": f"127.0.0.1:{port}", "tls": "off", "topics": "on", "site": "hollins",
        "group": "Mill", "machine": "press",
    } | more  # fmt: skip


def published(owner):
    return text_of(owner.get("/give"))


# Topics


def test_values_stand_on_topics_and_the_last_is_kept_for_those_who_come_late(owner, broker, listen):
    assert "The box publishes nothing" in published(owner)
    early = listen(broker.port, "millwright/#")
    assert owner.post("/give", **form(broker.port)) == "/give?saved=1"
    wait_until(lambda: early.last(CURRENT), 20, "the first value")
    for step in range(5):
        write(owner.box, 20 + step)
        time.sleep(1.1)
    wait_until(lambda: early.last(CURRENT)["value"] == 24, 10, "the last value")
    wait_until(lambda: early.last(STATE)["value"] == "running", 20, "the state")
    told = [json.loads(p) for _, p, _ in early.all(CURRENT)]
    times = [t["timestamp_ms"] for t in told]
    assert times == sorted(times) and abs(times[-1] / 1000 - time.time()) < 30
    assert set(told[-1]) == {"timestamp_ms", "value", "unit", "quality"}
    assert (told[-1]["unit"], told[-1]["quality"]) == ("A", "good")
    late = listen(broker.port, "millwright/#")
    wait_until(lambda: late.last(STATE) and late.last(CURRENT), 10, "what the broker kept")
    assert all(retained for _, _, retained in late.all())
    assert late.last(ONLINE)["value"] is True
    page = published(owner)
    assert "The box publishes what its machines do." in page and CURRENT in page
    assert "last took a message at" in page
    # The box vanishes: the broker says so. It stops in good order: it says so itself.
    owner.box.kill()
    wait_until(lambda: late.last(ONLINE)["value"] is False, 60, "the will")
    owner.box.start()
    wait_until(lambda: late.last(ONLINE)["value"] is True, 30, "back")
    owner.box.stop()
    wait_until(lambda: late.last(ONLINE)["value"] is False, 10, "the last word")
    assert late.last(ONLINE)["timestamp_ms"] > 0, "its own word, not the will"


def test_a_broker_that_forgot_everything_gets_everything_again_and_what_was_missed(owner, broker, listen):
    owner.post("/give", **form(broker.port))
    before = listen(broker.port, "millwright/#")
    wait_until(lambda: before.last(CURRENT), 20, "the first value")
    broker.stop(hard=True)
    for step in range(4):
        write(owner.box, 30 + step)
        time.sleep(1.2)
    wait_until(lambda: "The broker is away" in published(owner), 20, "the page says so")
    page = published(owner)
    assert "waits" in page or "wait." in page, page
    after_start = time.time()
    broker.start()
    after = listen(broker.port, "millwright/#")
    wait_until(lambda: after.last(CURRENT) and after.last(CURRENT)["value"] == 33, 90, "the last value")
    assert time.time() - after_start < 90
    late = listen(broker.port, "millwright/#")
    wait_until(lambda: late.last(CURRENT) and late.last(STATE), 10, "kept again")
    assert late.last(CURRENT)["value"] == 33 and late.last(ONLINE)["value"] is True
    # Whoever was there when the box came back heard what was measured meanwhile, in its order.
    values = [json.loads(p)["value"] for _, p, _ in after.all(CURRENT) if p]
    missed = list(dict.fromkeys(v for v in values if v >= 30))
    assert missed == sorted(missed) and missed[-1] == 33 and len(missed) > 1, values
    wait_until(lambda: "The box publishes what" in published(owner), 10, "the page says so")


def test_an_order_is_counted_and_nothing_is_done(owner, broker, listen):
    owner.post("/give", **form(broker.port, sparkplug="on"))
    ear = listen(broker.port, "millwright/#", "spBv1.0/#")
    wait_until(lambda: ear.last(STATE), 20, "the state")
    wait_until(lambda: [h for h in ear.sparkplug() if h.type == "DBIRTH"], 20, "the birth")
    before = owner.box.machine("press")
    entries = len(owner.box.items("/api/v1/journal?limit=500"))
    ear.say(STATE + "/set", '{"value":"stopped"}')
    ear.say("millwright/v1/hollins/command/stop", "now")
    ear.say("spBv1.0/Mill/DCMD/hollins/press", b"\x12\x0b\x0a\x03Run\x20\x0b\x70\x01")
    ear.say("spBv1.0/Mill/NCMD/hollins", b"not protobuf")
    wait_until(lambda: published(owner).count("orders came and nothing was done") == 2, 20, "it is said")
    assert owner.box.machine("press")["state"] == before["state"]
    assert len(owner.box.items("/api/v1/journal?limit=500")) == entries
    assert owner.box.is_alive


def test_try_it_says_in_words_what_is_wrong(owner, tmp_path):
    wrong = owner.post("/give", status=422, **form(free_port(), do="test"))
    assert "says no" in alert(wrong) and "Nothing was saved." in alert(wrong)
    wrong = owner.post("/give", status=422, **form(1, broker="no-such-broker.invalid:1883", do="test"))
    assert "no way" in alert(wrong), alert(wrong)
    wrong = owner.post("/give", status=422, **form(1883, broker="", do="test"))
    assert "no address" in alert(wrong)
    passwords = tmp_path / "passwords"
    passwords.touch(mode=0o600)
    closed = Broker(tmp_path, f"allow_anonymous false\npassword_file {passwords}\n")
    try:
        secret = "not the right one"
        wrong = owner.post(
            "/give", status=422, **form(closed.port, user="mill", password=secret, do="test"))  # fmt: skip
        assert "does not let the box in" in alert(wrong) and "password" in alert(wrong)
        assert secret not in wrong
        wrong = owner.post("/give", status=422, **form(closed.port, tls="on", do="test"))
        assert "TLS" in alert(wrong) or "ended the connection" in alert(wrong), alert(wrong)
    finally:
        closed.stop()
    assert not (owner.box.data / "secrets" / "giving.toml").exists()


def test_tls_with_an_authority_of_ones_own(owner, tmp_path):
    """The broker has a certificate for `localhost` of the rig's own authority."""
    ours = Authority(tmp_path)
    good = ours.server("good")
    broker = Broker(tmp_path, f"allow_anonymous true\ncertfile {good}\nkeyfile {good}\n")
    try:
        place = f"localhost:{broker.port}"
        wrong = owner.post("/give", status=422, **form(0, broker=place, tls="on", do="test"))
        assert "not trusted" in alert(wrong), alert(wrong)
        fields = form(0, broker=place, tls="on", certificates=str(ours.file))
        owner.post("/give", status=200, **fields, do="test")
        wait_until(lambda: "The box publishes what" in published(owner), 30, "published")
    finally:
        broker.stop()


# Sparkplug


def test_a_host_follows_births_data_and_deaths_without_a_gap(owner, broker, listen):
    host = listen(broker.port, "spBv1.0/#")
    fields = form(broker.port, sparkplug="on")
    del fields["topics"]
    owner.post("/give", **fields)
    wait_until(lambda: [h for h in host.sparkplug() if h.type == "DBIRTH"], 20, "the births")
    for step in range(6):
        write(owner.box, 40 + step)
        time.sleep(1.1)
    wait_until(lambda: [h for h in host.sparkplug() if h.type == "DDATA"][5:], 20, "data")
    heard = host.sparkplug()
    assert [(h.type, h.device) for h in heard[:2]] == [("NBIRTH", None), ("DBIRTH", "press")]
    assert [h.seq for h in heard] == [n % 256 for n in range(len(heard))]
    born = heard[1]
    aliases = {m.alias: m.name for m in born.metrics}
    assert None not in aliases and len(aliases) == len(born.metrics)
    assert born["State/Code"].type == 12 and born["Signals/current"].type == 10
    data = [m for h in heard[2:] for m in h.metrics]
    assert all(m.name is None and m.alias in aliases for m in data)
    currents = [m.value for m in data if aliases[m.alias] == "Signals/current"]
    assert currents[-1] == 45 and currents == sorted(currents)
    # A rebirth begins again with 0, under the same bdSeq.
    mark = len(host.all())
    rebirth = b"\x0a\x14Node Control/Rebirth\x20\x0b\x70\x01"
    host.say("spBv1.0/Mill/NCMD/hollins", b"\x12" + struct.pack("B", len(rebirth)) + rebirth)
    wait_until(lambda: len(host.sparkplug(mark)) >= 2, 10, "the births again")
    again = host.sparkplug(mark)
    assert [(h.type, h.seq) for h in again[:2]] == [("NBIRTH", 0), ("DBIRTH", 1)]
    assert again[0]["bdSeq"].value == heard[0]["bdSeq"].value
    # A kill: the death of the will, then a birth whose number is one more.
    mark = len(host.all())
    owner.box.kill()
    wait_until(lambda: [h for h in host.sparkplug(mark) if h.type == "NDEATH"], 60, "the death")
    death = [h for h in host.sparkplug(mark) if h.type == "NDEATH"][0]
    assert death["bdSeq"].value == heard[0]["bdSeq"].value and death.seq is None
    owner.box.start()
    wait_until(lambda: [h for h in host.sparkplug(mark) if h.type == "NBIRTH"], 30, "the next birth")
    born = [h for h in host.sparkplug(mark) if h.type == "NBIRTH"][0]
    assert born["bdSeq"].value == (heard[0]["bdSeq"].value + 1) % 256 and born.seq == 0
    # A stop in good order says its death itself.
    mark = len(host.all())
    owner.box.stop()
    wait_until(lambda: [h for h in host.sparkplug(mark) if h.type == "NDEATH"], 10, "the last word")


def test_without_the_primary_host_nothing_is_born(owner, broker, listen):
    ear = listen(broker.port, "spBv1.0/#")
    fields = form(broker.port, sparkplug="on", primary_host="scada")
    owner.post("/give", **fields)
    wait_until(lambda: "waiting until the primary host" in published(owner), 20, "it waits")
    assert ear.sparkplug() == []
    now = int(time.time() * 1000)
    ear.say("spBv1.0/STATE/scada", json.dumps({"online": True, "timestamp": now}), retain=True)
    ear_hears = lambda kind: [h for t, p, _ in ear.all() if "/STATE/" not in t  # noqa: E731
                              for h in [Heard(t, p)] if h.type == kind]  # fmt: skip
    wait_until(lambda: ear_hears("DBIRTH"), 20, "the births")
    ear.say("spBv1.0/STATE/scada", json.dumps({"online": False, "timestamp": now + 1}), retain=True)
    wait_until(lambda: ear_hears("NDEATH"), 20, "the death")
