// Figures and times in state of several signals over a range, in columns.

import Hummingbird
import Plant

/// One figure of a cell under the name that requests and answers use.
private enum CellFigure: String, CaseIterable {
    case min, max, avg, sum, count, first, last, twa
    case seenSeconds = "seen_s"

    /// The value in a cell, nil where nothing was measured or held.
    ///
    /// Of a text only the number of samples can be told.
    func value(_ cell: CellFigures, kind: ValueKind) -> Double? {
        guard kind != .text || self == .count else { return nil }
        switch self {
        case .twa: return cell.heldMean
        case .seenSeconds: return Double(cell.held) / 1e9
        case .count: return Double(cell.count)
        default: break
        }
        guard cell.count > 0 else { return nil }
        switch self {
        case .min: return cell.minimum
        case .max: return cell.maximum
        case .avg: return cell.mean
        case .sum: return cell.sum
        case .first: return cell.first
        case .last: return cell.last
        case .count, .twa, .seenSeconds: return nil
        }
    }

    var needsHold: Bool { self == .twa || self == .seenSeconds }
}

/// Documents about several signals at once.
enum RangeDocuments {
    /// `GET /api/v1/range`.
    static func range(_ ask: Ask) async throws -> Response {
        let signals = try ask.chosenSignals()
        let range = try ask.range(fallback: nil)
        let choice = try CellChoice(ask, range)
        let figures = try chosenFigures(ask)
        try demandRoom(ask, signals.count, choice)
        let hold = figures.contains(where: \.needsHold) ? try CellChoice.hold(ask) : nil
        let rows = try await ask.world.figures(
            signals.map(\.id), over: choice.cells, hold: hold)
        var out = opening(range, choice, hold: hold)
        for (index, (signal, cells)) in zip(signals, rows).enumerated() {
            if index > 0 { out.append(0x2C) }
            open(signal, into: &out)
            try await tellThinned(signal, range, ask, into: &out)
            for figure in figures {
                out += Array(",\"\(figure.rawValue)\":[".utf8)
                for (place, cell) in choice.shown.enumerated() {
                    if place > 0 { out.append(0x2C) }
                    JSONText.write(figure.value(cells[cell], kind: signal.kind) ?? .nan, into: &out)
                }
                out.append(0x5D)
            }
            out.append(0x7D)
        }
        out += Array("]}".utf8)
        return Answer.bytes(out, type: "application/json")
    }

    /// `GET /api/v1/state-time`.
    static func stateTime(_ ask: Ask) async throws -> Response {
        let signals = try ask.chosenSignals()
        let range = try ask.range(fallback: nil)
        let choice = try CellChoice(ask, range)
        try demandRoom(ask, signals.count, choice)
        let hold = try CellChoice.hold(ask)
        let wanted = Set(ask.query.all("state"))
        let rows = try await ask.world.stateTime(
            signals.map(\.id), over: choice.cells, hold: hold)
        var out = opening(range, choice, hold: hold)
        for (index, (signal, times)) in zip(signals, rows).enumerated() {
            if index > 0 { out.append(0x2C) }
            open(signal, into: &out)
            try await tellThinned(signal, range, ask, into: &out)
            out += Array(",\"seconds\":{".utf8)
            var isFirst = true
            for (state, durations) in zip(times.states, times.durations) {
                let name = state.asText
                guard wanted.isEmpty || wanted.contains(name) else { continue }
                if !isFirst { out.append(0x2C) }
                isFirst = false
                JSONText.write(name, into: &out)
                out.append(0x3A)
                write(choice.shown.map { durations[$0] }, into: &out)
            }
            out += Array("},\"unseen_s\":".utf8)
            write(choice.shown.map { times.unseen($0, of: choice.cells) }, into: &out)
            out.append(0x7D)
        }
        out += Array("]}".utf8)
        return Answer.bytes(out, type: "application/json")
    }

    /// `GET /api/v1/last`.
    static func last(_ ask: Ask) async throws -> Response {
        let signals = try ask.chosenSignals()
        let lasts = ask.world.lastValues()
        var out = Array("{\"signals\":[".utf8)
        for (index, signal) in signals.enumerated() {
            if index > 0 { out.append(0x2C) }
            open(signal, into: &out)
            if let last = lasts[signal.id] {
                out += Array(",\"time\":\"".utf8)
                out += last.time.rfc3339.utf8
                out += Array("\",\"value\":".utf8)
                (last.quality.isBad ? .null : SignalDocuments.scalar(last.value)).write(into: &out)
                out += Array(",\"quality\":\"\(last.quality.word)\"}".utf8)
            } else {
                out += Array(",\"time\":null,\"value\":null,\"quality\":\"missing\"}".utf8)
            }
        }
        out += Array("]}".utf8)
        return Answer.bytes(out, type: "application/json")
    }

