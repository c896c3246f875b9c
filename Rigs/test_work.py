"""Jobs, checks, documents, spreadsheets and paper on a real box, as an owner uses the pages."""

import hashlib
import io
import json
import re
import secrets
import shutil
import time
from datetime import datetime, timedelta
from html import unescape
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from box import wait_until
from test_guessing import FORM, session_of_owner

ZONE = ZoneInfo("Europe/London")
TODAY = datetime.now(ZONE).date()
DAY = TODAY - timedelta(days=3)
JOB = "4711/A"
PAGE = "/j/" + quote(JOB, safe="")
DRAWING = bytes(range(256)) * 700 + b"drawing of a valve body"


class Owner:
    """The owner at a browser, as far as forms go."""

    def __init__(self, box):
        self.box = box
        self.visitor = session_of_owner(box)

    def get(self, path, status=200):
        self.visitor.connection.close()
        found, _, text = self.visitor.ask("GET", path)
        assert found == status, (path, found, text[:800])
        return text

    def bytes(self, path):
        answer = self.box.request("GET", path, token=None, headers={"Cookie": self.visitor.cookie})
        return answer.status, answer.body

    def post(self, path, status=303, **fields):
        """Sends a form; where it leads, or the text of the page that refuses."""
        body = urlencode({"token": self.visitor.form.split("=", 1)[1]} | fields, doseq=True).encode()
        self.visitor.connection.close()
        found, headers, text = self.visitor.ask("POST", path, body, {"Content-Type": FORM})
        assert found == status, (path, found, re.findall(r'role="alert">(.*?)</', text), fields)
        return headers["Location"] if status == 303 else text

    def upload(self, path, name, content, status=303, **fields):
        mark = secrets.token_hex(12)
        parts = [f'--{mark}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
                 for key, value in ({"token": self.visitor.form.split("=", 1)[1]} | fields).items()]
        parts += [f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
                  "Content-Type: application/octet-stream\r\n\r\n".encode(), content,
                  f"\r\n--{mark}--\r\n".encode()]  # fmt: skip
        answer = self.box.request(
            "POST", path, b"".join(parts), token=None, headers={
                "Cookie": self.visitor.cookie, "Content-Type": f"multipart/form-data; boundary={mark}"})
        assert answer.status in (status, 200), (answer.status, answer.text[:800])
        return answer

    def journal(self, *kinds):
        return self.box.items(f"/api/v1/journal?kinds={','.join(kinds)}&limit=500&order=asc")


def set_up(owner):
    """What somebody does on the page that sets up the place."""
    owner.post("/place/site", name="Hollins Valves", work="38.00", **{"from": str(TODAY)})
    owner.post("/place/machines", name="Bench")
    owner.post("/place/machines", name="Lathe 1")
    owner.post("/place/trade", trade="machining")
    days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    owner.post("/place/shifts", **{
        "from": str(TODAY - timedelta(days=20)),
        "name-1": "Early", "from-1": "06:00", "to-1": "14:00", "breaks-1": "09:00-09:15", "days-1": days,
        "name-2": "Late", "from-2": "14:00", "to-2": "22:00", "breaks-2": "", "days-2": days})  # fmt: skip
    owner.post("/place/products", name="Valve body", cycle="42.5", cavities="1", material="0.31",
               **{"from": str(TODAY)})  # fmt: skip
    owner.post("/place/checks", name="First part", moment="first", product="",
               steps="Bore | value | 24.98 | 25.02 | mm\nNo burr | good\n? Remark | text")  # fmt: skip


@pytest.fixture
def owner(box):
    made = Owner(box)
    set_up(made)
    return made


def text_of(page):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", page)))


# A job from the list to its record


