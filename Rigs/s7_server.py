"""An S7 controller made with python-snap7: one data block of every type, memory, timers, counters.

Run as a process of its own:  s7_server.py PORT
It writes "ready" once it listens, and counts DB1.DBD100 up ten times a second.
"""

import struct
import sys
import time

from snap7.server import Server
from snap7.type import SrvArea

COUNTER = 100  # byte of DB1 with a DINT that counts up
DB2_BYTES = 12  # a short block: DB2.DBD8 is its last value

# address, value as the probe prints it, byte in DB1, bytes
VALUES = [
    ("DB1.DBD0:REAL", "74.5", 0, struct.pack(">f", 74.5)),
    ("DB1.DBW4:INT", "-1234", 4, struct.pack(">h", -1234)),
    ("DB1.DBD6:DINT", "-123456789", 6, struct.pack(">i", -123456789)),
    ("DB1.DBX10.0", "true", 10, b"\x05"),
    ("DB1.DBX10.1", "false", 10, b"\x05"),
    ("DB1.DBX10.2", "true", 10, b"\x05"),
    ("DB1.DBB11:SINT", "-7", 11, struct.pack("b", -7)),
    ("DB1.DBW12", "65535", 12, b"\xff\xff"),
    ("DB1.DBB14:STRING[10]", "MILL 7", 14, b"\x0a\x06MILL 7\x00\x00\x00\x00"),
    ("DB1.DBB28:LREAL", "3.141592653589793", 28, struct.pack(">d", 3.141592653589793)),
    ("DB1.DBW36:S5TIME", "12300 ms", 36, b"\x11\x23"),
    ("DB1.DBD40:TIME", "-1500 ms", 40, struct.pack(">i", -1500)),
    ("DB1.DBB44:DATE_AND_TIME", "1767225600123000000 ns", 44, bytes.fromhex("2601010000001235")),
    ("DB1.DBB52:DTL", "1767225600000000007 ns", 52, bytes.fromhex("07ea01010500000000000007")),
    ("DB1.DBB64:LINT", "-5", 64, struct.pack(">q", -5)),
]


def blocks():
    """The memory of the controller by area and number."""
    db1 = bytearray(512)
    for _, _, place, raw in VALUES:
        db1[place : place + len(raw)] = raw
    memory = bytearray(64)
    memory[10] = 0x01
    memory[20:24] = struct.pack(">I", 0xDEADBEEF)
    timers, counters = bytearray(32), bytearray(32)
    timers[10:12] = b"\x20\x45"  # T5: 45 times 1 s
    counters[2:4] = b"\x01\x27"  # C1: 127
    inputs = bytearray(16)
    inputs[2:4] = b"\x12\x34"
    return {
        (SrvArea.DB, 1): db1,
        (SrvArea.DB, 2): bytearray(DB2_BYTES),
        (SrvArea.MK, 0): memory,
        (SrvArea.TM, 0): timers,
        (SrvArea.CT, 0): counters,
        (SrvArea.PE, 0): inputs,
    }


def main():
    server = Server(log=False)
    areas = blocks()
    for (area, number), memory in areas.items():
        server.register_area(area, number, memory)
    server.start(tcp_port=int(sys.argv[1]))
    print("ready", flush=True)
    db1, count = areas[(SrvArea.DB, 1)], 0
    while True:
        struct.pack_into(">i", db1, COUNTER, count)
        count += 1
        time.sleep(0.1)


if __name__ == "__main__":
    main()
