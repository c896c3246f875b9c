"""Secrets that were planted, looked for wherever they must not be (X10)."""

import base64
import re
import shutil
import time
from pathlib import Path

import pytest

from box import PASS_PHRASE, Box, rfc3339, wait_until
from test_attacks import Listener
from test_doors import PHRASE, ask, cookies
from test_guessing import Visitor, session_of_owner, set_up_factor

BROKER = "nineteen oily ratchets"


def forms(secret):
    """A secret as it is, and as it would look inside JSON, base64, hexadecimal or a query."""
    raw = secret.encode()
    found = {raw, secret.replace(" ", "+").encode(), secret.replace(" ", "%20").encode(),
             raw.hex().encode(), raw.hex().upper().encode()}  # fmt: skip
    for shift in range(3):
        text = base64.b64encode(b"\0" * shift + raw).rstrip(b"=")
        found.add(text[4 if shift else 0:-2])
    return {form for form in found if len(form) >= 10}


def search(content, secrets):
    """Names of the secrets that stand in some bytes."""
    return {name for name, secret in secrets.items() if any(form in content for form in forms(secret))}


def test_the_search_can_find():
    secrets = {"phrase": PASS_PHRASE}
    raw = PASS_PHRASE.encode()
    for text in (raw, raw.hex().encode(), base64.b64encode(b"name:" + raw), raw.replace(b" ", b"+")):
        assert search(b"before " + text + b" after", secrets) == {"phrase"}, text
    assert search(b"seven brass gauges", secrets) == set()


@pytest.fixture(scope="module")
def planted(tmp_path_factory, claimed_folder):
    """A box on which every kind of secret was made and used, and those secrets by name."""
    box = Box(tmp_path_factory.mktemp("canaries"), "canaries")
    shutil.copytree(claimed_folder, box.data)
    box.start()
    listener = Listener()
    word = box.data / "secrets" / "connections" / "broker-password"
    word.write_text(BROKER + "\n")
    word.chmod(0o600)
    box.apply('[[connection]]\nid = "broker"\nkind = "mqtt"\n'
              f'address = "127.0.0.1:{listener.port}"\nusername = "x"\npassword = "broker-password"\n'
              '[[machine]]\nid = "saw"\nname = "Saw"\n  [[machine.signal]]\n  id = "a"\n'
              '  connection = "broker"\n  read = "saw/a"\n')  # fmt: skip
    wait_until(lambda: any(BROKER.encode() in said for said in listener.calls), 15, "the pass word sent")
    secrets = {"pass phrase": PASS_PHRASE, "pass word of a connection": BROKER,
               "local key": box.local_key}  # fmt: skip
    invite(box, secrets)
    owner = session_of_owner(box)
    secrets["seed of a second factor"] = set_up_factor(owner)
    secrets["seed without blanks"] = secrets["seed of a second factor"].replace(" ", "")
    secrets["session"] = owner.cookie.split("; ")[0].split("=")[1]
    secrets["token"] = box.make_token("read")
    pair(box, owner, secrets)
    box.request("GET", "/api/v1/about", token=secrets["token"])
    box.request("GET", "/api/v1/about", token=secrets["token"][:-1] + "x")
    box.write("m a=1\n", token=secrets["token"])
    box.request("POST", "/write?u=x&p=" + secrets["token"], b"m a=1\n", token=None)
    now = int(time.time())
    box.say("stop.reason", {"machine": "saw", "at": rfc3339(now - 5), "reason": "tooling", "detail": "x"})
    secrets["backup key"] = box.run("backup", "key").stdout.strip()
    box.backup = box.run("backup", "create").stdout.strip()
    # Wrong guesses are no secrets, but what is nearly right is: a letter too many.
    Visitor(box, "127.0.10.1").send("/sign-in", name="Rig", pass_phrase=PASS_PHRASE + "x")
    Visitor(box, "127.0.10.2").send("/sign-in", name=PASS_PHRASE, pass_phrase="wrong field used")
    yield box, secrets
    box.stop()
    listener.socket.close()


def invite(box, secrets):
    """A person joins with a code that stands in an address, as the QR code has it."""
    code = box.run_json("user", "add", "Kim Guest", "--role", "viewer")["code"]
    secrets["invitation"] = code
    ask(box, "GET", "/join?code=" + code)
    status, _, text = Visitor(box, "127.0.0.1", page="/join").send(
        "/join", name="Kim Guest", code=code, pass_phrase=PHRASE)
    assert status == 303, text[:500]
    secrets["pass phrase of a guest"] = PHRASE


