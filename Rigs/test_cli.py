"""The command line: help, exit codes, JSON, errors in three lines."""

import contextlib
import json
import os
import re
import sqlite3
import stat
import subprocess
import time

import pytest

from box import BINARY, PASS_PHRASE, wait_until

STOP_LIMIT_S = 8  # a restart must not cost more than a short gap

COMMANDS = [
    "serve", "demo", "setup", "status", "doctor", "machine", "signal", "factory", "reason", "token",
    "user", "device", "backup", "import", "export", "events", "verify", "history", "config",
    "version",
]  # fmt: skip


def run(*words, cwd=None, environment=None):
    kept = {k: v for k, v in os.environ.items() if not k.startswith("MILLWRIGHT_")}
    return subprocess.run(
        [BINARY, *map(str, words)], stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=60, cwd=cwd, env=kept | {"NO_COLOR": "1"} | (environment or {}))  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    return tmp_path


@pytest.mark.parametrize("command", COMMANDS)
def test_help_begins_with_examples_and_costs_nothing(command, folder):
    done = run(command, "--help", cwd=folder)
    assert done.returncode == 0
    assert f"millwright {command}" in done.stdout
    assert len(re.findall(rf"^\s+.*millwright {command}", done.stdout, re.M)) >= 1
    assert list(folder.iterdir()) == [], "help must not make a data folder"


def test_alone_it_names_the_most_useful_commands(folder):
    done = run(cwd=folder)
    assert done.returncode == 0
    for command in ("serve", "status", "connect", "token", "import"):
        assert f"millwright {command}" in done.stdout


def test_a_wrong_word_is_wrong_use_in_three_lines(folder):
    done = run("serv", cwd=folder)
    assert done.returncode == 2
    lines = done.stderr.strip().splitlines()
    assert 2 <= len(lines) <= 4, done.stderr
    assert "serve" in done.stderr


def test_an_unknown_setting_suggests_the_nearest_and_names_line_and_column(folder):
    file = folder / "millwright.toml"
    file.write_text('data = "data"\nlissen = "127.0.0.1:8420"\n')
    done = run("config", "check", "--config", file, cwd=folder)
    assert done.returncode == 3
    assert "lissen" in done.stderr and "listen" in done.stderr
    assert re.search(r"\b2:1\b|line 2", done.stderr), done.stderr


def test_a_flag_wins_over_the_environment_and_that_over_the_file(folder):
    file = folder / "millwright.toml"
    file.write_text('listen = "127.0.0.1:1111"\nzone = "Europe/Paris"\n')
    done = run(
        "config", "show", "--json", "--config", file, cwd=folder,
        environment={"MILLWRIGHT_LISTEN": "127.0.0.1:2222"})  # fmt: skip
    shown = {item["key"]: item for item in json.loads(done.stdout)["items"]}
    assert shown["listen"] == {"key": "listen", "value": "127.0.0.1:2222", "origin": "environment"}
    assert shown["zone"]["origin"] == "file"
    assert shown["data"]["origin"] == "default"


def test_version_as_text_and_as_json(folder):
    assert run("version", cwd=folder).stdout.startswith("millwright ")
    assert json.loads(run("version", "--json", cwd=folder).stdout)["version"]


def test_status_without_a_box_cannot_reach_it(folder):
    done = run("status", "--data", folder / "data", cwd=folder)
    assert done.returncode == 5
    assert "millwright serve" in done.stderr


def test_errors_as_json(folder):
    done = run("status", "--json", "--data", folder / "data", cwd=folder)
    said = json.loads(done.stderr)
    assert said["exit"] == 5 and said["error"] and said["next"]


def test_a_second_box_on_the_same_folder_ends_with_9(box):
    done = run("serve", "--data", box.data, "--listen", "127.0.0.1:0")
    assert done.returncode == 9
    assert str(box.process.pid) in done.stderr


