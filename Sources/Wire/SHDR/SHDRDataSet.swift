// Reads the keys and values of data sets and tables from a field of an adapter's line.

/// Reads `a=1 b={two words} c="x" d=` and tables with rows in braces.
struct SHDRDataSet {
    private let bytes: [UInt8]
    private var place = 0

    private init(_ text: String) { bytes = Array(text.utf8) }

    /// The entries of a data set; a key without value is removed.
    ///
    /// Of equal keys the last counts.
    static func entries(_ text: String) throws(FrameError) -> [MTConnectEntry] {
        var reader = SHDRDataSet(text)
        let entries = try reader.entries(until: nil)
        return entries
    }

    /// The rows of a table; a key without row is removed.
    ///
    /// Of equal keys the last counts.
    static func rows(_ text: String) throws(FrameError) -> [MTConnectRow] {
        var reader = SHDRDataSet(text)
        var rows: [MTConnectRow] = []
        var places: [String: Int] = [:]
        while true {
            reader.skipSpace()
            guard reader.place < reader.bytes.count else { return rows }
            let row = try reader.row()
            if let known = places[row.key] {
                rows[known] = row
            } else {
                places[row.key] = rows.count
                rows.append(row)
            }
        }
    }

    private func fault(_ text: String) -> FrameError {
        FrameError(doing: "reading a data set", problem: .invalid(text), offset: place)
    }

    private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    private mutating func skipSpace() {
        while let byte = next, SHDRFields.isSpace(byte) { place += 1 }
    }

    private mutating func entries(until end: UInt8?) throws(FrameError) -> [MTConnectEntry] {
        var entries: [MTConnectEntry] = []
        var places: [String: Int] = [:]
        while true {
            skipSpace()
            guard let byte = next else {
                guard end == nil else { throw fault("a row without its end") }
                return entries
            }
            if byte == end {
                place += 1
                return entries
            }
            let entry = try entry(until: end)
            if let known = places[entry.key] {
                entries[known] = entry
            } else {
                places[entry.key] = entries.count
                entries.append(entry)
            }
        }
    }

    private mutating func key() throws(FrameError) -> String {
        let start = place
        while let byte = next, !SHDRFields.isSpace(byte), !Self.marks.contains(byte) { place += 1 }
        guard place > start else { throw fault("a key is expected") }
        return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    /// The characters of = | { } ' and double quote.
    private static let marks: [UInt8] = [0x3D, 0x7C, 0x7B, 0x7D, 0x27, 0x22]

    private mutating func entry(until end: UInt8?) throws(FrameError) -> MTConnectEntry {
        let key = try key()
        guard next == 0x3D else { return MTConnectEntry(key, "", isRemoved: true) }
        place += 1
        guard let byte = next, !SHDRFields.isSpace(byte), byte != end else {
            return MTConnectEntry(key, "", isRemoved: true)
        }
        switch byte {
        case 0x22, 0x27: return MTConnectEntry(key, try enclosed(until: byte))
        case 0x7B: return MTConnectEntry(key, try enclosed(until: 0x7D))
        default:
            let start = place
            while let byte = next, !SHDRFields.isSpace(byte), !Self.quotes.contains(byte) {
                place += 1
            }
            guard place > start else { throw fault("a value of \(key) is expected") }
            return MTConnectEntry(key, String(decoding: bytes[start..<place], as: UTF8.self))
        }
    }

    /// The characters of { } ' and double quote.
    private static let quotes: [UInt8] = [0x7B, 0x7D, 0x27, 0x22]

    /// The text up to its end mark, which may stand in it behind a backslash.
    private mutating func enclosed(until end: UInt8) throws(FrameError) -> String {
        place += 1
        var text: [UInt8] = []
        while let byte = next {
            place += 1
            if byte == end { return String(decoding: text, as: UTF8.self) }
            if byte == 0x5C, next == end {
                text.append(end)
                place += 1
            } else {
                text.append(byte)
            }
        }
        throw fault("a value without its end")
    }

    private mutating func row() throws(FrameError) -> MTConnectRow {
        let key = try key()
        guard next == 0x3D else { return MTConnectRow(key, [], isRemoved: true) }
        place += 1
        guard let byte = next, !SHDRFields.isSpace(byte) else {
            return MTConnectRow(key, [], isRemoved: true)
        }
        guard byte == 0x7B || byte == 0x27 || byte == 0x22 else {
            throw fault("the row \(key) does not stand in braces")
        }
        place += 1
        return MTConnectRow(key, try entries(until: byte == 0x7B ? 0x7D : byte))
    }
}
