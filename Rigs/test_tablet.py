"""The tablet at a machine in a browser: offline, lost replies, wrong clocks, scanners, languages, fingers.

With MILLWRIGHT_ASSETS=Sources/Web/Assets the scripts and styles of that folder stand in for the built ones.
"""

import contextlib
import http.client
import json
import os
import random
import re
import shutil
import socket
import struct
import subprocess
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error

from box import OUT, ROOT, Box, wait_until
from conftest import need
from test_browser import WCAG
from test_doors import cookies
from test_guessing import Visitor, session_of_owner

ZONE = ZoneInfo("Europe/London")
DAYS = 'days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]'
ASSETS = os.environ.get("MILLWRIGHT_ASSETS")
UNDO_S = 10
STOPS = 21
STOP_S = 180
EVERY_S = 900
REASONS = {
    "material": "No material", "tool": "Tool broken", "setter": "Waiting for setter",
    "crane": "Waiting for crane", "check": "Measuring", "jam": "Jammed", "clean": "Cleaning",
    "other": "Something else",
}  # fmt: skip
DETAILS = ["Not delivered", "Wrong one", "In the store"]
NAMES = {f"m{k}": f"Mill {k}" for k in range(14)}
TRIED = "m12"  # ran for four minutes between two stops
HAND = "bench"
SCREENS = {1280: 800, 1024: 600, 390: 844}
DIALOGS = ["pad", "cause", "job", "help", "stops", "split", "note", "language"]
SHIFTED = """
  const real = Date;
  const ahead = () => Number(localStorage.getItem('rig-ahead') ?? %d);
  globalThis.Date = class extends real {
    constructor(...given) { given.length ? super(...given) : super(real.now() + ahead()); }
    static now() { return real.now() + ahead(); }
  };
"""


# The site


def site(now):
    """Machines that a rig wrote the past of, and a bench that nothing is read from."""
    hour = datetime.fromtimestamp(now, ZONE).hour
    first, second = (hour - 6) % 24, (hour + 6) % 24
    lines = ["[site]", 'name = "Rig"', 'zone = "Europe/London"', ""]
    for name, start, end in (("One", first, second), ("Two", second, first)):
        lines += ["[[shift]]", f'name = "{name}"', DAYS,
                  f"from = {start:02}:00:00", f"to = {end:02}:00:00", ""]  # fmt: skip
    for reason, name in REASONS.items():
        lines += ["[[reason]]", f'id = "{reason}"', f'name = "{name}"',
                  f"details = {json.dumps(DETAILS)}", ""]  # fmt: skip
    for machine, name in NAMES.items():
        lines += ["[[machine]]", f'id = "{machine}"', f'name = "{name}"', "  [[machine.signal]]",
                  '  id = "current"', '  kind = "number"', '  connection = "line-protocol"',
                  f'  read = "floor,machine={machine} current"', "  [machine.state]",
                  '  running_after = "1s"', '  silent_after = "4h"',
                  '  running = { signal = "current", above = 1.0 }', ""]  # fmt: skip
    return "\n".join(lines + ["[[machine]]", f'id = "{HAND}"', 'name = "Bench"', ""])


def starts(now):
    """When the stops of the past began: the last one lasts."""
    return [now - 300 - EVERY_S * k for k in range(STOPS)][::-1]


class Shop:
    """A box, an owner at it, and what its machines did."""

    def __init__(self, box):
        self.box = box
        self.now = int(time.time()) // 60 * 60
        box.apply(site(self.now))
        self.stops = starts(self.now)
        begin = self.stops[0] - 600
        lines = []
        for at in range(begin, self.now + 60, 60):
            stands = any(s <= at < s + STOP_S for s in self.stops[:-1]) or at >= self.stops[-1]
            tried = self.stops[-3] + STOP_S + 240 <= at < self.stops[-3] + 2 * STOP_S + 240
            lines += [f"floor,machine={m} current={0 if stands or tried and m == TRIED else 50} {at}"
                      for m in NAMES]  # fmt: skip
        answer = box.write("\n".join(lines), precision="s")
        assert answer.status == 204, answer.text
        self.signed_in, self.session = -1e9, None

    @property
    def owner(self):
        """The owner, who is asked for the pass phrase again after five minutes."""
        if time.monotonic() - self.signed_in > 200:
            self.signed_in, self.session = time.monotonic(), session_of_owner(self.box)
        self.session.connection.close()  # it may have been idle for too long
        return self.session

    def run(self, machine):
        """The machine works from now on."""
        lines = [f"floor,machine={machine} current=50 {int(time.time()) - k}" for k in (3, 2, 1)]
        assert self.box.write("\n".join(lines), precision="s").status == 204
        wait_until(lambda: self.box.machine(machine)["state"] == "running", 20, "it runs")

    def stand(self, machine):
        lines = [f"floor,machine={machine} current=0 {int(time.time()) - k}" for k in (1, 0)]
        assert self.box.write("\n".join(lines), precision="s").status == 204
        wait_until(lambda: self.box.machine(machine)["state"] != "running", 20, "it stands")

    def pair(self, name, machine=""):
        """The pass of a new tablet."""
        _, _, text = self.owner.send("/devices", name=name, kind="tablet", machine=machine)
        offer = re.search(r'class="big">([0-9A-Z]+)<', text)[1]
        tablet = Visitor(self.box, "127.0.0.1", page="/pair")
        status, headers, text = tablet.ask(
            "POST", "/pair", f"{tablet.form.replace('mw-form', 'token')}&offer={offer}".encode(),
            {"Content-Type": "application/x-www-form-urlencoded"})  # fmt: skip
        assert status == 200, text[:500]
        digits = re.search(r'class="digits"[^>]*>(\d{4})<', text)[1]
        tablet.cookie += "; " + cookies(headers)
        assert self.owner.send("/devices/confirm", offer=offer, digits=digits)[0] in (200, 303)
        _, headers, _ = tablet.ask("GET", "/pair/wait")
        return dict(c.split("=", 1) for c in cookies(headers).split("; "))["mw-device"]

    def withdraw(self, name):
        (device,) = [d for d in self.box.items("/api/v1/devices") if d["name"] == name]
        assert self.owner.send(f"/devices/{device['id']}/end")[0] in (200, 303)

    def said(self, machine, *kinds):
        """What was said of a machine, oldest first."""
        kinds = ",".join(kinds or ["stop.reason"])
        found = self.box.items(f"/api/v1/journal?kinds={kinds}&limit=500&order=asc")
        return [e for e in found if e["facts"].get("machine") == machine]


