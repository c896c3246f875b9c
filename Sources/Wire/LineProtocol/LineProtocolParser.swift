// Parses InfluxDB line protocol over bytes in one pass, bad lines refused one by one.

/// Parser of line protocol.
///
/// No string and no memory per sample: texts are places in the buffer. A bad line is refused with
/// line and byte, and parsing goes on behind its end; a string without closing quote costs only
/// the line in which it begins.
///
/// Source: docs.influxdata.com line protocol, and influxdata/line-protocol-corpus where they
/// differ. The corpus decides: control characters end measurements and keys but may stand in tag
/// values and strings; a comment may not contain them, tabs included; newlines may stand in
/// strings; `\\` is not an escape outside strings, so `a\\ b` is `a\ b`; `\n` in a string is a
/// backslash and an n; a carriage return is white space only before a newline or at the end; names
/// that begin with `_` are accepted. A default time is rounded down to the precision.
public struct LineProtocolParser: Sendable {
    /// The unit of times in the lines.
    public let precision: LinePrecision
    /// The sizes that lines must keep.
    public let limits: LineLimits

    private var offset = 0
    private var line = 1
    private var lineStart = 0
    private var record = LineRecord()

    /// A parser for times of one precision.
    public init(precision: LinePrecision = .nanoseconds, limits: LineLimits = LineLimits()) {
        self.precision = precision
        self.limits = limits
    }

    /// Parses a whole buffer of at most 2 GiB; lines without time get `defaultTime` (ns, UTC).
    public mutating func parse(
        _ bytes: [UInt8], defaultTime: Int64, into sink: inout some LineSink
    ) {
        unsafe parse(bytes.span.bytes, defaultTime: defaultTime, into: &sink)
    }

    /// Parses a whole buffer of at most 2 GiB; lines without time get `defaultTime` (ns, UTC).
    public mutating func parse(
        _ bytes: RawSpan, defaultTime: Int64, into sink: inout some LineSink
    ) {
        precondition(bytes.byteCount <= Int(Int32.max), "a buffer has at most 2 GiB")
        (offset, line, lineStart) = (0, 1, 0)
        let unit = precision.nanoseconds
        let rest = defaultTime % unit
        let (rounded, overflow) = defaultTime.subtractingReportingOverflow(
            rest < 0 ? rest + unit : rest)
        while true {
            do throws(LineError) {
                guard try skipToRecord(bytes) else { return }
                record.time = overflow ? defaultTime : rounded
                let start = offset
                try parseRecord(bytes)
                if offset - start > limits.lineBytes {
                    // The line is used up, so there is nothing to skip.
                    sink.refuse(
                        LineError(
                            line: record.number, column: 1,
                            reason: .lineTooLong(limit: limits.lineBytes)))
                } else {
                    sink.accept(record, in: bytes)
                }
            } catch {
                sink.refuse(error)
                skipLine(bytes)
            }
        }
    }
}

extension LineProtocolParser {
    private func error(_ reason: LineError.Reason, at place: Int? = nil) -> LineError {
        LineError(line: line, column: (place ?? offset) - lineStart + 1, reason: reason)
    }

    @inline(__always)
    private func peek(_ bytes: RawSpan) -> UInt8? {
        offset < bytes.byteCount ? bytes.byte(offset) : nil
    }

    @inline(__always)
    private mutating func skipSpaces(_ bytes: RawSpan) {
        while offset < bytes.byteCount, bytes.byte(offset) == 0x20 { offset += 1 }
    }

    private mutating func beginLine() {
        line += 1
        lineStart = offset
    }

    /// Takes the end of a line: LF, CR LF, CR at the end, or the end of the buffer.
    private mutating func takeLineEnd(_ bytes: RawSpan) -> Bool {
        guard offset < bytes.byteCount else { return true }
        let byte = bytes.byte(offset)
        if byte == 0x0A {
            offset += 1
            beginLine()
            return true
        }
        guard byte == 0x0D else { return false }
        if offset + 1 == bytes.byteCount {
            offset += 1
            return true
        }
        guard bytes.byte(offset + 1) == 0x0A else { return false }
        offset += 2
        beginLine()
        return true
    }

