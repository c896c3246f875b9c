// Marks of what is being read, for the case that the program ends in it.

import Plant
import Synchronization
import Testing

@testable import Capture

struct WatchedChannelTests {
    @Test func `R-48: a connection is marked only while bytes that came are being read`()
        async throws
    {
        struct Silent: ByteChannel {
            func send(_ bytes: [UInt8]) async throws(ConnectorError) {}
            func receive(within limit: Elapsed) async throws(ConnectorError) -> [UInt8] { [1] }
            func close() async {}
        }
        let heard = HeardMarks()
        let dialer = Dialer { (_, _) async throws(ConnectorError) in Silent() }
            .watched { heard.add($0) }
        let endpoint = try #require(Endpoint("192.0.2.1:502", defaultPort: 502))
        let channel = try await dialer.connect(endpoint, .seconds(1))
        try await channel.send([1])
        _ = try await channel.receive(within: .seconds(1))
        _ = try await channel.receive(within: .seconds(1))
        await channel.close()
        #expect(heard.all == [false, false, true, false, true, false])
    }
}

private final class HeardMarks: Sendable {
    private let marks = Mutex<[Bool]>([])
    var all: [Bool] { marks.withLock { $0 } }
    func add(_ mark: Bool) { marks.withLock { $0.append(mark) } }
}