class Wire:
    """The Wi-Fi between tablets and the box: it can be cut, go silent, or be slow."""

    def __init__(self, port, address="127.0.0.1"):
        self.target = (address, port)
        self.is_cut, self.is_silent, self.delay_s = False, False, 0
        self.open = set()
        self.server = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.server.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                near, _ = self.server.accept()
                if self.is_cut:
                    self.reset(near)
                    continue
                far = socket.create_connection(self.target)
                self.open |= {near, far}
                for one, two, is_inward in ((near, far, True), (far, near, False)):
                    threading.Thread(target=self.carry, args=(one, two, is_inward), daemon=True).start()

    @staticmethod
    def reset(line):
        with contextlib.suppress(OSError):
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            line.shutdown(socket.SHUT_RDWR)
        line.close()

    def carry(self, one, two, is_inward):
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                while self.is_silent:
                    time.sleep(0.05)
                if is_inward and self.delay_s:
                    time.sleep(self.delay_s)
                if not (is_inward and self.replaced(data, one)):
                    two.sendall(data)
        for line in (one, two):
            self.reset(line)
            self.open.discard(line)

    @staticmethod
    def replaced(data, line):
        """Answers for a script or style from the sources."""
        asked = re.match(rb"GET /(?:assets/(operator|millwright)[^ ]*?\.(js|css)|o/(sw)\.js)[? ]", data)
        if not (ASSETS and asked):
            return False
        name = "operator-worker.js" if asked[3] else f"{asked[1].decode()}.{asked[2].decode()}"
        kind = "text/css" if name.endswith("css") else "text/javascript"
        body = (ROOT / ASSETS / name).read_bytes()
        line.sendall(f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nCache-Control: max-age=600\r\n"
                     f"Content-Length: {len(body)}\r\n\r\n".encode() + body)  # fmt: skip
        return True

    def cut(self):
        self.is_cut = True
        for line in list(self.open):
            self.reset(line)

    def restore(self):
        self.is_cut = self.is_silent = False

    def close(self):
        self.cut()
        self.server.close()


@pytest.fixture(scope="module")
def shop(tmp_path_factory, claimed_folder):
    box = Box(tmp_path_factory.mktemp("tablet"), "tablet")
    shutil.copytree(claimed_folder, box.data)
    box.start()
    yield Shop(box)
    box.stop()


@pytest.fixture
def wire(shop):
    made = Wire(shop.box.port)
    yield made
    made.close()


@pytest.fixture
def tablet(browser, shop, wire, request):
    """Makes tablets: browsers that have a pass and nothing else."""
    made = []

    def make(machine=None, size=1280, ahead=0, name=None, **options):
        context = browser.chromium.new_context(
            viewport={"width": size, "height": SCREENS[size]}, **options)  # fmt: skip
        context.set_default_timeout(20_000)
        made.append(context)
        if ahead:
            context.add_init_script(SHIFTED % ahead)
        name = name or f"Tablet {request.node.name[5:35]} {len(made)}"
        context.add_cookies([{"name": "mw-device", "value": shop.pair(name), "url": wire.address}])
        context.pass_name = name
        if machine:
            return open_page(context, wire, machine)
        return context

    yield make
    for number, context in enumerate(made):
        if request.node.stash.get(FAILED, False):
            for page in context.pages:
                with contextlib.suppress(Error):
                    page.screenshot(path=OUT / f"failed-{request.node.name[:50]}-{number}.png", timeout=3000)
        context.close()


FAILED = pytest.StashKey()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    report = (yield).get_result()
    item.stash[FAILED] = report.failed


def open_page(context, wire, machine):
    page = context.new_page()
    page.goto(f"{wire.address}/o/{machine}")
    page.locator("body[data-machine]").wait_for()
    # The script has begun when it registered for clicks: its first look changes the net bar.
    page.wait_for_function("() => typeof indexedDB !== 'undefined' && document.readyState === 'complete'")
    return page


def kill(page):
    """The tab dies without any farewell."""
    with contextlib.suppress(Error):
        page.goto("chrome://crash", timeout=5000)
    page.close()


def wait_for_worker(page, limit_s=15):
    """Until the page would open without the network: its worker has a copy of it."""
    fact = """async () => {
      const files = [...document.querySelectorAll('script[src], link[rel=stylesheet]')].map(e => e.src || e.href);
      const kept = await Promise.all([location.pathname, '/assets/messages.js', ...files]
        .map(file => caches.match(file, { ignoreVary: true })));
      return Boolean(navigator.serviceWorker.controller) && kept.every(Boolean); }"""
    wait_until(lambda: page.evaluate(fact), limit_s, "a copy of the page in the worker's keeping")


def tap(page, selector):
    """A tap on something that is shown; when it was, by the box's clock."""
    place = page.locator(selector).first
    place.wait_for()
    page.wait_for_timeout(430)  # what comes sooner on the same place is a double tap
    moment = time.time()
    place.click()
    return moment


def kept(page):
    """How many entries wait in the browser's store."""
    return len(kept_ids(page))


def kept_ids(page):
    return page.evaluate("""() => new Promise((good, bad) => {
      const ask = indexedDB.open('millwright', 1);
      ask.onerror = () => bad(ask.error);
      ask.onsuccess = () => {
        const keys = ask.result.transaction('queue').objectStore('queue').getAllKeys();
        keys.onsuccess = () => { ask.result.close(); good(keys.result); }; }; })""")