    private mutating func skipLine(_ bytes: RawSpan) {
        while offset < bytes.byteCount {
            offset += 1
            if bytes.byte(offset - 1) == 0x0A {
                beginLine()
                return
            }
        }
    }

    /// Moves to the next line that is neither empty nor a comment; false at the end.
    private mutating func skipToRecord(_ bytes: RawSpan) throws(LineError) -> Bool {
        while true {
            skipSpaces(bytes)
            guard let byte = peek(bytes) else { return false }
            if byte == 0x23 {
                while let next = peek(bytes), next >= 0x20, next != 0x7F { offset += 1 }
                guard takeLineEnd(bytes) else { throw error(.commentInvalid) }
            } else if byte == 0x0A || byte == 0x0D {
                guard takeLineEnd(bytes) else { throw error(.missing(.measurement)) }
            } else {
                return true
            }
        }
    }

    private mutating func parseRecord(_ bytes: RawSpan) throws(LineError) {
        let start = offset
        record.number = line
        record.tags.removeAll(keepingCapacity: true)
        record.fields.removeAll(keepingCapacity: true)
        record.measurement = try scan(bytes, .measurement)
        while peek(bytes) == 0x2C {
            offset += 1
            try parseTag(bytes)
        }
        record.head = LineText(start: start, end: offset, escapes: .none)
        guard peek(bytes) == 0x20 else { throw error(.missing(.fieldKey)) }
        skipSpaces(bytes)
        repeat { try parseField(bytes) } while takeComma(bytes)
        try parseEnd(bytes)
    }

    private mutating func takeComma(_ bytes: RawSpan) -> Bool {
        guard peek(bytes) == 0x2C else { return false }
        offset += 1
        return true
    }

    /// Takes a text up to the byte that ends its part; escapes are left in place.
    @inline(__always)
    private mutating func scan(
        _ bytes: RawSpan, _ part: LineError.Part
    ) throws(LineError) -> LineText {
        let start = offset
        let count = bytes.byteCount
        let escapes: LineText.Escapes = part == .measurement ? .measurement : .key
        let form = LineText(start: 0, end: 0, escapes: escapes)
        var hasEscapes = false
        var all: UInt8 = 0
        while offset < count {
            let byte = bytes.byte(offset)
            if byte == 0x5C {
                if offset + 1 < count, form.isEscapable(bytes.byte(offset + 1)) {
                    hasEscapes = true
                    offset += 1
                }
            } else if Self.ends(part, byte) {
                break
            }
            all |= byte
            offset += 1
        }
        if offset == start { throw error(.missing(part)) }
        if all >= 0x80, !UTF8Check.isValid(bytes, start..<offset) {
            throw error(.notUTF8(part), at: start)
        }
        return LineText(start: start, end: offset, escapes: hasEscapes ? escapes : .none)
    }

    @inline(__always)
    private static func ends(_ part: LineError.Part, _ byte: UInt8) -> Bool {
        switch part {
        case .measurement: byte == 0x2C || byte <= 0x20 || byte == 0x7F
        case .tagValue:
            byte == 0x2C || byte == 0x3D || byte == 0x20 || byte == 0x0D || byte == 0x0A
        default: byte == 0x2C || byte == 0x3D || byte <= 0x20 || byte == 0x7F
        }
    }

    /// Takes a tag and puts it in its place by the bytes of its key.
    private mutating func parseTag(_ bytes: RawSpan) throws(LineError) {
        let place = offset
        let key = try scan(bytes, .tagKey)
        guard peek(bytes) == 0x3D else { throw error(.equalsMissing(.tagKey)) }
        offset += 1
        let tag = LineTag(key: key, value: try scan(bytes, .tagValue))
        guard record.tags.count < limits.tags else {
            throw error(.tooMany(.tagKey, limit: limits.tags), at: place)
        }
        var index = record.tags.count
        while index > 0 {
            let order = record.tags[index - 1].key.compare(key, in: bytes)
            if order == 0 { throw error(.tagTwice, at: place) }
            if order < 0 { break }
            index -= 1
        }
        if index == record.tags.count {
            record.tags.append(tag)
        } else {
            record.tags.insert(tag, at: index)
        }
    }

