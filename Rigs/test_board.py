"""The wall board: fits its screen, turns its leaves, says how old it is, asks nobody to sign in."""

import json
import math
import os
import re
import threading
import time
from contextlib import contextmanager, suppress

import pytest
from axe_playwright_python.sync_playwright import Axe

from box import OUT, wait_until
from browsing import ALARM_COLOURS, FIND_ALARMS
from test_browser import WCAG
from test_doors import ask, cookies
from test_guessing import Visitor, session_of_owner

SCREENS = [(1920, 1080), (3840, 2160)]
COUNTS = [1, 8, 12, 40]
PLACES = 12
LEAF_S = 12
OFTEN_S = 1.5
HISTORY_S = 8 * 3600
SOAK_S = int(os.environ.get("RIG_SECONDS", "20"))
LONGEST_NAME = 80
LONGEST_JOB = 120
WORDS = "Vertical machining centre with pallet changer, Wickwood and Wimbledon works, hall "
DAYS = 'days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]'


def longest_name(number):
    """A name of 80 characters: of many words, or of one word of the widest letter."""
    end = f" {number:02}"
    words = WORDS if number % 2 else "W" * LONGEST_NAME
    return words[: LONGEST_NAME - len(end)].strip().ljust(LONGEST_NAME - len(end), "x") + end


def short_name(number):
    kinds = ["Lathe", "Mill", "Press brake", "Moulder", "Saw", "Laser", "Grinder", "Bender"]
    return f"{kinds[number % len(kinds)]} {number // len(kinds) + 1}"


def site(count, name=short_name, zone="Europe/London"):
    """factory.toml of so many machines that a thread of the rig feeds."""
    lines = ["[site]", f"name = {json.dumps(name(0))}", f'zone = "{zone}"',
             'hour_is_worth = { amount = "38.00" }', ""]  # fmt: skip
    for shift, start, end in (("Early", "00", "12"), ("Late", "12", "00")):
        lines += ["[[shift]]", f'name = "{shift}"', DAYS,
                  f"from = {start}:00:00", f"to = {end}:00:00", ""]  # fmt: skip
    for number in range(count):
        lines += ["[[machine]]", f'id = "m{number}"', f"name = {json.dumps(name(number))}"]
        for signal, kind in (("current", "number"), ("fault", "flag"), ("parts", "integer")):
            lines += ["  [[machine.signal]]", f'  id = "{signal}"', f'  kind = "{kind}"',
                      '  connection = "line-protocol"',
                      f'  read = "floor,machine=m{number} {signal}"']  # fmt: skip
        lines += ["  [machine.state]", '  fault = "fault"', '  running_after = "1s"',
                  '  silent_after = "4m"', '  running = { signal = "current", above = 1.0 }',
                  "  [machine.counts]", '  total = "parts"', ""]  # fmt: skip
    return "\n".join(lines)


