"""CSV files by command: the two reference tables with their totals, wrong dates, dry run, undo."""

import pytest

ENERGY_MAP = """
separator = ","
time = "date"
format = "d/M/yyyy H:mm"
zone = "UTC"
stamped_at_end_of = "15min"
midnight_ends_day = true

[[value]]
column = "Usage_kWh"
unit = "kWh"
"""

TABLE_MAP = """
separator = ";"
start = "2020-01-01T00:00:00Z"
every = "1s"

[[value]]
column = "Rotational speed "

[[value]]
column = "Torque"

[[value]]
column = "Machine failure"
"""

MONTHS = {
    "January": ("2018-01-01T00:00:00Z", "2018-02-01T00:00:00Z", 126_238.29),
    "February": ("2018-02-01T00:00:00Z", "2018-03-01T00:00:00Z", 91_497.34),
    "March": ("2018-03-01T00:00:00Z", "2018-04-01T00:00:00Z", 80_230.41),
}
FIRST_DAY = ("2018-01-01T00:00:00Z", "2018-01-02T00:00:00Z")
A_DAY = ("2020-01-01T00:00:00Z", "2020-01-02T00:00:00Z")


@pytest.fixture
def mapping(tmp_path):
    def write(text):
        path = tmp_path / "map.toml"
        path.write_text(text)
        return path

    return write


def values(box, column, start, end):
    """Stored values of a column."""
    (signal,) = [s for s in box.signals() if s["address"].rstrip().endswith(column.strip())]
    return [value for _, value, _ in box.samples(signal["id"], start, end)]


def test_the_steel_energy_table_keeps_its_rows_and_totals(box, reference, mapping):
    table = reference / "steel-energy" / "steel_2018_q1.csv"
    done = box.run_json("import", table, "--map", mapping(ENERGY_MAP))
    assert (done["taken"], done["refused"]) == (8640, 0)
    rows = []
    for name, (start, end, total) in MONTHS.items():
        month = values(box, "Usage_kWh", start, end)
        assert sum(month) == pytest.approx(total, abs=0.005), name
        rows += month
    assert len(rows) == 8640
    assert sum(rows) == pytest.approx(297_966.04, abs=0.005)
    assert max(rows) == 153.14


def test_the_predictive_maintenance_table_keeps_its_rows_and_totals(box, reference, mapping):
    table = reference / "ai4i2020" / "ai4i2020.csv"
    done = box.run_json("import", table, "--map", mapping(TABLE_MAP))
    assert (done["taken"], done["refused"], done["samples"]) == (10_000, 0, 30_000)
    failures = values(box, "Machine failure", *A_DAY)
    assert (len(failures), sum(failures)) == (10_000, 339)
    torque = values(box, "Torque", *A_DAY)
    speed = values(box, "Rotational speed ", *A_DAY)
    power = [t * s * 2 * 3.141592653589793 / 60 for t, s in zip(torque, speed)]
    assert sum(p < 3500 or p > 9000 for p in power) == 95  # the published rule of PWF


WRONG = """date,Usage_kWh
1/1/2018 0:15,3.17
31/02/2018 0:30,4
1/1/2018 25:00,4
,4
1/1/2018 1:00,four
1/1/2018 1:15,5
"""


def test_wrong_rows_are_refused_with_line_and_reason(box, mapping, tmp_path):
    table = tmp_path / "wrong.csv"
    table.write_text(WRONG)
    refused = tmp_path / "refused.csv"
    done = box.run("import", table, "--map", mapping(ENERGY_MAP), "--refused", refused, code=8)
    for line in (3, 4, 5, 6):
        assert f"line {line}" in done.stderr or f"row {line}" in done.stderr, done.stderr
    kept = refused.read_text()
    for text in ("31/02/2018 0:30", "1/1/2018 25:00", "four"):
        assert text in kept, kept
    assert values(box, "Usage_kWh", *FIRST_DAY) == [3.17, 5]


def test_a_file_without_a_right_row_is_refused(box, mapping, tmp_path):
    table = tmp_path / "wrong.csv"
    table.write_text("date,Usage_kWh\n32/01/2018 0:15,3.17\n")
    done = box.run("import", table, "--map", mapping(ENERGY_MAP), code=7)
    assert "32/01/2018" in done.stderr or "line 2" in done.stderr


def test_a_dry_run_stores_nothing(box, reference, mapping):
    table = reference / "steel-energy" / "steel_2018_q1.csv"
    done = box.run_json("import", table, "--map", mapping(ENERGY_MAP), "--dry-run")
    assert done["taken"] == 8640
    assert box.signals() == []


def test_an_import_can_be_undone_as_a_whole(box, mapping, tmp_path):
    table = tmp_path / "right.csv"
    table.write_text("date,Usage_kWh\n1/1/2018 0:15,3.17\n1/1/2018 0:30,4\n")
    done = box.run_json("import", table, "--map", mapping(ENERGY_MAP))
    assert values(box, "Usage_kWh", *FIRST_DAY) == [3.17, 4]
    box.run("import", "--undo", done["import"])
    assert values(box, "Usage_kWh", *FIRST_DAY) == []


def test_a_file_that_is_not_there_and_a_map_that_is_wrong(box, mapping, tmp_path):
    box.run("import", tmp_path / "no.csv", "--map", mapping(ENERGY_MAP), code=2)
    table = tmp_path / "right.csv"
    table.write_text("date,Usage_kWh\n1/1/2018 0:15,3.17\n")
    wrong = box.run("import", table, "--map", mapping("tme = \"date\"\n"), code=None)
    assert wrong.returncode in (3, 7), wrong.stderr
    assert "tme" in wrong.stderr and "1:1" in wrong.stderr
    missing = box.run("import", table, "--map", mapping("time = \"dat\"\n"), code=None)
    assert "date" in missing.stderr, "the nearest column is suggested"
