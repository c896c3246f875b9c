"""Fixtures of the rigs: the built program, boxes that clean up behind themselves, reference data."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from box import BINARY, OUT, ROOT, Box  # noqa: E402
from browsing import Browser  # noqa: E402


@pytest.fixture(scope="session", autouse=True)
def program():
    """The program under test."""
    assert BINARY.exists(), f"{BINARY} is not built; run: swift build"
    return BINARY


def short_name(request):
    return re.sub(r"[^a-z0-9-]+", "-", request.node.name.lower()).strip("-")[:60]


@pytest.fixture
def make_box(tmp_path, request):
    """Makes boxes with data folders of their own; stops them at the end."""
    boxes = []

    def make(**options):
        folder = options.pop("folder", tmp_path / f"box{len(boxes)}")
        folder.mkdir(parents=True, exist_ok=True)
        name = short_name(request) + (f"-{len(boxes)}" if boxes else "")
        boxes.append(Box(folder, name, **options))
        return boxes[-1]

    yield make
    for box in boxes:
        box.stop()


@pytest.fixture(scope="session")
def claimed_folder(tmp_path_factory):
    """A data folder with an owner, made once: the pass phrase is costly to hash on purpose."""
    made = Box(tmp_path_factory.mktemp("claimed"), "claimed")
    made.claim()
    return made.data


@pytest.fixture
def make_claimed_box(make_box, claimed_folder):
    """Makes boxes that have an owner already."""

    def make(**options):
        made = make_box(**options)
        shutil.copytree(claimed_folder, made.data)
        return made

    return make


@pytest.fixture
def box(make_claimed_box):
    """A running box without a demonstrator, with an owner."""
    made = make_claimed_box()
    made.start()
    return made


@pytest.fixture(scope="session")
def reference():
    """The folder of reference data beside the project, where it is."""
    given = os.environ.get("MILLWRIGHT_REFERENCE_DATA")
    folder = Path(given) if given else ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("no reference data")
    return folder


def need(program):
    """The path of a program from Debian; its absence is a visible skip."""
    path = shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin")
    if path is None:
        pytest.skip(f"{program} is not installed")
    return path


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """On a failure, says where the logs are."""
    report = (yield).get_result()
    if report.failed:
        report.sections.append(("where to look", f"logs and pictures: {OUT}"))


def pytest_report_header(config):
    """Which program is tested."""
    if not BINARY.exists():
        return f"no program at {BINARY}"
    done = subprocess.run([BINARY, "version"], capture_output=True, text=True, timeout=60)
    return f"{BINARY}: {(done.stdout or done.stderr).strip()[:200]}"


@pytest.fixture(scope="session")
def browser():
    made = Browser(need("chromium"))
    yield made
    made.close()
