// Which conditions are active, by the rules of native codes and condition identifiers.

import Testing
import Wire

@Suite("MTConnect conditions")
struct MTConnectConditionsTests {
    private var conditions = MTConnectConditions()
    private var time: Int64 = 0

    private mutating func tell(
        _ level: MTConnectCondition.Level?, _ code: String? = nil, id: String? = nil
    ) {
        time += 1
        conditions.apply(Self.observation(level, code, id: id, at: time))
    }

    private static func observation(
        _ level: MTConnectCondition.Level?, _ code: String? = nil, id: String? = nil,
        at time: Int64 = 0
    ) -> MTConnectObservation {
        MTConnectObservation(
            timestamp: time, dataItemID: "c", category: .condition, type: "SYSTEM",
            value: level.map {
                .condition(MTConnectCondition(level: $0, nativeCode: code, conditionID: id))
            } ?? .unavailable)
    }

    private var codes: [String?] {
        guard case .active(let active) = conditions["c"] else { return [] }
        return active.map { $0.condition.conditionID ?? $0.condition.nativeCode }
    }

    @Test("nothing is known before the first word and after unavailable")
    mutating func unknown() {
        #expect(conditions["c"] == .unknown)
        tell(.fault, "1")
        #expect(conditions["c"].level == .fault)
        tell(nil)
        #expect(conditions["c"] == .unknown)
        #expect(conditions["c"].level == nil)
    }

    @Test("warnings and faults with different codes are active together")
    mutating func together() {
        tell(.warning, "406")
        tell(.fault, "442")
        #expect(codes == ["406", "442"])
        #expect(conditions["c"].level == .fault)
        #expect(conditions.active.map(\.dataItemID) == ["c"])
        tell(.normal, "442")
        #expect(codes == ["406"])
        #expect(conditions["c"].level == .warning)
        tell(.normal, "1105")
        #expect(codes == ["406"])
        tell(.normal, "406")
        #expect(conditions["c"] == .normal)
    }

    @Test("normal without a code clears all")
    mutating func all() {
        tell(.warning, "1")
        tell(.fault, "2")
        tell(.normal)
        #expect(conditions["c"] == .normal)
        #expect(conditions.active.isEmpty)
    }

    @Test("the same code changes its level and keeps its beginning")
    mutating func sameCode() {
        tell(.warning, "1")
        tell(.fault, "1")
        guard case .active(let active) = conditions["c"] else {
            Issue.record("not active")
            return
        }
        #expect(active.count == 1)
        #expect(active.first?.since == 1 && active.first?.changed == 2)
        #expect(active.first?.condition.level == .fault)
    }

    @Test("condition identifiers tell occurrences of one code apart")
    mutating func identifiers() {
        tell(.fault, "E1", id: "a")
        tell(.fault, "E1", id: "b")
        #expect(codes == ["a", "b"])
        tell(.warning, "E1", id: "a")
        #expect(codes == ["a", "b"])
        tell(.normal, "E1", id: "a")
        #expect(codes == ["b"])
        tell(.normal, "E1")
        #expect(conditions["c"] == .normal)
    }

    @Test("a whole state replaces what was known of its data items")
    mutating func replaced() {
        tell(.fault, "1")
        tell(.fault, "2")
        conditions.replace(with: [
            Self.observation(.warning, "2"), Self.observation(.warning, "3"),
        ])
        #expect(codes == ["2", "3"])
        conditions.forget()
        #expect(conditions["c"] == .unknown)
    }

    @Test("the number of active conditions has a limit")
    mutating func limit() {
        for code in 0..<1_000 { tell(.fault, "\(code)") }
        #expect(codes.count == MTConnectLimits.activeConditions)
        #expect(codes.last == "999")
    }
}
