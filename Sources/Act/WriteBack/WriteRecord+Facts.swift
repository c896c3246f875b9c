// Entries about writes in the form that the journal stores: no floats, decimals as text.

public import Plant

/// Why content is not that of an entry about a write.
public struct WriteFactError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of the entry.
    public let kind: String
    /// The member that does not fit; empty when the kind is not known.
    public let member: String

    /// Kind and member in one line.
    public var description: String {
        member.isEmpty
            ? "\(kind) is no entry about a write" : "reading \(kind): \(member) does not fit"
    }
}

extension WriteRecord {
    /// The content of the journal's event.
    public var facts: Fact {
        var members = WriteRecord.members(of: self)
        members["write"] = .text(id.text)
        return .object(members)
    }

    private static func members(of record: WriteRecord) -> [String: Fact] {
        switch record {
        case .requested(let request): return request.members
        case .approved(_, let approval):
            return [
                "by": .text(approval.by.text), "content": .text(approval.content),
                "at": .text(approval.at.rfc3339), "second_factor": time(approval.secondFactor),
            ]
        case .denied(_, let words, let at):
            return ["words": .list(words.map(Fact.text)), "at": .text(at.rfc3339)]
        case .intended(let permit, let at):
            return permit.members.merging(["at": .text(at.rfc3339)]) { first, _ in first }
        case .sent(_, let at): return ["at": .text(at.rfc3339)]
        case .confirmed(_, let read, let at, let returns),
            .differs(_, let read, let at, let returns):
            return [
                "read": decimal(read), "at": .text(at.rfc3339), "returns": .text(returns.rfc3339),
            ]
        case .refused(_, let words, let at), .returnBlocked(_, let words, let at),
            .returnUnknown(_, let words, let at):
            return ["words": .text(words), "at": .text(at.rfc3339)]
        case .unknown(_, let words, let at, let returns):
            return [
                "words": .text(words), "at": .text(at.rfc3339), "returns": .text(returns.rfc3339),
            ]
        case .closed(_, let by, let wasWritten, let at):
            return [
                "by": .text(by.text), "written": .flag(wasWritten), "at": .text(at.rfc3339),
            ]
        case .renewed(_, let by, let returns, let at):
            return [
                "by": .text(by.text), "returns": .text(returns.rfc3339), "at": .text(at.rfc3339),
            ]
        case .returnIntended(_, let value, let at):
            return ["value": decimal(value), "at": .text(at.rfc3339)]
        case .returned(_, let read, let at):
            return ["read": decimal(read), "at": .text(at.rfc3339)]
        }
    }

    /// Shortest text that reads as the same number.
    fileprivate static func decimal(_ value: Double) -> Fact { .text(value.description) }

    fileprivate static func time(_ time: Timestamp?) -> Fact {
        time.map { .text($0.rfc3339) } ?? .none
    }

    /// An entry from the journal's event.
    ///
    /// Throws ``WriteFactError`` with the member that does not fit.
    public init(kind: String, facts: Fact) throws(WriteFactError) {
        let reader = WriteFactReader(kind: kind, facts: facts)
        let id = try reader.id("write")
        if kind == "write.requested" {
            self = .requested(try WriteRequest(reader, id: id))
            return
        }
        let at = try reader.time("at")
        switch kind {
        case "write.approved":
            self = .approved(
                id,
                WriteApproval(
                    by: try reader.slug("by"), content: try reader.text("content"), at: at,
                    secondFactor: try reader.optionalTime("second_factor")))
        case "write.denied": self = .denied(id, words: try reader.texts("words"), at: at)
        case "write.intended": self = .intended(try WritePermit(reader, id: id), at: at)
        case "write.sent": self = .sent(id, at: at)
        case "write.confirmed":
            self = .confirmed(
                id, read: try reader.decimal("read"), at: at, returns: try reader.time("returns"))
        case "write.differs":
            self = .differs(
                id, read: try reader.decimal("read"), at: at, returns: try reader.time("returns"))
        case "write.refused": self = .refused(id, words: try reader.text("words"), at: at)
        case "write.unknown":
            self = .unknown(
                id, words: try reader.text("words"), at: at, returns: try reader.time("returns"))
        case "write.closed":
            self = .closed(
                id, by: try reader.slug("by"), wasWritten: try reader.flag("written"), at: at)
        case "write.renewed":
            self = .renewed(
                id, by: try reader.slug("by"), returns: try reader.time("returns"), at: at)
        case "write.return-intended":
            self = .returnIntended(id, value: try reader.decimal("value"), at: at)
        case "write.returned": self = .returned(id, read: try reader.decimal("read"), at: at)
        case "write.return-blocked":
            self = .returnBlocked(id, words: try reader.text("words"), at: at)
        case "write.return-unknown":
            self = .returnUnknown(id, words: try reader.text("words"), at: at)
        default: throw WriteFactError(kind: kind, member: "")
        }
    }
}

