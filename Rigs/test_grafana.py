"""The Prometheus interface: requests as Grafana sends them, and answers beside the real Prometheus."""

import contextlib
import json
import math
import shutil
import subprocess
import time
import urllib.parse
import urllib.request

import pytest

from box import Peer, free_port, wait_until
from conftest import need

MINUTE = 60
# What both are asked; only what both can answer, over the same samples.
EXPRESSIONS = [
    "millwright_signal",
    "millwright_signal * 2 + 1",
    "-millwright_signal ^ 2",
    "rate(millwright_signal[5m])",
    "increase(millwright_signal[10m])",
    "delta(millwright_signal[7m])",
    "avg_over_time(millwright_signal[3m])",
    "min_over_time(millwright_signal[3m])",
    "max_over_time(millwright_signal[3m] offset 2m)",
    "sum_over_time(millwright_signal[3m])",
    "count_over_time(millwright_signal[2m])",
    "last_over_time(millwright_signal[2m])",
    "quantile_over_time(0.9, millwright_signal[5m])",
    "sum(millwright_signal)",
    "avg by (unit) (millwright_signal)",
    "max without (signal) (millwright_signal)",
    "count(millwright_signal)",
    "millwright_signal > 20",
    "millwright_signal >= bool 20",
    "millwright_signal / millwright_signal",
    "clamp(millwright_signal, 10, 30)",
    "clamp_min(millwright_signal, 15)",
    "clamp_max(millwright_signal, 15)",
    "round(millwright_signal, 0.5)",
    "abs(-millwright_signal)",
    "label_replace(millwright_signal, \"short\", \"$1\", \"signal\", \"press (.*)\")",
    "1 + 2 * 3 ^ 2 % 5",
]  # fmt: skip


def write_samples(box, start):
    """A counter that restarts, a value with a gap, a steady value: every 10 s for an hour."""
    lines = []
    for i in range(360):
        t = start + i * 10
        lines.append(f"press count={i % 150} {t}")
        if not 100 <= i < 170:
            lines.append(f"press level={20 + 15 * math.sin(i / 9):.3f} {t}")
        lines.append(f"press set=12.5 {t}")
    answer = box.request(
        "POST", "/api/v2/write?precision=s", "\n".join(lines).encode(), token=box.make_token(),
        headers=[("Content-Type", "text/plain")])  # fmt: skip
    assert answer.status == 204, answer.text


def ask(address, path, fields, token=None):
    """A form as Grafana posts it; the data of the answer."""
    request = urllib.request.Request(address + path, urllib.parse.urlencode(fields).encode())
    request.add_header("Content-Type", "application/x-www-form-urlencoded")
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    with urllib.request.urlopen(request, timeout=30) as reply:
        answer = json.load(reply)
    assert answer["status"] == "success", answer
    return answer["data"]


def rows(data):
    """Series by labels, values by time."""
    if data["resultType"] == "scalar":
        return {"": {0.0: data["result"][1]}}
    return {
        json.dumps({k: v for k, v in row["metric"].items() if v}, sort_keys=True): {
            float(t): value for t, value in row["values"]
        }
        for row in data["result"]
    }


@pytest.fixture
def filled(make_claimed_box):
    box = make_claimed_box()
    box.start()
    start = int(time.time()) // MINUTE * MINUTE - 2 * 3600
    write_samples(box, start)
    return box, start