def test_a_port_that_is_taken_is_named_with_a_way_out(box, folder):
    done = run(
        "serve", "--data", folder / "other", "--listen", f"127.0.0.1:{box.port}", "--demo", "off")  # fmt: skip
    assert done.returncode not in (0, 2)
    assert str(box.port) in done.stderr and "--listen" in done.stderr


def test_opening_to_the_network_without_an_owner_is_refused(folder):
    done = run("serve", "--data", folder / "data", "--listen", "0.0.0.0:0", "--demo", "off")
    assert done.returncode == 6
    assert "setup" in done.stderr


def test_opening_to_the_network_without_tls_needs_the_word_for_it(make_claimed_box):
    box = make_claimed_box()
    done = run(
        "serve", "--data", box.data, "--listen", "0.0.0.0:0", "--demo", "off",
        environment={"MILLWRIGHT_HTTPS__MODE": "off"})  # fmt: skip
    assert done.returncode == 6
    assert "insecure_http" in done.stderr


@pytest.mark.parametrize("phrase", ["short", "password1234", ""])
def test_a_weak_pass_phrase_is_refused(make_box, phrase):
    box = make_box()
    file = box.folder / "phrase"
    file.write_text(phrase)
    done = box.run("setup", "--name", "Rig", "--pass-phrase-file", file, code=None)
    assert done.returncode in (2, 6, 7), done.stderr


def test_secrets_are_for_their_owner_only_and_never_shown(box):
    assert stat.S_IMODE(box.data.stat().st_mode) == 0o700
    for path in (box.data / "secrets").rglob("*"):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode & 0o077 == 0, f"{path} can be read by others: {mode:o}"
    shown = box.log + box.run("status").stdout + box.run("config", "show").stdout
    assert PASS_PHRASE not in shown and box.local_key not in shown


def test_reading_commands_speak_json(box):
    box.run("machine", "add", "press-1", "--name", "Press 1")
    for words in (
        ["machine", "list"], ["machine", "show", "press-1"], ["signal", "list"], ["reason", "list"],
        ["token", "list"], ["status"], ["doctor"], ["factory", "diff", "factory.toml"],
    ):  # fmt: skip
        if words[-1] == "factory.toml":
            (box.folder / "factory.toml").write_text(box.run("factory", "export").stdout)
        done = box.run(*words, "--json", code=None)
        assert done.returncode in (0, 1), (words, done.stderr)
        json.loads(done.stdout)


def test_a_machine_that_is_not_there_is_not_found(box):
    done = box.run("machine", "show", "nobody", code=4)
    assert 2 <= len(done.stderr.strip().splitlines()) <= 4, done.stderr


def test_events_as_lines_of_json(box):
    box.run("machine", "add", "press-1", "--name", "Press 1")
    lines = box.run("events", "tail", "--json").stdout.splitlines()
    assert any(json.loads(line)["kind"] == "machine.added" for line in lines)


FLAWED = """[[machine]]
name = "Lathe 3"

  [[machine.signal]]
  id = "motor-current"
  raed = "input:30012"
"""


def test_a_flaw_in_the_factory_file_has_line_and_remedy_and_changes_nothing(box):
    path = box.folder / "factory.toml"
    path.write_text(FLAWED)
    done = box.run("factory", "apply", path, "--yes", code=None)
    assert done.returncode in (3, 7)
    assert re.search(r"\b[456]\b", done.stderr), done.stderr
    assert box.items("/api/v1/machines") == []


def test_a_factory_file_round_trips(box):
    box.apply(
        """
[site]
name = "Hollins Valves"
zone = "Europe/London"
currency = "GBP"
hour_is_worth = { amount = "38.00", currency = "GBP" }

[[shift]]
name = "Early"
days = ["Mon", "Tue"]
from = 06:00:00
to = 14:00:00
breaks = [{ from = 10:00:00, to = 10:15:00 }]

[[reason]]
id = "tooling"
name = "Tooling"
details = ["Worn insert"]

[[machine]]
id = "lathe-3"
name = "Lathe 3"
area = "Machine shop"
connect = { modbus = "127.0.0.1:1", unit = 1 }

  [[machine.signal]]
  id = "motor-current"
  read = "input:30012"
  type = "int16"
  scale = 0.1
  unit = "A"

  [machine.state]
  running = { signal = "motor-current", above = 4.0, ignore_dips_under = "10s" }
"""
    )
    text = box.run("factory", "export").stdout
    again = box.folder / "again.toml"
    again.write_text(text)
    assert box.run_json("factory", "diff", again).get("changes", []) == []
    assert "Hollins Valves" in text and "ignore_dips_under" in text or "stopped_after" in text


