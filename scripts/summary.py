"""Adds up the reports of one test run and prints one closing line; exits 1 on any failure."""

import sys
import xml.etree.ElementTree as ET
from pathlib import Path

# Reports that a whole run leaves behind; a missing one means that its step broke off. The Swift
# tests' report has one of two names, by whether the other test library is looked for too.
REPORTS = {
    "Swift tests": ("swift.xml", "swift-swift-testing.xml"),
    "Rigs, side by side": ("rigs.xml",),
    "Rigs that measure": ("rigs-alone.xml",),
}


def counts(paths):
    """Passed, failed and skipped test cases of reports; a missing report is one failure."""
    cases = [case for path in paths for case in ET.parse(path).getroot().iter("testcase")]
    if not cases:
        return 0, 1, 0
    passed = failed = skipped = 0
    for case in cases:
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif case.find("skipped") is not None:
            skipped += 1
        else:
            passed += 1
    return passed, failed, skipped


def main():
    folder = Path(sys.argv[1])
    total = [0, 0, 0]
    for name, reports in REPORTS.items():
        paths = [folder / report for report in reports if (folder / report).exists()]
        found = counts(paths)
        total = [a + b for a, b in zip(total, found)]
        missing = "" if paths else "  (broke off: no report)"
        print(f"{name:<28} {found[0]} passed, {found[1]} failed, {found[2]} skipped{missing}")
    lint = folder / "lint.log"
    if lint.exists():
        findings = sum("error:" in line or "warning:" in line for line in lint.open())
        total[1 if findings else 0] += 1
        print(f"{'Format and documentation':<28} {findings} findings")
    print(f"{total[0]} passed, {total[1]} failed, {total[2]} skipped")
    return 1 if total[1] else 0


if __name__ == "__main__":
    sys.exit(main())
