"""What first users stumbled over: first parts, names, working time, two tabs, empty files, profiles."""

import json
import re
from datetime import timedelta

import pytest

from test_work import TODAY, Owner, text_of

LONG = "Bohrwerk " + "x" * 80


@pytest.fixture
def owner(box):
    made = Owner(box)
    made.post("/place/machines", name="Bench")
    made.post("/place/machines", name="Łukasz Süd")
    return made


def test_a_first_part_that_was_not_right_warns_until_a_whole_list_says_that_it_is(owner):
    owner.post("/place/checks", name="First part", moment="first-off", product="",
               steps="Bore | value | 24.98 | 25.02 | mm\nNo burr | good")  # fmt: skip
    owner.post("/jobs", job="J1", product="Valve", quantity="40", machine="bench")
    warning = "The first part was not right at"
    wrong = {"list": "first-part", "machine": "bench", "bore": "25.03", "no-burr": "yes"}
    right = wrong | {"bore": "25.00"}
    # Before the job is on a machine nobody can have made a first part.
    refused = text_of(owner.post("/j/J1/checks", status=422, **right))
    assert "has been on no machine yet" in refused and "Start it on its machine" in refused
    assert owner.journal("check.answered") == [], "a refused list was stored"
    owner.post("/j/J1/start", machine="bench")
    refused = text_of(owner.post("/j/J1/checks", status=422, **(right | {"machine": "lukasz-sud"})))
    assert "has not been on this machine" in refused and "Bench" in refused
    owner.post("/j/J1/checks", **wrong)
    assert warning in text_of(owner.get("/j/J1")) and warning in text_of(owner.get("/o/bench"))
    assert warning not in text_of(owner.get("/o/lukasz-sud"))
    # Half an answer is refused and changes nothing; a whole one that is right ends it.
    owner.post("/j/J1/checks", status=422, list="first-part", machine="bench", bore="25.00")
    assert warning in text_of(owner.get("/j/J1"))
    owner.post("/j/J1/pause", machine="bench")
    assert warning in text_of(owner.get("/j/J1")), "it warns before the job is started again"
    owner.post("/j/J1/start", machine="bench")
    owner.post("/j/J1/checks", **right)
    assert warning not in text_of(owner.get("/j/J1")) + text_of(owner.get("/o/bench"))


def test_a_name_is_refused_rather_than_cut(owner):
    for path, fields in [("/place/machines", {}), ("/place/areas", {}), ("/place/reasons", {"loss": "waiting"})]:
        refused = text_of(owner.post(path, status=422, name=LONG, **fields))
        assert "A name has at most 80 letters, this one has 89." in refused
    assert 'maxlength="80"' not in owner.get("/place")


def test_of_two_tabs_the_later_one_is_told(owner):
    page = owner.get("/place")
    seen = re.search(r'name="id" value="bench"><input type="hidden" name="seen" value="([0-9a-f]+)"', page)[1]
    owner.post("/place/machines", id="bench", seen=seen, name="Bench 1", area="")
    page = owner.post("/place/machines", status=422, id="bench", seen=seen, name="Bench two", area="")
    assert "Somebody changed this since the page was opened" in text_of(page)
    assert 'value="Bench two"' in page, "what was typed came back"
    seen = re.search(r'name="id" value="bench"><input type="hidden" name="seen" value="([0-9a-f]+)"', page)[1]
    owner.post("/place/machines", id="bench", seen=seen, name="Bench two", area="")


def test_working_time_is_taken_back_and_overtime_finds_its_place(owner):
    days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    first, later = str(TODAY - timedelta(days=20)), str(TODAY + timedelta(days=10))
    early = {"name-1": "Early", "from-1": "06:00", "to-1": "14:00", "days-1": days}
    owner.post("/place/shifts", **{"from": first} | early)
    wrong = owner.post("/place/shifts", status=422, **{"from": first} | early | {"to-1": "25:00"})
    assert "The end of Early, “25:00”, is no time of day." in text_of(wrong)
    owner.post("/place/shifts", **{"from": later} | early | {"from-1": "07:00"})
    assert "07:00 to 14:00" in text_of(owner.get("/place"))
    owner.post("/place/day", date=later, do="withdraw")
    assert "07:00 to 14:00" not in text_of(owner.get("/place"))
    again = text_of(owner.post("/place/day", status=422, date=later, do="withdraw"))
    assert "is left to take back" in again
    missing = text_of(owner.post("/place/day", status=422, **{"date": "", "from": "15:00", "to": "17:00"}))
    assert "The day is missing." in missing
    refused = text_of(owner.post("/place/day", status=422, **{"date": later, "from": "13:00", "to": "15:00"}))
    assert "The overtime overlaps Early, 06:00 to 14:00." in refused
    owner.post("/place/day", **{"date": later, "from": "15:00", "to": "17:00"})
    refused = text_of(owner.post("/place/day", status=422, **{"date": later, "from": "16:00", "to": "18:00"}))
    assert "The overtime overlaps Overtime" in refused
    owner.post("/place/day", date=later, do="withdraw")
    assert "15:00 to 17:00" not in text_of(owner.get("/place"))


def test_a_retired_machine_has_no_buttons_on_its_tablet(owner):
    owner.post("/place/machines", id="bench", do="retire", name="Bench", area="")
    page = owner.get("/o/bench")
    assert "Bench is out of use." in text_of(page) and "data-count" not in page


def test_machines_that_were_never_seen_are_not_silent(owner):
    text = text_of(owner.get("/machines"))
    assert "2 machines. None of them was seen yet." in text and "silent for" not in text


def test_an_empty_file_is_called_so(owner):
    assert "The file is empty." in text_of(owner.upload("/import", "jobs.csv", b"", status=422).text)


def test_profiles_as_json_and_what_no_device_answers_at(box):
    items = json.loads(box.run("profile", "list", "eastron", "--json").stdout)["items"]
    assert "eastron-sdm120" in [item["id"] for item in items]
    write = ["profile", "write", "eastron-sdm120", "--machine", "m", "--address"]
    for address in ["192.168.1.47:70000", "not an address", "192.168.1.47:", "/etc/passwd"]:
        assert "is no address" in box.run(*write, address, code=2).stderr
    for unit in ["256", "-1"]:
        assert "is no unit number" in box.run(*write, "192.168.1.47:502", f"--unit={unit}", code=2).stderr
    assert "unit = 7" in box.run(*write, "192.168.1.47:502", "--unit=7").stdout
