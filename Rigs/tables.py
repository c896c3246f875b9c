"""Tables of docs that name requirements and the tests that show them."""

import re

from box import ROOT


def rows(text, families):
    """Rows of the tables as (number, status, proof); `families` are the letters before a number."""
    found = []
    for line in text.splitlines():
        if re.match(rf"\| [{families}]-?\d+ \|", line):
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
            forms = (f"def {test}(", f"func `{test}`", f'"{test}"')
            if not any(form in content for form in forms):
                found.append(f"{file}::{test}")
    return found
