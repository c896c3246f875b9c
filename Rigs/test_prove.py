"""A study's file gives the same figures by the program and by a program that shares no line with it."""

import json
import subprocess
import sys

import pytest

from box import BINARY, ROOT

STUDY = ROOT / "Tests" / "ProveTests" / "Fixtures" / "press-brake.study.json"


def prove(path, *words, code=0):
    done = subprocess.run([BINARY, "prove", "--from", path, *words], capture_output=True, text=True, timeout=120)
    assert done.returncode == code, (done.stdout, done.stderr)
    return done


def test_two_programs_work_out_the_same_from_one_file():
    mine = json.loads(prove(STUDY, "--json").stdout)
    script = ROOT / "Benchmarks" / "recompute_study.py"
    other = json.loads(subprocess.run([sys.executable, script, STUDY], capture_output=True, text=True,
                                      check=True, timeout=120).stdout)  # fmt: skip
    for name in ("benefit", "range_95", "net_per_year"):
        theirs = other["money"]["net_per_year"] if name == "net_per_year" else other[name.replace("_", "")]
        assert mine[name] == pytest.approx(theirs, rel=1e-7), name
    assert mine["coverage"] == pytest.approx(other["coverage"], rel=1e-12)
    assert mine["verdict"] in ("proved", "likely", "unclear") and mine["doubts"]


def test_an_altered_file_is_another_study_and_a_broken_one_is_refused(tmp_path):
    first = json.loads(prove(STUDY, "--json").stdout)["sha256"]
    assert json.loads(prove(STUDY, "--json").stdout)["sha256"] == first
    altered = tmp_path / "altered.json"
    text = STUDY.read_text()
    place = text.index('"value":"') + len('"value":"')
    altered.write_text(text[:place] + "9" + text[place + 1:])
    assert text[place] != "9"
    assert json.loads(prove(altered, "--json").stdout)["sha256"] != first
    altered.write_text(text[: len(text) // 2])
    assert "altered.json" in prove(altered, code=7).stderr
    assert "cannot be read" in prove(tmp_path / "none.json", code=4).stderr


def test_the_owner_reads_a_verdict_a_range_and_the_doubts():
    words = prove(STUDY).stdout
    for part in ("Confidence", "likely between", "that is no proof", "What could make this wrong", "SHA-256"):
        assert part in words, words
