// Makes small workbooks in memory: the parts of an XLSX file in a zip archive without packing.

/// A cell of a made workbook.
enum BookCell {
    case text(String)
    case number(String)
    /// A date as spreadsheets count days, shown as a date.
    case date(String)
    /// The same, shown as a date with a time of day.
    case dateTime(String)
    /// A share of a day, shown as a time of day.
    case time(String)
    case none
}

/// A sheet of a made workbook.
struct BookSheet {
    var name = "Sheet1"
    var isHidden = false
    var rows: [[BookCell]] = []
    /// Joined cells, such as `A1:C1`.
    var joined: [String] = []
}

/// An XLSX file made of sheets.
enum SmallBook {
    /// The bytes of the file.
    static func bytes(_ sheets: [BookSheet]) -> [UInt8] {
        var parts: [(String, [UInt8])] = []
        var list = "<workbook xmlns:r=\"r\"><sheets>"
        var relations = "<Relationships>"
        for (index, sheet) in sheets.enumerated() {
            let state = sheet.isHidden ? " state=\"hidden\"" : ""
            list += "<sheet name=\"\(sheet.name)\" sheetId=\"\(index + 1)\"\(state)"
            list += " r:id=\"rId\(index + 1)\"/>"
            relations += "<Relationship Id=\"rId\(index + 1)\" Type=\"x/worksheet\""
            relations += " Target=\"worksheets/sheet\(index + 1).xml\"/>"
            parts.append(("xl/worksheets/sheet\(index + 1).xml", xml(sheet)))
        }
        relations += "<Relationship Id=\"rId99\" Type=\"x/styles\" Target=\"styles.xml\"/>"
        parts.append(("xl/workbook.xml", Array((list + "</sheets></workbook>").utf8)))
        parts.append(
            ("xl/_rels/workbook.xml.rels", Array((relations + "</Relationships>").utf8)))
        // Formats 14 (date), 22 (date and time) and 21 (time) are built in.
        let styles =
            "<styleSheet><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"22\"/>"
            + "<xf numFmtId=\"21\"/></cellXfs></styleSheet>"
        parts.append(("xl/styles.xml", Array(styles.utf8)))
        return zip(parts)
    }

    private static func xml(_ sheet: BookSheet) -> [UInt8] {
        var text = "<worksheet><sheetData>"
        text.reserveCapacity(sheet.rows.count * 300)
        for (index, row) in sheet.rows.enumerated() {
            text += "<row r=\"\(index + 1)\">"
            for (column, cell) in row.enumerated() {
                let place = letters(column) + "\(index + 1)"
                switch cell {
                case .none: continue
                case .text(let value):
                    text += "<c r=\"\(place)\" t=\"inlineStr\"><is><t>\(value)</t></is></c>"
                case .number(let value): text += "<c r=\"\(place)\"><v>\(value)</v></c>"
                case .date(let value): text += "<c r=\"\(place)\" s=\"1\"><v>\(value)</v></c>"
                case .dateTime(let value): text += "<c r=\"\(place)\" s=\"2\"><v>\(value)</v></c>"
                case .time(let value): text += "<c r=\"\(place)\" s=\"3\"><v>\(value)</v></c>"
                }
            }
            text += "</row>"
        }
        text += "</sheetData>"
        if !sheet.joined.isEmpty {
            text += "<mergeCells>"
            for area in sheet.joined { text += "<mergeCell ref=\"\(area)\"/>" }
            text += "</mergeCells>"
        }
        return Array((text + "</worksheet>").utf8)
    }

    private static func letters(_ column: Int) -> String {
        String(UnicodeScalar(UInt8(65 + column % 26)))
    }

    /// A zip archive whose members are stored as they are.
    private static func zip(_ parts: [(String, [UInt8])]) -> [UInt8] {
        var file: [UInt8] = []
        var directory: [UInt8] = []
        for (name, bytes) in parts {
            let offset = file.count
            let sum = crc(bytes)
            let shared =
                little(20, 2) + little(0, 2) + little(0, 2) + little(0, 4) + little(Int(sum), 4)
                + little(bytes.count, 4) + little(bytes.count, 4) + little(name.utf8.count, 2)
                + little(0, 2)
            file += little(0x0403_4B50, 4) + shared + Array(name.utf8) + bytes
            directory += little(0x0201_4B50, 4) + little(20, 2) + shared
            directory += little(0, 2) + little(0, 2) + little(0, 2) + little(0, 4)
            directory += little(offset, 4) + Array(name.utf8)
        }
        let start = file.count
        file += directory
        file += little(0x0605_4B50, 4) + little(0, 4) + little(parts.count, 2)
        file += little(parts.count, 2) + little(directory.count, 4) + little(start, 4)
        return file + little(0, 2)
    }

    private static func little(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { sum, _ in
            sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1
        }
    }

    private static func crc(_ bytes: [UInt8]) -> UInt32 {
        var sum = UInt32.max
        for byte in bytes { sum = table[Int((sum ^ UInt32(byte)) & 0xFF)] ^ sum >> 8 }
        return ~sum
    }
}
