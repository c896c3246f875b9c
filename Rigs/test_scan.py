"""`millwright scan` against real peers: what it finds, what it asks, and that it only reads."""

import json
import socket
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from box import BINARY, OUT, Peer, free_port, listens
from conftest import need
from serial_lines import Line
from commanded import CommandedPeer

HERE = Path(__file__).resolve().parent
READS = {"1", "2", "3", "4", "43"}  # functions of Modbus that read


def scan(*words, limit_s=60):
    """Runs a scan; gives its events, the seconds it took and its exit code."""
    started = time.monotonic()
    done = subprocess.run(
        [BINARY, "scan", *map(str, words), "--json", "-v"],
        capture_output=True, text=True, timeout=limit_s)  # fmt: skip
    took = time.monotonic() - started
    events = [json.loads(line) for line in done.stdout.splitlines()]
    return events, took, done


def of(events, kind):
    return [event for event in events if event["event"] == kind]


def is_established(one):
    """Whether neither side has closed a connection (TCP_ESTABLISHED is 1)."""
    try:
        return one.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == 1
    except OSError:
        return False


class Talker:
    """A TCP server that keeps what it is sent and answers as a function says."""

    def __init__(self, answer=lambda bytes_: b"", greeting=b""):
        self.answer, self.greeting = answer, greeting
        self.heard, self.connections, self.most_open, self.held = [], 0, 0, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                one, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            # Open is what the kernel calls established: a thread here may not have noticed an end.
            self.held = [other for other in self.held if is_established(other)] + [one]
            self.most_open = max(self.most_open, len(self.held))
            threading.Thread(target=self.talk, args=(one,), daemon=True).start()

    def talk(self, one):
        try:
            one.sendall(self.greeting)
            while heard := one.recv(65536):
                self.heard.append(heard)
                one.sendall(self.answer(heard))
        except OSError:
            pass
        one.close()

    def stop(self):
        self.listener.close()


@pytest.fixture
def talker():
    made = []

    def make(*args, **options):
        made.append(Talker(*args, **options))
        return made[-1]

    yield make
    for one in made:
        one.stop()


def test_a_modbus_device_is_found_with_two_reads(tmp_path):
    port, ledger = free_port(), tmp_path / "ledger"
    peer = Peer(
        [sys.executable, HERE / "modbus_device.py", port, ledger], "scan-modbus",
        ready=lambda: listens(port))  # fmt: skip
    try:
        events, _, done = scan(f"127.0.0.1:{port}", "--protocols", "modbus")
    finally:
        peer.stop()
    (found,) = of(events, "found")
    assert found["connector"] == "modbus-tcp" and found["unit"] == 1, found
    functions = [line.split()[1] for line in ledger.read_text().splitlines()]
    assert 1 <= len(functions) <= 2 and set(functions) <= READS, functions
    assert len(of(events, "asked")) == len(functions)
    assert done.returncode == 0


def test_an_opcua_server_tells_its_name_and_security_without_a_session(tmp_path):
    port = free_port()
    peer = Peer(
        [sys.executable, HERE / "opcua_server.py", port, tmp_path / "server", "--variables", "1"],
        "scan-opcua", ready=lambda: listens(port))  # fmt: skip
    try:
        events, _, _ = scan(f"127.0.0.1:{port}", "--protocols", "opcua")
    finally:
        peer.stop()
    (found,) = of(events, "found")
    facts = {fact["name"]: fact["value"] for fact in found["facts"]}
    assert found["connector"] == "opc-ua" and "with security" in found["says"], found
    assert "Basic256Sha256" in facts["Security"], facts
    assert len(of(events, "asked")) == 1


def test_a_controller_tells_what_it_is():
    port = free_port()
    peer = Peer(
        [sys.executable, HERE / "s7_server.py", port], "scan-s7", ready=lambda: listens(port))
    try:
        events, _, _ = scan(f"127.0.0.1:{port}", "--protocols", "s7")
    finally:
        peer.stop()
    (found,) = of(events, "found")
    assert found["says"].startswith("Siemens controller"), found
    assert len(of(events, "asked")) <= 2


