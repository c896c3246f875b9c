"""The weekly report on its one sheet of paper (D8), and the daily meeting on at most two."""

import base64
import io
import itertools
import json
import math
import re
import shutil
from contextlib import contextmanager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from pypdf import PdfReader

from box import OUT, Box, rfc3339
from test_board import DAYS, LONGEST_NAME, longest_name, short_name
from test_browser import WCAG, WIDTHS, demonstrator, how_links, recomputed  # noqa: F401  a fixture

ZONE = ZoneInfo("Europe/London")
# A4 in points, and in pixels of a browser.
PAPER_PT = (595, 842)
PAPER_PX = {"width": 794, "height": 1123}
SMALLEST_PT = 8
LEAST_CONTRAST = 3.0
STEP_S = 600
TOLD = 3  # machines that stand often, and most of whose stops have a reason
UNSEEN = range(5, 10)  # machines that were not seen on Wednesdays
LONG_REASON = "Waiting for material, papers, the crane, the key of the store and somebody with time"


def last_week(now=None):
    """The Monday of the last whole week, in the zone of the site."""
    today = (now or datetime.now(ZONE)).date()
    return today - timedelta(days=today.weekday() + 7)


def week_name(monday):
    year, week, _ = monday.isocalendar()
    return f"{year}-{week:02}"


def at(day, hour, minute=0):
    """Seconds since 1970 of a time on the wall clock of the site."""
    return int(datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE).timestamp())


def site(count, name, reasons):
    """factory.toml of machines that work from six to two on every day, and send their power."""
    lines = ["[site]", f"name = {json.dumps(name(0))}", 'zone = "Europe/London"',
             'hour_is_worth = { amount = "38.00" }', 'kwh_costs = { amount = "0.28" }', "",
             "[[shift]]", 'name = "Early"', DAYS,
             "from = 06:00:00", "to = 14:00:00", ""]  # fmt: skip
    for reason, words in reasons.items():
        lines += ["[[reason]]", f'id = "{reason}"', f"name = {json.dumps(words)}", ""]
    for number in range(count):
        lines += ["[[machine]]", f'id = "m{number}"', f"name = {json.dumps(name(number))}"]
        for signal, kind in (("current", "number"), ("fault", "flag"), ("parts", "integer"),
                             ("scrap", "integer"), ("power", "number")):  # fmt: skip
            lines += ["  [[machine.signal]]", f'  id = "{signal}"', f'  kind = "{kind}"',
                      '  connection = "line-protocol"',
                      *(['  unit = "kW"'] if signal == "power" else []),
                      f'  read = "week,machine=m{number} {signal}"']  # fmt: skip
        lines += ["  [machine.state]", '  fault = "fault"', '  running_after = "1s"',
                  '  silent_after = "15m"', '  running = { signal = "current", above = 1.0 }',
                  "  [machine.counts]", '  total = "parts"', '  scrap = "scrap"',
                  "  [machine.energy]", '  power = "power"', ""]  # fmt: skip
    return "\n".join(lines)


def history(monday, count, weeks=2):
    """Lines of whole weeks: stops of different length, faults, and a machine that is not seen."""
    for machine in range(count):
        parts = 0
        for week, day in itertools.product(range(weeks), range(7)):
            today = monday - timedelta(days=7 * (weeks - 1 - week) - day)
            for second in range(at(today, 6), at(today, 14), STEP_S):
                step = (second - at(today, 6)) // STEP_S
                turn = (step + 5 * machine + 3 * day + week) % 16
                if machine in UNSEEN and day == 2:
                    continue
                # Three machines stand often; the others now and then.
                is_busy = machine < TOLD
                is_fault = turn == 9 and day % 2 == 0 and is_busy
                is_idle = turn in (3, 4, 12) if is_busy else turn == 12 and day == 1 and machine % 4 == 0
                is_running = not is_fault and not is_idle
                parts += 20 * is_running
                power = 7.5 if is_running else 2.5
                yield (f"week,machine=m{machine} current={20 * is_running},"
                       f"fault={str(is_fault).lower()},parts={parts}i,scrap={parts // 50}i,"
                       f"power={power} {second}")  # fmt: skip


