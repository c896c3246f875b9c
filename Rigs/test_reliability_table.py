"""docs/reliability.md: each requirement and each test once, and every test it names is there."""

import re

import pytest

from box import ROOT

WANTED = [f"R-{n:02}" for n in (*range(1, 4), *range(10, 16), *range(20, 25), *range(30, 58))]
WANTED += [f"T{n}" for n in range(1, 16)]
STATUS = ("met", "deviation: ", "not yet: ", "not applicable: ")


def rows(text):
    """Rows of the tables as (number, status, proof)."""
    found = []
    for line in text.splitlines():
        if re.match(r"\| (R-|T)\d+ \|", line):
            cells = [cell.strip() for cell in line.strip("|\n ").split(" | ")]
            found.append((cells[0], cells[2], " ".join(cells[3:])))
    return found


def named(text):
    """Files and tests that stand in code spans, as (file, test or nothing)."""
    spans = re.findall(r"`((?:Rigs|Tests|Fuzz|scripts)/[^`]*)`", text)
    return [tuple(span.partition("::")[::2]) for span in spans]


def missing(text):
    """What is named and is not there."""
    found = []
    for file, test in named(text):
        path = ROOT / file
        if not path.is_file():
            found.append(file)
        elif test:
            content = path.read_text()
            forms = (f"def {test}(", f"func `{test}`", f'"{test}"')
            if not any(form in content for form in forms):
                found.append(f"{file}::{test}")
    return found


@pytest.fixture(scope="module")
def page():
    return (ROOT / "docs" / "reliability.md").read_text()


def test_every_requirement_and_every_test_stands_in_the_table_once(page):
    assert [name for name, _, _ in rows(page)] == WANTED


def test_every_row_has_a_status_with_its_reason_and_a_proof_or_says_no_test(page):
    for name, status, proof in rows(page):
        assert status.startswith(STATUS), (name, status)
        assert named(proof) or proof.startswith("no test"), (name, proof)


def test_every_named_test_is_there(page):
    assert len(named(page)) > 60
    assert missing(page) == []


def test_what_is_missing_is_found():
    here = "Rigs/test_reliability_table.py"
    assert missing(f"`{here}::test_what_is_missing_is_found` `{here}`") == []
    assert missing(f"`{here}::test_none` `Rigs/none.py`") == [f"{here}::test_none", "Rigs/none.py"]
    assert [name for name, _, _ in rows("| R-99 | a | met | b |\n| x | y |")] == ["R-99"]
