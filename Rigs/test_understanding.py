"""What the box makes of a day: split figures, workbooks, corrections, energy, measurements."""

import io
import json
import time
import zipfile
from datetime import datetime, timedelta, timezone
from xml.etree import ElementTree

import pytest

from box import Box
from preload import Clock

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class Demonstrator:
    """The made-up factory as a visitor sees it, without a key."""

    def __init__(self, box):
        self.box = box

    def get(self, path):
        return self.box.get(path, token=None)

    def api(self, path):
        return self.get(path).json

    def say(self, kind, facts):
        body = json.dumps({"kind": kind, "facts": facts}).encode()
        return self.box.request(
            "POST", "/api/v1/journal", body, token=None,
            headers={"Content-Type": "application/json"})  # fmt: skip


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    box = Box(tmp_path_factory.mktemp("made-up"), "made-up", demo="on")
    box.start()
    yield Demonstrator(box)
    box.stop()


def day():
    """The last whole day that lies in the demonstrator's past, in UTC."""
    midnight = datetime.now(timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
    start = midnight - timedelta(days=1)
    return f"from={start:%Y-%m-%dT%H:%M:%SZ}&to={midnight:%Y-%m-%dT%H:%M:%SZ}"


def total(rows, *path):
    found = 0
    for row in rows:
        value = row
        for name in path:
            value = value[name]
        found += value
    return found


def test_every_split_has_the_same_seconds_and_parts(demo):
    whole = demo.api(f"/api/v1/figures?by=site&{day()}")["rows"]
    for split in ["machine", "job", "product", "machine,job"]:
        rows = demo.api(f"/api/v1/figures?by={split}&{day()}")["rows"]
        for name in ["production_s", "delay_s", "down_s", "setup_s", "unknown_s", "calendar_s"]:
            assert total(rows, "time", name) == pytest.approx(
                total(whole, "time", name), abs=1e-3
            ), (split, name)
        assert total(rows, "parts", "good") == total(whole, "parts", "good"), split


def test_oee_is_the_product_of_its_factors_and_the_losses_are_the_rest(demo):
    for split in ["site", "machine"]:
        for row in demo.api(f"/api/v1/figures?by={split}&{day()}")["rows"]:
            ratios = row["ratios"]
            if ratios["oee"]["value"] is None:
                assert ratios["oee"]["why_none"], row
                continue
            product = (
                ratios["availability"]["value"]
                * ratios["effectiveness"]["value"]
                * ratios["quality"]["value"]
            )
            assert ratios["oee"]["value"] == pytest.approx(product, rel=1e-12), row["gaps"]


def test_the_workbook_has_numbers_and_a_sheet_that_says_how_it_was_made(demo):
    answer = demo.get(f"/api/v1/figures?by=machine&format=xlsx&{day()}")
    book = zipfile.ZipFile(io.BytesIO(answer.body))
    assert book.testzip() is None
    names = ElementTree.fromstring(book.read("xl/workbook.xml"))
    titles = [sheet.get("name") for sheet in names.iter(SHEET + "sheet")]
    assert titles == ["Figures", "Losses", "How this was made"]
    sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    kinds = [cell.get("t") for cell in sheet.iter(SHEET + "c")]
    assert kinds.count(None) > 8 * 20, "numbers are stored as numbers"
    rows = demo.api(f"/api/v1/figures?by=machine&{day()}")["rows"]
    assert len(list(sheet.iter(SHEET + "row"))) == len(rows) + 1


def test_a_correction_is_shown_at_once_and_can_be_taken_back(demo):
    def production():
        row = demo.api(f"/api/v1/figures?by=machine&machine=saw&{day()}")["rows"][0]
        return row["time"]["production_s"]

    before = production()
    start = datetime.now(timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
    span = {
        "machine": "saw",
        "from": f"{start - timedelta(hours=20):%Y-%m-%dT%H:%M:%SZ}",
        "to": f"{start - timedelta(hours=18):%Y-%m-%dT%H:%M:%SZ}",
    }
    assert demo.say("state.corrected", span | {"state": "idle"}).status == 201
    assert production() < before - 600
    assert demo.say("state.corrected", span | {"state": "unknown"}).status == 201
    assert production() == pytest.approx(before, abs=1e-3)
    month = span | {"from": f"{start - timedelta(days=30):%Y-%m-%dT%H:%M:%SZ}", "state": "idle"}
    refused = demo.say("state.corrected", month)
    assert refused.status == 422 and "24 hours" in refused.text


def test_energy_by_state_and_by_job_is_the_whole_and_is_priced_by_band(demo):
    picture = demo.api(f"/api/v1/energy?{day()}")
    assert picture["sentence"] and picture["carbon"]["source"]
    for machine in picture["machines"]:
        states = sum(state["kwh"] for state in machine["states"].values())
        jobs = sum(job["energy"]["kwh"] for job in machine["jobs"])
        assert states + machine["unplaced_kwh"] == pytest.approx(machine["kwh"], rel=1e-9)
        assert jobs == pytest.approx(states, rel=1e-9)
        cost = float(machine["cost"]["amount"])
        # Between the night's price and the day's.
        assert 0.168 * states - 0.01 <= cost <= 0.27 * states + 0.01


def test_the_planted_drift_of_the_bore_is_odd(tmp_path):
    """The made-up factory is another one at each moment: this one is that of a fixed moment."""
    clock = Clock(tmp_path)
    clock.move(datetime(2026, 11, 27, 13, 20, tzinfo=timezone.utc).timestamp() - time.time())
    (tmp_path / "made-up").mkdir()
    box = Box(tmp_path / "made-up", "made-up", demo="on", environment=clock.environment)
    box.start()
    try:
        demo = Demonstrator(box)
        found = demo.api("/api/v1/machines/lathe-1/odd")
        bore = [f for f in found["findings"] if "Bore" in f["sentence"]]
        assert bore, found["findings"]
        quality = demo.api("/api/v1/quality")
        assert any("Bore" in watched["name"] for watched in quality["watched"])
    finally:
        box.stop()


def post(box, path, body):
    return box.request(
        "POST", path, json.dumps(body).encode(), headers={"Content-Type": "application/json"}
    )


def test_a_measurement_that_people_take_is_kept_and_charted(box):
    box.run("machine", "add", "lathe-9", "--name", "Lathe 9")
    for kind, facts in [
        (
            "signal.added",
            {
                "id": 1, "name": "Bore", "kind": "number", "unit": "mm", "machine": None,
                "slug": None, "assigned_from": None, "retired": False,
                "source": {"connection": "hand", "address": "lathe-9/bore", "options": {}},
            },
        ),
        (
            "signal.assigned",
            {"id": 1, "machine": "lathe-9", "slug": "bore", "from": "2026-01-01T00:00:00Z"},
        ),
    ]:  # fmt: skip
        answer = post(box, "/api/v1/configuration", {"kind": kind, "facts": facts})
        assert answer.status in (200, 201), answer.text
    for number in range(30):
        value = 25 + (number * 7 % 11) / 1000
        answer = post(box, "/api/v1/measurements", {"signal": 1, "value": value})
        assert answer.status == 201, answer.text
    box.kill()
    box.start()
    chart = box.api("/api/v1/quality/1?lower=24.98&upper=25.02")
    assert chart["value_count"] == 30