def test_a_job_from_the_list_to_its_record(owner, make_box, tmp_path):
    box = owner.box
    reasons = [r["name"] for r in box.items("/api/v1/reasons")]
    assert "Tooling" in reasons and len(reasons) >= 8
    owner.post("/place/trade", trade="machining")
    assert len(box.items("/api/v1/reasons")) == len(reasons), "the starter set came twice"
    owner.post("/jobs", job=JOB, product="Valve body", quantity="40", machine="bench",
               due=str(TODAY + timedelta(days=2)), note="for Hollins")  # fmt: skip
    assert JOB in text_of(owner.get("/jobs"))
    # Told by hand, started, parts.
    now = datetime.now(ZONE)
    assert box.say("state.told", {"machine": "bench", "at": now.isoformat(), "state": "running"}).status == 201
    assert owner.post(PAGE + "/start", machine="bench") == PAGE
    moment = datetime.now(ZONE).isoformat()
    booked = {"machine": "bench", "from": moment, "to": moment, "good": 12, "scrap": 1, "rework": 0,
              "cause": "Burr"}  # fmt: skip
    assert box.say("count.booked", booked).status == 201
    assert "12" in text_of(owner.get(PAGE))
    # Checks: a required step is missing, then all are there, one out of its limits.
    before = len(owner.journal("check.answered"))
    refused = owner.post(PAGE + "/checks", status=422, list="first-part", machine="bench", bore="25.00")
    assert "No burr" in text_of(refused) and "has no answer" in text_of(refused)
    assert len(owner.journal("check.answered")) == before, "half a list was stored"
    owner.post(PAGE + "/checks", list="first-part", machine="bench", bore="25,03", **{"no-burr": "yes"})
    answers = owner.journal("check.answered")
    facts = {a["facts"]["step"]: a["facts"] for a in answers}
    assert set(facts) == {"bore", "no-burr"} and facts["bore"]["answer"] == "25.03"
    assert [facts[s]["good"] for s in ("bore", "no-burr")] == [False, True], facts
    # A document, back byte for byte.
    owner.upload(PAGE + "/documents", "drawing.pdf", DRAWING, note="Drawing, issue C")
    digest = hashlib.sha256(DRAWING).hexdigest()
    assert owner.bytes(f"{PAGE}/documents/{digest}") == (200, DRAWING)
    (kept,) = list(box.data.rglob(digest))
    # A backup, restored elsewhere, has the document and the job.
    made = box.run("backup", "create").stdout.strip()
    key = tmp_path / "key"
    key.write_text(box.run("backup", "key").stdout.strip())
    # Finish, and the record says who, what and where it stands in the journal.
    owner.post(PAGE + "/finish")
    (job,) = [j for j in box.items("/api/v1/jobs") if j["job"] == JOB]
    assert job["is_closed"] and job["running_on"] == []
    assert box.machine("bench").get("job") is None, "the machine still has the job"
    record = owner.get(PAGE + "/record")
    rows = [text_of(row) for row in re.findall(r"<tr>(.*?)</tr>", record, re.S)]
    numbers = {int(n) for n in re.findall(r'<td class="r">(\d+)</td></tr>', record)}
    assert digest in record, "the hash of the document"
    missing = []
    for kind, words in (("job.started", "began"), ("count.booked", "12 good"), ("check.answered", "Bore"),
                        ("document.attached", "drawing.pdf"), ("job.closed", "finish")):  # fmt: skip
        entries = [e for e in owner.journal(kind) if e["facts"].get("job", JOB) == JOB]
        assert entries, kind
        found = [r for r in rows if words.lower() in r.lower()]
        who = entries[0]["actor"]
        if not found or not any(who in r or "Rig" in r for r in found):
            missing.append((kind, "what and who"))
        if entries[0]["sequence"] not in numbers:
            missing.append((kind, f"entry number {entries[0]['sequence']}"))
    card = owner.get(PAGE + "/card")
    assert JOB in text_of(card) and re.search(r'<svg[^>]*class="[^"]*qr', card), "no QR code"
    assert quote(JOB, safe="") in card, "the address of the job is not on the card"
    # One flipped bit.
    spoilt = bytearray(DRAWING)
    spoilt[1000] ^= 1
    kept.write_bytes(spoilt)
    status, body = owner.bytes(f"{PAGE}/documents/{digest}")
    assert status == 404 and b"lost or damaged" in body and bytes(spoilt) not in body
    # Restored.
    other = make_box()
    other.run("backup", "restore", made, "--key-file", key, "--yes")
    other.start()
    assert [j["job"] for j in other.items("/api/v1/jobs")] == [JOB]
    restored = other.request("GET", f"{PAGE}/documents/{digest}")
    assert (restored.status, restored.body) == (200, DRAWING)
    other.run("verify")
    assert missing == [], "the record leaves out"


