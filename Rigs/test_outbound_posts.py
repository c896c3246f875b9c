"""Posts against real peers: what arrives, and the sentence for each way in which it does not."""

import json
import time

import pytest

from outbound_peers import closed_port, papers, receiver, script, send  # noqa: F401

SECRET = "/services/T0001/B0002/s3cr3t-part"


def order(port, papers=None, path=SECRET, host="localhost", scheme=None, **more):
    """An order to the probe for one post."""
    scheme = scheme or ("https" if papers else "http")
    post = {"address": f"{scheme}://{host}:{port}{path}", "allowsPlain": scheme == "http"}
    post |= more.pop("post", {})
    made = {"channel": "post", "post": post, "servers": [[host, str(port)]], **more}
    if papers:
        made["certificates"] = papers.authority
    return made


def refused(answer, sentence, advice):
    assert (answer["outcome"], answer["sentence"]) == ("refused", sentence), answer
    assert answer["advice"] == advice, answer
    assert answer["remedy"].endswith(".") and "s3cr3t" not in json.dumps(answer), answer


def test_a_post_by_a_template_arrives(papers):
    template = '{"text": "{text}", "machine": {machine}, "link": "{link}"}'
    with receiver(papers.good) as peer:
        answer = send(order(
            peer.port, papers, post={"template": template, "kind": "json", "fields": {"X-Key": "k"}},
            text='He said "stop"\n\\ {text}', machine="Press brake", id="m-7",
            links=[{"title": "a", "address": "https://a.org/b"}],
        ))  # fmt: skip
    assert answer == {"outcome": "accepted", "words": "ok"}
    ((path, headers, body),) = peer.posts
    assert path == SECRET
    assert json.loads(body) == {
        "text": 'He said "stop"\n\\ {text}', "machine": "Press brake", "link": "https://a.org/b",
    }  # fmt: skip
    assert headers["Idempotency-Key"] == "m-7" and headers["Content-Type"] == "application/json"
    assert headers["X-Key"] == "k" and "Expect" not in headers


def test_a_phone_alert_arrives(papers):
    with receiver(papers.good) as peer:
        made = order(peer.port, papers, path="/", post={"topic": "shop", "token": "tk_secret1"}, urgency="high")
        assert send({**made, "channel": "ntfy"})["outcome"] == "accepted"
    ((_, headers, body),) = peer.posts
    assert json.loads(body) == {
        "topic": "shop", "title": "Press brake: stopped 10 min", "message": "Since 11:01. No reason yet.", "priority": 5,
    }  # fmt: skip
    assert headers["Authorization"] == "Bearer tk_secret1"


@pytest.mark.parametrize("channel", ["teams", "slack"])
def test_a_message_in_a_channel_of_the_office_arrives(papers, channel):
    with receiver(papers.good, answer=(202, {}, b"")) as peer:
        assert send({**order(peer.port, papers), "channel": channel})["outcome"] == "accepted"
    body = json.loads(peer.posts[0][2])
    assert "Press brake: stopped 10 min" in json.dumps(body)


def test_an_sms_by_a_post_gateway_arrives(papers):
    with receiver(papers.good) as peer:
        made = order(peer.port, papers, number="+447700900123",
                     post={"template": "to={number}&text={text}", "kind": "form"})  # fmt: skip
        assert send({**made, "channel": "sms-post"})["outcome"] == "accepted"
        assert send({**made, "channel": "sms-post", "number": "07700 x"})["outcome"] == "refused"
    assert peer.posts[0][2].startswith(b"to=%2B447700900123&text=Press%20brake%3A%20stopped")


@pytest.mark.parametrize("status, headers, words, sentence, advice", [
    (400, {}, "invalid_payload", "localhost refused the message with code 400: invalid_payload.", "never"),
    (401, {}, "who?", "localhost does not accept the sign-in: who?.", "afterChange"),
    (404, {}, f"Cannot POST {SECRET}", "localhost knows nothing at this address, code 404: Cannot POST •••.",
     "afterChange"),
    (410, {}, "gone s3cr3t-part", "localhost knows nothing at this address, code 410: gone •••.", "afterChange"),
    (413, {}, "", "The message is too large for localhost.", "never"),
    (429, {"Retry-After": "120"}, "slow down", "localhost cannot take the message now, code 429: slow down.", "backOff"),
    (500, {}, "<html><h1>Oops</h1></html>", "localhost cannot take the message now, code 500.", "backOff"),
    (503, {}, "a\r\nb\tc" + "x" * 5000, None, "backOff"),
    (302, {"Location": "http://169.254.169.254/latest"}, "",
     "localhost sends messages on to another address: http://169.254.169.254:80.", "afterChange"),
    (307, {"Location": "/elsewhere"}, "", "localhost sends messages on to another address: https://localhost:PORT.",
     "afterChange"),
])  # fmt: skip
def test_the_server_says_no(papers, status, headers, words, sentence, advice):
    with receiver(papers.good, answer=(status, headers, words.encode())) as peer:
        answer = send(order(peer.port, papers))
        if sentence is None:
            assert answer["words"].startswith("a b cxxx") and len(answer["words"]) == 201
        else:
            refused(answer, sentence.replace("PORT", str(peer.port)), advice)
        assert answer.get("waitSeconds", 0) == (120 if status == 429 else 0)
        assert len(peer.posts) == 1


