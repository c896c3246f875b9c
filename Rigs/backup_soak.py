"""A store of gigabytes is backed up while samples arrive, proved, restored and compared (T14, R-57).

Run by `make soak`:  backup_soak.py PROGRAM [GIGABYTES [SECONDS_OF_NUMBERS [FOLDER]]]

The values are random numbers of about 59 bits each, so nothing can pack them: the store has the
size that is asked for. Where that takes longer than SECONDS_OF_NUMBERS, texts of 230 random letters
fill the rest, which is quicker. What was acknowledged is known by its place in a sequence, so that every
stored value can be worked out again and compared.
"""

import http.client
import json
import os
import random
import shutil
import string
import sys
import tempfile
import threading
import time
import urllib.parse
from pathlib import Path

START_NS = 1_704_067_200_000_000_000  # 2024, in January
STEP_NS = 20_000_000_000
WRITERS, MACHINES, FIELDS = 2, 10, 20
ROWS, TEXT_ROWS = 1_000, 160  # of each machine in a request of numbers, of texts
RATE, LIVE_FIELDS, LIVE_ROWS, LIVE_SENDERS = 5_000, 25, 10, 4
RESTORE_LIMIT_S_PER_GB = 180
WAIT = ("--timeout", "90min")


# Filling


def random_value(dice):
    """A number whose bits are all by chance, within 32 powers of two of 1."""
    return dice.choice((-1, 1)) * dice.uniform(1, 2) * 2.0 ** dice.randrange(-32, 32)


LETTERS = string.ascii_letters.encode() + string.digits.encode() + b"!#$%&()*+-./:;<>?@[]^_{|}~"


def random_text(dice):
    """A text that begins with a letter and packs to no less than eight tenths."""
    return "t" + dice.randbytes(229).translate((LETTERS * 3)[:256]).decode()


