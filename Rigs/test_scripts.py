"""Texts that would be scripts, in every field that takes a text, seen in a real browser (X6)."""

import csv
import io
import json
import os
import shutil
import time

import paho.mqtt.client as mqtt
import pytest

from box import Box, Peer, free_port, listens, rfc3339, wait_until
from conftest import need
from test_doors import ask
from test_guessing import session_of_owner

# Each calls `mark`, which the page counts; all are short enough for a name of 60 characters.
PAYLOADS = [
    "<script>mark(1)</script>",
    "<img src=x onerror=mark(2)>",
    "<svg onload=mark(3)>",
    "\"><script>mark(4)</script>",
    "'><img src=x onerror=mark(5)>",
    "\" autofocus onfocus=mark(6) x=\"",
    "' autofocus onfocus=mark(7) x='",
    "</title><script>mark(8)</script>",
    "</textarea><svg/onload=mark(9)>",
    "--><script>mark(10)</script>",
    "<iframe srcdoc=\"<script>parent.mark(11)</script>\">",
    "<a href=javascript:mark(12)>x</a>",
    "<math><mtext></p><img src=x onerror=mark(13)>",
    "<details open ontoggle=mark(14)>",
    "<style>@import'//evil.example/x'</style>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
    "<form action=//evil.example><button>x",
    "{{{payload}}}<b>{{7*7}}</b>${mark(18)}",
    "&lt;script&gt;mark(19)&lt;/script&gt;",
    "\\u003cscript\\u003emark(20)\\u003c/script\\u003e",
    "<ScRiPt src=data:,mark(21)></sCrIpT>",
    "%3Cscript%3Emark(22)%3C/script%3E",
    "<svg><animate onbegin=mark(23) attributeName=x>",
    "+ADw-script+AD4-mark(24)+ADw-/script+AD4-",
    "<object data=javascript:mark(25)>",
    "<link rel=stylesheet href=//evil.example/x>",
    "javascript:mark(26)",
]  # fmt: skip
COUNT = "window.marks = []; window.mark = n => window.marks.push(n);"
# What a text that was taken as markup would leave behind.
TRACES = """() => [...document.querySelectorAll(
    'script:not([src]), [onload], [onerror], [onfocus], [ontoggle], [onbegin], iframe, object, '
    + 'base, math, animate, style, [href^="javascript:" i], [href*="evil.example"], '
    + '[src*="evil.example"], [action*="evil.example"], [http-equiv=refresh], img[src=x]')]
    .map(e => e.outerHTML.slice(0, 200))"""


def texts(number, limit=60):
    """Payloads in turn, one after the other, cut to nothing: all fit a name."""
    text = PAYLOADS[number % len(PAYLOADS)]
    assert len(text) <= limit, text
    return text


def quoted(text):
    """A text as TOML and JSON write it."""
    return json.dumps(text)


def site(port):
    """factory.toml with a payload wherever it takes a text."""
    lines = [
        "[site]", f"name = {quoted(PAYLOADS[0])}", 'zone = "Europe/London"', 'currency = "GBP"',
        "[tariff]", f"source = {quoted(PAYLOADS[1])}", 'rate = "0.27"',
        "[[carbon]]", "year = 2026", 'kg = "0.131"', f"source = {quoted(PAYLOADS[2])}",
        "[[area]]", 'id = "hall"', f"name = {quoted(PAYLOADS[3])}",
        "[[shift]]", f"name = {quoted(PAYLOADS[4])}",
        'days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]', "from = 00:00:00",
        "to = 23:59:00",
        "[[connection]]", 'id = "broker"', 'kind = "mqtt"', f'address = "127.0.0.1:{port}"',
        'discover = "#"',
    ]  # fmt: skip
    for number, payload in enumerate(PAYLOADS):
        lines += ["[[reason]]", f'id = "r{number}"', f"name = {quoted(payload)}", 'loss = "breakdown"',
                  f"details = [{quoted(payload)}]"]  # fmt: skip
    for number, payload in enumerate(PAYLOADS):
        lines += [
            "[[machine]]", f'id = "m{number}"', f"name = {quoted(payload)}", 'area = "hall"',
            "  [[machine.signal]]", '  id = "current"', '  connection = "line-protocol"',
            f'  read = "machine,machine=m{number} current"', '  kind = "number"', '  unit = "A"',
            f"  name = {quoted(payload)}",
            "  [machine.state]", '  running = { signal = "current", above = 1.0 }',
            '  running_after = "1s"', '  stopped_after = "1s"',
        ]  # fmt: skip
    lines += ["[[line]]", 'id = "all"', f"name = {quoted(PAYLOADS[5])}", 'machines = ["m0", "m1"]']
    return "\n".join(lines)