    /// Says from when to when only figures of minutes and hours are kept.
    private static func tellThinned(
        _ signal: Signal, _ range: TimeRange, _ ask: Ask, into out: inout [UInt8]
    ) async throws {
        guard let thinned = try await ask.world.thinned(signal.id, range: range) else { return }
        out += Array(",\"thinned\":{\"from\":\"\(thinned.start.rfc3339)\"".utf8)
        out += Array(",\"to\":\"\(thinned.end.rfc3339)\"}".utf8)
    }

    /// Nanoseconds as seconds with their decimals, exactly.
    private static func write(_ durations: [Int64], into out: inout [UInt8]) {
        out.append(0x5B)
        for (index, duration) in durations.enumerated() {
            if index > 0 { out.append(0x2C) }
            SecondsText.write(duration, into: &out)
        }
        out.append(0x5D)
    }

    private static func chosenFigures(_ ask: Ask) throws -> [CellFigure] {
        let text = ask.query.filled("figures") ?? "min,max,avg,count"
        return try text.split(separator: ",").map { name in
            guard let figure = CellFigure(rawValue: String(name)) else {
                throw Problem(
                    .badRequest, "The figure \(String(name).ascii) is not known here.",
                    errors: [
                        .init(
                            field: "figures",
                            says: CellFigure.allCases.map(\.rawValue).joined(separator: ", "))
                    ])
            }
            return figure
        }
    }

    private static func demandRoom(_ ask: Ask, _ signals: Int, _ choice: CellChoice) throws {
        let size = signals * choice.cells.count
        guard size <= ask.site.limits.figures else {
            throw Problem(
                .badRequest,
                "\(signals) signals in \(choice.cells.count) cells are more than one answer has.",
                errors: [.init(field: "every", says: "longer steps or fewer signals")])
        }
    }

    /// What stands before the signals: range, cells and how long values count.
    private static func opening(
        _ range: TimeRange, _ choice: CellChoice, hold: Hold?
    ) -> [UInt8] {
        var out = Array("{\"from\":\"\(range.start.rfc3339)\",\"to\":\"\(range.end.rfc3339)\"".utf8)
        switch hold {
        case nil: break
        case .untilNext: out += Array(",\"hold\":\"next\"".utf8)
        case .atMost(let elapsed):
            out += Array(",\"hold\":".utf8)
            SecondsText.write(elapsed.nanoseconds, into: &out)
        }
        if !choice.shifts.isEmpty {
            out += Array(",\"shifts\":".utf8)
            JSONValue.list(choice.shifts.map { .text($0) }).write(into: &out)
        }
        out += Array(",\"starts_ms\":[".utf8)
        for (place, cell) in choice.shown.enumerated() {
            if place > 0 { out.append(0x2C) }
            let start = Timestamp(nanoseconds: choice.cells.edges[cell])
            out += String(start.millisecondsSince1970).utf8
        }
        out += Array("],\"signals\":[".utf8)
        return out
    }

    private static func open(_ signal: Signal, into out: inout [UInt8]) {
        out += Array("{\"signal\":\(signal.id.number),\"name\":".utf8)
        JSONText.write(signal.path, into: &out)
        out += Array(",\"unit\":".utf8)
        JSONText.write(signal.unit, into: &out)
    }
}

/// Nanoseconds written as decimal seconds.
enum SecondsText {
    /// Appends `nanoseconds` as seconds with as many decimals as it has.
    static func write(_ nanoseconds: Int64, into out: inout [UInt8]) {
        if nanoseconds < 0 { out.append(0x2D) }
        let magnitude = nanoseconds.magnitude
        out += String(magnitude / 1_000_000_000).utf8
        var rest = magnitude % 1_000_000_000
        guard rest > 0 else { return }
        var digits = [UInt8](repeating: 0x30, count: 9)
        for place in digits.indices.reversed() {
            digits[place] = 0x30 + UInt8(rest % 10)
            rest /= 10
        }
        while digits.last == 0x30 { digits.removeLast() }
        out.append(0x2E)
        out += digits
    }
}
