// What was typed waits for the pass phrase: one form a session, five minutes, no secrets.

import Plant
import Testing

@testable import Web

@Suite struct KeptFormTests {
    private let start = Timestamp(seconds: 1_780_000_000)

    private func kept(_ text: String, minutes: Int64 = 0) -> KeptForms.Kept {
        .init(
            page: "/mail", action: "/mail",
            form: FormFields(text).without(KeptForms.isSecret), at: start + .minutes(minutes))
    }

    @Test("a form is given back once, to its session and on its page")
    func once() {
        let forms = KeptForms()
        forms.keep(kept("host=mail.example&password=x&token=t"), of: "a")
        #expect(forms.take("/mail", of: "b", now: start) == nil)
        #expect(forms.take("/people", of: "a", now: start) == nil)
        let found = forms.take("/mail", of: "a", now: start + .minutes(5))
        #expect(found?.form.names == ["host"])
        #expect(forms.take("/mail", of: "a", now: start) == nil)
    }

    @Test("a later form takes the place of the one before, and five minutes are the end")
    func forgets() {
        let forms = KeptForms()
        forms.keep(kept("host=one"), of: "a")
        forms.keep(kept("host=two", minutes: 1), of: "a")
        #expect(forms.take("/mail", of: "a", now: start + .minutes(2))?.form["host"] == "two")
        forms.keep(kept("host=three"), of: "a")
        #expect(forms.take("/mail", of: "a", now: start + .seconds(301)) == nil)
    }

    @Test("no more than the limit are kept: the oldest gives way")
    func bounded() {
        let forms = KeptForms()
        for number in 0...KeptForms.most {
            forms.keep(
                .init(
                    page: "/mail", action: "/mail", form: FormFields("host=\(number)"),
                    at: start + .seconds(Int64(number))), of: "session \(number)")
        }
        #expect(forms.take("/mail", of: "session 0", now: start) == nil)
        #expect(forms.take("/mail", of: "session 1", now: start) != nil)
        #expect(forms.take("/mail", of: "session \(KeptForms.most)", now: start) != nil)
    }

    @Test(
        "a form's page",
        arguments: [
            ("/mail", "/mail"), ("/backup/key", "/backup"), ("/people/ann/role", "/people"),
            ("/devices/3/end", "/people"), ("/tokens", "/people"), ("/", "/now"),
        ])
    func page(path: String, page: String) {
        #expect(KeptForms.page(ofForm: path) == page)
    }
}