def seconds(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def wait_for_entries(shop, machine, count, *kinds, limit_s=45, page=None):
    """Waits for so many entries, then makes sure that no more come; a page with routes needs its turns."""
    rest = (lambda s: page.wait_for_timeout(s * 1000)) if page else time.sleep
    deadline = time.monotonic() + limit_s
    while len(shop.said(machine, *kinds)) < count and time.monotonic() < deadline:
        rest(0.4)
    rest(5)
    found = shop.said(machine, *kinds)
    assert len(found) == count, [(e["recorded"], e["facts"]) for e in found]
    return found


# D2


def give_reasons(page, stops, first):
    """Two taps for each stop: it, from the list of stops, and its reason. Gives what was meant."""
    meant = {}
    for number, stop in enumerate(stops, first):
        tap(page, "[data-open=stops]")
        tap(page, f"#stops [data-pick='{stop}']")
        before = set(kept_ids(page))
        tile = list(REASONS)[number % len(REASONS)]
        tap(page, f".rz[data-reason={tile}]")
        wait_until(lambda: set(kept_ids(page)) - before, 5, "the entry kept on the tablet", 0.02)
        meant[stop / 1000] = tile
    return meant


def listed(page, shop):
    found = [int(b.get_attribute("data-pick")) for b in page.locator("#stops [data-pick]").all()]
    assert len(found) == STOPS, found
    by_samples = [s for s in reversed(shop.stops)]
    assert all(abs(a / 1000 - b) <= 1 for a, b in zip(found, by_samples)), (found, by_samples)
    return found[1:]  # the one that lasts is left out


def check_d2(shop, machine, meant):
    found = wait_for_entries(shop, machine, 20)
    assert len({e["id"] for e in found}) == 20
    for start, reason in meant.items():
        mine = [e for e in found if abs(seconds(e["facts"]["at"]) - start) <= 1]
        assert [e["facts"]["reason"] for e in mine] == [reason], (start, mine)


@pytest.mark.parametrize("way", ["opened again while offline", "without a service worker"])
def test_d2_twenty_reasons_offline_and_a_killed_tab_are_twenty_entries(shop, wire, tablet, way):
    has_worker = way.startswith("opened")
    machine = "m0" if has_worker else "m1"
    page = tablet(machine, service_workers="allow" if has_worker else "block")
    context = page.context
    stops = listed(page, shop)
    if has_worker:
        wait_for_worker(page)
    wire.cut()
    meant = give_reasons(page, stops[:10], 0)
    kill(page)
    if has_worker:
        page = open_page(context, wire, machine)
        assert kept(page) == 10
        page.locator("#net", has_text="10 entries are saved on this tablet").wait_for()
    else:
        page = context.new_page()
        with pytest.raises(Error, match="ERR_"):
            page.goto(f"{wire.address}/o/{machine}")
        wire.restore()
        page = open_page(context, wire, machine)
        wire.cut()
    meant |= give_reasons(page, stops[10:20], 10)
    kill(page)
    assert len(shop.said(machine)) <= (0 if has_worker else 10)
    wire.restore()
    page = open_page(context, wire, machine)
    check_d2(shop, machine, meant)
    assert kept(page) == 0


def test_a_reason_falls_on_the_stop_that_is_shown_also_long_after_the_one_before(shop, wire, tablet):
    """The time after which a choice is forgotten must not end the next choice."""
    shop.run("m2")
    page = tablet("m2")
    stops = listed_of(page)
    tap(page, "[data-open=stops]")
    tap(page, f"#stops [data-pick='{stops[3]}']")
    tap(page, ".rz[data-reason=tool]")
    page.wait_for_timeout(3 * UNDO_S * 1000 - 2500)
    tap(page, "[data-open=stops]")
    tap(page, f"#stops [data-pick='{stops[5]}']")
    page.wait_for_timeout(4000)
    assert page.locator("#which").inner_text().strip() != ""
    tap(page, ".rz[data-reason=crane]")
    found = wait_for_entries(shop, "m2", 2)
    assert [(round(seconds(e["facts"]["at"]) * 1000), e["facts"]["reason"]) for e in found] == [
        (stops[3], "tool"), (stops[5], "crane")]  # fmt: skip


def listed_of(page):
    page.locator("#stops [data-pick]").first.wait_for(state="attached")
    return [int(b.get_attribute("data-pick")) for b in page.locator("#stops [data-pick]").all()]


def test_the_page_opens_offline_at_once_after_the_first_visit_also_with_an_empty_cache(shop, wire, tablet):
    """A worker that has only what was asked for after it woke would open a page without its script."""
    page = tablet("m3")
    wait_for_worker(page)
    page.wait_for_timeout(1000)
    page.context.new_cdp_session(page).send("Network.clearBrowserCache")
    wire.cut()
    page.reload()
    moment = tap(page, "#seen")
    wait_until(lambda: kept(page) == 1, 5, "the entry kept on the tablet")
    assert page.evaluate("getComputedStyle(document.querySelector('.rg')).display") == "grid"
    wire.restore()
    (entry,) = wait_for_entries(shop, "m3", 1, "problem.seen")
    assert abs(seconds(entry["facts"]["at"]) - moment) <= 1


def test_the_page_opens_within_ten_seconds_where_the_network_swallows_everything(shop, wire, tablet):
    page = tablet("m3")
    wait_for_worker(page)
    wire.is_silent = True
    started = time.monotonic()
    page.reload(timeout=40_000)
    took = time.monotonic() - started
    wire.restore()
    assert took < 10, f"{took:.1f} s"


# T11


def journal_post(shop, entry, device, reads=True):
    """Sends an entry as a tablet does; without reading, the reply is lost."""
    body = json.dumps(entry).encode()
    line = http.client.HTTPConnection("127.0.0.1", shop.box.port, timeout=30)
    try:
        line.request("POST", "/api/v1/journal", body, {
            "Content-Type": "application/json", "Cookie": "mw-device=" + device,
            "Origin": shop.box.address})  # fmt: skip
        if not reads:
            line.sock.settimeout(random.choice([0.0, 5]))  # gone at once, or after it was answered
            with contextlib.suppress(OSError):
                line.sock.recv(1, socket.MSG_PEEK)
            Wire.reset(line.sock)
            return None
        reply = line.getresponse()
        return reply.status, reply.read()
    finally:
        line.close()


def id_of_tablet():
    made = int(time.time() * 1000)
    return str(uuid.UUID(int=made << 80 | 7 << 76 | random.getrandbits(12) << 64
                         | 2 << 62 | random.getrandbits(62)))  # fmt: skip


@pytest.mark.alone
def test_t11_a_thousand_entries_with_lost_replies_and_double_taps_have_their_effect_once(shop, wire, tablet):
    random.seed(11)
    device = shop.pair("T11")
    begin = shop.now - 3600
    sent, good, scrap = {}, 0, 0
    pool = ThreadPoolExecutor(2)
    tally = {"lost": 0, "doubled": 0, "statuses": {}}
    started = time.monotonic()
    for number in range(1000):
        at = datetime.fromtimestamp(begin + number * 3, ZONE).astimezone().isoformat()
        entry = {"id": id_of_tablet()}
        match number % 4:
            case 0 | 1:
                good += number % 7 + 1
                scrap += number % 3
                entry |= {"kind": "count.booked", "facts": {
                    "machine": HAND, "from": at, "to": at, "good": number % 7 + 1,
                    "scrap": number % 3, "rework": 0, "cause": ""}}  # fmt: skip
            case 2:
                entry |= {"kind": "problem.seen", "facts": {"machine": HAND, "at": at}}
            case 3:
                entry |= {"kind": "stop.reason", "facts": {
                    "machine": HAND, "at": at, "reason": "tool", "detail": str(number)}}  # fmt: skip
        sent[entry["id"]] = entry
        while random.random() < 0.2:
            tally["lost"] += 1
            journal_post(shop, entry, device, reads=False)
        answers = [pool.submit(journal_post, shop, entry, device)]
        if random.random() < 0.1:
            tally["doubled"] += 1
            answers.append(pool.submit(journal_post, shop, entry, device))
        for answer in answers:
            status, text = answer.result()
            assert status in (200, 201), (status, text)
            tally["statuses"][status] = tally["statuses"].get(status, 0) + 1
    took = time.monotonic() - started
    kinds = ("count.booked", "problem.seen", "stop.reason")
    found = [e for e in shop.said(HAND, *kinds) if e["id"] in sent]
    assert len(found) == 1000 and {e["id"] for e in found} == set(sent)
    assert all(e["facts"]["detail"] == sent[e["id"]]["facts"]["detail"] for e in found
               if e["kind"] == "stop.reason")  # fmt: skip
    page = tablet(HAND)
    shown = page.locator(".oh-p b")
    shown.wait_for()
    assert int(re.sub(r"\D", "", shown.inner_text())) in (good, good + scrap), (good, scrap)
    print(tally, f"{took:.1f} s", {"good": good, "scrap": scrap, "shown": shown.inner_text()})
    assert tally["lost"] > 150 and tally["doubled"] > 60


def test_r20_an_id_that_comes_again_with_other_words_is_a_conflict(shop):
    device = shop.pair("R20")
    entry = {"id": id_of_tablet(), "kind": "stop.reason", "facts": {
        "machine": HAND, "at": datetime.now(ZONE).isoformat(), "reason": "tool", "detail": "one"}}  # fmt: skip
    assert journal_post(shop, entry, device)[0] == 201
    entry["facts"]["detail"] = "another"
    status, text = journal_post(shop, entry, device)
    assert [e["facts"]["detail"] for e in shop.said(HAND) if e["id"] == entry["id"]] == ["one"]
    assert status == 409, (status, text)


def test_t11_thirty_taps_on_the_page_with_lost_replies_count_once(shop, wire, tablet):
    random.seed(30)
    page = tablet("m4")
    lost = []

    def lose(route):
        if random.random() < 0.2:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    page.route("**/api/v1/journal", lose)
    moments = []
    for number in range(30):
        if number % 2:
            moments.append(tap(page, "#seen"))
        else:
            tap(page, "[data-count=good]")
            tap(page, f"#pad .keys9 button:text-is('{number % 9 + 1}')")
            moments.append(tap(page, "#pad [data-key=ok]"))
    found = wait_for_entries(shop, "m4", 30, "problem.seen", "count.booked", limit_s=90, page=page)
    assert lost and set(lost) <= {200, 201}
    times = sorted(seconds(e["facts"].get("at") or e["facts"]["from"]) for e in found)
    assert all(abs(a - b) <= 1 for a, b in zip(times, moments)), list(zip(times, moments))
    counts = [e["facts"]["good"] for e in found if e["kind"] == "count.booked"]
    assert sorted(counts) == sorted(n % 9 + 1 for n in range(0, 30, 2))
    total = shop.box.machine("m4")
    page.reload()
    assert int(page.locator(".oh-p b").inner_text()) == sum(counts), total
    print({"lost": len(lost)})


def test_a_double_tap_says_a_thing_once_and_touches_nothing_beneath(shop, wire, tablet):
    """A second tap of a nervous finger lands on the same place, whatever stands there by then."""
    page = tablet("m5")
    where = page.locator(".rz[data-reason=jam]")

    def twice(selector):
        spot = page.locator(selector).first.bounding_box()
        x, y = spot["x"] + spot["width"] / 2, spot["y"] + spot["height"] / 2
        for _ in range(2):
            page.mouse.click(x, y)
            page.wait_for_timeout(70)
        page.wait_for_timeout(600)

    where.wait_for()
    twice(".rz[data-reason=jam]")
    assert kept(page) == 1, "a reason, tapped twice"
    twice("#seen")
    assert kept(page) == 2, "“I am on it”, tapped twice"
    tap(page, "[data-count=good]")
    tap(page, "#pad .keys9 button:text-is('4')")
    tap(page, "#pad .keys9 button:text-is('4')")
    assert page.locator("#pad-value").inner_text() == "44", "two digits are two taps"
    twice("#pad [data-key=ok]")
    assert kept(page) == 3, "parts, saved twice"
    tap(page, "[data-open=help]")
    twice("[data-help=leader]")  # a call goes at once: that it is one is seen at the box
    found = wait_for_entries(
        shop, "m5", 4, "stop.reason", "problem.seen", "count.booked", "help.called")  # fmt: skip
    assert sorted(e["kind"] for e in found) == [
        "count.booked", "help.called", "problem.seen", "stop.reason"]  # fmt: skip
    (booked,) = [e for e in found if e["kind"] == "count.booked"]
    assert booked["facts"]["good"] == 44


# Clocks


def said_at(shop, machine, count):
    found = wait_for_entries(shop, machine, count, "problem.seen")
    return [seconds(e["facts"]["at"]) for e in found][-count:]


@pytest.mark.parametrize("ahead_s", [17 * 60, -17 * 60, 86_400, -86_400])
def test_a_wrong_clock_of_the_tablet_does_not_matter(shop, wire, tablet, ahead_s):
    before = len(shop.said("m6", "problem.seen"))
    page = tablet("m6", ahead=ahead_s * 1000)
    moments = [tap(page, "#seen")]
    page.wait_for_timeout(1500)
    page.reload()
    moments.append(tap(page, "#seen"))
    found = said_at(shop, "m6", before + 2)[before:]
    assert all(abs(a - b) <= 1 for a, b in zip(found, moments)), [a - b for a, b in zip(found, moments)]


@pytest.mark.parametrize("way", ["the page stays open", "the page is opened again offline"])
def test_a_clock_that_jumps_while_it_is_offline_does_not_matter(shop, wire, tablet, way):
    before = len(shop.said("m7", "problem.seen"))
    page = tablet("m7", ahead=17 * 60_000)
    wait_for_worker(page)
    wire.cut()
    moments = [tap(page, "#seen")]
    page.evaluate("localStorage.setItem('rig-ahead', String(-3 * 3600 * 1000))")
    if way.endswith("offline"):
        page.reload()
    page.wait_for_timeout(1200)
    moments.append(tap(page, "#seen"))
    page.wait_for_timeout(1200)
    wire.restore()
    page.wait_for_timeout(6000)
    moments.append(tap(page, "#seen"))
    found = said_at(shop, "m7", before + 3)[before:]
    found.sort()
    assert all(abs(a - b) <= 1 for a, b in zip(found, moments)), [a - b for a, b in zip(found, moments)]


def test_a_clock_that_was_put_right_between_two_visits_does_not_matter(shop, wire, tablet):
    page = tablet("m8", ahead=86_400_000)
    page.wait_for_timeout(1000)
    page.evaluate("localStorage.setItem('rig-ahead', '0')")
    page.reload()
    moment = tap(page, "#seen")
    (found,) = said_at(shop, "m8", 1)
    assert abs(found - moment) <= 1, found - moment


# Bad networks


WATCH_TILES = """() => { globalThis.slow = [];
  document.addEventListener('click', (event) => {
    const tile = event.target.closest('.rz');
    if (!tile) return;
    const from = event.timeStamp;
    const done = () => requestAnimationFrame(() => slow.push(performance.now() - from));
    if (tile.classList.contains('sel')) return;
    new MutationObserver((_, watch) => {
      if (tile.classList.contains('sel')) { watch.disconnect(); done(); }
    }).observe(tile, { attributes: true });
  }, true); }"""


@pytest.mark.alone
@pytest.mark.parametrize("net", ["flapping", "slow"])
def test_on_a_bad_network_every_tap_arrives_once_and_the_tile_changes_at_once(shop, wire, tablet, net):
    machine = "m9" if net == "flapping" else "m10"
    if net == "slow":
        wire.delay_s = 2
    page = tablet(machine, service_workers="block" if net == "slow" else "allow")
    page.evaluate(WATCH_TILES)
    stops = listed_of(page)[1:]
    ended = threading.Event()

    def flap():
        while not ended.wait(3):
            wire.restore() if wire.is_cut else wire.cut()
        wire.restore()

    flapper = threading.Thread(target=flap)
    if net == "flapping":
        flapper.start()
    started, meant, moments = time.monotonic(), {}, []
    while time.monotonic() - started < 30 and len(meant) < 15:
        meant |= give_reasons(page, [stops[len(meant)]], len(meant))
        moments.append(tap(page, "#seen"))
        page.wait_for_timeout(1200)
    ended.set()
    if flapper.is_alive():
        flapper.join()
    found = wait_for_entries(shop, machine, len(meant), limit_s=120)
    for entry in found:
        (start,) = [s for s in meant if abs(s - seconds(entry["facts"]["at"])) <= 1]
        assert entry["facts"]["reason"] == meant[start]
    seen = [seconds(e["facts"]["at"]) for e in wait_for_entries(shop, machine, len(moments), "problem.seen", limit_s=120)]
    slow = page.evaluate("slow")
    late = [round(a - b, 2) for a, b in zip(sorted(seen), moments)]
    print({"taps": len(meant), "slowest tile ms": round(max(slow)), "late s": late})
    assert len(slow) == len(meant) and max(slow) <= 100, slow
    assert all(abs(d) <= 1 for d in late), late


# Scanners and keys


def scan(page, code, gap_ms=12):
    """Presses the keys as a keyboard's own clock has them: a busy machine does not slow a scanner down."""
    wire = page.context.new_cdp_session(page)
    first = time.time() - gap_ms / 1000 * (len(code) + 1)
    for place, key in enumerate([*code, "Enter"]):
        is_enter = key == "Enter"
        press = {
            "key": key, "code": {"Enter": "Enter", " ": "Space"}.get(key, ""),
            "windowsVirtualKeyCode": 13 if is_enter else ord(key.upper()),
            "timestamp": first + place * gap_ms / 1000,
        }
        wire.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": "\r" if is_enter else key, **press})
        wire.send("Input.dispatchKeyEvent", {"type": "keyUp", **press})
    wire.detach()


def test_a_scanner_starts_the_job_from_anywhere_and_slow_typing_does_not(shop, wire, tablet):
    box = shop.box
    planned = {"job": "A-4711", "product": "Valve body", "machine": None, "quantity": 40}
    for job in ("A-4711", "Job 12/3"):
        status, _, text = shop.owner.send("/jobs", job=job, product=planned["product"], quantity="40")
        assert status in (200, 303), text[:300]
    page = tablet("m11")
    page.locator(".rz").first.wait_for()
    # Slow typing first: nothing begins. (Single digits from 1 to 8 and U mean something else.)
    scan(page, "W-0990", gap_ms=150)
    page.wait_for_timeout(500)
    assert kept(page) == 0
    scan(page, "A-4711")
    wait_until(lambda: kept(page) == 1, 5, "the job kept")
    # The address on a job card, and with the focus on a tile, which Enter and blank must not press.
    page.locator(".rz").nth(2).focus()
    scan(page, f"{box.address}/j/{quote('Job 12/3', safe='')}")
    wait_until(lambda: kept(page) == 2, 5, "the card's job kept")
    page.locator(".rz").nth(3).focus()
    scan(page, "job 12/3")
    wait_until(lambda: kept(page) == 3, 5, "a code with a blank kept")
    page.wait_for_timeout(300)
    assert kept(page) == 3, "the scanner pressed a button"
    # In the field of the dialog it is typed there.
    tap(page, "[data-open=job]")
    page.locator("#job-text").focus()
    scan(page, "NEW-9")
    found = wait_for_entries(shop, "m11", 4, "job.started", "stop.reason")
    assert [e["facts"]["job"] for e in found] == ["A-4711", "Job 12/3", "Job 12/3", "NEW-9"]
    assert [e["facts"].get("planned_parts") for e in found[:3]] == [40, 40, 40]


def test_digits_choose_a_reason_and_u_takes_it_back(shop, wire, tablet):
    page = tablet("m8")
    page.locator(".rz").first.wait_for()
    before = len(shop.said("m8"))
    names = [t.get_attribute("data-reason") for t in page.locator(".rz").all()]
    for digit in "12345678":
        page.keyboard.press(digit)
        page.wait_for_function(
            f"() => document.querySelector('.rz.sel')?.dataset.reason === '{names[int(digit) - 1]}'")
    wait_until(lambda: kept(page) == 1, 5, "one reason kept, the last")
    page.locator(".undo").first.wait_for()
    page.keyboard.press("u")
    wait_until(lambda: kept(page) == 0, 5, "taken back")
    assert page.locator(".rz[aria-pressed=true]").count() == 0, "the tile still looks chosen"
    page.wait_for_timeout(1000 * UNDO_S + 2000)
    assert len(shop.said("m8")) == before
    page.keyboard.press("3")
    found = wait_for_entries(shop, "m8", before + 1)
    assert found[-1]["facts"]["reason"] == names[2]


# Splitting, joining, notes


def joints(page):
    return [b.evaluate("b => ({ ...b.dataset })") for b in page.locator("#stops [data-join]").all()]


def picks(page):
    return page.locator("#stops [data-pick]").count()


def test_stops_are_joined_over_a_short_run_and_after_a_split_and_keep_a_note(shop, wire, tablet):
    page = tablet(TRIED)
    page.locator(".rz").first.wait_for()
    stops = picks(page)
    # Runs of twelve minutes are no tries; those of four and five minutes may be.
    short, long = sorted(joints(page), key=lambda j: seconds(j["to"]) - seconds(j["from"]))
    assert seconds(short["to"]) - seconds(short["from"]) == pytest.approx(240, abs=1), short
    tap(page, "[data-open=stops]")
    tap(page, f"#stops [data-join][data-from='{short['from']}']")
    assert "4\xa0min" in page.locator("#join-name").inner_text()
    tap(page, "#join-ok")
    (entry,) = wait_for_entries(shop, TRIED, 1, "state.corrected")
    assert (entry["facts"]["from"], entry["facts"]["to"]) == (short["from"], short["to"])
    wait_until(lambda: picks(page) == stops - 1, 15, "one stop less")
    # Parted in the middle, and joined again.
    tap(page, "[data-open=stops]")
    page.locator("[data-split]").nth(2).click()
    tap(page, "#split-ok")
    wait_until(lambda: picks(page) == stops, 30, "the stop parted")
    (parted,) = [j for j in joints(page) if j["from"] == j["to"]]
    tap(page, "[data-open=stops]")
    tap(page, f"#stops [data-join][data-from='{parted['from']}'][data-to='{parted['from']}']")
    tap(page, "#join-ok")
    cuts = wait_for_entries(shop, TRIED, 2, "stop.cut")
    assert [e["facts"]["cut"] for e in cuts] == [True, False]
    assert cuts[0]["facts"]["at"] == cuts[1]["facts"]["at"]
    wait_until(lambda: picks(page) == stops - 1, 15, "one stop again")
    # A note in own words, which stands at the stop.
    tap(page, "[data-open=stops]")
    page.locator("[data-note]").nth(1).click()
    page.locator("#note-text").fill('Belt "came off", again')
    tap(page, "#note-form button")
    (noted,) = wait_for_entries(shop, TRIED, 1, "stop.noted")
    assert noted["facts"]["note"] == 'Belt "came off", again'
    tap(page, "[data-open=stops]")
    page.locator("[data-close]:visible").click()
    wait_until(lambda: "Belt" in (page.locator("[data-part=stops]").text_content() or ""), 15, "the note shown")


def test_a_stop_that_has_ended_is_asked_about_once_more_for_a_minute(shop, wire, tablet):
    page = tablet("m13")
    page.locator(".rz").first.wait_for()
    tap(page, ".rz[data-reason=jam]")
    wait_for_entries(shop, "m13", 1)
    shop.run("m13")
    ended = page.locator("#ended")
    ended.wait_for(timeout=40_000)  # the choice stays under the finger for half a minute
    assert "Jammed?" in ended.inner_text()
    page.screenshot(path=OUT / "tablet-ended.png")
    tap(page, "#ended [data-pick]")
    tap(page, ".rz[data-reason=clean]")
    found = wait_for_entries(shop, "m13", 2)
    assert found[1]["facts"]["reason"] == "clean"
    wait_until(lambda: page.locator("#ended").count() and "Something" not in ended.inner_text()
               and REASONS["clean"] in ended.inner_text(), 45, "the new reason asked about")  # fmt: skip
    tap(page, "#ended [data-confirm]")
    page.wait_for_timeout(9_000)
    assert page.locator("#ended").count() == 0, "it came again after Yes"
    assert len(shop.said("m13")) == 2


def test_what_cannot_wait_goes_at_once_and_a_finished_job_leaves_the_list(shop, wire, tablet):
    assert shop.owner.send("/jobs", job="F-1", product="Bush", quantity="9")[0] in (200, 303)
    page = tablet(HAND)
    page.locator(".big-go").first.wait_for()
    before = len(shop.said(HAND, "state.told"))
    tap(page, "[data-tell=running]")
    wait_for_entries(shop, HAND, before + 1, "state.told", limit_s=4)
    tap(page, "[data-open=help]")
    tap(page, "[data-help=maintenance]")
    (call,) = wait_for_entries(shop, HAND, 1, "help.called", limit_s=4)
    assert call["facts"]["kind"] == "maintenance"
    tap(page, "[data-open=job]")
    tap(page, "[data-job-start='F-1']")
    wait_for_entries(shop, HAND, 1, "job.started")
    page.locator("[data-part=head][data-job='F-1']").wait_for(timeout=20_000)
    tap(page, "[data-open=job]")
    tap(page, "[data-job-end=finish]")
    wait_for_entries(shop, HAND, 1, "job.ended")
    wait_until(lambda: [e["facts"] for e in shop.box.items("/api/v1/journal?kinds=job.closed&limit=50")
                        if e["facts"]["job"] == "F-1"] == [{"job": "F-1", "closed": True}],
               20, "the job closed")  # fmt: skip
    page.locator("[data-job-start='F-1']").wait_for(state="detached", timeout=20_000)


def test_undo_on_one_page_says_so_when_another_page_has_sent_it(shop, wire, tablet):
    page = tablet("m5")
    page.locator(".rz").first.wait_for()
    before = len(shop.said("m5"))
    tap(page, ".rz[data-reason=jam]")
    wait_until(lambda: kept(page) == 1, 5, "kept")
    other = open_page(page.context, wire, "m5")
    other.locator(".rz").first.wait_for()
    # The other page leaves it the time in which it can be taken back.
    page.wait_for_timeout(3000)
    assert len(shop.said("m5")) == before
    tap(page, ".undo")
    page.wait_for_timeout(1000 * UNDO_S + 3000)
    assert len(shop.said("m5")) == before, "taken back, and sent all the same"


def test_two_tablets_on_one_stop_keep_both_and_show_the_latest(shop, wire, tablet):
    one, two = tablet("m9", name="Left"), tablet("m9", name="Right")
    before = len(shop.said("m9"))
    start = int(one.locator("[data-stop]").get_attribute("data-stop"))
    tap(one, ".rz[data-reason=crane]")
    one.wait_for_timeout(1500)
    tap(two, ".rz[data-reason=check]")
    found = wait_for_entries(shop, "m9", before + 2)[before:]
    assert [(e["facts"]["reason"], e["actor"]) for e in found] == [
        ("crane", "device Left"), ("check", "device Right")]  # fmt: skip
    assert {round(seconds(e["facts"]["at"]) * 1000) for e in found} == {start}
    for page in (one, two):
        page.reload()
        page.locator(".said", has_text="Measuring").wait_for()
        page.locator(".said", has_text="Also said: Waiting for crane").wait_for()


# Words


def messages(tag):
    text = (ROOT / "Sources/Messages" / f"{tag}.txt").read_text()
    return dict(re.findall(r"^([a-z]\S*) = (.*)$", text, re.M))


TEXTS = """() => {
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (e.closest('noscript, script, #said, [lang]:not(html)') || !e.getClientRects().length) continue;
    const text = walk.currentNode.data.trim();
    if (text) found.push(text);
  }
  for (const e of document.querySelectorAll('[aria-label], [placeholder], [title]'))
    if (e.getClientRects().length) found.push(e.getAttribute('aria-label') || e.placeholder || e.title);
  return found; }"""

CUT = """() => [...document.querySelectorAll('button, a, .oh *')].filter(e => e.getClientRects().length
    && !e.closest('.vh, .skip') && getComputedStyle(e).display !== 'inline'
    && (e.scrollWidth > e.clientWidth + 1 || e.matches('button, a') && e.scrollHeight > e.clientHeight + 1))
  .map(e => [e.innerText.slice(0, 60), e.scrollWidth, e.clientWidth, e.scrollHeight, e.clientHeight])"""


def open_dialog(page, name):
    """Opens a dialog as it is in use; None closes them."""
    page.evaluate("document.querySelectorAll('dialog[open]').forEach((d) => d.close())")
    page.wait_for_timeout(430)  # no double tap
    if name in ("job", "help", "stops", "language"):
        page.locator(f"[data-open={name}]").click()
    elif name == "pad":
        page.locator("[data-count=scrap]").click()
    elif name == "cause":
        page.locator("[data-count=scrap]").click()
        page.locator("#pad .keys9 button", has_text="3").click()
        page.wait_for_timeout(450)
        page.locator("#pad [data-key=ok]").click()
    elif name == "split":
        page.locator("[data-open=stops]").click()
        page.wait_for_timeout(450)
        page.locator("[data-split]").nth(3).click()
    elif name == "note":
        page.locator("[data-open=stops]").click()
        page.wait_for_timeout(450)
        page.locator("[data-note]").first.click()
    if name:
        page.locator(f"#{name}[open]").wait_for()
    page.wait_for_timeout(100)


@pytest.mark.parametrize("tag", ["pl", "ro", "pa"])
def test_a_language_changes_every_word_and_cuts_none(shop, wire, tablet, tag):
    english, own = messages("en"), messages(tag)
    page = tablet("m10")
    in_english = set()
    for dialog in (None, *DIALOGS):
        open_dialog(page, dialog)
        in_english |= set(page.evaluate(TEXTS))
    in_english = {t for t in in_english if re.search("[a-z]{3}", t)} - {
        own[k] for k in own if own[k] == english.get(k)}  # fmt: skip
    assert len(in_english) > 30
    open_dialog(page, "language")
    site_words = set(REASONS.values()) | set(DETAILS) | set(NAMES.values()) | {"Bench", "Valve body"}
    page.locator(f"#language button[value={tag}]").click()
    page.wait_for_function(f"() => document.documentElement.lang.startsWith('{tag}')")
    left = {english[k]: own.get(k) for k in english
            if k.startswith(("operator.", "state.")) and "{" not in english[k] and own.get(k) != english[k]}  # fmt: skip
    wrong, cut = [], []
    for machine in ("m10", HAND):
        page.goto(f"{wire.address}/o/{machine}")
        page.wait_for_timeout(600)
        if machine == "m10":
            page.locator(".rz").first.click()  # the finer ones are shown
            page.locator(".undo").wait_for()
        for size in (1280, 1024, 390):
            page.set_viewport_size({"width": size, "height": SCREENS[size]})
            for dialog in [None, *[d for d in DIALOGS if machine == "m10" or d not in ("split", "note")]]:
                open_dialog(page, dialog)
                for text in page.evaluate(TEXTS):
                    words = re.sub(r"[\W\d_]+", " ", text).strip()
                    if text in left or text in in_english - site_words or (tag == "pa" and text not in site_words and not any(
                            name in text for name in site_words) and re.search("[A-Za-z]{4}", words)):  # fmt: skip
                        wrong.append((machine, dialog, text))
                cut += [(machine, size, dialog, *c) for c in page.evaluate(CUT)]
                over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                if over > 0:
                    cut.append((machine, size, dialog, "sideways", over))
        open_dialog(page, None)
    assert (sorted(set(wrong), key=str), cut) == ([], [])


SMALL = """([least, edge]) => [...document.querySelectorAll('button, a[href], input:not([type=hidden]), select, textarea')]
  .filter(e => e.getClientRects().length && !e.closest('.skip') && (!document.querySelector('dialog[open]') || e.closest('dialog')))
  .map(e => [e, e.getBoundingClientRect()])
  .filter(([e, r]) => { const tile = e.matches('.rz') ? 120 : least;
     const out = edge && !e.closest('dialog') && (r.left < edge || r.top < edge || r.right > innerWidth - edge
       || (r.bottom > innerHeight - edge && r.top < innerHeight));
     return r.width < tile - .5 || r.height < tile - .5 || out; })
  .map(([e, r]) => [(e.innerText || e.id || e.name).slice(0, 50), r.left, r.top, r.width, r.height].map(v => typeof v === 'number' ? Math.round(v) : v))"""


@pytest.mark.parametrize("size", [1280, 1024])
def test_every_control_is_large_enough_for_a_glove(shop, wire, tablet, size):
    found = []
    context = tablet(size=size)
    for machine in ("m10", HAND):
        page = open_page(context, wire, machine)
        page.wait_for_timeout(500)
        if machine == "m10":
            tap(page, ".rz")
            page.locator(".undo").wait_for()
        for dialog in [None, *[d for d in DIALOGS if machine == "m10" or d not in ("split", "note")]]:
            open_dialog(page, dialog)
            found += [(machine, dialog, *f) for f in page.evaluate(SMALL, [64, 16 if size == 1280 else 0])]
        open_dialog(page, None)
        over = page.evaluate("document.documentElement.scrollHeight - innerHeight")
        hidden = page.evaluate("""() => [...document.querySelectorAll('.rz')].filter(e => {
            const r = e.getBoundingClientRect(), s = e.closest('section').getBoundingClientRect();
            return r.bottom > Math.min(s.bottom, innerHeight) + 1; }).length""")
        print(machine, {"page taller than the screen by": over, "tiles to scroll to": hidden})
        page.screenshot(path=OUT / f"tablet-{machine}-{size}.png")
        page.close()
    assert found == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_with_each_dialog_open(shop, wire, tablet, scheme):
    context = tablet(color_scheme=scheme, reduced_motion="reduce")
    axe, found = Axe(), []
    for machine in ("m10", HAND):
        page = open_page(context, wire, machine)
        page.wait_for_timeout(500)
        if machine == "m10":
            tap(page, ".rz")
            page.locator(".undo").wait_for()
        for dialog in [None, *[d for d in DIALOGS if machine == "m10" or d not in ("split", "note")]]:
            open_dialog(page, dialog)
            results = axe.run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
            found += [(machine, dialog, v["id"], v["nodes"][0]["html"][:150]) for v in results.response["violations"]]
        page.close()
    assert found == []


# Passes


def test_a_withdrawn_pass_keeps_entries_until_the_tablet_is_paired_again(shop, wire, tablet):
    page = tablet("m7", name="Withdrawn")
    context = page.context
    before = len(shop.said("m7", "problem.seen"))
    page.locator(".rz").first.wait_for()
    shop.withdraw("Withdrawn")
    moment = tap(page, "#seen")
    page.locator("#net", has_text="The pass of this tablet has ended").wait_for(timeout=25_000)
    shown = []
    for _ in range(60):
        shown.append(page.locator("#net").is_visible() and "pass" in page.locator("#net").inner_text())
        page.wait_for_timeout(150)
    assert kept(page) == 1
    assert len(shop.said("m7", "problem.seen")) == before
    assert all(shown), f"the bar said so in {sum(shown)} of {len(shown)} looks"
    context.add_cookies([{"name": "mw-device", "value": shop.pair("Again"), "url": wire.address}])
    found = wait_for_entries(shop, "m7", before + 1, "problem.seen")
    assert abs(seconds(found[-1]["facts"]["at"]) - moment) <= 1
    page.locator("#net").wait_for(state="hidden")
    assert kept(page) == 0


def test_a_withdrawn_pass_is_said_also_when_nothing_waits(shop, wire, tablet):
    page = tablet("m7", name="Idle one")
    page.locator(".rz").first.wait_for()
    shop.withdraw("Idle one")
    page.locator("#net", has_text="The pass of this tablet has ended").wait_for(timeout=12_000)


# Other addresses


@pytest.fixture
def outside():
    """A network of the test's own: a namespace with a browser in it, which reaches the box at 10.231.7.1."""
    if os.geteuid() != 0:
        pytest.skip("needs root for a network namespace")
    ip, name = need("ip"), f"mw{os.getpid() % 10000}"
    words = [f"netns add {name}", f"link add {name}a type veth peer name {name}b netns {name}",
             f"addr add 10.231.7.1/24 dev {name}a", f"link set {name}a up",
             f"-n {name} addr add 10.231.7.2/24 dev {name}b", f"-n {name} link set {name}b up",
             f"-n {name} link set lo up"]  # fmt: skip
    try:
        for line in words:
            done = subprocess.run([ip, *line.split()], capture_output=True, text=True)
            if done.returncode:
                pytest.skip(f"no network of its own: ip {line}: {done.stderr.strip()}")
        yield name, ip
    finally:
        subprocess.run([ip, "link", "del", f"{name}a"], capture_output=True)
        subprocess.run([ip, "netns", "del", name], capture_output=True)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_from_another_address_the_page_works_plain_and_over_tls(
    make_claimed_box, browser, outside, tmp_path, scheme):  # fmt: skip
    name, ip = outside
    settings = '[https]\nmode = "off"\n' if scheme == "http" else ""
    box = make_claimed_box(settings=("insecure_http = true\n" if scheme == "http" else "") + settings)
    box.flags += ["--listen", f"0.0.0.0:{box.port}"]
    box.start()
    shop = Shop(box)
    address = f"{scheme}://10.231.7.1:{box.port}"
    chromium = tmp_path / "chromium"
    chromium.write_text(f'#!/bin/sh\nexec {ip} netns exec {name} {need("chromium")} "$@"\n')
    chromium.chmod(0o755)
    # A tablet that trusts the box's authority has no such flag; here it stands for that trust.
    trust = ["--ignore-certificate-errors"] if scheme == "https" else []
    inside = browser.playwright.chromium.launch(
        executable_path=chromium, args=["--no-sandbox", "--disable-dev-shm-usage", *trust])  # fmt: skip
    try:
        context = inside.new_context(
            ignore_https_errors=True, viewport={"width": 1280, "height": 800})  # fmt: skip
        cookie = "__Host-mw-device" if scheme == "https" else "mw-device"
        context.add_cookies([{
            "name": cookie, "value": shop.pair("Outside"), "path": "/", "domain": "10.231.7.1",
            "secure": scheme == "https"}])  # fmt: skip
        page = context.new_page()
        page.set_default_timeout(20_000)
        answer = page.goto(f"{address}/o/m0")
        assert answer.status == 200 and page.url.endswith("/o/m0"), (answer.status, page.url)
        assert page.evaluate("isSecureContext") == (scheme == "https")
        tap(page, ".rz[data-reason=jam]")
        wait_for_entries(shop, "m0", 1)
        if scheme == "https":
            wait_for_worker(page)
        subprocess.run([ip, "link", "set", f"{name}a", "down"], check=True)
        if scheme == "https":
            page.reload(timeout=30_000)
        moment = tap(page, "#seen")
        wait_until(lambda: kept(page) == 1, 5, "kept")
        page.locator("#net", has_text="1 entry is saved on this tablet").wait_for(timeout=30_000)
        subprocess.run([ip, "link", "set", f"{name}a", "up"], check=True)
        (entry,) = wait_for_entries(shop, "m0", 1, "problem.seen", limit_s=60)
        assert abs(seconds(entry["facts"]["at"]) - moment) <= 1
        page.locator("#said li.sent").first.wait_for()
    finally:
        inside.close()


def test_plain_http_on_the_network_is_refused_unless_it_is_asked_for_by_name(make_claimed_box):
    box = make_claimed_box(settings='[https]\nmode = "off"\n')
    done = box.run("serve", "--listen", f"0.0.0.0:{box.port}", "--demo", "off", code=6)
    assert "insecure_http" in done.stderr