def pair(box, owner, secrets):
    """A tablet is paired and used."""
    _, _, text = owner.send("/devices", name="Tablet", kind="tablet")
    offer = secrets["offer to pair"] = re.search(r'class="big">([0-9A-Z]+)<', text)[1]
    ask(box, "GET", "/pair?c=" + offer)
    tablet = Visitor(box, "127.0.0.1", page="/pair")
    body = f"{tablet.form.replace('mw-form', 'token')}&offer={offer}".encode()
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    _, headers, text = tablet.ask("POST", "/pair", body, form)
    digits = re.search(r'class="digits"[^>]*>(\d{4})<', text)[1]
    tablet.cookie += "; " + cookies(headers)
    assert owner.send("/devices/confirm", offer=offer, digits=digits)[0] in (200, 303)
    status, headers, text = tablet.ask("GET", "/pair/wait")
    assert status == 303, text[:500]
    found = dict(c.split("=", 1) for c in cookies(headers).split("; "))
    secrets["pass of a device"] = found["mw-device"]
    assert ask(box, "GET", "/now", None, {"Cookie": "mw-device=" + found["mw-device"]})[0] == 200


def test_x10_the_log_holds_no_secret(planted):
    box, secrets = planted
    assert box.log
    assert search(box.log_path.read_bytes(), secrets) == set()


def test_x10_the_data_folder_holds_secrets_in_its_own_place_alone(planted):
    box, secrets = planted
    found, looked = {}, 0
    for path in box.data.rglob("*"):
        if path.is_file() and (box.data / "secrets") not in path.parents:
            looked += 1
            if names := search(path.read_bytes(), secrets):
                found[str(path.relative_to(box.data))] = names
    assert looked >= 3
    assert found == {}
    for path in [box.data / "secrets", *(box.data / "secrets").rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, path


def test_x10_the_process_shows_no_secret(planted):
    box, secrets = planted
    for name in ("cmdline", "environ", "status", "comm"):
        content = Path(f"/proc/{box.process.pid}/{name}").read_bytes()
        assert search(content, secrets) == set(), name


def test_x10_no_answer_gives_a_secret_back(planted):
    box, secrets = planted
    now = int(time.time())
    span = f"from={rfc3339(now - 3600)}&to={rfc3339(now + 60)}"
    found, looked = {}, 0
    for path, methods in box.api("/api/openapi.json")["paths"].items():
        if "get" not in methods or path == "/api/v1/events":
            continue
        for what in ("events", "states") if "{what}" in path else [""]:
            target = re.sub(r"\{machine\}", "saw", path).replace("{what}", what)
            target = re.sub(r"\{[a-z]+\}", "1", target)
            answer = box.request("GET", f"{target}?{span}")
            looked += answer.status == 200
            if names := search(answer.body, secrets):
                found[path] = names
    for path in ("/now", "/about", "/people", "/audit", "/m/saw", "/account", "/backup", "/api"):
        _, _, body = ask(box, "GET", path, None, {"Authorization": f"Bearer {box.local_key}"})
        # The offer of a tablet that still waits stands in the form that confirms it; this one is used up.
        if names := search(body, secrets):
            found[path] = names
    assert looked > 25
    assert found == {}


@pytest.mark.parametrize(
    "words", [["doctor"], ["config", "show"], ["factory", "export"], ["user", "list"],
              ["token", "list"], ["status"], ["audit"], ["backup", "list"]], ids=" ".join)  # fmt: skip
def test_x10_no_command_prints_a_secret(planted, words):
    box, secrets = planted
    done = box.run(*words, code=None)
    assert search((done.stdout + done.stderr).encode(), secrets) == set()
    assert done.returncode != 64, done.stderr


def test_x10_a_backup_holds_no_secret_even_when_it_is_open(planted, tmp_path):
    box, secrets = planted
    assert search(Path(box.backup).read_bytes(), secrets) == set()
    key = tmp_path / "key"
    key.write_text(secrets["backup key"])
    folder = tmp_path / "other"
    folder.mkdir()
    other = Box(folder, "canaries-restored")
    other.run("backup", "restore", box.backup, "--key-file", key, "--yes")
    other.start()
    try:
        assert [m["id"] for m in other.api("/api/v1/machines")["items"]] == ["saw"]
        found = {}
        for path in other.data.rglob("*"):
            if path.is_file() and (other.data / "secrets") not in path.parents:
                if names := search(path.read_bytes(), secrets):
                    found[str(path.relative_to(other.data))] = names
        assert found == {}
        # Nor do the secrets of the box before come along in the folder for them, but for its backup key.
        for path in (other.data / "secrets").rglob("*"):
            if path.is_file():
                names = search(path.read_bytes(), secrets) - {"backup key"}
                assert names == set(), path.name
    finally:
        other.stop()