def test_grafana_finds_its_way(filled):
    box, start = filled
    token = box.make_token(scope="read", name="grafana")
    prometheus = box.address + "/prometheus/api/v1"
    health = ask(prometheus, "/query", {"query": "1+1", "time": "4"}, token)
    assert health == {"resultType": "scalar", "result": [4, "2"]}

    def get(path):
        request = urllib.request.Request(prometheus + path)
        request.add_header("Authorization", f"Bearer {token}")
        with urllib.request.urlopen(request, timeout=30) as reply:
            return json.load(reply)["data"]

    assert get("/status/buildinfo")["features"] == {}
    assert "millwright_signal" in get("/label/__name__/values")
    chosen = urllib.parse.quote('millwright_signal{signal=~".*level"}')
    assert len(get(f"/series?match[]={chosen}&start={start}&end={start + 3600}")) == 1
    assert len(get(f"/label/signal/values?match[]={chosen}")) == 1
    found = ask(
        prometheus, "/query_range",
        {"query": 'millwright_signal{signal=~".*level"}', "start": start, "end": start + 3600,
         "step": 15}, token)  # fmt: skip
    times = [t for t, _ in found["result"][0]["values"]]
    # A gap stays a gap: nothing is carried further than five minutes.
    # The last before it is at 990 s and counts at 1290 s; the next is seen at 1710 s.
    assert max(b - a for a, b in zip(times, times[1:])) == 420
    with urllib.request.urlopen(
        urllib.request.Request(
            box.address + "/prometheus/dashboard.json",
            headers={"Authorization": f"Bearer {token}"})) as reply:  # fmt: skip
        assert json.load(reply)["title"] == "Millwright"


def test_a_program_without_a_token_is_refused(filled):
    box, _ = filled
    answer = box.request("GET", "/prometheus/api/v1/query?query=1", token=None)
    assert answer.status in (401, 403)


def test_answers_are_those_of_prometheus(filled, tmp_path):
    need("prometheus")
    tool = shutil.which("promtool")
    if not tool:
        pytest.skip("promtool is not installed")
    box, start = filled
    token = box.make_token(scope="read", name="grafana")
    ours = box.address + "/prometheus/api/v1"
    exported = ask(
        ours, "/query",
        {"query": "millwright_signal[2h]", "time": start + 2 * 3600}, token)  # fmt: skip
    text = ["# TYPE millwright_signal gauge"]
    for row in exported["result"]:
        labels = ",".join(
            f'{k}="{v}"' for k, v in sorted(row["metric"].items()) if k != "__name__")  # fmt: skip
        text += [f"millwright_signal{{{labels}}} {v} {t:.3f}" for t, v in row["values"]]
    source = tmp_path / "samples.txt"
    source.write_text("\n".join(text) + "\n# EOF\n")
    data = tmp_path / "tsdb"
    subprocess.run(
        [tool, "tsdb", "create-blocks-from", "openmetrics", source, data], check=True,
        capture_output=True, timeout=60)  # fmt: skip
    port = free_port()
    settings = tmp_path / "prometheus.yml"
    settings.write_text("global: {}\n")

    def is_ready():
        with contextlib.suppress(OSError):
            return urllib.request.urlopen(f"http://127.0.0.1:{port}/-/ready").status == 200

    peer = Peer(
        [need("prometheus"), f"--config.file={settings}", f"--storage.tsdb.path={data}",
         f"--web.listen-address=127.0.0.1:{port}", "--storage.tsdb.retention.time=90d",
         "--log.level=error"], "rig-prometheus", is_ready)  # fmt: skip
    peer.start() if peer.process is None else None
    try:
        wait_until(is_ready, 20, "prometheus ready")
        differences = []
        for expression in EXPRESSIONS:
            fields = {"query": expression, "start": start - 120, "end": start + 4000, "step": 37}
            mine = rows(ask(ours, "/query_range", fields, token))
            theirs = rows(ask(f"http://127.0.0.1:{port}/api/v1", "/query_range", fields))
            if mine.keys() != theirs.keys():
                differences.append((expression, sorted(mine)[:3], sorted(theirs)[:3]))
                continue
            for labels, expected in theirs.items():
                got = mine[labels]
                if got.keys() != expected.keys():
                    missing = sorted(expected.keys() ^ got.keys())[:5]
                    differences.append((expression, labels, "times", missing))
                    continue
                for t, value in expected.items():
                    # Both write NaN as the same text, which equals nothing as a number.
                    same = value == got[t] or math.isclose(
                        float(value), float(got[t]), rel_tol=1e-9, abs_tol=1e-12)
                    if not same:
                        differences.append((expression, labels, t, got[t], value))
                        break
        assert not differences, "\n".join(map(str, differences))
    finally:
        peer.stop()