class Floor:
    """The machines of a box, fed by a thread: all at work, but those of which a test says else."""

    def __init__(self, box, count, name=short_name, silent_s=0):
        self.box, self.count = box, count
        self.faulty, self.idle = set(), set()
        self.ended = threading.Event()
        box.apply(site(count, name))
        now = int(time.time()) - silent_s
        past = [self.line(m, at, (at // 60 + 7 * m) % 90 > 8)
                for at in range(now - HISTORY_S, now, 120) for m in range(count)]  # fmt: skip
        assert box.write("\n".join(past), precision="s").status == 204
        self.thread = threading.Thread(target=self.feed, daemon=True)
        if silent_s:
            return
        self.write()
        self.thread.start()
        wait_until(self.is_all_running, 60, "all machines at work")

    def line(self, machine, at, is_running=True):
        fault = "true" if machine in self.faulty else "false"
        parts = 100_000 + (at % 86_400) // 4
        current = 50 * is_running
        return f"floor,machine=m{machine} current={current},fault={fault},parts={parts}i {at}"

    def write(self):
        now = int(time.time())
        lines = [self.line(m, now, m not in self.idle | self.faulty) for m in range(self.count)]
        return self.box.write("\n".join(lines), precision="s")

    def feed(self):
        while not self.ended.wait(OFTEN_S):
            with suppress(OSError):  # the box is away in some tests
                self.write()

    def states(self):
        return {m["id"]: m["state"] for m in self.box.items("/api/v1/machines")}

    def is_all_running(self):
        return list(self.states().values()) == ["running"] * self.count

    def break_down(self, *machines):
        self.faulty.update(machines)
        wanted = {f"m{m}" for m in machines}
        wait_until(
            lambda: wanted <= {m for m, state in self.states().items() if state == "fault"},
            30, "the faults seen")  # fmt: skip

    def repair(self):
        if self.faulty:
            self.faulty.clear()
            wait_until(self.is_all_running, 60, "all machines at work again")

    def end(self):
        self.ended.set()
        if self.thread.is_alive():
            self.thread.join(10)


@pytest.fixture
def make_floor(make_claimed_box):
    """Makes running boxes with so many machines."""
    floors = []

    def make(count, name=short_name, **options):
        box = make_claimed_box()
        box.start()
        floors.append(Floor(box, count, name, **options))
        return floors[-1]

    yield make
    for floor in floors:
        floor.end()


@contextmanager
def wall(browser, box, name, size=SCREENS[0], **options):
    """A screen on the wall of somebody who may look."""
    headers = {"Authorization": f"Bearer {box.local_key}"}
    options = {"extra_http_headers": headers, "width": size[0], "height": size[1]} | options
    with browser.page(box.address, name, **options) as page:
        yield page


# Visible texts: where they are, how big, and by which box they are cut.
TEXTS = """
() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const e = node.parentElement;
    if (!node.data.trim() || e.closest('.vh, .skip, [hidden], svg')) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    let rects = [...range.getClientRects()].filter(r => r.width && r.height);
    if (!rects.length) continue;
    let clip = { left: 0, top: 0, right: innerWidth, bottom: innerHeight }, shortened = false;
    let isAbove = false;
    for (let a = e; a && a !== document.documentElement; a = a.parentElement) {
      const s = getComputedStyle(a);
      // What stands absolutely is not cut by the boxes around it.
      if (isAbove && s.position === 'static') continue;
      isAbove = s.position === 'absolute' || s.position === 'fixed';
      if (s.overflowX === 'visible' && s.overflowY === 'visible') continue;
      shortened ||= s.textOverflow === 'ellipsis';
      const r = a.getBoundingClientRect();
      if (s.webkitLineClamp !== 'none') {
        shortened = true;
        rects = rects.filter(line => line.top + line.height / 2 < r.bottom);
      }
      clip = { left: Math.max(clip.left, r.left), top: Math.max(clip.top, r.top),
        right: Math.min(clip.right, r.right), bottom: Math.min(clip.bottom, r.bottom) };
    }
    const size = parseFloat(getComputedStyle(e).fontSize);
    // A line is a little higher than its letters.
    const slack = size * 0.15;
    const isCut = rects.some(r => r.top < clip.top - slack || r.bottom > clip.bottom + slack
      || r.left < clip.left - 1 || (r.right > clip.right + 1 && !shortened)
      || Math.min(r.right, clip.right) - r.left < 1);
    found.push({ text: node.data.trim(), size, isCut, shortened,
      isBig: !!e.closest('tbody th b, tbody .tag') });
  }
  return found;
}
"""

# Boxes of the page in which something would have to be scrolled.
SCROLLS = """
() => [document.documentElement, document.body, ...document.querySelectorAll('body *')]
  .filter(e => !e.closest('.vh, svg') && !e.matches('tbody th *')
    && getComputedStyle(e).textOverflow !== 'ellipsis')
  .filter(e => getComputedStyle(e).overflowX !== 'visible' || e === document.documentElement)
  .filter(e => e.scrollHeight > e.clientHeight + 4 || e.scrollWidth > e.clientWidth + 1)
  .map(e => [e.tagName, e.className, e.scrollWidth, e.clientWidth, e.scrollHeight,
    e.clientHeight].join(' '))
"""

# Rows that are shown, and whether each lies whole inside the part of the screen for rows.
ROWS = """
() => {
  const room = document.querySelector('main').getBoundingClientRect();
  return [...document.querySelectorAll('tbody tr')].filter(r => r.getClientRects().length)
    .map(r => [r, r.getBoundingClientRect()])
    .map(([r, b]) => ({ id: r.id.slice(2), isHot: r.classList.contains('hot'),
      isWhole: b.top >= room.top - 1 && b.bottom <= room.bottom + 1
        && b.left >= -1 && b.right <= innerWidth + 1 }));
}
"""

# The longest state and time in every row, whatever the machines do now.
LONGEST_WORDS = """
() => {
  const all = name => document.querySelectorAll('tbody ' + name);
  for (const tag of all('.tag')) tag.lastChild.data = 'Planned stop';
  for (const tag of all('.tag.solid')) tag.lastChild.data = 'Stopped';
  for (const time of all('.d')) time.textContent = '23\u00A0h 59\u00A0min';
}
"""


def rows(page):
    return page.evaluate(ROWS)


def check_that_it_fits(page, lines):
    """Nothing scrolls, no row and no text is cut, everything is big enough to be read."""
    texts = page.evaluate(TEXTS)
    scale = lines / 1080
    assert page.evaluate(SCROLLS) == []
    assert [r["id"] for r in rows(page) if not r["isWhole"]] == [], "rows are cut"
    assert [t for t in texts if t["isCut"]] == [], "texts are cut"
    big = [t for t in texts if t["isBig"]]
    assert big and [t for t in big if t["size"] < 38 * scale] == [], "read at eight metres"
    assert [t for t in texts if t["size"] < 24 * scale] == [], "read at four metres"


# Room


@pytest.mark.parametrize("count", COUNTS)
def test_everything_fits_with_the_longest_names(browser, make_floor, count):
    floor = make_floor(count, longest_name)
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 60))
    for machine in range(min(count, PLACES)):
        answer = floor.box.say("job.started", {
            "machine": f"m{machine}", "at": now, "job": "J" * LONGEST_JOB,
            "product": "Q" * LONGEST_JOB, "estimate": False, "planned_parts": 999_999})  # fmt: skip
        assert answer.status == 201, answer.text
    floor.break_down(*range(0, count, 5))
    for size in SCREENS:
        with wall(browser, floor.box, f"board-fits-{count}-{size[1]}", size) as page:
            page.goto("/b/1")
            shown = rows(page)
            assert len(shown) == min(count, PLACES)
            assert shown[0]["isHot"], "what needs a person stands first"
            page.screenshot(path=OUT / f"board-longest-{count}-{size[1]}.png")
            check_that_it_fits(page, size[1])
            page.evaluate(LONGEST_WORDS)
            check_that_it_fits(page, size[1])
            names = page.locator("tbody tr:not(.away) th b").all_inner_texts()
            assert all(len(name) == LONGEST_NAME for name in names), names