def test_nothing_listens(papers):
    port = closed_port()
    sentence = f"localhost:{port} was reached, but nothing takes messages at that port."
    refused(send(order(port, papers)), sentence, "backOff")


def test_the_name_is_not_known(papers):
    refused(send(order(443, papers, host="hooks.invalid")), "No server is known by the name hooks.invalid.", "backOff")


def test_a_server_that_never_shakes_hands(papers):
    with script(hang="connect") as peer:
        answer = send(order(peer.port, papers, connectSeconds=1, seconds=3))
        refused(answer, f"localhost:{peer.port} did not answer within 1 s while connecting.", "backOff")


@pytest.mark.parametrize("which, sentence, advice", [
    ("strange", "The certificate of localhost comes from an authority that this box does not trust.", "afterChange"),
    ("expired", "The certificate of localhost has run out.", "afterChange"),
    ("early", "The certificate of localhost is not valid yet.", "backOff"),
    ("misnamed", "The certificate at this address is not made out to localhost.", "afterChange"),
])  # fmt: skip
def test_a_bad_certificate(papers, which, sentence, advice):
    with receiver(getattr(papers, which)) as peer:
        refused(send(order(peer.port, papers)), sentence, advice)
        assert peer.posts == []


@pytest.mark.parametrize("drop", ["headers", "half"])
def test_a_connection_that_drops_while_the_message_is_sent(papers, drop):
    with receiver(papers.good, drop=drop) as peer:
        answer = send(order(peer.port, papers, text="x" * 250_000))
        assert answer["outcome"] in ("refused", "unknown"), answer
        assert peer.posts == []


@pytest.mark.parametrize("how, scheme", [("drop", "https"), ("hang", "https"), ("drop", "http"), ("hang", "http")])
def test_a_lost_answer_is_unknown_and_nothing_is_sent_twice(papers, how, scheme):
    certificate = papers.good if scheme == "https" else None
    with receiver(certificate, **{how: "body"}) as peer:
        answer = send(order(peer.port, papers if certificate else None, seconds=2))
        assert answer["outcome"] == "unknown", answer
        assert answer["sentence"] == (
            "localhost got the whole message but its answer was lost: it may or may not have arrived."
        )
        assert answer["advice"] == "never" and "s3cr3t" not in json.dumps(answer)
        time.sleep(1)
        assert len(peer.posts) == 1


def test_an_answer_that_stops_after_saying_yes_is_a_yes(papers):
    with receiver(papers.good, drop="answer") as peer:
        assert send(order(peer.port, papers))["outcome"] == "accepted"


def test_something_that_is_no_web_server():
    with script(greeting="220 mail.example.org ESMTP") as peer:
        answer = send(order(peer.port, seconds=3))
        refused(answer, f"What answers at localhost:{peer.port} does not speak the expected language.", "backOff")


def test_an_endless_answer_is_cut_off(papers):
    with receiver(papers.good, answer=(200, {}, b"x" * 5_000_000)) as peer:
        answer = send(order(peer.port, papers))
        assert answer["outcome"] == "accepted" and len(answer["words"]) == 201


@pytest.mark.parametrize("change, sentence", [
    ({"scheme": "http", "post": {"allowsPlain": False}},
     "The setting address begins with http, which is not encrypted."),
    ({"scheme": "ftp"}, "The setting address does not begin with https."),
    ({"scheme": "file"}, "The setting address"),
    ({"post": {"address": "https://localhost:443@127.0.0.1/x"}}, "The setting address holds a user name or password."),
    ({"post": {"address": "https://a b/"}}, "The setting address is not an address on the web."),
    ({"post": {"address": "https://evil.example.org/"}},
     "evil.example.org:443 is not on the list of servers that messages may go to."),
    ({"post": {"fields": {"X-A": "a\r\nHost: b"}}}, "The setting fields[0].value holds a line break"),
])  # fmt: skip
def test_an_address_that_must_not_be_used(papers, change, sentence):
    with receiver(papers.good) as peer:
        answer = send(order(peer.port, papers, **change))
        assert answer["outcome"] == "refused" and answer["sentence"].startswith(sentence), answer
        assert answer["advice"] == "afterChange" and peer.posts == []


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "0x7f.1", "[::ffff:127.0.0.1]"])
def test_a_name_that_leads_into_the_network_of_machines(host):
    with receiver() as peer:
        listed = "127.0.0.1" if host == "0x7f.1" else host
        made = order(peer.port, host=host, machineNetworks=["127.0.0.0/8", "::1/128"])
        answer = send({**made, "servers": [[listed, str(peer.port)]]})
        assert answer["sentence"].endswith(", which is in the network of the machines."), answer
        assert peer.posts == []


def test_a_private_address_is_refused_unless_listed():
    with receiver() as peer:
        answer = send({**order(peer.port, host="127.0.0.1"), "privateNetworks": ["10.0.0.0/8"]})
        refused(answer, "127.0.0.1 leads to 127.0.0.1, a private address that is not on the list.", "afterChange")
        assert peer.posts == []


def test_many_tasks_share_a_courier_and_each_message_goes_once(papers):
    with receiver(papers.good) as peer:
        answers = send({**order(peer.port, papers), "times": 25}, count=25)
        assert [answer["outcome"] for answer in answers] == ["accepted"] * 25
        assert len(peer.posts) == 25