extension WriteRequest {
    fileprivate var members: [String: Fact] {
        var members: [String: Fact] = [
            "envelope": .text(envelope.text), "value": WriteRecord.decimal(value),
            "unit": .text(unit), "expected": WriteRecord.decimal(expected),
            "reason": .text(reason), "asked": .text(asked.rfc3339),
            "ordered": .text(ordered.rfc3339), "person": .none, "rule": .none,
            "second_factor": .none,
        ]
        switch origin {
        case .person(let id, let secondFactor):
            members["person"] = .text(id.text)
            members["second_factor"] = WriteRecord.time(secondFactor)
        case .rule(let id): members["rule"] = .text(id.text)
        case .outside: break
        }
        return members
    }

    fileprivate init(_ reader: WriteFactReader, id: EventID) throws(WriteFactError) {
        let origin: WriteOrigin
        if reader.has("person") {
            origin = .person(
                try reader.slug("person"),
                secondFactor: try reader.optionalTime("second_factor"))
        } else {
            origin = reader.has("rule") ? .rule(try reader.slug("rule")) : .outside
        }
        self.init(
            id: id, envelope: try reader.slug("envelope"), origin: origin,
            value: try reader.decimal("value"), unit: try reader.text("unit"),
            expected: try reader.decimal("expected"), reason: try reader.text("reason"),
            asked: try reader.time("asked"), ordered: try reader.time("ordered"))
    }
}

extension WritePermit {
    fileprivate var members: [String: Fact] {
        [
            "envelope": .text(envelope.text), "machine": .text(machine.text),
            "signal": .text(signal.text), "value": WriteRecord.decimal(value),
            "before": WriteRecord.decimal(before), "send_by": .text(sendBy.rfc3339),
            "return_value": WriteRecord.decimal(returnValue),
            "return_after_ns": .text(String(returnAfter.nanoseconds)),
            "tolerance": .list(
                [tolerance.absolute, tolerance.relative, tolerance.resolution]
                    .map(WriteRecord.decimal)), "by_rule": .flag(isByRule),
        ]
    }

    fileprivate init(_ reader: WriteFactReader, id: EventID) throws(WriteFactError) {
        let tolerance = try reader.texts("tolerance").compactMap(Double.init)
        guard tolerance.count == 3 else { throw reader.fail("tolerance") }
        guard let after = Int64(try reader.text("return_after_ns")) else {
            throw reader.fail("return_after_ns")
        }
        self.init(
            id: id, envelope: try reader.slug("envelope"), machine: try reader.slug("machine"),
            signal: try reader.slug("signal"), value: try reader.decimal("value"),
            before: try reader.decimal("before"), sendBy: try reader.time("send_by"),
            returnValue: try reader.decimal("return_value"),
            returnAfter: Elapsed(nanoseconds: after),
            tolerance: WriteTolerance(
                absolute: tolerance[0], relative: tolerance[1], resolution: tolerance[2]),
            isByRule: try reader.flag("by_rule"))
    }
}

/// Reads members one by one and names the one that does not fit.
private struct WriteFactReader {
    let kind: String
    let facts: Fact

    func fail(_ member: String) -> WriteFactError { WriteFactError(kind: kind, member: member) }

    func has(_ member: String) -> Bool { facts[member]?.text != nil }

    func text(_ member: String) throws(WriteFactError) -> String {
        guard let text = facts[member]?.text else { throw fail(member) }
        return text
    }

    func texts(_ member: String) throws(WriteFactError) -> [String] {
        guard let list = facts[member]?.list else { throw fail(member) }
        let texts = list.compactMap(\.text)
        guard texts.count == list.count else { throw fail(member) }
        return texts
    }

    func flag(_ member: String) throws(WriteFactError) -> Bool {
        guard let flag = facts[member]?.flag else { throw fail(member) }
        return flag
    }

    func decimal(_ member: String) throws(WriteFactError) -> Double {
        guard let value = Double(try text(member)) else { throw fail(member) }
        return value
    }

    func slug(_ member: String) throws(WriteFactError) -> Slug {
        guard let slug = Slug(try text(member)) else { throw fail(member) }
        return slug
    }

    func id(_ member: String) throws(WriteFactError) -> EventID {
        guard let id = EventID(try text(member)) else { throw fail(member) }
        return id
    }

    func time(_ member: String) throws(WriteFactError) -> Timestamp {
        guard let time = Timestamp(rfc3339: try text(member)) else { throw fail(member) }
        return time
    }

    func optionalTime(_ member: String) throws(WriteFactError) -> Timestamp? {
        has(member) ? try time(member) : nil
    }
}
