"""E-mail against real peers: what arrives, and the sentence for each way in which it does not."""

import email
import email.policy
import time

import pytest

from outbound_peers import (  # noqa: F401
    PASSWORD, USER, closed_port, mail_server, papers, script, send,
)  # fmt: skip


def order(port, security="none", papers=None, host="127.0.0.1", sign_in=False, **more):
    """An order to the probe for one e-mail."""
    mail = {"host": host, "port": port, "security": security, "from": USER, "to": ["dave@example.org"]}
    if sign_in:
        mail |= {"user": USER, "password": PASSWORD}
    mail |= more.pop("mail", {})
    made = {"channel": "email", "mail": mail, "servers": [[host, str(port)]], **more}
    if papers:
        made["certificates"] = papers.authority
    return made


def refused(answer, sentence, advice, remedy=None):
    assert (answer["outcome"], answer["sentence"]) == ("refused", sentence), answer
    assert answer["advice"] == advice, answer
    assert answer["remedy"].endswith("."), answer
    if remedy:
        assert answer["remedy"] == remedy


@pytest.mark.parametrize("method", ["automatic", "plain", "login"])
@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_message_arrives_over_encryption_with_a_sign_in(papers, security, method):
    with mail_server(security, papers.good, sign_in=True) as box:
        way = "startTLS" if security == "starttls" else "tls"
        answer = send(order(
            box.port, way, papers, "localhost", sign_in=True,
            mail={"signIn": method, "fromName": "Hölle & Söhne"}, urgency="high",
            subject="Moulder 3: oil too hot, 68 °C", text="Limit 65 °C.\n.\nStill running slow.",
            html="<p>Limit <b>65 °C</b></p>",
            links=[{"title": "See it", "address": "https://box.example.org/m?a=1&b=2"}],
        ))  # fmt: skip
    assert answer["outcome"] == "accepted" and "queued as 4711" in answer["words"], answer
    assert [(name in ("PLAIN", "LOGIN"), tls) for name, tls in box.sign_ins] == [(True, True)]
    ((sender, recipients, content),) = box.mails
    assert (sender, recipients) == (USER, ["dave@example.org"])
    mail = email.message_from_bytes(content, policy=email.policy.default)
    assert mail["Subject"] == "Moulder 3: oil too hot, 68 °C"
    assert mail["From"].addresses[0].display_name == "Hölle & Söhne"
    assert mail["From"].addresses[0].addr_spec == USER
    assert mail["Message-ID"] == "<m-1@example.org>"
    assert mail["Date"].datetime.isoformat() == "2026-11-13T11:04:50+00:00"
    assert mail["Importance"] == "high" and mail["Auto-Submitted"] == "auto-generated"
    assert not mail.defects and not any(part.defects for part in mail.walk())
    plain = mail.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert plain.startswith("Limit 65 °C.\n.\nStill running slow.\n\nSee it: https://box.example.org/m?a=1&b=2")
    assert 'href="https://box.example.org/m?a=1&amp;b=2"' in mail.get_body(("html",)).get_content()


def test_a_message_arrives_at_a_server_that_asks_for_nothing(papers):
    with mail_server() as box:
        assert send(order(box.port))["outcome"] == "accepted"
        assert send(order(box.port, "startTLSIfOffered", id="m-2"))["outcome"] == "accepted"
    assert len(box.mails) == 2
    with mail_server("starttls", papers.good) as box:
        assert send(order(box.port, "startTLSIfOffered", papers))["outcome"] == "accepted"


def test_hostile_text_stays_text():
    text = "\r\n.\r\nMAIL FROM:<x@y>\r\n.\nRCPT TO:<all@example.org>\n" + "ü" * 3000
    with mail_server() as box:
        assert send(order(box.port, text=text))["outcome"] == "accepted"
    ((_, recipients, content),) = box.mails
    assert recipients == ["dave@example.org"]
    got = email.message_from_bytes(content, policy=email.policy.default).get_content()
    assert got.replace("\r\n", "\n").rstrip("\n") == text.replace("\r\n", "\n")