def test_a_damaged_document_that_is_attached_again_can_be_fetched_again(owner):
    owner.post("/jobs", job=JOB, product="", quantity="1")
    owner.upload(PAGE + "/documents", "drawing.pdf", DRAWING, note="")
    digest = hashlib.sha256(DRAWING).hexdigest()
    (kept,) = list(owner.box.data.rglob(digest))
    kept.write_bytes(DRAWING[:-1] + b"?")
    assert owner.bytes(f"{PAGE}/documents/{digest}")[0] == 404
    owner.upload(PAGE + "/documents", "drawing.pdf", DRAWING, note="once more")
    assert owner.bytes(f"{PAGE}/documents/{digest}") == (200, DRAWING)


# Spreadsheets


def span(day=DAY, days=1):
    begin = datetime(day.year, day.month, day.day, tzinfo=ZONE)
    end = begin + timedelta(days=days)
    return urlencode({"from": begin.isoformat(), "to": end.isoformat()})


def figures(owner, days=1):
    """Everything that is told of the day."""
    return {path: owner.box.api(f"/api/v1/{path}{span(days=days)}")
            for path in ("figures?by=machine&", "figures?by=shift&", "time?")}  # fmt: skip


STOPS = [
    ("06:30", "06:52", "Tooling", "Wendeplatte müde, 5 €"), ("08:10", "08:31", "Quality check", "größer"),
    ("10:00", "10:45", "Tooling", ""), ("12:05", "12:20", "Swarf or coolant", "Kühlmittel"),
]  # fmt: skip


def stops_csv():
    date = DAY.strftime("%d.%m.%Y")
    lines = ["Maschine;Beginn;Ende;Grund;Bemerkung"]
    lines += [f"Bench;{date} {start};{end_of(date, end)};{reason};{note}" for start, end, reason, note in STOPS]
    return "\r\n".join(lines).encode("cp1252")


def end_of(date, end):
    return f"{date} {end}"


def production_xlsx():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Log"
    sheet.append(["Machine", "Start", "End", "Good", "Scrap", "Job"])
    for hour in range(6, 14):
        begin = datetime(DAY.year, DAY.month, DAY.day, hour)
        sheet.append(["Bench", begin, begin + timedelta(hours=1), 50 + hour, hour % 3, "4800"])
    store = io.BytesIO()
    book.save(store)
    return store.getvalue()


def production_csv():
    lines = ["Machine;Date;Start;End;Good;Scrap"]
    lines += [f"Bench;{DAY:%d/%m/%Y};{h:02}:00;{h + 1:02}:00;{40 + h};{h % 2}" for h in range(6, 14)]
    return "\r\n".join(lines).encode("cp1252")


def bring(owner, name, content, answers=()):
    """Brings a file in as a person would: answers what is asked, stores. Gives the last page."""
    where = owner.upload("/import", name, content)
    match = re.search(r'action="(/import/[0-9a-z]+)"', where.text)
    address = where.headers["Location"] or (match and match[1]) or re.search(r"/import/[0-9a-z]+", where.text)[0]
    asked = []
    for _ in range(8):
        page = owner.get(address)
        legends = re.findall(r'<fieldset class="asked"><legend>(.*?)</legend>(.*?)</fieldset>', page, re.S)
        if not legends:
            return address, page, asked
        fields = {}
        for question, choices in legends:
            asked.append(unescape(question))
            found = re.findall(r'name="(q\d+)" value="(\d+)"> ([^<]*)<', choices)
            wanted = [c for c in found if any(a.lower() in unescape(c[2]).lower() for a in answers)]
            field, value, _ = (wanted or found)[0]
            fields[field] = value
        owner.post(address, **fields)
    raise AssertionError(f"asked without end: {asked}")


