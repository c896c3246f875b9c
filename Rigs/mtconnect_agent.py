"""An MTConnect agent made from the standard, which replays recorded adapter lines.

Run as a process of its own:

    mtconnect_agent.py PORT DEVICES.xml [LINES.txt] [options]

It reads the device model and lines of an adapter (`time|key|value…`), keeps the last observations
in a buffer and answers /probe, /current and /sample, streams too. It is written from MTConnect
Part 1, not from our reader. Commands come on standard input, one a line:

    add KEY VALUE [CODE]    a new observation with the time of now
    burst KEY COUNT         many observations at once, more than the buffer holds if COUNT is
    instance                a new instance: an empty buffer, numbers from 1
    quiet / talk            a stream sends nothing, not even heartbeats / sends again
    slow SECONDS            every answer waits so long
    lie BYTES               lengths of answers are so many bytes too long (negative: too short)
    garble                  the next document is cut in the middle, with its right length
    drop                    open connections are cut

Standard output says `ready` and one line for each request.
"""

import argparse
import http.server
import random
import re
import socketserver
import sys
import threading
import time
import xml.etree.ElementTree as ET
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape, quoteattr

LEVELS = {"NORMAL": "Normal", "WARNING": "Warning", "FAULT": "Fault"}


def local(tag):
    return tag.rsplit("}", 1)[-1]


def now_text(seconds=None):
    seconds = time.time() if seconds is None else seconds
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    return f"{whole}.{int(seconds % 1 * 1e6):06d}Z"


def element_name(item):
    """PATH_FEEDRATE becomes PathFeedrate."""
    words = item["type"].split(":")[-1].split("_")
    keep = {"AC", "DC", "PH", "IP", "URI"}
    name = "".join(w if w in keep else w.capitalize() for w in words)
    return name + {"TIME_SERIES": "TimeSeries", "DATA_SET": "DataSet", "TABLE": "Table"}.get(
        item.get("representation", ""), ""
    )


