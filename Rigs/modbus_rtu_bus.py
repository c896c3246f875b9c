"""Modbus RTU devices made with pymodbus: several on one line, with the values of modbus_device.

Run as a process of its own:  modbus_rtu_bus.py PLACE LEDGER DEVICE...
PLACE is a serial port or host:port for RTU over TCP. Devices that are not named are silent.
It appends one line to LEDGER for each request: time, device, function, address, count.
"""

import asyncio
import sys
import time

import modbus_device

SLOW = 100  # devices from this number on take 0.4 s for an answer


async def serve(place, ledger, numbers):
    from pymodbus import FramerType
    from pymodbus.server import ModbusSerialServer, ModbusTcpServer
    from pymodbus.simulator import DataType, SimData, SimDevice

    _, registers = modbus_device.layout()
    holding = [registers.get(address, 0) for address in range(max(registers) + 1)]
    devices = [
        SimDevice(
            id=number,
            simdata=(
                [SimData(0, values=modbus_device.COILS, datatype=DataType.BITS)],
                [SimData(0, values=modbus_device.COILS, datatype=DataType.BITS)],
                [SimData(0, values=[number, *holding[1:]], datatype=DataType.REGISTERS)],
                [SimData(0, values=[0] * 12 + [417 + number], datatype=DataType.REGISTERS)],
            ),
        )
        for number in numbers
    ]
    with open(ledger, "a", buffering=1) as log:

        def trace(is_sending, pdu):
            if not is_sending:
                fields = (time.time(), pdu.dev_id, pdu.function_code, pdu.address, pdu.count)
                log.write(" ".join(map(str, fields)) + "\n")
            return pdu

        def silence(is_sending, packet):
            """Devices that are not there say nothing; slow ones take their time."""
            if is_sending and packet:
                if packet[0] not in numbers:
                    return b""
                time.sleep(0.4 if packet[0] >= SLOW else 0)
            return packet

        if place.startswith("/dev/"):
            server = ModbusSerialServer(
                devices, framer=FramerType.RTU, port=place, baudrate=19200,
                trace_pdu=trace, trace_packet=silence,
            )  # fmt: skip
        else:
            host, port = place.rsplit(":", 1)
            server = ModbusTcpServer(
                devices, framer=FramerType.RTU, address=(host, int(port)),
                trace_pdu=trace, trace_packet=silence,
            )  # fmt: skip
        await server.serve_forever(background=True)
        print("ready", flush=True)
        count = 0
        while True:
            await asyncio.sleep(0.1)
            count = (count + 1) % 65536
            for number in numbers:
                await server.async_setValues(number, 16, modbus_device.COUNTER, [count])


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], sys.argv[2], [int(word) for word in sys.argv[3:]]))
