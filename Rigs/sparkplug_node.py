"""A Sparkplug B edge node with aliases, rebirth and values kept while it was cut off, over paho.

Its few protobuf fields are written by hand after the public schema of Sparkplug 3.0.0.
"""

import struct
import time

import paho.mqtt.client as mqtt

INT32, INT64, DOUBLE, BOOLEAN, STRING = 3, 4, 10, 11, 12
QUALITY_STALE = 500


def varint(number):
    number &= (1 << 64) - 1
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(out) + bytes([number])


def whole(field, number):
    return varint(field << 3) + varint(number)


def nested(field, content):
    return varint(field << 3 | 2) + varint(len(content)) + content


def metric(value, datatype, at_ms, name=None, alias=None, historical=False, stale=False):
    """One metric; with a name in births, with the alias alone in data."""
    out = b""
    if name is not None:
        out += nested(1, name.encode())
    if alias is not None:
        out += whole(2, alias)
    out += whole(3, at_ms) + whole(4, datatype)
    if historical:
        out += whole(5, 1)
    if stale:
        quality = whole(1, INT32) + whole(3, QUALITY_STALE)
        out += nested(9, nested(1, b"Quality") + nested(2, quality))
    if value is None:
        return out + whole(7, 1)
    if datatype == INT32:
        return out + whole(10, value & 0xFFFFFFFF)
    if datatype == INT64:
        return out + whole(11, value)
    if datatype == DOUBLE:
        return out + varint(13 << 3 | 1) + struct.pack("<d", value)
    if datatype == BOOLEAN:
        return out + whole(14, int(value))
    return out + nested(15, value.encode())


def payload(metrics, seq=None, at_ms=None):
    out = whole(1, at_ms or now_ms()) + b"".join(nested(2, each) for each in metrics)
    return out + (whole(3, seq) if seq is not None else b"")


def now_ms():
    return int(time.time() * 1000)


class Node:
    """Node `Plant/Edge` with one device `Press`: metrics current, count, running, job."""

    ALIASES = {"current": 1, "count": 2, "running": 3, "job": 4}
    TYPES = {"current": DOUBLE, "count": INT64, "running": BOOLEAN, "job": STRING}

    def __init__(self, port, name="Edge"):
        self.name, self.port = name, port
        self.values = {"current": 4.5, "count": 10, "running": True, "job": "A-1"}
        self.seq, self.bdseq, self.commands, self.states = 0, 0, [], []
        self.client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, f"rig-{name}")
        self.client.on_message = self.heard
        self.client.on_connect = self.connected

    def topic(self, kind, device=None):
        return f"spBv1.0/Plant/{kind}/{self.name}" + (f"/{device}" if device else "")

    def bdseq_metric(self):
        return metric(self.bdseq, INT64, now_ms(), name="bdSeq")

    def connect(self):
        self.client.will_set(self.topic("NDEATH"), payload([self.bdseq_metric()]), qos=1)
        self.client.connect("127.0.0.1", self.port, keepalive=20)
        self.client.loop_start()

    def connected(self, client, userdata, flags, reason, properties):
        client.subscribe([(self.topic("NCMD"), 1), ("spBv1.0/STATE/#", 1)])
        self.birth()

    def heard(self, client, userdata, message):
        if "/STATE/" in message.topic:
            self.states.append(message.payload.decode())
        else:
            self.commands.append((message.topic, message.payload))
            if b"Node Control/Rebirth" in message.payload:
                self.birth()

    def send(self, kind, metrics, device=None, at_ms=None):
        self.client.publish(self.topic(kind, device), payload(metrics, self.seq, at_ms), qos=0)
        self.seq = (self.seq + 1) % 256

    def birth(self):
        self.seq = 0
        rebirth = metric(False, BOOLEAN, now_ms(), name="Node Control/Rebirth")
        self.send("NBIRTH", [self.bdseq_metric(), rebirth])
        self.send(
            "DBIRTH",
            [
                metric(self.values[name], self.TYPES[name], now_ms(), name, alias)
                for name, alias in self.ALIASES.items()
            ],
            "Press",
        )

    def data(self, name, value, at_ms=None, historical=False, stale=False):
        if not historical:
            self.values[name] = value
        self.send(
            "DDATA",
            [
                metric(
                    value, self.TYPES[name], at_ms or now_ms(), alias=self.ALIASES[name],
                    historical=historical, stale=stale,
                )  # fmt: skip
            ],
            "Press",
        )

    def skip(self):
        """A message that gets lost."""
        self.seq = (self.seq + 1) % 256

    def device_death(self):
        self.send("DDEATH", [], "Press")

    def vanish(self):
        """The cable is pulled: the broker sends the will."""
        self.client.loop_stop()
        self.client.socket().close()