def test_an_sms_by_a_mail_gateway_is_short():
    with mail_server() as box:
        made = order(box.port, number="+447700900123", text="word " * 100, html="<p>no</p>",
                     links=[{"title": "a", "address": "https://a.org/b"}])  # fmt: skip
        assert send({**made, "channel": "sms-email"})["outcome"] == "accepted"
    text = email.message_from_bytes(box.mails[0][2], policy=email.policy.default).get_content()
    assert len(text.rstrip()) <= 160 and text.rstrip().endswith("... https://a.org/b")


def test_nothing_listens():
    port = closed_port()
    refused(send(order(port)), f"127.0.0.1:{port} was reached, but nothing takes messages at that port.",
            "backOff", "Check the port number, and whether the server is running.")  # fmt: skip


def test_the_name_is_not_known():
    answer = send(order(25, host="mail.invalid"))
    refused(answer, "No server is known by the name mail.invalid.", "backOff")


@pytest.mark.parametrize(
    "place, doing, tls",
    [("connect", "saying hello", False), ("connect", "connecting", True),
     ("MAIL", "naming sender and recipient", False), ("DATA", "sending the message", False)],
)  # fmt: skip
def test_a_slow_server(papers, place, doing, tls):
    with script(hang=place) as peer:
        made = order(peer.port, "tls" if tls else "none", papers, connectSeconds=1 if tls else 5, seconds=2)
        begun = time.monotonic()
        answer = send(made)
        seconds = 1 if tls else 2
        refused(answer, f"127.0.0.1:{peer.port} did not answer within {seconds} s while {doing}.", "backOff")
        assert time.monotonic() - begun < 6
        assert peer.connections == 1


@pytest.mark.parametrize("which, sentence, advice", [
    ("strange", "The certificate of localhost comes from an authority that this box does not trust.", "afterChange"),
    ("expired", "The certificate of localhost has run out.", "afterChange"),
    ("early", "The certificate of localhost is not valid yet.", "backOff"),
    ("misnamed", "The certificate at this address is not made out to localhost.", "afterChange"),
])  # fmt: skip
@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_bad_certificate(papers, security, which, sentence, advice):
    way = "startTLS" if security == "starttls" else "tls"
    with mail_server(security, getattr(papers, which), sign_in=True) as box:
        refused(send(order(box.port, way, papers, "localhost", sign_in=True)), sentence, advice)
    assert box.sign_ins == [] and box.mails == []


def test_a_certificate_of_our_own_authority_is_refused_without_its_file(papers):
    with mail_server("tls", papers.good) as box:
        answer = send(order(box.port, "tls", None, "localhost"))
        refused(answer, "The certificate of localhost comes from an authority that this box does not trust.",
                "afterChange", "If it is your own server, give this box the certificate of its authority.")  # fmt: skip
        answer = send({**order(box.port, "tls", None, "localhost"), "certificates": papers.missing})
        refused(answer, "The file of trusted certificates cannot be read.", "afterChange")


def test_a_wrong_password(papers):
    with mail_server("tls", papers.good, sign_in=True) as box:
        answer = send(order(box.port, "tls", papers, "localhost", sign_in=True, mail={"password": "wrong-horse"}))
        refused(answer, "localhost does not accept the sign-in: 5.7.8 Error: authentication failed.", "afterChange")
        box.fail["auth"] = "454 4.7.0 Temporary authentication failure"
        answer = send(order(box.port, "tls", papers, "localhost", sign_in=True))
        refused(answer, "localhost cannot take the message now, code 454: 4.7.0 Temporary authentication failure.",
                "backOff")  # fmt: skip
    assert box.mails == []


def test_a_missing_sign_in(papers):
    with mail_server("tls", papers.good, sign_in=True) as box:
        answer = send(order(box.port, "tls", papers, "localhost"))
        refused(answer, "localhost does not accept the sign-in: 5.7.0 Authentication required.", "afterChange")


