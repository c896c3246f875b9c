"""The description of the interface against the running box: made-up requests of every role (X2)."""

import json
import os
import re
import shutil
import time

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from box import Box
from test_doors import sign_in

CASES = int(os.environ.get("RIG_CASES", "4"))  # of each operation and visitor; 140 before a release
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance,
    response_schema_conformance,
]  # fmt: skip
VISITORS = ["console", "engineer", "viewer"]
# A stream that stays open is for other rigs.
LEFT_OUT = {"/api/v1/events"}
SECRETS = re.compile(r"\$scrypt\$|BEGIN [A-Z ]*PRIVATE KEY|Sources/|\.swift\b|Fatal error|SQLite error")


@schemathesis.serializer("application/toml", "text/csv")
def as_text(context, value):
    """Bodies that are texts are sent as they are made."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


@pytest.fixture(scope="module")
def contract(tmp_path_factory, claimed_folder):
    """A box with something on it, its description, and a way in for each visitor."""
    box = Box(tmp_path_factory.mktemp("contract"), "contract")
    shutil.copytree(claimed_folder, box.data)
    box.start()
    box.run("machine", "add", "lathe-1", "--name", "Lathe 1")
    now = int(time.time())
    box.write("".join(f"mc,machine=m1 a={i} {(now - 90 + i) * 10**9}\n" for i in range(60)))
    ways = {
        "console": {"Authorization": f"Bearer {box.local_key}"},
        "engineer": {"Cookie": sign_in(box, "engineer")},
        "viewer": {"Cookie": sign_in(box, "viewer")},
    }
    yield box, box.api("/api/openapi.json"), ways
    box.stop()


def known(description):
    """The description with ids that exist among the values of its parameters, for deeper tries."""
    known = {"machine": "lathe-1", "number": 1, "what": "states", "person": "rig",
             "figure": "time-lost", "signal": 1}  # fmt: skip
    copy = json.loads(json.dumps(description))
    for methods in copy["paths"].values():
        for operation in methods.values():
            # Every visitor has a way in of its own; made-up tokens are for another rig.
            operation.pop("security", None)
            for parameter in operation.get("parameters", []):
                name, schema = parameter["name"], parameter["schema"]
                if parameter["in"] == "path" and name in known:
                    parameter["schema"] = {"anyOf": [{"const": known[name]}, schema]}
    return copy


def findings_of(operation, box, way, cases):
    """What does not fit the description, in some made-up requests of one operation."""
    found = {}

    @seed(20261126)
    @settings(max_examples=cases, deadline=None, database=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(case=operation.as_strategy())
    def tries(case):
        answer = case.call(base_url=box.address, headers=way, allow_redirects=False, timeout=30)
        tries.count += 1
        told = answer.content.decode("utf-8", "replace")
        if leak := SECRETS.search(told):
            found[f"tells {leak[0]}"] = told[:300]
        for check in CHECKS:
            try:
                case.validate_response(answer, checks=[check])
            except FailureGroup as group:
                for failure in group.exceptions:
                    note(found, failure, answer, case)
            except Failure as failure:
                note(found, failure, answer, case)

    tries.count = 0
    tries()
    return found, tries.count


def note(found, failure, answer, case):
    """Keeps one example of each kind of finding."""
    name = f"{type(failure).__name__} {answer.status_code}"
    shown = f"{failure.message[:300]} <- {case.as_curl_command()[:400]} -> {answer.content[:200]}"
    found.setdefault(name, shown)


@pytest.mark.parametrize("visitor", VISITORS)
def test_x2_every_operation_answers_as_it_is_described(contract, visitor):
    box, description, ways = contract
    schema = schemathesis.openapi.from_dict(known(description))
    wrong, count = {}, 0
    for result in schema.get_all_operations():
        operation = result.ok()
        if operation.path in LEFT_OUT:
            continue
        found, tried = findings_of(operation, box, ways[visitor], CASES)
        count += tried
        for name, shown in found.items():
            wrong[f"{operation.method.upper()} {operation.path}: {name}"] = shown
    assert box.is_alive
    assert count > 100, count
    assert not wrong, f"{len(wrong)} findings in {count} tries:\n" + "\n".join(
        f"  {name}\n    {shown}" for name, shown in sorted(wrong.items()))


def test_x2_a_description_that_is_not_true_is_found(contract):
    """The check itself: another status, another type and another shape are each reported."""
    box, description, ways = contract
    false = json.loads(json.dumps(description))
    about = false["paths"]["/api/v1/machines"]["get"]
    good = about["responses"].pop("200")
    schema = false["components"]["schemas"]["Machines"]["properties"]
    schema["items"] = {"type": "string"}
    kinds = {"UndefinedStatusCode": {"204": good}, "JsonSchemaError": {"200": good},
             "UndefinedContentType": {"200": {"description": "", "content": {"text/csv": {}}}}}  # fmt: skip
    for kind, responses in kinds.items():
        about["responses"] = {**responses, "400": {"description": "", "content": {
            "application/problem+json": {}}}}  # fmt: skip
        operation = schemathesis.openapi.from_dict(false)["/api/v1/machines"]["GET"]
        found, _ = findings_of(operation, box, ways["console"], 20)
        assert any(kind in name for name in found), (kind, found)
