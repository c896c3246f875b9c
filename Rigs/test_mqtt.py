"""MQTT through mosquitto: what was acknowledged to the publisher is stored, over a broker restart."""

import os
import threading
import time

import paho.mqtt.client as mqtt
import pytest

from box import Peer, free_port, listens, wait_until
from conftest import need

SECONDS = int(os.environ.get("RIG_SECONDS", "20"))
MACHINES, SIGNALS = 20, 20


@pytest.fixture
def broker(tmp_path):
    """A mosquitto that keeps sessions and messages over its own restart."""
    port = free_port()
    store = tmp_path / "broker"
    store.mkdir()
    config = tmp_path / "mosquitto.conf"
    user = f"user {'root' if os.geteuid() == 0 else os.environ.get('USER', 'nobody')}\n"
    config.write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence true\n"
        f"persistence_location {store}/\nautosave_interval 1\nautosave_on_changes true\n"
        f"max_queued_messages 0\nmax_inflight_messages 0\n" + user
    )
    peer = Peer([need("mosquitto"), "-c", config], "mosquitto", ready=lambda: listens(port))
    peer.port = port
    yield peer
    peer.stop()


def factory(port, machines=MACHINES, signals=SIGNALS):
    """factory.toml of many machines on one broker."""
    lines = [
        "[[connection]]", 'id = "broker"', 'kind = "mqtt"', f'address = "127.0.0.1:{port}"', "",
    ]  # fmt: skip
    for m in range(machines):
        lines += ["[[machine]]", f'id = "m{m}"', f'name = "Machine {m}"']
        for s in range(signals):
            lines += [
                "  [[machine.signal]]", f'  id = "s{s}"', '  connection = "broker"',
                f'  read = "plant/m{m}/s{s}"',
            ]  # fmt: skip
        lines.append("")
    return "\n".join(lines)


class Publisher:
    """Publishes at QoS 1 and keeps a ledger of what the broker acknowledged."""

    def __init__(self, port):
        self.acknowledged = {}
        self.waiting = {}
        self.early = set()  # acknowledged before publish() told us the number
        self.lock = threading.Lock()
        self.client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, "rig-publisher")
        self.client.max_inflight_messages_set(10_000)
        self.client.max_queued_messages_set(0)
        self.client.reconnect_delay_set(1, 2)
        self.client.on_publish = self.note
        self.client.connect("127.0.0.1", port, keepalive=20)
        self.client.loop_start()

    def note(self, client, userdata, mid, reason, properties):
        with self.lock:
            if mid in self.waiting:
                topic, value = self.waiting.pop(mid)
                self.acknowledged.setdefault(topic, set()).add(value)
            else:
                self.early.add(mid)

    def send(self, topic, value):
        mid = self.client.publish(topic, str(value), qos=1).mid
        with self.lock:
            if mid in self.early:
                self.early.remove(mid)
                self.acknowledged.setdefault(topic, set()).add(value)
            else:
                self.waiting[mid] = (topic, value)

    def settle(self):
        wait_until(lambda: not self.waiting, 30, "every message acknowledged")

    def close(self):
        self.client.disconnect()
        self.client.loop_stop()


@pytest.mark.alone
def test_every_acknowledged_message_is_stored_over_a_broker_restart(box, broker):
    box.apply(factory(broker.port))
    wait_until(box.is_connected, 20, "subscribed")
    publisher = Publisher(broker.port)
    started = time.monotonic()
    for second in range(SECONDS):
        if second == SECONDS // 2:
            broker.stop()
            broker.start()
        for m in range(MACHINES):
            for s in range(SIGNALS):
                publisher.send(f"plant/m{m}/s{s}", second * 1000 + m * 20 + s)
        time.sleep(max(0, started + second + 1 - time.monotonic()))  # one round a second
    publisher.settle()
    publisher.close()
    sent = sum(len(v) for v in publisher.acknowledged.values())
    assert sent == SECONDS * MACHINES * SIGNALS

    def missing():
        lost = {}
        for topic, expected in publisher.acknowledged.items():
            stored = {value for _, value, _ in box.samples(topic.removeprefix("plant/"))}
            if expected - stored:
                lost[topic] = sorted(expected - stored)[:5]
        return lost

    deadline = time.monotonic() + 30
    while missing() and time.monotonic() < deadline:
        time.sleep(1)
    assert missing() == {}
    assert sum("broker" in line and "lost" in line for line in box.log.splitlines()) <= 3


def test_json_and_odd_payloads(box, broker):
    box.apply(
        f"""
[[connection]]
id = "broker"
kind = "mqtt"
address = "127.0.0.1:{broker.port}"

[[machine]]
id = "saw"
name = "Saw"
  [[machine.signal]]
  id = "power"
  connection = "broker"
  read = "saw/meter#power.watts"
  [[machine.signal]]
  id = "plain"
  connection = "broker"
  read = "saw/plain"
"""
    )
    wait_until(box.is_connected, 20, "subscribed")
    publisher = Publisher(broker.port)
    odd = ["", "{", "nan", '{"power":{}}', "\x00" * 50, '{"power":{"watts":"x"}}', "9" * 5000]
    for text in odd:
        publisher.send("saw/meter", text)
        publisher.send("saw/plain", text)
    publisher.send("saw/meter", '{"power":{"watts":812.5}}')
    publisher.send("saw/plain", "3.25")
    publisher.settle()
    publisher.close()

    def arrived():
        found = {signal["slug"]: signal["value"] for signal in box.signals()}
        return found.get("power") == 812.5 and found.get("plain") == 3.25

    wait_until(arrived, 15, "the right values")
    assert box.is_alive
