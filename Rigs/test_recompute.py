"""Six weeks of the demonstrator, recomputed from the raw stores: equal to the digit."""

import time

import pytest

from box import rfc3339

WEEKS = 6
DAY_S = 86_400


def midnight():
    """The last midnight in UTC, in seconds since 1970."""
    return int(time.time()) // DAY_S * DAY_S


def span(weeks_ago, end=None):
    """A whole week as a query."""
    end = (end or midnight()) - 7 * DAY_S * (weeks_ago - 1)
    return f"from={rfc3339(end - 7 * DAY_S)}&to={rfc3339(end)}"


def figures(box, end):
    """Every answer about the last whole weeks: losses, figures, states with their reasons."""
    found = {}
    machines = [machine["id"] for machine in box.items("/api/v1/machines")]
    for week in range(1, WEEKS):
        query = span(week, end)
        found[f"time {week}"] = box.get(f"/api/v1/time?{query}", limit_s=120).text
        for name in ("time-lost", "running-share", "parts", "energy", "lost-money"):
            found[f"{name} {week}"] = box.get(f"/api/v1/figures/{name}?{query}", limit_s=120).text
        for machine in machines:
            found[f"{machine} {week}"] = box.get(
                f"/api/v1/machines/{machine}/states?{query}", accept="text/csv", limit_s=120
            ).text
    return found


def differences(before, after):
    return [name for name in before if before[name] != after[name]]


@pytest.mark.timeout(900)
def test_every_figure_of_six_weeks_is_equal_after_a_rebuild_from_the_raw_stores(make_box):
    box = make_box(demo="on", flags=["--seed", "42"])
    box.start()
    end = midnight()
    before = figures(box, end)
    assert len(before) == (WEEKS - 1) * 14 and all(before.values())
    report = box.run_json("verify", "--rebuild", limit_s=600)
    assert report["sound"] is True and report.get("findings", []) == []
    assert differences(before, figures(box, end)) == []
    box.stop()
    box.start()
    assert differences(before, figures(box, end)) == []

