"""Sparkplug B through mosquitto: births, rebirths, gaps, values of the past, and what is published."""

import os
import time

import pytest

from box import Peer, free_port, listens, wait_until
from conftest import need
from sparkplug_node import Node, now_ms

DAY_MS = 86_400_000


@pytest.fixture
def broker(tmp_path):
    port = free_port()
    config = tmp_path / "mosquitto.conf"
    user = f"user {'root' if os.geteuid() == 0 else os.environ.get('USER', 'nobody')}\n"
    config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n" + user)
    peer = Peer([need("mosquitto"), "-c", config], "mosquitto", ready=lambda: listens(port))
    peer.port = port
    yield peer
    peer.stop()


@pytest.fixture
def node(broker):
    made = Node(broker.port)
    made.connect()
    wait_until(made.client.is_connected, 10, "the node connected")
    yield made
    made.client.loop_stop()


def factory(port):
    lines = [
        f'[[connection]]\nid = "plant"\nkind = "sparkplug-b"\naddress = "127.0.0.1:{port}"\n'
        'rebirth = "5s"\n',
        '[[machine]]\nid = "press"\nname = "Press"',
    ]
    for name, kind in [
        ("current", "number"), ("count", "integer"), ("running", "flag"), ("job", "text"),
    ]:  # fmt: skip
        lines += [
            f'  [[machine.signal]]\n  id = "{name}"\n  connection = "plant"\n'
            f'  read = "Plant/Edge/Press:{name}"\n  type = "{kind}"\n  kind = "{kind}"'
        ]
    return "\n".join(lines)


def rows(box, name):
    return box.samples(f"press/{name}")


def last(box, name):
    found = rows(box, name)
    return found[-1][1:] if found else None


def test_a_node_that_was_there_first_is_asked_and_its_values_are_stored(box, broker, node):
    time.sleep(1)  # the births have passed before the box comes
    box.apply(factory(broker.port))
    wait_until(box.is_connected, 20, "subscribed")
    node.data("current", 5.5)  # by alias: means nothing before the rebirth
    wait_until(lambda: node.commands, 20, "a rebirth request")
    wait_until(lambda: last(box, "job") == ("A-1", "good"), 20, "the values of the birth")
    node.data("current", 6.5)
    node.data("count", 7, at_ms=now_ms() - 3 * DAY_MS, historical=True)
    wait_until(lambda: last(box, "current") == (6.5, "good"), 10, "the next value")
    assert last(box, "count") == (10, "good"), "a value of the past does not become the present"
    node.device_death()
    wait_until(lambda: last(box, "running")[1] == "missing", 10, "the gap of a dead device")
    node.birth()
    wait_until(lambda: last(box, "running") == (True, "good"), 10, "the device back")
    node.vanish()
    wait_until(lambda: last(box, "running")[1] == "missing", 60, "the gap of a dead node")
    assert {topic for topic, _ in node.commands} == {"spBv1.0/Plant/NCMD/Edge"}
    assert all(b"Node Control/Rebirth" in content for _, content in node.commands)
    assert '"online":true' in node.states[-1]


def test_a_missing_message_begins_a_gap_and_asks_for_a_rebirth(box, broker):
    box.apply(factory(broker.port))
    wait_until(box.is_connected, 20, "subscribed")
    node = Node(broker.port)
    node.connect()
    wait_until(lambda: last(box, "job") == ("A-1", "good"), 20, "the values of the birth")
    node.skip()
    node.data("current", 9.0)
    wait_until(lambda: node.commands, 20, "a rebirth request")
    wait_until(lambda: last(box, "current") == (9.0, "good"), 10, "what holds now")
    assert "missing" in [quality for _, _, quality in rows(box, "job")]
    node.client.loop_stop()


def test_a_lost_broker_begins_a_gap_and_the_box_comes_back(box, broker, node):
    box.apply(factory(broker.port))
    node.birth()
    wait_until(lambda: last(box, "job") == ("A-1", "good"), 20, "the values of the birth")
    broker.stop()
    wait_until(lambda: last(box, "job")[1] == "missing", 30, "the gap")
    broker.start()
    wait_until(lambda: last(box, "job") == ("A-1", "good"), 90, "the values are back")
    assert box.is_alive
