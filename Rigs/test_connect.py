"""A machine in ten minutes: find it, choose its signals, see it live; nothing is real before "Yes"."""

import json
import re
import struct
import sys
import threading
import time
import tomllib
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from axe_playwright_python.sync_playwright import Axe

from box import PASS_PHRASE, ROOT, Peer, free_port, listens, wait_until
from test_browser import WCAG
from test_mqtt import broker  # noqa: F401  a fixture
from test_profiles import Device, fill, place_of
from test_work import Owner

HERE = Path(__file__).resolve().parent


class Taps:
    """A person at the page: every tap is counted, typing is not."""

    def __init__(self, page):
        self.page, self.count = page, 0

    def button(self, name, exact=True):
        self.count += 1
        self.page.get_by_role("button", name=name, exact=exact).first.click()

    def link(self, name):
        self.count += 1
        self.page.get_by_role("link", name=name).first.click()

    def fill(self, label, text):
        self.count += 1
        self.page.get_by_label(label).fill(text)


class Meter(Device):
    """A meter made from its profile whose power goes up and down as a machine works and stands."""

    def __init__(self, profile="eastron-sdm120"):
        facts = tomllib.loads((ROOT / "Profiles" / "modbus" / f"{profile}.toml").read_text())
        super().__init__(facts["connection"].get("unit", 1), facts["connection"].get("max_registers", 125))
        for number, signal in enumerate(facts["signal"]):
            fill(self.cells, signal, facts["connection"].get("order", "abcd"), number)
        power = next(s for s in facts["signal"] if s["id"] == "power")
        _, self.at, _ = place_of(power["read"])
        self.clients, self.most_clients = 0, 0
        self.start()
        threading.Thread(target=self.work, daemon=True).start()

    def talk(self, client):
        self.clients += 1
        self.most_clients = max(self.most_clients, self.clients)
        try:
            super().talk(client)
        except ConnectionResetError:
            pass
        finally:
            self.clients -= 1

    def work(self):
        number = 0
        while True:
            number += 1
            watts = (2400.0 if number // 6 % 2 else 180.0) + number % 5
            high, low = struct.unpack(">HH", struct.pack(">f", watts))
            self.cells["input"][self.at], self.cells["input"][self.at + 1] = high, low
            time.sleep(0.5)


@pytest.fixture
def owner_page(box, browser, request):
    """A browser in which the owner is signed in."""
    with browser.page(box.address, request.node.name[:50]) as page:
        page.goto("/sign-in")
        page.get_by_label("Name").fill("Rig")
        page.get_by_label("Pass phrase").fill(PASS_PHRASE)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/now**")
        yield page


def post(box, path, content):
    """Sends a document; the answer's."""
    answer = box.request("POST", path, json.dumps(content).encode(), headers={"Content-Type": "application/json"})
    assert answer.status in (200, 201), answer.text
    return answer.json


def is_live(page, part):
    return any(c.isdigit() for c in page.locator(f'[data-value="{part}"]').inner_text())


def test_a_meter_is_connected_in_five_steps_and_twelve_taps(box, owner_page):
    meter, page = Meter(), owner_page
    taps = Taps(page)
    page.goto("/welcome")
    taps.link("Connect a machine")
    taps.fill("What is it?", "Eastron SDM120-Modbus")
    taps.fill("Its address, or the port of this box", f"127.0.0.1:{meter.port}")
    taps.button("Read it")
    taps.fill("Name, as people say it", "Lathe 3")
    taps.button("Go on")
    page.wait_for_url("**/signals")
    chosen = time.monotonic()
    wait_until(lambda: is_live(page, "power"), 5, "a live value within 5 s of choosing")
    assert time.monotonic() - chosen < 5
    assert box.items("/api/v1/machines") == [], "nothing is real before yes"
    taps.button("Go on")
    page.wait_for_url("**/check")
    page.get_by_text("We suggest").wait_for(timeout=30_000)
    suggested = page.locator('[data-value="suggestion"]').inner_text()
    assert "halfway" in suggested, suggested
    page.reload()
    mark = float(page.get_by_label("Call it running above").input_value().replace(",", ""))
    assert 300 < mark < 2300, mark
    wait_until(lambda: page.locator("#state").inner_text() == "Running", 10, "seen running")
    wait_until(lambda: page.locator("#state").inner_text() == "Stopped", 10, "seen stopped")
    assert page.locator("#chart svg .mark-line").count() == 1
    taps.button("Yes, this is right")
    page.get_by_role("heading", level=1).get_by_text("Lathe 3 is connected").wait_for()
    assert taps.count <= 12, taps.count
    assert len(page.locator(".way li").all()) == 5
    wait_until(lambda: len(box.samples("lathe-3/power")) > 2, 15, "recorded values")
    assert {v for _, v, q in box.samples("lathe-3/power")} and meter.strange == []
    state = box.get("/api/v1/machines/lathe-3").json["state"]
    assert state in ("running", "stopped", "planned", "unknown"), state


def test_it_can_be_left_and_gone_on_with_after_a_restart(box):
    meter, owner = Meter(), Owner(box)
    at = owner.post("/connect", what="eastron-sdm120", address=f"127.0.0.1:{meter.port}", unit="")
    draft = at.rsplit("/", 1)[0]
    owner.post(draft + "/name", name="Presă Łukasz", area="Hall 2")
    box.stop()
    box.start()
    owner = Owner(box)
    page = owner.get("/connect")
    assert "Presă Łukasz" in page and draft + "/signals" in page
    owner.post(draft + "/signals", **{"s-power": "on", "s-energy": "on"})
    assert owner.journal("connection.set") == [] and owner.journal("machine.added") == []
    owner.post(draft + "/check", signal="power", above="1000", do="yes")
    machine = box.items("/api/v1/machines")[0]
    assert machine["name"] == "Presă Łukasz" and machine["area"] is not None
    assert "Begun before" not in owner.get("/connect")
    wait_until(lambda: box.samples(f"{machine['id']}/power"), 15, "recorded values")


def test_wrong_scale_and_byte_order_are_mended_by_one_tap(box):
    device, owner = Device(1, 125), Owner(box)
    high, low = struct.unpack(">HH", struct.pack(">f", 21.5))
    device.cells["holding"] = {0: low, 1: high, 10: 412}
    device.start()
    at = owner.post("/connect", what="modbus-tcp", address=f"127.0.0.1:{device.port}", unit="1")
    draft = at.rsplit("/", 1)[0]
    owner.post(draft + "/name", name="Oven", area="")
    owner.post(draft + "/signals", fix="add", **{
        "new-name": "Flow", "new-read": "holding:0x0000", "new-type": "float32", "new-unit": ""})
    owner.post(draft + "/signals", fix="add", **{
        "s-flow": "on", "new-name": "Oil", "new-read": "holding:10", "new-type": "uint16", "new-unit": "Cel"})

    def values():
        found = owner.box.get("/api/v1/connect/" + draft.rsplit("/", 1)[1]).json
        return {s["id"]: float(s["value"]) for s in found["signals"] if s["value"] is not None}

    wait_until(lambda: len(values()) == 2, 10, "both values")
    assert values()["oil"] == 412 and abs(values()["flow"] - 21.5) > 1
    ticks = {"s-flow": "on", "s-oil": "on"}
    owner.post(draft + "/signals", fix="down-oil", **ticks)
    owner.post(draft + "/signals", fix="order-flow", **ticks)
    wait_until(lambda: len(values()) == 2, 10, "both values again")
    assert values() == {"oil": pytest.approx(41.2), "flow": pytest.approx(21.5)}
    assert device.strange == []


def test_what_is_wrong_is_said_in_words_and_keeps_what_was_typed(box):
    owner = Owner(box)
    page = owner.post("/connect", what="Eastrom SDM120", address="127.0.0.1:9", unit="", status=422)
    assert "is not known here" in page and 'value="127.0.0.1:9"' in page
    page = owner.post("/connect", what="eastron-sdm120", address="127.0.0.1", unit="300", status=422)
    assert "no unit number" in page
    closed = free_port()
    page = owner.post("/connect", what="opc-ua", address=f"127.0.0.1:{closed}", unit="", status=422)
    assert "127.0.0.1" in page and "Check" in page
    at = owner.post("/connect", what="eastron-sdm120", address=f"127.0.0.1:{closed}", unit="")
    draft = at.rsplit("/", 1)[0]
    owner.post(draft + "/name", name="", status=422)
    owner.post(draft + "/name", name="Saw")

    def words():
        return box.get("/api/v1/connect/" + draft.rsplit("/", 1)[1]).json["says"]

    wait_until(lambda: "No answer from" in words(), 10, "the reason in words")
    assert "Check" in words()
    page = owner.post(draft + "/signals", status=422)
    assert "Tick at least one" in page
    owner.post(draft + "/drop")
    assert owner.get(draft + "/name", status=404)


def test_a_second_meter_behind_one_gateway_is_read_over_the_one_connection(box):
    meter, owner = Meter(), Owner(box)
    box.apply(box.run("profile", "write", "eastron-sdm120", "--address", f"127.0.0.1:{meter.port}",
                      "--machine", "saw").stdout)  # fmt: skip
    wait_until(lambda: box.samples("saw/power"), 15, "recorded values")
    at = owner.post("/connect", what="eastron-sdm120", address=f"127.0.0.1:{meter.port}", unit="")
    draft = at.rsplit("/", 1)[0]
    owner.post(draft + "/name", name="Other")
    wait_until(lambda: any(s["value"] for s in box.get(
        "/api/v1/connect/" + draft.rsplit("/", 1)[1]).json["signals"]), 15, "live values")  # fmt: skip
    owner.post(draft + "/signals", **{"s-power": "on"})
    owner.post(draft + "/check", signal="power", above="1000", do="yes")
    wait_until(lambda: len(box.samples("other/power")) > 2, 15, "recorded values")
    before = len(box.samples("saw/power"))
    wait_until(lambda: len(box.samples("saw/power")) > before, 15, "the first goes on")
    assert len(owner.journal("connection.set")) == 1
    assert meter.most_clients == 1, "the gateway never saw two of us"


def test_an_opc_ua_server_offers_its_values(box, tmp_path):
    port = free_port()
    peer = Peer([sys.executable, HERE / "opcua_server.py", port, tmp_path / "server", "--variables", "3"],
                "opcua-server", ready=lambda: listens(port))  # fmt: skip
    try:
        words = ["connect", f"opc.tcp://127.0.0.1:{port}/press", "--is", "opc-ua", "--name", "Press"]
        out = box.run(*words, "--signals", "no-such", code=7)
        mark = re.search(r'trusted = "([0-9a-f]{64})"', out.stderr)[1]
        page = Owner(box).post("/connect", what="opc-ua", address=f"opc.tcp://127.0.0.1:{port}/press", status=422)
        assert f'name="p-trusted" value="{mark}"' in page
        words += ["--set", f"trusted={mark}"]
        out = box.run(*words, "--signals", "no-such", code=7)
        assert "no-such" in out.stderr
        drafts = box.get("/api/v1/connect").json["items"]
        assert drafts == [], "a refused attempt leaves nothing"
        shown = post(box, "/api/v1/connect", {"what": "opc-ua",
                              "address": f"opc.tcp://127.0.0.1:{port}/press", "placeholders": {"trusted": mark}})  # fmt: skip
        offered = {s["read"]: s["id"] for s in shown["signals"]}
        assert any("Press.Counter0" in read for read in offered), offered
        count = next(name for read, name in offered.items() if "Press.Counter0" in read)
        out = box.run(*words, "--signals", count, "--running", count, "--above", "0", "--save", "--yes")  # fmt: skip
        assert count in out.stdout
        wait_until(lambda: box.samples(f"press/{count}"), 15, "recorded values")
    finally:
        peer.stop()


def test_an_mqtt_broker_offers_its_topics(box, broker):  # noqa: F811
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    for topic, text in [("hall/saw/power", "812.5"), ("hall/saw/lamp", "on"),
                        ("hall/press", '{"current": 4.2, "name": "x"}')]:  # fmt: skip
        client.publish(topic, text, qos=1, retain=True).wait_for_publish()
    client.loop_stop()
    shown = post(box, "/api/v1/connect", {"what": "mqtt", "address": f"127.0.0.1:{broker.port}"})
    reads = {s["read"] for s in shown["signals"]}
    assert {"hall/saw/power", "hall/saw/lamp"} <= reads and any("current" in r for r in reads), reads
    place = "/api/v1/connect/" + shown["id"]
    wait_until(lambda: any(s["value"] == "812.5" for s in box.get(place).json["signals"]), 10, "a live value")
    assert box.request("DELETE", place).status == 200
    # Whoever comes by that name now finds nothing that the broker kept for the trial.
    found = []
    again = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, "millwright-trial", clean_session=False)
    again.on_connect = lambda client, data, flags, reason, more: found.append(flags.session_present)
    again.connect("127.0.0.1", broker.port)
    again.loop_start()
    wait_until(lambda: found, 10, "the broker's answer")
    again.loop_stop()
    assert found == [False]


