"""A running Millwright with a data folder of its own, seen from outside."""

import contextlib
import gzip
import json
import os
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BINARY = Path(os.environ.get("MILLWRIGHT_BINARY", ROOT / ".build" / "debug" / "millwright"))
OUT = ROOT / "out" / "rigs"

START_LIMIT_S = 60
STOP_LIMIT_S = 20
PASS_PHRASE = "seven brass gauges on the wall"


def free_port():
    """A loopback port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def rfc3339(seconds):
    """The text of a time given in seconds since 1970."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def wait_until(fact, limit_s, what, every_s=0.1):
    """Waits until fact() is true and returns it; fails with what was waited for."""
    deadline = time.monotonic() + limit_s
    while True:
        found = fact()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {limit_s} s")
        time.sleep(every_s)


class Answer:
    """An HTTP answer with its whole body."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self):
        return self.body.decode()

    @property
    def json(self):
        return json.loads(self.body)


class Box:
    """One data folder and the program that runs on it."""

    def __init__(self, folder, name, demo="off", settings="", flags=(), environment=None):
        self.folder = Path(folder)
        self.data = self.folder / "data"
        self.demo, self.flags = demo, list(flags)
        self.environment = environment or {}
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.settings = self.folder / "millwright.toml"
        self.settings.write_text(settings)
        OUT.mkdir(parents=True, exist_ok=True)
        self.log_path = OUT / f"{name}.log"
        self.log_path.unlink(missing_ok=True)
        self.process = None

    # Life

    def start(self, wait=True, demo=None):
        """Starts the program; waits until it can record. Returns the seconds that took."""
        assert self.process is None
        started = time.monotonic()
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                [BINARY, "serve", "--data", self.data, "--config", self.settings,
                 "--listen", f"127.0.0.1:{self.port}", "--demo", demo or self.demo, *self.flags],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder,
                env=self.clean_environment())  # fmt: skip
        if wait:
            self.wait_ready()
        return time.monotonic() - started

    def wait_ready(self, limit_s=START_LIMIT_S):
        """Waits until /readyz says that the box can record."""

        def is_ready():
            code = self.process.poll()
            assert code is None, f"the box ended with {code}:\n{self.log[-3000:]}"
            with contextlib.suppress(OSError):
                return self.request("GET", "/readyz", token=None).status == 200

        wait_until(is_ready, limit_s, f"the box ready; its log: {self.log_path}", every_s=0.05)

    def stop(self):
        """Ends the program as a service manager would, and checks that it ends well."""
        if self.process is None:
            return
        process, self.process = self.process, None
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            code = process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(f"the box did not stop within {STOP_LIMIT_S} s") from None
        assert code in (0, -signal.SIGTERM), f"ended with {code}:\n{self.log[-3000:]}"

    def kill(self):
        """Ends the program at once, as a crash would."""
        process, self.process = self.process, None
        process.kill()
        process.wait()

    @property
    def is_alive(self):
        return self.process is not None and self.process.poll() is None

    @property
    def log(self):
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    # Commands

    def clean_environment(self):
        kept = {k: v for k, v in os.environ.items() if not k.startswith("MILLWRIGHT_")}
        return kept | {"NO_COLOR": "1"} | self.environment

    def run(self, *words, code=0, limit_s=120):
        """Runs a command on this data folder and checks its exit code."""
        done = subprocess.run(
            [BINARY, *map(str, words), "--data", self.data, "--config", self.settings],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=limit_s,
            cwd=self.folder, env=self.clean_environment())  # fmt: skip
        assert code is None or done.returncode == code, (
            f"millwright {' '.join(map(str, words))}: exit {done.returncode}\n"
            f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}")  # fmt: skip
        return done

    def run_json(self, *words, **options):
        """What a command says with --json."""
        return json.loads(self.run(*words, "--json", **options).stdout)

    def claim(self):
        """Gives the box its owner, so that real data may come."""
        phrase = self.folder / "pass-phrase.txt"
        phrase.write_text(PASS_PHRASE + "\n")
        phrase.chmod(0o600)
        self.run("setup", "--name", "Rig", "--pass-phrase-file", phrase)

    def make_token(self, scope="write", name="rig"):
        """A token for a program."""
        answer = self.run_json("token", "create", "--name", name, "--scope", scope)
        return answer["token"]

    def apply(self, factory, name="factory.toml"):
        """Applies a site description."""
        path = self.folder / name
        path.write_text(factory)
        return self.run("factory", "apply", path, "--yes")

    # Interface

    @property
    def local_key(self):
        """The key with which commands on the same computer enter."""
        path = self.data / "secrets" / "local-key"
        return path.read_text().strip() if path.exists() else None

    def request(self, method, path, body=None, token="local", headers=(), limit_s=30):
        """Asks and returns the answer, whatever its status."""
        request = urllib.request.Request(self.address + path, data=body, method=method)
        key = self.local_key if token == "local" else token
        if key:
            request.add_header("Authorization", f"Bearer {key}")
        for header, value in dict(headers).items():
            request.add_header(header, value)
        try:
            with urllib.request.urlopen(request, timeout=limit_s) as reply:
                return Answer(reply.status, reply.headers, reply.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.headers, error.read())

    def get(self, path, accept="application/json", **options):
        """Reads, and checks that it could be read."""
        answer = self.request("GET", path, headers={"Accept": accept}, **options)
        assert answer.status == 200, f"GET {path}: {answer.status} {answer.text[:500]}"
        return answer

    def api(self, path):
        """Reads JSON of the interface."""
        return self.get(path).json

    def items(self, path):
        """All items of a list, page after page."""
        items, cursor = [], None
        while True:
            joint = "&" if "?" in path else "?"
            page = self.api(path + (f"{joint}cursor={cursor}" if cursor else ""))
            items += page["items"]
            cursor = page.get("next")
            if not cursor:
                return items

    def write(self, lines, token="local", precision="ns", gzipped=False, path="/api/v2/write"):
        """Sends line protocol; returns the answer."""
        body = lines if isinstance(lines, bytes) else lines.encode()
        headers = {"Content-Type": "text/plain; charset=utf-8"}
        if gzipped:
            body = gzip.compress(body)
            headers["Content-Encoding"] = "gzip"
        target = f"{path}?precision={precision}&bucket=b&org=o"
        return self.request("POST", target, body, token=token, headers=headers)

    def say(self, kind, facts, event_id=None):
        """Says one event into the journal; returns the answer."""
        entry = {"kind": kind, "facts": facts} | ({"id": event_id} if event_id else {})
        return self.request(
            "POST", "/api/v1/journal", json.dumps(entry).encode(),
            headers={"Content-Type": "application/json"})  # fmt: skip

    def machine(self, machine):
        """One machine as it is now."""
        return self.api(f"/api/v1/machines/{machine}")

    def signals(self):
        """All signals; `value` is the newest one, `place` is machine/slug or empty."""
        found = self.items("/api/v1/signals?limit=1000")
        for signal in found:
            signal["value"] = (signal["last"] or {}).get("value")
            belongs = signal["machine"] and signal["slug"]
            signal["place"] = f"{signal['machine']}/{signal['slug']}" if belongs else ""
        return found

    def samples(self, signal, start=None, end=None):
        """Stored samples of a signal, oldest first, as (time, value, quality).

        `signal` is machine/slug or a number; without a start, those of the last two hours.
        """
        start = start or rfc3339(time.time() - 7200)
        end = end or rfc3339(time.time() + 300)
        answer = self.get(
            f"/api/v1/signals/{signal}/samples?from={start}&to={end}",
            accept="application/x-ndjson", limit_s=120)  # fmt: skip
        rows = [json.loads(line) for line in answer.text.splitlines() if line.strip()]
        return [(row["time"], row["value"], row["quality"]) for row in rows]

    def metrics(self):
        """Figures of /metrics as (name, labels, value)."""
        line = re.compile(r'^millwright_(\w+)(?:\{(.*)\})? (\S+)$', re.M)
        return [
            (name, dict(re.findall(r'(\w+)="([^"]*)"', labels)), float(value))
            for name, labels, value in line.findall(self.get("/metrics", accept="*/*").text)
        ]

    def connections(self):
        """Each connection by its id: is it up, polls made, polls lost."""
        found = {}
        for name, labels, value in self.metrics():
            if name.startswith("connection_"):
                found.setdefault(labels["connection"], {})[name] = value
        return {
            id: {
                "is_up": values.get("connection_up") == 1,
                "polls": values.get("connection_polls_total", 0),
                "lost_polls": values.get("connection_lost_polls_total", 0),
            }
            for id, values in found.items()
        }

    def is_connected(self):
        """Whether any connection is up."""
        return any(c["is_up"] for c in self.connections().values())


class Peer:
    """A process beside the box: a broker, a device, a proxy. Ended by its own id."""

    def __init__(self, words, name, ready=None):
        OUT.mkdir(parents=True, exist_ok=True)
        self.log_path = OUT / f"{name}.log"
        self.words, self.ready, self.process = list(map(str, words)), ready, None
        self.start()

    def start(self):
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                self.words, stdin=subprocess.DEVNULL, stdout=log, stderr=log)  # fmt: skip
        if self.ready:
            wait_until(self.ready, 20, f"{self.words[0]} ready; its log: {self.log_path}")

    def stop(self, hard=False):
        if self.process is None:
            return
        process, self.process = self.process, None
        process.kill() if hard else process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def listens(port):
    """Whether something answers on a loopback port."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0
