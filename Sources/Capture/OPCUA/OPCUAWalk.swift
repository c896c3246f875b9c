// Looks through an OPC UA server: reads the signals once, lists the variables.

import Plant
import Wire

/// Limits of looking through a server.
enum OPCUAWalkLimits {
    /// Variables that are listed.
    static let variables = 1_000
    /// Levels below Objects.
    static let depth = 10
    /// The longest time for listing.
    static let duration = Elapsed.seconds(20)
    /// Shortest time between the starts of two requests.
    static let spacing = Elapsed.milliseconds(20)
    /// Characters of a name.
    static let nameCharacters = 200
}

/// A probe of a server over one session.
struct OPCUAWalk {
    /// A variable that was found.
    private struct Variable {
        var node: OPCUANodeID
        var name: String
    }

    var line: OPCUALine
    let clock: CaptureClock

    /// Opens the session, reads each point once and lists the variables below Objects.
    mutating func report(
        _ points: [OPCUAPoint], _ endpoint: Endpoint
    ) async throws(ConnectorError) -> ProbeReport {
        let opening = try await open()
        let findings = try await findings(points)
        let (variables, isComplete) = try await variables()
        let offers = try await offers(variables)
        let good = findings.filter { $0.problem == nil }.count
        let security =
            opening.mode == .none ? "without security" : "\(opening.policy.name), \(opening.mode)"
        let server = opening.server.isEmpty ? "" : " (\(opening.server.withoutControls))"
        let more = isComplete ? "" : "more than "
        return ProbeReport(
            summary: "\(endpoint)\(server) answers, \(security); \(good) of \(findings.count) "
                + "signals have a value; it offers \(more)\(offers.count) variables.",
            findings: findings, offers: offers)
    }

    private mutating func open() async throws(ConnectorError) -> OPCUAOpening {
        var happenings = try await line.open()
        while true {
            for case .opened(let opening) in happenings { return opening }
            happenings = try await line.next()
        }
    }

    private mutating func findings(
        _ points: [OPCUAPoint]
    ) async throws(ConnectorError) -> [ProbeFinding] {
        guard !points.isEmpty else { return [] }
        var table: [String] = []
        if case .read(let values) = try await line.answer(
            to: .read([OPCUAReadTarget(.namespaces)]))
        {
            table = values.first?.namespaceTable ?? []
        }
        let nodes = points.map { $0.item.node.resolved(in: table) }
        let answer = try await line.answer(
            to: .read(nodes.compactMap(\.self).map { OPCUAReadTarget($0) }))
        var values: [OPCUADataValue] = []
        var failure: String?
        switch answer {
        case .read(let found): values = found
        case .failed(let problem): failure = problem.description
        default: break
        }
        var rest = values[...]
        return zip(points, nodes).map { point, node in
            guard node != nil else {
                return ProbeFinding(
                    address: point.text, value: nil,
                    problem: "the server does not have this namespace")
            }
            guard let value = rest.popFirst() else {
                return ProbeFinding(
                    address: point.text, value: nil, problem: failure ?? "no answer")
            }
            return Self.finding(point, OPCUASeen(value, item: 0))
        }
    }

    private static func finding(_ point: OPCUAPoint, _ sample: OPCUASeen) -> ProbeFinding {
        if sample.status.isBad {
            return ProbeFinding(
                address: point.text, value: nil, problem: "the server says \(sample.status.meaning)"
            )
        }
        let value = sample.value.scalar(point.signal.kind)
        return ProbeFinding(
            address: point.text, value: value?.asText,
            problem: value == nil ? sample.value.flaw(point.signal.kind) : nil)
    }

