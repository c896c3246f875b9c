"""The morning e-mail from a real box to a real mail server: a test, the letter, what goes wrong."""

import email
import email.policy
import json
import re
import time
from datetime import datetime, timedelta
from html import unescape

import pytest

from box import wait_until
from outbound_peers import PASSWORD, USER, closed_port, mail_server, papers  # noqa: F401
from preload import Clock
from test_work import DAY, TODAY, ZONE, Owner, set_up, text_of

TO = "sam@example.org"


@pytest.fixture
def owner(make_claimed_box):
    box = make_claimed_box()
    box.start()
    made = Owner(box)
    set_up(made)
    return made


def fields(port, papers, **more):
    """The form as somebody fills it in; the time of day has passed."""
    return {
        "to": TO, "at": "00:00", "host": "localhost", "port": str(port), "safety": "tls", "user": USER,
        "password": PASSWORD, "from": USER, "pages": "https://millwright.local:8420",
        "certificates": str(papers.authority) if papers else "",
    } | more  # fmt: skip


def alert(page):
    return unescape(re.search(r'role="alert"><b>(.*?)</b>', page)[1])


def sentence(page):
    return text_of(re.search(r"<h1[^>]*>(.*?)</h1>", page, re.S)[1]).strip()


def test_a_test_letter_says_what_is_wrong_until_it_arrives_and_the_morning_letter_goes_out_once(owner, papers):
    page = owner.get("/mail")
    assert "No e-mail is sent yet" in sentence(page)
    with mail_server("tls", papers.good, sign_in=True) as server:
        wrong = owner.post("/mail", status=422, **fields(server.port, papers, password="not it", do="test"))
        assert "does not accept the sign-in" in alert(wrong), alert(wrong)
        assert "Nothing was saved." in alert(wrong) and 'value="localhost"' in wrong
        assert "not it" not in wrong and "No e-mail is sent yet" in sentence(owner.get("/mail"))
        wrong = owner.post("/mail", status=422, **fields(closed_port(), papers, do="test"))
        assert "localhost" in alert(wrong), alert(wrong)
        wrong = owner.post("/mail", status=422, **fields(server.port, papers, safety="open", do="test"))
        assert "never crosses an open line" in alert(wrong)
        assert server.mails == []
        # A test that arrives keeps what it was sent by; the morning letter follows by itself.
        done = owner.post("/mail", status=200, **fields(server.port, papers, do="test", on="on"))
        assert f"The server took the test for {TO}." in text_of(done)
        wait_until(lambda: len(server.mails) == 2, 60, "the morning letter")
        first, letter = [email.message_from_bytes(m[2], policy=email.policy.default) for m in server.mails]
        assert first["Subject"] == "Test of Hollins Valves"
        page = owner.get("/mail")
        assert "The morning e-mail went out." in text_of(page)
        says = letter.get_body(("plain",)).get_content()
        assert letter["Subject"].startswith("Hollins Valves: ")
        monday = TODAY.weekday() == 0
        where = owner.get("/r") if monday else owner.get("/meeting")
        if not monday:
            # The sentence is the one of the page.
            assert sentence(where) in says and letter["Subject"] == "Hollins Valves: " + sentence(where)
            assert "https://millwright.local:8420/meeting?day=" in says
        # Once a day: neither time nor a restart sends it again.
        owner.box.stop()
        owner.box.start()
        time.sleep(40)
        assert len(server.mails) == 2
    secret = owner.box.data / "secrets" / "mail.toml"
    assert oct(secret.stat().st_mode)[-3:] == "600"
    assert PASSWORD not in owner.get("/mail")
    assert any("mail" in json.dumps(e) for e in owner.box.items("/api/v1/audit?limit=100"))


def test_a_server_that_is_away_is_tried_again_and_a_password_stays_with_its_server(owner, papers):
    with mail_server("tls", papers.good, sign_in=True) as server:
        port = server.port
        owner.post("/mail", **fields(port, papers, at="23:59"))
    # Off until its time; then the server is away, and the page says so.
    owner.post("/mail", **fields(port, papers, at="00:00", password="", on="on"))
    wait_until(lambda: "It did not go out." in text_of(owner.get("/mail")), 60, "the page says so")
    with mail_server("tls", papers.good, sign_in=True) as elsewhere:
        # Another server does not get the password that was kept for the first.
        page = owner.post("/mail", status=422, **fields(elsewhere.port, papers, password="", do="test"))
        assert elsewhere.sign_ins == [] or "password" in alert(page), alert(page)
        assert elsewhere.mails == []


def test_on_monday_the_letter_is_the_weekly_report_in_one_file(make_claimed_box, tmp_path):
    now, clock = datetime.now(ZONE), Clock(tmp_path)
    monday = (now + timedelta(days=7 - now.weekday())).replace(hour=8, minute=0, second=0)
    clock.move((monday - now).total_seconds())
    box = make_claimed_box(environment=clock.environment)
    box.start()
    owner = Owner(box)
    set_up(owner)
    with mail_server() as server:
        owner.post("/mail", **fields(
            server.port, None, safety="open", user="", password="", certificates="", on="on",
            **{"from": "millwright@example.org"}))  # fmt: skip
        wait_until(lambda: server.mails, 90, "the letter of Monday")
        letter = email.message_from_bytes(server.mails[0][2], policy=email.policy.default)
    says = letter.get_body(("plain",)).get_content()
    page = owner.get(re.search(r"https://millwright.local:8420(/r/[0-9-]+)", says)[1])
    assert letter["Subject"] == "Hollins Valves: " + sentence(page)
    assert sentence(page) in says
    carried = letter.get_body(("html",)).get_content()
    assert sentence(page) == sentence(carried)
    week = (monday - timedelta(days=7)).isocalendar()
    assert f"{week.year}-{week.week:02d}" in carried
    assert "<style" in carried and "<script" not in carried and "<link" not in carried
    assert re.findall(r'(?:src|href)="(?!#|https://millwright\.local)[^"]*"', carried) == []