def test_the_stop_switch_ends_all_questions_and_stays_over_a_restart(box):
    meter, owner = Meter(), Owner(box)
    assert "No machine is asked anything yet" in owner.get("/machines/care")
    box.apply(box.run("profile", "write", "eastron-sdm120", "--address", f"127.0.0.1:{meter.port}",
                      "--machine", "saw").stdout)  # fmt: skip
    wait_until(lambda: box.samples("saw/power"), 15, "recorded values")
    page = owner.get("/machines/care")
    assert "functions 1 to 4" in page and "reads a minute, no writes" in page
    owner.post("/machines/care", do="stop")
    wait_until(lambda: meter.clients == 0, 5, "the connection closed")
    assert "Nothing is asked of any machine" in owner.get("/machines/care")
    box.stop()
    box.start()
    owner = Owner(box)
    time.sleep(4)
    assert meter.clients == 0, "it stays so over a restart"
    before = len(box.samples("saw/power"))
    owner.post("/machines/care", do="go")
    wait_until(lambda: len(box.samples("saw/power")) > before, 15, "values again")
    assert meter.strange == []


@pytest.mark.parametrize("width, scheme", [(1440, "light"), (390, "dark"), (320, "light")])
def test_axe_finds_nothing_on_the_pages_about_connecting(box, browser, width, scheme):
    owner, meter = Owner(box), Meter()
    at = owner.post("/connect", what="eastron-sdm120", address=f"127.0.0.1:{meter.port}", unit="").rsplit("/", 1)[0]
    owner.post(at + "/name", name="Lathe 3")
    with browser.page(box.address, f"axe-connect-{width}", width=width, color_scheme=scheme,
                      bypass_csp=True) as page:  # fmt: skip
        page.goto("/sign-in")
        page.get_by_label("Name").fill("Rig")
        page.get_by_label("Pass phrase").fill(PASS_PHRASE)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/now**")
        for path in ("/connect", "/connect/devices", at + "/name", at + "/signals", at + "/check",
                     "/machines/care", "/hardware?kind=power-press&has=light&want=state", "/give"):  # fmt: skip
            page.goto(path)
            found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}}).response["violations"]
            assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found] == [], path
