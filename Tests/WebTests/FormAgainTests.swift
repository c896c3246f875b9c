// A refused form comes back filled in, and nothing that was typed becomes markup.

import Testing

@testable import Web

@Suite struct FormAgainTests {
    private let page = """
        <form action="/place/areas" method="post"><input name="name" type="text"></form>
        <details><summary>More</summary>
        <form method="post" action="/place/areas"><input type="hidden" name="token" value="t">\
        <input type="hidden" name="id" value="a&amp;b"><input name="name" type="text" value="Old">\
        <input type="checkbox" name="day" value="mon" checked><input type="checkbox" name="day" \
        value="tue"><select name="loss"><option value="x" selected>X</option><option value="y">Y\
        </option></select><textarea name="steps" rows="3">old</textarea>\
        <input name="pin" type="password"></form></details>
        """

    private func again(_ form: String) -> FormAgain {
        FormAgain(action: "/place/areas", form: FormFields(form), trouble: "No <name>.")
    }

    @Test("the form with the same hidden fields takes up what was typed; its fold is open")
    func filled() {
        let done = again(
            "token=new&id=a%26b&name=%22%3E%3Cb%3E&day=tue&loss=y&steps=%3C%2Ftextarea%3E&pin=1234"
        ).fill(page)
        #expect(done.contains("<details open><summary>"))
        #expect(done.contains("<b>No &lt;name&gt;.</b>"))
        #expect(done.contains("name=\"name\" type=\"text\" value=\"&quot;&gt;&lt;b&gt;\">"))
        #expect(
            done.contains(
                "value=\"mon\"><input type=\"checkbox\" name=\"day\" value=\"tue\" checked>"))
        #expect(done.contains("<option value=\"x\">X</option><option value=\"y\" selected>Y"))
        #expect(done.contains("rows=\"3\">&lt;/textarea&gt;</textarea>"))
        #expect(!done.contains("1234"), "a pass phrase is typed again")
        #expect(done.hasPrefix(page.prefix(while: { $0 != "\n" })), "the other form is as it was")
    }

    @Test("a form without hidden fields is filled where the one with them was not meant")
    func first() {
        let done = again("token=t&name=New").fill(page)
        #expect(done.contains("<input name=\"name\" type=\"text\" value=\"New\"></form>"))
        #expect(done.contains("value=\"Old\""))
    }

    @Test("a page without the form stays as it is")
    func strange() {
        #expect(FormAgain(action: "/x", form: FormFields("a=1"), trouble: "").fill(page) == page)
        #expect(
            again("id=a%26b").fill("<form action=\"/place/areas\"")
                == "<form action=\"/place/areas\"")
    }
}
