"""docs/security.md: each requirement and each attack once, and every test it names is there."""

import re

import pytest

from box import ROOT

WANTED = [f"S-{n:02}" for n in (*range(1, 7), *range(10, 19), *range(20, 27), *range(30, 34), 40, 41,
                                *range(60, 65))] + [f"X{n}" for n in range(1, 17)]  # fmt: skip
STATUS = ("met", "deviation: ", "in progress: ", "not applicable: ")


def rows(text):
    """Rows of the tables by their first cell, as (status, proof)."""
    found = []
    for line in text.splitlines():
        if re.match(r"\| [SX]-?\d+ \|", line):
            cells = [cell.strip() for cell in line.strip("|\n ").split(" | ")]
            found.append((cells[0], cells[2], " ".join(cells[3:])))
    return found


def named(text):
    """Files and tests that stand in code spans, as (file, test or nothing)."""
    return [tuple(span.partition("::")[::2]) for span in re.findall(r"`([^`]*[./][^`]*)`", text)
            if re.match(r"(Rigs|Tests|Packaging|scripts|Fuzz|Sources)/", span)]  # fmt: skip


def missing(text):
    """What is named and is not there."""
    found = []
    for file, test in named(text):
        path = ROOT / file
        if not path.is_file():
            found.append(file)
        elif test:
            content = path.read_text()
            known = [f"def {test}(", f"func `{test}`", f'"{test}"']
            if not any(form in content for form in known):
                found.append(f"{file}::{test}")
    return found


@pytest.fixture(scope="module")
def page():
    return (ROOT / "docs" / "security.md").read_text()


def test_every_requirement_and_every_attack_stands_in_the_table_once(page):
    assert [name for name, _, _ in rows(page)] == WANTED


def test_every_row_has_a_status_with_its_reason_and_a_proof_or_says_no_test(page):
    for name, status, proof in rows(page):
        assert status.startswith(STATUS), (name, status)
        assert named(proof) or proof.startswith("no test"), (name, proof)
        assert status == "met" or len(status) > 20, (name, status)


def test_every_named_test_is_there(page):
    assert len(named(page)) > 60
    assert missing(page) == []


def test_what_is_missing_is_found():
    here = "Rigs/test_security_table.py"
    assert missing(f"`{here}::test_what_is_missing_is_found` `{here}`") == []
    assert missing(f"`{here}::test_none` `Rigs/none.py`") == [f"{here}::test_none", "Rigs/none.py"]
    assert [name for name, _, _ in rows("| S-99 | a | met | b |\n| x | y |")] == ["S-99"]