    /// Variables below Objects, breadth first, without those about the server itself.
    private mutating func variables() async throws(ConnectorError) -> ([Variable], Bool) {
        var found: [Variable] = []
        var seen: Set<OPCUANodeID> = [.objects, OPCUANodeID(standard: 2_253)]
        var level: [(node: OPCUANodeID, path: String)] = [(.objects, "")]
        let end = clock.monotonic() + OPCUAWalkLimits.duration
        for _ in 0..<OPCUAWalkLimits.depth where !level.isEmpty {
            var deeper: [(node: OPCUANodeID, path: String)] = []
            for (node, path) in level {
                guard found.count < OPCUAWalkLimits.variables, clock.monotonic() < end else {
                    return (found, false)
                }
                do { try await clock.sleep(OPCUAWalkLimits.spacing) } catch {
                    throw ConnectorError.cancelled
                }
                guard case .browsed(let references, _) = try await line.answer(to: .browse(node))
                else { continue }
                for reference in references where reference.isForward {
                    guard reference.node.server == 0, reference.node.namespaceURI == nil,
                        seen.insert(reference.node.node).inserted
                    else { continue }
                    let name = Self.name(reference, below: path)
                    switch reference.nodeClass {
                    // The standard's own variables are about the server, not about machines.
                    case .variable where reference.node.node.namespace != 0:
                        found.append(Variable(node: reference.node.node, name: name))
                    case .object: deeper.append((reference.node.node, name))
                    default: break
                    }
                }
            }
            level = deeper
        }
        let listed = Array(found.prefix(OPCUAWalkLimits.variables))
        return (listed, level.isEmpty && listed.count == found.count)
    }

    private static func name(_ reference: OPCUAReference, below path: String) -> String {
        let own = reference.displayName.text ?? reference.browseName.name ?? "\(reference.node)"
        let whole = path.isEmpty ? own : path + " / " + own
        return String(whole.prefix(OPCUAWalkLimits.nameCharacters)).withoutControls
    }

    /// Reads the types and whether they are arrays: attributes 14 and 15.
    private mutating func offers(
        _ variables: [Variable]
    ) async throws(ConnectorError) -> [ProbeOffer] {
        guard !variables.isEmpty else { return [] }
        let targets = variables.flatMap { variable in
            [14, 15].map { OPCUAReadTarget(variable.node, attribute: $0) }
        }
        var values: [OPCUADataValue] = []
        if case .read(let found) = try await line.answer(to: .read(targets)) { values = found }
        return variables.enumerated().map { index, variable in
            var type = OPCUATypeWord(word: "unknown", kind: nil)
            if values.indices.contains(2 * index + 1) {
                type = OPCUATypeWord(type: values[2 * index], rank: values[2 * index + 1])
            }
            return ProbeOffer(
                address: variable.node.description, name: variable.name, type: type.word,
                kind: type.kind)
        }
    }
}

/// The type of a variable in the words of the standard.
struct OPCUATypeWord: Hashable, Sendable {
    var word: String
    /// The kind of signal that it can be.
    var kind: ValueKind?

    init(word: String, kind: ValueKind?) {
        self.word = word
        self.kind = kind
    }

    /// From the attributes DataType and ValueRank.
    ///
    /// Source: OPC 10000-6, A.3, and OPC 10000-3, 8.
    init(type: OPCUADataValue, rank: OPCUADataValue) {
        guard case .scalar(.nodeID(let node))? = type.value else {
            self.init(word: "unknown", kind: nil)
            return
        }
        if node.namespace == 0, case .numeric(let number) = node.identifier,
            let known = Self.known[number]
        {
            self.init(word: known.0, kind: known.1)
        } else {
            self.init(word: "type \(node)", kind: nil)
        }
        // −1 is a single value, −2 and −3 may be one; others are arrays.
        if case .scalar(.int32(let dimensions))? = rank.value, dimensions >= 0 {
            self.init(word: "array of \(word)", kind: nil)
        }
    }

    private static let known: [UInt32: (String, ValueKind?)] = [
        1: ("Boolean", .flag), 2: ("SByte", .number), 3: ("Byte", .number), 4: ("Int16", .number),
        5: ("UInt16", .number), 6: ("Int32", .number), 7: ("UInt32", .number),
        8: ("Int64", .number), 9: ("UInt64", .number), 10: ("Float", .number),
        11: ("Double", .number), 12: ("String", .text), 13: ("DateTime", .text),
        14: ("Guid", .text), 15: ("ByteString", nil), 16: ("XmlElement", .text),
        17: ("NodeId", .text), 18: ("ExpandedNodeId", .text), 19: ("StatusCode", .text),
        20: ("QualifiedName", .text), 21: ("LocalizedText", .text), 22: ("Structure", nil),
        24: ("BaseDataType", nil), 26: ("Number", .number), 27: ("Integer", .number),
        28: ("UInteger", .number), 29: ("Enumeration", .number), 290: ("Duration", .number),
        294: ("UtcTime", .text), 295: ("LocaleId", .text), 852: ("ServerState", .number),
    ]
}
