// The agent wakes, counts without holes, says when a client fell behind, rests and begins anew.

import Plant
import Synchronization
import Testing
import Wire

@testable import Share

@Suite struct AgentDeskTests {
    /// A clock that the test moves.
    private final class Hand: Sendable {
        private let elapsed = Mutex(Elapsed.zero)
        var now: Elapsed { elapsed.withLock { $0 } }
        func pass(_ length: Elapsed) { elapsed.withLock { $0 += length } }
    }

    private let hand = Hand()

    private func desk(_ capacity: Int = 1_000) -> AgentDesk {
        AgentDesk(
            wall: { [hand] in Site.start + hand.now }, now: { [hand] in hand.now },
            capacity: capacity)
    }

    private func streams(_ answer: AgentAnswer) throws -> MTConnectStreams {
        guard case .document(let bytes, nil) = answer else {
            throw FrameError(doing: "reading an answer", problem: .invalid("no document"))
        }
        return try MTConnectStreams.decode(bytes)
    }

    private func fault(_ answer: AgentAnswer) throws -> (AgentFault?, String?) {
        guard case .document(let bytes, let fault) = answer else { return (nil, nil) }
        return (fault, try MTConnectFaults.decode(bytes).faults.first?.code.name)
    }

    @Test func `before anything is seen all is unavailable, and then it is told`() throws {
        let desk = desk()
        #expect(!desk.isAwake)
        #expect(try fault(desk.answer("/current")).1 == "INTERNAL_ERROR")
        desk.take(
            GivenPicture(time: Site.start, standings: [:], values: [:]), of: Site.site)
        let before = try streams(desk.answer("/lathe-3/current"))
        #expect(
            before.observations.allSatisfy { $0.value == .unavailable }
                && before.observations.count == 15)
        desk.take(Site.picture(), of: Site.site)
        let after = try streams(desk.answer("/lathe-3/current"))
        let power = after.observations.first { $0.dataItemID == "m-lathe-3.s.power" }
        #expect(power?.value.double == 10_500)
    }

    @Test func `numbers have no holes and a client that fell behind is told so`() throws {
        let desk = desk(100)
        desk.take(Site.picture(), of: Site.site)
        for second in 1...150 {
            desk.take(
                Site.picture(power: Double(second), second: Int64(second)), of: Site.site)
        }
        let header = try streams(desk.answer("/current")).header
        let first = try #require(header.firstSequence)
        let next = try #require(header.nextSequence)
        #expect(next - first == 100)
        let all = try streams(desk.answer("/sample?from=\(first)&count=100"))
        let numbers = all.observations.map(\.sequence).sorted()
        #expect(numbers == Array(first..<next))
        #expect(try fault(desk.answer("/sample?from=1")) == (.notThere, "OUT_OF_RANGE"))
        #expect(try fault(desk.answer("/current?at=\(next)")) == (.notThere, "OUT_OF_RANGE"))
    }

    @Test(arguments: [
        ("/nothing/current", AgentFault.notThere, "NO_DEVICE"),
        ("/current?color=red", .badRequest, "INVALID_REQUEST"),
        ("/current?path=//Nothing", .badRequest, "INVALID_XPATH"),
        ("/sample?count=0", .notThere, "OUT_OF_RANGE"),
        ("/sample?count=5000000", .tooMany, "TOO_MANY"),
        ("/a/b/c/d", .notThere, "INVALID_URI"), ("/probe?format=x", .notOffered, "UNSUPPORTED"),
        ("/asset/drill-9", .notThere, "ASSET_NOT_FOUND"),
    ]) func `what cannot be answered is said as the standard says it`(
        _ target: String, _ kind: AgentFault, _ code: String
    ) throws {
        let desk = desk()
        desk.take(Site.picture(), of: Site.site)
        #expect(try fault(desk.answer(target)) == (kind, code))
    }

    @Test func `a stream gives each observation once and then signs of life`() throws {
        let desk = desk()
        desk.take(Site.picture(), of: Site.site)
        let next = try #require(try streams(desk.answer("/current")).header.nextSequence)
        guard
            case .flow(var flow) = desk.answer(
                "/sample?from=\(next)&interval=100&heartbeat=1000&path=//DataItem[@name='power']")
        else {
            Issue.record("no stream")
            return
        }
        desk.join()
        var seen: [UInt64] = []
        var beats = 0
        for second in 1...20 {
            desk.take(
                Site.picture(power: Double(second), second: Int64(second)), of: Site.site)
            // Two looks at one moment give one document.
            for _ in 0..<2 {
                if case .send(let bytes) = desk.next(&flow) {
                    let told = try MTConnectStreams.decode(bytes).observations
                    if told.isEmpty { beats += 1 }
                    seen += told.map(\.sequence)
                }
            }
            hand.pass(.seconds(1))
        }
        #expect(seen.count == 20 && Set(seen).count == 20 && seen == seen.sorted())
        #expect(beats == 0)
        for _ in 0..<3 {
            if case .send = desk.next(&flow) { beats += 1 }
            hand.pass(.seconds(1))
        }
        #expect(beats == 3)
        desk.leave()
        #expect(desk.streamCount == 0)
    }

    @Test func `it rests when nobody asks, and wakes as a new instance`() throws {
        let desk = desk()
        desk.take(Site.picture(), of: Site.site)
        let first = try streams(desk.answer("/current")).header.instanceID
        hand.pass(ShareLimits.agentRest - .seconds(1))
        #expect(desk.rest())
        hand.pass(.seconds(1))
        #expect(!desk.rest() && !desk.isAwake)
        desk.take(Site.picture(), of: Site.site)
        let second = try streams(desk.answer("/current")).header.instanceID
        #expect(second > first)
        // Another machine: other devices, another instance.
        let other = GivenSite(identity: "box-1", name: "", machines: [])
        desk.take(Site.picture(), of: other)
        let third = try streams(desk.answer("/current")).header.instanceID
        #expect(third > second)
    }

    @Test func `a stream of an instance that is gone ends`() throws {
        let desk = desk()
        desk.take(Site.picture(), of: Site.site)
        guard case .flow(var flow) = desk.answer("/current?interval=1000") else {
            Issue.record("no stream")
            return
        }
        desk.take(Site.picture(), of: GivenSite(identity: "box-1", name: "", machines: []))
        guard case .end = desk.next(&flow) else {
            Issue.record("the stream goes on")
            return
        }
        #expect(flow.isFinished)
    }

    @Test func `a count that begins anew says so`() throws {
        let desk = desk()
        desk.take(Site.picture(Site.standing(made: 40)), of: Site.site)
        desk.take(Site.picture(Site.standing(made: 1, scrap: 0, more: 1)), of: Site.site)
        let told = try streams(desk.answer("/current")).observations
        let parts = told.first { $0.dataItemID == "m-lathe-3.parts-all" }
        #expect(parts?.resetTriggered == "DAY" && parts?.value.double == 1)
    }
}