def test_without_yes_and_without_a_person_nothing_is_applied(box):
    path = box.folder / "factory.toml"
    path.write_text('[[machine]]\nid = "a"\nname = "A"\n')
    assert box.run("factory", "apply", path, "--no-input", code=None).returncode == 6
    assert box.items("/api/v1/machines") == []


def test_commands_work_without_a_running_box_too(make_claimed_box):
    box = make_claimed_box()
    box.run("machine", "add", "press-1", "--name", "Press 1")
    assert "press-1" in box.run("machine", "list").stdout
    box.run("verify")


def test_history_tells_its_size_compacts_and_exports(box):
    start = int(time.time()) // 60 * 60 - 7200
    rows = "".join(f"press,machine=p1 load={i % 50}.5 {start + i}\n" for i in range(3000))
    token = box.make_token()
    sent = box.request(
        "POST", "/api/v2/write?precision=s", rows.encode(), token=token,
        headers=[("Content-Type", "text/plain")])  # fmt: skip
    assert sent.status == 204
    before = box.run_json("history", "usage")
    assert before["samples"] == 3000
    after = box.run_json("history", "compact")
    assert after["samples"] == 3000 and after["bytes"] < after["bytes_before"]
    assert "Together" in box.run("history", "usage").stdout
    out = box.folder / "press.csv"
    box.run("history", "export", "line-protocol/press,*", "--from", "3h", "--out", out)
    lines = out.read_text().splitlines()
    assert lines[0] == "signal,time,value,quality" and len(lines) == 3001
    assert sum(float(line.rsplit(",", 2)[1]) for line in lines[1:]) == 3000 * 25
    lost = box.run("history", "export", "nowhere/*", code=None)
    assert lost.returncode == 4 and "No signal fits" in lost.stderr
    assert box.run("history", "export", "1", "--format", "xml", code=None).returncode == 2


def test_an_export_whose_reader_leaves_ends_quietly(box):
    start = int(time.time()) - 40_000
    rows = "".join(f"oven temp={i % 97}.25 {start + i}\n" for i in range(40_000))
    assert box.request(
        "POST", "/api/v2/write?precision=s", rows.encode(), token=box.make_token(),
        headers=[("Content-Type", "text/plain")]).status == 204  # fmt: skip
    command = f"{BINARY} history export '*' --data {box.data}"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command} | head -1"], capture_output=True, text=True,
        timeout=60, env=box.clean_environment())  # fmt: skip
    assert done.stdout == "signal,time,value,quality\n"
    assert done.returncode == 0 and done.stderr == "", done.stderr
    full = subprocess.run(
        ["bash", "-c", f"{command} > /dev/full"], capture_output=True, text=True, timeout=60,
        env=box.clean_environment())  # fmt: skip
    assert full.returncode not in (0, 132) and "No space left" in full.stderr, full.stderr


def test_an_export_never_replaces_a_file_unasked(box):
    box.write("oven temp=21.5 1700000000", precision="s")
    out = box.folder / "kept.csv"
    out.write_text("mine")
    (signal,) = box.signals()
    export = ["history", "export", str(signal["id"]), "--from", "2023-11-14", "--to", "2023-11-15", "--out", out]
    refused = box.run(*export, code=None)
    assert refused.returncode == 2 and "is there already" in refused.stderr
    assert out.read_text() == "mine"
    box.run(*export, "--yes")
    assert len(out.read_text().splitlines()) == 2
    link = box.folder / "link.csv"
    link.symlink_to(out)
    export[-1] = link
    assert "no ordinary file" in box.run(*export, "--yes", code=None).stderr
    assert link.is_symlink()


