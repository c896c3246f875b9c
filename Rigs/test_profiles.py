"""Every Modbus profile on a device that is made from the same file: each value comes out as meant."""

import socket
import struct
import threading
import tomllib

import pytest

from box import ROOT, wait_until
from modbus_device import ordered

PROFILES = sorted((ROOT / "Profiles" / "modbus").glob("*.toml"))
FORMS = {"int16": ">h", "uint16": ">H", "int32": ">i", "uint32": ">I", "int64": ">q", "uint64": ">Q",
         "float32": ">f", "float64": ">d"}  # fmt: skip
CONVERTED = {("W.h", "kW.h"): 0.001, ("mA", "A"): 0.001}
READS = {1: "coil", 2: "discrete", 3: "holding", 4: "input"}


def place_of(read):
    table, _, number = read.partition(":")
    number, _, bit = number.partition("#")
    return table, int(number, 16), int(bit) if bit else None


class Device(threading.Thread):
    """A device with what its profile names and nothing else."""

    def __init__(self, unit, most):
        super().__init__(daemon=True)
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        self.unit, self.most = unit, most
        self.cells = {table: {} for table in READS.values()}
        self.largest, self.strange = 0, []

    def run(self):
        while True:
            try:
                client, _ = self.server.accept()
            except OSError:
                return
            threading.Thread(target=self.talk, args=(client,), daemon=True).start()

    def talk(self, client):
        stream = client.makefile("rb")
        while head := stream.read(7):
            number, _, length, unit = struct.unpack(">HHHB", head)
            answer = self.answer(unit, stream.read(length - 1))
            client.sendall(struct.pack(">HHHB", number, 0, len(answer) + 1, unit) + answer)

    def answer(self, unit, body):
        function, first, count = struct.unpack(">BHH", body[:5])
        if function not in READS or unit != self.unit:
            self.strange.append((unit, function))
            return bytes([function | 0x80, 1])
        cells = self.cells[READS[function]]
        if function > 2:
            self.largest = max(self.largest, count)
        if any(at not in cells for at in range(first, first + count)):
            return bytes([function | 0x80, 2])
        found = [cells[at] for at in range(first, first + count)]
        if function > 2:
            data = b"".join(v.to_bytes(2, "big") for v in found)
        else:
            data = sum(v << k for k, v in enumerate(found)).to_bytes((count + 7) // 8, "little")
        return bytes([function, len(data)]) + data


def fill(cells, signal, order, number):
    """Puts a value where a signal reads it; what is to be shown of it."""
    table, at, bit = place_of(signal["read"])
    if bit is not None:
        cells[table][at] = cells[table].get(at, 0) | 1 << bit
        return 1.0
    if table in ("coil", "discrete"):
        cells[table][at] = 1
        return 1.0
    kind = signal.get("type", "uint16")
    if kind in ("float32", "float64"):
        low, high = float(signal.get("min", 1)), float(signal.get("max", 90))
        raw = struct.unpack(FORMS[kind], struct.pack(FORMS[kind], min(max(20.5 + number, low), high)))[0]
    else:
        raw = -(7 + number) if kind.startswith("int") and "min" not in signal else 40 + number
    for offset, word in enumerate(ordered(struct.pack(FORMS[kind], raw), signal.get("order", order))):
        # Values that share registers agree about them only where they are the same.
        if cells[table].get(at + offset, word) != word:
            return None
        cells[table][at + offset] = word
    shown = raw * float(signal.get("scale", 1)) + float(signal.get("offset", 0))
    return shown * CONVERTED.get((signal.get("read_unit"), signal.get("unit")), 1)


@pytest.mark.parametrize("part", range(4))
def test_each_value_of_each_profile_is_read_from_a_device_made_from_the_same_file(box, part):
    wanted, texts, devices = {}, ['[site]\nname = "Devices"\n'], []
    for number, path in list(enumerate(PROFILES))[part::4]:
        profile = tomllib.loads(path.read_text())
        connection = profile["connection"]
        device = Device(connection.get("unit", 1), connection.get("max_registers", 125))
        values = []
        for place, signal in enumerate(profile["signal"]):
            shown = fill(device.cells, signal, connection.get("order", "abcd"), place)
            if shown is not None:
                values.append(signal["id"])
                wanted[f"d{number}/{signal['id']}"] = shown
        text = box.run(
            "profile", "write", profile["id"], "--address", f"127.0.0.1:{device.port}",
            "--machine", f"d{number}", "--values", ",".join(values)).stdout  # fmt: skip
        assert profile["id"] in text and ("not verified" in text) == (not profile["verified"])
        texts.append(text)
        devices.append(device)
        device.start()
    box.apply("\n".join(texts))
    assert len(wanted) > 60

    def differences():
        items = box.items("/api/v1/signals?limit=1000")
        seen = {f"{s['machine']}/{s['slug']}": s["last"]["value"] for s in items if s.get("last")}
        numbers = {name: float(value) for name, value in seen.items() if name in wanted}
        return [(name, value, numbers.get(name)) for name, value in wanted.items()
                if name not in numbers or abs(numbers[name] - value) > 1e-4 * max(1, abs(value))]  # fmt: skip

    try:
        wait_until(lambda: not differences(), 40, "every value as it was put there", 1)
    except AssertionError:
        raise AssertionError(differences()[:20]) from None
    assert [d.strange for d in devices if d.strange] == [], "something else than reading was asked"
    assert all(0 < max(d.largest, 1) <= d.most for d in devices)


def test_a_profile_of_ones_own_is_read_from_a_file_and_its_flaw_is_named(box, tmp_path):
    own = tmp_path / "own.toml"
    text = (ROOT / "Profiles" / "modbus" / "eastron-sdm120.toml").read_text()
    own.write_text(text.replace('maker = "Eastron"', 'maker = "Ours"'))
    assert box.run("profile", "show", own).stdout.startswith("Ours SDM120-Modbus")
    own.write_text(text.replace('kind = "energy-meter"', 'kind = "teapot"'))
    refused = box.run("profile", "show", own, code=7)
    assert "own.toml:" in refused.stderr and "teapot" in refused.stderr
    assert "eastron-sdm120" in box.run("profile", "list", "eastron").stdout
    missing = box.run("profile", "write", "shelly-em", "--address", "192.0.2.7", "--machine", "m", code=2)
    assert "device=" in missing.stderr
