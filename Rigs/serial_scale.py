"""A scale on a serial port that prints lines, by itself or when asked.

Run as a process of its own:  serial_scale.py PORT stream|ask LEDGER
In mode stream it prints ten lines a second. In mode ask it answers SI, and nothing else.
LEDGER gets one line for each text that it is sent, and one `sent VALUE` for each line printed.
"""

import os
import sys
import time
import tty


def line(number):
    """Every fifth weight is not at rest, every seventh line is an overload."""
    if number % 7 == 6:
        return "S I\r\n"
    mark = "D" if number % 5 == 4 else "S"
    return f"S {mark} {number + 0.25:10.2f} g\r\n"


def main():
    port, mode, ledger = sys.argv[1:4]
    file = os.open(port, os.O_RDWR | os.O_NOCTTY)
    tty.setraw(file)
    print("ready", flush=True)
    number, heard = 0, b""
    with open(ledger, "a", buffering=1) as log:
        while True:
            if mode == "ask":
                heard += os.read(file, 64)
                while b"\n" in heard:
                    text, heard = heard.split(b"\n", 1)
                    log.write(f"heard {text!r}\n")
                    if text == b"SI\r":
                        os.write(file, line(number).encode())
                        log.write(f"sent {number + 0.25}\n")
                        number += 1
                continue
            text = line(number).encode()
            os.write(file, text[:5])  # in two pieces, as a slow line brings it
            time.sleep(0.02)
            os.write(file, text[5:])
            log.write(f"sent {number + 0.25}\n")
            number += 1
            time.sleep(0.08)


if __name__ == "__main__":
    main()