def fill(box, count, name, reasons):
    """A week and the one before it, with reasons for most stops of the first machines.

    Every second one is the first reason in this week, and the second in the week before.
    """
    monday = last_week()
    box.apply(site(count, name, reasons))
    if not count:
        return monday
    lines = list(history(monday, count))
    for first in range(0, len(lines), 20_000):
        answer = box.write("\n".join(lines[first:first + 20_000]), precision="s")  # fmt: skip
        assert answer.status == 204, answer.text
    names = list(reasons)
    told = 0
    for week, day in itertools.product((1, 0), range(7)):
        today = monday - timedelta(days=7 * week - day)
        for machine in range(min(count, TOLD)):
            stops = box.items(f"/api/v1/machines/m{machine}/states?from={rfc3339(at(today, 6))}"
                              f"&to={rfc3339(at(today, 14))}")  # fmt: skip
            for stop in [s for s in stops if s["state"] == "stopped"][:5]:
                answer = box.say("stop.reason", {
                    "machine": f"m{machine}", "at": stop["from"], "detail": "",
                    "reason": names[week if told % 2 else told // 2 % len(names)]})  # fmt: skip
                assert answer.status == 201, answer.text
                told += 1
    assert told >= 10, "the stops could be explained"
    return monday


class Sheets:
    """Boxes with a week behind them, each made once and shared by the tests that only read."""

    def __init__(self, folders, claimed, shared):
        self.folders, self.claimed, self.boxes = folders, claimed, {"demonstrator": shared}

    def __getitem__(self, kind):
        if kind not in self.boxes:
            box = Box(self.folders.mktemp("report-" + kind), "report-" + kind)
            shutil.copytree(self.claimed, box.data)
            box.start()
            self.boxes[kind] = box
            reasons = {f"reason-{n}": f"Cause number {n}" for n in range(1, 9)}
            if kind == "longest":
                words = LONG_REASON[: LONGEST_NAME - 2]
                reasons = {f"reason-{n}": f"{words} {n}" for n in range(1, 9)}
            count = {"none": 0, "one": 1, "thirty": 30, "longest": 30}[kind]
            fill(box, count, longest_name if kind == "longest" else short_name, reasons)
        return self.boxes[kind]

    def stop(self):
        for kind, box in self.boxes.items():
            if kind != "demonstrator":
                box.stop()


@pytest.fixture(scope="module")
def sheets(tmp_path_factory, claimed_folder, demonstrator):  # noqa: F811
    made = Sheets(tmp_path_factory, claimed_folder, demonstrator)
    yield made
    made.stop()


KINDS = ["none", "one", "thirty", "longest", "demonstrator"]


@contextmanager
def paper(browser, box, name, width=PAPER_PX["width"], height=PAPER_PX["height"], **options):
    """A page of somebody who may look, as wide as a sheet of A4."""
    headers = {"Authorization": f"Bearer {box.local_key}"}
    with browser.page(box.address, name, width=width, height=height,
                      extra_http_headers=headers, **options) as page:  # fmt: skip
        yield page


def printed(page, **options):
    """The page on paper, as a PDF that can be read."""
    return PdfReader(io.BytesIO(page.pdf(print_background=False, **options)))


def plain(text):
    return re.sub(r"\s+", "", text)


# D8: one sheet of paper


@pytest.mark.parametrize("path", ["/r", "/r/" + week_name(last_week())])
@pytest.mark.parametrize("kind", KINDS)
def test_d8_the_report_prints_on_one_sheet_and_can_be_searched(browser, sheets, kind, path):
    with paper(browser, sheets[kind], f"report-{kind}") as page:
        page.goto(path)
        assert page.url.endswith("/r/" + week_name(last_week()))
        document = printed(page, prefer_css_page_size=True)
        page.emulate_media(media="print")
        page.screenshot(path=OUT / f"report-{kind}.png")
        page.evaluate("document.querySelectorAll('.vh').forEach(e => e.remove())")
        shown = page.locator("main").inner_text()
    assert len(document.pages) == 1
    (sheet,) = document.pages
    size = (round(float(sheet.mediabox.width)), round(float(sheet.mediabox.height)))
    assert all(abs(a - b) <= 1 for a, b in zip(size, PAPER_PT)), size
    found = plain(sheet.extract_text())
    missing = [line for line in shown.splitlines() if plain(line) and plain(line) not in found]
    assert missing == [], "on the screen, but not in the PDF"
    sizes = {}

    def measure(text, cm, tm, font, size):
        if text.strip():
            height = size * math.hypot(tm[2], tm[3]) * math.hypot(cm[2], cm[3])
            sizes[text.strip()] = height

    sheet.extract_text(visitor_text=measure)
    assert sizes
    assert {t: s for t, s in sizes.items() if s < SMALLEST_PT - 0.01} == {}, "too small on paper"


# Texts and drawings of the sheet: their size, and whether they lie on it.
ON_SHEET = """
() => {
  const found = [], sheet = document.querySelector('main').getBoundingClientRect();
  const isOn = r => r.left >= sheet.left && r.right <= sheet.right + 0.5
    && r.top >= sheet.top && r.bottom <= sheet.bottom + 0.5;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const e = node.parentElement;
    if (!node.data.trim() || e.closest('.vh, .skip, svg') || !e.getClientRects().length) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const rects = [...range.getClientRects()].filter(r => r.width);
    let around = e;
    while (getComputedStyle(around).display === 'inline') around = around.parentElement;
    const box = around.getBoundingClientRect();
    found.push({ text: node.data.trim(), size: parseFloat(getComputedStyle(e).fontSize) * 0.75,
      isOn: rects.every(isOn) && rects.every(r => r.right <= box.right + 1) });
  }
  for (const e of document.querySelectorAll('main svg'))
    if (e.getClientRects().length)
      found.push({ text: 'drawing', size: 99, isOn: isOn(e.getBoundingClientRect()) });
  return found;
}
"""

# Parts of the sheet that lie on another one, from the top down.
OVERLAPS = """
() => {
  const parts = [...document.querySelectorAll('main > *')].filter(e => e.getClientRects().length);
  const sheet = document.querySelector('main').getBoundingClientRect();
  const ends = parts.map(e => e.getBoundingClientRect());
  return parts.filter((e, i) => ends[i].bottom > (ends[i + 1]?.top ?? sheet.bottom) + 0.5)
    .map(e => e.innerText.slice(0, 60));
}
"""


@pytest.mark.parametrize("kind", ["longest", "demonstrator"])
def test_d8_a_week_under_way_has_one_sheet_too(browser, sheets, kind):
    with paper(browser, sheets[kind], f"report-under-way-{kind}") as page:
        page.goto("/r/" + week_name(last_week() + timedelta(days=7)))
        assert "This week is not over" in page.locator("main").inner_text()
        assert len(printed(page, prefer_css_page_size=True).pages) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_d8_nothing_leaves_the_sheet_and_nothing_is_too_small(browser, sheets, kind):
    with paper(browser, sheets[kind], f"report-sheet-{kind}") as page:
        page.emulate_media(media="print")
        page.goto("/r")
        height = page.locator("main").bounding_box()["height"]
        assert abs(height - PAPER_PX["height"]) <= 1, height
        found = page.evaluate(ON_SHEET)
        assert [f for f in found if not f["isOn"]] == []
        assert [f for f in found if f["size"] < SMALLEST_PT - 0.01] == []
        assert page.evaluate(OVERLAPS) == []
        assert page.evaluate("document.documentElement.scrollHeight") <= PAPER_PX["height"] + 1
        if kind in ("thirty", "longest", "demonstrator"):
            assert len(found) > 60, "the sheet is nearly empty"


# Colours of texts and marks and what they stand on, as luminance from 0 to 1.
GREYS = """
() => {
  const found = [];
  const numbers = c => (c.match(/[\\d.]+/g) || []).map(Number);
  function grey(colour) {
    const [r, g, b] = numbers(colour).map(v => v / 255)
      .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }
  const isClear = c => c === 'none' || c === 'transparent' || numbers(c)[3] === 0;
  function paper(e) {
    for (let a = e; a; a = a.parentElement) {
      const colour = getComputedStyle(a).backgroundColor;
      if (!isClear(colour)) return grey(colour);
    }
    return 1;
  }
  const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const e = node.parentElement;
    if (!node.data.trim() || e.closest('.vh, svg') || !e.getClientRects().length) continue;
    found.push({ what: node.data.trim(), inks: [grey(getComputedStyle(e).color)], paper: paper(e) });
  }
  // A line without meaning, on which the bars stand, is no mark.
  for (const e of document.querySelectorAll('main svg :is(path, rect):not(.axis)')) {
    if (!e.getClientRects().length) continue;
    const s = getComputedStyle(e), inks = [];
    const pattern = s.fill.match(/#([\\w-]+)/);
    if (pattern)
      for (const part of document.getElementById(pattern[1]).children)
        inks.push(grey(getComputedStyle(part).fill));
    else if (!isClear(s.fill)) inks.push(grey(s.fill));
    if (!isClear(s.stroke)) inks.push(grey(s.stroke));
    found.push({ what: e.getAttribute('class'), inks, paper: paper(e.closest('svg')) });
  }
  return found;
}
"""


def contrast(one, other):
    light, dark = max(one, other), min(one, other)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("kind", ["thirty", "demonstrator"])
def test_d8_every_text_and_mark_stands_out_in_grey(browser, sheets, kind):
    with paper(browser, sheets[kind], f"report-grey-{kind}") as page:
        page.emulate_media(media="print")
        page.goto("/r")
        found = page.evaluate(GREYS)
        marks = {f["what"] for f in found if f["what"] and f["what"].startswith("b-")}
        assert {"b-run", "b-slow", "b-was", "b-open", "b-past", "b-planned", "b-nodata"} <= marks
        assert {"loss", "before"} <= {f["what"] for f in found}
        best = {(f["what"], max(contrast(ink, f["paper"]) for ink in f["inks"])) for f in found}
        assert {(what, apart) for what, apart in best if apart < LEAST_CONTRAST} == set()
        # The week before is a line across the bar: it needs a rim of paper, and a width.
        lines = page.locator("main .lossbar .before")
        for number in range(lines.count()):
            line = lines.nth(number)
            assert line.evaluate("e => e.getBoundingClientRect().width") >= 2
            assert line.evaluate("e => getComputedStyle(e).stroke") == "rgb(255, 255, 255)"


def grey_pictures(browser, page):
    """Each sample of the legend as grey dots, at the size and in the ink of the paper."""
    pictures = {}
    with browser.page("http://127.0.0.1:1", "report-dots", watch=False) as other:
        for entry in page.locator("main .leg > span").all():
            data = base64.b64encode(entry.locator("svg").screenshot()).decode()
            pictures[entry.inner_text().strip()] = other.evaluate(
                """async data => {
                  const image = new Image();
                  image.src = 'data:image/png;base64,' + data;
                  await image.decode();
                  const canvas = new OffscreenCanvas(26 * 3, 14 * 3);
                  const pen = canvas.getContext('2d');
                  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
                  const dots = pen.getImageData(0, 0, canvas.width, canvas.height).data;
                  return Array.from({ length: dots.length / 4 }, (_, i) =>
                    0.2126 * dots[4 * i] + 0.7152 * dots[4 * i + 1] + 0.0722 * dots[4 * i + 2]);
                }""", data)  # fmt: skip
    return pictures


def test_no_two_states_look_alike_in_black_and_white(browser, sheets):
    with paper(browser, sheets["demonstrator"], "report-legend", device_scale_factor=3) as page:
        page.emulate_media(media="print")
        page.goto("/r")
        pictures = grey_pictures(browser, page)
    assert len(pictures) == 9, list(pictures)
    alike = {}
    for (one, dots), (other, others) in itertools.combinations(pictures.items(), 2):
        apart = sum(abs(a - b) for a, b in zip(dots, others)) / len(dots)
        # Of 255: a form that is a tenth higher, or a grey that is a tenth darker, is more.
        if apart < 10:
            alike[(one, other)] = round(apart, 1)
    assert alike == {}


# Figures


def test_d6_every_figure_of_the_report_opens_and_its_parts_make_the_whole(browser, sheets):
    box = sheets["demonstrator"]
    with paper(browser, box, "report-d6") as page:
        page.goto("/r")
        links = how_links(page)
        assert len(links) >= 8, links
        told, checked = {}, 0
        for link in page.locator('main a[href*="/how/"]').all():
            told.setdefault(link.get_attribute("href"), set()).add(link.inner_text().strip())
        assert {a: t for a, t in told.items() if len(t) > 1} == {}, "one working, two values"
        for address, values in told.items():
            page.goto(address)
            (shown,) = values
            opened = re.sub(r"\s+", " ", page.locator("main").inner_text())
            figure = box.api("/api/v1" + address.replace("/how/", "/figures/"))
            if figure["value"] is None:
                assert figure["why_none"], address
                continue
            # The report writes hours with a decimal, the working writes hours and minutes.
            if figure["unit"] == "s" and shown.endswith("h"):
                assert abs(float(shown[:-1].replace(",", "")) - figure["value"] / 3600) <= 0.051, (
                    address, shown, figure["value"])  # fmt: skip
            else:
                assert re.sub(r"\s+", " ", shown) in opened, (address, shown)
            whole = recomputed(figure)
            if whole is not None:
                slack = 0.5 if figure["unit"] == "minor_money" else 1e-6 * max(1, abs(whole))
                assert abs(whole - figure["value"]) <= slack, (address, whole, figure["value"])
                checked += 1
    assert checked >= 6


def test_d6_no_figure_with_a_unit_stands_without_a_link(browser, sheets):
    with paper(browser, sheets["demonstrator"], "report-loose") as page:
        page.goto("/r")
        loose = page.evaluate(
            """() => {
              const unit = /^[−-]?[£€$]?\\d[\\d,.]*\\s?(%|kWh|parts|h)?$/u;
              return [...document.querySelectorAll('main :is(b, strong, td, dd, .num)')]
                .filter(e => e.getClientRects().length && unit.test(e.innerText.trim())
                  && /%|kWh|£|h$/.test(e.innerText.trim()) && !e.closest('a')
                  && !e.querySelector('a'))
                .map(e => e.outerHTML.slice(0, 100));
            }"""
        )
        assert loose == []


def first_line(box, path):
    return re.search(r"<h1>(.*?)</h1>", box.get(path, accept="text/html").text)[1]


def test_a_week_of_which_nothing_was_seen_claims_nothing(sheets):
    unseen = "/r/" + week_name(last_week() - timedelta(days=70))
    line = first_line(sheets["thirty"], unseen)
    assert line.startswith("Too little was seen of 30 machines"), line
    text = sheets["thirty"].get(unseen, accept="text/html").text
    assert "0.0\u00a0h" not in text and "£0.00" not in text, "nothing seen is not nothing lost"


def test_a_week_after_one_that_was_not_measured_is_not_compared(sheets):
    first = "/r/" + week_name(last_week() - timedelta(days=7))
    line = first_line(sheets["thirty"], first)
    assert line.endswith("The week before was not measured."), line
    text = sheets["thirty"].get(first, accept="text/html").text
    assert "Nothing to compare with yet" in text and "not measured" in text
    assert 'class="before"' not in text, "a line of a week that was not measured"


def test_a_meeting_about_a_day_of_which_nothing_was_seen_says_so(sheets):
    line = first_line(sheets["thirty"], f"/meeting?day={last_week() - timedelta(days=70)}")
    assert line.endswith("too little was seen of 30 machines."), line


# Screens


@pytest.mark.parametrize("path", ["/r", "/meeting"])
@pytest.mark.parametrize("kind", ["none", "longest", "demonstrator"])
def test_axe_finds_nothing_and_nothing_leaves_the_screen(browser, sheets, kind, path):
    with paper(browser, sheets[kind], f"report-axe-{kind}") as page:
        if path == "/meeting" and kind != "demonstrator":
            path += "?day=" + str(last_week())
        page.emulate_media(reduced_motion="reduce")
        page.goto(path)
        findings = []
        for width, height in (WIDTHS | {320: 640}).items():
            page.set_viewport_size({"width": width, "height": height})
            for found in Axe().run(
                page, options={"runOnly": {"type": "tag", "values": WCAG}}
            ).response["violations"]:
                findings.append((width, found["id"], found["nodes"][0]["html"][:150]))
            over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            if over > 0:
                findings.append((width, "sideways scrolling", over))
            page.screenshot(path=OUT / f"{path[1:2]}-{kind}-{width}.png", full_page=True)
        assert findings == []


# Addresses


def page_in_words(box, path, status):
    """The words of a page that says what is wrong."""
    answer = box.request("GET", path, headers={"Accept": "text/html"})
    assert answer.status == status, (path, answer.status)
    assert answer.headers["Content-Type"].startswith("text/html"), path
    assert re.search(r"<h1>[^<]+</h1>", answer.text) and "Reference" in answer.text, path
    return answer.text


@pytest.mark.parametrize("week", ["2026-60", "x", "2026-00", "2027-53", "26-46", "2026-46-1", "1"])
def test_a_week_that_is_no_week_is_said_in_words(sheets, week):
    text = page_in_words(sheets["one"], "/r/" + week, 404)
    assert "is no week" in text and week in text and "2026-46" in text


def test_a_week_to_come_is_said_in_words_and_the_week_under_way_is_not_over(sheets):
    coming = last_week() + timedelta(days=14)
    text = page_in_words(sheets["one"], "/r/" + week_name(coming), 404)
    assert "has not begun yet" in text
    page_in_words(sheets["one"], "/r/2199-01", 404)
    under_way = coming - timedelta(days=7)
    answer = sheets["one"].get("/r/" + week_name(under_way), accept="text/html")
    assert "This week is not over" in answer.text


# The meeting


def meeting_days(kind):
    """The days of which a meeting is tested: the last one, and one with a long past."""
    return ["", "?day=" + str(last_week() + timedelta(days=1))] if kind != "none" else [""]


# Thirty machines with the longest names there can be have a third page.
@pytest.mark.parametrize("kind, pages", [
    ("none", 1), ("one", 1), ("thirty", 2), ("demonstrator", 2), ("longest", 3)])  # fmt: skip
def test_the_meeting_prints_on_few_pages(browser, sheets, kind, pages):
    counts = {}
    for day in meeting_days(kind):
        with paper(browser, sheets[kind], f"meeting-{kind}") as page:
            page.goto("/meeting" + day)
            document = printed(page, format="A4", margin=dict.fromkeys(
                ("top", "bottom", "left", "right"), "10mm"))  # fmt: skip
            text = "".join(plain(sheet.extract_text()) for sheet in document.pages)
            counts[day] = len(document.pages)
            assert "Whatwedecided" in text and "Bywhen" in text
            assert plain(page.locator("h1").inner_text()) in text
            assert "Theworkingdaybefore" not in text, "links are for screens"
    assert all(count <= pages for count in counts.values()), counts


@pytest.mark.parametrize(
    "day", ["x", "2026-02-30", "2026-13-01", "2199-01-01", "2026-11-13T10:00", "%00"])  # fmt: skip
def test_rubbish_for_a_day_is_refused_in_words(sheets, day):
    text = page_in_words(sheets["one"], "/meeting?day=" + day, 400)
    assert "is no day up to today" in text and "2026-11-13" in text


@pytest.mark.parametrize("kind", ["longest", "demonstrator"])
def test_say_why_opens_the_page_of_that_stop(browser, sheets, kind):
    box = sheets[kind]
    with paper(browser, box, f"meeting-why-{kind}") as page:
        page.goto("/meeting" + meeting_days(kind)[-1])
        found = [(item.inner_text(), item.locator("a").get_attribute("href"))
                 for item in page.locator("li:has(a:text-is('Say why'))").all()]  # fmt: skip
        assert len(found) >= 2
        assert len({address for _, address in found}) == len(found)
        for words, address in found:
            name, clock, length = re.fullmatch(
                r"(.+), (\d\d:\d\d), for (.+?) Say why", words.strip(), re.S).groups()  # fmt: skip
            page.goto(address)
            heading = page.locator("h1").inner_text()
            assert name in heading and clock in heading, (words, heading)
            assert f"for {length}" in heading.replace("\u00a0", " ") or f"for {length}" in heading
            assert page.locator("button[name=reason]").count() >= 3