class Agent:
    """Devices, the buffer and what was told last."""

    def __init__(self, model, capacity, device=None):
        self.capacity = capacity
        self.device = device  # the device that keys of lines mean
        self.condition = threading.Condition()
        self.root = ET.parse(model).getroot()
        self.version = re.search(r":(\d+\.\d+)\}", self.root.tag)
        self.version = self.version.group(1) if self.version else "1.3"
        self.devices, self.items, self.keys = [], {}, {}
        for devices in self.root:
            if local(devices.tag) != "Devices":
                continue
            for device in devices:
                self.devices.append(device)
                self.walk(device, device)
        self.begin()

    def walk(self, device, part):
        for child in part.iter():
            if local(child.tag) != "DataItem":
                continue
            item = dict(child.attrib)
            item["device"] = device.get("name")
            item["element"] = element_name(item)
            for source in child:
                if local(source.tag) == "Source" and source.text:
                    self.keys.setdefault(source.text.strip(), item["id"])
            self.items[item["id"]] = item
            self.keys.setdefault(item["id"], item["id"])
            if item.get("name"):
                self.keys[item["name"]] = item["id"]
                self.keys[f"{device.get('name')}:{item['name']}"] = item["id"]

    def begin(self):
        with self.condition:
            self.instance = int(time.time() * 1000) % 10**10 + random.randrange(1000)
            self.next = 1
            self.buffer = []
            self.latest = {}
            for identifier in self.items:
                self.put(identifier, now_text(), ["UNAVAILABLE"])
            self.condition.notify_all()

    def put(self, identifier, stamp, fields):
        """Adds an observation; the caller holds the lock."""
        entry = (self.next, identifier, stamp, fields)
        self.next += 1
        self.buffer.append(entry)
        del self.buffer[: -self.capacity]
        if self.items[identifier]["category"] != "CONDITION":
            self.latest[identifier] = [entry]
            return
        level, code = fields[0].upper(), (fields + ["", ""])[1]
        if level == "UNAVAILABLE" or (level == "NORMAL" and not code):
            self.latest[identifier] = [entry]
            return
        others = [
            e for e in self.latest.get(identifier, [])
            if e[3][0].upper() in ("WARNING", "FAULT") and (e[3] + ["", ""])[1] != code
        ]  # fmt: skip
        self.latest[identifier] = others + [entry] if level != "NORMAL" or not others else others

    def line(self, text, stamp=None):
        """Takes a line of an adapter, with its own time or another one."""
        fields = text.rstrip("\r\n").split("|")
        own, rest = fields[0], fields[1:]
        with self.condition:
            while rest:
                identifier = self.keys.get(f"{self.device}:{rest[0]}", self.keys.get(rest[0]))
                item = self.items.get(identifier, {})
                many = item.get("category") == "CONDITION" or item.get("type") == "MESSAGE"
                taken = rest[1:] if many else rest[1:2]
                rest = [] if many else rest[2:]
                if identifier and taken:
                    self.put(identifier, stamp or own, taken)
            self.condition.notify_all()

    @property
    def first(self):
        return self.buffer[0][0] if self.buffer else 1

    # Documents

    def header(self, kind, following=None):
        extra = ""
        if kind == "Streams":
            extra = (
                f' firstSequence="{self.first}" lastSequence="{self.next - 1}"'
                f' nextSequence="{self.next if following is None else following}"'
            )
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<MTConnect{kind} xmlns="urn:mtconnect.org:MTConnect{kind}:{self.version}">'
            f'<Header creationTime="{now_text()}" sender="rig" instanceId="{self.instance}"'
            f' version="{self.version}.0.0" bufferSize="{self.capacity}"{extra}/>'
        )

    def error(self, code, text):
        return (
            f'{self.header("Error")}<Errors><Error errorCode="{code}">{escape(text)}</Error>'
            "</Errors></MTConnectError>"
        )

    def probe(self, device):
        ET.register_namespace("", f"urn:mtconnect.org:MTConnectDevices:{self.version}")
        found = [d for d in self.devices if device in (None, d.get("name"), d.get("uuid"))]
        if not found:
            return 404, self.error("NO_DEVICE", f"Could not find the device '{device}'")
        parts = "".join(ET.tostring(d, encoding="unicode") for d in found)
        return 200, f"{self.header('Devices')}<Devices>{parts}</Devices></MTConnectDevices>"

    def observation(self, entry):
        sequence, identifier, stamp, fields = entry
        item = self.items[identifier]
        names = f'dataItemId={quoteattr(identifier)} sequence="{sequence}" timestamp="{stamp}"'
        if item.get("name"):
            names += f" name={quoteattr(item['name'])}"
        if item.get("subType"):
            names += f" subType={quoteattr(item['subType'])}"
        value = fields[0]
        if item["category"] == "CONDITION":
            level = LEVELS.get(value.upper(), "Unavailable")
            code, severity, qualifier, text = (fields[1:] + [""] * 4)[:4]
            for name, given in (
                ("nativeCode", code), ("nativeSeverity", severity), ("qualifier", qualifier)
            ):  # fmt: skip
                names += f" {name}={quoteattr(given)}" if given else ""
            return f"<{level} {names} type={quoteattr(item['type'])}>{escape(text)}</{level}>"
        if item.get("representation") == "TIME_SERIES" and " " in value:
            names += f' sampleCount="{len(value.split())}"'
        element = item["element"]
        return f"<{element} {names}>{escape(value)}</{element}>"

    def streams(self, entries, following=None):
        groups = {}
        for entry in entries:
            item = self.items[entry[1]]
            groups.setdefault(item["device"], {}).setdefault(item["category"], []).append(entry)
        body = ""
        for device, categories in groups.items():
            body += f'<DeviceStream name={quoteattr(device)} uuid={quoteattr(device)}>'
            body += f'<ComponentStream component="Device" componentId={quoteattr(device)}>'
            for category, found in categories.items():
                tag = {"SAMPLE": "Samples", "EVENT": "Events", "CONDITION": "Condition"}[category]
                body += f"<{tag}>{''.join(map(self.observation, found))}</{tag}>"
            body += "</ComponentStream></DeviceStream>"
        return (
            f"{self.header('Streams', following)}<Streams>{body}</Streams></MTConnectStreams>"
        )

    def wanted(self, device):
        return None if device is None else {
            i for i, item in self.items.items() if item["device"] == device
        }  # fmt: skip

    def sample(self, start, count, device):
        """Status, document and the number to go on with."""
        with self.condition:
            if start is None:
                start = self.first
            if start < self.first or start > self.next:
                text = f"from must be between {self.first} and {self.next}"
                return 404, self.error("OUT_OF_RANGE", text), start
            wanted = self.wanted(device)
            rest = [e for e in self.buffer if e[0] >= start]
            found = [e for e in rest if wanted is None or e[1] in wanted][:count]
            following = found[-1][0] + 1 if len(found) == count else self.next
            return 200, self.streams(found, following), following


