"""A machine that the giving rigs write, and readers of what the box gives, written by hand.

The readers know MTConnect from its schema and Sparkplug B from its protobuf file; nothing of the
box's own code is in them.
"""

import struct
import time
import urllib.request
import xml.etree.ElementTree as xml

FACTORY = """
[site]
name = "Hollins Valves"
zone = "Europe/London"

[[machine]]
id = "press"
name = "Press"
area = "Hall 1"

  [[machine.signal]]
  id = "current"
  kind = "number"
  connection = "line-protocol"
  read = "floor,machine=press current"
  unit = "A"

  [[machine.signal]]
  id = "oil"
  kind = "number"
  connection = "line-protocol"
  read = "floor,machine=press oil"
  unit = "[degF]"

  [machine.state]
  running_after = "1s"
  silent_after = "4h"
  running = { signal = "current", above = 1.0 }
"""


def write(box, current, oil=None, at_ns=None):
    """One reading of the press."""
    fields = f"current={current}" + ("" if oil is None else f",oil={oil}")
    answer = box.write(f"floor,machine=press {fields} {at_ns or time.time_ns()}")
    assert answer.status == 204, answer.text


# MTConnect


def local(tag):
    """The name of an element without its namespace."""
    return tag.rsplit("}", 1)[-1]


class Document:
    """One MTConnect document."""

    def __init__(self, raw):
        self.root = xml.fromstring(raw)
        self.kind = local(self.root.tag)
        header = next(e for e in self.root if local(e.tag) == "Header")
        self.header = {
            key: int(value) if value.isdigit() else value for key, value in header.attrib.items()
        }

    def every(self, name):
        return [e for e in self.root.iter() if local(e.tag) == name]

    @property
    def observations(self):
        """(sequence, data item, text) in the order of their numbers."""
        found = [
            (int(e.attrib["sequence"]), e.attrib["dataItemId"], (e.text or "").strip() or local(e.tag))
            for e in self.root.iter() if "sequence" in e.attrib
        ]  # fmt: skip
        return sorted(found)

    @property
    def now(self):
        return {item: text for _, item, text in self.observations}

    @property
    def errors(self):
        return [e.attrib["errorCode"] for e in self.every("Error")]


class Agent:
    """A client of an agent."""

    def __init__(self, box, token=None):
        self.root, self.token = box.address + "/mtconnect", token

    def open(self, target, limit_s=20):
        request = urllib.request.Request(self.root + target)
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        return urllib.request.urlopen(request, timeout=limit_s)

    def ask(self, target):
        with self.open(target) as reply:
            assert reply.headers["Content-Type"].startswith("text/xml"), reply.headers
            return Document(reply.read())

    def parts(self, target):
        """Documents of a stream, for as long as it is read."""
        reply = self.open(target)
        kind = reply.headers["Content-Type"]
        assert kind.startswith("multipart/"), kind
        boundary = "--" + kind.split("boundary=", 1)[1]
        try:
            while True:
                line = reply.readline().decode().strip()
                if line == boundary + "--":
                    return
                if line != boundary:
                    assert line == "", line
                    continue
                length = None
                while head := reply.readline().decode().strip():
                    name, value = head.split(":", 1)
                    if name.lower() == "content-length":
                        length = int(value)
                yield Document(reply.read(length))
        finally:
            reply.close()


# Sparkplug B


def fields(raw):
    """(number, value) of each field of a protobuf message; nested ones as bytes."""
    place = 0

    def varint():
        nonlocal place
        number = shift = 0
        while True:
            byte = raw[place]
            place += 1
            number |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                return number

    found = []
    while place < len(raw):
        key = varint()
        kind = key & 7
        if kind == 0:
            value = varint()
        elif kind == 1:
            value = raw[place : place + 8]
            place += 8
        elif kind == 2:
            length = varint()
            value = raw[place : place + length]
            place += length
        elif kind == 5:
            value = raw[place : place + 4]
            place += 4
        else:
            raise AssertionError(f"wire type {kind}")
        found.append((key >> 3, value))
    return found


def one(parts, number, default=None):
    return next((value for key, value in parts if key == number), default)


class Metric:
    """A metric of a payload: field numbers of the public schema."""

    def __init__(self, raw):
        parts = fields(raw)
        name = one(parts, 1)
        self.name = name.decode() if name is not None else None
        self.alias, self.at_ms, self.type = one(parts, 2), one(parts, 3), one(parts, 4)
        self.is_historical, self.is_null = bool(one(parts, 5)), bool(one(parts, 7))
        self.value = None
        for number, value in parts:
            if number in (10, 11):
                self.value = value
            elif number == 12:
                self.value = struct.unpack("<f", value)[0]
            elif number == 13:
                self.value = struct.unpack("<d", value)[0]
            elif number == 14:
                self.value = bool(value)
            elif number == 15:
                self.value = value.decode()


class Heard:
    """One Sparkplug message."""

    def __init__(self, topic, raw):
        _, self.group, self.type, self.node, *device = topic.split("/")
        self.device = device[0] if device else None
        parts = fields(raw)
        self.at_ms, self.seq = one(parts, 1), one(parts, 3)
        self.metrics = [Metric(value) for number, value in parts if number == 2]

    def __getitem__(self, name):
        return next(m for m in self.metrics if m.name == name)

    def __repr__(self):
        return f"{self.type} {self.device or ''} seq {self.seq}"
