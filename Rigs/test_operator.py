"""The tablet at a machine: taps survive a lost network, lost replies and a closed page, and count once."""

from datetime import datetime

import pytest

from box import Box, wait_until

MACHINE = "press-brake"


@pytest.fixture(scope="module")
def stopped(tmp_path_factory):
    """The made-up factory, in which a machine stands."""
    box = Box(tmp_path_factory.mktemp("operator"), "operator", demo="on")
    box.start()
    yield box
    box.stop()


def said(box, kind="stop.reason"):
    """What visitors said about the machine, oldest first."""
    entries = box.items(f"/api/v1/journal?kinds={kind}&limit=50&order=desc")
    return [e for e in reversed(entries) if e["actor"] == "visitor" and e["facts"]["machine"] == MACHINE]


def open_tablet(context, box):
    page = context.new_page()
    page.goto(f"{box.address}/o/{MACHINE}")
    page.locator(".rz").first.wait_for()
    return page


def tap(page, number, detail=0):
    """Two taps: the reason, then the finer one. Gives the words."""
    page.locator(".rz").nth(number).click()
    finer = page.locator(".sg:not([hidden]) .sz").nth(detail)
    words = finer.inner_text()
    finer.click()
    page.locator("#said li.kept", has_text="saved on this tablet").first.wait_for()
    return words


@pytest.fixture
def context(browser):
    made = browser.chromium.new_context(viewport={"width": 1280, "height": 800})
    yield made
    made.close()


def test_two_taps_are_stored_once_with_the_start_of_the_stop(stopped, context):
    page = open_tablet(context, stopped)
    at = int(page.locator("[data-stop]").get_attribute("data-stop"))
    before = len(said(stopped))
    words = tap(page, 1)
    page.locator("#said li.sent").first.wait_for(timeout=20_000)
    new = said(stopped)[before:]
    assert len(new) == 1, new
    assert new[0]["facts"]["detail"] == words
    assert new[0]["facts"]["at"].startswith(page.evaluate(f"new Date({at}).toISOString()")[:19])
    assert new[0]["id"][14] == "7"  # a UUID of version 7, made on the tablet


def test_undo_within_ten_seconds_leaves_nothing(stopped, context):
    page = open_tablet(context, stopped)
    before = len(said(stopped))
    tap(page, 2)
    page.get_by_role("button", name="Undo").click()
    page.wait_for_timeout(12_000)  # longer than the time to undo
    assert len(said(stopped)) == before


def test_a_tap_without_network_survives_a_closed_page_and_counts_once(stopped, context):
    page = open_tablet(context, stopped)
    before = len(said(stopped))
    context.set_offline(True)
    words = tap(page, 3)
    page.locator("#net", has_text="1 entry is saved on this tablet").wait_for(timeout=20_000)
    page.close()
    context.set_offline(False)
    page = open_tablet(context, stopped)
    page.locator("#said li.sent", has_text=words.replace("Just ", "")[:6]).or_(
        page.locator("#said li.sent")).first.wait_for(timeout=20_000)  # fmt: skip
    assert len(said(stopped)) == before + 1


def test_replies_that_are_lost_have_no_second_effect(stopped, context):
    """R-20: the box stored it, the tablet did not hear so, and sends the same id again."""
    page = open_tablet(context, stopped)
    before = len(said(stopped))
    lost = []

    def lose(route):
        if len(lost) < 3:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    page.route("**/api/v1/journal", lose)
    tap(page, 4)
    page.locator("#said li.sent").first.wait_for(timeout=40_000)
    assert lost == [201, 201, 201]
    assert len(said(stopped)) == before + 1


def test_a_tablet_with_a_wrong_clock_says_the_time_of_the_box(stopped, browser):
    made = browser.chromium.new_context(viewport={"width": 1024, "height": 600})
    made.add_init_script("const real = Date.now; Date.now = () => real() + 17 * 60000;")
    page = open_tablet(made, stopped)
    before = len(said(stopped, "problem.seen"))
    page.locator("#seen").click()
    wait_until(lambda: len(said(stopped, "problem.seen")) == before + 1, 25, "the entry")
    made.close()
    seen = said(stopped, "problem.seen")[-1]
    at, recorded = (datetime.fromisoformat(t.replace("Z", "+00:00")) for t in (seen["facts"]["at"], seen["recorded"]))
    assert abs((recorded - at).total_seconds()) < 15
