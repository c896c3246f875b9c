#!/usr/bin/env python3
"""What a new owner does first, on a box that runs at an address: sign in, pair a tablet, say something.

    walk.py http://127.0.0.1:8420 NAME PASS-PHRASE-FILE

Needs nothing but Python; it fills in the forms of the pages as a browser does.
"""

import http.cookiejar
import re
import sys
import urllib.parse
import urllib.request

address, name, phrase_file = sys.argv[1:4]
phrase = open(phrase_file, encoding="utf-8").read().strip()


class Browser:
    """A browser with cookies of its own."""

    def __init__(self):
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        self.text = ""

    def open(self, path, **fields):
        """Opens a page, or sends the form of the page that is open."""
        if fields:
            fields["token"] = re.search(r'name="token" value="([^"]+)"', self.text)[1]
        body = urllib.parse.urlencode(fields).encode() if fields else None
        with self.opener.open(urllib.request.Request(address + path, body), timeout=60) as reply:
            self.text = reply.read().decode()
        return self.text


def heading(text):
    return re.sub(r"<[^>]+>", "", re.search(r"<h1>(.*?)</h1>", text, re.S)[1])


owner, tablet = Browser(), Browser()
owner.open("/sign-in")
owner.open("/sign-in", name=name, pass_phrase=phrase, back="/now")
assert "Sign out" in owner.text, heading(owner.text)
print("signed in:", heading(owner.text))
owner.open("/people")
owner.open("/devices", name="Tablet at Lathe 1", kind="tablet", machine="")
offer = re.search(r'<code class="big">([^<]+)</code>', owner.text)[1]
tablet.open("/pair?c=" + offer)
tablet.open("/pair", offer=offer)
digits = re.search(r'class="digits"[^>]*>(\d{4})<', tablet.text)[1]
owner.open("/people")
owner.open("/devices/confirm", offer=offer, digits=digits)
tablet.open("/pair/wait")
tablet.open("/now")
assert "Sign in" not in heading(tablet.text) and "/supervisor" in tablet.text, heading(tablet.text)
print("tablet paired:", heading(tablet.text))
