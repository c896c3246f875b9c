"""The store of the first release is taken up, however often that is cut off (T13, R-55, R-56)."""

import contextlib
import json
import random
import shutil
import sqlite3
import time

import pytest

from box import ROOT
from preload import End

FIRST = ROOT / "Fixtures" / "stores" / "schema-1"
CUTS = 20


def entries(data):
    """What people and the box said: place, kind and text of each entry, with its hash."""
    with sqlite3.connect(f"file:{data / 'core.db'}?mode=ro", uri=True) as core:
        return core.execute("SELECT seq, kind, entry, hash FROM event ORDER BY seq").fetchall()


def schema(data):
    with sqlite3.connect(f"file:{data / 'core.db'}?mode=ro", uri=True) as core:
        return int(core.execute("SELECT value FROM meta WHERE name = 'schema_version'").fetchone()[0])


@pytest.fixture
def first_store(make_box):
    """Makes boxes on a copy of the first release's store."""

    def make(**options):
        box = make_box(**options)
        box.data.mkdir()
        for name in ("core.db", "head.db"):
            shutil.copyfile(FIRST / name, box.data / name)
        return box

    return make


def check_taken_up(box):
    """Every fact of the first store is there, and the store is of the newest form and sound."""
    people = box.api("/api/v1/people")["items"]
    assert [(p["name"], p["role"]) for p in people] == [("Sam", "administrator")], people
    assert [t["name"] for t in box.api("/api/v1/tokens")["items"]] == ["telegraf"]
    assert [(m["id"], m["name"]) for m in box.api("/api/v1/machines")["items"]] == [("lathe-1", "Lathe 1")]
    assert 'name = "Hollins Valves"' in box.get("/api/v1/factory", accept="*/*").text
    report = box.request("POST", "/api/v1/verify?rebuild=0").text.splitlines()[-1]
    assert json.loads(report)["sound"] is True, report


def test_the_first_store_is_taken_up_and_goes_on(first_store):
    box = first_store()
    before = entries(box.data)
    assert schema(box.data) == 1 and len(before) == 4
    box.start()
    check_taken_up(box)
    assert box.write("press v=1i").status == 204
    assert box.say("problem.seen", {"machine": "lathe-1", "at": "2026-11-26T19:30:00Z"}).status == 201
    box.stop()
    assert schema(box.data) > 1
    assert [row[:2] for row in entries(box.data)[:4]] == [row[:2] for row in before]
    box.start()
    check_taken_up(box)


def requests_of_an_upgrade(first_store, tmp_path):
    """How many requests to core.db a start of the first store makes until it is ready."""
    box = first_store()
    end = End(box.folder)
    box.environment = end.environment
    box.start()
    count = end.count
    box.stop()
    assert count > 10, count
    return count


def test_an_upgrade_that_is_killed_at_its_requests_to_the_disk_is_taken_up(first_store, tmp_path):
    """kill -9 just before request n to core.db, for places all through the upgrade, each on a fresh copy."""
    total = requests_of_an_upgrade(first_store, tmp_path)
    places = sorted({round(1 + i * (total - 1) / (CUTS - 1)) for i in range(CUTS)})
    forms = []
    for place in places:
        box = first_store()
        end = End(box.folder)
        end.set(place)
        box.environment = end.environment
        box.start(wait=False)
        assert box.process.wait(30) == -9, box.log
        box.process = None
        forms.append(form_of(box.data))
        box.environment = {}
        box.start()
        check_taken_up(box)
        box.kill()
        assert [row[1] for row in entries(box.data)[:4]] == [
            "journal.begun", "site.named", "calendar.set", "machine.added"]  # fmt: skip
    print(f"killed at {len(places)} of {total} requests; forms found after the kill: {forms}")
    assert 1 in forms and forms[-1] > 1, "the kills did not fall on both sides of the upgrade"


def form_of(data):
    """The form that SQLite finds in a copy, so that nothing here repairs the original."""
    copy = data.parent / "look"
    shutil.copytree(data, copy, ignore=shutil.ignore_patterns("*-shm", "secrets"))
    form = schema(copy)
    shutil.rmtree(copy)
    return form


def test_an_upgrade_that_is_killed_at_random_moments_is_taken_up(first_store):
    """The same box is killed three times before it may finish: a bad end more would be safe mode."""
    dice = random.Random(20261127)
    longest = first_store()
    ready_s = longest.start()
    longest.stop()
    for _ in range(7):
        box = first_store()
        for _ in range(3):
            box.start(wait=False)
            time.sleep(dice.uniform(0, ready_s))  # a random moment of the start
            box.kill()
        box.start()
        check_taken_up(box)
        box.kill()


def content(path):
    """Everything in a database, as text."""
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as store:
        return list(store.iterdump())


@pytest.mark.parametrize("file", ["core.db", "head.db"])
def test_a_store_of_a_newer_program_is_refused_with_78_and_left_as_it_is(first_store, file):
    box = first_store()
    box.start()
    box.stop()
    with sqlite3.connect(box.data / file) as store:
        if file == "core.db":
            store.execute("UPDATE meta SET value = '99' WHERE name IN ('schema_version', 'oldest_reader')")
        else:
            store.execute("PRAGMA user_version = 99")
    store.close()
    before = content(box.data / file)
    refused = box.run("serve", "--listen", f"127.0.0.1:{box.port}", code=78, limit_s=60)
    words = refused.stderr.strip().splitlines()
    assert len(words) <= 3 and "newer" in refused.stderr, refused.stderr
    assert "Traceback" not in refused.stderr and "Fatal" not in refused.stderr
    if file == "core.db":
        assert "restore the backup" in refused.stderr
    assert content(box.data / file) == before
