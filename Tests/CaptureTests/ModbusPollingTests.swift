// The schedule and plan of Modbus polling, and a device on a real socket.

import NIOCore
import NIOPosix
import Plant
import Synchronization
import Testing
import Wire

@testable import Capture

@Suite("Modbus polling")
struct ModbusPollingTests {
    @Test("does not drift, whatever a poll takes")
    func noDrift() {
        var schedule = PollSchedule(periods: [.seconds(1)], start: .zero)
        var starts: [Int64] = []
        for turn in 0..<100 {
            let next = schedule.next?.at ?? .zero
            starts.append(next.nanoseconds / 1_000_000)
            let took = Elapsed.milliseconds(Int64(turn * 37 % 900))
            #expect(schedule.finished(0, now: next + took) == 0)
        }
        #expect(starts == (0..<100).map { Int64($0) * 1_000 })
    }

    @Test("counts polls that could not be made, and goes on at the next time")
    func lost() {
        var schedule = PollSchedule(periods: [.seconds(1)], start: .zero)
        #expect(schedule.finished(0, now: .milliseconds(3_400)) == 2)
        #expect(schedule.next?.at == .seconds(3))
        #expect(schedule.finished(0, now: .milliseconds(3_500)) == 0)
        #expect(schedule.next?.at == .seconds(4))
        // A poll that ends within the next period is late, not lost.
        #expect(schedule.finished(0, now: .milliseconds(5_900)) == 0)
        #expect(schedule.next?.at == .seconds(5))
    }

    @Test("serves the shorter period first")
    func order() {
        var schedule = PollSchedule(periods: [.seconds(10), .seconds(1)], start: .zero)
        #expect(schedule.next?.group == 1)
        _ = schedule.finished(1, now: .zero)
        #expect(schedule.next?.group == 0)
        _ = schedule.finished(0, now: .zero)
        #expect(schedule.next?.at == .seconds(1))
        #expect(PollSchedule(periods: [], start: .zero).next == nil)
    }

    @Test("reports lost polls, failures and what a device refuses")
    func reports() async throws {
        let silence = try #require(ContractCase.all.first { $0.name == "silence" })
        let silent = try await silence.play().book.all
        #expect(silent.filter { if case .requestFailed = $0 { true } else { false } }.count == 2)
        #expect(silent.filter { $0 == .pollsLost(1) }.count == 2)
        let exception = try #require(ContractCase.all.first { $0.name == "exception" })
        let refused = try await exception.play()
        #expect(
            refused.book.all.contains(
                .problem(
                    "reading holding registers 40101–40102: exception 2: "
                        + "the device has no such address")))
    }

    @Test("never asks faster than allowed")
    func rate() async throws {
        let connection = Connection(
            id: Slug("gw"), kind: "modbus-tcp",
            settings: ["address": "h", "max_requests_per_second": "5"])
        let signals = (0..<10).map { index in
            Signal(
                id: SignalID(UInt32(index + 1)), name: "s", kind: .number, unit: "",
                source: SignalSource(
                    connection: Slug("gw"), address: "holding:\(index * 10)",
                    options: ["every": "1s"]))
        }
        let clock = SkippingClock()
        let times = Mutex<[Elapsed]>([])
        let connector = try ModbusTCPConnector(connection: connection, signals: signals)
        let book = ReportBook()
        let io = testIO(
            clock.capture, report: { book.note($0) },
            connect: { _ in
                CountingPeer(limit: 40) { times.withLock { $0.append(clock.elapsed) } }
            })
        await #expect(throws: ConnectorError.self) {
            try await connector.run(io, into: MemorySink())
        }
        let starts = times.withLock { $0 }
        #expect(starts.count == 40)
        #expect(zip(starts, starts.dropFirst()).allSatisfy { $1 - $0 >= .milliseconds(200) })
        // Ten requests need 2 s, so of each two polls one is lost, and it is said.
        #expect(book.all.contains(.pollsLost(1)))
    }

    @Test("reads a device on a real socket, with every answer cut in two")
    func realSocket() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let server = try await ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ModelServer())
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(server.localAddress?.port)
        let signal = Signal(
            id: SignalID(1), name: "s", kind: .number, unit: "",
            source: SignalSource(
                connection: Slug("gw"), address: "holding:1", options: ["every": "50ms"]))
        let connector = try ModbusTCPConnector(
            connection: Connection(
                id: Slug("gw"), kind: "modbus-tcp",
                settings: ["address": "127.0.0.1:\(port)", "max_requests_per_second": "1000"]),
            signals: [signal])
        let clock = SkippingClock()
        let sink = MemorySink()
        let dialer = NIODialer.dialer(on: group)
        let io = testIO(clock.capture) { (endpoint) async throws(ConnectorError) in
            try await dialer.connect(endpoint, .seconds(3))
        }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await connector.run(io, into: sink) }
            #expect(await settled { sink.snapshot.accepted.count >= 20 })
            tasks.cancelAll()
            try await tasks.waitForAll()
        }
        let batches = sink.snapshot.accepted
        #expect(batches.allSatisfy { $0.columns[0].values == .numbers([8]) })
        try await server.close()
        let refused = await #expect(throws: ConnectorError.self) {
            _ = try await connector.probe(io)
        }
        #expect(
            refused
                == .refused(by: "127.0.0.1:\(port)", detail: "nothing listens on this port"))
        try await group.shutdownGracefully()
    }
}

/// Answers every request with zeros, up to a limit.
private final class CountingPeer: ByteChannel {
    private let limit: Int
    private let seen: @Sendable () -> Void
    private let waiting = Mutex<(count: Int, answer: [UInt8])>((0, []))

    init(limit: Int, seen: @escaping @Sendable () -> Void) {
        self.limit = limit
        self.seen = seen
    }

    func send(_ bytes: [UInt8]) async throws(ConnectorError) {
        guard waiting.withLock({ $0.count < limit }) else { throw .closed(doing: "sending") }
        seen()
        waiting.withLock { state in
            state.count += 1
            state.answer = Array(bytes[0..<4]) + [0, 5, bytes[6], 3, 2, 0, 0]
        }
    }

    func receive(within limit: Elapsed) async throws(ConnectorError) -> [UInt8] {
        waiting.withLock { $0.answer }
    }

    func close() async {}
}

/// A Modbus server on a socket that cuts each answer in two.
private final class ModelServer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var deframer = ModbusTCPDeframer()
    private var model = ModbusServerModel(bank: ModbusBank(holdingRegisters: [7, 8, 9]))

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        deframer.append(Array(unwrapInboundIn(data).readableBytesView))
        do {
            while let frame = try deframer.next() {
                let answer = ModbusTCPFrame(
                    transaction: frame.transaction, unit: frame.unit,
                    pdu: model.respond(to: frame.pdu)
                ).encoded()
                context.writeAndFlush(
                    wrapOutboundOut(ByteBuffer(bytes: answer[..<3])), promise: nil)
                context.writeAndFlush(
                    wrapOutboundOut(ByteBuffer(bytes: answer[3...])), promise: nil)
            }
        } catch {
            context.close(promise: nil)
        }
    }
}