def test_a_mistyped_folder_does_not_become_a_box(folder):
    done = run("history", "verify", "--data", folder / "nowhere")
    assert done.returncode == 4 and "There is no box in" in done.stderr
    assert not (folder / "nowhere").exists()


def test_a_refused_connection_is_told_at_once():
    begun = time.monotonic()
    done = run("status", "--server", "http://127.0.0.1:1")
    assert done.returncode != 0 and time.monotonic() - begun < 5, done.stderr


def test_a_text_has_no_mean(box):
    box.write('oven state="hold" 1700000000\noven state="heat" 1700000060', precision="s")
    (signal,) = box.signals()
    answer = box.api(
        f"/api/v1/range?signal={signal['id']}&from=1700000000000&to=1700000100000&points=1"
        "&figures=count,min,avg,sum,first")
    (row,) = answer["signals"]
    assert row["count"] == [2]
    assert [row[name] for name in ("min", "avg", "sum", "first")] == [[None]] * 4


def test_states_are_learnt_from_a_trace_and_taken_over(box):
    """From a current alone, with no threshold typed: two hours, ten minutes running, five not."""
    box.run("machine", "add", "press-1", "--name", "Press 1")
    start = int(time.time()) - 7200
    rows = "".join(
        f"clamp amps={(9 if i % 900 < 600 else 1.2) + i * 7 % 10 / 20} {start + i}\n" for i in range(7200))
    sent = box.request(
        "POST", "/api/v2/write?precision=s", rows.encode(), token=box.make_token(),
        headers=[("Content-Type", "text/plain")])  # fmt: skip
    assert sent.status == 204, sent.text
    (signal,) = box.signals()
    none = box.run("machine", "learn", "press-1", code=None)
    assert none.returncode != 0 and "no measured signal" in none.stderr, none.stderr
    box.run("signal", "assign", str(signal["id"]), "press-1/current")
    found = box.run_json("machine", "learn", "press-1")
    assert found["outcome"] == "learnt" and found["is_sure"] is True
    assert [level["role"] for level in found["levels"]] == ["idle", "running"]
    shown = box.run("machine", "learn", "press-1")
    assert "Nothing is changed" in shown.stdout + shown.stderr
    now = box.api(f"/api/v1/machines/press-1/states?from={start * 1000}")
    assert {row["state"] for row in now["items"]} <= {"unknown", "planned"}
    box.run("machine", "learn", "press-1", "--yes")
    states = box.api(f"/api/v1/machines/press-1/states?from={start * 1000}")["items"]
    running = sum(row["duration_s"] for row in states if row["state"] == "running")
    assert 4500 < running <= 4800 + 60, states[:5]
    (event,) = box.items("/api/v1/journal?kinds=state.rule")
    assert event["actor"] and event["facts"]["machine"] == "press-1"


def test_it_stops_quickly_when_asked(box):
    with subprocess.Popen(
        ["curl", "-sN", "-H", f"Authorization: Bearer {box.local_key}", box.address + "/api/v1/events"],
        stdout=subprocess.DEVNULL,
    ) as stream:
        wait_until(lambda: stream.poll() is None, 2, "an open event stream")
        started = time.monotonic()
        box.stop()
        assert time.monotonic() - started < STOP_LIMIT_S
        stream.terminate()


def test_a_damaged_store_is_found_by_verify(box):
    for i in range(3):
        box.run("machine", "add", f"m-{i}", "--name", f"Machine {i}")
    box.stop()
    core = box.data / "core.db"
    with contextlib.closing(sqlite3.connect(core)) as store:
        store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    text = core.read_bytes()
    place = text.find(b'"Machine 1"')
    assert place > 0, "names stand readable in the journal"
    core.write_bytes(text[:place] + b'"Machine 7"' + text[place + 11 :])
    done = box.run("verify", code=None)
    assert done.returncode == 1, done.stdout
    assert re.search(r"\d", done.stderr), "the first bad entry is named"
