"""A Modbus TCP device made with pymodbus: every type and word order, and a counter that moves.

Run as a process of its own:  modbus_device.py PORT LEDGER
It appends one line to LEDGER for each request: time, function, address, count.
"""

import asyncio
import struct
import sys
import time

ORDERS = ("abcd", "cdab", "badc", "dcba")
COUNTER = 10  # holding register that counts up, ten times a second
CURRENTS = range(20, 24)  # holding registers that a test may write: 50 is a machine at work
FAULTS = range(30, 34)  # holding registers that a test may write: bit 0 is a fault

# name, struct format, value: each stands once in every word order, from register 100 on.
NUMBERS = [
    ("int16", ">h", -1234),
    ("uint16", ">H", 54321),
    ("int32", ">i", -123456789),
    ("uint32", ">I", 4023456789),
    ("float32", ">f", 21.75),
    ("int64", ">q", -1234567890123),
    ("uint64", ">Q", 12345678901234),
    ("float64", ">d", -98765.4321),
]
BCD = [("bcd16", 4711, 1), ("bcd32", 12345678, 2)]
TEXT = ("ascii", "MILL 7 READY", 8)
INPUT_VALUE = 417  # input register 12, scale 0.1: 41.7
COILS = [True, False, True, True]


def ordered(raw, order):
    """The registers of big-endian bytes, laid down in a word order."""
    words = [raw[i : i + 2] for i in range(0, len(raw), 2)]
    if order in ("badc", "dcba"):
        words = [w[::-1] for w in words]
    if order in ("cdab", "dcba"):
        words.reverse()
    return [int.from_bytes(w, "big") for w in words]


def layout():
    """Signals as (id, read, type, order, expected) and the registers that hold them."""
    signals, registers, address = [], {}, 100
    for name, form, value in NUMBERS:
        for order in ORDERS:
            raw = struct.pack(form, value)
            if len(raw) == 2 and order != "abcd":
                continue  # one register has no order of words
            words = ordered(raw, order)
            signals.append((f"{name}-{order}", f"holding:{address}", name, order, value))
            for offset, word in enumerate(words):
                registers[address + offset] = word
            address += len(words)
    for name, value, count in BCD:
        digits = f"{value:0{count * 4}d}"
        words = [int(digits[i : i + 4], 16) for i in range(0, len(digits), 4)]
        signals.append((name, f"holding:{address}", name, "abcd", value))
        for offset, word in enumerate(words):
            registers[address + offset] = word
        address += count
    name, text, count = TEXT
    raw = text.encode().ljust(count * 2, b"\0")
    signals.append((name, f"holding:{address}", name, "abcd", text))
    for offset in range(count):
        registers[address + offset] = int.from_bytes(raw[offset * 2 : offset * 2 + 2], "big")
    address += count
    signals.append(("bit-3", f"holding:{address}#3", None, None, True))
    registers[address] = 0b1000
    return signals, registers


async def serve(port, ledger):
    from pymodbus.server import ModbusTcpServer
    from pymodbus.simulator import DataType, SimData, SimDevice

    _, registers = layout()
    registers |= dict.fromkeys(CURRENTS, 50)
    holding = [registers.get(address, 0) for address in range(max(registers) + 1)]
    device = SimDevice(
        id=1,
        simdata=(
            [SimData(0, values=COILS, datatype=DataType.BITS)],
            [SimData(0, values=COILS, datatype=DataType.BITS)],
            [SimData(0, values=holding, datatype=DataType.REGISTERS)],
            [SimData(0, values=[0] * 12 + [INPUT_VALUE], datatype=DataType.REGISTERS)],
        ),
    )
    with open(ledger, "a", buffering=1) as log:

        def trace(is_sending, pdu):
            if not is_sending:
                fields = (time.time(), pdu.function_code, pdu.address, pdu.count)
                log.write(" ".join(map(str, fields)) + "\n")
            return pdu

        server = ModbusTcpServer(device, address=("127.0.0.1", port), trace_pdu=trace)
        await server.serve_forever(background=True)
        print("ready", flush=True)
        count = 0
        while True:
            await asyncio.sleep(0.1)
            count = (count + 1) % 65536
            await server.async_setValues(1, 16, COUNTER, [count])


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2]))