def store(owner, address):
    owner.post(address + "/store")
    page = owner.get(address)
    assert "is stored" in text_of(page), text_of(page)[:1500]
    return int(re.search(r"Import (\d+) is stored", text_of(page))[1])


FILES = {
    "stops, CSV with semicolons in Windows-1252": ("stillstand.csv", stops_csv, "stop.reason"),
    "production, CSV with semicolons": ("log.csv", production_csv, "count.booked"),
    "production, XLSX": ("log.xlsx", production_xlsx, "count.booked"),
}


@pytest.mark.parametrize("file", FILES)
def test_a_file_is_in_once_and_taken_back_as_if_it_had_never_been(owner, file):
    name, make, kind = FILES[file]
    content = make()
    before = figures(owner)
    entries = len(owner.journal(kind))
    address, page, asked = bring(owner, name, content, answers=("day first", "3 April", f"{DAY.day} "))
    rows = len(STOPS) if kind == "stop.reason" else 8
    print(file, {"asked": asked, "counts": re.findall(r"<li>([^<]*(?:new|refused|stored|passed)[^<]*)</li>", page)})
    assert f"{rows} rows are new" in text_of(page), text_of(page)[:2500]
    number = store(owner, address)
    new = owner.journal(kind)[entries:]
    assert len(new) == rows, new
    if kind == "stop.reason":
        assert any("Wendeplatte müde, 5 €" in json.dumps(e, ensure_ascii=False) for e in new), new
        assert {e["facts"]["reason"] for e in new} == {"tooling", "quality-check", "swarf"}
        starts = sorted(datetime.fromisoformat(e["facts"]["at"].replace("Z", "+00:00")).astimezone(ZONE)
                        .strftime("%H:%M") for e in new)  # fmt: skip
        assert all(a >= s[0] and a < s[1] for a, s in zip(starts, STOPS)), starts
    else:
        first = 56 if name.endswith("xlsx") else 46
        assert [e["facts"]["good"] for e in new] == [first + k for k in range(8)]
    with_it = figures(owner)
    assert with_it != before, "the import changed no figure"
    # The same file again adds nothing.
    count = len(owner.journal(kind))
    _, again, _ = bring(owner, name, content, answers=("day first",))
    assert "stored already" in text_of(again) and "/store" not in again, text_of(again)[:1500]
    assert len(owner.journal(kind)) == count
    assert figures(owner) == with_it
    # Taken back: figures as if it had never been.
    owner.post("/import/undo", number=number)
    wait_until(lambda: figures(owner) == before, 30, "the figures of before", 0.5)
    assert "taken back" in text_of(owner.get("/import"))
    # And in again: it counts again.
    address, page, _ = bring(owner, name, content, answers=("day first",))
    assert f"{rows} rows are new" in text_of(page), text_of(page)[:1500]
    store(owner, address)
    other = [d for d in differences(figures(owner), with_it) if "/entries/" not in d[0]]
    assert other == [], "the same file gives other figures than before"
    owner.box.run("verify")