def say_everything(box, broker):
    """Puts the payloads into every field; says how many were taken."""
    now = int(time.time())
    box.apply(site(broker))
    taken = {}

    def count(field, answer):
        taken[field] = taken.get(field, 0) + (answer.status in (200, 201, 204))

    for number, payload in enumerate(PAYLOADS):
        start, machine = now - 3000, f"m{number}"
        series = "".join(
            f"machine,machine={machine} current={0 if 900 < i < 1500 else 5} {(start + i) * 10**9}\n"
            for i in range(0, 2900, 60))
        box.write(series)
        at = rfc3339(start + 1000)
        span = {"from": rfc3339(start), "to": rfc3339(start + 600)}
        count("job", box.say("job.started", {
            "machine": machine, "at": rfc3339(start), "job": payload, "product": payload,
            "ideal_per_part_ns": str(10**10), "estimate": False, "planned_parts": 100}))  # fmt: skip
        count("detail", box.say("stop.reason", {
            "machine": machine, "at": at, "reason": f"r{number}", "detail": payload}))  # fmt: skip
        count("cause", box.say("count.booked", {
            "machine": machine, **span, "good": 5, "scrap": 1, "rework": 0, "cause": payload}))  # fmt: skip
        count("note", box.say("odd.explained", {
            "machine": machine, "signal": None, "at": at, "note": payload}))  # fmt: skip
        mark = "".join(f"\\{c}" if c in ", =" else c for c in payload)
        count("measurement", box.write(
            f"{mark},{mark}={mark} {mark}={number} {now * 10**9}\n"))  # fmt: skip
        body = json.dumps({"name": payload, "scopes": ["read"]}).encode()
        jsons = {"Content-Type": "application/json"}
        count("token", box.request("POST", "/api/v1/tokens", body, headers=jsons))
        body = json.dumps({"name": payload, "role": "viewer"}).encode()
        count("person", box.request("POST", "/api/v1/people", body, headers=jsons))
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(["date", *PAYLOADS])
    writer.writerow([rfc3339(now - 60), *range(len(PAYLOADS))])
    file = box.folder / "<img src=x onerror=mark(0)>.csv"
    file.write_text(table.getvalue())
    mapping = box.folder / "map.toml"
    values = "\n".join(f"[[value]]\ncolumn = {quoted(p)}\n" for p in PAYLOADS)
    mapping.write_text(f'separator = ","\ntime = "date"\nformat = "iso"\n\n{values}')
    box.run("import", file, "--map", mapping)
    return taken


def publish(port):
    """A message on a topic for each payload that may be a topic, with the payload as its value."""
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, "rig-scripts")
    client.connect("127.0.0.1", port)
    client.loop_start()
    for number, payload in enumerate(PAYLOADS):
        topic = payload.replace("+", "").replace("#", "")
        client.publish(topic, str(number), qos=1).wait_for_publish(5)
    client.loop_stop()
    client.disconnect()


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory, claimed_folder):
    """A box with a payload in every field."""
    folder = tmp_path_factory.mktemp("scripts")
    port = free_port()
    user = "root" if os.geteuid() == 0 else os.environ.get("USER", "nobody")
    (folder / "mosquitto.conf").write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\nuser {user}\n")
    broker = Peer([need("mosquitto"), "-c", folder / "mosquitto.conf"], "scripts-mosquitto",
                  ready=lambda: listens(port))  # fmt: skip
    box = Box(folder, "scripts")
    shutil.copytree(claimed_folder, box.data)
    box.start()
    box.taken = say_everything(box, port)
    wait_until(box.is_connected, 20, "subscribed")
    publish(port)
    owner = session_of_owner(box)
    for payload in PAYLOADS[:5]:
        owner.send("/devices", name=payload, kind="board")
    box.cookie = owner.cookie
    yield box
    box.stop()
    broker.stop()


