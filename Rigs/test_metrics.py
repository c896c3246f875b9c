"""The box about itself: /metrics in the eyes of promtool, the description in those of a validator."""

import json
import subprocess

from openapi_spec_validator import validate

from conftest import need


def test_the_metrics_please_promtool(box):
    box.write("m a=1 1700000000000000000")
    answer = box.get("/metrics", accept="text/plain")
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    done = subprocess.run(
        [need("promtool"), "check", "metrics"], input=answer.body, capture_output=True)  # fmt: skip
    assert done.returncode == 0, (done.stdout + done.stderr).decode()
    assert done.stdout + done.stderr == b"", (done.stdout + done.stderr).decode()
    names = {line.split()[2] for line in answer.text.splitlines() if line.startswith("# TYPE")}
    assert names and all(name.startswith("millwright_") for name in names)


def test_the_metrics_can_be_switched_off(make_claimed_box):
    box = make_claimed_box(settings="[telemetry]\nmetrics = false\n")
    box.start()
    assert box.request("GET", "/metrics").status == 404


def test_strangers_learn_only_that_the_box_is_there(box):
    for path, expected in (("/healthz", 200), ("/readyz", 200), ("/metrics", 401), ("/api/v1/machines", 401)):
        answer = box.request("GET", path, token=None)
        assert answer.status == expected, (path, answer.status)
    assert len(box.request("GET", "/healthz", token=None).body) < 40


def test_the_description_of_the_interface_is_valid(box):
    description = box.api("/api/openapi.json")
    assert description["openapi"].startswith("3.1")
    validate(description)


def test_every_described_way_of_reading_answers_as_described(box):
    box.run("machine", "add", "press-1", "--name", "Press 1")
    box.write("m a=1 1700000000000000000")
    description = box.api("/api/openapi.json")
    asked = 0
    for path, methods in description["paths"].items():
        get = methods.get("get")
        if not get or "{" in path or "events" in path:
            continue
        needed = [p for p in get.get("parameters", []) if p.get("required")]
        answer = box.request("GET", path)
        asked += 1
        if needed:
            assert answer.status == 400, (path, answer.status)
            continue
        assert str(answer.status) in get["responses"], (path, answer.status)
        kind = answer.headers.get("Content-Type", "")
        if "ndjson" in kind:
            assert all(json.loads(line) for line in answer.body.splitlines()), path
        elif "json" in kind:
            json.loads(answer.body)
    assert asked >= 4


def test_errors_are_problem_documents_whose_type_is_a_page(box):
    answer = box.request("GET", "/api/v1/machines/nobody")
    assert answer.status == 404
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    problem = answer.json
    assert {"type", "title", "status", "detail"} <= problem.keys()
    page = problem["type"].removeprefix(box.address)
    assert box.get(page, accept="text/html").status == 200
