// Time in state of recorded machine tools, against intervals worked out by others from the files.

import Foundation
import Plant
import Testing

@testable import Historian

/// The folder of recorded data: `MILLWRIGHT_REFERENCE_DATA`, else beside the project.
private let recordings: URL = {
    if let path = ProcessInfo.processInfo.environment["MILLWRIGHT_REFERENCE_DATA"] {
        return URL(filePath: path)
    }
    var url = URL(filePath: #filePath).resolvingSymlinksInPath()
    for _ in 0..<4 { url.deleteLastPathComponent() }
    return url.appending(path: "shared/data")
}()

private let shdr = recordings.appending(path: "nist-smstestbed/raw")

@Suite struct RecordedStateTests {
    @Test(
        .enabled(
            if: FileManager.default.fileExists(atPath: shdr.path),
            "needs the recorded data of the NIST test bed"),
        arguments: [
            (
                "Mazak01-20170613-20170614", 47,
                ["ACTIVE": 2013.721768, "READY": 4087.232672, "STOPPED": 17.826]
            ),
            (
                "Mazak03-20170608-20170609", 30,
                [
                    "ACTIVE": 541.627, "READY": 477.350502, "STOPPED": 3536.906,
                    "INTERRUPTED": 144.639, "FEED_HOLD": 22.342,
                ]
            ),
            (
                "Mazak03-20171011-20171012", 26,
                [
                    "ACTIVE": 404.852, "READY": 2641.329519, "STOPPED": 1135.740339,
                    "FEED_HOLD": 2.223,
                ]
            ),
            ("GFAgie01-20161004-20161005", 33, ["ACTIVE": 28.702318, "READY": 1147.54]),
        ] as [(String, Int, [String: Double])])
    func `time in state of a recorded machine is what its intervals say, before and after sealing`(
        _ file: String, _ events: Int, _ expected: [String: Double]
    ) async throws {
        let text = try String(contentsOf: shdr.appending(path: file + ".txt"), encoding: .utf8)
        var rows: [(time: Int64, state: String)] = []
        var last = Int64.min
        for line in text.split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: "|", omittingEmptySubsequences: false)
            let time = try #require(Timestamp(rfc3339: String(parts[0]))).nanoseconds
            last = max(last, time)
            if parts[1] == "execution" { rows.append((time, String(parts[2]))) }
        }
        #expect(rows.count == events)
        rows.sort { $0.time < $1.time }
        let scratch = try Scratch()
        let store = try SampleStore.open(folder: scratch.path)
        let closing = try #require(rows.last)
        if closing.time < last { rows.append((last, closing.state)) }
        let states = rows.map(\.state)
        _ = try await store.append([
            batch(
                1, rows.map(\.time), .texts(states),
                quality: states.map { $0 == "UNAVAILABLE" ? .badComm : .good })
        ])
        let cells = try TimeCells(edges: [rows[0].time, last])
        for _ in 0..<2 {
            let found = try store.stateTime(of: [SignalID(1)], over: cells, hold: .untilNext)[0]
            var seconds: [String: Double] = [:]
            for (state, held) in zip(found.states, found.durations) {
                seconds[state.asText] = Double(held[0]) / 1e9
            }
            #expect(seconds == expected)
            _ = try await store.seal(upTo: .distantFuture)
        }
    }
}