    private mutating func parseField(_ bytes: RawSpan) throws(LineError) {
        guard record.fields.count < limits.fields else {
            throw error(.tooMany(.fieldKey, limit: limits.fields))
        }
        let key = try scan(bytes, .fieldKey)
        guard peek(bytes) == 0x3D else { throw error(.equalsMissing(.fieldKey)) }
        offset += 1
        guard let first = peek(bytes) else { throw error(.missing(.fieldValue)) }
        if first == 0x22 {
            record.fields.append(LineField(key: key, value: .string(try parseString(bytes))))
            return
        }
        let start = offset
        while offset < bytes.byteCount, !Self.endsValue(bytes.byte(offset)) { offset += 1 }
        do throws(LineNumber.Fault) {
            let value = try LineNumber.value(bytes, start..<offset)
            record.fields.append(LineField(key: key, value: value))
        } catch {
            throw self.error(error.reason, at: start)
        }
    }

    @inline(__always)
    private static func endsValue(_ byte: UInt8) -> Bool {
        byte == 0x2C || byte == 0x20 || byte == 0x0A || byte == 0x0D
    }

    /// Takes a text in quotes, in which newlines count as lines.
    private mutating func parseString(_ bytes: RawSpan) throws(LineError) -> LineText {
        let quote = offset
        let state = (line, lineStart)
        offset += 1
        let start = offset
        var hasEscapes = false
        var all: UInt8 = 0
        while offset < bytes.byteCount {
            let byte = bytes.byte(offset)
            if byte == 0x22 { break }
            offset += 1
            all |= byte
            if byte == 0x0A {
                beginLine()
            } else if byte == 0x5C, let next = peek(bytes), next == 0x22 || next == 0x5C {
                hasEscapes = true
                offset += 1
            }
        }
        let end = offset
        let isTooLong = end - start > limits.stringBytes
        if end == bytes.byteCount {
            // Only this line is lost, not all behind it.
            (line, lineStart) = state
            offset = quote
            throw error(.stringUnterminated)
        }
        if isTooLong {
            throw error(.tooLong(.fieldValue, limit: limits.stringBytes), at: max(start, lineStart))
        }
        if all >= 0x80, !UTF8Check.isValid(bytes, start..<end) {
            throw error(.notUTF8(.fieldValue), at: max(start, lineStart))
        }
        offset += 1
        if let next = peek(bytes), !Self.endsValue(next) { throw error(.textAfterField) }
        return LineText(start: start, end: end, escapes: hasEscapes ? .string : .none)
    }

    /// Takes the time, if there is one, and the end of the line.
    private mutating func parseEnd(_ bytes: RawSpan) throws(LineError) {
        record.hasTime = false
        skipSpaces(bytes)
        if takeLineEnd(bytes) { return }
        let start = offset
        while offset < bytes.byteCount, !Self.endsTime(bytes.byte(offset)) { offset += 1 }
        if offset > start {
            guard let time = LineNumber.int(bytes, start..<offset) else {
                throw error(
                    LineNumber.isInteger(bytes, start..<offset) ? .timeOutOfRange : .timeInvalid,
                    at: start)
            }
            let (scaled, overflow) = time.multipliedReportingOverflow(by: precision.nanoseconds)
            if overflow { throw error(.timeOutOfRange, at: start) }
            record.time = scaled
            record.hasTime = true
        }
        skipSpaces(bytes)
        guard takeLineEnd(bytes) else { throw error(.textAfterTime) }
    }

    @inline(__always)
    private static func endsTime(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D
    }
}
