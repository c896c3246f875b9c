// The live stream: framing, resuming, slow pages, ending; and saying why without scripts.

import Foundation
import Hummingbird
import HummingbirdTesting
import Loop
import Plant
import Synchronization
import Testing

@testable import Web

@Suite("Live pages")
struct LiveTests {
    private static let lathe: Slug = Slug("lathe-1")

    private func hub(_ limits: WebLimits = WebLimits()) -> LiveHub {
        LiveHub(box: FixtureBox(), limits: limits, random: { 1 }, pause: { _ in })
    }

    @Test(
        "events are framed with an id, a name and small JSON",
        arguments: [
            (
                LiveEvent.changed(.machine(Slug("lathe-1"))),
                "id: 1-4\nevent: machine\ndata: {\"machine\":\"lathe-1\"}\n\n"
            ),
            (.changed(.world(.real)), "id: 1-4\nevent: world\ndata: {\"world\":\"real\"}\n\n"),
            (.everything, "id: 1-4\nevent: everything\ndata: {}\n\n"),
            (.beat, ": still here\n\n"),
            (
                .changed(.tick(Timestamp(seconds: 1_794_569_108))),
                "id: 1-4\nevent: tick\ndata: {\"time\":\"2026-11-13T11:25:08Z\","
                    + "\"time_ms\":1794569108000}\n\n"
            ),
        ])
    func framing(event: LiveEvent, text: String) { #expect(event.frame(id: "1-4") == text) }

    @Test("a page that lost its stream hears what it missed")
    func resuming() async throws {
        let hub = hub()
        for _ in 0..<3 { hub.tell(.changed(.machine(Self.lathe))) }
        var stream = try #require(hub.listen(lastID: "1-1")).makeAsyncIterator()
        #expect(await stream.next()?.number == 2)
        #expect(await stream.next()?.number == 3)
        hub.tell(.everything)
        #expect(await stream.next()?.number == 4)
    }

    @Test(
        "a page from before a restart, or from too long ago, reads everything again",
        arguments: ["zz-1", "1-1", "nonsense", "1-999"])
    func tooOld(id: String) async throws {
        var limits = WebLimits()
        limits.liveBacklog = 2
        let hub = hub(limits)
        for _ in 0..<5 { hub.tell(.changed(.machine(Self.lathe))) }
        var stream = try #require(hub.listen(lastID: id)).makeAsyncIterator()
        #expect(await stream.next()?.event == .everything)
    }

    @Test("a page that is too slow is told to read everything again, and memory stays bounded")
    func slowPage() async throws {
        var limits = WebLimits()
        limits.liveQueue = 2
        limits.liveBacklog = 2
        let hub = hub(limits)
        let stream = try #require(hub.listen(lastID: nil))
        for _ in 0..<50 { hub.tell(.changed(.machine(Self.lathe))) }
        hub.beat()
        #expect(hub.droppedCount > 0)
        var heard: [LiveEvent] = []
        for await numbered in stream {
            heard.append(numbered.event)
            if numbered.event == .beat { break }
        }
        #expect(heard.count <= 4)
        #expect(heard.contains(.everything))
    }

    @Test("no more streams are opened than the limit, and left ones are forgotten")
    func streamLimit() async throws {
        var limits = WebLimits()
        limits.liveStreams = 1
        let hub = hub(limits)
        do {
            let first = try #require(hub.listen(lastID: nil))
            #expect(hub.listen(lastID: nil) == nil)
            withExtendedLifetime(first) {}
        }
        #expect(hub.listenerCount == 0)
        #expect(hub.listen(lastID: nil) != nil)
    }

    @Test("stopping ends open streams at once (trap 2)")
    func stopping() async throws {
        let reading = try await WebHarness().application().test(.router) { client in
            let reading = Task {
                try await client.execute(uri: "/api/v1/events?topics=machines", method: .get).text
            }
            // The stream is open once the box counts it; then the program stops.
            var isOpen = false
            while !isOpen {
                isOpen = try await client.execute(uri: "/metrics", method: .get).text
                    .contains("millwright_live_streams 1")
            }
            return reading
        }
        #expect(try await reading.value.hasPrefix("retry: 3000\n"))
    }

    @Test(
        "topics choose what a page hears",
        arguments: [
            (LiveEvent.changed(.machine(Slug("saw"))), "machines"),
            (.changed(.tick(.distantPast)), "tick"),
        ])
    func topics(event: LiveEvent, topic: String) { #expect(event.topic == topic) }

    @Test("saying why works as a plain form: one tap stores the reason")
    func sayWhy() async throws {
        let harness = WebHarness()
        let page = try await harness.page("/m/press-brake/stop")
        #expect(
            page.contains("value=\"tooling\"") && page.contains("value=\"tooling/Worn insert\""))
        let at = try #require(HTMLReading.values("value", in: page).first { $0.hasPrefix("17") })
        let answer = try await harness.form(
            "/m/press-brake/stop", "reason=tooling%2FWorn+insert&detail=&at=\(at)")
        #expect(answer.status == .seeOther)
        #expect(answer.headers[.location] == "/m/press-brake")
        let said = harness.box.world.said.withLock { $0 }
        guard case .stopReason(let machine, let time, let reason, let detail)? = said.first?.event
        else {
            Issue.record("no reason was stored")
            return
        }
        #expect(machine.text == "press-brake" && reason.text == "tooling")
        #expect(detail == "Worn insert")
        #expect(time == FixtureDay.start + .minutes(301))
    }

    @Test("a reason that is not offered is refused in words")
    func wrongReason() async throws {
        let answer = try await WebHarness().form(
            "/m/press-brake/stop", "reason=witches&at=1794567660000")
        #expect(answer.status.code == 422)
        #expect(answer.text.contains("This reason is not known."))
    }

    @Test("\"I am on it\" is stored and leads back")
    func onIt() async throws {
        let harness = WebHarness()
        let answer = try await harness.form("/m/moulder-3/seen", "back=%2Fnow")
        #expect(answer.headers[.location] == "/now")
        #expect(harness.box.world.said.withLock { $0.first?.event.kind } == "problem.seen")
    }

    @Test("a machine that does not stand has no page that asks why")
    func noStop() async throws {
        #expect(try await WebHarness().ask("/m/lathe-1/stop").status == .notFound)
        #expect(try await WebHarness().ask("/m/nobody/stop").status == .notFound)
    }
}