class Behaviour:
    """How the agent misbehaves."""

    slow, lie, quiet, garble, drop_each = 0.0, 0, False, False, 0
    connections = 0


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    agent = behaviour = None
    open = set()

    def setup(self):
        super().setup()
        self.behaviour.connections += 1
        each = self.behaviour.drop_each
        self.is_dropped = each and self.behaviour.connections % each == 0
        self.open.add(self.connection)

    def finish(self):
        self.open.discard(self.connection)
        try:
            super().finish()
        except OSError:
            pass

    def log_message(self, *_):
        pass

    def document(self, status, text):
        data = text.encode()
        if self.behaviour.garble:
            self.behaviour.garble = False
            data = data[: len(data) // 2]
        if self.behaviour.slow:
            time.sleep(self.behaviour.slow)
        self.send_response(status)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(data) + self.behaviour.lie))
        self.end_headers()
        if self.is_dropped:
            data = data[: len(data) // 2]
        self.wfile.write(data)
        if self.is_dropped or self.behaviour.lie:
            self.close_connection = True

    def do_GET(self):
        print(self.client_address[1], self.path, flush=True)
        url = urlsplit(self.path)
        query = {k: v[0] for k, v in parse_qs(url.query).items()}
        parts = [unquote(p) for p in url.path.split("/") if p] or ["probe"]
        device = parts[0] if len(parts) == 2 else None
        agent = self.agent
        try:
            if parts[-1] == "probe":
                self.document(*agent.probe(device))
            elif parts[-1] == "current":
                with agent.condition:
                    wanted = agent.wanted(device)
                    entries = [
                        e for i, es in agent.latest.items() for e in es
                        if wanted is None or i in wanted
                    ]  # fmt: skip
                    text = agent.streams(entries)
                self.document(200, text)
            elif parts[-1] == "sample" and "interval" in query:
                self.stream(query, device)
            elif parts[-1] == "sample":
                start = int(query["from"]) if "from" in query else None
                status, text, _ = agent.sample(start, int(query.get("count", 100)), device)
                self.document(status, text)
            else:
                self.document(404, agent.error("INVALID_URI", "unknown"))
        except OSError:
            self.close_connection = True

    def chunk(self, data):
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def stream(self, query, device):
        agent, following = self.agent, int(query.get("from", self.agent.first))
        count, interval = int(query.get("count", 100)), int(query["interval"]) / 1000
        heartbeat = int(query.get("heartbeat", 10000)) / 1000
        status, text, _ = agent.sample(following, count, device)
        if status != 200:
            return self.document(status, text)
        boundary = f"{random.getrandbits(64):016x}"
        self.send_response(200)
        self.send_header("Content-Type", f"multipart/x-mixed-replace;boundary={boundary}")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        parts = 0
        while True:
            with agent.condition:
                agent.condition.wait_for(lambda: agent.next != following, timeout=heartbeat)
            if self.behaviour.quiet:
                time.sleep(0.1)
                continue
            status, text, following = agent.sample(following, count, device)
            data = text.encode()
            head = (
                f"--{boundary}\r\nContent-type: text/xml\r\n"
                f"Content-length: {len(data) + self.behaviour.lie}\r\n\r\n"
            )
            self.chunk(head.encode() + data + b"\r\n\r\n")
            parts += 1
            if self.is_dropped and parts >= 2:
                self.connection.close()
                raise OSError("dropped")
            if status != 200:
                self.chunk(b"")
                self.close_connection = True
                return
            time.sleep(interval)


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def handle_error(self, *_):
        """Connections that are cut are part of the game."""


def replay(agent, lines, options):
    """Tells recorded lines with the times of now, the distances between them shortened."""
    rate = options.rate
    for number, text in enumerate(lines):
        if options.limit and number >= options.limit:
            break
        agent.line(text, None if options.own_times else now_text())
        if rate:
            time.sleep(1 / rate)


def obey(agent, behaviour, text):
    words = text.split()
    if not words:
        return
    match words[0]:
        case "add":
            agent.line("|" + "|".join(w.replace("_", " ") for w in words[1:]), now_text())
        case "burst":
            for number in range(int(words[2])):
                agent.line(f"|{words[1]}|{number}", now_text())
        case "instance":
            agent.begin()
        case "quiet" | "talk":
            behaviour.quiet = words[0] == "quiet"
        case "slow":
            behaviour.slow = float(words[1])
        case "lie":
            behaviour.lie = int(words[1])
        case "garble":
            behaviour.garble = True
        case "drop":
            for connection in list(Handler.open):
                try:
                    connection.shutdown(2)
                except OSError:
                    pass


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("model")
    parser.add_argument("lines", nargs="?")
    parser.add_argument("--capacity", type=int, default=131072)
    parser.add_argument("--rate", type=float, default=0, help="lines a second; 0: all at once")
    parser.add_argument("--limit", type=int, default=0, help="only so many lines")
    parser.add_argument("--own-times", action="store_true", help="the recorded times")
    parser.add_argument("--drop-each", type=int, default=0, help="each n-th connection is cut")
    parser.add_argument("--device", help="the device that keys of lines mean")
    parser.add_argument("--version", help="the version of the standard, when not the model's")
    options = parser.parse_args()
    agent = Agent(options.model, options.capacity, options.device)
    if options.version:
        agent.version = options.version
    behaviour = Behaviour()
    behaviour.drop_each = options.drop_each
    Handler.agent, Handler.behaviour = agent, behaviour
    lines = []
    if options.lines:
        with open(options.lines, errors="replace") as file:
            lines = file.readlines()
    if lines and not options.rate:
        replay(agent, lines, options)
    server = Server(("127.0.0.1", options.port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print("ready", flush=True)
    if lines and options.rate:
        threading.Thread(target=replay, args=(agent, lines, options), daemon=True).start()
    for text in sys.stdin:
        obey(agent, behaviour, text)
        print("done", text.strip(), flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