def test_a_broker_gives_its_tree_and_hears_no_publish(tmp_path):
    port = free_port()
    config = tmp_path / "mosquitto.conf"
    config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\nlog_type all\n")
    log = tmp_path / "mosquitto.log"
    with open(log, "wb") as out:
        broker = subprocess.Popen([need("mosquitto"), "-v", "-c", config], stdout=out, stderr=out)
    try:
        deadline = time.monotonic() + 10
        while not listens(port) and time.monotonic() < deadline:
            time.sleep(0.05)
        import paho.mqtt.publish as publish

        publish.single("shop/press/power", "1250.5", retain=True, port=port)
        publish.single("shop/press/state", '{"motor":{"temperature":41.5},"on":true}', retain=True,
                       port=port)  # fmt: skip
        events, took, _ = scan(f"127.0.0.1:{port}", "--protocols", "mqtt", "--listen", 2)
    finally:
        broker.terminate()
        broker.wait(10)
    (found,) = of(events, "found")
    topics = {topic["topic"]: topic for topic in found["topics"]}
    assert topics["shop/press/power"]["fields"][0]["unit"] == "W", topics
    assert topics["shop/press/state"]["fields"][0] == {
        "path": "motor.temperature", "unit": "Cel", "measure": "temperature", "counter": False,
        "last": 41.5,
    }  # fmt: skip
    assert topics["shop/press/power"]["retained"] is True
    assert "Received PUBLISH from millwright-scan" not in log.read_text()
    assert took < 10


def test_a_broker_that_wants_a_name_gets_none(tmp_path):
    port = free_port()
    config = tmp_path / "mosquitto.conf"
    config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous false\n")
    peer = Peer([need("mosquitto"), "-c", config], "scan-mosquitto", ready=lambda: listens(port))
    try:
        events, _, _ = scan(f"127.0.0.1:{port}", "--protocols", "mqtt", "--listen", 1)
    finally:
        peer.stop()
    (found,) = of(events, "found")
    assert found["says"] == "An MQTT broker that wants a name and a password"


def test_an_agent_tells_its_machines(tmp_path):
    model = tmp_path / "devices.xml"
    model.write_text(
        '<MTConnectDevices><Devices><Device id="d" uuid="u" name="VMC-3Axis"><DataItems>'
        '<DataItem category="EVENT" id="e" name="exec" type="EXECUTION"/></DataItems>'
        "</Device></Devices></MTConnectDevices>")  # fmt: skip
    peer = CommandedPeer("mtconnect_agent.py", model)
    try:
        events, _, _ = scan(f"127.0.0.1:{peer.port}", "--protocols", "mtconnect")
    finally:
        peer.stop(hard=True)
    (found,) = of(events, "found")
    assert found["says"] == "An MTConnect agent with 1 machine: VMC-3Axis"


def test_a_silent_host_is_asked_little_and_left(talker):
    silent = talker()
    events, took, _ = scan(f"127.0.0.1:{silent.port}", "--protocols", "modbus")
    (refused,) = of(events, "refused")
    assert "no answer in Modbus" in refused["why"]
    frames = b"".join(silent.heard)
    assert len(silent.heard) <= 6 and frames[7] in (3, 4, 43)
    assert silent.most_open == 1 and took < 20