def test_files_of_the_watch_folder_come_in_where_their_like_came_in_before(make_claimed_box, tmp_path):
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    box = make_claimed_box(settings=f'[import]\nwatch = "{inbox}"\n')
    box.start()
    owner = Owner(box)
    set_up(owner)
    header = "Machine,Date,From,To,Good,Scrap\n"

    def log(name, *rows):
        part = inbox / ("." + name)
        part.write_text(header + "".join(r + "\n" for r in rows))
        part.rename(inbox / name)

    def waits(name):
        page = text_of(owner.get("/import"))
        return name + " waits" in page and page

    day = (DAY - timedelta(days=1)).isoformat()
    log("monday.csv", f"Bench,{day},06:00,07:00,40,1")
    wait_until(lambda: waits("monday.csv"), 60, "the first of its kind waits")
    assert "No file with these headings came in before." in waits("monday.csv")
    assert owner.journal("count.booked") == []
    address = owner.post("/import/inbox", name="monday.csv")
    for _ in range(4):
        page = owner.get(address)
        if "/store" in page:
            break
        owner.post(address, **{q: "0" for q in set(re.findall(r'name="(q\d+)"', page))})
    store(owner, address)
    assert (inbox / "taken" / "1 monday.csv").exists() and not (inbox / "monday.csv").exists()
    # Its like comes in by itself, and only once.
    log("tuesday.csv", f"Bench,{day},07:00,08:00,41,0", f"Bench,{day},08:00,09:00,42,0")
    wait_until(lambda: (inbox / "taken" / "2 tuesday.csv").exists(), 60, "the second came in")
    assert [e["facts"]["good"] for e in owner.journal("count.booked")] == [40, 41, 42]
    assert {e["actor"] for e in owner.journal("count.booked")[1:]} == {"watch folder"}
    shutil.copy(inbox / "taken" / "2 tuesday.csv", inbox / "tuesday.csv")
    wait_until(lambda: (inbox / "taken" / "again tuesday.csv").exists(), 60, "the same again moved aside")
    assert len(owner.journal("count.booked")) == 3
    # What would be refused, or asks something new, waits and changes nothing.
    log("wednesday.csv", f"Bench,{day},09:00,10:00,43,0", f"Bench,{day},nonsense,11:00,44,0")
    log("strange.csv", f"Unknown machine,{day},10:00,11:00,9,0")
    log("no table.csv")
    (inbox / "link.csv").symlink_to("/etc/passwd")
    page = wait_until(lambda: waits("wednesday.csv") and waits("strange.csv"), 60, "both wait")
    assert "root:" not in text_of(owner.get("/import"))
    assert len(owner.journal("count.booked")) == 3
    box.run("verify")


def differences(one, two, path=""):
    """Where two answers differ."""
    if isinstance(one, dict) and isinstance(two, dict):
        return [d for k in one.keys() | two.keys() for d in differences(one.get(k), two.get(k), f"{path}/{k}")]
    if isinstance(one, list) and isinstance(two, list) and len(one) == len(two):
        return [d for k, (a, b) in enumerate(zip(one, two)) for d in differences(a, b, f"{path}/{k}")]
    return [] if one == two else [(path, one, two)]


# Paper


def test_a_typed_sheet_that_is_posted_twice_is_stored_once(owner):
    day = str(DAY)
    page = owner.get(f"/m/bench/typed?day={day}&shift=early")
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    fields = {"day": day, "shift": hidden["shift"], "batch": hidden["batch"],
              "ran-01": "on", "good-01": "21", "stop-02": "12", "why-02": "A", "good-02": "13",
              "scrap-02": "2"}  # fmt: skip
    kinds = ("state.corrected", "stop.reason", "count.booked")
    before = len(owner.journal(*kinds))
    owner.post("/m/bench/typed", **fields)
    once = owner.journal(*kinds)[before:]
    shown = figures(owner)
    owner.post("/m/bench/typed", **fields)
    assert owner.journal(*kinds)[before:] == once
    assert sorted(e["kind"] for e in once) == [
        "count.booked", "count.booked", "state.corrected", "state.corrected", "state.corrected",
        "stop.reason"]  # fmt: skip
    assert sum(e["facts"]["good"] for e in once if e["kind"] == "count.booked") == 34
    assert figures(owner) == shown
    # A row that cannot be is refused as a whole.
    page = owner.get(f"/m/bench/typed?day={day}&shift=early")
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    wrong = fields | {"batch": hidden["batch"], "stop-03": "31"}
    text = owner.post("/m/bench/typed", status=422, **wrong)
    assert "31" in text_of(text) and len(owner.journal(*kinds)[before:]) == len(once)
    owner.box.run("verify")
