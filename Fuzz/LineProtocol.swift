// Fuzz entry: line protocol of any bytes; what is accepted must be written and read back.

import Wire

/// Writes every good line again.
private struct EchoSink: LineSink {
    var points: [LinePoint] = []
    var refused = 0

    mutating func accept(_ line: borrowing LineRecord, in bytes: RawSpan) {
        var point = LinePoint(
            measurement: line.measurement.string(in: bytes), fields: [], time: line.time)
        for tag in line.tags {
            point.tags.append(.init(tag.key.string(in: bytes), tag.value.string(in: bytes)))
        }
        let fields = line.fields
        for field in fields {
            var key: [UInt8] = []
            line.appendSeriesKey(of: field, in: bytes, to: &key)
            precondition(!key.isEmpty)
            let value: LinePoint.Value =
                switch field.value {
                case .float(let number): .float(number)
                case .int(let number): .int(number)
                case .uint(let number): .uint(number)
                case .bool(let bool): .bool(bool)
                case .string(let text): .string(text.string(in: bytes))
                }
            point.fields.append(.init(field.key.string(in: bytes), value))
        }
        points.append(point)
    }

    mutating func refuse(_ error: LineError) {
        precondition(error.line >= 1 && error.column >= 1 && !error.description.isEmpty)
        refused += 1
    }
}

/// The bytes are a buffer of lines.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    var sink = EchoSink()
    var parser = LineProtocolParser()
    parser.parse(bytes, defaultTime: 1, into: &sink)
    precondition(sink.refused <= bytes.count)
    for point in sink.points {
        var line: [UInt8] = []
        // Control characters in tag values are read, but not written.
        do { try LineProtocolEncoder.append(point, to: &line) } catch { continue }
        var again = EchoSink()
        parser.parse(line, defaultTime: 2, into: &again)
        precondition(again.points == [point], "\(point) \(again)")
    }
    return 0
}