def test_forty_machines_take_turns_and_those_that_need_a_person_stay(browser, make_floor):
    floor = make_floor(40)
    floor.break_down(7, 19, 33)
    hot = {"m7", "m19", "m33"}
    leaves = math.ceil((40 - len(hot)) / (PLACES - len(hot)))
    with wall(browser, floor.box, "board-leaves") as page:
        page.clock.install()
        page.goto("/b/1")
        seen, first = set(), [r["id"] for r in rows(page)]
        for _ in range(leaves):
            shown = rows(page)
            assert {r["id"] for r in shown if r["isHot"]} == hot
            assert len(shown) <= PLACES
            assert re.search(rf"Leaf \d of {leaves}", page.locator("footer").inner_text())
            check_that_it_fits(page, 1080)
            seen |= {r["id"] for r in shown}
            page.clock.run_for(LEAF_S * 1000 + 1000)
        assert seen == {f"m{m}" for m in range(40)}
        assert [r["id"] for r in rows(page)] == first, "the round begins again"
        floor.repair()


def test_more_machines_in_need_than_places_take_turns_too(browser, make_floor):
    floor = make_floor(16)
    floor.break_down(*range(14))
    with wall(browser, floor.box, "board-all-hot") as page:
        page.clock.install()
        page.goto("/b/1")
        seen = set()
        for _ in range(2):
            shown = rows(page)
            assert len(shown) <= PLACES
            check_that_it_fits(page, 1080)
            seen |= {r["id"] for r in shown}
            page.clock.run_for(LEAF_S * 1000 + 1000)
        assert seen == {f"m{m}" for m in range(16)}


