// Subscriptions of the OPC UA client: order, missed notifications, lost sessions, questions.

import Testing

@testable import Wire

@Suite("OPC UA client: watching and asking")
struct OPCUASubscriptionTests {
    private func open(
        items: Int = 1, _ change: (inout OPCUAPretendServer) -> Void = { _ in }
    ) throws -> OPCUAConversation {
        var talk = OPCUAConversation(items: OPCUAConversation.items(items))
        change(&talk.server)
        try talk.step(.start)
        #expect(talk.client.phase == .ready)
        return talk
    }

    @Test("two Publish requests wait, and what came is acknowledged")
    func acknowledges() throws {
        var talk = try open()
        #expect(talk.server.waiting.count == 2)
        try talk.notify(1, 10)
        #expect(talk.values == [.integer(10)])
        #expect(talk.server.waiting.count == 2)
        var last = try #require(talk.server.waiting.last)
        #expect(try last.body.count(of: 8) == 1)
        #expect(try last.body.uint32() == 1 && last.body.uint32() == 1)
    }

    @Test("a missed notification is fetched and stands before the later one")
    func republish() throws {
        let change = OPCUAPretendServer.change([(0, OPCUADataValue(.scalar(.int32(20))))])
        var talk = try open { $0.kept[2] = OPCUAPretendServer.notification(2, [change]) }
        try talk.notify(1, 10)
        try talk.notify(3, 30)
        #expect(talk.values == [.integer(20), .integer(30)])
        #expect(talk.gaps.isEmpty)
        try talk.notify(4, 40)
        #expect(talk.values == [.integer(40)])
    }

    @Test("a missed notification that the server has no more is a gap")
    func missing() throws {
        var talk = try open()
        try talk.notify(1, 10)
        talk.now += OPCUAConversation.second
        try talk.notify(4, 40)
        #expect(talk.values == [.integer(40)])
        #expect(talk.gaps.map(\.reason) == [.notificationsLost(count: 2)])
        #expect(talk.gaps.first?.from == 1_000 * OPCUAConversation.second)
        #expect(talk.gaps.first?.until == 1_001 * OPCUAConversation.second)
    }

    @Test("answers in another order are put in order")
    func reordered() throws {
        var talk = try open { $0.silence.insert(832) }
        try talk.notify(2, 20)
        #expect(talk.values.isEmpty)
        let change = OPCUAPretendServer.change([(0, OPCUADataValue(.scalar(.int32(10))))])
        let request = try #require(talk.server.seen.first { $0.type == 832 })
        talk.server.kept[1] = OPCUAPretendServer.notification(1, [change])
        try talk.receive(
            try talk.server.sealed(try talk.server.content(request), to: request.id))
        #expect(talk.values == [.integer(10), .integer(20)])
    }

    @Test("a notification that comes while it is asked for again is not lost")
    func crossed() throws {
        var talk = try open { $0.silence.insert(832) }
        try talk.notify(2, 20)
        try talk.notify(1, 10)
        #expect(talk.values.isEmpty)
        let request = try #require(talk.server.seen.first { $0.type == 832 })
        let refusal = OPCUAPretendServer.header(397, request, .badMessageNotAvailable)
        try talk.receive(try talk.server.sealed(refusal.bytes, to: request.id))
        #expect(talk.values == [.integer(10), .integer(20)])
        #expect(talk.gaps.isEmpty)
    }

    @Test("a sign of life tells of a notification that did not come")
    func keepAlive() throws {
        let change = OPCUAPretendServer.change([(0, OPCUADataValue(.scalar(.int32(10))))])
        var talk = try open { $0.kept[1] = OPCUAPretendServer.notification(1, [change]) }
        try talk.receive(try talk.server.publish(1, parts: []))
        #expect(talk.values.isEmpty && talk.gaps.isEmpty)
        try talk.receive(try talk.server.publish(2, parts: []))
        #expect(talk.values == [.integer(10)])
    }

    @Test("far too many missed notifications are given up at once")
    func farAhead() throws {
        var talk = try open()
        try talk.notify(100_000, 1)
        #expect(talk.gaps.map(\.reason) == [.notificationsLost(count: 99_999)])
        #expect(talk.values == [.integer(1)])
    }

    @Test("silence of a subscription closes the connection")
    func silence() throws {
        var talk = try open()
        try talk.pass(seconds: 21)
        #expect(talk.problems == ["a subscription gives no sign of life: BadTimeout"])
        #expect(talk.client.phase == .waiting)
    }

