"""docs/security.md and docs/reliability.md: each requirement once, and every test they name is there."""

import pytest

from box import ROOT
from tables import missing, named, rows

PAGES = {
    "security": (
        "SX", [f"S-{n:02}" for n in (
            *range(1, 7), *range(10, 19), *range(20, 27), *range(30, 34), 40, 41, *range(60, 65))]
        + [f"X{n}" for n in range(1, 17)]),
    "reliability": (
        "RT", [f"R-{n:02}" for n in (
            *range(1, 4), *range(10, 16), *range(20, 25), *range(30, 58))]
        + [f"T{n}" for n in range(1, 16)]),
}  # fmt: skip
STATUS = ("met", "deviation: ", "not yet: ", "not applicable: ")


@pytest.fixture(params=PAGES)
def page(request):
    """A page's text, its families of numbers, and what must stand in it."""
    families, wanted = PAGES[request.param]
    return (ROOT / "docs" / f"{request.param}.md").read_text(), families, wanted


def test_every_requirement_stands_in_the_table_once(page):
    text, families, wanted = page
    assert [name for name, _, _ in rows(text, families)] == wanted


def test_every_row_has_a_status_with_its_reason_and_a_proof_or_says_no_test(page):
    text, families, _ = page
    for name, status, proof in rows(text, families):
        assert status.startswith(STATUS), (name, status)
        assert named(proof) or proof.startswith("no test"), (name, proof)
        assert status == "met" or len(status) > 20, (name, status)


def test_every_named_test_is_there(page):
    text, _, _ = page
    assert len(named(text)) > 60
    assert missing(text) == []


def test_what_is_missing_is_found():
    here = "Rigs/test_tables.py"
    assert missing(f"`{here}::test_what_is_missing_is_found` `{here}`") == []
    assert missing(f"`{here}::test_none` `Rigs/none.py`") == [f"{here}::test_none", "Rigs/none.py"]
    assert [name for name, _, _ in rows("| S-99 | a | met | b |\n| x | y |", "SX")] == ["S-99"]
