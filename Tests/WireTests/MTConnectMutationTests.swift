// MTConnect and SHDR are fed with changed seeds, hundreds of thousands, and must never trap.

import Testing
import Wire

@Suite("Mutated MTConnect")
struct MTConnectMutationTests {
    /// Runs a body with each seed and with changed ones, the same in every run.
    private static func forEach(
        of seeds: [[UInt8]], _ count: Int, _ body: ([UInt8]) throws -> Void
    ) rethrows {
        var generator = SeededGenerator(seed: 0x4D54_436F)
        for seed in seeds {
            try body(seed)
            for _ in 0..<count {
                var bytes = seed
                for _ in 0...Int(generator.next() % 3) { change(&bytes, &generator) }
                try body(bytes)
            }
        }
    }

    private static let marks = Array("<>&;\"'=/|{}:@*-\n\0 []".utf8)

    private static func change(_ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
        let dice = generator.next()
        let place = Int((dice >> 16) % UInt64(bytes.count + 1))
        let byte = UInt8(truncatingIfNeeded: dice >> 8)
        switch dice % 8 {
        case 0 where place < bytes.count: bytes[place] = byte
        case 1 where place < bytes.count: bytes[place] ^= 1 << (byte & 7)
        case 2 where place < bytes.count: bytes[place] = marks[Int(byte) % marks.count]
        case 3: bytes.insert(marks[Int(byte) % marks.count], at: place)
        case 4: bytes.removeLast(bytes.count - place)
        case 5: bytes += bytes[place...].prefix(Int(byte))
        case 6: bytes.replaceSubrange(place..<min(place + Int(byte), bytes.count), with: [])
        default:
            if place < bytes.count { bytes.remove(at: place) }
        }
    }

    /// The documents among the seeds of the fuzz entry.
    private static let seeds = ReferenceFiles.fuzzSeeds("mtconnect").filter {
        $0.first == UInt8(ascii: "0")
    }.map { Array($0.dropFirst()) }

    @Test("documents do not trap, and a fault is in the document")
    func documents() throws {
        try #require(!Self.seeds.isEmpty)
        var good = 0
        Self.forEach(of: Self.seeds, 8_000) { bytes in
            do throws(FrameError) {
                _ = try MTConnectDocument.decode(bytes)
                good += 1
            } catch {
                precondition((0...bytes.count).contains(error.offset))
            }
        }
        #expect(good > 0)
    }

    @Test("streamed answers do not trap")
    func multipart() throws {
        var parts = 0
        for type in ["multipart/mixed;boundary=b", "multipart/x-mixed-replace;boundary=--b"] {
            let seed = Self.seeds.prefix(2).flatMap {
                MTConnectAgentStream.frame($0, boundary: "b")
            }
            let short = MTConnectAgentStream.frame(Array("<a/>".utf8), boundary: "b")
            let seeds = [short + short + MTConnectAgentStream.end(boundary: "b"), seed]
            var reader = try MTConnectMultipart(contentType: type, maximumBytes: 4_096)
            let fresh = reader
            Self.forEach(of: seeds, 10_000) { bytes in
                reader = fresh
                reader.append(Array(bytes.prefix(bytes.count / 2)))
                while (try? reader.next()) != nil { parts += 1 }
                reader.append(Array(bytes.dropFirst(bytes.count / 2)))
                while (try? reader.next()) != nil { parts += 1 }
            }
        }
        #expect(parts > 0)
    }

    @Test("a client does not trap and never delivers twice")
    func client() throws {
        var delivered = 0
        var other = try AgentModel.agent(instanceID: 7)
        try other.add(.number(1), to: "xpos", at: 1)
        let agent = other
        Self.forEach(of: Self.seeds, 2_000) { bytes in
            var client = MTConnectClient(
                MTConnectClientSettings(), cursor: MTConnectCursor(instanceID: 7, next: 14))
            var queue = client.step(.start, now: 0)
            var seen: Set<UInt64> = []
            for now in 1..<8 where !queue.isEmpty {
                let action = queue.removeFirst()
                if case .deliver(let delivery) = action, delivery.cursor.instanceID == 7 {
                    for one in delivery.observations {
                        precondition(seen.insert(one.sequence).inserted || client.cursor == nil)
                    }
                    delivered += 1
                }
                guard case .request(let request) = action else { continue }
                var body = bytes
                // Every second client gets the current state that it asks for.
                let isHelped = now == 1 || request.path == "/current" && bytes.count % 2 == 0
                if isHelped, case .document(let good) = agent.answer(request.target, time: 0) {
                    body = good
                }
                queue += client.step(.received(request.id, body), now: Int64(now))
                queue += client.step(.closed(request.id), now: Int64(now))
                queue += client.step(.tick, now: Int64(now) * 2_000_000_000)
            }
        }
        #expect(delivered > 0)
    }

    @Test("requests to an agent do not trap")
    func requests() throws {
        let agent = try AgentModel.agent()
        let targets = [
            "/sample?from=3&count=2&interval=10&heartbeat=100&path=//DataItem[@type=%22LOAD%22]",
            "/Lathe/current?at=3&path=//Axes//DataItem[@category='SAMPLE'%20and%20@id='x']|//Path",
            "/assets/a;b?type=File&count=3&removed=true", "/probe",
        ].map { Array($0.utf8) }
        var streams = 0
        var documents = 0
        Self.forEach(of: targets, 6_000) { bytes in
            switch agent.answer(String(decoding: bytes, as: UTF8.self), time: 1) {
            case .stream: streams += 1
            case .document(let document):
                if documents % 16 == 0 {
                    precondition((try? MTConnectDocument.decode(document)) != nil)
                }
                documents += 1
            }
        }
        #expect(streams > 0 && documents > 0)
    }

    @Test("lines of adapters do not trap")
    func lines() throws {
        let seeds = [
            "2026-01-01T00:00:00Z@2.5|0|1.5|d:1|a b|2|fault|1|2|LOW|x\n|3|4|100|1 2 3 4\n",
            "|4|:RESET a=1 b={x y} c='d\\'e'\n|5|G54={X=1 Y=\"2\"} G55\n|6|m|\"a\\|b\"|7|T|1\n",
            "* PONG 1000\n* device: d\n|@ASSET@|1|T|--multiline--A\n<T/>\n--multiline--A\n"
                + "12|8|1 2 3\n",
        ].map { Array($0.utf8) }
        let kinds: [SHDRItem.Kind] = [
            .sample, .event, .condition, .timeSeries, .dataSet, .table, .message, .assetEvent,
            .numbers, .alarm,
        ]
        var client = SHDRClient { _, key in
            Int(key).flatMap { kinds.indices.contains($0) ? SHDRItem(kinds[$0]) : nil }
        }
        var entries = 0
        var now: Int64 = 0
        Self.forEach(of: seeds, 25_000) { bytes in
            now += 1_000_000_000
            _ = client.step(.connected, now: now)
            for case .line(let line) in client.step(.received(bytes), now: now + 1) {
                entries += line.entries.count
            }
        }
        #expect(entries > 0)
    }
}