class Bodies:
    """Requests of one writer: the same values come again only after more rows than a chunk has."""

    def __init__(self, writer, count, of_texts=False):
        dice = random.Random(writer)
        self.name, self.rows = ("texts", TEXT_ROWS) if of_texts else ("soak", ROWS)
        make, self.written = (random_text, '"{}"'.format) if of_texts else (random_value, repr)
        self.writer, self.values, self.lines = writer, [], []
        for _ in range(count):
            body = [[make(dice) for _ in range(FIELDS)] for _ in range(self.rows * MACHINES)]
            self.lines.append([self.line(i % MACHINES, row) for i, row in enumerate(body)])
            # What is compared later is the first field of each machine; the rest is not kept.
            self.values.append([[row[0] for row in body[m::MACHINES]] for m in range(MACHINES)])

    def series(self, machine, field=0):
        return f"line-protocol/{self.name},machine=w{self.writer}m{machine} s{field:02}"

    def line(self, machine, row):
        fields = ",".join(f"s{s:02}={self.written(value)}" for s, value in enumerate(row))
        return f"{self.name},machine=w{self.writer}m{machine} {fields} ".encode()

    def body(self, number):
        """Request `number`: the next instants of MACHINES machines with FIELDS fields each."""
        first = START_NS + number * self.rows * STEP_NS
        parts = []
        for i, line in enumerate(self.lines[number % len(self.lines)]):
            parts.append(line + b"%d" % (first + i // MACHINES * STEP_NS))
        return b"\n".join(parts)

    def value(self, machine, row):
        """The first field of a machine in its row `row`, counted from the start of the fill."""
        number, place = divmod(row, self.rows)
        return self.values[number % len(self.values)][machine][place]


class Filler(threading.Thread):
    """One writer that sends bodies in order over one connection until it is told to stop."""

    def __init__(self, box, token, bodies, full):
        super().__init__(daemon=True)
        self.box, self.token, self.bodies, self.full = box, token, bodies, full
        self.sent, self.trouble = 0, None

    @property
    def rows(self):
        """Rows of each series that were acknowledged."""
        return self.sent * self.bodies.rows

    def run(self):
        link = http.client.HTTPConnection("127.0.0.1", self.box.port, timeout=120)
        while not self.full.is_set() and self.trouble is None:
            status, text = post(link, self.token, self.bodies.body(self.sent))
            if status == 429:
                time.sleep(0.2)
            elif status == 204:
                self.sent += 1
            else:
                self.trouble = f"{status} {text[:300]}"
        link.close()


def post(link, token, body):
    link.request("POST", "/api/v2/write?precision=ns", body, {"Authorization": f"Bearer {token}"})
    reply = link.getresponse()
    return reply.status, reply.read().decode(errors="replace")


def store_bytes(box):
    """Bytes of the store: head, months, journal, with their logs; no backups."""
    files = [*box.data.glob("*.db*"), *(box.data / "history").glob("*")]
    return sum(file.stat().st_size for file in files if file.exists())


def fill(box, token, goal, say, count=16, of_texts=False, limit_s=7200):
    """Fills the store up to so many bytes or for so long. Returns the writers, which are the ledger."""
    bodies = [Bodies(writer, count, of_texts) for writer in range(WRITERS)]
    full, started, before = threading.Event(), time.monotonic(), store_bytes(box)
    fillers = [Filler(box, token, each, full) for each in bodies]
    for filler in fillers:
        filler.start()
    told = started
    while store_bytes(box) < goal and all(filler.is_alive() for filler in fillers):
        time.sleep(0.2)
        if time.monotonic() - started > limit_s:
            break
        if time.monotonic() - told > 60:
            told = time.monotonic()
            say(f"  {store_bytes(box) / 1e9:.2f} GB after {told - started:.0f} s")
    full.set()
    for filler in fillers:
        filler.join()
        assert filler.trouble is None, filler.trouble
    seconds = time.monotonic() - started
    samples = sum(filler.rows for filler in fillers) * MACHINES * FIELDS
    size = store_bytes(box) - before
    say(f"filled with {'texts' if of_texts else 'numbers'}: {samples:,} samples in {seconds:.0f} s"
        f" ({samples / seconds:,.0f} a second), {size / 1e9:.3f} GB, {size / samples:.2f} bytes a sample")
    return fillers


# Samples that arrive meanwhile


def live_value(row, field):
    return (row * 2_654_435_761 % 4_294_967_296) / 7 + field


class Stream:
    """Sends 5,000 samples a second on time, and keeps when each request was acknowledged."""

    def __init__(self, box, token):
        self.box, self.token = box, token
        self.origin_ns = time.time_ns() // 10**9 * 10**9
        self.started = time.monotonic()
        self.lock, self.stopped = threading.Lock(), threading.Event()
        self.next, self.acknowledged, self.refused = 0, [], []
        self.threads = [threading.Thread(target=self.send, daemon=True) for _ in range(LIVE_SENDERS)]
        for thread in self.threads:
            thread.start()

    def time_of(self, row):
        return self.origin_ns + row * 10**9 * LIVE_FIELDS // RATE

    def body(self, number):
        lines = []
        for row in range(number * LIVE_ROWS, (number + 1) * LIVE_ROWS):
            fields = ",".join(f"s{s:02}={live_value(row, s)!r}" for s in range(LIVE_FIELDS))
            lines.append(f"live,machine=l {fields} {self.time_of(row)}")
        return "\n".join(lines).encode()

    def send(self):
        link = http.client.HTTPConnection("127.0.0.1", self.box.port, timeout=60)
        pace = LIVE_ROWS * LIVE_FIELDS / RATE
        while not self.stopped.is_set():
            with self.lock:
                number, self.next = self.next, self.next + 1
            due = self.started + number * pace
            time.sleep(max(0, due - time.monotonic()))
            status, text = post(link, self.token, self.body(number))
            now = time.monotonic()
            with self.lock:
                if status == 204:
                    # Counted from when it was due: a stall also delays those who wait behind it.
                    self.acknowledged.append((now, number, now - due))
                else:
                    self.refused.append((status, text[:200]))
        link.close()

    def stop(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join(90)

    def before(self, moment):
        """Numbers of the requests that were acknowledged before a moment."""
        return {number for now, number, _ in self.acknowledged if now < moment}

    def delays(self, start, end):
        """p50, p99 and most of the acknowledgements in a stretch, in milliseconds."""
        found = sorted(delay for now, _, delay in self.acknowledged if start <= now < end)
        assert found, "nothing was acknowledged"
        places = (len(found) // 2, len(found) * 99 // 100, len(found) - 1)
        return [round(found[place] * 1000, 1) for place in places]


def peak_mb(pid):
    """Largest resident memory of a process since `forget_peak`, in MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return round(int(line.split()[1]) / 1024, 1)
    raise AssertionError("no resident memory")


def forget_peak(pid):
    Path(f"/proc/{pid}/clear_refs").write_text("5")


# Comparing


def ns_text(ns):
    """RFC 3339 with the decimals that the range needs."""
    seconds, rest = divmod(ns, 10**9)
    text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    return text + (f".{rest:09}" if rest else "") + "Z"


def ask(path, name, start_ns, end_ns, more):
    return f"/api/v1/{path}?" + urllib.parse.urlencode(
        {"signal": name, "from": ns_text(start_ns), "to": ns_text(end_ns)} | more)


def totals(box, end_ns, name):
    """Count and, of numbers, sum of every series up to a time, by name."""
    figures = ["count", "sum"] if name == "soak" else ["count"]
    path = ask("range", f"line-protocol/{name},*", START_NS, end_ns, {"figures": ",".join(figures)})
    answer = box.get(path, limit_s=900).json
    return {one["name"]: [one[figure][0] for figure in figures] for one in answer["signals"]}


def raw(box, name, start_ns, end_ns):
    """Stored samples of one signal as (milliseconds, text of the value)."""
    path = ask("raw", name, start_ns, end_ns, {"times": "ms", "fields": "time,value"})
    rows = box.get(path, accept="text/csv", limit_s=900).text.split("\r\n")[1:]
    return [(int(t), v) for t, v in (row.split(",", 1) for row in rows if row)]


def compare_filled(source, copy, fillers):
    """Every series has the same count and sum on both boxes; whole series are as they were sent."""
    end = START_NS + max(filler.rows for filler in fillers) * STEP_NS
    count = 0
    for name in sorted({filler.bodies.name for filler in fillers}):
        there, here = totals(source, end, name), totals(copy, end, name)
        assert len(there) == WRITERS * MACHINES * FIELDS
        assert there == here, [one for one in there if there[one] != here.get(one)][:5]
        count += len(there)
        for filler in fillers:
            if filler.bodies.name == name:
                mine = {there[one][0] for one in there if f"w{filler.bodies.writer}m" in one}
                assert mine == {filler.rows}, (mine, filler.rows)
                check_series(copy, filler, machine=filler.sent % MACHINES)
    return count


def check_series(copy, filler, machine):
    """One whole series, value by value, against what was sent."""
    name, rows = filler.bodies.series(machine), 0
    while rows < filler.rows:
        until = min(rows + 200_000, filler.rows)
        found = raw(copy, name, START_NS + rows * STEP_NS, START_NS + until * STEP_NS)
        for time_ms, value in found:
            assert time_ms == (START_NS + rows * STEP_NS) // 10**6, (rows, time_ms)
            sent = filler.bodies.value(machine, rows)
            assert (float(value) if isinstance(sent, float) else value) == sent, (rows, value)
            rows += 1
        assert found, f"{name} ends after {rows} of {filler.rows} rows"


def numbers(rows):
    return {time_ms: float(value) for time_ms, value in rows}


def compare_live(source, copy, stream, begun):
    """What was acknowledged before the backup is in the copy, and nothing that is not in the source."""
    end = stream.time_of(stream.next * LIVE_ROWS) + 10**9
    counts = []
    for field in (0, LIVE_FIELDS - 1):
        name = f"line-protocol/live,machine=l s{field:02}"
        held = numbers(raw(source, name, stream.origin_ns, end))
        kept = numbers(raw(copy, name, stream.origin_ns, end))
        acknowledged = {
            (stream.time_of(row) // 10**6, live_value(row, field))
            for number in stream.before(begun)
            for row in range(number * LIVE_ROWS, (number + 1) * LIVE_ROWS)
        }
        lost = acknowledged - set(kept.items())
        assert not lost, f"{len(lost)} acknowledged samples are not in the backup: {sorted(lost)[:3]}"
        assert set(kept.items()) <= set(held.items()), "the backup holds what the source does not"
        counts.append((len(acknowledged), len(kept), len(held)))
    assert len(set(counts)) == 1, counts
    return counts[0]


# The whole


def timed(work):
    started = time.monotonic()
    result = work()
    return result, time.monotonic() - started


def wait_for(box, command, is_done):
    """Runs a command of the box; where its connection ends before the work does, waits for the work.

    Returns the seconds that the work took, and after how many the command gave up, or nothing.
    """
    started = time.monotonic()
    answer = box.run("backup", command, *WAIT, code=None, limit_s=5400)
    gave_up = None if answer.returncode == 0 else round(time.monotonic() - started, 1)
    assert answer.returncode in (0, 5, 124), answer.stderr
    while not is_done(box.api("/api/v1/backups")):
        assert time.monotonic() - started < 5400 and box.is_alive, answer.stderr
        time.sleep(0.5)
    return time.monotonic() - started, gave_up


def back_up_and_compare(box, copy, goal, calm_s, say=print, bodies=16, numbers_s=7200):
    """Fills a running box, backs it up while samples arrive, restores into `copy`, compares."""
    token = box.make_token(name="soak")
    fillers = fill(box, token, goal, say, bodies, limit_s=numbers_s)
    if store_bytes(box) < goal:
        fillers += fill(box, token, goal, say, max(1, bodies // 4), of_texts=True)
    return measure(box, copy, token, fillers, calm_s)


def measure(box, copy, token, fillers, calm_s):
    """Backs a filled box up while samples arrive, restores into `copy`, compares."""
    stream = Stream(box, token)
    figures = {"bytes": store_bytes(box)}
    calm = time.monotonic()
    time.sleep(calm_s)  # the length of the measurement without a backup
    forget_peak(box.process.pid)
    begun = time.monotonic()
    figures["making_s"], figures["create_gave_up_s"] = wait_for(box, "create", lambda b: b["items"])
    ended = time.monotonic()
    figures["peak_mb_making"] = peak_mb(box.process.pid)
    forget_peak(box.process.pid)
    path = box.api("/api/v1/backups")["items"][0]["path"]
    figures["proving_s"], figures["verify_gave_up_s"] = wait_for(
        box, "verify", lambda b: b["last_proved"])
    proved = time.monotonic()
    figures["peak_mb_proving"] = peak_mb(box.process.pid)
    stream.stop()
    assert stream.refused == [], stream.refused[:3]
    figures |= {
        "delays_ms_calm": stream.delays(calm, begun),
        "delays_ms_making": stream.delays(begun, ended),
        "delays_ms_proving": stream.delays(ended, proved),
        "backup_bytes": os.path.getsize(path),
    }
    key = copy.folder / "key"
    key.write_text(box.run("backup", "key").stdout)
    _, figures["restoring_s"] = timed(
        lambda: copy.run("backup", "restore", path, "--key-file", key, "--yes", limit_s=5400))
    figures["restored_start_s"] = copy.start()
    figures["series"] = compare_filled(box, copy, fillers)
    figures["live"] = compare_live(box, copy, stream, begun)
    report, figures["verify_s"] = timed(lambda: copy.run("verify", *WAIT, limit_s=5400))
    assert report.stdout.startswith("Sound: "), report.stdout
    return figures


def tell(figures, say=print):
    """The figures in words."""
    size = figures["bytes"] / 1e6
    say(f"store {size / 1000:.2f} GB, backup {figures['backup_bytes'] / 1e9:.2f} GB")
    for what in ("making", "proving", "restoring"):
        seconds = figures[what + "_s"]
        say(f"{what}: {seconds:.1f} s, {size / seconds:.0f} MB/s")
    for command in ("create", "verify"):
        if gave_up := figures[command + "_gave_up_s"]:
            say(f"the command backup {command} gave up after {gave_up} s; the work went on")
    say(f"restored box ready after {figures['restored_start_s']:.2f} s,"
        f" its whole verify took {figures['verify_s']:.1f} s")  # fmt: skip
    say(f"resident memory at most {figures['peak_mb_making']} MB while making,"
        f" {figures['peak_mb_proving']} MB while proving")  # fmt: skip
    for when in ("calm", "making", "proving"):
        middle, high, most = figures["delays_ms_" + when]
        say(f"acknowledged at {RATE:,} samples/s, {when}: p50 {middle} ms, p99 {high} ms, most {most} ms")
    before, kept, held = figures["live"]
    say(f"compared equal: {figures['series']} series by count and sum, some value by value;"
        f" of each live series {before:,} rows acknowledged before the backup, {kept:,} in it,"
        f" {held:,} in the source")  # fmt: skip


def main():
    os.environ["MILLWRIGHT_BINARY"] = sys.argv[1]
    gigabytes = float(sys.argv[2]) if len(sys.argv) > 2 else 10
    from box import OUT, Box

    def say(text):
        print(text, flush=True)

    numbers_s = float(sys.argv[3]) if len(sys.argv) > 3 else 7200
    place = sys.argv[4] if len(sys.argv) > 4 else None
    folder = Path(tempfile.mkdtemp(prefix="backup-soak-", dir=place))
    need = 4.5 * gigabytes * 1e9
    if shutil.disk_usage(folder).free < need:
        folder.rmdir()
        say(f"skipped: backup of {gigabytes} GB needs {need / 1e9:.0f} GB of room")
        return 0
    box, copy = Box(made(folder / "box"), "backup-soak"), Box(made(folder / "copy"), "backup-soak-copy")
    try:
        box.claim()
        box.start()
        figures = back_up_and_compare(
            box, copy, gigabytes * 1e9, calm_s=30, say=say, numbers_s=numbers_s)
        tell(figures, say)
        (OUT / "backup-soak.json").write_text(json.dumps(figures))
        limit = RESTORE_LIMIT_S_PER_GB * max(1, figures["bytes"] / 1e9)
        took = figures["restoring_s"] + figures["restored_start_s"]
        if took > limit:
            say(f"FAILED: restoring took {took:.0f} s, limit {limit:.0f} s")
            return 1
        return 0
    finally:
        for each in (box, copy):
            if each.process:
                each.kill()
        shutil.rmtree(folder)


def made(folder):
    folder.mkdir()
    return folder


if __name__ == "__main__":
    sys.exit(main())
