// Posts: templates that cannot be broken out of, and the bodies of each service.

import Testing

@testable import Outbound

@Suite struct PostTests {
    private static let nasty = "\"}, {\"admin\": true, \"x\": \"\\ \n\u{1}\u{2028}&a=b +%ü"

    @Test(arguments: [
        #"{"text": "{text}", "link": "{link}", "who": {machine}}"#, #"["{text}{text}"]"#, "{text}",
        #"{"a":"\\{text}","b":{"c":[{id}]}}"#,
    ])
    func `words never leave their quotes in JSON`(_ source: String) throws {
        let template = try PostTemplate(source, kind: .json)
        let body = template.body(for: message(text: Self.nasty, machine: "a\"b\\"))
        #expect(JSONText.isValid(body))
        #expect(!body.contains("\"admin\""))
        #expect(body.contains(#"\"admin\""#) || !template.has(.text))
    }

    @Test func `a place outside quotes becomes a whole text`() throws {
        let template = try PostTemplate(#"{"t":{text},"m":"on {machine}!"}"#, kind: .json)
        #expect(template.body(for: message(text: "a\"b")) == #"{"t":"a\"b","m":"on Press brake!"}"#)
    }

    @Test func `words are percent-encoded in a form and plain in a text`() throws {
        let form = try PostTemplate("to={number}&text={text}", kind: .form)
        #expect(
            form.body(for: message(text: "a&b=c ü"), number: "+4471")
                == "to=%2B4471&text=a%26b%3Dc%20%C3%BC")
        let plain = try PostTemplate("{subject}\n{text} {link} {urgency} {id}", kind: .plain)
        #expect(
            plain.body(for: message(text: "a{b}", links: [seeIt]))
                == "Press brake: stopped 10 min\na{b} \(seeIt.address) normal m-1")
    }

    @Test(arguments: [
        #"{"a": "{nothing}"}"#, #"{"a": "{text}""#, #"{"a": "\{text}"}"#, "", #"{"a": 01}"#,
        #"{"a":"b" "c"}"#,
        #"{text} {text}"#, #"["\u12"]"#, #"{a: {text}}"#, #"[1,]"#,
        String(repeating: "[", count: 40) + String(repeating: "]", count: 40),
    ])
    func `a template that cannot make JSON is refused when it is made`(_ source: String) {
        #expect(
            flaw { () throws(OutboundFlaw) in _ = try PostTemplate(source, kind: .json) }?.field
                == "template")
    }

    @Test(arguments: [
        "null", " [1, -0.5e+3, true, false, \"\\u00e4\\n\"] ", "{\"a\":{}}", "[]", "0", "\"ü\"",
    ])
    func `what is JSON is taken for JSON`(_ text: String) {
        #expect(JSONText.isValid(text))
    }

    @Test func `a wrong place names those that exist`() {
        let found = flaw { () throws(OutboundFlaw) in _ = try PostTemplate("{tekst}", kind: .plain)
        }
        #expect(
            found?.reason.contains("{tekst}; known are {text}, {subject}, {machine}, {link}")
                == true)
    }

    @Test func `ntfy gets title, priority and at most three buttons`() throws {
        let target = IncomingAddress(SecretText("https://ntfy.example.org"))
        let links = Array(repeating: seeIt, count: 5)
        let request = try PostRequest.ntfy(
            message(subject: "A \"b\"", links: links, urgency: .high),
            NtfySettings(server: target, topic: "shop_1", token: SecretText("tk_123")))
        let body = String(decoding: request.body, as: UTF8.self)
        #expect(JSONText.isValid(body))
        #expect(
            body.hasPrefix(
                #"{"topic":"shop_1","title":"A \"b\"","message":"Since 11:01. No reason yet.","priority":5,"click":"#
            ))
        #expect(body.split(separator: "\"view\"").count == 4)
        #expect(request.header.contains("Authorization: Bearer tk_123"))
        #expect(request.header.contains("Idempotency-Key: m-1"))
        #expect("\(request)".contains("tk_123") == false)
        let topic = NtfySettings(server: target, topic: "../admin")
        #expect(
            flaw { () throws(OutboundFlaw) in _ = try PostRequest.ntfy(message(), topic) }?.field
                == "topic")
        let long = message(text: String(repeating: "a", count: 4_097))
        let open = NtfySettings(server: target, topic: "a")
        #expect(
            flaw { () throws(OutboundFlaw) in _ = try PostRequest.ntfy(long, open) }?.field
                == "text")
    }

    @Test func `Slack and Teams bodies are JSON and keep markup out of words`() throws {
        let target = IncomingAddress(SecretText("https://hooks.example.org/services/T1/B2/secret"))
        let odd = message(subject: "<!channel> & \"b\"", text: "*a* [b](c)", links: [seeIt])
        let slack = String(decoding: try PostRequest.slack(odd, target).body, as: UTF8.self)
        #expect(
            slack
                == #"{"text":"*&lt;!channel&gt; &amp; \"b\"*\n*a* [b](c)\n<https://box.example.org/m/press-brake?a=1&amp;b=2|See it>"}"#
        )
        let teams = String(decoding: try PostRequest.teams(odd, target).body, as: UTF8.self)
        #expect(JSONText.isValid(teams))
        #expect(teams.contains(#"{"type":"TextRun","text":"*a* [b](c)"}"#))
        let long = message(text: String(repeating: "a", count: 30_000))
        #expect(
            flaw { () throws(OutboundFlaw) in _ = try PostRequest.teams(long, target) }?.field
                == "text")
    }

    @Test(arguments: [
        ("X-A\r\nHost", "a", "name"), ("", "a", "name"), ("Host", "a", "name"),
        ("content-LENGTH", "1", "name"),
        ("X A", "a", "name"), ("X-A", "a\r\nX-B: c", "value"), ("X-A", "", "value"),
        ("X-A", "a\u{0}", "value"),
        ("Idempotency-Key", "a", "name"),
    ])
    func `a header field cannot bring another line or touch the connection`(
        _ name: String, _ value: String, _ part: String
    ) throws {
        let settings = PostSettings(
            target: IncomingAddress(SecretText("https://a.org")),
            template: try PostTemplate("{text}", kind: .plain),
            fields: [HeaderField(name, SecretText(value))])
        #expect(
            flaw { () throws(OutboundFlaw) in _ = try PostRequest.template(message(), settings) }?
                .field == "fields[0].\(part)")
    }

    @Test func `an SMS has 160 characters, the address whole`() {
        let long = message(text: String(repeating: "word ", count: 100), links: [seeIt])
        let text = SMSText.of(long)
        #expect(text.unicodeScalars.count <= 160)
        #expect(text.hasPrefix("Press brake: stopped 10 min. word"))
        #expect(text.hasSuffix("word... \(seeIt.address)"))
        #expect(
            SMSText.of(message(subject: "Press brake:\n over", text: "Back\r\nat 12."))
                == "Press brake: over. Back at 12.")
        let far = MessageLink(
            title: "a", address: "https://a.org/" + String(repeating: "b", count: 200))
        #expect(
            SMSText.of(message(links: [far]))
                == "Press brake: stopped 10 min. Since 11:01. No reason yet.")
    }

    @Test func `a secret prints as dots, alone and inside settings`() {
        let credentials = Credentials(user: "u", password: SecretText("hunter22"))
        var settings = mailSettings()
        settings.credentials = credentials
        let channel = Channel.email(settings)
        var dumped = ""
        dump(channel, to: &dumped)
        for text in ["\(credentials)", "\(channel)", String(reflecting: channel), dumped] {
            #expect(!text.contains("hunter22"))
        }
    }
}
