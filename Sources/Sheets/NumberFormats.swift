// Tells from the format of a cell whether its number is shown as a date, a time or a share.

/// Reads the formats of a workbook.
struct StyleVisitor: XMLVisitor {
    private let file: String
    /// What each cell format shows.
    private(set) var kinds: [RawKind] = []
    private var codes: [Int: String] = [:]
    private var isInCellFormats = false

    init(file: String) { self.file = file }

    mutating func begin(_ element: String, _ attributes: [String: String]) throws(SheetError) {
        switch element {
        case "numFmt":
            guard codes.count < SheetsLimits.cellFormats else { throw tooMany }
            if let id = attributes["numFmtId"].flatMap({ Int($0) }) {
                codes[id] = attributes["formatCode"]
            }
        case "cellXfs": isInCellFormats = true
        case "xf" where isInCellFormats:
            guard kinds.count < SheetsLimits.cellFormats else { throw tooMany }
            let id = attributes["numFmtId"].flatMap { Int($0) } ?? 0
            kinds.append(codes[id].map(NumberFormat.kind) ?? NumberFormat.kind(builtIn: id))
        default: break
        }
    }

    private var tooMany: SheetError {
        .tooLarge(file: file, what: "It has over \(SheetsLimits.cellFormats) cell formats")
    }

    mutating func end(_ element: String) { if element == "cellXfs" { isInCellFormats = false } }
    mutating func text(_ text: String) {}
}

/// What a number format shows.
enum NumberFormat {
    /// What a format without a code of its own shows.
    ///
    /// Source: ECMA-376 part 1, 18.8.30; 27 to 36 and 50 to 58 are dates of East Asian versions.
    static func kind(builtIn id: Int) -> RawKind {
        switch id {
        case 9, 10: .percent
        case 14...17, 27...31, 36, 50...58: .date
        case 18...21, 32...35: .time
        case 22: .dateTime
        case 45...47: .elapsed
        default: .number
        }
    }

    /// What a format code shows, by its first section.
    static func kind(_ code: String) -> RawKind {
        let code = Array(code.lowercased().utf8)
        if code.starts(with: Array("general".utf8)) { return .number }
        var (hasDate, hasHours, hasSeconds, isPercent, isElapsed) = (
            false, false, false, false, false
        )
        var (months, last) = (0, UInt8(0))
        var place = 0
        loop: while place < code.count {
            let byte = code[place]
            switch byte {
            case 0x3B: break loop
            case 0x22: place = code[(place + 1)...].firstIndex(of: 0x22) ?? code.count
            case 0x5C, 0x5F, 0x2A: place += 1
            case 0x5B:
                let end = code[place...].firstIndex(of: 0x5D) ?? code.count
                let inside = code[(place + 1)..<max(place + 1, end)]
                let isTime = inside.allSatisfy { $0 == inside.first }
                if isTime, let first = inside.first, [0x68, 0x6D, 0x73].contains(first) {
                    isElapsed = true
                }
                place = end
            case 0x61 where code[place...].starts(with: Array("am/pm".utf8)):
                hasHours = true
                place += 4
            case 0x61 where code[place...].starts(with: Array("a/p".utf8)):
                hasHours = true
                place += 2
            case 0x79, 0x64: (hasDate, last) = (true, byte)
            case 0x68: (hasHours, last) = (true, byte)
            case 0x73:
                // Minutes stand before seconds.
                if last == 0x6D { months = max(0, months - 1) }
                (hasSeconds, last) = (true, byte)
            case 0x6D:
                // Minutes stand behind hours; a run of letters counts once.
                if last != 0x68, last != 0x6D { months += 1 }
                if last != 0x68 { last = byte }
            case 0x25: isPercent = true
            default: break
            }
            place += 1
        }
        if isElapsed { return .elapsed }
        let isDate = hasDate || months > 0
        if isDate { return hasHours || hasSeconds ? .dateTime : .date }
        if hasHours { return .time }
        // Minutes and seconds without hours are a length of time.
        if hasSeconds { return .elapsed }
        return isPercent ? .percent : .number
    }
}
