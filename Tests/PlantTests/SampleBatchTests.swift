// Columns of samples: shape, quality, growing.

import Plant
import Testing

@Suite struct SampleBatchTests {
    private static let scalars: [Scalar] = [.number(1.5), .integer(-2), .flag(true), .text("on")]

    @Test("a column takes values of its own kind only", arguments: ValueKind.allCases)
    func append(kind: ValueKind) {
        var column = ColumnValues.empty(kind)
        for scalar in SampleBatchTests.scalars {
            let before = column
            let isOwn = scalar == SampleBatchTests.scalars[Int(kind.rawValue) - 1]
            #expect(column.append(scalar) == isOwn)
            if isOwn { #expect(column[column.count - 1] == scalar) }
            if !isOwn { #expect(column == before) }
        }
        #expect(column.count == 1)
        #expect(column.kind == kind)
    }

    @Test("a column grows without copying what it holds, and leaves copies of it alone")
    func grows() {
        var column = ColumnValues.numbers([])
        // Copying at each step would take minutes.
        for number in 0..<300_000 { _ = column.append(.number(Double(number))) }
        let copy = column
        _ = column.append(.number(-1))
        #expect(copy.count == 300_000)
        #expect(column.count == 300_001)
        #expect(column[299_999] == .number(299_999))
    }

    @Test("a batch whose columns do not fit its times says what is wrong")
    func flaws() {
        let good = SignalColumn(signal: SignalID(1), values: .numbers([1, 2]))
        func flaw(_ columns: [SignalColumn], lateness: [Int64] = []) -> String? {
            SampleBatch(times: [10, 20], columns: columns, lateness: lateness).flaw
        }
        #expect(flaw([good]) == nil)
        #expect(flaw([]) == nil)
        #expect(flaw([good], lateness: [0, 1]) == nil)
        #expect(flaw([good, good])?.contains("twice") == true)
        #expect(flaw([good], lateness: [0])?.contains("1 arrival") == true)
        #expect(
            flaw([SignalColumn(signal: SignalID(2), values: .flags([true]))])?
                .contains("signal 2 has 1 values for 2 times") == true)
        #expect(
            flaw([
                SignalColumn(signal: SignalID(2), values: .flags([true, false]), quality: [.good])
            ])?
            .contains("1 qualities") == true)
        #expect(SampleBatch(times: [10, 20], columns: [good]).sampleCount == 2)
    }

    @Test(
        "a quality says in words how far to trust, and whether it enters figures",
        arguments: [
            (Quality.good, "good", nil, true), (.uncertainClock, "doubtful", "clock", true),
            (.uncertainStale, "doubtful", "stale", false), (.badComm, "missing", "comm", false),
            (.badValue, "missing", "value", false), (.badDamaged, "missing", "damaged", false),
        ] as [(Quality, String, String?, Bool)])
    func quality(quality: Quality, word: String, reason: String?, isUsable: Bool) {
        #expect(quality.word == word)
        #expect(quality.reason == reason)
        #expect(quality.isUsable == isUsable)
        #expect(quality.isBad == (word == "missing"))
    }

    @Test(
        "a value as text is what state meanings are compared with",
        arguments: [
            (Scalar.number(3), "3"), (.number(-0.0), "0"), (.number(0.1), "0.1"),
            (.number(1e16), "1e+16"), (.integer(.min), "-9223372036854775808"),
            (.flag(false), "false"), (.text("ACTIVE"), "ACTIVE"),
        ])
    func asText(scalar: Scalar, text: String) {
        #expect(scalar.asText == text)
    }
}
