"""An hour of measuring, a backup of 10 GB, then durability: kill -9, full disk, power cuts, bit flips.

Run by `make soak`:  soak.py PROGRAM [MINUTES]
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MINUTES = int(sys.argv[2]) if len(sys.argv) > 2 else 60
os.environ["MILLWRIGHT_BINARY"] = sys.argv[1]

from box import ROOT, Box, Peer, free_port, listens, wait_until  # noqa: E402
from conftest import need  # noqa: E402
from test_mqtt import Publisher, factory  # noqa: E402

MEMORY_LIMIT_MB = 150
IDLE_CPU_LIMIT = 2.0
FLAT_SHARE = 0.05


def resident_mb(pid):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise AssertionError("no resident memory")


def cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def idle_load(box, seconds=60):
    """Load of one core in percent while nobody sends anything."""
    time.sleep(5)
    before = cpu_seconds(box.process.pid)
    time.sleep(seconds)
    return (cpu_seconds(box.process.pid) - before) / seconds * 100


def memory_under_load(box, port):
    """Resident memory a minute apart, while 20 machines send 20 values a second each."""
    publisher = Publisher(port)
    sizes = []
    started = time.monotonic()
    for second in range(MINUTES * 60):
        for m in range(20):
            for s in range(20):
                publisher.send(f"plant/m{m}/s{s}", second + m + s)
        if second % 60 == 59:
            sizes.append(resident_mb(box.process.pid))
            print(f"minute {second // 60 + 1}: {sizes[-1]:.1f} MB", flush=True)
        time.sleep(max(0, started + second + 1 - time.monotonic()))
    publisher.settle()
    publisher.close()
    return sizes


def durability():
    """The tests of what survives, at the sizes of a night; a shorter soak has fewer."""
    share = MINUTES / 60
    sizes = {
        "RIG_CYCLES": max(50, round(1_000 * share)), "RIG_DISK_ROUNDS": max(5, round(200 * share)),
        "POWER_CUTS": max(2_000, round(100_000 * share)),
        "BIT_FLIPS": max(1_000, round(20_000 * share)),
    }  # fmt: skip
    environment = os.environ | {name: str(size) for name, size in sizes.items()}
    rigs = [sys.executable, "-m", "pytest", "-q", "-s"]
    runs = {
        "kill -9": [*rigs, ROOT / "Rigs" / "test_kill.py"],
        "full disk": [*rigs, ROOT / "Rigs" / "test_disk_full.py"],
        "power cuts and bit flips": [
            "swift", "test", "--disable-xctest", "--filter", "PowerCutTests|BitFlipTests"],
    }
    failed = []
    for name, words in runs.items():
        print(f"{name}: {sizes}", flush=True)
        started = time.monotonic()
        if subprocess.run(words, env=environment, cwd=ROOT).returncode != 0:
            failed.append(f"{name} failed")
        print(f"{name}: {time.monotonic() - started:.0f} s", flush=True)
    return failed


def backup():
    """A backup of a large store while samples arrive, restored and compared; 10 GB in an hour's soak."""
    words = [sys.executable, ROOT / "Rigs" / "backup_soak.py", sys.argv[1], str(10 * min(1, MINUTES / 60))]
    return [] if subprocess.run(words).returncode == 0 else ["backup failed"]


def rig(name, seconds=min(600, 10 * MINUTES)):
    """One rig of the tests, but longer."""
    print(f"{name} for {seconds} s", flush=True)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", ROOT / "Rigs" / name, "-m", "alone", "-q", "-o",
         f"timeout={seconds * 2 + 120}"],
        env=os.environ | {"RIG_SECONDS": str(seconds)})  # fmt: skip
    return done.returncode == 0


def main():
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        box = Box(folder, "soak")
        box.claim()
        box.start()
        idle = idle_load(box)
        print(f"idle load: {idle:.2f} % of one core, {resident_mb(box.process.pid):.1f} MB")
        port = free_port()
        config = Path(folder) / "mosquitto.conf"
        config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n")
        broker = Peer([need("mosquitto"), "-c", config], "soak-broker", lambda: listens(port))
        try:
            box.apply(factory(port))
            wait_until(box.is_connected, 30, "subscribed")
            sizes = memory_under_load(box, port)
        finally:
            broker.stop()
            box.stop()
    last = sizes[len(sizes) // 2 :]
    growth = (last[-1] - last[0]) / last[0]
    print(f"memory: largest {max(sizes):.1f} MB, second half grew by {growth:.1%}")
    if idle >= IDLE_CPU_LIMIT:
        failures.append(f"idle load {idle:.2f} %, limit {IDLE_CPU_LIMIT} %")
    if max(sizes) >= MEMORY_LIMIT_MB:
        failures.append(f"memory {max(sizes):.1f} MB, limit {MEMORY_LIMIT_MB} MB")
    if growth > FLAT_SHARE:
        failures.append(f"memory grew by {growth:.1%} in the second half")
    failures += [f"{name} failed" for name in ("test_modbus.py", "test_mqtt.py") if not rig(name)]
    failures += backup()
    failures += durability()
    for failure in failures:
        print("FAILED:", failure)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