    @Test("a session that survives goes on without a gap")
    func resumed() throws {
        let change = OPCUAPretendServer.change([(0, OPCUADataValue(.scalar(.int32(20))))])
        var talk = try open { $0.kept[2] = OPCUAPretendServer.notification(2, [change]) }
        try talk.notify(1, 10)
        try talk.drop()
        #expect(talk.client.phase == .waiting)
        try talk.pass(seconds: 1)
        #expect(talk.values == [.integer(20)])
        #expect(talk.gaps.isEmpty)
        #expect(
            talk.actions.contains {
                if case .opened(let opening) = $0 { opening.isResumed } else { false }
            })
        #expect(talk.server.waiting.count == 2)
        try talk.notify(3, 30)
        #expect(talk.values == [.integer(30)])
    }

    @Test("a subscription of an ended session is moved to the new one")
    func transferred() throws {
        var talk = try open()
        try talk.notify(1, 10)
        try talk.drop()
        talk.server.refusals[467] = .badSessionIDInvalid
        talk.server.silence.insert(461)
        try talk.pass(seconds: 1)
        talk.server.refusals = [:]
        talk.server.silence = [826]
        let request = try #require(talk.server.seen.last { $0.type == 461 })
        try talk.receive(
            try talk.server.sealed(try talk.server.content(request), to: request.id))
        #expect(talk.client.phase == .ready)
        #expect(talk.server.seen.contains { $0.type == 841 })
        #expect(talk.server.subscriptionNumber == 1 && talk.gaps.isEmpty)
        try talk.notify(2, 20)
        #expect(talk.values == [.integer(20)])
    }

    @Test("a server that was started again gets new subscriptions, and the gap is told")
    func restarted() throws {
        var talk = try open()
        try talk.notify(1, 10)
        try talk.drop()
        talk.server.startTime = OPCUADateTime(ticks: 2_000)
        talk.server.refusals[467] = .badSessionIDInvalid
        talk.server.silence.insert(461)
        try talk.pass(seconds: 1)
        talk.server.refusals = [:]
        talk.server.silence = [826]
        let request = try #require(talk.server.seen.last { $0.type == 461 })
        try talk.receive(
            try talk.server.sealed(try talk.server.content(request), to: request.id))
        #expect(!talk.server.seen.contains { $0.type == 841 })
        #expect(talk.server.subscriptionNumber == 2)
        #expect(talk.gaps.map(\.reason) == [.subscriptionLost(.badNoSubscription)])
        #expect(talk.gaps.first?.items == 0..<1)
    }

    @Test("the server's end of a subscription makes a new one with a gap")
    func statusChange() throws {
        var talk = try open()
        let end = OPCUAPretendServer.statusChange(.badTimeout)
        try talk.receive(try talk.server.publish(1, parts: [end]))
        #expect(talk.gaps.map(\.reason) == [.subscriptionLost(.badTimeout)])
        #expect(talk.server.subscriptionNumber == 2)
        try talk.receive(try talk.server.failPublish(.badNoSubscription))
        #expect(talk.gaps.map(\.reason) == [.subscriptionLost(.badNoSubscription)])
    }

    @Test("a lost session is made anew on the same connection")
    func sessionLost() throws {
        var talk = try open()
        try talk.receive(try talk.server.failPublish(.badSessionClosed))
        #expect(talk.client.phase == .ready)
        #expect(talk.problems == ["the session has ended: BadSessionClosed"])
        #expect(talk.server.seen.count { $0.type == 461 } == 2)
    }

    @Test("values that did not fit the server's queue are a gap of their item")
    func overflow() throws {
        var talk = try open(items: 2)
        let lossy = OPCUADataValue(.scalar(.int32(1)), status: OPCUAStatus(0x480))
        let change = OPCUAPretendServer.change([(1, lossy), (77, lossy)])
        try talk.receive(try talk.server.publish(1, parts: [change]))
        #expect(talk.gaps.map(\.items) == [1..<2])
        #expect(talk.gaps.map(\.reason) == [.queueOverflow])
        #expect(talk.values.count == 1)
    }

    @Test("an item whose deadband is refused is watched without it")
    func deadband() throws {
        var talk = OPCUAConversation(items: [
            OPCUAItem(OPCUAExpandedNodeID(.objects), deadband: .percent(5))
        ])
        talk.server.itemStatuses = [.badDeadbandFilterInvalid]
        try talk.step(.start)
        #expect(talk.server.seen.count { $0.type == 751 } == 2)
        #expect(talk.problems.first?.contains("all changes come") == true)
    }

    @Test("an item that is not there is told, and the others are watched")
    func unknownItem() throws {
        var talk = OPCUAConversation(items: OPCUAConversation.items(2))
        talk.server.itemStatuses = [.badNodeIDUnknown]
        try talk.step(.start)
        #expect(talk.problems == ["the value is not watched: BadNodeIdUnknown"])
        talk.server.itemStatuses = [.badNodeIDUnknown]
        for minute in 1...3 {
            for sequence in 0..<4 {
                try talk.pass(seconds: 15)
                let next = UInt32(minute * 4 + sequence - 3)
                try talk.receive(try talk.server.publish(next, parts: []))
            }
            #expect(talk.server.seen.count { $0.type == 751 } == min(3, minute + 1))
            #expect(talk.problems.isEmpty)
        }
        talk = OPCUAConversation(items: [
            OPCUAItem(OPCUAExpandedNodeID(.objects, namespaceURI: "urn:nowhere"))
        ])
        try talk.step(.start)
        #expect(talk.problems == ["the server has no namespace for nsu=urn:nowhere;i=85"])
    }

    @Test("the server's limits are kept")
    func limits() throws {
        func number(_ value: UInt32) -> OPCUADataValue { OPCUADataValue(.scalar(.uint32(value))) }
        var talk = try open(items: 7) {
            $0.values[OPCUANodeID(standard: 11_705)] = number(4)
            $0.values[OPCUANodeID(standard: 11_714)] = number(3)
            $0.values[OPCUANodeID(standard: 11_712)] = number(2)
        }
        #expect(talk.server.seen.count { $0.type == 751 } == 3)
        let targets = (0..<9).map { OPCUAReadTarget(OPCUANodeID(2, .numeric($0))) }
        try talk.step(.ask(.read(targets), id: 1))
        guard case .read(let values)? = talk.answer else {
            Issue.record("no answer")
            return
        }
        #expect(values.count == 9)
        #expect(talk.server.seen.count { $0.type == 631 } == 1 + 3)
        let paths = (0..<5).map { OPCUABrowsePath(names: [OPCUAQualifiedName(2, "\($0)")]) }
        try talk.step(.ask(.findNodes(paths), id: 2))
        #expect(talk.server.seen.count { $0.type == 554 } == 3)
    }

    @Test("requests too large for the server are asked in smaller parts")
    func smallServer() throws {
        var talk = try open(items: 300) {
            $0.sizes = OPCUAConnectionSizes(
                receiveBytes: 8_192, sendBytes: 8_192, messageBytes: 4_000, chunks: 1)
        }
        #expect(talk.client.phase == .ready && talk.problems.isEmpty)
        #expect(talk.server.seen.count { $0.type == 751 } == 4)
        let targets = (0..<300).map { OPCUAReadTarget(OPCUANodeID(2, .numeric($0))) }
        try talk.step(.ask(.read(targets), id: 1))
        guard case .read(let values)? = talk.answer else {
            Issue.record("no answer")
            return
        }
        #expect(values.count == 300)
    }

    @Test("browsing goes on at continuation points and ends at its limit")
    func browse() throws {
        var talk = try open { $0.pages = [(3, true), (2, true), (1, false)] }
        try talk.step(.ask(.browse(.objects), id: 1))
        guard case .browsed(let references, isComplete: true)? = talk.answer else {
            Issue.record("no answer")
            return
        }
        #expect(references.count == 6 && references.first?.nodeClass == .variable)
        talk.server.pages = [(3, true), (0, true), (0, true)]
        try talk.step(.ask(.browse(.objects), id: 2))
        guard case .browsed(_, isComplete: false)? = talk.answer else {
            Issue.record("a server without end was followed")
            return
        }
        talk.server.pages = Array(repeating: (1_000, true), count: 40)
        try talk.step(.ask(.browse(.objects), id: 3))
        guard case .browsed(let many, isComplete: false)? = talk.answer else {
            Issue.record("no limit")
            return
        }
        #expect(many.count == OPCUALimits.browseReferences)
    }

    @Test("history comes page by page")
    func history() throws {
        var talk = try open { $0.pages = [(3, true), (2, false)] }
        try talk.step(.ask(.history(.objects, from: 0, until: 1_000), id: 1))
        guard case .history(let values, isComplete: true)? = talk.answer else {
            Issue.record("no answer")
            return
        }
        #expect(values.count == 5)
    }

    @Test("questions fail one by one, and all when the connection goes")
    func questions() throws {
        var talk = try open()
        talk.server.silence = [527, 631, 826]
        try talk.step(.ask(.browse(.objects), id: 1))
        try talk.step(.ask(.browse(.objects), id: 1))
        #expect(talk.answer == .failed(OPCUAProblem("the number is in use")))
        try talk.pass(seconds: 10)
        #expect(
            talk.answer == .failed(OPCUAProblem("no answer to Browse", status: .badTimeout)))
        #expect(talk.client.phase == .ready)
        try talk.step(.ask(.read([OPCUAReadTarget(.objects)]), id: 2))
        try talk.drop()
        #expect(talk.answer == .failed(OPCUAProblem("the connection was lost")))
        try talk.step(.ask(.browse(.objects), id: 3))
        #expect(talk.answer == .failed(OPCUAProblem("there is no session")))
    }

    @Test("a subscription whose items were cut off is given up and made anew")
    func cutItems() throws {
        var talk = OPCUAConversation(items: OPCUAConversation.items(2))
        talk.server.silence = [751, 826]
        try talk.step(.start)
        try talk.drop()
        talk.server.silence = [826]
        try talk.pass(seconds: 1)
        #expect(talk.client.phase == .ready)
        #expect(talk.server.seen.contains { $0.type == 847 })
        #expect(talk.server.subscriptionNumber == 2)
    }
}