@pytest.mark.parametrize("hook, reply, sentence, advice", [
    ("rcpt", "550 5.1.1 <dave@example.org>: no such user",
     "127.0.0.1 does not take messages for this recipient: 5.1.1 <dave@example.org>: no such user.", "never"),
    ("rcpt", "451 4.7.1 Greylisted, try again in 300 seconds",
     "127.0.0.1 cannot take the message now, code 451: 4.7.1 Greylisted, try again in 300 seconds.", "backOff"),
    ("mail", "553 5.7.1 Sender address rejected: not owned by user",
     "127.0.0.1 does not take messages from this sender: 5.7.1 Sender address rejected: not owned by user.",
     "afterChange"),
    ("mail", "452 4.3.1 Insufficient system storage",
     "127.0.0.1 cannot take the message now, code 452: 4.3.1 Insufficient system storage.", "backOff"),
    ("data", "554 5.7.1 Message looks like spam",
     "127.0.0.1 refused the message with code 554: 5.7.1 Message looks like spam.", "never"),
    ("data", "451 4.3.0 Local error in processing",
     "127.0.0.1 cannot take the message now, code 451: 4.3.0 Local error in processing.", "backOff"),
    ("data", "552 5.3.4 Message too big",
     "The message is too large for 127.0.0.1: 5.3.4 Message too big.", "never"),
])  # fmt: skip
def test_the_server_says_no(hook, reply, sentence, advice):
    with mail_server() as box:
        box.fail[hook] = reply
        refused(send(order(box.port)), sentence, advice)
    assert box.mails == []


def test_one_refused_recipient_keeps_the_message_from_all():
    with mail_server() as box:
        made = order(box.port, mail={"to": ["dave@example.org", "nobody@example.org", "sarah@example.org"]})
        refused(send(made), "127.0.0.1 does not take messages for this recipient: 5.1.1 no such user.", "never")
        assert box.mails == []
        made = order(box.port, mail={"to": ["dave@example.org", "sarah@example.org"]})
        assert send(made)["outcome"] == "accepted"
    assert box.mails[0][1] == ["dave@example.org", "sarah@example.org"]


def test_a_message_larger_than_the_server_says():
    with mail_server(limit=2000) as box:
        answer = send(order(box.port, text="x" * 5000))
        assert answer["sentence"].startswith("The message is too large for 127.0.0.1"), answer
        assert answer["advice"] == "never"


@pytest.mark.parametrize("greeting, sentence, advice", [
    ("554 5.7.1 No service for you", "127.0.0.1 refused the message with code 554: 5.7.1 No service for you.", "never"),
    ("421 4.7.0 Too many connections", "127.0.0.1 cannot take the message now, code 421: 4.7.0 Too many connections.",
     "backOff"),
    ("HTTP/1.1 400 Bad Request", "What answers at 127.0.0.1:PORT does not speak the expected language.", "backOff"),
])  # fmt: skip
def test_a_strange_greeting(greeting, sentence, advice):
    with script(greeting=greeting) as peer:
        refused(send(order(peer.port, seconds=3)), sentence.replace("PORT", str(peer.port)), advice)


@pytest.mark.parametrize("place, doing", [
    ("connect", "saying hello"), ("EHLO", "saying hello"), ("MAIL", "naming sender and recipient"),
    ("RCPT", "naming sender and recipient"), ("DATA", "sending the message"),
])  # fmt: skip
def test_a_connection_that_drops_before_the_message(place, doing):
    with script(drop=place) as peer:
        answer = send(order(peer.port))
        if place == "connect":  # the end may come before or after the connection is seen to stand
            answer["sentence"] = answer["sentence"].replace("connecting", doing)
        refused(answer, f"127.0.0.1:{peer.port} ended the connection while {doing}.", "backOff")
        assert peer.connections == 1 and peer.bodies == []


def test_a_connection_that_drops_in_the_middle_of_the_message():
    with script(drop="half") as peer:
        answer = send(order(peer.port, html="<p>" + "word " * 700_000))
        refused(answer, f"127.0.0.1:{peer.port} ended the connection while sending the message.", "backOff")
        assert peer.bodies == []