def test_on_a_phone_it_scrolls_down_but_not_sideways(browser, make_floor):
    floor = make_floor(8, longest_name)
    floor.break_down(2)
    for width, height in ((390, 844), (320, 640)):
        with wall(browser, floor.box, f"board-phone-{width}", (width, height)) as page:
            page.goto("/b/1")
            page.evaluate(LONGEST_WORDS)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            cells = "[...document.querySelectorAll('tbody :is(.s, .d)')]"
            cut = page.evaluate(f"{cells}.filter(c => c.scrollWidth > c.clientWidth + 1).length")
            page.screenshot(path=OUT / f"board-phone-{width}.png")
            assert cut == 0, "a state or a time is cut"


# Passes


def pair_board(box, owner, name="Board in hall 2"):
    """A board's pass: offered by the owner, taken up by the board, the digits compared."""
    _, _, text = owner.send("/devices", name=name, kind="board")
    offer = re.search(r'class="big">([0-9A-Z]+)<', text)[1]
    board = Visitor(box, "127.0.0.1", page="/pair")
    status, headers, text = board.ask(
        "POST", "/pair", f"{board.form.replace('mw-form', 'token')}&offer={offer}".encode(),
        {"Content-Type": "application/x-www-form-urlencoded"})  # fmt: skip
    assert status == 200, text[:500]
    digits = re.search(r'class="digits"[^>]*>(\d{4})<', text)[1]
    board.cookie += "; " + cookies(headers)
    assert owner.send("/devices/confirm", offer=offer, digits=digits)[0] in (200, 303)
    _, headers, _ = board.ask("GET", "/pair/wait")
    return dict(c.split("=", 1) for c in cookies(headers).split("; "))["mw-device"]


@contextmanager
def paired_wall(browser, box, name, device):
    """A screen that has nothing but its pass, and a list of every page it ever showed."""
    with wall(browser, box, name, extra_http_headers={}) as page:
        page.context.add_cookies([{"name": "mw-device", "value": device, "url": box.address}])
        page.opened = []
        page.on("framenavigated", lambda frame: page.opened.append(frame.url))
        yield page


def test_a_paired_board_never_shows_a_page_to_sign_in(browser, make_floor):
    floor = make_floor(4)
    box, owner = floor.box, session_of_owner(floor.box)
    with paired_wall(browser, box, "board-paired", pair_board(box, owner)) as page:
        page.watch.expected_losses = True
        assert page.goto("/b/1").status == 200
        assert len(rows(page)) == 4
        page.evaluate("window.sameDocument = true")
        bar = page.locator("#late")
        (board,) = box.items("/api/v1/devices")
        assert owner.send(f"/devices/{board['id']}/end")[0] in (200, 303)
        bar.wait_for(state="visible", timeout=12_000)
        assert "withdrawn" in bar.inner_text() and "Pair it again" in bar.inner_text()
        page.wait_for_function("() => document.body.classList.contains('old')", timeout=15_000)
        page.screenshot(path=OUT / "board-withdrawn.png")
        check_that_it_fits(page, 1080)
        assert "withdrawn" in bar.inner_text(), "the cause stays, though no news come"
        assert page.evaluate("window.sameDocument") is True
        assert page.opened == [box.address + "/b/1"], "the board went elsewhere"
        # What the box answers from now on is what this test is about.
        page.watch.errors = [text for text in page.watch.errors if "401" not in text]


def test_a_withdrawn_board_that_is_switched_on_again_says_so_itself(browser, make_floor):
    floor = make_floor(1)
    box, owner = floor.box, session_of_owner(floor.box)
    device = pair_board(box, owner)
    (board,) = box.items("/api/v1/devices")
    assert owner.send(f"/devices/{board['id']}/end")[0] in (200, 303)
    with paired_wall(browser, box, "board-switched-on", device) as page:
        page.watch.expected_losses = True
        page.watch.errors.clear()
        page.goto("/b/1")
        text = page.locator("body").inner_text()
        assert page.opened == [box.address + "/b/1"], "the board went elsewhere"
        assert "pass" in text.lower() and "pair" in text.lower(), text
        assert page.locator("input[type=password]").count() == 0
        page.watch.errors.clear()  # the browser itself says that the page was refused


