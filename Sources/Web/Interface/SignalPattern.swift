// Choosing several signals by name: patterns with stars over the names of signals.

import Plant

/// A pattern such as `mill-1/*`; a star stands for any number of characters, all else for itself.
struct SignalPattern: Sendable, Hashable {
    private let parts: [[UInt8]]

    /// A pattern from its text.
    init(_ text: String) {
        parts = text.utf8.split(separator: 0x2A, omittingEmptySubsequences: false).map(Array.init)
    }

    /// Whether a name fits as a whole.
    ///
    /// Takes time in proportion to both lengths, never more.
    func matches(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        guard let first = parts.first, let last = parts.last else { return false }
        guard parts.count > 1 else { return bytes == first }
        guard bytes.count >= first.count + last.count, bytes.starts(with: first),
            bytes[(bytes.count - last.count)...].elementsEqual(last)
        else { return false }
        var start = first.count
        let end = bytes.count - last.count
        for part in parts.dropFirst().dropLast() {
            guard let place = Self.place(of: part, in: bytes, start..<end) else { return false }
            start = place + part.count
        }
        return true
    }

    private static func place(of part: [UInt8], in bytes: [UInt8], _ range: Range<Int>) -> Int? {
        if part.isEmpty { return range.lowerBound }
        guard range.count >= part.count else { return nil }
        return (range.lowerBound...range.upperBound - part.count).first { place in
            bytes[place..<place + part.count].elementsEqual(part)
        }
    }
}

extension Signal {
    /// The name by which patterns choose it: `machine/signal`, or its connection and address
    /// while it belongs to no machine.
    var path: String {
        if let machine, let slug { return "\(machine)/\(slug)" }
        return "\(source.connection)/\(source.address)"
    }
}

extension Ask {
    /// The signals that the patterns under `signal` choose, by number; a problem without any.
    ///
    /// A pattern of digits alone is a signal's number.
    func chosenSignals() throws -> [Signal] {
        let texts = query.all("signal")
        guard !texts.isEmpty else {
            throw Problem(
                .badRequest, "signal is missing.",
                errors: [
                    .init(field: "signal", says: "a signal or a pattern, e.g. mill-1/* or 12")
                ])
        }
        guard texts.count <= site.limits.patterns,
            texts.allSatisfy({ $0.utf8.count <= site.limits.patternBytes })
        else {
            throw Problem(
                .badRequest, "The patterns of signals are too many or too long.",
                errors: [
                    .init(
                        field: "signal",
                        says: "at most \(site.limits.patterns) patterns of"
                            + " \(site.limits.patternBytes) bytes")
                ])
        }
        let numbers = Set(texts.compactMap { UInt32($0) })
        let patterns = texts.filter { UInt32($0) == nil }.map { SignalPattern($0) }
        let found = world.factory.signals.values.filter { signal in
            if numbers.contains(signal.id.number) { return true }
            guard !patterns.isEmpty else { return false }
            let path = signal.path
            return patterns.contains { $0.matches(path) }
        }
        guard !found.isEmpty else {
            throw Problem(
                .notFound, "No signal fits \(texts.joined(separator: ", ")).",
                errors: [.init(field: "signal", says: "a name from /api/v1/signals")])
        }
        guard found.count <= site.limits.signals else {
            throw Problem(
                .badRequest, "\(found.count) signals fit; at most \(site.limits.signals) answer.",
                errors: [.init(field: "signal", says: "a narrower pattern")])
        }
        return found.sorted { $0.id < $1.id }
    }
}