@pytest.mark.parametrize("how", ["drop", "hang"])
def test_a_lost_reply_is_unknown_and_nothing_is_sent_twice(how):
    with script(**{how: "dot"}) as peer:
        answer = send(order(peer.port, seconds=2))
        assert answer["outcome"] == "unknown", answer
        assert answer["sentence"] == (
            "127.0.0.1 got the whole message but its answer was lost: it may or may not have arrived."
        )
        assert answer["remedy"] == "Ask the recipient; it is not sent again by itself."
        assert answer["advice"] == "never"
        time.sleep(1)
        assert len(peer.bodies) == 1 and peer.connections == 1
        assert b"Message-ID: <m-1@example.org>" in peer.bodies[0]


def test_a_server_that_never_says_goodbye_holds_nothing_up():
    with script(hang="QUIT") as peer:
        begun = time.monotonic()
        assert send(order(peer.port))["outcome"] == "accepted"
        assert time.monotonic() - begun < 5


def test_no_encryption_where_it_is_required():
    with mail_server() as box:
        answer = send(order(box.port, "startTLS", sign_in=True))
        refused(answer, f"127.0.0.1:{box.port} offers no encryption, and the settings ask for it.", "afterChange")
        answer = send(order(box.port, "startTLSIfOffered", sign_in=True))
        refused(answer, f"127.0.0.1:{box.port} offers no encryption, and the settings ask for it.", "afterChange")
        answer = send(order(box.port, "tls"))
        refused(answer, f"This box and 127.0.0.1:{box.port} found no way to encrypt the connection.", "afterChange")
        answer = send(order(box.port, "none", sign_in=True))
        refused(answer, "The setting security has to be TLS or STARTTLS, so that nobody reads the password.",
                "afterChange")  # fmt: skip
    assert box.sign_ins == [] and box.mails == []


def test_the_list_and_the_network_of_machines():
    with script() as peer:
        made = order(peer.port)
        refused(send({**made, "servers": [["127.0.0.1", "26"]]}),
                f"127.0.0.1:{peer.port} is not on the list of servers that messages may go to.", "afterChange")
        refused(send({**made, "privateNetworks": []}),
                "127.0.0.1 leads to 127.0.0.1, a private address that is not on the list.", "afterChange")
        named = order(peer.port, host="localhost", machineNetworks=["127.0.0.0/24", "::1"])
        answer = send(named)
        assert answer["sentence"].startswith("localhost leads to ") and answer["sentence"].endswith(
            ", which is in the network of the machines."), answer
        assert peer.connections == 0


def test_a_proxy_of_the_environment_is_not_used():
    with script() as proxy, mail_server() as box:
        names = ("http_proxy", "https_proxy", "all_proxy", "ALL_PROXY", "HTTPS_PROXY")
        paths = {name: f"http://127.0.0.1:{proxy.port}" for name in names}
        assert send(order(box.port), environment=paths)["outcome"] == "accepted"
        assert proxy.connections == 0


def test_calling_off_ends_the_wait():
    with script(hang="connect") as peer:
        begun = time.monotonic()
        answer = send(order(peer.port, seconds=20, cancelAfterMilliseconds=500))
        refused(answer, "The sending was called off.", "backOff")
        assert time.monotonic() - begun < 4


@pytest.mark.parametrize("change, field", [
    ({"subject": "a\r\nBcc: x@y.org"}, "message cannot be sent: subject"),
    ({"mail": {"to": ["a@b.org\r\nRCPT TO:<x@y.org>"]}}, "setting to[0]"),
    ({"mail": {"from": "a b"}}, "setting from"),
    ({"mail": {"host": "127.0.0.1/x@evil"}}, "setting host"),
    ({"id": "a b"}, "message cannot be sent: id"),
])  # fmt: skip
def test_a_field_that_cannot_be_sent_is_named(change, field):
    with script() as peer:
        answer = send(order(peer.port, **change))
        assert answer["outcome"] == "refused" and f"The {field}" in answer["sentence"], answer
        assert peer.connections == 0