def test_a_board_may_look_and_nothing_else(make_floor):
    floor = make_floor(1)
    device = pair_board(floor.box, session_of_owner(floor.box))
    headers = {"Cookie": "mw-device=" + device, "Content-Type": "application/json"}
    body = json.dumps({"kind": "problem.seen", "facts": {
        "machine": "m0", "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}}).encode()  # fmt: skip
    assert ask(floor.box, "GET", "/b/1", None, headers)[0] == 200
    status, _, text = ask(floor.box, "POST", "/api/v1/journal", body, headers)
    assert status in (401, 403), text
    for page in ("/people", "/account", "/backup"):
        assert ask(floor.box, "GET", page, None, headers)[0] != 200, page


# Age


@pytest.mark.alone
def test_a_board_says_that_the_box_is_gone_and_comes_back_by_itself(browser, make_floor):
    floor = make_floor(PLACES, longest_name)
    box = floor.box
    floor.break_down(3)
    device = pair_board(box, session_of_owner(box))
    with paired_wall(browser, box, "board-gone", device) as page:
        page.watch.expected_losses = True
        page.goto("/b/1")
        page.evaluate("window.sameDocument = true")
        bar = page.locator("#late")
        page.wait_for_timeout(4000)
        assert not bar.is_visible() and "old" not in page.locator("body").get_attribute("class")
        box.kill()
        gone = time.monotonic()
        bar.wait_for(state="visible", timeout=12_000)
        said_after = time.monotonic() - gone
        page.wait_for_timeout(300)
        assert "No contact with the box since" in bar.inner_text()
        place = bar.bounding_box()
        assert (place["x"], place["width"]) == (0, 1920), place
        assert re.fullmatch(r"grayscale\(1\)", page.evaluate(
            "getComputedStyle(document.querySelector('main')).filter"))  # fmt: skip
        page.screenshot(path=OUT / "board-gone.png")
        check_that_it_fits(page, 1080)
        box.start()
        back = time.monotonic()
        bar.wait_for(state="hidden", timeout=10_000)
        recovered_after = time.monotonic() - back
        assert "old" not in page.locator("body").get_attribute("class")
        # What is shown lives again, not only the bar is gone.
        fresh = page.locator("#fresh").inner_text()
        page.wait_for_function(
            "fresh => document.getElementById('fresh').textContent !== fresh", arg=fresh,
            timeout=15_000)  # fmt: skip
        check_that_it_fits(page, 1080)
        assert page.evaluate("window.sameDocument") is True
    print(f"said after {said_after:.1f} s, recovered after {recovered_after:.1f} s")
    assert said_after < 12 and recovered_after < 10


def test_machines_that_went_silent_are_said_in_a_bar_without_cutting_a_row(browser, make_floor):
    floor = make_floor(PLACES, silent_s=90)
    with wall(browser, floor.box, "board-silent") as page:
        page.goto("/b/1")
        bar = page.locator("main p", has_text="No news from any machine")
        assert bar.is_visible()
        assert bar.bounding_box()["width"] == 1920
        assert "grayscale(1)" in page.evaluate(
            "getComputedStyle(document.querySelector('main table')).filter")  # fmt: skip
        page.screenshot(path=OUT / "board-silent.png")
        check_that_it_fits(page, 1080)


# Life

# Timers run so many times faster, and the clock with them.
FASTER = """
const speed = 30, later = setTimeout, again = setInterval, now = performance.now.bind(performance);
window.setTimeout = (f, ms, ...more) => later(f, ms / speed, ...more);
window.setInterval = (f, ms, ...more) => again(f, ms / speed, ...more);
performance.now = () => now() * speed;
"""


@pytest.mark.timeout(SOAK_S + 240)
def test_it_runs_on_without_growing(browser, make_floor):
    """20 seconds at speed; `RIG_SECONDS=1800` makes it half an hour."""
    floor = make_floor(40)
    floor.break_down(3, 21)
    with wall(browser, floor.box, "board-growing") as page:
        page.add_init_script(FASTER)
        looks = []
        page.on("requestfinished", lambda r: "/b/1" in r.url and looks.append(r.url))
        page.goto("/b/1")
        tool = page.context.new_cdp_session(page)
        tool.send("Performance.enable")

        def measure():
            """The least of five: an answer that is just being read is no growth."""
            told = []
            for _ in range(5):
                tool.send("HeapProfiler.collectGarbage")
                metrics = tool.send("Performance.getMetrics")["metrics"]
                told.append({m["name"]: m["value"] for m in metrics})
                page.wait_for_timeout(150)
            return min(told, key=lambda t: t["Nodes"])

        page.wait_for_timeout(5000)
        before, looked = measure(), len(looks)
        page.wait_for_timeout(SOAK_S * 1000)
        after = measure()
        assert not page.locator("#late").is_visible()
    grown = {name: after[name] - before[name]
             for name in ("JSHeapUsedSize", "Nodes", "JSEventListeners", "Documents")}  # fmt: skip
    print(f"{len(looks) - looked} looks; before {before['JSHeapUsedSize'] / 1e6:.1f} MB and "
          f"{before['Nodes']:.0f} nodes; grown by {grown}")  # fmt: skip
    assert len(looks) - looked > SOAK_S / 3, "it looked at the box all the time"
    assert grown["JSHeapUsedSize"] < 1_000_000, grown
    assert grown["Nodes"] < before["Nodes"] * 0.1, grown
    assert grown["JSEventListeners"] <= 0 and grown["Documents"] <= 1, grown


@pytest.mark.parametrize("asset", ["board.js", "board.css", "millwright.css"])
def test_a_newer_program_makes_it_reload_by_itself(browser, make_floor, asset):
    floor = make_floor(1)
    with wall(browser, floor.box, "board-newer") as page:
        page.goto("/b/1")
        page.evaluate("window.sameDocument = true")
        page.wait_for_timeout(7000)  # two looks
        assert page.evaluate("window.sameDocument") is True, "it reloads for no reason"
        newer = []

        def update(route):
            answer = route.fetch()
            newer.append(route.request.url)
            route.fulfill(response=answer, body=re.sub(
                re.escape(asset) + r"\?v=\w+", asset + "?v=newer", answer.text()))  # fmt: skip

        page.route("**/b/1*", update)
        page.wait_for_function("() => window.sameDocument === undefined", timeout=10_000)
        page.unroute("**/b/1*", update)
        page.wait_for_load_state("load")
        assert len(rows(page)) == 1
        assert newer


# Colour and access


@pytest.mark.parametrize("address", ["/b/1", "/b/1?light"])
def test_d4_colour_only_in_the_row_that_needs_a_person(browser, make_floor, address):
    floor = make_floor(PLACES)
    with wall(browser, floor.box, "board-d4") as page:
        page.goto(address)
        assert len(rows(page)) == PLACES
        assert page.evaluate(FIND_ALARMS, sorted(ALARM_COLOURS)) == []
        floor.break_down(5)
        page.locator("#m-m5.hot").wait_for(timeout=15_000)
        page.screenshot(path=OUT / f"board-12{'-light' if 'light' in address else ''}.png")
        assert [r["id"] for r in rows(page) if r["isHot"]] == ["m5"]
        assert page.evaluate(FIND_ALARMS, sorted(ALARM_COLOURS)) != []
        page.evaluate("document.getElementById('m-m5').remove()")
        assert page.evaluate(FIND_ALARMS, sorted(ALARM_COLOURS)) == [], "outside its row"


@pytest.mark.parametrize("address", ["/b/1", "/b/1?light"])
def test_axe_finds_nothing_on_a_board(browser, make_floor, address):
    floor = make_floor(PLACES + 2)
    floor.break_down(5)
    with wall(browser, floor.box, "board-axe") as page:
        page.watch.expected_losses = True
        page.goto(address)
        options = {"runOnly": {"type": "tag", "values": WCAG}}
        found = Axe().run(page, options=options).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found] == []
        assert page.locator("h1").count() == 1
        assert page.locator("html").get_attribute("lang") == "en-GB"
        # The bar that says how old all this is must be read too.
        page.evaluate("""() => { const bar = document.getElementById('late');
            bar.hidden = false; bar.textContent = 'No contact with the box since 10:15.'; }""")  # fmt: skip
        found = Axe().run(page, options=options).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found] == []