def test_half_open_flooding_and_lying_hosts_end_in_time(talker):
    half_open = socket.socket()  # bound and listening, nobody accepts
    half_open.bind(("127.0.0.1", 0))
    half_open.listen(0)
    flood = talker(answer=lambda _: b"A" * (4 << 20), greeting=b"B" * (1 << 20))
    liar = talker(answer=lambda heard: heard[:4] + b"\xff\xff" + heard[6:])
    http = talker(answer=lambda _: b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nx")
    ports = [half_open.getsockname()[1], flood.port, liar.port, http.port]
    words = ",".join(f"127.0.0.1:{port}" for port in ports)
    events, took, done = scan(words, "--listen", 1, limit_s=180)
    assert done.returncode == 0, done.stderr
    (end,) = of(events, "finished")
    assert end["done"] == end["total"] == len(ports) * 8
    assert took < 150
    assert flood.most_open <= 1 and liar.most_open <= 1
    half_open.close()


def test_nothing_but_reads_reaches_a_port_that_answers_anything(talker):
    echo = talker(answer=lambda heard: heard)
    scan(f"127.0.0.1:{echo.port}", "--listen", 1)
    for heard in echo.heard:
        is_modbus = len(heard) >= 8 and heard[2:4] == b"\0\0" and struct.unpack(
            ">H", heard[4:6])[0] == len(heard) - 6  # fmt: skip
        if is_modbus:
            assert heard[7] in (1, 2, 3, 4, 43), heard
        elif heard[:3] == b"GET":
            assert b"Authorization" not in heard
        elif heard[:1] == b"\x10":
            assert heard[9] & 0xC0 == 0, "a name or a password was sent"


def test_a_range_with_nobody_ends_in_stated_time():
    # 127.99.0.0/27 has nobody who listens at these ports.
    events, took, done = scan("127.99.0.0/27", "--protocols", "modbus,s7")
    (end,) = of(events, "finished")
    assert end["found"] == 0 and end["connections"] == 60 and end["requests"] == 0
    assert 2.5 < took < 15, took  # 60 connections at 20 a second


def test_a_range_that_cannot_be_is_refused_in_three_lines():
    for words, says in [
        ("8.8.8.0/24", "public internet"), ("192.168.0.0/16", "more than 1024"),
        ("192.168.1.300", "no host name"),
    ]:  # fmt: skip
        done = subprocess.run([BINARY, "scan", words], capture_output=True, text=True, timeout=30)
        assert done.returncode == 2 and says in done.stderr, done.stderr


def test_a_scan_ends_when_it_is_interrupted():
    process = subprocess.Popen(
        [BINARY, "scan", "127.99.0.0/22", "--protocols", "modbus"], stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)  # fmt: skip
    time.sleep(2)
    process.terminate()
    assert process.wait(5) != 0


def test_a_device_on_a_serial_line_is_found_by_reading(tmp_path):
    line, ledger = Line(tmp_path), tmp_path / "ledger"
    peer = Peer([sys.executable, HERE / "modbus_rtu_bus.py", line.device, ledger, 2], "scan-rtu",
                ready=lambda: "ready" in peer_log("scan-rtu"))  # fmt: skip
    try:
        events, took, _ = scan(line.box)
    finally:
        peer.stop()
        line.stop()
    (found,) = of(events, "found")
    assert found["connector"] == "modbus-rtu" and found["unit"] == 2, found
    functions = {row.split()[1] for row in ledger.read_text().splitlines()}
    assert functions <= READS, functions
    assert took < 30


def peer_log(name):
    path = OUT / f"{name}.log"
    return path.read_text(errors="replace") if path.exists() else ""


def test_a_line_that_speaks_by_itself_is_not_spoken_to(tmp_path):
    line, heard = Line(tmp_path), []
    device = open(line.device, "r+b", buffering=0)
    stop = threading.Event()

    def speak():
        while not stop.wait(0.2):
            device.write(b"S S     12.50 g\r\n")

    def hear():
        try:
            heard.append(device.read(1))
        except OSError:
            pass  # the line ended: nothing was said

    threading.Thread(target=speak, daemon=True).start()
    threading.Thread(target=hear, daemon=True).start()
    try:
        events, _, _ = scan(line.box)
    finally:
        stop.set()
        line.stop()
    (found,) = of(events, "found")
    assert found["connector"] == "serial-text", found
    assert heard in ([], [b""]), heard
