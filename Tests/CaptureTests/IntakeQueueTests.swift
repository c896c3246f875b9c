// The bounded queue: full means the oldest goes, counted and marked.

import Plant
import Testing

@testable import Capture

@Suite("The intake queue")
struct IntakeQueueTests {
    private func batch(_ time: Int64, count: Int = 1, signal: UInt32 = 1) -> SampleBatch {
        SampleBatch(
            times: (0..<Int64(count)).map { time + $0 },
            columns: [
                SignalColumn(
                    signal: SignalID(signal),
                    values: .numbers([Double](repeating: 1, count: count)))
            ])
    }

    @Test("hands on everything in order while there is room")
    func keeps() {
        var waiting = WaitingBatches()
        for time in 0..<100 { #expect(waiting.append(batch(Int64(time))) == 0) }
        #expect(waiting.takeAll().flatMap(\.times) == (0..<100).map { Int64($0) })
        #expect(waiting.takeAll().isEmpty)
    }

    @Test("drops the oldest, counts it, and marks the gap once for each signal")
    func drops() {
        var waiting = WaitingBatches(sampleLimit: 10)
        var dropped = 0
        for time in 0..<1_000 {
            dropped += waiting.append(batch(Int64(time), signal: UInt32(time % 2 + 1)))
            #expect(waiting.sampleCount <= 10)
        }
        #expect(dropped == 990)
        #expect(waiting.dropped == 990)
        let batches = waiting.takeAll()
        #expect(batches.count == 12)
        #expect(batches[0].columns[0].quality == [.badComm])
        #expect(batches[0].times == [0])
        #expect(batches[1].times == [1])
        #expect(batches.dropFirst(2).flatMap(\.times) == (990..<1_000).map { Int64($0) })
        #expect(waiting.dropped == 0)
    }

    @Test("limits bytes as well as samples")
    func bytes() {
        var waiting = WaitingBatches(sampleLimit: 1_000_000, byteLimit: 10_000)
        let text = String(repeating: "x", count: 4_000)
        var dropped = 0
        for time in 0..<10 {
            dropped += waiting.append(
                SampleBatch(
                    times: [Int64(time)],
                    columns: [SignalColumn(signal: SignalID(1), values: .texts([text]))]))
        }
        #expect(dropped == 8)
    }

    @Test("uses the limits of the reliability rules")
    func limits() {
        #expect(CaptureLimits.queuedSamples == 8_192)
        #expect(CaptureLimits.queuedBytes == 4_194_304)
        var waiting = WaitingBatches()
        var dropped = 0
        for time in 0..<9_000 { dropped += waiting.append(batch(Int64(time))) }
        #expect(dropped == 9_000 - 8_192)
    }
}
