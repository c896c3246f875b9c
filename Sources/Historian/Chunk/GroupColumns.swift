// What a group is: the signals that were read together, their kinds and where they came from.

import Plant

/// One column of a group.
struct GroupColumn: Hashable, Sendable {
    /// Which signal.
    let signal: UInt32
    /// Its kind.
    let kind: ValueKind
}

/// The identity of a group; a changed set is another group (decisions 9).
struct GroupShape: Hashable, Sendable {
    /// Columns by rising signal number.
    let columns: [GroupColumn]
    /// Where the samples came from; each import forms groups of its own (decisions 33).
    let origin: SampleOrigin

    /// The stored form of the columns: signal and kind each.
    var columnBytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(columns.count * 5)
        for column in columns {
            bytes.put(column.signal)
            bytes.append(column.kind.rawValue)
        }
        return bytes
    }

    /// A shape from its stored form.
    init(columnBytes: [UInt8], origin: SampleOrigin) throws(ChunkFault) {
        guard columnBytes.count % 5 == 0,
            columnBytes.count / 5 <= HistorianLimits.columnsPerGroup
        else { throw ChunkFault("a column list of \(columnBytes.count) bytes") }
        var reader = ByteReader(columnBytes)
        var columns: [GroupColumn] = []
        columns.reserveCapacity(columnBytes.count / 5)
        while reader.remaining > 0 {
            let signal = try reader.uint32()
            guard let kind = ValueKind(rawValue: try reader.byte()),
                signal < HistorianLimits.signalNumbers,
                columns.last.map({ $0.signal < signal }) ?? true
            else { throw ChunkFault("a column list with signal \(signal)") }
            columns.append(GroupColumn(signal: signal, kind: kind))
        }
        self.init(columns: columns, origin: origin)
    }

    /// A shape of columns in order of signals.
    init(columns: [GroupColumn], origin: SampleOrigin) {
        self.columns = columns
        self.origin = origin
    }
}

extension SampleOrigin {
    /// Stored code: 0 device, 1 hand, 2 import.
    var code: UInt8 {
        switch self {
        case .device: 0
        case .hand: 1
        case .importBatch: 2
        }
    }

    /// The import's number, 0 for anything else.
    var importNumber: UInt32 {
        if case .importBatch(let number) = self { return number }
        return 0
    }

    /// An origin from its stored form.
    init(code: UInt8, importNumber: UInt32) throws(ChunkFault) {
        switch (code, importNumber) {
        case (0, 0): self = .device
        case (1, 0): self = .hand
        case (2, _): self = .importBatch(importNumber)
        default: throw ChunkFault("origin \(code) with import \(importNumber)")
        }
    }
}