def test_x6_every_field_took_what_it_was_given(poisoned):
    """Without this, an empty page would pass the next test."""
    for field, count in poisoned.taken.items():
        assert count >= 20, (field, count)
    told = json.dumps(poisoned.signals())
    assert sum(json.dumps(p)[1:-1] in told for p in PAYLOADS) >= 20


def pages(box):
    """The pages that show texts of people, machines and sources."""
    signals = [s["id"] for s in box.signals()]
    found = ["/welcome", "/now", "/time", "/energy", "/quality", "/machines", "/about", "/audit",
             "/people", "/account", "/backup", "/api", "/certificate", "/confirm"]  # fmt: skip
    for number in (0, 1, 3, 5, 10, 18):
        found += [f"/m/m{number}", f"/m/m{number}/states", f"/m/m{number}/stop"]
    found += [f"/quality/{signal}" for signal in signals[:3]]
    found += ["/how/time-lost?machine=m1", "/how/oee?machine=m3", "/how/reasons-given"]
    escaped = "%22%3E%3Cscript%3Emark(99)%3C/script%3E"
    found += [f"/sign-in?back={escaped}", f"/join?code={escaped}", f"/pair?c={escaped}",
              f"/time?range={escaped}", f"/errors/{escaped}", f"/m/{escaped}", f"/{escaped}",
              f"/how/{escaped}?machine={escaped}", f"/quality/{escaped}"]  # fmt: skip
    return found


def test_x6_no_text_runs_in_any_page(browser, poisoned):
    complaints, shown = {}, 0
    dialogs, errors = [], []
    headers = {"Cookie": poisoned.cookie}
    with browser.page(poisoned.address, "scripts", watch=False) as page:
        name, value = poisoned.cookie.split("; ")[0].split("=")
        page.context.add_cookies([{"name": name, "value": value, "url": poisoned.address}])
        page.add_init_script(COUNT)
        page.on("dialog", lambda d: (dialogs.append(d.message), d.dismiss()))
        page.on("console", lambda m: m.type in ("error", "warning") and errors.append(m.text))
        page.on("pageerror", lambda e: errors.append(str(e)))
        page.on("request", lambda r: "evil.example" in r.url and errors.append(r.url))
        for path in pages(poisoned):
            errors.clear()
            status = ask(poisoned, "GET", path, None, headers)[0]
            page.goto(path, wait_until="load")
            told = {"marks": page.evaluate("window.marks"), "traces": page.evaluate(TRACES),
                    "dialogs": list(dialogs)}  # fmt: skip
            # The browser itself says that a page was answered with an error.
            told["errors"] = [e for e in errors if not (status >= 400 and "Failed to load" in e)]
            if any(told.values()):
                complaints[path] = told
            shown += "mark(" in page.locator("body").inner_text()
    assert complaints == {}
    assert shown >= 12, f"only {shown} pages showed a payload as a text"


def test_x6_a_page_that_does_run_a_text_is_noticed(browser):
    """The check itself: the payloads, written into a page without escaping and without a policy."""
    found = 0
    with browser.page("http://127.0.0.1:1", "scripts-plain", watch=False) as page:
        page.add_init_script(COUNT)
        page.route("**/*", lambda route: route.fulfill(
            content_type="text/html", body=f"<!doctype html><body><p>{page.payload}</p>"))  # fmt: skip
        for payload in PAYLOADS[:4] + PAYLOADS[11:15]:
            page.payload = payload
            page.goto("http://127.0.0.1:1/")
            page.wait_for_timeout(100)
            found += bool(page.evaluate("window.marks").__len__() or page.evaluate(TRACES))
    assert found == 8
