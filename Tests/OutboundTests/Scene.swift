// Messages, settings and problems for the tests of messages that leave the box.

import Plant

@testable import Outbound

/// Friday 13 November 2026, 11:04:50 UTC.
let elevenOClock = Timestamp(seconds: 1_794_567_890)

func message(
    _ id: String = "m-1", subject: String = "Press brake: stopped 10 min",
    text: String = "Since 11:01. No reason yet.", html: String? = nil,
    links: [MessageLink] = [], machine: String? = "Press brake", urgency: Urgency = .normal,
    created: Timestamp = elevenOClock
) -> OutboundMessage {
    OutboundMessage(
        id: id, created: created, subject: subject, text: text, html: html, links: links,
        machine: machine, urgency: urgency)
}

let seeIt = MessageLink(title: "See it", address: "https://box.example.org/m/press-brake?a=1&b=2")

func mailSettings(
    from: String = "factory@example.org", name: String? = nil, to: [String] = ["dave@example.org"]
) -> EmailSettings {
    EmailSettings(
        host: "mail.example.org", port: 587, security: .startTLS, from: from, fromName: name,
        to: to)
}

func problem(_ cause: DeliveryProblem.Cause, words: String = "") -> DeliveryProblem {
    DeliveryProblem(cause, at: "mail.example.org:587", words: words)
}

/// The one error that a closure throws; nil when it throws none.
func flaw(_ body: () throws(OutboundFlaw) -> Void) -> OutboundFlaw? {
    do throws(OutboundFlaw) {
        try body()
        return nil
    } catch { return error }
}
